"""What is applied for: texts, the phone number, new cards; and looking up what came of it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from applicant import NEW, begin, type_new_number
from cards_on_record import put
from kiosk_under_test import KioskUnderTest
from regions import regional
from shown_texts import all_texts
from trio.testing import MockClock

from central import applications
from central.application_stages import Decision
from central.sms import VirtualPhones
from kiosk import conditions
from kiosk.language import say
from kiosk.pages import (
    Answer,
    Choose,
    Chosen,
    Decide,
    Done,
    Entered,
    Home,
    Instruct,
    Menu,
    NumberEntry,
    Page,
    Refusal,
    Table,
)
from kiosk.settings import Settings
from kiosk.text import Text
from kiosk.uplink.contract import ApplicationStatus
from kiosk.uplink.errors import Cause, CentralError


def decide(kiosk: KioskUnderTest, number: str, decision: Decision, note: str = "") -> None:
    """As the bureau's staff, or its card production, would."""
    with kiosk.registry.transaction() as transaction:
        applications.decide(transaction, number, decision, note, by="wang.li")


def texts_to(kiosk: KioskUnderTest, number: str) -> tuple[str, ...]:
    """What arrived at a phone."""
    phones = kiosk.registry.sms
    assert isinstance(phones, VirtualPhones)
    return tuple(phones.texts(number))


def values(text: Text) -> Iterator[object]:
    """All that its names stand for."""
    for _, value in text.arguments:
        yield value
        if isinstance(value, Text):
            yield from values(value)


def rows(table: Table) -> dict[str, str]:
    """The newest application's, in Chinese."""
    return {
        say(r.label, "zh"): say(r.value, "zh") if isinstance(r.value, Text) else r.value for r in table.groups[0].rows
    }


async def printed(kiosk: KioskUnderTest) -> str:
    """Ask for the slip; what stands on it, without a space."""
    kiosk.press(Answer.PRINT)
    await kiosk.until(Page, lambda page: page.actions.secondary is None)
    return "".join(kiosk.printer.receipts[-1].text.split())


async def test_texts_to_the_phone_on_record(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """By the card and its PIN: asked, confirmed, under review; then looked up, approved, and asked for no more."""
    await kiosk.at_home()
    kiosk.choose("more")
    await kiosk.until(Menu)
    kiosk.choose("sms_reminders")
    await kiosk.until(Instruct)
    kiosk.insert("expiring")
    await kiosk.type_pin("583016")
    await kiosk.type_code("expiring")
    await kiosk.until(Choose, lambda page: page.title.message == "提醒发到哪个手机？")
    kiosk.choose("this number")
    asked = await kiosk.until(Decide)
    assert "缴费、余额、待遇发放" in [
        say(value, "zh") for p in asked.points for value in values(p.text) if isinstance(value, Text)
    ]
    assert any("链接" in point.text.message for point in asked.points)
    kiosk.press(Answer.NEXT)
    done = await kiosk.until(Done)
    assert done.title.message == "申请交上去了"
    printed = kiosk.printer.receipts[0].text
    number = re.search(r"申请编号\s+([0-9]{12})", printed)
    assert number is not None
    assert "我的申请" in printed
    await kiosk.go_home()

    decide(kiosk, number[1], Decision.APPROVE)
    await begin(kiosk, "my_applications", "expiring")
    table = await kiosk.until(Table)
    assert rows(table)["办到哪里"] == "通过了，已经生效"
    assert rows(table)["申请编号"] == number[1]
    kiosk.press(Answer.FINISH)

    await begin(kiosk, "sms_reminders", "expiring")
    await kiosk.until(Choose, lambda page: page.title.message == "短信提醒已经开通")
    kiosk.choose("stop")
    asked = await kiosk.until(Decide)
    assert asked.title.message == "确认停掉短信提醒吗？"
    kiosk.press(Answer.NEXT)
    await kiosk.until(Done)


async def test_texts_to_another_phone(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """Who gets them already is asked what to change; the new phone is proved by a code to it."""
    await begin(kiosk, "sms_reminders")
    kiosk.choose("other number")
    await type_new_number(kiosk)
    asked = await kiosk.until(Decide)
    assert asked.title.message == "确认换提醒的号码吗？"
    kiosk.press(Answer.NEXT)
    await kiosk.until(Done)
    assert "尾号 9876" in kiosk.printer.receipts[0].text
    await kiosk.go_home()
    await begin(kiosk, "sms_reminders")
    assert await kiosk.refused() == "application.under_review"


async def test_a_renewal(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """A card that ends soon, by post: nothing is said of a loss, and the number is on the receipt."""
    await begin(kiosk, "renew_card", "expiring")
    kiosk.choose("post")
    asked = await kiosk.until(Decide)
    assert asked.title.message == "确认要换这张卡吗？"
    kiosk.press(Answer.NEXT)
    done = await kiosk.until(Done)
    assert done.title.message == "申请交上去了"
    assert done.note is None, "nobody put a card in that could have been taken"
    printed = kiosk.printer.receipts[0].text
    assert "换卡凭条" in printed
    found = re.search(r"申请编号\s+([0-9]{12})", printed)
    assert found is not None
    await kiosk.go_home()
    for decision, told in ((Decision.APPROVE, True), (Decision.POST, False)):
        decide(kiosk, found[1], decision)
        await begin(kiosk, "my_applications", "expiring")
        table = await kiosk.until(Table)
        assert ("大约制好" in rows(table)) is told, "what is posted is made"
        kiosk.press(Answer.FINISH)


async def test_a_refusal_says_why(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """In the bureau's words, before all else, on the page and on the slip."""
    await begin(kiosk, "renew_card", "expiring")
    kiosk.choose("post")
    await kiosk.until(Decide)
    kiosk.press(Answer.NEXT)
    await kiosk.until(Done)
    found = re.search(r"申请编号\s+([0-9]{12})", kiosk.printer.receipts[0].text)
    assert found is not None
    await kiosk.go_home()
    decide(kiosk, found[1], Decision.REFUSE, "照片太旧")
    await begin(kiosk, "my_applications", "expiring")
    table = await kiosk.until(Table)
    assert [*rows(table).items()][:2] == [("办到哪里", "没有通过"), ("原因", "照片太旧")]
    assert "照片太旧" in await printed(kiosk)


async def test_another_number(autojump_clock: MockClock, kiosk: KioskUnderTest, settings: Settings) -> None:
    """Typed here, proved by a code to it, shown by its tail; and in no page, no file, no receipt whole."""
    await begin(kiosk, "phone_number")
    await type_new_number(kiosk)
    asked = await kiosk.until(Decide)
    assert NEW[-4:] in list(values(asked.panel.heading))
    kiosk.press(Answer.NEXT)
    done = await kiosk.until(Done)
    assert "尾号 9876" in kiosk.printer.receipts[0].text
    assert NEW not in all_texts(kiosk.screen) + kiosk.printer.receipts[0].text + repr(done)
    files = [path.read_bytes() for path in Path(settings.storage.directory).iterdir() if path.is_file()]
    assert files
    assert not any(NEW.encode() in content or NEW[3:].encode() in content for content in files)
    assert kiosk.record("normal").phone_tail != NEW[-4:], "the bureau decides first"


@pytest.mark.parametrize(
    ("number", "problem"), [("99999999999", "这不像手机号，请看一看"), (None, "这就是现在的号码，没有变")]
)
async def test_a_number_that_is_not_taken(
    autojump_clock: MockClock, kiosk: KioskUnderTest, number: str | None, problem: str
) -> None:
    """Said below the field, and typed again."""
    record = kiosk.people["normal"].server_record
    assert record is not None
    await begin(kiosk, "phone_number")
    await kiosk.until(NumberEntry, lambda page: not page.hidden)
    kiosk.press(Entered(number or record["phone"]))
    page = await kiosk.until(NumberEntry, lambda page: page.problem is not None)
    assert page.problem is not None
    assert page.problem.message == problem
    await type_new_number(kiosk)
    await kiosk.until(Decide)


async def test_a_mistyped_number_can_be_changed(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """No text comes: back to the keys, another number, another code."""
    await begin(kiosk, "phone_number")
    await kiosk.until(NumberEntry, lambda page: not page.hidden)
    kiosk.press(Entered("12000001111"))
    await kiosk.until(NumberEntry, lambda page: page.hidden)
    kiosk.press(Answer.AGAIN)
    question = await kiosk.until(Decide)
    assert any(point.text.message == "号码输错了，就换一个号码" for point in question.points)
    kiosk.press(Answer.ANOTHER)
    await type_new_number(kiosk)
    await kiosk.until(Decide, lambda page: page.title.message == "确认换成这个号码吗？")


async def replace_lost(kiosk: KioskUnderTest, persona: str = "normal") -> Decide:
    """Apply for a card in place of one on formal loss, up to the last question."""
    put(kiosk, persona, application_status=2, lifecycle="05", loss_reason="reported")
    await begin(kiosk, "replace_card", persona)
    await kiosk.until(Choose, lambda page: page.title.message == "新卡怎么给您？")
    kiosk.choose("collect")
    menu = await kiosk.until(Menu, lambda menu: menu.title.message == "到哪里领卡？")
    kiosk.choose(menu.groups[0].tiles[0].service)
    return await kiosk.until(Decide)


async def test_a_lost_card_is_replaced(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """How to get it, what it costs, when; a number; and the whole way to its collection can be looked up."""
    asked = await replace_lost(kiosk)
    assert "领卡" in say(asked.points[0].text, "zh") or "不收" in say(asked.points[0].text, "zh")
    kiosk.press(Answer.NEXT)
    await kiosk.until(Done)
    printed = kiosk.printer.receipts[0].text
    assert "领卡地点" in printed
    assert "地址" in printed, "a name alone leads nobody there"
    found = re.search(r"申请编号\s+([0-9]{12})", printed)
    assert found is not None
    await kiosk.go_home()
    for decision, said in [
        (Decision.APPROVE, "正在制卡"),
        (Decision.MADE, "可以领卡了"),
    ]:
        decide(kiosk, found[1], decision)
        await begin(kiosk, "my_applications")
        table = await kiosk.until(Table)
        assert rows(table)["办到哪里"] == said
        assert "领卡地点" in rows(table)
        kiosk.press(Answer.FINISH)
        await kiosk.at_home()
    await begin(kiosk, "replace_card")
    assert await kiosk.refused() == "application.under_review"
    kiosk.press(Answer.FINISH)
    await kiosk.at_home()
    decide(kiosk, found[1], Decision.HAND_OVER)
    await begin(kiosk, "my_applications")
    table = await kiosk.until(Table)
    assert rows(table)["办到哪里"] == "办完了"
    assert any(
        say(row.note, "zh") == "请用新卡，旧卡已经注销。" for group in table.groups for row in group.rows if row.note
    )
    kiosk.press(Answer.FINISH)
    await kiosk.at_home()
    await begin(kiosk, "replace_card")
    assert await kiosk.refused() == "card.cancelled"


async def test_a_broken_card_is_replaced(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """No loss comes before it; it may be posted."""
    await begin(kiosk, "replace_card")
    await kiosk.until(Choose, lambda page: page.title.message == "为什么要补卡？")
    kiosk.choose("damaged")
    await kiosk.until(Choose, lambda page: page.title.message == "新卡怎么给您？")
    kiosk.choose("post")
    asked = await kiosk.until(Decide)
    assert any("寄到" in say(point.text, "zh") for point in asked.points)


async def test_nowhere_to_post_to(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """The server's rule, in a citizen's words, with another way to the card."""
    kiosk.put_person("normal", address=None)
    await begin(kiosk, "replace_card")
    kiosk.choose("damaged")
    await kiosk.until(Choose, lambda page: page.title.message == "新卡怎么给您？")
    kiosk.choose("post")
    assert await kiosk.refused() == "application.address_missing"
    kiosk.press(Answer.AGAIN)
    await kiosk.until(Page, lambda page: page.title.message != "没有登记收卡的地址")


REFUSED: list[tuple[str, str, dict[str, object], str]] = [
    ("replace_card", "normal", {"application_status": 9, "lifecycle": "09"}, "card.cancelled"),
    ("replace_card", "normal", {"lifecycle": "07"}, "application.under_review"),
    ("renew_card", "normal", {"lifecycle": "02"}, "application.card_not_there"),
    ("renew_card", "normal", {"lifecycle": "08"}, "application.under_review"),
]


@pytest.mark.parametrize(("service", "persona", "columns", "code"), REFUSED)
async def test_where_it_is_needless(
    autojump_clock: MockClock,
    kiosk: KioskUnderTest,
    service: str,
    persona: str,
    columns: dict[str, object],
    code: str,
) -> None:
    """Said before anything is asked."""
    put(kiosk, persona, **columns)
    await begin(kiosk, service, persona)
    assert await kiosk.refused() == code
    assert kiosk.outcomes() == []


async def test_a_loss_comes_first(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """Whoever says that it is lost is led to the formal loss."""
    await begin(kiosk, "replace_card")
    await kiosk.until(Choose, lambda page: page.title.message == "为什么要补卡？")
    kiosk.choose("lost")
    assert await kiosk.refused() == "application.formal_loss_first"
    page = await kiosk.until(Refusal)
    assert page.actions.primary is not None
    assert page.actions.primary.answer == Chosen("formal_loss")


async def test_too_early_to_renew(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """Said before anything is chosen; and so does the server, whose rule it is."""
    await begin(kiosk, "renew_card")
    assert await kiosk.refused() == "application.not_due"


async def test_a_card_on_loss_is_not_renewed(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """It is released, or replaced."""
    put(kiosk, "expiring", application_status=4, lifecycle="06", loss_reason="reported")
    await begin(kiosk, "renew_card", "expiring")
    assert await kiosk.refused() == "application.card_on_loss"


async def test_no_applications(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """Nothing to look up."""
    await begin(kiosk, "my_applications")
    assert await kiosk.refused() == "application.none_found"


@pytest.mark.parametrize("how", ["stop", "exit", "silence"])
async def test_thought_better_of_it(autojump_clock: MockClock, kiosk: KioskUnderTest, how: str) -> None:
    """At the last question: home, and nothing is applied for."""
    await replace_lost(kiosk)
    if how != "silence":
        kiosk.press(Answer.STOP if how == "stop" else Answer.EXIT)
    await kiosk.at_home()
    assert kiosk.outcomes() == []
    assert kiosk.receipts() == 0


async def test_no_answer_is_never_success(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """The server took it and its answer was lost: told as unknown; it is there when it is looked up."""
    await replace_lost(kiosk)
    request = kiosk.network.request

    async def lose_answers(method: str, path: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
        answer = await request(method, path, body)
        if path.startswith("/v1/operations/"):
            raise CentralError(Cause.HUNG_UP, "lost by the test")
        return answer

    kiosk.network.request = lose_answers  # type: ignore[method-assign]
    kiosk.press(Answer.NEXT)
    assert await kiosk.refused() == "application.unknown"
    kiosk.press(Answer.FINISH)
    await kiosk.until(Home, lambda home: home.notice is not None)
    kiosk.network.request = request  # type: ignore[method-assign]
    await kiosk.reported()
    await kiosk.until(Home, lambda home: home.notice is None)
    await begin(kiosk, "my_applications")
    table = await kiosk.until(Table)
    assert len(table.groups) == 1
    assert rows(table)["办到哪里"] == "正在审核"


async def test_changes_close_while_somebody_reads(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """The machine may change nothing any more: said so, nothing applied for."""
    await replace_lost(kiosk)
    kiosk.board.set(conditions.STORAGE_FULL, stands=True)
    kiosk.press(Answer.NEXT)
    assert await kiosk.refused() == "operation.changes_closed"


class TestElsewhere:
    """A region that wants people face to face, and takes new cards at outlets alone."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return regional(settings, sms={"here": False}, replacement={"here": False})

    @pytest.mark.parametrize(
        ("service", "code"),
        [
            ("sms_reminders", "application.sms_face_to_face"),
            ("replace_card", "application.at_outlet"),
            ("renew_card", "application.at_outlet"),
        ],
    )
    async def test_it_says_where(
        self, autojump_clock: MockClock, kiosk: KioskUnderTest, service: str, code: str
    ) -> None:
        """Offered all the same, so that whoever asks hears where to go; nobody proves anything first."""
        await kiosk.at_home()
        kiosk.choose("more")
        await kiosk.until(Menu)
        kiosk.choose(service)
        assert await kiosk.refused() == code
        ways = (await kiosk.until(Refusal)).ways
        slip = await printed(kiosk)
        for way in ways:
            assert way.note is not None
            assert say(way.note, "zh") in slip, "what to bring"

    async def test_no_refusal_promises_a_new_card_here(self, autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
        """Whoever needs one is sent to the window at once, not by way of another refusal."""
        kiosk.set_status("normal", int(ApplicationStatus.FORMAL_LOSS))
        await kiosk.ask_for("change_pin", "normal")
        assert await kiosk.refused() == "card.formal_loss"
        page = await kiosk.until(Refusal)
        assert [way.title.message for way in page.ways] == ["到{window}补卡"]
        assert page.actions.primary is not None
        assert page.actions.primary.answer is Answer.FINISH
