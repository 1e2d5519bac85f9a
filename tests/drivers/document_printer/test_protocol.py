"""Against the examples of RFC 8010, and bytes that nobody should send."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.document_printer import protocol
from drivers.document_printer.protocol import MalformedAnswer

# After RFC 8010, A.2: the answer to a Print-Job.
PRINTED = bytes.fromhex(
    "0101 0000 00000001 01"
    "47 0012 617474726962757465732d63686172736574 0005 7574662d38"
    "48 001b 617474726962757465732d6e61747572616c2d6c616e6775616765 0005 656e2d7573"
    "41 000e 7374617475732d6d657373616765 000d 7375636365737366756c2d6f6b"
    "02"
    "21 0006 6a6f622d6964 0004 00000093"
    "45 0007 6a6f622d757269 0030 6970703a2f2f7072696e7465722e6578616d706c652e636f"
    "6d2f6970702f7072696e742f70696e65747265652f313437"
    "23 0009 6a6f622d7374617465 0004 00000003"
    "03"
)
URI = "ipp://printer.example.com/ipp/print/pinetree"


def test_an_answer_as_it_is_printed() -> None:
    """Numbers and words, each by its name."""
    answer = protocol.decode(PRINTED)
    assert (answer.status, answer.request_id, answer.successful) == (0, 1, True)
    assert answer.number("job-id") == 147
    assert answer.number("job-state") == protocol.JobState.PENDING
    assert answer.words("status-message") == ("successful-ok",)
    assert answer.number("job-uri") is None
    assert answer.number("no-such-thing") is None


def test_a_question_as_it_is_printed() -> None:
    """The fields of RFC 8010, A.1, in their order, and the document behind them."""
    question = protocol.print_job(URI, 1, user="kiosk", name="03-0001-Q001", pdf=b"%PDF-1.7 ...")
    assert question.startswith(bytes.fromhex("0200 0002 00000001 01 47 0012") + b"attributes-charset")
    assert bytes.fromhex("45 000b") + b"printer-uri" + bytes.fromhex("002c") + URI.encode() in question
    assert bytes.fromhex("42 0008") + b"job-name" + bytes.fromhex("000c") + b"03-0001-Q001" in question
    assert bytes.fromhex("02 21 0006") + b"copies" + bytes.fromhex("0004 00000001") in question
    assert question.endswith(b"\x03%PDF-1.7 ...")


def test_several_values_have_one_name() -> None:
    """RFC 8010, 3.1.4: the further ones come with an empty name."""
    question = protocol.ask_printer(URI, 7)
    assert bytes.fromhex("44 0000") in question
    answer = protocol.decode(b"\x02\x00\x00\x00\x00\x00\x00\x07" + question[8:])
    assert answer.words("requested-attributes") == (
        "printer-state",
        "printer-state-reasons",
        "printer-is-accepting-jobs",
    )


def test_truths() -> None:
    """RFC 8010, 3.9: one byte."""
    question = protocol.cancel_job(URI, 2, user="kiosk", job=5, purge=True)
    assert protocol.decode(question).attributes["purge-job"] == (True,)
    assert protocol.decode(question).number("purge-job") is None


@pytest.mark.parametrize("length", range(len(PRINTED)))
def test_an_answer_cut_off(length: int) -> None:
    """Never taken for a whole one."""
    with pytest.raises(MalformedAnswer):
        protocol.decode(PRINTED[:length])


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    """Read, or refused by name."""
    try:
        protocol.decode(data)
    except MalformedAnswer:
        return
    assert len(data) > 8
