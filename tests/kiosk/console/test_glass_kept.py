"""What is kept, read at the glass: page after page, narrowed, and nothing of it left out."""

from pathlib import Path
from uuid import UUID

import pytest
from kiosk_under_test import KioskUnderTest
from pyrage import x25519
from staff_at_glass import answers, enter, go, with_access
from trio.testing import MockClock

from kiosk import conditions, log
from kiosk.console.pages import Listing, Menu, Task
from kiosk.operations.journal import Event
from kiosk.pages import Chosen, Page, Sign
from kiosk.settings import Settings


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    return with_access(settings, tmp_path)


async def listed(kiosk: KioskUnderTest, *having: str) -> Listing:
    """Wait for a list that tells of all these."""
    return await kiosk.until(Listing, lambda page: all(words in told(page) for words in having))


def told(page: Listing) -> str:
    """All that stands in the list, without what is translated."""
    return " ".join(
        f"{entry.what.message} {entry.what.arguments} {entry.note.arguments if entry.note else ''}"
        for entry in page.entries
    )


async def test_operations_page_after_page(kiosk: KioskUnderTest, autojump_clock: MockClock) -> None:
    """Every one of them, newest first; and those alone whose outcome the server doesn't hold."""
    await kiosk.at_home()
    kiosk.operations.storage.write(_eight_operations)
    await enter(kiosk)
    await go(kiosk, "menu", "menu:6", "operations")
    page = await listed(kiosk, "00000008")
    assert [entry.sign for entry in page.entries] == [Sign.CARE, *[Sign.DONE] * 6]
    await go(kiosk, "turn")
    await kiosk.until(Listing, lambda page: len(page.entries) == 1)
    await go(kiosk, "turn")
    await listed(kiosk, "00000008", "00000002")
    await go(kiosk, "other")
    await kiosk.until(Listing, lambda page: len(page.entries) == 2)
    await listed(kiosk, "00000008", "00000007")
    await go(kiosk, "back", "menu:0", "back")


def _eight_operations(store) -> None:
    """The last but one is done, and the server hasn't heard; the last is in doubt."""
    for number in range(1, 9):
        identity = UUID(int=number << 96)
        position = store.append(Event.INTENT, "2026-03-01T09:00:00+08:00")
        store.add_operation(identity, kind="pin_change", card=UUID(int=9), position=position)
        store.set_state(identity, "done" if number < 8 else "in_doubt")
        if number < 7:
            store.acknowledge(identity)


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> None:
    """A log that is this test's own."""
    rows = [("condition.raised", "error"), ("camera.state", "info"), ("camera.state", "warning")]
    kept = [
        {"event": event, "level": level, "timestamp": f"2026-03-08T01:30:0{second}Z", "second": second}
        for second, (event, level) in enumerate(rows)
    ]
    monkeypatch.setattr(log, "RECENT", kept)


async def test_the_log_is_narrowed(kiosk: KioskUnderTest, autojump_clock: MockClock, events: None) -> None:
    """By how grave, and by what it is about; what is there to choose is what the log tells of."""
    await kiosk.at_home()
    await enter(kiosk)
    await go(kiosk, "menu", "menu:6", "log")
    page = await listed(kiosk, "camera.state", "condition.raised")
    assert [entry.sign for entry in page.entries] == [Sign.CARE, Sign.INFORMATION, Sign.REFUSED]
    for choice, signs in (
        ("level:error", [Sign.REFUSED]),
        ("level:warning", [Sign.CARE, Sign.REFUSED]),
        ("event:camera", [Sign.CARE, Sign.INFORMATION]),
        ("level:info", [Sign.CARE, Sign.INFORMATION, Sign.REFUSED]),
    ):
        await go(kiosk, "filter")
        menu = await kiosk.until(Menu)
        assert [answer for answer in answers(menu) if answer.startswith("event:")] == [
            "event:camera",
            "event:condition",
        ]
        kiosk.press(Chosen(choice))
        await kiosk.until(Listing, lambda page, signs=signs: [entry.sign for entry in page.entries] == signs)  # type: ignore[misc]


async def test_the_journal_and_the_tests(kiosk: KioskUnderTest, autojump_clock: MockClock) -> None:
    """An engineer sees who did what; what was tested is there with its date and can be printed."""
    await kiosk.at_home()
    await enter(kiosk, "engineer")
    await go(kiosk, "menu", "devices", "test:storage")
    await kiosk.until(Task, lambda page: bool(page.lines))
    await go(kiosk, "back", "menu", "tests")
    page = await kiosk.until(Listing)
    assert [entry.sign for entry in page.entries] == [Sign.DONE]
    await go(kiosk, "print", "menu:6", "records")
    await listed(kiosk, "technician", "who=engineer-3", "action=print_readiness")
    assert len(kiosk.printer.receipts) == 1


async def test_an_export_is_kept(kiosk: KioskUnderTest, autojump_clock: MockClock) -> None:
    """Enciphered, and the page says how it is fetched; without a key there is none."""
    await kiosk.at_home()
    await enter(kiosk)
    await go(kiosk, "menu", "menu:6", "export")
    await kiosk.until(Task, lambda page: "公钥" in page.title.message)
    key = str(x25519.Identity.generate().to_public())
    console = kiosk.settings.console.model_copy(update={"export_key": key})
    settings = kiosk.machine.settings.model_copy(update={"console": console})
    object.__setattr__(kiosk.machine, "settings", settings)
    autojump_clock.autojump_threshold = 5  # It is made in a thread, for which the clock has to wait.
    await go(kiosk, "back", "export")
    page = await kiosk.until(Task, lambda page: page.title.message == "存在机器里了")
    [file] = (settings.storage.directory / "exports").iterdir()
    assert page.panel is not None
    assert file.name in str(page.panel.body.arguments)
    assert file.read_bytes().startswith(b"age-encryption.org/v1\n")


async def test_who_only_reads_is_offered_nothing_else(kiosk: KioskUnderTest, autojump_clock: MockClock) -> None:
    """A condition has no button for whoever may not act on it."""
    from simulator.card_reader.technician import TechnicianCard, TechnicianProfile

    kiosk.cards["technician"] = TechnicianCard(TechnicianProfile(who="auditor-1", roles=("auditor",)), "806421")
    await kiosk.at_home()
    kiosk.board.set(conditions.CARD_IN_USE, stands=True)
    await enter(kiosk)
    board = await kiosk.until(Page, lambda page: "condition:card_reader.in_use" in answers(page))
    assert answers(board) == ["leave", "menu", "condition:card_reader.in_use"]
    await go(kiosk, "condition:card_reader.in_use")
    assert answers(await kiosk.until(Task)) == ["back"]
