"""What happens in the same moment, or at the wrong one."""

import json

import pytest
import trio
from kiosk_under_test import KioskUnderTest
from trio.testing import MockClock

from drivers.card_reader.slot import MediaState
from kiosk import conclusion, conditions, refusals
from kiosk.pages import (
    Answer,
    Chosen,
    Done,
    Home,
    Instruct,
    Menu,
    Notice,
    Page,
    PinEntry,
    Refusal,
    Status,
    StillThere,
    Working,
)
from kiosk.uplink.contract import ProblemType

OLD, NEW = "358269", "746108"


async def settle() -> None:
    await trio.testing.wait_all_tasks_blocked()


async def status_of(kiosk: KioskUnderTest) -> Status:
    await kiosk.at_home()
    await kiosk.show_card("normal")
    await kiosk.type_pin(OLD)
    return await kiosk.until(Status)


async def test_what_somebody_chose_at_home_goes_with_them(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """Large English text under an open sheet, and nobody there: within two minutes as it was, without a question."""
    await kiosk.at_home()
    for answer in (Answer.LANGUAGE, Answer.ACCESS, Answer.LARGE):
        kiosk.press(answer)
        await settle()
    await trio.sleep(100)
    assert kiosk.screen.view.preferences.language == "en"
    await trio.sleep(81)
    assert kiosk.screen.view.preferences.language == "zh"
    assert kiosk.screen.view.overlay is None
    assert not kiosk.loudspeaker.sounds


async def test_a_card_answers_the_question_whether_somebody_is_there(
    autojump_clock: MockClock, kiosk: KioskUnderTest
) -> None:
    """The ring goes, and its count doesn't end the visit while a PIN is typed."""
    await kiosk.at_home()
    kiosk.choose("change_pin")
    await kiosk.until(StillThere)
    await trio.sleep(20)
    kiosk.insert("normal")
    await kiosk.until(PinEntry)
    assert kiosk.screen.view.overlay is None
    await trio.sleep(40)
    assert isinstance(kiosk.page, PinEntry)
    assert kiosk.screen.view.overlay is None


@pytest.mark.parametrize("answer", [Answer.LANGUAGE, Answer.EXIT])
async def test_the_footer_answers_the_question_too(
    autojump_clock: MockClock, kiosk: KioskUnderTest, answer: Answer
) -> None:
    """No frozen ring stays on the page."""
    await kiosk.at_home()
    kiosk.choose("change_pin")
    await kiosk.until(StillThere)
    kiosk.press(answer)
    await settle()
    assert kiosk.screen.view.overlay is None


async def test_the_first_of_two_presses_counts(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """Two fingers on two buttons of one page."""
    await kiosk.ask_for_change("normal")
    await kiosk.until(PinEntry)
    kiosk.press(Answer.FORGOTTEN)
    kiosk.press(Answer.BACK)
    assert await kiosk.refused() == "pin.forgotten"


@pytest.mark.parametrize("presses", [(Answer.EXIT, Chosen("change_pin")), (Chosen("change_pin"), Answer.EXIT)])
async def test_exit_and_a_tile_in_one_moment(
    autojump_clock: MockClock, kiosk: KioskUnderTest, presses: tuple[Answer | Chosen, ...]
) -> None:
    """Exit wins, whichever came first."""
    await kiosk.at_home()
    for press in presses:
        kiosk.press(press)
    await settle()
    assert isinstance(kiosk.page, Home)


async def test_a_card_taken_during_printing_takes_the_data_along(
    autojump_clock: MockClock, kiosk: KioskUnderTest
) -> None:
    """The page with a citizen's data isn't shown again once the card has gone."""
    await status_of(kiosk)
    kiosk.paper.seconds_per_line = 0.2
    kiosk.press(Answer.PRINT)
    await kiosk.until(Working, lambda page: page.title.message == "正在打印")
    kiosk.pull()
    await kiosk.until(Page, lambda page: not isinstance(page, Working))
    assert isinstance(kiosk.page, Home)
    assert kiosk.receipts() == 1


@pytest.mark.parametrize("how", ["card", "reader"])
async def test_done_can_still_be_read(autojump_clock: MockClock, kiosk: KioskUnderTest, how: str) -> None:
    """For ten seconds, whether the card is taken, was taken during printing, or the reader went away."""
    kiosk.paper.seconds_per_line = 0.2
    await kiosk.ask_for_change("normal", OLD)
    await kiosk.new_pin(NEW)
    if how == "card":
        await kiosk.until(Working, lambda page: page.title.message == "正在打印")
        kiosk.pull()
        await kiosk.until(Done)
    else:
        await kiosk.until(Done)
        kiosk.slot.lose(MediaState.SERVICE_DOWN)
    await trio.sleep(9)
    assert isinstance(kiosk.page, Done)
    await trio.sleep(2)
    assert isinstance(kiosk.page, Home)


async def test_an_old_end_says_nothing_of_the_next_service(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """After a card was taken and put in again, exit is an exit, not a card taken out."""
    await kiosk.at_home()
    kiosk.choose("change_pin")
    await kiosk.until(Instruct)
    kiosk.insert("normal")
    await kiosk.until(PinEntry)
    kiosk.pull()
    assert await kiosk.refused() == "card.removed"
    kiosk.insert("normal")
    await kiosk.until(PinEntry)
    kiosk.press(Answer.EXIT)
    await kiosk.until(Instruct, lambda page: page.title.message == "请拔卡")


async def test_a_swap_while_a_refusal_is_shown(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """The old card's going doesn't end what the new one begins: from home, for it may be another person's."""
    await kiosk.ask_for_change("expired")
    assert await kiosk.refused() == "card.expired"
    kiosk.press(Answer.LANGUAGE)
    kiosk.pull()
    kiosk.insert("normal")
    page = await kiosk.until(Menu)
    assert page.title.message == "您的卡可以看病买药"
    assert kiosk.screen.view.preferences.language == "zh"
    await trio.sleep(5)
    assert isinstance(kiosk.page, Menu)


async def test_the_same_card_goes_on(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """Taken out and put in again: the service that it was put in for."""
    await kiosk.ask_for_change("normal")
    await kiosk.until(PinEntry)
    kiosk.pull()
    assert await kiosk.refused() == "card.removed"
    kiosk.insert("normal")
    page = await kiosk.until(PinEntry)
    assert page.progress is not None
    assert page.progress.task.message == "修改密码"


@pytest.mark.parametrize("first", ["wrong_card", None])
async def test_the_right_card_after_a_wrong_one(
    autojump_clock: MockClock, kiosk: KioskUnderTest, first: str | None
) -> None:
    """Nothing of anybody's was read before: the service goes on with the card that it asked for."""
    await kiosk.at_home()
    kiosk.choose("change_pin")
    await kiosk.until(Instruct)
    kiosk.slot.insert(None if first is None else kiosk.card(first))
    await kiosk.refused()
    kiosk.pull()
    kiosk.insert("normal")
    page = await kiosk.until(PinEntry)
    assert page.progress is not None
    assert page.progress.task.message == "修改密码"


async def test_a_card_that_cannot_be_told_starts_at_home(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """Upside down it says nothing of whose it is."""
    await kiosk.ask_for_change("expired")
    assert await kiosk.refused() == "card.expired"
    kiosk.pull()
    kiosk.slot.insert(None)
    await kiosk.until(Refusal, lambda page: page.title.message == refusals.card.SILENT.title.message)


async def test_done_asks_for_no_card_that_is_out(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """As long as it is in, it is to be taken; then the page says that it is out."""
    await kiosk.ask_for_change("normal", OLD)
    await kiosk.new_pin(NEW)
    page = await kiosk.until(Done)
    assert [item.label.message for item in page.take] == ["取走凭条", "取走社保卡"]
    assert page.actions.primary is not None
    assert page.actions.primary.label.message == "完成，取卡"
    kiosk.pull()
    page = await kiosk.until(Done, lambda page: len(page.take) == 1)
    assert [item.label.message for item in page.take] == ["取走凭条"]
    assert page.note is not None
    assert page.note.message == "社保卡已经取出来了，请收好。"
    assert page.actions.primary is not None
    assert page.actions.primary.label.message == "完成"


async def test_a_card_taken_with_the_last_key(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """Nothing has been sent: the citizen is told that nothing was changed, and nothing is in doubt."""
    await kiosk.ask_for_change("normal", OLD)
    await kiosk.until(PinEntry, lambda page: bool(page.rounds))
    await kiosk.type_pin(NEW)
    await kiosk.until(PinEntry, lambda page: page.rounds[0].done if page.rounds else False)
    show = kiosk.screen.show

    def pull_at_writing(view: object) -> None:
        show(view)  # type: ignore[arg-type]
        if kiosk.page.title.message == "正在改密码，请不要拔卡":
            kiosk.slot.pull()

    kiosk.screen.show = pull_at_writing  # type: ignore[method-assign,assignment]
    await kiosk.type_pin(NEW)
    assert await kiosk.refused() in ("card.removed", "pin.change_unknown")
    changes = [command for command in kiosk.slot.commands if command[1] == 0x5E]
    assert len(changes) == len(kiosk.outcomes())


async def test_an_impatient_finger_calls_once(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """Staff are called once while the first call is under way."""
    await kiosk.at_home()
    await trio.sleep(5)
    kiosk.network.seconds = 3
    before = len(kiosk.network.seen)
    for _ in range(8):
        kiosk.press(Answer.CALL_STAFF)
        await settle()
    await kiosk.until(Notice, lambda notice: notice.title.message == "已经通知工作人员")
    await trio.sleep(5)
    assert sum("staff-calls" in path for _, path in kiosk.network.seen[before:]) == 1


async def test_a_slip_that_cannot_be_laid_out(
    autojump_clock: MockClock, kiosk: KioskUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The change was made and is said so; the machine lives."""

    def broken(*_: object) -> None:
        raise KeyError("a catalogue's mistake")

    monkeypatch.setattr(conclusion, "document", broken)
    await kiosk.ask_for_change("normal", OLD)
    await kiosk.new_pin(NEW)
    page = await kiosk.until(Done)
    assert len(page.take) == 1
    await kiosk.go_home()


async def test_a_code_longer_than_any(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """A QR code may hold 4,296 characters, an e-card code doesn't."""
    await kiosk.at_home()
    kiosk.choose("card_status_without_card")
    await kiosk.choose_way(Answer.E_CARD)
    await kiosk.until(Instruct)
    kiosk.phone.hold_up("x" * 4296)
    assert await kiosk.refused() == "e_card.foreign"


async def test_a_conflict_closes_changes_and_nothing_else(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """The server holds something else under an id: the machine goes on with what changes nothing."""
    request, problem = kiosk.network.request, {"type": ProblemType.OPERATION_CONFLICT, "title": "taken", "status": 422}

    async def conflict(method: str, path: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
        if path.endswith("/outcome"):
            return 422, {}, json.dumps(problem).encode()
        return await request(method, path, body)

    kiosk.network.request = conflict  # type: ignore[method-assign]
    await kiosk.ask_for_change("normal", OLD)
    await kiosk.new_pin(NEW)
    await kiosk.until(Done)
    await kiosk.go_home()
    await kiosk.home_offers("card_status", "card_status_without_card")
    assert conditions.REPORT_CONFLICT in dict(kiosk.board.standing())
    assert kiosk.operations.outbox_length == 1


async def test_pins_go_before_the_next_service_of_the_same_visit(
    autojump_clock: MockClock, kiosk: KioskUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a result is shown, nobody's PIN is in memory any more."""
    from drivers.pin import Pin

    made: list[Pin] = []
    make = Pin.__init__

    def noted(pin: Pin, digits: bytearray) -> None:
        make(pin, digits)
        made.append(pin)

    monkeypatch.setattr(Pin, "__init__", noted)
    await status_of(kiosk)
    assert made
    assert all(set(pin.digits) <= {0} for pin in made)
    kiosk.pull()
    await kiosk.at_home()
