"""The card's financial side: the bank's business, explained here."""

from kiosk.questions.laws import FINANCIAL
from kiosk.questions.question import Part, Question, Step, Subject
from kiosk.text import T

BANK_ACTIVATION = Question(
    name="bank_activation",
    subject=Subject.BANK,
    icon="activate",
    label=T("激活银行功能"),
    title=T("银行功能怎么激活？"),
    answer=T("本人带卡和身份证，到发卡银行激活。"),
    parts=(
        Part(
            heading=T("到哪里"),
            points=(T("发卡银行的任何一个网点。是哪家银行，看卡的背面。这台机器不办，也不问银行密码。"),),
        ),
        Part(
            heading=T("带什么"),
            points=(T("社保卡、身份证，本人去。"),),
        ),
        Part(
            heading=T("多久以内"),
            points=(T("领卡以后 {deadline_days} 天以内。"),),
        ),
        Part(
            heading=T("超过了会怎样"),
            points=(
                T("超过 {deadline_days} 天，社保功能会按挂失停用。"),
                T("要恢复：先到银行激活，再到{window}或指定的地方解除。"),
            ),
            when=lambda policy: policy.financial.consequence == "loss",
        ),
        Part(
            heading=T("超过了会怎样"),
            points=(T("超过 {deadline_days} 天，用卡看病可能受限制。激活以后恢复。"),),
            when=lambda policy: policy.financial.consequence == "medical",
        ),
        Part(
            heading=T("超过了会怎样"),
            points=(T("本地不因此停用社保功能。要用卡领钱的，还是早点激活。"),),
            when=lambda policy: policy.financial.consequence == "none",
        ),
        Part(
            heading=T("看病的账户"),
            points=(T("领卡以后大约 {medical_months} 个月不激活，医保账户可能受限制。"),),
            when=lambda policy: policy.financial.medical_restricted_after_days > 0,
        ),
        Part(
            heading=T("请人代办"),
            points=(T("可以：带上代办人的身份证、本人的身份证、授权书和卡。"),),
            when=lambda policy: policy.financial.agent_allowed,
        ),
        Part(
            heading=T("请人代办"),
            points=(T("本地要本人去，不能代办。"),),
            when=lambda policy: not policy.financial.agent_allowed,
        ),
        Part(
            heading=T("走不动的"),
            points=(T("年纪大、生病、行动不便的，打银行的电话，请银行上门办。"),),
            when=lambda policy: policy.financial.home_visits,
        ),
    ),
    steps=(
        T("带上社保卡和身份证。"),
        T("到发卡银行的网点，本人激活。"),
        Step(
            text=T("已经因此停用的，激活以后再到{window}解除。"),
            when=lambda policy: policy.financial.consequence == "loss",
        ),
    ),
    laws=(FINANCIAL,),
    here=("financial_function",),
)
FIRST_USE = Question(
    name="first_use",
    subject=Subject.BANK,
    icon="card",
    label=T("医院药店启用"),
    title=T("医院药店也能启用吗？"),
    answer=T("社保功能可以：第一次用就启用了。银行功能不行。"),
    parts=(
        Part(
            heading=T("社保功能"),
            points=(
                T("拿卡到医院第一次看病结算，就启用了。"),
                T("拿卡到药店第一次买药，也一样。"),
            ),
        ),
        Part(
            heading=T("银行功能"),
            points=(T("只有银行能激活：本人带卡和身份证去。"),),
        ),
        Part(
            heading=T("最好先改密码"),
            points=(T("在医院药店启用的卡，还是发卡时的密码。请来机器上改掉。"),),
        ),
    ),
    steps=(T("拿卡看病或者买药，社保功能就启用。"), T("来机器上改密码。"), T("银行功能，到银行激活。")),
    laws=(FINANCIAL,),
    here=("enable", "change_pin"),
)
AGENT = Question(
    name="agent",
    subject=Subject.BANK,
    icon="id-card",
    label=T("请人代办"),
    title=T("可以请人代办吗？"),
    answer=T("可以，要两个人的身份证和授权书，到窗口办。"),
    parts=(
        Part(
            heading=T("代办要带"),
            points=(
                T("代办人的身份证。"),
                T("本人的身份证和社保卡。"),
                T("本人签字的授权书。"),
            ),
        ),
        Part(
            heading=T("在哪里"),
            points=(T("领卡、启用、补换卡，到{window}。这台机器只给本人办。"),),
        ),
        Part(
            heading=T("银行的事"),
            points=(T("激活银行功能，也可以这样代办，到发卡银行。"),),
            when=lambda policy: policy.financial.agent_allowed,
        ),
        Part(
            heading=T("银行的事"),
            points=(T("激活银行功能，本地要本人去。"),),
            when=lambda policy: not policy.financial.agent_allowed,
        ),
        Part(
            heading=T("也可以请人上门"),
            points=(T("年纪大、生病、行动不便的，打银行的电话，请银行上门办。"),),
            when=lambda policy: policy.financial.home_visits,
        ),
    ),
    steps=(
        T("写好授权书，本人签字。"),
        T("带上两个人的身份证和社保卡。"),
        Step(text=T("社保的事到{window}，银行的事到银行。"), when=lambda policy: policy.financial.agent_allowed),
        Step(text=T("到{window}办。银行的事，本人到银行。"), when=lambda policy: not policy.financial.agent_allowed),
    ),
)

QUESTIONS = (BANK_ACTIVATION, FIRST_USE, AGENT)
