"""The body of a request: what the serializer would write, with its secrets in no buffer but the last."""

import json
from datetime import date
from typing import Any
from uuid import UUID

import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from kiosk.uplink.body import wipe_body, write_body
from kiosk.uplink.client import Central
from kiosk.uplink.contract import CardReference, DocumentKind, ECardEvidence, IdCardEvidence, OneTimeCodeEvidence
from kiosk.uplink.errors import Cause, CentralError

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=1024)
TYPED = OneTimeCodeEvidence(kiosk="kiosk-1", code_id=UUID(int=1), code=SecretStr("654321"))


@given(code=TEXT)
def test_it_is_what_the_serializer_writes(code: str) -> None:
    """Whatever somebody's phone shows."""
    shown = ECardEvidence(kiosk="kiosk-1", e_card_code=SecretStr(code))
    assert json.loads(write_body(shown)) == json.loads(shown.model_dump_json())
    assert ECardEvidence.model_validate_json(bytes(write_body(shown))) == shown


def test_each_secret_is_in_its_place() -> None:
    shown = IdCardEvidence(
        kiosk="kiosk-1",
        document=DocumentKind.RESIDENT,
        number=SecretStr("990100195810010153"),
        name=SecretStr("张·建国"),
        english_name=SecretStr("ZHANG"),
        valid_from=date(2020, 1, 1),
    )
    assert IdCardEvidence.model_validate_json(bytes(write_body(shown))) == shown
    likeness = ECardEvidence(kiosk="kiosk-1", e_card_code=SecretStr('"\\u00000\\u0000"\0'))
    assert ECardEvidence.model_validate_json(bytes(write_body(likeness))) == likeness
    nothing = CardReference(card_number=SecretStr("VR0000012"), region="990100")
    assert write_body(nothing) == nothing.model_dump_json().encode()


def test_what_the_serializer_writes_has_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor is it what a client sends: that is one buffer, which can be overwritten."""
    written, dump = [], OneTimeCodeEvidence.model_dump_json

    def watched(message: OneTimeCodeEvidence, **how: Any) -> str:
        written.append(dump(message, **how))
        return written[-1]

    monkeypatch.setattr(OneTimeCodeEvidence, "model_dump_json", watched)
    sent: list[bytes | bytearray] = []

    class Heard:
        async def request(self, method: str, path: str, body: bytes | bytearray) -> Any:
            sent.append(body)
            raise CentralError(Cause.UNREACHABLE, "no network")

    with pytest.raises(CentralError):
        trio.run(Central(Heard()).one_time_code_evidence, TYPED)

    assert [type(body) for body in sent] == [bytearray]
    assert b'"code":"654321"' in sent[0]
    assert len(written) == 1
    assert "654321" not in written[0]


def test_wiped_it_says_nothing() -> None:
    body = write_body(TYPED)
    length = len(body)
    wipe_body(body)
    assert body == bytes(length)


def test_what_was_written_down_stays() -> None:
    body = b'{"operation_id":""}'
    wipe_body(body)
    assert body == b'{"operation_id":""}'
