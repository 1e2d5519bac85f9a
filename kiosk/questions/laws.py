"""The laws and measures that services rest on, each said in a sentence."""

from kiosk.questions.question import Law
from kiosk.text import T

OWN_RECORDS = Law(
    name=T("《社会保险法》第七十四条"),
    says=T("缴费和待遇要记得完整、准确，定期免费寄送权益记录。本人可以免费查询、核对。"),
)
SUPERVISION = Law(
    name=T("《社会保险法》第四条"),
    says=T("单位和个人可以查缴费记录、要求咨询。个人有权监督单位为自己缴费。"),
)
REGISTRATION = Law(
    name=T("《社会保险法》第五十八条"),
    says=T("单位招人后 30 天内办参保登记。灵活就业人员自己办。公民身份号码就是社会保障号码。"),
)
CARD_MEASURES = Law(
    name=T("《社会保障卡管理办法》第十六条"),
    says=T("卡的功能、发给谁、怎么领、怎么用、用多久、挂失补卡，还有各方的权利义务，要在服务的地方公布。"),
)
ISSUING = Law(
    name=T("社会保障卡发行管理流程（人社厅发〔2014〕20 号）"),
    says=T("发卡、启用、挂失、补换和注销，都按统一的流程办。"),
)
FINANCIAL = Law(
    name=T("社会保障卡加载金融功能的通知（人社部发〔2011〕83 号）"),
    says=T("卡里有社保和银行两个功能。银行功能可以存取款、转账、消费，归银行管。"),
)
FACE = Law(
    name=T("《人脸识别技术应用安全管理办法》"),
    says=T("刷脸要先得到本人单独同意，不能是唯一的办法。不满 14 岁的，要监护人同意。"),
)
NO_GATHERING = Law(
    name=T("取消集中认证的通知（人社厅发〔2018〕62 号）"),
    says=T("领待遇的人不用再集中到一处认证，可以自助、上门，也可以由数据比对。"),
)

ALL = (OWN_RECORDS, SUPERVISION, REGISTRATION, CARD_MEASURES, ISSUING, FINANCIAL, FACE, NO_GATHERING)
