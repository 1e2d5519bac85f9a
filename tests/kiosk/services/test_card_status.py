import pytest
import trio
from kiosk_under_test import KioskUnderTest
from regions import NO_WAYS, regional
from trio.testing import MockClock

from drivers.camera.protocol import CameraState
from kiosk import conditions
from kiosk.pages import Answer, Choose, Chosen, Home, Instruct, Picture, PinEntry, Refusal, Sign, Status
from kiosk.settings import Settings

ROWS = ("社保功能", "卡密码", "挂失", "有效期", "银行功能")


async def look(kiosk: KioskUnderTest, persona: str, pin: str | None) -> Status:
    """Put a card in at home, prove the holder or decline to, and read the answer."""
    await kiosk.at_home()
    await kiosk.show_card(persona)
    if pin is not None:
        await kiosk.type_pin(pin)
    return await kiosk.until(Status)


CARDS = [
    ("normal", "358269", "您的卡可以看病买药", {}),
    ("archived", "123456", "您的卡还没有启用", {"社保功能": Sign.INFORMATION, "卡密码": Sign.CARE}),
    ("initial_pin", "123456", "您的卡可以看病买药", {"卡密码": Sign.CARE}),
    ("blocked", None, "您的卡密码被锁住了", {"卡密码": Sign.REFUSED}),
    ("expired", "207518", "您的卡过期了", {"有效期": Sign.REFUSED}),
    ("expiring", "583016", "您的卡可以看病买药", {"有效期": Sign.CARE}),
    ("unreadable_item", "471930", "您的卡可以看病买药", {}),
    ("third_generation", "862047", "您的卡可以看病买药", {}),
    ("rare_name", "492750", "您的卡可以看病买药", {}),
]


@pytest.mark.parametrize(("persona", "pin", "title", "signs"), CARDS)
async def test_every_card_gets_its_answer(
    autojump_clock: MockClock, kiosk: KioskUnderTest, persona: str, pin: str | None, title: str, signs: dict[str, Sign]
) -> None:
    """The answer is the title, and every row that isn't well says so by its shape."""
    page = await look(kiosk, persona, pin)

    assert page.title.message == title
    assert tuple(row.label.message for row in page.rows) == ROWS
    promised = page.rows[0].note is not None and page.rows[0].note.message == "看病、买药、领待遇"
    assert promised == (title == "您的卡可以看病买药"), "a row says what the title denies"
    for row in page.rows:
        if row.label.message != "银行功能":
            assert row.sign is signs.get(row.label.message, Sign.DONE), row


async def test_a_page_holds_nothing_unmasked(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """What was never on the page can't be on a screenshot."""
    page = await look(kiosk, "normal", "358269")
    assert page.name == "张*"
    assert "*" * 11 in page.number
    assert "张建国" not in repr(page)
    assert "358269" not in repr(kiosk.screen.views)


async def test_without_the_pin_nothing_about_the_person(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """Who finds a card learns whether it works, not whose it is."""
    await kiosk.at_home()
    await kiosk.show_card("normal")
    await kiosk.until(PinEntry)
    kiosk.press(Answer.NEXT)
    page = await kiosk.until(Status)
    assert (page.name, page.number) == ("", "")
    assert kiosk.tries("normal") == 6
    assert page.progress is not None
    assert [step.message for step in page.progress.steps] == ["插卡", "看结果"], "nobody's identity was proven"


async def test_a_blocked_card_is_told_without_asking_for_a_pin(
    autojump_clock: MockClock, kiosk: KioskUnderTest
) -> None:
    """There is nothing to try, and nothing personal to show."""
    page = await look(kiosk, "blocked", None)
    assert page.name == ""
    assert not any(isinstance(view.page, PinEntry) for view in kiosk.screen.views)


async def test_by_e_card_code(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """No card, no PIN: the code that the phone shows is proof by itself."""
    await kiosk.at_home()
    kiosk.choose("card_status_without_card")
    await kiosk.choose_way(Answer.E_CARD)
    await kiosk.hold_up("normal")
    page = await kiosk.until(Status)
    assert page.name == "张*"
    assert [button.answer for button in page.further] == [Chosen("report_loss")]
    await kiosk.go_home()


@pytest.mark.parametrize(
    ("make", "refusal"),
    [
        (lambda kiosk: kiosk.expired_code("normal"), "e_card.expired"),
        (lambda kiosk: "https://example.com/pay", "e_card.foreign"),
        (lambda kiosk: "0" * 28, "e_card.medical"),
    ],
)
async def test_codes_that_are_not_taken(autojump_clock: MockClock, kiosk: KioskUnderTest, make, refusal: str) -> None:  # type: ignore[no-untyped-def]
    """Each is told apart, with what to do instead."""
    await kiosk.at_home()
    kiosk.choose("card_status_without_card")
    await kiosk.choose_way(Answer.E_CARD)
    await kiosk.until(Instruct)
    kiosk.phone.hold_up(make(kiosk))
    assert await kiosk.refused() == refusal
    kiosk.press(Answer.AGAIN)  # "Scan again", with the right one.
    await kiosk.choose_way(Answer.E_CARD)
    await kiosk.hold_up("normal")
    await kiosk.until(Status)
    await kiosk.go_home()


async def test_by_id_card(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """No card, no phone: a document says who it is, and of whose card the status is."""
    await kiosk.at_home()
    kiosk.choose("card_status_without_card")
    await kiosk.choose_way(Answer.ID_CARD)
    await kiosk.lay("normal")
    page = await kiosk.until(Status)
    assert page.name == "张*"
    await kiosk.go_home()


async def test_the_camera_is_unplugged(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """The other way, with a word why, as long as it is gone; both when it is back."""
    await kiosk.at_home()
    kiosk.choose("card_status_without_card")
    await kiosk.choose_way(Answer.E_CARD)
    await kiosk.until(Instruct)
    kiosk.phone.become(CameraState.NO_DEVICE)
    page = await kiosk.until(Instruct, lambda page: page.picture is Picture.ID_ON_PLATE)
    assert page.panel is not None
    assert page.panel.heading.message == "摄像头没有画面"
    kiosk.press(Answer.BACK)
    home = await kiosk.at_home()
    assert home.notice is not None
    await trio.sleep(200)
    kiosk.choose("card_status_without_card")
    await kiosk.until(Instruct, lambda page: page.picture is Picture.ID_ON_PLATE)
    kiosk.phone.become(CameraState.ONLINE)
    kiosk.press(Answer.BACK)
    await kiosk.until(Home, lambda home: home.notice is None)
    kiosk.choose("card_status_without_card")
    await kiosk.choose_way(Answer.E_CARD)


async def test_a_camera_that_blinks_goes_on(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """It reopens by itself within seconds: nobody has to know."""
    await kiosk.at_home()
    kiosk.choose("card_status_without_card")
    await kiosk.choose_way(Answer.E_CARD)
    await kiosk.until(Instruct)
    kiosk.phone.become(CameraState.NO_DEVICE)
    await trio.sleep(3)
    kiosk.phone.become(CameraState.ONLINE)
    await trio.sleep(20)
    kiosk.phone.hold_up(kiosk.e_card_code("normal"))
    await kiosk.until(Status)


async def test_no_card_at_hand_leads_to_the_other_ways(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """The way without a card is offered where the card is asked for."""
    await kiosk.at_home()
    kiosk.choose("card_status")
    page = await kiosk.until(Instruct)
    assert page.actions.other is not None
    kiosk.press(Answer.WITHOUT_CARD)
    await kiosk.until(Choose)
    kiosk.press(Answer.BACK)
    await kiosk.at_home()


async def test_from_status_straight_to_a_new_pin(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """The next service goes on with the card that is in."""
    page = await look(kiosk, "normal", "358269")
    assert [button.answer for button in page.further] == [Chosen("change_pin")]
    kiosk.press(Chosen("change_pin"))
    page = await kiosk.until(PinEntry)
    assert page.title.message == "请输入现在的密码"


async def test_print_on_request(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """Paper comes when it is asked for, once."""
    page = await look(kiosk, "normal", "358269")
    assert kiosk.receipts() == 0
    kiosk.press(Answer.PRINT)
    page = await kiosk.until(Status, lambda page: page.subtitle.message.startswith("凭条打好了"))
    assert kiosk.receipts() == 1
    assert page.actions.secondary is None
    await kiosk.go_home()


async def test_not_a_social_card(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """Nothing is read from it."""
    await kiosk.at_home()
    kiosk.insert("wrong_card")
    assert await kiosk.refused() == "card.foreign"
    await kiosk.go_home()


async def test_upside_down(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """A card that doesn't answer gets a picture of how to hold it."""
    await kiosk.at_home()
    kiosk.slot.insert(None)
    assert await kiosk.refused() == "card.silent"
    kiosk.press(Answer.FINISH)
    await kiosk.until(Instruct)
    kiosk.pull()
    await kiosk.until(Home)


@pytest.mark.parametrize("at", range(12))
@pytest.mark.parametrize("how", ["pull", "garble", "truncate", "nothing"])
async def test_whatever_the_card_does_the_citizen_gets_a_page(
    autojump_clock: MockClock, kiosk: KioskUnderTest, at: int, how: str
) -> None:
    """A fault at each command in turn: a page, then home, and the next citizen is served."""
    await kiosk.at_home()
    kiosk.slot.fail(at, how)
    kiosk.insert("normal")
    page = await kiosk.any_end(pin="358269")
    assert page.title.message
    await kiosk.go_home()
    kiosk.slot.mend()
    await kiosk.show_card("normal")
    await kiosk.type_pin("358269")
    await kiosk.until(Status)


NEXT = [
    ("normal", "358269", ["change_pin"]),
    ("archived", "123456", ["enable"]),
    ("blocked", None, ["unlock", "reset_pin"]),
    ("expired", "207518", ["renew_card"]),
]


@pytest.mark.parametrize(("persona", "pin", "services"), NEXT)
async def test_what_makes_sense_next(
    autojump_clock: MockClock, stand: KioskUnderTest, persona: str, pin: str | None, services: list[str]
) -> None:
    """The page leads on to what this card needs."""
    page = await look(stand, persona, pin)
    assert [button.answer for button in page.further] == [Chosen(service) for service in services]


async def test_where_a_blocked_card_is_unlocked(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """Here or at the window; which documents that takes is said there."""
    page = await look(stand, "blocked", None)
    assert page.subtitle is not None
    assert page.subtitle.message == "可以在这里解锁，也可以到{window}。"
    assert not any("身份证" in (row.note.message if row.note else "") for row in page.rows)


async def test_a_card_not_enabled_has_the_pin_it_was_issued_with(
    autojump_clock: MockClock, stand: KioskUnderTest
) -> None:
    """Nobody has another one yet."""
    await stand.at_home()
    await stand.show_card("archived")
    assert (await stand.until(PinEntry)).title.message == "请输入发卡时的密码"


async def test_what_is_closed_is_not_offered(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """A machine that changes nothing now still answers, and offers no change."""
    stand.board.set(conditions.STORAGE_FULL, stands=True)
    page = await look(stand, "normal", "358269")
    assert page.further == ()


async def test_what_was_not_finished_is_told(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """A change whose end nobody heard of: said under the answer, with the service that finds out."""
    stand.slot.fail_at_change("tear")
    await stand.ask_for_change("normal", "358269")
    await stand.new_pin("746108")
    await stand.until(Refusal)
    stand.press(Answer.FINISH)
    await stand.reported()
    stand.slot.mend()
    page = await look(stand, "normal", "746108")
    assert page.subtitle is not None
    assert page.subtitle.message == "上一次改密码没有办完，再办一次就会核对。"
    assert [button.answer for button in page.further] == [Chosen("change_pin")]


class TestWithoutWays:
    """A bureau that lists no way to prove who one is."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return regional(settings, evidence=NO_WAYS)

    async def test_what_is_not_done_here_is_not_offered(self, autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
        """Where identity can't be proven a blocked card is told, and nothing promised."""
        page = await look(kiosk, "blocked", None)
        assert page.further == ()
        assert page.subtitle is not None
        assert page.subtitle.message == "请到{window}解锁。"
