"""A card that is lost, broken, old, or one too many."""

from kiosk.questions.laws import CARD_MEASURES, ISSUING
from kiosk.questions.question import Part, Question, Step, Subject
from kiosk.text import T

AFTER_LOSS = Question(
    name="after_loss",
    subject=Subject.CARD,
    icon="loss",
    label=T("挂失以后"),
    title=T("挂失以后还能用什么？"),
    answer=T("卡停用；电子社保卡要您本人授权，才能接着用。"),
    parts=(
        Part(
            heading=T("卡正常的时候"),
            points=(T("卡和电子社保卡都能用。"),),
        ),
        Part(
            heading=T("挂失以后"),
            points=(
                T("临时挂失、正式挂失都一样：卡不能看病、买药、领待遇。"),
                T("电子社保卡要您本人授权，才能接着用。"),
                T("参保缴费照常，不受影响。"),
            ),
        ),
        Part(
            heading=T("注销以后"),
            points=(T("卡和电子社保卡都不能再办个人业务。有新卡，请用新卡。"),),
        ),
        Part(
            heading=T("卡里银行的钱"),
            points=(T("社保这边挂失，银行不知道。请马上打银行的电话，另外挂失。"),),
        ),
        Part(
            heading=T("找到了，或者找不到"),
            points=(
                T("临时挂失 {loss_days} 天后自动解除。找到了可以提前解除。"),
                T("找不到，请在那以前补卡，不然捡到的人又能用。"),
            ),
        ),
        Part(
            heading=T("正式挂失"),
            points=(T("本地正式挂失以后不能解除，只能补一张新卡。"),),
            when=lambda policy: not policy.loss.formal_can_be_lifted,
        ),
        Part(
            heading=T("正式挂失"),
            points=(T("本地正式挂失以后，卡找到了还可以解除。"),),
            when=lambda policy: policy.loss.formal_can_be_lifted,
        ),
    ),
    steps=(
        T("马上打银行的电话，银行那边另外挂失。"),
        T("找到卡：来解除挂失。"),
        T("找不到：{loss_days} 天以内来补卡。"),
    ),
    laws=(CARD_MEASURES, ISSUING),
    here=("report_loss", "release_loss"),
)
REPLACING = Question(
    name="replacing",
    subject=Subject.CARD,
    icon="replacement",
    label=T("补卡换卡"),
    title=T("补卡换卡要什么条件？"),
    answer=T("丢了补卡，坏了、到期了换卡，都要本人身份证。"),
    parts=(
        Part(
            heading=T("补卡：卡丢了"),
            points=(T("要先正式挂失，再补卡。旧卡从此不能再用。"),),
            when=lambda policy: policy.replacement.needs_formal_loss,
        ),
        Part(
            heading=T("补卡：卡丢了"),
            points=(T("不用先正式挂失。还没挂失的，先办临时挂失，别人就用不了。"),),
            when=lambda policy: not policy.replacement.needs_formal_loss,
        ),
        Part(
            heading=T("换卡：卡坏了，或者快到期"),
            points=(T("到期前 {renewal_days} 天起就可以换。带上旧卡和身份证。"),),
        ),
        Part(
            heading=T("在哪里办"),
            points=(T("可以在这台机器上申请，也可以到{window}。"),),
            when=lambda policy: policy.replacement.here,
        ),
        Part(
            heading=T("在哪里办"),
            points=(T("本地要到服务网点办，这台机器不受理。"),),
            when=lambda policy: not policy.replacement.here,
        ),
        Part(
            heading=T("等多久"),
            points=(T("审核通过以后，大约 {card_days} 个工作日制好。"),),
        ),
        Part(
            heading=T("制好了怎么知道"),
            points=(T("登记了手机号的，发短信通知。短信里没有链接，有链接的不要点。"),),
            when=lambda policy: policy.sms.confirmation,
        ),
        Part(
            heading=T("制好了怎么知道"),
            points=(T("到日子再来，点“我的申请”查。"),),
            when=lambda policy: policy.replacement.here and not policy.sms.confirmation,
        ),
        Part(
            heading=T("着急的"),
            points=(T("有的服务网点当场就能制好，可以先打 {hotline} 问哪一家。"),),
            when=lambda policy: policy.replacement.instant_at_outlet,
        ),
        Part(
            heading=T("等卡的时候"),
            points=(T("要看病的，到{window}办一张临时卡。"),),
            when=lambda policy: policy.replacement.temporary_card,
        ),
        Part(
            heading=T("收费"),
            points=(T("不收钱。"),),
            when=lambda policy: policy.replacement.fee_fen == 0,
        ),
        Part(
            heading=T("收费"),
            points=(T("第一次补换不收钱，以后每次工本费 {fee} 元，领卡的时候交。这台机器不收钱。"),),
            when=lambda policy: policy.replacement.fee_fen > 0 and policy.replacement.free_first,
        ),
        Part(
            heading=T("收费"),
            points=(T("工本费 {fee} 元，领卡的时候交。这台机器不收钱。"),),
            when=lambda policy: policy.replacement.fee_fen > 0 and not policy.replacement.free_first,
        ),
        Part(
            heading=T("照片"),
            points=(T("用登记的照片制卡。照片用不了，或者样子变了很多，到{window}换一张近照。"),),
        ),
    ),
    steps=(
        T("带上身份证。换卡的，再带上旧卡。"),
        Step(text=T("在机器上申请，或者到{window}。"), when=lambda policy: policy.replacement.here),
        Step(text=T("到服务网点申请。"), when=lambda policy: not policy.replacement.here),
        Step(text=T("制好了再去领卡。"), when=lambda policy: policy.replacement.delivery != "post"),
        Step(text=T("卡寄到登记的地址，本人签收。"), when=lambda policy: policy.replacement.delivery == "post"),
    ),
    laws=(CARD_MEASURES, ISSUING),
    here=("replace_card",),
)
EXPIRY = Question(
    name="expiry",
    subject=Subject.CARD,
    icon="clock",
    label=T("卡到期"),
    title=T("社保卡到期了怎么办？"),
    answer=T("换一张新卡。到期前 {renewal_days} 天就可以办。"),
    parts=(
        Part(
            heading=T("怎么换"),
            points=(
                T("按新申请一张卡来办，要您本人同意。"),
                T("到服务网点，或者在网上、手机上办。带上身份证和旧卡。"),
            ),
        ),
        Part(
            heading=T("当场能拿到吗"),
            points=(T("多数服务网点当场制好。"),),
            when=lambda policy: policy.replacement.instant_at_outlet,
        ),
        Part(
            heading=T("当场能拿到吗"),
            points=(T("要等大约 {card_days} 个工作日。"),),
            when=lambda policy: not policy.replacement.instant_at_outlet,
        ),
        Part(
            heading=T("人在外地"),
            points=(T("用全国的网上渠道办：电子社保卡、掌上12333 都可以。不清楚打 {hotline}。"),),
        ),
        Part(
            heading=T("小心骗子"),
            points=(T("没有人会发短信链接说社保卡“到期”。收到了不要点，删掉。"),),
        ),
    ),
    steps=(T("带上身份证和旧卡来换。"), T("人在外地，用电子社保卡在网上办。"), T("短信里的链接，一个都不点。")),
    laws=(ISSUING,),
    here=("renew_card",),
)
SEVERAL = Question(
    name="cancel_card",
    subject=Subject.CARD,
    icon="loss",
    label=T("注销多余的卡"),
    title=T("有几张卡，怎么注销？"),
    answer=T("一般一个人在一个省只用一张。多的要先到银行销户。"),
    parts=(
        Part(
            heading=T("先看看哪张在用"),
            points=(T("在这台机器上用身份证查：每张卡是什么状态，哪张在用。"),),
        ),
        Part(
            heading=T("用不了的卡：丢了的、停用的"),
            points=(T("到那张卡的银行柜台注销，带上身份证。"),),
        ),
        Part(
            heading=T("还正常、但是不用的卡"),
            points=(T("先申请注销社保功能，再到银行把账户销掉。账户里的钱，先取出来。"),),
        ),
        Part(
            heading=T("请先想好"),
            points=(T("注销的卡不能再恢复。领养老金的卡，先换好收款的卡再注销。"),),
        ),
        Part(
            heading=T("有的地方可以不只一张"),
            points=(T("本地不限一人一卡。不用的卡，还是注销了放心。"),),
            when=lambda policy: not policy.card.one_card_a_province,
        ),
    ),
    steps=(
        T("带上身份证和不用的卡。"),
        T("到银行柜台销户，把钱取出来。"),
        T("再到{window}注销社保功能。"),
    ),
    laws=(ISSUING,),
    here=("cards",),
)

QUESTIONS = (AFTER_LOSS, REPLACING, EXPIRY, SEVERAL)
