"""What differs between regions, and who may have what for which proof: one file, read by the kiosk and the server.

The kiosk goes by it to say what is done here and what it takes; the server judges by the same words. Every value here
is what holds where a bureau says nothing else (`config/policy.toml` documents each key in place). Pure: nothing reads
a file here.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StrictBool, StrictInt, StringConstraints, model_validator

from kiosk.uplink.contract.base import Message

RegionCode = Annotated[str, StringConstraints(pattern=r"^(default|[0-9]{6})$")]
"""An administrative division (GB/T 2260), or `default`: what every region inherits in the end."""


class ServiceKind(StrEnum):
    """What a citizen may ask for, as far as somebody has to prove who they are. Named as `[evidence]` names them."""

    ENABLE = "enable"  # 启用
    CHANGE_PIN = "change_pin"  # 修改密码
    UNLOCK = "unlock"  # 解锁
    RESET_PIN = "reset_pin"  # 重置
    TEMPORARY_LOSS = "temporary_loss"  # 临时挂失
    LOSS_RELEASE = "loss_release"  # 解挂
    FORMAL_LOSS = "formal_loss"  # 正式挂失
    STATUS = "status"  # 卡状态, without the card
    PRODUCTION_PROGRESS = "production_progress"  # 制卡进度
    RECORDS = "records"  # 五险查询
    CERTIFICATE = "certificate"  # 参保证明, 权益记录
    ELIGIBILITY = "eligibility"  # 待遇资格认证
    SMS = "sms"  # 短信提醒
    REPLACEMENT = "replacement"  # 补领
    RENEWAL = "renewal"  # 换领
    PHONE_NUMBER = "phone_number"  # the phone number on record
    CARDS = "cards"  # which cards one has
    APPLICATIONS = "applications"  # what one has applied for


# Ways to prove who one is.

Evidence = Literal["card_pin", "id_card", "e_card", "face", "one_time_code"]
"""What may prove who somebody is: the values of `EvidenceKind`."""

Way = Annotated[tuple[Evidence, ...], Field(min_length=1)]
"""Proofs that are needed together."""


def _fair(ways: tuple[Way, ...]) -> tuple[Way, ...]:
    if any(len(set(way)) < len(way) for way in ways):
        raise ValueError("a way names a proof twice")
    if any("face" in way and not {"id_card", "e_card"} & set(way) for way in ways):
        raise ValueError("face needs id_card or e_card beside it: they say whose photo it is compared with")
    if ways and all("face" in way for way in ways):
        raise ValueError("face must not be the only way (rules on face recognition of June 2025): add one without it")
    return ways


def _without_pin(ways: tuple[Way, ...]) -> tuple[Way, ...]:
    if any("card_pin" in way for way in ways):
        raise ValueError("card_pin proves nothing here: the PIN is forgotten or blocked, or the card isn't at hand")
    return ways


def _naming(ways: tuple[Way, ...]) -> tuple[Way, ...]:
    if any(not {"id_card", "e_card", "card_pin"} & set(way) for way in ways):
        raise ValueError("card_pin, id_card or e_card has to say who it is")
    return ways


def _naming_without_card(ways: tuple[Way, ...]) -> tuple[Way, ...]:
    if any(not {"id_card", "e_card"} & set(way) for way in ways):
        raise ValueError("without a card id_card or e_card has to say who it is")
    return ways


def _by_the_card(ways: tuple[Way, ...]) -> tuple[Way, ...]:
    if any(way != ("card_pin",) for way in ways):
        raise ValueError('the card itself checks the old PIN: [["card_pin"]], or [] where it isn\'t done here')
    return ways


_ENOUGH_FOR_A_NUMBER = ({"id_card", "one_time_code"}, {"card_pin", "id_card", "face"})
"""Whoever has the number gets the codes: the old one has to agree, or a face beside all that can be shown."""


def _for_a_number(ways: tuple[Way, ...]) -> tuple[Way, ...]:
    if not all(any(enough <= set(way) for enough in _ENOUGH_FOR_A_NUMBER) for way in ways):
        raise ValueError("too weak for a number that gets codes: id_card with one_time_code, or with card_pin and face")
    return ways


Ways = Annotated[tuple[Way, ...], AfterValidator(_fair)]
"""Ways to the same end, of which one is enough; none: the service isn't offered."""
WaysWithoutPin = Annotated[Ways, AfterValidator(_without_pin)]
WaysWithoutCard = Annotated[WaysWithoutPin, AfterValidator(_naming_without_card)]
WaysOfAPerson = Annotated[Ways, AfterValidator(_naming)]
WaysToANumber = Annotated[Ways, AfterValidator(_for_a_number)]
WaysOfTheCard = Annotated[Ways, AfterValidator(_by_the_card)]

_PERSON: tuple[Way, ...] = (("id_card", "face"), ("id_card", "one_time_code"))
_PERSON_OR_PHONE: tuple[Way, ...] = (*_PERSON, ("e_card", "one_time_code"))
_CARD_OR_PERSON: tuple[Way, ...] = (("card_pin",), *_PERSON_OR_PHONE)


class EvidenceRules(Message):
    """[evidence]: the ways in which somebody proves who they are, service by service."""

    enable: Ways = (("card_pin", "id_card", "face"), ("card_pin", "id_card", "one_time_code"))
    change_pin: WaysOfTheCard = (("card_pin",),)
    unlock: WaysWithoutPin = _PERSON
    reset_pin: WaysWithoutPin = _PERSON
    temporary_loss: WaysWithoutCard = _PERSON_OR_PHONE
    loss_release: WaysWithoutCard = _PERSON_OR_PHONE
    formal_loss: WaysWithoutCard = _PERSON
    status: WaysWithoutCard = (("id_card",), ("e_card",))
    production_progress: WaysWithoutCard = (("id_card",), ("e_card",))
    records: WaysOfAPerson = _CARD_OR_PERSON
    certificate: WaysOfAPerson = _CARD_OR_PERSON
    eligibility: WaysWithoutCard = _PERSON
    sms: WaysOfAPerson = (("card_pin", "one_time_code"), *_PERSON_OR_PHONE)
    replacement: WaysWithoutCard = _PERSON
    renewal: WaysOfAPerson = _PERSON
    phone_number: WaysToANumber = (("id_card", "one_time_code"), ("card_pin", "id_card", "face"))
    cards: WaysWithoutCard = (("id_card",), ("e_card",))
    applications: WaysOfAPerson = (("card_pin",), ("id_card",), ("e_card",))

    def of(self, service: ServiceKind) -> tuple[Way, ...]:
        """The ways of one service; see `RegionPolicy.ways_of` for whether the region wants it at kiosks."""
        ways: tuple[Way, ...] = getattr(self, service.value)
        return ways


# The groups.


def _once_each(topics: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(topics)) < len(topics):
        raise ValueError("names something twice")
    return topics


class CardRules(Message):
    """[card]: what is so of every card of the region."""

    renewal_window_days: Annotated[StrictInt, Field(ge=0, le=365)] = 60
    """How long before its last day a card may be renewed."""
    initial_pins: tuple[Annotated[str, StringConstraints(pattern=r"^[0-9]{4,12}$")], ...] = ("123456",)
    """What cards are issued with: nobody gets one of them as a new PIN."""
    pin_length: Annotated[StrictInt, Field(ge=4, le=12)] = 6
    one_card_a_province: StrictBool = True
    """Whether a person keeps one card only within a province."""


class LossRules(Message):
    """[loss]: 临时挂失 and 正式挂失."""

    lapses_after_days: Literal[3, 5, 7, 10, 15] = 7
    """When a temporary loss ends by itself."""
    formal_here: StrictBool = True
    """Whether a formal loss may be reported at a kiosk; otherwise at an outlet."""
    formal_can_be_lifted: StrictBool = False
    """Whether a formal loss may end otherwise than by a new card."""


class PinRules(Message):
    """[pin]: what a kiosk may do for somebody whose PIN doesn't work."""

    unlock_here: StrictBool = True
    reset_here: StrictBool = True


class FinancialRules(Message):
    """[financial]: the bank's side, which is activated at the bank alone."""

    deadline_days: Annotated[StrictInt, Field(ge=1, le=3650)] = 300
    """From collection."""
    medical_restricted_after_days: Annotated[StrictInt, Field(ge=0, le=3650)] = 183
    """From collection; 0: never."""
    consequence: Literal["loss", "medical", "none"] = "loss"
    """Of a deadline that passed: the social application is put on loss; medical use is restricted; nothing."""
    home_visits: StrictBool = True
    """Whether the bank comes to those who can't."""
    agent_allowed: StrictBool = True
    """Whether somebody else may go, with both ID cards and a letter of authority."""


class ReplacementRules(Message):
    """[replacement]: 补领 and 换领."""

    here: StrictBool = True
    """Whether a kiosk takes the application; otherwise an outlet alone."""
    fee_fen: Annotated[StrictInt, Field(ge=0, le=100_000)] = 2000
    """In fen, a hundredth of a yuan."""
    needs_formal_loss: StrictBool = True
    """Whether a lost card has to be on formal loss first."""
    free_first: StrictBool = True
    """Whether a person's first replacement is free."""
    delivery: Literal["collect", "post", "choice"] = "choice"
    temporary_card: StrictBool = False
    """Whether one gets a temporary card until the new one is there."""
    days: Annotated[StrictInt, Field(ge=0, le=365)] = 20
    """Working days until the new card is there."""
    instant_at_outlet: StrictBool = True
    """Whether some outlets make it while one waits."""


class SmsRules(Message):
    """[sms]: 短信提醒."""

    here: StrictBool = True
    """False: a region that wants people face to face."""
    covers: Annotated[
        tuple[Literal["payments", "balance", "benefits", "card"], ...], Field(min_length=1), AfterValidator(_once_each)
    ] = ("payments", "balance", "benefits")
    """What texts are about."""
    review_days: Annotated[StrictInt, Field(ge=0, le=60)] = 3
    """Working days until it takes effect."""
    confirmation: StrictBool = True
    """Whether a text confirms each thing done or applied for."""


class EligibilityRules(Message):
    """[eligibility]: 待遇资格认证."""

    every_months: Annotated[StrictInt, Field(ge=1, le=60)] = 12
    here: StrictBool = True
    home_visit: StrictBool = True
    """Whether somebody comes to those who can't."""


class RecordRules(Message):
    """[records]: 权益记录."""

    certificate_a4: StrictBool = True
    """Whether a certificate may be printed on A4, where the machine has such a printer."""
    years_shown: Annotated[StrictInt, Field(ge=1, le=20)] = 5


_Text = Annotated[str, StringConstraints(min_length=1, max_length=2000)]


class PublishedRule(Message):
    """One article of what the bureau publishes, in both languages."""

    title: _Text
    title_en: _Text
    paragraphs: tuple[_Text, ...] = Field(min_length=1)
    paragraphs_en: tuple[_Text, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _both_say_the_same(self) -> Self:
        if len(self.paragraphs) != len(self.paragraphs_en):
            raise ValueError("paragraphs and paragraphs_en differ in number")
        return self


class Texts(Message):
    """[texts]: the bureau's own words."""

    rules: tuple[PublishedRule, ...] = ()
    """What has to be on display where people are served (社会保障卡管理办法): issue, use, loss, reissue."""
    legal_notes: tuple[PublishedRule, ...] = ()
    """Regional law beside the national one."""


class RegionPolicy(Message):
    """All that is so in one region on one day."""

    card: CardRules = CardRules()
    loss: LossRules = LossRules()
    pin: PinRules = PinRules()
    financial: FinancialRules = FinancialRules()
    replacement: ReplacementRules = ReplacementRules()
    sms: SmsRules = SmsRules()
    eligibility: EligibilityRules = EligibilityRules()
    records: RecordRules = RecordRules()
    evidence: EvidenceRules = EvidenceRules()
    texts: Texts = Texts()

    def ways_of(self, service: ServiceKind) -> tuple[Way, ...]:
        """The ways to prove who one is, of a service that the region wants at kiosks; none: it isn't done here."""
        here = _HERE.get(service)
        return self.evidence.of(service) if here is None or here(self) else ()

    def digest(self) -> str:
        """SHA-256 (FIPS 180-4) as hex, over what differs from the program's own values: equal rules have equal ones.

        A key that is new in one of two versions of the program changes nothing until a file says something of it. Never
        for a log: the PINs that cards are issued with are in it, and those are few enough to be guessed from it.
        """
        said = self.model_dump(mode="json", exclude_defaults=True)
        return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


_HERE: dict[ServiceKind, Callable[[RegionPolicy], bool]] = {
    ServiceKind.UNLOCK: lambda policy: policy.pin.unlock_here,
    ServiceKind.RESET_PIN: lambda policy: policy.pin.reset_here,
    ServiceKind.FORMAL_LOSS: lambda policy: policy.loss.formal_here,
    ServiceKind.REPLACEMENT: lambda policy: policy.replacement.here,
    ServiceKind.RENEWAL: lambda policy: policy.replacement.here,
    ServiceKind.SMS: lambda policy: policy.sms.here,
    ServiceKind.ELIGIBILITY: lambda policy: policy.eligibility.here,
}
"""Whether the region wants a service at kiosks; it isn't asked of the others."""


# Regions.


class RegionSection(RegionPolicy):
    """One [[region]]: what a region says itself, from a day on."""

    code: RegionCode
    name: Annotated[str, StringConstraints(min_length=1, max_length=24)]
    name_en: Annotated[str, StringConstraints(min_length=1, max_length=48)]
    inherits: RegionCode = "default"
    """Whose rules hold where this region says nothing; the region's first section decides."""
    valid_from: date
    """The first day. A later section of the same region says what changes then; the rest stays."""


class UnknownRegion(LookupError):
    """No section has this code."""


class Policies(Message):
    """Every region, as the file tells them; see `read_policies`."""

    region: tuple[RegionSection, ...] = ()
    """Its sections, in the file's order."""

    def of(self, code: RegionCode, day: date) -> RegionPolicy:
        """All that is so in a region on one day.

        Raises:
            UnknownRegion: The file says nothing of it.
        """
        own = self.sections(code)
        policy = RegionPolicy() if code == "default" else self.of(own[0].inherits, day)
        for section in own:
            if section.valid_from <= day:
                policy = _over(policy, section)
        return policy

    def since(self, code: RegionCode, day: date) -> date:
        """The day on which what holds in a region on `day` began to.

        Raises:
            UnknownRegion: The file says nothing of it.
        """
        own = self.sections(code)
        before = date.min if code == "default" else self.since(own[0].inherits, day)
        return max([before, *(each.valid_from for each in own if each.valid_from <= day)])

    def sections(self, code: RegionCode) -> list[RegionSection]:
        """What a region says itself, the oldest first.

        Raises:
            UnknownRegion: It says nothing.
        """
        own = sorted((each for each in self.region if each.code == code), key=lambda each: each.valid_from)
        if not own and code != "default":
            raise UnknownRegion(code)
        return own


def _over(policy: RegionPolicy, section: RegionSection) -> RegionPolicy:
    """`policy`, with what `section` says itself in its place. A key goes as a whole: lists aren't joined."""
    changed = {}
    for group in RegionPolicy.model_fields:
        said: Message = getattr(section, group)
        before: Message = getattr(policy, group)
        changed[group] = before.model_copy(update={key: getattr(said, key) for key in said.model_fields_set})
    return policy.model_copy(update=changed)
