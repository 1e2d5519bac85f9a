"""Being insured: one's records, the employer's duty, and benefits."""

from kiosk.questions.laws import FACE, NO_GATHERING, OWN_RECORDS, REGISTRATION, SUPERVISION
from kiosk.questions.question import Part, Question, Step, Subject
from kiosk.text import T

REVIEW = Question(
    name="annual_review",
    subject=Subject.INSURANCE,
    icon="eligibility",
    label=T("待遇资格认证"),
    title=T("待遇资格怎么认证？"),
    answer=T("每 {every_months} 个月认证一次，也就是大家说的“年审”。"),
    parts=(
        Part(
            heading=T("在这台机器上"),
            points=(
                T("点“待遇资格认证”，放上身份证，核对本人，看到结果就好了。"),
                T("哪天以前要再认证，凭条上会印。"),
            ),
            when=lambda policy: policy.eligibility.here,
        ),
        Part(
            heading=T("在哪里办"),
            points=(T("本地的机器不办，请用手机，或者到{window}。"),),
            when=lambda policy: not policy.eligibility.here,
        ),
        Part(
            heading=T("在手机上"),
            points=(T("打开电子社保卡或“掌上12333”，选待遇资格认证，填个人信息，刷脸核对。"),),
        ),
        Part(
            heading=T("过期了"),
            points=(T("待遇可能先停发。补上认证，停发的会补给您。"),),
        ),
        Part(
            heading=T("走不动的"),
            points=(T("打 {hotline}，请社区上门来认证。"),),
            when=lambda policy: policy.eligibility.home_visit,
        ),
        Part(
            heading=T("刷脸小窍门"),
            points=(
                T("光线均匀，整张脸在框里，摘下口罩和帽子。"),
                T("两次都不过，不用再试，到{window}就好。"),
            ),
        ),
    ),
    steps=(
        Step(text=T("带上身份证来，点“待遇资格认证”。"), when=lambda policy: policy.eligibility.here),
        T("在手机上也能认证。"),
        T("都不方便，打 {hotline}。"),
    ),
    laws=(NO_GATHERING, FACE),
    here=("eligibility_check",),
)
OWN = Question(
    name="own_records",
    subject=Subject.INSURANCE,
    icon="record",
    label=T("查自己的社保"),
    title=T("怎么查自己的社保？"),
    answer=T("本人随时可以查，不收钱。"),
    parts=(
        Part(
            heading=T("在这台机器上"),
            points=(
                T("点“查五险”：每个月缴了多少、一共多少、还剩多少。"),
                T("要纸的，打参保证明和权益记录，上面有查验码。"),
            ),
        ),
        Part(
            heading=T("您有权"),
            points=(
                T("免费查、免费核对自己的缴费和待遇。"),
                T("定期免费收到权益记录。"),
                T("问社保的事，要人答复。"),
                T("监督单位有没有给您缴。单位也可以查它自己的。"),
            ),
        ),
        Part(
            heading=T("记错了"),
            points=(T("带上工资单、劳动合同，到{window}核对。"),),
        ),
    ),
    steps=(T("插卡，点“查五险”。"), T("要证明，点“打印参保证明”。"), T("对不上，到{window}核对。")),
    laws=(OWN_RECORDS, SUPERVISION),
    here=("insurance_records", "insured_certificate"),
)
EMPLOYER = Question(
    name="employer",
    subject=Subject.INSURANCE,
    icon="record",
    label=T("单位没缴费"),
    title=T("单位没给缴费怎么办？"),
    answer=T("单位要在招人后 30 天内办参保。没办，可以投诉。"),
    parts=(
        Part(
            heading=T("单位要做的"),
            points=(
                T("招人后 30 天内，给职工办参保登记。"),
                T("按月缴费，告诉职工缴了多少。"),
            ),
        ),
        Part(
            heading=T("您可以做的"),
            points=(
                T("先查自己的缴费，看哪些月没有。"),
                T("问单位。单位不补的，打 {hotline} 投诉，或者到{window}。"),
                T("带上劳动合同、工资单。"),
            ),
        ),
    ),
    steps=(T("查五险，打一张权益记录。"), T("带上劳动合同和工资单。"), T("打 {hotline}，或者到{window}投诉。")),
    laws=(REGISTRATION, SUPERVISION),
    here=("insurance_records",),
)
FREELANCER = Question(
    name="freelancer",
    subject=Subject.INSURANCE,
    icon="record",
    label=T("灵活就业"),
    title=T("没有单位怎么参保？"),
    answer=T("灵活就业的人自己去登记，带上身份证。"),
    parts=(
        Part(
            heading=T("谁自己办"),
            points=(T("没有雇人的个体户、没在单位参保的非全日制工、别的灵活就业人员。"),),
        ),
        Part(
            heading=T("怎么办"),
            points=(
                T("到{window}或在网上登记。登记以后按月或按年缴费。"),
                T("社会保障号码就是身份证号，不用另外申请。"),
            ),
        ),
    ),
    steps=(T("带上身份证。"), T("到{window}办参保登记。"), T("登记以后，卡会做好发给您。")),
    laws=(REGISTRATION,),
)

QUESTIONS = (REVIEW, OWN, EMPLOYER, FREELANCER)
