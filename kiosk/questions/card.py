"""Having a card: the first one, enabling, what it is for, and keeping it."""

from kiosk.questions.laws import CARD_MEASURES, ISSUING, REGISTRATION
from kiosk.questions.question import Part, Question, Subject
from kiosk.text import T

FIRST_CARD = Question(
    name="first_card",
    subject=Subject.CARD,
    icon="card",
    label=T("第一张卡"),
    title=T("第一张社保卡怎么领？"),
    answer=T("参保了就有卡，不用另外申请。"),
    parts=(
        Part(
            heading=T("谁有卡"),
            points=(
                T("参加了社会保险的人，都发一张社保卡。这是全国统一的芯片卡。"),
                T("卡面上有姓名、社会保障号码和照片。社会保障号码就是公民身份号码。"),
            ),
        ),
        Part(
            heading=T("卡在哪里"),
            points=(
                T("单位办的，先问单位。自己参保的，问办手续的地方。"),
                T("在这台机器上，用身份证可以查制卡进度。"),
                T("查不到，打 {hotline} 问，或者到{window}。"),
            ),
        ),
        Part(
            heading=T("丢了怎么办"),
            points=(T("带上身份证去补，不用再参一次保。"),),
        ),
    ),
    steps=(T("先查制卡进度。"), T("带上身份证去领卡。"), T("领到以后，先启用，再改密码。")),
    laws=(REGISTRATION, ISSUING),
    here=("production_progress",),
)
ENABLING = Question(
    name="enabling",
    subject=Subject.CARD,
    icon="activate",
    label=T("怎么启用"),
    title=T("社保卡怎么启用？"),
    answer=T("卡有两个功能：社保的在这里启用，银行的在银行激活。"),
    parts=(
        Part(
            heading=T("办以前，先看三样"),
            points=(
                T("卡已经领到手。"),
                T("卡面上的姓名和号码没有错。"),
                T("身份证在身边，没有过期。"),
            ),
        ),
        Part(
            heading=T("社保功能，五个地方都能启用"),
            points=(
                T("这台机器：插卡，输发卡时的密码，核对本人，换成自己的密码。"),
                T("{window}或服务网点：带上卡和身份证，填一张表，工作人员核对。"),
                T("手机：在官方应用里选本市的社保卡服务，填姓名、卡号、身份证号和手机号，核对本人。"),
                T("网上办好了，会收到确认的短信或邮件。短信里有链接的，不要点。"),
                T("医院：拿卡第一次挂号、结算，就启用了。"),
                T("药店：拿卡第一次买药，也一样。"),
            ),
        ),
        Part(
            heading=T("银行功能，要到银行"),
            points=(T("本人带卡和身份证，到发卡银行的任何一个网点激活。这台机器不办，也不问银行密码。"),),
        ),
        Part(
            heading=T("启用以后"),
            points=(
                T("看病、买药、领待遇都能用。"),
                T("卡收好。丢了马上挂失，坏了来换。"),
            ),
        ),
    ),
    steps=(
        T("带上社保卡和身份证。"),
        T("在机器上点“启用社保卡”，照着做。"),
        T("银行功能，到发卡银行激活。"),
    ),
    laws=(CARD_MEASURES, ISSUING),
    here=("enable", "production_progress"),
)
ARCHIVED = Question(
    name="archived_card",
    subject=Subject.CARD,
    icon="status",
    label=T("卡“封存”"),
    title=T("卡“封存”是什么意思？"),
    answer=T("就是还没有启用，缴费不受影响。"),
    parts=(
        Part(
            heading=T("卡已经在手里"),
            points=(
                T("启用一下就能用：在这台机器、服务网点，或者手机上都可以。"),
                T("不用另外申请，也不收钱。"),
            ),
        ),
        Part(
            heading=T("卡还没有领到"),
            points=(
                T("先查制卡进度，看看卡在哪里。"),
                T("查不到，打 {hotline}，或者到{window}问怎么领。"),
            ),
        ),
        Part(
            heading=T("封存的时候"),
            points=(
                T("参保缴费照常，一分不少。"),
                T("看病、买药、领待遇，要等卡启用。"),
            ),
        ),
    ),
    steps=(T("有卡：在机器上点“启用社保卡”。"), T("没领到卡：点“查制卡进度”，或者打 {hotline}。")),
    laws=(ISSUING,),
    here=("enable", "production_progress"),
)
USES = Question(
    name="card_uses",
    subject=Subject.CARD,
    icon="card",
    label=T("社保卡用途"),
    title=T("社保卡能做什么？"),
    answer=T("证明身份、看病买药、领待遇、查记录、缴费。"),
    parts=(
        Part(
            heading=T("证明您是谁"),
            points=(
                T("卡里记着姓名、公民身份号码、出生日期、性别、民族、户籍地。"),
                T("办社保业务，可以当凭证。也记着个人的资格证书和就业的情况。"),
            ),
        ),
        Part(
            heading=T("看病买药"),
            points=(T("在医院挂号、看病、结算，在药店买药。"),),
        ),
        Part(
            heading=T("缴费领钱"),
            points=(
                T("养老、失业、医疗、工伤、生育，五种保险都用它办。"),
                T("领养老金和别的待遇，登记失业，报名培训。"),
            ),
        ),
        Part(
            heading=T("查自己的账"),
            points=(T("养老和医疗一共缴了多少、还剩多少，随时可以查。"),),
        ),
        Part(
            heading=T("有的地方还能"),
            points=(T("交水电费、坐公交、当钱包用。哪些能用，以本地公布的为准。"),),
        ),
    ),
    steps=(T("卡随身带好，别借给别人。"), T("查缴费、查余额，在机器上点“查五险”。")),
    laws=(CARD_MEASURES,),
    here=("insurance_records",),
)
KEEPING = Question(
    name="keeping_safe",
    subject=Subject.CARD,
    icon="card",
    label=T("保管好卡"),
    title=T("卡和信息怎么保管？"),
    answer=T("卡不借人，密码不告诉人，链接不点。"),
    parts=(
        Part(
            heading=T("卡"),
            points=(
                T("不借给别人，也不押给别人。"),
                T("离磁铁和高温远一点，芯片别刮、别弯。"),
                T("丢了马上挂失，坏了来换。"),
            ),
        ),
        Part(
            heading=T("密码和信息"),
            points=(
                T("密码自己记，不写在卡上，不告诉别人。工作人员也不会问。"),
                T("身份证号、卡号、验证码，不发给陌生人。"),
                T("手机号换了，尽早来改，别让提醒发给别人。"),
            ),
        ),
    ),
    steps=(T("卡丢了：马上挂失，再告诉银行。"), T("手机号换了：尽早来改。")),
    here=("report_loss",),
)

QUESTIONS = (FIRST_CARD, ENABLING, ARCHIVED, USES, KEEPING)
