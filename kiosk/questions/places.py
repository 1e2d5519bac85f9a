"""Where else to ask."""

from kiosk.questions.laws import CARD_MEASURES
from kiosk.questions.question import Part, Question, Subject
from kiosk.text import T

WHERE_TO_ASK = Question(
    name="where_to_ask",
    subject=Subject.RULES,
    icon="phone",
    label=T("还能在哪里查"),
    title=T("除了这里，还能在哪里查？"),
    answer=T("卡的状态，五个地方都能查。"),
    parts=(
        Part(
            heading=T("都能查卡的状态"),
            points=(
                T("自助机：插卡，或者用身份证、电子社保卡。"),
                T("{window}和服务网点。"),
                T("打 {hotline}。"),
                T("手机：电子社保卡、“掌上12333”。"),
                T("网上：国家社会保险公共服务平台，和本地人社局的网站。"),
            ),
        ),
        Part(
            heading=T("银行的事"),
            points=(T("打卡背面银行的电话。"),),
        ),
    ),
    steps=(T("打 {hotline}。"), T("在手机上看电子社保卡。"), T("到{window}。")),
    laws=(CARD_MEASURES,),
    here=("card_status", "outlets"),
)
HOTLINE = Question(
    name="hotline",
    subject=Subject.RULES,
    icon="call-staff",
    label=T("热线电话"),
    title=T("打 {hotline} 能问什么？"),
    answer=T("卡、缴费、待遇、找工作，都能问。"),
    parts=(
        Part(
            heading=T("能问"),
            points=(
                T("卡做到哪一步、在哪里领、怎么补。"),
                T("缴了多少，待遇怎么算、怎么领。"),
                T("单位没缴费，怎么投诉。"),
            ),
        ),
        Part(
            heading=T("能办"),
            points=(T("卡丢了，电话里就能临时挂失。"),),
        ),
        Part(
            heading=T("打以前准备好"),
            points=(T("身份证号、卡号。说话慢一点没关系，会等您。"),),
        ),
        Part(
            heading=T("不会问"),
            points=(T("工作人员不问密码，不问验证码，不发链接，不要您转账。"),),
        ),
    ),
    steps=(T("打 {hotline}。"), T("准备好身份证号和卡号。"), T("谁问密码和验证码，都不要说。")),
)

QUESTIONS = (WHERE_TO_ASK, HOTLINE)
