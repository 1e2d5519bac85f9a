"""A resident ID card (身份证), or a document that is read like one, on its reader."""

import re
from dataclasses import replace
from functools import partial

from pydantic import SecretStr

from drivers.card_reader.files import HolderFile
from drivers.id_reader.document import Document
from drivers.id_reader.errors import CardLifted, CardUnreadable, DocumentInvalid, IdReaderError
from kiosk import refusals
from kiosk.conditions.faults import note_fault
from kiosk.machine import IdCardReader
from kiosk.pages import Actions, Answer, Instruct, Panel, Picture, Sign, Working
from kiosk.refusals import Refused
from kiosk.steps.identity.proof import Asking, GivenUp, Proof
from kiosk.steps.pin import BACK
from kiosk.text import T
from kiosk.uplink.contract import DocumentKind, EvidenceAccepted, IdCardEvidence
from kiosk.uplink.errors import EvidenceForeign, IdExpired, IdNameDiffers, IdUnknown, LimitReached
from kiosk.visit import Visit

_READINGS = 3
"""How often what can't be read is laid on again before another way is taken."""
_CHIP_NAME_BYTES = 50
"""What a social security card has room for, in GB 18030: two fields of 30 and 20 bytes."""


async def show_id_card(visit: Visit, asking: Asking, proof: Proof) -> EvidenceAccepted | Answer:
    """Have a document laid on the reader, and show the server what it says.

    Raises:
        GivenUp: The reader is out of order, nothing readable lies there, it has expired, or another way was chosen.
        Refused: It contradicts the server's record, or the chip of the card that is in.
        CentralError: The server gave no answer.
    """
    reader = visit.machine.id_reader
    assert reader is not None, "without a reader this kind is never asked for"
    asked = page(asking)
    visit.plate_used = True
    try:
        document = await visit.meanwhile(asked, partial(_read, visit, reader, asked))
    except IdReaderError as error:
        note_fault(visit.machine.board, error)
        raise GivenUp(refusals.machine.ID_READER_GONE, T("身份证读卡器没有反应")) from None
    if document is Answer.ANOTHER:
        raise GivenUp(refusals.identity.NOTHING_AT_HAND)
    if not isinstance(document, Document):
        return Answer.BACK
    visit.show(
        Working(
            progress=asking.progress,
            title=T("正在核对身份证"),
            subtitle=T("大约要几秒钟。"),
            picture=Picture.ID_ON_PLATE,
        )
    )
    accepted = await _show(visit, proof, document)
    if proof.holder is not None and not _agree(document, proof.holder):
        raise Refused(refusals.identity.CARD_DIFFERS)
    proof.born = document.birth_date
    return accepted


def page(asking: Asking) -> Instruct:
    """It moves on by itself."""
    panel = Panel(
        sign=Sign.INFORMATION,
        heading=T("读好了，屏幕会自己往下走"),
        body=T("居留证、居住证也可以。办完请把证件带走。"),
    )
    return Instruct(
        progress=asking.progress,
        title=T("请放身份证"),
        subtitle=T("平放在感应区，先不要拿走。"),
        picture=Picture.ID_ON_PLATE,
        panel=panel if asking.why is None else replace(panel, sign=Sign.CARE, heading=asking.why),
        actions=Actions(secondary=BACK, other=asking.other),
    )


async def _read(visit: Visit, reader: IdCardReader, asked: Instruct) -> Document:
    """Wait for a document; what goes wrong with one is said, one line at a time.

    Raises:
        GivenUp: What lies there can't be read.
        IdReaderError: The reader is of no use.
    """
    failures = 0
    while True:
        try:
            return await reader.read()
        except CardLifted:
            visit.show(replace(asked, call=T("拿早了，请再放一次")))
            continue
        except (CardUnreadable, DocumentInvalid):
            failures += 1
        if failures == _READINGS:
            raise GivenUp(refusals.identity.ID_UNREADABLE, T("证件读不出来"))
        visit.show(replace(asked, call=T("读不出来，请再放一次")))
        await reader.lifted()


async def _show(visit: Visit, proof: Proof, document: Document) -> EvidenceAccepted:
    """Show the server what was read.

    Raises:
        GivenUp: It isn't valid any more, or too many were refused at this machine.
        Refused: It is somebody else's, nobody's on record, or under another name there.
    """
    told = IdCardEvidence(
        kiosk=visit.machine.settings.machine.name,
        card=None if proof.record is None else proof.record.handle,
        document=DocumentKind(document.kind.value),
        number=SecretStr(document.number),
        name=SecretStr(document.name),
        english_name=None if document.english_name is None else SecretStr(document.english_name),
        valid_from=document.valid_from,
        valid_until=document.valid_until,
    )
    try:
        return await visit.machine.uplink.id_card_evidence(told)
    except IdExpired:
        raise GivenUp(refusals.identity.ID_EXPIRED, T("证件不在有效期里")) from None
    except LimitReached:
        raise GivenUp(refusals.identity.UNAVAILABLE, T("这台机器现在核对不了证件")) from None
    except IdNameDiffers:
        raise Refused(refusals.identity.ID_NAME_DIFFERS) from None
    except EvidenceForeign:
        raise Refused(refusals.identity.FOREIGN) from None
    except IdUnknown:
        known = proof.record is not None  # Then this is another's: the holder is on record.
        raise Refused(refusals.identity.FOREIGN if known else refusals.identity.ID_UNKNOWN) from None


def _agree(document: Document, holder: HolderFile) -> bool:
    """Whether the chip of the social security card names the same person, as far as it says and has room for."""
    if holder.social_security_number not in (None, document.number):
        return False
    return holder.name is None or document.names(holder.name) or _is_cut_off(holder.name, document.english_name or "")


def _is_cut_off(name: str, whole: str) -> bool:
    """Whether `name` is the beginning of `whole`, for want of room on the chip."""
    begins = _plain(whole).startswith(_plain(name))
    return len(name.encode("gb18030")) >= _CHIP_NAME_BYTES - 1 and begins


def _plain(name: str) -> str:
    return re.sub(r"[\s,，]", "", name).casefold()
