"""What several samples share: steps, a button, names of places. Virtual people only."""

from kiosk.pages import Answer, Button
from kiosk.text import Local, T

BACK = Button(label=T("返回"), answer=Answer.BACK, icon="back")
CHANGE_STEPS = (T("插卡"), T("输密码"), T("新密码"), T("完成"))
STATUS_STEPS = (T("插卡"), T("验身份"), T("看结果"))
ENABLE_STEPS = (T("插卡"), T("验身份"), T("设密码"), T("确认"), T("完成"))

LOSS_STEPS = (T("验身份"), T("确认挂失"), T("完成"))

WINDOW = Local("大厅 5 号窗口", "window 5 in this hall")
BANK = Local("北京银行", "Bank of Beijing")
