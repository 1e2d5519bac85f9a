"""A card is put in, opened, and known to be a social security card that the record allows."""

import datetime
from dataclasses import replace

from pydantic import SecretStr

from drivers.card_reader.errors import (
    ApplicationBlocked,
    CardAnsweredNonsense,
    CardGone,
    CardHung,
    CardMute,
    CardRefused,
    HolderFileClosed,
    NotASocialCard,
    ReaderLost,
    ServiceDown,
)
from drivers.card_reader.files import CardFile, HolderFile
from drivers.card_reader.session import SocialCard
from drivers.card_reader.slot import MediaState
from drivers.errors import DeviceError
from kiosk import refusals
from kiosk.card_facts import bank_of
from kiosk.pages import Actions, Answer, Button, Instruct, Panel, Picture, Progress, Sign, Working
from kiosk.refusals import RefusalKind, Refused
from kiosk.text import T, Text
from kiosk.uplink.contract import ApplicationStatus, CardRecord, CardReference, LossReason
from kiosk.visit import Visit

_REFUSAL_FOR: tuple[tuple[type[DeviceError], RefusalKind], ...] = (
    (CardGone, refusals.card.REMOVED),
    (CardMute, refusals.card.SILENT),
    (CardHung, refusals.card.HUNG),
    (NotASocialCard, refusals.card.FOREIGN),
    (ApplicationBlocked, refusals.card.APPLICATION_BLOCKED),
    (CardAnsweredNonsense, refusals.card.NONSENSE),
    (CardRefused, refusals.card.NONSENSE),
    (ReaderLost, refusals.machine.CARD_READER_GONE),
    (ServiceDown, refusals.machine.CARD_READER_GONE),
)


def refusal_for(error: DeviceError) -> RefusalKind:
    """What a citizen is told of a device's failure outside a counted or changing command."""
    return next((refusal for kind, refusal in _REFUSAL_FOR if isinstance(error, kind)), refusals.machine.KIOSK_FAULT)


def reference(card_file: CardFile) -> CardReference:
    """Which card to ask the central server about.

    Raises:
        Refused: Neither of the card's two numbers can be read.
    """
    code, number = card_file.identification_code, card_file.card_number
    if code is None and number is None:
        raise Refused(refusals.card.NONSENSE)
    return CardReference(
        card_identification_code=None if code is None else SecretStr(code),
        card_number=None if number is None else SecretStr(number),
    )


_LOOK_WITHOUT = T("没带卡也能查")


async def insert_card(
    visit: Visit,
    progress: Progress,
    *,
    without_card: bool = False,
    without: Text = _LOOK_WITHOUT,
    own_step: bool = True,
) -> SocialCard | None:
    """Wait for a card where none is in, and open its social application; a page says that it is being read.

    Args:
        visit: Whose card.
        progress: The service's steps, at the first.
        without_card: Offer a way that needs no card; None is returned when it is taken.
        without: On the button to that way.
        own_step: Putting it in is a step of its own: the next begins when it is read.

    Raises:
        Refused: It is no social security card, or can't be read.
    """
    if visit.machine.slot.media.state is not MediaState.PRESENT:
        page = Instruct(
            progress=progress,
            title=T("请插入社保卡"),
            subtitle=T("芯片朝上，对准亮灯的卡槽，推到底。"),
            picture=Picture.CARD_INSERT,
            panel=Panel(
                sign=Sign.INFORMATION,
                heading=T("插好后，屏幕会自己往下走"),
                body=T("不用点按钮。办完请把卡带走。"),
            ),
            actions=Actions(
                secondary=Button(label=T("返回"), answer=Answer.BACK, icon="back"),
                other=Button(label=without, answer=Answer.WITHOUT_CARD) if without_card else None,
            ),
        )
        answer = await visit.meanwhile(page, visit.card_inserted)
        if answer is Answer.BACK:
            visit.go_home()
        if answer is Answer.WITHOUT_CARD:
            return None
    reading = replace(progress, at=progress.at + own_step)
    visit.show(Working(progress=reading, title=T("正在读卡，请不要拔卡"), subtitle=T("大约要几秒钟。")))
    return await visit.open_card()


async def read_card(card: SocialCard) -> tuple[CardFile, HolderFile | None]:
    """The card's public files; no holder file where the card keeps it closed (third generation)."""
    card_file = await card.read_card_file()
    try:
        return card_file, await card.read_holder_file()
    except HolderFileClosed:
        return card_file, None


_UNUSABLE = {
    ApplicationStatus.ARCHIVED: refusals.card.ARCHIVED,
    ApplicationStatus.FORMAL_LOSS: refusals.card.FORMAL_LOSS,
    ApplicationStatus.APPLICATION_LOCKED: refusals.card.APPLICATION_LOCKED,
    ApplicationStatus.CANCELLED: refusals.card.CANCELLED,
}


def refuse_unusable(record: CardRecord, valid_until: datetime.date | None) -> None:
    """Stop where the card's state forbids that its PIN is changed, unlocked or reset.

    Args:
        record: Of the card.
        valid_until: From the chip; None: the record's counts.

    Raises:
        Refused: Archived, on loss, locked, cancelled or expired.
    """
    if record.application_status is ApplicationStatus.TEMPORARY_LOSS:
        if record.loss_reason is LossReason.FINANCIAL_NOT_ACTIVATED:
            raise Refused(refusals.loss.BANK_FIRST, bank=bank_of(record))
        raise Refused(refusals.card.ON_LOSS, until=lapses(record.loss_until))
    refusal = _UNUSABLE.get(record.application_status)
    if refusal is not None:
        raise Refused(refusal)
    refuse_expired(record, valid_until)


def lapses(day: datetime.date | None) -> Text:
    """When a temporary loss ends by itself, in a sentence; None: the record doesn't say."""
    return T("到期自动解除。") if day is None else T("到 {day} 自动解除。", day=day)


def refuse_expired(record: CardRecord, valid_until: datetime.date | None) -> None:
    """Stop where the card is past its last day, by the server's date.

    Raises:
        Refused: It is.
    """
    last = valid_until or record.valid_until
    if last is not None and last < record.as_of:
        raise Refused(refusals.card.EXPIRED, valid_until=last)
