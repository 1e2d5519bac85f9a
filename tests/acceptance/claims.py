"""What citizens are told of the card today, claim by claim, and where this product does it, takes it or says it.

Five sources: reminders by text (R), the annual review and the card's uses (A), questions about the card (Q), activation
for an employee (E), the financial function (F). A claim is covered by services, by pages whose words are named here,
and by tests that run the product's core against the server's.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One claim.

    Attributes:
        says: What it is, in a sentence.
        services: What does it, or takes the application, by name in the catalogue.
        pages: The questions whose answers say it, by name, each with words that must stand there.
        scenarios: Scripted citizens who go through it on the running product, with its pictures.
        tests: Files and functions under `tests/`.
    """

    id: str
    says: str
    services: tuple[str, ...] = ()
    pages: dict[str, tuple[str, ...]] = field(default_factory=dict)
    scenarios: tuple[str, ...] = ()
    tests: tuple[str, ...]


_SERVICES = "kiosk/services"
_APPLIED = f"{_SERVICES}/test_applications.py"
_OWN = f"{_SERVICES}/test_own_records.py"
_ANSWERED = f"{_SERVICES}/test_questions.py::test_every_question_is_listed_and_answered"
_WORDS = "acceptance/test_claims.py::test_the_words_stand_on_the_page"

CLAIMS = (
    Claim(
        id="R1",
        says="Contributions paid, balance changed, benefits paid: each is told by text at once.",
        services=("sms_reminders",),
        pages={"about_texts": ("马上发短信", "缴了费", "余额变了", "发了待遇")},
        scenarios=("sms-reminders",),
        tests=(f"{_APPLIED}::test_texts_to_the_phone_on_record", _WORDS),
    ),
    Claim(
        id="R2",
        says="A valid card and a phone that gets texts; some regions want a signature face to face.",
        services=("sms_reminders",),
        pages={"about_texts": ("一张有效的社保卡", "能收短信的手机号")},
        scenarios=("sms-reminders", "sms-face-to-face"),
        tests=(f"{_APPLIED}::test_it_says_where", _WORDS),
    ),
    Claim(
        id="R3",
        says="Identify, enter or choose the number, confirm, submit, wait for review; approved, it takes effect.",
        services=("sms_reminders", "my_applications"),
        pages={"about_texts": ("核对本人，填手机号，确认，提交", "审核，通过了就开始发")},
        scenarios=("sms-reminders",),
        tests=(
            f"{_APPLIED}::test_texts_to_the_phone_on_record",
            f"{_APPLIED}::test_texts_to_another_phone",
            "central/test_applications.py::test_reminders_are_reviewed_then_they_are_in_effect",
        ),
    ),
    Claim(
        id="R4",
        says="The holder keeps the number right and up to date.",
        services=("phone_number", "sms_reminders"),
        pages={"about_texts": ("换了手机号", "号码由您自己保证是对的")},
        scenarios=("phone-number", "sms-reminders"),
        tests=(f"{_APPLIED}::test_another_number", f"{_APPLIED}::test_a_mistyped_number_can_be_changed"),
    ),
    Claim(
        id="R5",
        says="When texts don't come: the agency or the hotline.",
        pages={"about_texts": ("没收到短信", "打 12333")},
        tests=(_ANSWERED, _WORDS),
    ),
    Claim(
        id="R6",
        says="Card and personal data are kept safe.",
        pages={"keeping_safe": ("不借给别人", "不告诉别人", "不发给陌生人")},
        tests=(_ANSWERED, _WORDS, "whole/test_canaries.py"),
    ),
    Claim(
        id="R7",
        says="Social Insurance Law, art. 74: complete records, sent regularly and free; anyone may look at their own.",
        services=("insurance_records", "rights_record"),
        pages={"own_records": ("《社会保险法》第七十四条", "免费查询、核对", "定期免费")},
        scenarios=(
            "insurance-records",
            "rights-record",
        ),
        tests=(f"{_OWN}::test_read_with_the_card", f"{_SERVICES}/test_certificate.py::test_on_a4", _WORDS),
    ),
    Claim(
        id="A1",
        says="The annual review: choose it, give personal details, be verified, finish.",
        services=("eligibility_check",),
        pages={"annual_review": ("年审", "放上身份证，核对本人，看到结果就好了")},
        scenarios=("eligibility-check",),
        tests=(
            f"{_SERVICES}/test_eligibility_check.py::test_a_year_more",
            f"{_SERVICES}/test_eligibility_check.py::test_overdue",
            _WORDS,
        ),
    ),
    Claim(
        id="A2",
        says="What the card is for: identity, certificates, care, all five insurances, totals, benefits, further uses.",
        services=("insurance_records", "insured_certificate", "rights_record"),
        pages={
            "card_uses": (
                "姓名、公民身份号码、出生日期、性别、民族、户籍地",
                "资格证书",
                "养老、失业、医疗、工伤、生育",
                "在医院挂号、看病、结算，在药店买药",
                "养老和医疗一共缴了多少",
                "领养老金",
                "登记失业，报名培训",
                "交水电费、坐公交、当钱包用",
            )
        },
        scenarios=(
            "insurance-records",
            "insured-certificate",
            "rights-record",
        ),
        tests=(f"{_OWN}::test_read_with_the_card", _WORDS),
    ),
    Claim(
        id="A3",
        says="Employers and individuals see records and ask for advice; individuals supervise their employer.",
        services=("insurance_records",),
        pages={"own_records": ("监督单位", "单位也可以查", "《社会保险法》第四条"), "employer": ("先查自己的缴费",)},
        scenarios=("insurance-records",),
        tests=(f"{_OWN}::test_months_that_are_owed", _WORDS),
    ),
    Claim(
        id="A4",
        says="Social Insurance Law, art. 58: registration within 30 days; freelancers themselves; the ID number.",
        pages={
            "employer": ("30 天内", "《社会保险法》第五十八条"),
            "freelancer": ("灵活就业", "社会保障号码就是身份证号"),
        },
        tests=(_ANSWERED, _WORDS),
    ),
    Claim(
        id="Q1",
        says="Two functions: the social one by changing its PIN, the financial one at the bank or by an agent.",
        services=("enable", "financial_function"),
        pages={
            "enabling": ("两个功能", "换成自己的密码"),
            "bank_activation": ("任何一个网点", "请银行上门办", "代办人的身份证"),
        },
        scenarios=(
            "activate",
            "activate-with-id-and-face",
            "financial-function",
        ),
        tests=(
            f"{_SERVICES}/test_enable.py::test_a_collected_card_is_enabled",
            f"{_SERVICES}/test_enable.py::test_the_receipt_tells_of_the_bank",
            f"{_SERVICES}/test_questions.py::test_the_bank_side_of_a_card",
        ),
    ),
    Claim(
        id="Q2",
        says="The e-card works with a normal card; after a loss by authorisation only; after cancelling not at all.",
        services=("report_loss",),
        pages={"after_loss": ("卡和电子社保卡都能用", "要您本人授权", "都不能再办个人业务")},
        scenarios=("status-ecard", "report-loss"),
        tests=(f"{_SERVICES}/test_losses.py::test_lost_and_found", _WORDS),
    ),
    Claim(
        id="Q3",
        says="Two separate PINs; change the initial one soon; forgotten or blocked: reset or unlock.",
        services=("change_pin", "unlock", "reset_pin"),
        pages={
            "two_pins": ("两个密码是分开的", "自助机就能改", "连着输错 6 次", "服务网点"),
            "bank_pin": ("按银行的规矩办",),
        },
        scenarios=("change-pin", "wrong-pin-to-block", "unlock", "reset-pin"),
        tests=(
            f"{_SERVICES}/test_change_pin.py::test_the_pin_is_changed",
            f"{_SERVICES}/test_change_pin.py::test_wrong_down_to_the_block",
            f"{_SERVICES}/test_unlock.py::test_a_locked_pin_is_unlocked",
            f"{_SERVICES}/test_reset_pin.py::test_a_forgotten_pin_is_reset",
        ),
    ),
    Claim(
        id="Q4",
        says="The e-card's password is changed or reset under “my”, settings, for every channel at once.",
        pages={"e_card_password": ("“我的”", "“设置”", "所有渠道")},
        tests=(_ANSWERED, _WORDS),
    ),
    Claim(
        id="Q5",
        says="The face check fails: light, whole face, own real-name data, a recent photo.",
        services=("renew_card",),
        pages={"face_tips": ("光不要太强，也不要太暗", "整张脸都在框里", "必须是本人", "近照来换一张卡")},
        scenarios=("renew-card", "application-refused"),
        tests=(_ANSWERED, _WORDS),
    ),
    Claim(
        id="Q6",
        says="An expiring card is replaced from 60 days before, as a new application; open no link in a text.",
        services=("renew_card",),
        pages={
            "expiry": ("到期前 60 天", "按新申请一张卡来办，要您本人同意", "多数服务网点当场制好", "全国的网上渠道"),
            "fraud": ("不点、不填、不转",),
        },
        scenarios=("renew-card",),
        tests=(
            f"{_APPLIED}::test_a_renewal",
            f"{_APPLIED}::test_too_early_to_renew",
            "kiosk/questions/test_questions.py::test_texts_come_with_a_warning",
        ),
    ),
    Claim(
        id="Q7",
        says="Archived means not enabled: collect it or enable it; contributions go on.",
        services=("enable", "production_progress"),
        pages={"archived_card": ("还没有启用", "缴费照常", "打 12333", "手机上都可以")},
        scenarios=(
            "activate",
            "card-menu",
            "production-progress",
        ),
        tests=(
            f"{_SERVICES}/test_card_status.py::test_every_card_gets_its_answer",
            f"{_OWN}::test_a_card_in_the_making",
            _WORDS,
        ),
    ),
    Claim(
        id="Q8",
        says="Several cards: see each card's status; cancel at the bank, or apply to cancel and close the account.",
        services=("cards",),
        pages={"cancel_card": ("一个人在一个省只用一张", "银行柜台注销", "先申请注销社保功能", "账户销掉")},
        scenarios=("several-cards",),
        tests=(f"{_OWN}::test_two", _WORDS),
    ),
    Claim(
        id="Q9",
        says="The status can be asked for in many places, self-service machines among them.",
        services=("card_status", "card_status_without_card"),
        pages={"where_to_ask": ("自助机", "12333", "电子社保卡", "网上")},
        scenarios=(
            "status",
            "status-ecard",
            "card-menu",
        ),
        tests=(
            f"{_SERVICES}/test_card_status.py::test_by_id_card",
            f"{_SERVICES}/test_card_status.py::test_by_e_card_code",
        ),
    ),
    Claim(
        id="E1",
        says="The card is the ministry's national chip card, with name, sex and citizen number.",
        pages={"first_card": ("全国统一的芯片卡", "公民身份号码"), "card_uses": ("姓名", "性别")},
        tests=(_ANSWERED, _WORDS),
    ),
    Claim(
        id="E2",
        says="Before activation: the card in hand, its details known, the ID document at hand.",
        services=("enable",),
        pages={"enabling": ("卡已经领到手", "姓名和号码没有错", "身份证在身边")},
        scenarios=("activate-with-id-and-face",),
        tests=(f"{_SERVICES}/test_enable.py::test_what_the_record_forbids", _WORDS),
    ),
    Claim(
        id="E3",
        says="Online: card number, ID number, phone; identity check; a confirming text or mail.",
        pages={"enabling": ("填姓名、卡号、身份证号和手机号，核对本人", "确认的短信或邮件")},
        tests=(_ANSWERED, _WORDS, "central/test_texts.py::test_each_thing_done_is_confirmed_once"),
    ),
    Claim(
        id="E4",
        says="At a window: card and ID, a form, staff verify and enable.",
        services=("outlets",),
        pages={"enabling": ("带上卡和身份证，填一张表，工作人员核对",)},
        scenarios=("outlets",),
        tests=(f"{_SERVICES}/test_questions.py::test_outlets", _WORDS),
    ),
    Claim(
        id="E5",
        says="Afterwards: services are open; keep it safe; lost or damaged: report and replace.",
        services=("report_loss", "formal_loss", "replace_card"),
        pages={"enabling": ("看病、买药、领待遇都能用", "丢了马上挂失，坏了来换")},
        scenarios=(
            "report-loss",
            "replace-card",
            "formal-loss",
        ),
        tests=(
            f"{_SERVICES}/test_losses.py::test_lost_and_found",
            f"{_SERVICES}/test_formal_loss.py::test_for_good",
            f"{_APPLIED}::test_a_broken_card_is_replaced",
        ),
    ),
    Claim(
        id="E6",
        says="Card measures, art. 16: the rules of the card are displayed at the place of service.",
        services=("published_rules", "legal_basis"),
        pages={
            "published_rules": (
                "《社会保障卡管理办法》第十六条",
                "卡的功能和用途",
                "发给谁、怎么申领",
                "用多久",
                "怎么挂失、怎么补",
                "权利和义务",
            )
        },
        tests=(f"{_SERVICES}/test_questions.py::test_its_published_rules", _WORDS),
    ),
    Claim(
        id="F1",
        says="An app enables the social function: the city's card service, name and ID number, submit.",
        pages={"enabling": ("在官方应用里选本市的社保卡服务", "填姓名")},
        tests=(_ANSWERED, _WORDS),
    ),
    Claim(
        id="F2",
        says="No application: whoever is insured gets a card; a lost one is replaced with the ID card.",
        services=("production_progress", "replace_card"),
        pages={"first_card": ("参保了就有卡，不用另外申请", "带上身份证去补")},
        scenarios=(
            "replace-card",
            "production-progress",
        ),
        tests=(f"{_APPLIED}::test_a_lost_card_is_replaced", _WORDS),
    ),
    Claim(
        id="F3",
        says="Not activated within half a year: the medical account may be restricted.",
        services=("financial_function",),
        pages={"bank_activation": ("6 个月不激活，医保账户可能受限制",)},
        scenarios=("financial-function",),
        tests=(_ANSWERED, _WORDS),
    ),
    Claim(
        id="F4",
        says="Ways to activate: the bank with card and ID, first use in a hospital, first use in a pharmacy.",
        pages={"first_use": ("到医院第一次看病结算", "到药店第一次买药", "本人带卡和身份证去")},
        tests=(_ANSWERED, _WORDS),
    ),
    Claim(
        id="F5",
        says="300 days to activate at the bank, else the card is put on loss, which activating there lifts.",
        services=("financial_function", "release_loss"),
        pages={"bank_activation": ("300 天", "按挂失停用", "先到银行激活", "指定的地方解除")},
        scenarios=(
            "release-loss",
            "financial-function",
        ),
        tests=(
            f"{_SERVICES}/test_questions.py::test_the_bank_side_of_a_card",
            f"{_SERVICES}/test_losses.py::test_a_loss_that_only_the_bank_ends",
        ),
    ),
    Claim(
        id="F6",
        says="Another may act: the agent's ID, the holder's ID, a letter of authority.",
        pages={"agent": ("代办人的身份证", "本人的身份证", "授权书"), "bank_activation": ("授权书",)},
        scenarios=("financial-function",),
        tests=(_ANSWERED, _WORDS),
    ),
)
