"""What is known of one card, from the chip and from the central record, in a citizen's words."""

import datetime
from dataclasses import dataclass

from kiosk.pages import Sign, StatusRow
from kiosk.text import Local, T, Text, Tn
from kiosk.uplink.contract import ApplicationStatus, CardRecord, Lifecycle, LossReason, OperationKind, PersonCard
from kiosk.uplink.contract.policy import RegionPolicy

_SETTLED_BY = {
    OperationKind.PIN_CHANGE: "change_pin",
    OperationKind.ENABLE: "enable",
    OperationKind.UNBLOCK: "unlock",
    OperationKind.PIN_RESET: "reset_pin",
}
"""The service that finds out what became of an operation that hasn't ended."""

_OPEN = {
    OperationKind.PIN_CHANGE: T("上一次改密码没有办完，再办一次就会核对。"),
    OperationKind.ENABLE: T("上一次启用没有办完，再办一次就会核对。"),
    OperationKind.UNBLOCK: T("上一次解锁没有办完，再办一次就会核对。"),
    OperationKind.PIN_RESET: T("上一次重设密码没有办完，再办一次就会核对。"),
}


def _renewable(days: int) -> Text:
    """The card ends so soon that another may be had."""
    return Tn("还有 {n} 天到期，可以换卡了", days)


def bank_of(card: CardRecord | PersonCard) -> Local:
    """What a card's bank is called; in Chinese alone where the bureau hasn't said how else."""
    return Local(card.bank, card.bank_en or card.bank)


def formal_ends(*, lifted: bool) -> Text:
    """What becomes of a card on formal loss, in a sentence; `lifted`: the region lets its holder end that."""
    return T("找到了可以解除，找不到就补一张新卡。") if lifted else T("要补一张新卡。")


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFacts:
    """One card at one moment.

    Attributes:
        proven: Whether the holder was proven: only then anything about the person is shown.
        with_card: Whether the card itself is in the reader.
        tries_left: From the chip; None without a card, or where the card can't be asked.
        valid_until: From the chip, or from the record where the chip doesn't say.
    """

    record: CardRecord
    proven: bool
    with_card: bool
    tries_left: int | None = None
    valid_until: datetime.date | None = None

    @property
    def expired(self) -> bool:
        """Past its last day, by the server's date."""
        return self.valid_until is not None and self.valid_until < self.record.as_of

    @property
    def pin_blocked(self) -> bool:
        """By the chip where it can be asked, else as it was last reported."""
        return self.record.pin_blocked if self.tries_left is None else self.tries_left == 0

    @property
    def usable(self) -> bool:
        """Whether the card can be used, and its PIN changed."""
        normal = self.record.application_status is ApplicationStatus.NORMAL
        return normal and not self.expired and not self.pin_blocked

    def _days_left(self) -> int | None:
        """Until its last day; None: the card doesn't say."""
        return None if self.valid_until is None else (self.valid_until - self.record.as_of).days

    @property
    def _wants_its_bank(self) -> bool:
        """Whether it is on loss for want of the bank's activation."""
        return self.record.loss_reason is LossReason.FINANCIAL_NOT_ACTIVATED

    def next_services(self) -> tuple[str, ...]:
        """What makes sense next, the likeliest first. What is done on the chip needs the card to be in."""
        status = self.record.application_status
        if status is ApplicationStatus.TEMPORARY_LOSS:
            return ("financial_function",) if self._wants_its_bank else ("release_loss",)
        if status is ApplicationStatus.FORMAL_LOSS:
            return ("replace_card",)
        if not self.with_card:
            return ("report_loss",) if status is ApplicationStatus.NORMAL else ()
        if self.expired:
            return ("renew_card",)
        if self.record.open_operation is not None:
            return (_SETTLED_BY[self.record.open_operation.kind],)
        if status is ApplicationStatus.ARCHIVED:
            return ("enable",)
        if status is not ApplicationStatus.NORMAL:
            return ()
        return ("unlock", "reset_pin") if self.pin_blocked else ("change_pin",)

    def answer(self, window: Local, policy: RegionPolicy, *, unlocks: bool) -> tuple[Text, Text]:
        """The answer to "can I use my card", and one sentence more: what hasn't ended comes before all else.

        Args:
            window: Where people can help.
            policy: The region's: when a card may be renewed, how a formal loss ends.
            unlocks: Whether the page leads to the unlocking of a PIN.
        """
        title, more = self._answer(window, policy, unlocks=unlocks)
        if self.record.open_operation is None:
            return title, more
        return title, _OPEN[self.record.open_operation.kind]

    def _answer(self, window: Local, policy: RegionPolicy, *, unlocks: bool) -> tuple[Text, Text]:
        match self.record.application_status:
            case ApplicationStatus.ARCHIVED:
                return T("您的卡还没有启用"), T("缴费不受影响。启用以后就能看病买药。")
            case ApplicationStatus.TEMPORARY_LOSS if self._wants_its_bank:
                return T("卡因为没激活，已经停用"), T("先到{bank}激活，再来解除停用。", bank=bank_of(self.record))
            case ApplicationStatus.TEMPORARY_LOSS:
                return T("您的卡在临时挂失"), T("挂失的时候，这张卡不能用。")
            case ApplicationStatus.FORMAL_LOSS:
                if policy.loss.formal_can_be_lifted:
                    return T("您的卡已经正式挂失"), formal_ends(lifted=True)
                return T("您的卡已经正式挂失"), T("这张卡不能再用，请补一张新卡。")
            case ApplicationStatus.APPLICATION_LOCKED:
                return T("您的卡社保功能锁住了"), T("请到{window}问一问。", window=window)
            case ApplicationStatus.CANCELLED:
                return T("这张卡已经注销"), T("注销的卡不能再用。")
        if self.expired:
            return T("您的卡过期了"), T("换一张新卡，就能接着用。")
        if self.pin_blocked:
            if unlocks:
                return T("您的卡密码被锁住了"), T("可以在这里解锁，也可以到{window}。", window=window)
            return T("您的卡密码被锁住了"), T("请到{window}解锁。", window=window)
        if self.record.initial_pin:
            return T("您的卡可以看病买药"), T("密码还是发卡时的，请尽早修改。")
        days = self._days_left()
        if days is not None and days <= policy.card.renewal_window_days and self.record.lifecycle is Lifecycle.ENABLED:
            return T("您的卡可以看病买药"), _renewable(days)
        if not self.record.financial_activated:
            return T("您的卡可以看病买药"), T("银行功能没开通，办不办由您定。")
        return T("您的卡可以看病买药"), T("各项功能都正常。")

    def rows(self, renewal_window_days: int) -> tuple[StatusRow, ...]:
        """One row a function of the card; what isn't well says so by its sign.

        Args:
            renewal_window_days: How long before its last day a card may be renewed; the region's policy.
        """
        return (self._application(), self._pin(), self._loss(), self._validity(renewal_window_days), self._bank())

    def _application(self) -> StatusRow:
        label = T("社保功能")
        match self.record.application_status:
            case ApplicationStatus.NORMAL:
                if not self.usable:  # Enabled, but not to be promised: the title says what is in the way.
                    return StatusRow(label=label, sign=Sign.DONE, value=T("已启用"))
                return StatusRow(label=label, sign=Sign.DONE, value=T("可以用"), note=T("看病、买药、领待遇"))
            case ApplicationStatus.ARCHIVED:
                return StatusRow(label=label, sign=Sign.INFORMATION, value=T("还没启用"), note=T("缴费不受影响"))
            case ApplicationStatus.APPLICATION_LOCKED:
                return StatusRow(label=label, sign=Sign.REFUSED, value=T("锁住了"), note=T("到服务窗口问"))
            case ApplicationStatus.CANCELLED:
                return StatusRow(label=label, sign=Sign.REFUSED, value=T("已经注销"))
            case ApplicationStatus.FORMAL_LOSS | ApplicationStatus.TEMPORARY_LOSS:
                return StatusRow(label=label, sign=Sign.REFUSED, value=T("停用"), note=T("挂失的时候不能用"))

    def _pin(self) -> StatusRow:
        label = T("卡密码")
        if self.pin_blocked:
            return StatusRow(label=label, sign=Sign.REFUSED, value=T("被锁住了"), note=T("要先解锁"))
        if self.record.initial_pin:
            return StatusRow(label=label, sign=Sign.CARE, value=T("还是发卡时的密码"), note=T("请尽早修改"))
        tries = None if self.tries_left is None else Tn("还可以输 {n} 次", self.tries_left)
        return StatusRow(label=label, sign=Sign.DONE, value=T("已设好"), note=tries)

    def _loss(self) -> StatusRow:
        label, until = T("挂失"), self.record.loss_until
        match self.record.application_status:
            case ApplicationStatus.FORMAL_LOSS:
                return StatusRow(label=label, sign=Sign.CARE, value=T("正式挂失"))
            case ApplicationStatus.TEMPORARY_LOSS:
                note = None if until is None else T("{day} 自动解除", day=until)
                return StatusRow(label=label, sign=Sign.CARE, value=T("临时挂失"), note=note)
            case _:
                return StatusRow(label=label, sign=Sign.DONE, value=T("没有挂失"))

    def _validity(self, renewal_window_days: int) -> StatusRow:
        label, until = T("有效期"), self.valid_until
        if until is None:
            return StatusRow(label=label, sign=Sign.INFORMATION, value=T("卡上没有写明"))
        if self.expired:
            return StatusRow(label=label, sign=Sign.REFUSED, value=T("已经过期"), note=T("到 {day} 为止", day=until))
        days = self._days_left()
        if days is not None and days <= renewal_window_days:
            return StatusRow(label=label, sign=Sign.CARE, value=T("到 {day}", day=until), note=_renewable(days))
        return StatusRow(label=label, sign=Sign.DONE, value=T("到 {day}", day=until))

    def _bank(self) -> StatusRow:
        label = T("银行功能")
        if self.record.financial_activated:
            return StatusRow(label=label, sign=Sign.DONE, value=T("已开通"))
        note = T("要去{bank}办", bank=bank_of(self.record))
        return StatusRow(label=label, sign=Sign.INFORMATION, value=T("没开通"), note=note)
