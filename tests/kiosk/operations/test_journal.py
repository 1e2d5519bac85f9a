"""The chain: whatever is changed in it is found, and nothing else is complained about."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.operations.errors import BrokenChain
from kiosk.operations.journal import GENESIS, Check, Event, Position, Row, encode, link

AT = "2026-03-01T09:00:00+08:00"


def chain(*positions: tuple[int, int], previous: bytes = GENESIS) -> list[Row]:
    rows: list[Row] = []
    for boot, sequence in positions:
        place = Position(boot, sequence)
        record = encode(place, Event.BOOT if sequence == 1 else Event.INTENT, AT, {"card": "c"})
        rows.append(Row(place, record, previous, link(previous, record)))
        previous = rows[-1].hash
    return rows


def pruned(rows: list[Row], through: int) -> list[Row]:
    """The rows after `through`, and one that tells of it."""
    last = rows[through]
    place = Position(rows[-1].position.boot, rows[-1].position.sequence + 1)
    details = {
        "through_boot": last.position.boot,
        "through_sequence": last.position.sequence,
        "through_hash": last.hash.hex(),
    }
    record = encode(place, Event.PRUNED, AT, details)
    return [*rows[through + 1 :], Row(place, record, rows[-1].hash, link(rows[-1].hash, record))]


def follow(rows: Sequence[Row]) -> int:
    check = Check()
    for row in rows:
        check.follow(row)
    check.end()
    return check.count


ROWS = chain((1, 1), (1, 2), (1, 3), (2, 1), (3, 1), (3, 2))


def test_a_record_is_written_in_one_way() -> None:
    """Keys in order, no spaces, ASCII: the same record has the same bytes for ever."""
    record = encode(Position(2, 7), Event.PRINTED, AT, {"what": "完", "number": None, "before": 3})
    assert record == (
        b'{"at":"2026-03-01T09:00:00+08:00","before":3,"boot":2,"event":"printed","number":null,'
        b'"sequence":7,"what":"\\u5b8c"}'
    )


def test_a_hash_is_of_the_hash_before_and_the_record() -> None:
    """SHA-256, FIPS 180-4: the example "abc" when there is nothing before."""
    assert link(b"", b"abc").hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert link(b"ab", b"c") == hashlib.sha256(b"abc").digest()
    assert link(GENESIS, b"c") == hashlib.sha256(bytes(32) + b"c").digest()


def test_a_whole_journal_is_whole() -> None:
    assert follow(ROWS) == 6
    assert follow([]) == 0


def test_the_next_record_is_of_this_boot_or_begins_the_next() -> None:
    here = Position(2, 5)
    followers = [Position(boot, sequence) for boot in range(5) for sequence in range(8)]
    assert [place for place in followers if here.precedes(place)] == [Position(2, 6), Position(3, 1)]


@given(data=st.data())
def test_whatever_is_changed_is_found(data: st.DataObject) -> None:
    """One byte of one row, a row that is missing, doubled, moved, or one from another journal."""
    rows = list(ROWS)
    at = data.draw(st.integers(0, len(rows) - 1))
    how = data.draw(st.sampled_from(["record", "previous", "hash", "position", "drop", "double", "swap", "forge"]))
    match how:
        case "position":
            rows[at] = replace(rows[at], position=Position(rows[at].position.boot + 1, rows[at].position.sequence))
        case "drop":
            if at == len(rows) - 1:
                return  # The end is held against the server's head.
            del rows[at]
        case "double":
            rows.insert(at, rows[at])
        case "swap":
            other = data.draw(st.integers(0, len(rows) - 1).filter(lambda n: n != at))
            rows[at], rows[other] = rows[other], rows[at]
        case "forge":
            record = rows[at].record.replace(b'"c"', b'"d"')
            rows[at] = replace(rows[at], record=record, hash=link(rows[at].previous, record))
            if at == len(rows) - 1:
                return
        case field:
            content = bytearray(getattr(rows[at], field))
            content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
            rows[at] = replace(rows[at], **{field: bytes(content)})
    with pytest.raises(BrokenChain):
        follow(rows)


@pytest.mark.parametrize(
    ("rows", "where"),
    [
        ([replace(ROWS[0], hash=bytes(32))], "1.1: its hash is another one's"),
        ([replace(ROWS[1], position=Position(4, 2))], "4.2: it belongs elsewhere"),
        ([replace(ROWS[1], position=Position(1, 3))], "1.3: it belongs elsewhere"),
        ([ROWS[0], ROWS[2]], "1.3: records before it are missing"),
        ([*chain((1, 1)), *chain((1, 2))], "1.2: records before it are missing"),
        (chain((1, 1), (1, 3)), "1.3: records before it are missing"),
        (ROWS[1:], "1.2: records before it are missing"),
        (chain((1, 1), previous=bytes(31) + b"1"), "1.1: records before it are missing"),
        (chain((2, 1)), "2.1: records before it are missing"),
    ],
)
def test_where_it_breaks_is_told(rows: list[Row], where: str) -> None:
    with pytest.raises(BrokenChain) as broken:
        follow(rows)
    assert str(broken.value) == f"journal record {where}"
    assert f"{broken.value.boot}.{broken.value.sequence}:" in where


@pytest.mark.parametrize(
    "record",
    [
        b"\xff",
        b"{",
        b"[]",
        b"{}",
        b'{"boot":1,"sequence":1}',
        b'{"boot":1,"sequence":1,"event":"pruned"}',
        b'{"boot":1,"sequence":1,"event":"pruned","through_boot":null,"through_sequence":1,"through_hash":""}',
    ],
)
def test_a_record_that_somebody_made_up_is_no_fault_of_the_program(record: bytes) -> None:
    """Whoever can write the file can write anything into it."""
    with pytest.raises(BrokenChain, match=r"^journal record 1\.1: it can't be read$"):
        follow([Row(Position(1, 1), record, GENESIS, link(GENESIS, record))])


def test_what_was_pruned_is_told_by_the_journal_itself() -> None:
    """The last pruning's own words must fit what is left; so nobody else can drop a record."""
    rows = pruned(ROWS, 1)
    assert follow(rows) == 5
    again = pruned(rows, 1)
    assert follow(again) == 4
    for forged in (again[1:], [*ROWS[1:], *pruned(ROWS, 1)[-1:]], [*ROWS, *pruned(ROWS, 1)[-1:]]):
        with pytest.raises(BrokenChain, match="missing"):
            follow(forged)


def test_a_pruning_names_the_hash_that_went() -> None:
    """Another beginning of the same length is another journal."""
    other = chain((1, 1), (1, 2), previous=b"x" * 32)
    rows = chain((1, 3), (1, 4), previous=other[-1].hash)
    whole = [*ROWS[:2], *rows]
    with pytest.raises(BrokenChain):
        follow(pruned(whole, 1))
    assert json.loads(pruned(whole, 1)[-1].record)["through_hash"] == ROWS[1].hash.hex()
