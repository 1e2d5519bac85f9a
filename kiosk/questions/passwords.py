"""PINs and passwords, the electronic card, and texts."""

from kiosk.questions.laws import CARD_MEASURES, FACE, FINANCIAL, OWN_RECORDS
from kiosk.questions.question import Part, Question, Step, Subject
from kiosk.text import T

TWO_PINS = Question(
    name="two_pins",
    subject=Subject.PASSWORDS,
    icon="pin-pad",
    label=T("社保密码"),
    title=T("社保密码忘了怎么办？"),
    answer=T("可以解锁，也可以重设，都要核对本人。"),
    parts=(
        Part(
            heading=T("一张卡，两个密码"),
            points=(
                T("社保密码：看病、查询、办社保用。归社保管。"),
                T("银行密码：取钱、刷卡用。归发卡银行管。"),
                T("两个密码是分开的，改了一个，另一个不变。"),
            ),
        ),
        Part(
            heading=T("发卡时的密码"),
            points=(T("谁都猜得到，请尽早改成自己的。自助机就能改。"),),
        ),
        Part(
            heading=T("忘了，或者被锁住"),
            points=(T("连着输错 6 次，一般就会锁住。还剩几次，机器会告诉您。"),),
        ),
        Part(
            heading=T("在哪里解锁、重设"),
            points=(T("这台机器可以解锁，要核对本人。"),),
            when=lambda policy: policy.pin.unlock_here,
        ),
        Part(
            heading=T("在哪里重设"),
            points=(T("忘了密码，这台机器可以重设，要核对本人。"),),
            when=lambda policy: policy.pin.reset_here,
        ),
        Part(
            heading=T("窗口也能办"),
            points=(T("到{window}或服务网点，带上卡和身份证。"),),
        ),
    ),
    steps=(
        Step(text=T("记得密码，锁住了：点“解锁密码”。"), when=lambda policy: policy.pin.unlock_here),
        Step(text=T("忘了密码：点“重设密码”。"), when=lambda policy: policy.pin.reset_here),
        T("机器办不了的：带上卡和身份证，到{window}。"),
    ),
    laws=(CARD_MEASURES,),
    here=("unlock", "reset_pin"),
)
BANK_PIN = Question(
    name="bank_pin",
    subject=Subject.BANK,
    icon="pin-pad",
    label=T("银行密码"),
    title=T("银行密码忘了怎么办？"),
    answer=T("到发卡银行办。这台机器不问、也不改银行密码。"),
    parts=(
        Part(
            heading=T("找谁"),
            points=(
                T("银行密码归发卡银行管，按银行的规矩办。"),
                T("是哪家银行，看卡的背面，或者在机器上查卡状态。"),
            ),
        ),
        Part(
            heading=T("带什么"),
            points=(T("本人带身份证和社保卡，到这家银行的任何一个网点。"),),
        ),
        Part(
            heading=T("小心骗子"),
            points=(T("谁在电话里、短信里问银行密码，都是骗子。短信里的链接，一个都不点。"),),
        ),
    ),
    steps=(T("带上身份证和社保卡。"), T("到发卡银行的网点重设。")),
    laws=(FINANCIAL,),
    here=("card_status",),
)
E_CARD = Question(
    name="e_card_help",
    subject=Subject.PASSWORDS,
    icon="qr",
    label=T("开电子社保卡"),
    title=T("怎么开电子社保卡？"),
    answer=T("用手机几分钟就能开，不收钱。"),
    parts=(
        Part(
            heading=T("在手机上开"),
            points=(
                T("从手机的应用商店装“电子社保卡”或“掌上12333”。不从链接里装。"),
                T("用自己的手机号登记，填姓名和身份证号。"),
                T("照着提示刷一次脸，再设一个电子社保卡密码。"),
                T("常用的银行、支付应用里也能开，找“电子社保卡”。"),
            ),
        ),
        Part(
            heading=T("开好以后"),
            points=(
                T("打开就是二维码，可以扫码登记、查询、缴费。"),
                T("码大约一分钟换一次，不要截图发给别人。"),
                T("看病买药出示的是医保码，和社保码不是一个。"),
            ),
        ),
        Part(
            heading=T("给家里人开"),
            points=(T("老人和孩子没有手机的，可以加到您的“亲情服务”里。"),),
        ),
    ),
    steps=(
        T("从应用商店装“电子社保卡”或“掌上12333”。"),
        T("登记姓名、身份证号，刷一次脸，设密码。"),
        T("不明白，打 {hotline}。"),
    ),
    laws=(FACE,),
)
E_CARD_PASSWORD = Question(
    name="e_card_password",
    subject=Subject.PASSWORDS,
    icon="change-pin",
    label=T("电子社保卡密码"),
    title=T("电子社保卡密码怎么改？"),
    answer=T("在手机里点“我的”、“设置”，就能改、能重设。"),
    parts=(
        Part(
            heading=T("记得旧密码"),
            points=(T("打开电子社保卡，点“我的”，再点“设置”，选修改密码。"),),
        ),
        Part(
            heading=T("忘了"),
            points=(T("在同一个地方选重设密码，要刷脸核对本人。"),),
        ),
        Part(
            heading=T("改一次，处处都变"),
            points=(T("在哪个应用里改都一样：所有渠道的电子社保卡，马上用新密码。"),),
        ),
        Part(
            heading=T("和卡的密码不是一个"),
            points=(T("这个密码只管手机里的电子社保卡。卡的社保密码在机器上改。"),),
        ),
    ),
    steps=(T("打开电子社保卡，点“我的”。"), T("点“设置”，改密码或者重设。"), T("新密码在所有渠道马上有效。")),
)
FACE_TIPS = Question(
    name="face_tips",
    subject=Subject.PASSWORDS,
    icon="face",
    label=T("手机刷脸"),
    title=T("手机刷脸不过怎么办？"),
    answer=T("换个光线，露出整张脸，照着提示做。"),
    parts=(
        Part(
            heading=T("刷的时候"),
            points=(
                T("光不要太强，也不要太暗。别背着窗户。"),
                T("整张脸都在框里，摘下口罩和帽子。"),
                T("照着提示眨眼、转头，慢一点。"),
            ),
        ),
        Part(
            heading=T("还是不过"),
            points=(
                T("看看登录的是不是自己：应用里实名登记的，必须是本人。"),
                T("样子和卡上的照片差得多，请拿近照来换一张卡。"),
            ),
        ),
        Part(
            heading=T("不想刷脸"),
            points=(T("刷脸不是唯一的办法。在这台机器上可以换一种方式，也可以到{window}。"),),
        ),
    ),
    steps=(
        T("换到光线均匀的地方，再刷一次。"),
        T("看看应用里登记的是不是本人。"),
        T("照片太旧，带近照到{window}换卡。"),
    ),
    laws=(FACE,),
    here=("renew_card",),
)
TEXTS = Question(
    name="about_texts",
    subject=Subject.PASSWORDS,
    icon="sms",
    label=T("短信提醒"),
    title=T("短信提醒有什么用？"),
    answer=T("账户一有变动，马上发短信告诉您，不收钱。"),
    parts=(
        Part(
            heading=T("提醒什么"),
            points=(
                T("缴了费、余额变了、发了待遇，都发短信。"),
                T("本地提醒的是：{covers}。"),
            ),
        ),
        Part(
            heading=T("谁能开"),
            points=(T("有一张有效的社保卡，有一个能收短信的手机号。"),),
        ),
        Part(
            heading=T("怎么开"),
            points=(
                T("在这台机器上点“短信提醒”：核对本人，填手机号，确认，提交。"),
                T("大约 {review_days} 个工作日审核，通过了就开始发。"),
            ),
            when=lambda policy: policy.sms.here and policy.sms.review_days > 0,
        ),
        Part(
            heading=T("怎么开"),
            points=(
                T("在这台机器上点“短信提醒”：核对本人，填手机号，确认，提交。"),
                T("不用审核，提交了就开始发。"),
            ),
            when=lambda policy: policy.sms.here and policy.sms.review_days == 0,
        ),
        Part(
            heading=T("怎么开"),
            points=(T("本地要本人到{window}签字，带上社保卡和身份证。"),),
            when=lambda policy: not policy.sms.here,
        ),
        Part(
            heading=T("换了手机号"),
            points=(T("请马上来改，不然提醒会发给别人。号码由您自己保证是对的。"),),
        ),
        Part(
            heading=T("没收到短信"),
            points=(T("先看手机有没有拦下来。还是没有，到{window}，或者打 {hotline}。"),),
        ),
        Part(
            heading=T("小心骗子"),
            points=(T("真的提醒里没有链接。短信里有链接，一个都不点。"),),
        ),
    ),
    steps=(
        Step(text=T("带上社保卡、身份证和手机，来办短信提醒。"), when=lambda policy: policy.sms.here),
        Step(text=T("带上社保卡、身份证和手机，到{window}签字。"), when=lambda policy: not policy.sms.here),
        T("换了号码，马上来改。"),
        T("收不到，打 {hotline}。"),
    ),
    laws=(OWN_RECORDS,),
    here=("sms_reminders",),
)
FRAUD = Question(
    name="fraud",
    subject=Subject.PASSWORDS,
    icon="warning",
    label=T("防诈骗"),
    title=T("短信说社保卡要停用？"),
    answer=T("是骗子。没有人会发链接说社保卡“到期”、“停用”。"),
    parts=(
        Part(
            heading=T("怎么认出来"),
            points=(
                T("短信里有链接，要您点开填卡号、密码、验证码。"),
                T("电话里催您转账，或者要您打开屏幕共享。"),
                T("说不马上办，卡就停、养老金就没了。"),
            ),
        ),
        Part(
            heading=T("怎么办"),
            points=(
                T("不点、不填、不转，把短信删掉。"),
                T("想知道卡好不好，在机器上查卡状态，或者打 {hotline}。"),
            ),
        ),
        Part(
            heading=T("已经填了"),
            points=(T("马上打银行的电话冻结卡，再打 110。社保密码也换掉。"),),
        ),
    ),
    steps=(T("不点链接，删掉短信。"), T("不放心，打 {hotline} 问。"), T("已经填了：先打银行电话，再打 110。")),
    here=("card_status", "change_pin"),
)

QUESTIONS = (TWO_PINS, E_CARD, E_CARD_PASSWORD, FACE_TIPS, TEXTS, FRAUD, BANK_PIN)
