"""Samples of what lies over a page. Virtual people only."""

from kiosk.pages import AccessSheet, Answer, Button, Notice, StillThere
from kiosk.text import T

STILL_THERE = StillThere(
    title=T("您还在吗？"),
    seconds=20,
    of=30,
    body=T("时间到了会退出，并把卡退还给您。没办完的内容不会保存。"),
    button=Button(label=T("我还在，继续"), answer=Answer.STILL_HERE),
)
ACCESS = AccessSheet(
    title=T("怎样更方便？"),
    subtitle=T("点一下打开，再点一下关掉。"),
    button=Button(label=T("好了"), answer=Answer.CLOSE),
)
STAFF_CALLED = Notice(
    title=T("已经叫了工作人员"),
    body=T("请在这里等一下，工作人员马上过来。"),
    button=Button(label=T("好了"), answer=Answer.CLOSE),
)
