"""What the bureau holds of somebody beside a card: contributions, benefits, cards in the making, certificates.

Money is in fen, a hundredth of a yuan. Months are `YYYY-MM`.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from kiosk.uplink.contract.applications import ApplicationStage
from kiosk.uplink.contract.base import Count, Hidden, KioskName, Message, Region
from kiosk.uplink.contract.cards import ApplicationStatus, Lifecycle, LossReason

RECORDS = "/v1/records"
"""POST a `PersonalQuestion`, get `InsuranceRecords`."""
PRODUCTION_PROGRESS = "/v1/production-progress"
"""POST a `PersonalQuestion`, get a `ProductionProgress`."""
CARDS = "/v1/cards"
"""POST a `PersonalQuestion`, get `PersonCards`."""
ELIGIBILITY = "/v1/eligibility"
"""POST a `PersonalQuestion`, get an `EligibilityState`."""
CERTIFICATE = "/v1/certificates/{certificate_id}"
"""PUT a `CertificateRequest`, get a `CertificateIssued`, or `NOT_ELIGIBLE` (no records). A repeat issues nothing."""
OUTLETS = "/v1/outlets"
"""GET `Outlets`."""

Month = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
Tail = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{4}$")]
"""The last four characters of a card's number."""


class Insurance(StrEnum):
    """险种."""

    PENSION = "pension"  # 养老
    MEDICAL = "medical"  # 医疗
    UNEMPLOYMENT = "unemployment"  # 失业
    WORK_INJURY = "work_injury"  # 工伤
    MATERNITY = "maternity"  # 生育


class InsuredState(StrEnum):
    """How somebody stands with an insurance."""

    PAYING = "paying"  # 参保缴费
    SUSPENDED = "suspended"  # 暂停缴费
    RECEIVING = "receiving"  # 领取待遇
    ENDED = "ended"  # 终止参保


class Payment(Message):
    """One month's contributions."""

    month: Month
    base_fen: Count
    """What they are reckoned from."""
    personal_fen: Count
    employer_fen: Count
    paid: bool
    """False: owed."""


class InsuranceRecord(Message):
    """One insurance of somebody's."""

    insurance: Insurance
    insured_since: Month
    state: InsuredState
    months_paid: Count
    personal_fen: Count
    """What they have paid themselves, in all."""
    balance_fen: Count | None = Field(default=None, repr=False)
    """Of the personal account; None: this insurance has none."""
    body: str
    """经办机构 that holds it."""
    body_en: str
    payments: tuple[Payment, ...] = Field(default=(), max_length=240, repr=False)
    """Of the years that the region shows, oldest first."""


class InsuranceRecords(Message):
    """Somebody's insurances, none twice; empty: nothing is on record here."""

    as_of: date
    years: Count
    """How many calendar years of payments are told, this one included."""
    held_by: str
    """Whom to ask where something isn't on record here."""
    held_by_en: str
    insurances: tuple[InsuranceRecord, ...] = Field(max_length=5)


class ProducedCard(Message):
    """A card that is being made, or waits to be collected."""

    tail: Tail | None = Field(default=None, repr=False)
    """None: it has no number yet."""
    stage: ApplicationStage | None = None
    """Of the application that it comes from; None: it was made without one, as the first card is."""
    lifecycle: Lifecycle
    ordered_on: date | None = None
    expected_on: date | None = None
    outlet: str | None = None
    """Where it is, or will be, collected: the outlet's `id`; None: it is posted, or that isn't known."""
    posted: bool = False


class ProductionProgress(Message):
    """Somebody's cards in the making; empty: none."""

    as_of: date
    cards: tuple[ProducedCard, ...] = Field(max_length=20)


class PersonCard(Message):
    """One card of somebody's."""

    handle: UUID
    tail: Tail = Field(repr=False)
    region: Region
    application_status: ApplicationStatus
    lifecycle: Lifecycle
    loss_reason: LossReason | None = None
    bank: str
    bank_en: str = ""
    """As in a card's record."""
    issued_on: date | None = None
    valid_until: date | None = None
    in_use: bool
    """The one that counts; of several, one at most."""


class PersonCards(Message):
    """Somebody's cards, the one in use first."""

    as_of: date
    cards: tuple[PersonCard, ...] = Field(max_length=20)


class Benefit(StrEnum):
    """What somebody receives month by month."""

    PENSION = "pension"  # 养老金
    SURVIVORS = "survivors"  # 供养亲属抚恤金
    DISABILITY = "disability"  # 伤残津贴


class EligibilityState(Message):
    """Whether somebody has to prove that they may go on receiving benefits, and until when they have."""

    as_of: date
    benefit: Benefit | None = None
    """None: they receive nothing that has to be proved."""
    checked_on: date | None = None
    good_until: date | None = None
    overdue: bool = False
    paid_until: date | None = None
    """Paying stopped with that day, since it is overdue; None: it goes on."""


class CertificateKind(StrEnum):
    """What is certified."""

    INSURED = "insured_certificate"  # 参保证明
    RIGHTS_RECORD = "rights_record"  # 权益记录: with the payments.


class CertificateRequest(Message):
    """Somebody wants a certificate of their own."""

    certificate_id: UUID
    """Made by the kiosk: a repeat issues no second one."""
    kiosk: KioskName
    evidence: tuple[UUID, ...] = Field(min_length=1, max_length=8)
    kind: CertificateKind


class CertificateIssued(Message):
    """What the certificate says; whoever has its code can ask the server whether that is so."""

    certificate_id: UUID
    kind: CertificateKind
    number: Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$")]
    code: Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$")] = Field(repr=False)
    """80 random bits, in letters that aren't mistaken for digits; at `/verify/` on the server."""
    issued_on: date
    verifiable_until: date
    name: Hidden
    social_security_number: Hidden
    held_by: str
    held_by_en: str
    insurances: tuple[InsuranceRecord, ...] = Field(max_length=5)


class OutletWork(StrEnum):
    """What an outlet does."""

    APPLY = "apply"  # 申领
    COLLECT = "collect"  # 领卡
    INSTANT_CARD = "instant_card"  # 立等可取
    ENABLE = "enable"  # 启用
    PIN = "pin"  # 密码修改、重置
    LOSS = "loss"  # 挂失、解挂
    CANCEL = "cancel"  # 注销
    RECORDS = "records"  # 查询打印
    ELIGIBILITY = "eligibility"  # 待遇资格认证
    BANK = "bank"  # 金融功能激活


class Outlet(Message):
    """服务网点."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]
    name: str
    name_en: str
    address: str
    address_en: str
    hours: str
    hours_en: str
    phone: str
    distance: str = ""
    """From the kiosk, in words; empty: nobody has measured it."""
    distance_en: str = ""
    does: tuple[OutletWork, ...]


class Outlets(Message):
    """The outlets near a kiosk, the nearest first."""

    outlets: tuple[Outlet, ...] = Field(max_length=200)
