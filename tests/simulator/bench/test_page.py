"""Someone who has only a browser is the citizen: the page in Chromium, the kiosk behind it real."""

import re
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from simulator.bench.server import Bench
from simulator.card_reader.personas import personas
from simulator.scenarios import pages
from simulator.scenarios.eye import KEY, LABEL, OPTION, Eye, Seen
from simulator.scenarios.pages import Known
from simulator.stand import Stand
from simulator.x_screen import XScreen

_QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@pytest.fixture(scope="module")
def browser_page(bench: Bench) -> Iterator[Page]:
    """The page, opened at the printed address; anything that goes wrong in it fails the test."""
    troubles: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=_QUIET)
        page = browser.new_page(viewport={"width": 1600, "height": 950})
        page.set_default_timeout(10_000)
        expect.set_options(timeout=15_000)  # As patient as the onlooker: a machine may have much else to do.
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
        page.on("requestfailed", lambda request: troubles.append(f"{request.url}: {request.failure}"))
        page.goto(bench.address)
        yield page
        browser.close()
    # One test has a device refuse something, of which the browser tells too; and a page that is left, or a picture
    # that a newer one replaces, gives up what it still waited for.
    meant = ("400 (Bad Request)", "net::ERR_ABORTED")
    assert [trouble for trouble in troubles if not any(part in trouble for part in meant)] == []


class Onlooker:
    """Reads the kiosk's screen, so that the test knows where to click in the page's picture of it."""

    def __init__(self, stand: Stand, screen: XScreen, page: Page) -> None:
        self._screen = screen
        self._page = page
        self._eye = Eye(stand.wishes.width, stand.wishes.height)
        self._width = stand.wishes.width

    def sees(self, known: Known) -> None:
        self._until(lambda: self._eye.find(known.title, self._screen.picture(), known.sizes), known.name)

    def clicks(self, words: str, sizes: tuple[float, ...] = LABEL) -> None:
        seen = self._until(lambda: self._eye.find(words, self._screen.picture(), sizes), words)
        box = self._page.locator("#glass").bounding_box()
        assert box is not None
        x, y = (at * box["width"] / self._width for at in seen.middle)
        self._page.mouse.click(box["x"] + x, box["y"] + y, delay=80)

    def _until(self, look: Callable[[], Seen | None], what: str) -> Seen:
        end = time.monotonic() + 15
        while (seen := look()) is None:
            assert time.monotonic() < end, f"never saw {what}"
            self._page.wait_for_timeout(100)
        return seen


@pytest.fixture
def onlooker(stand: Stand, browser_page: Page) -> Iterator[Onlooker]:
    with XScreen(stand.first.display) as screen:
        yield Onlooker(stand, screen, browser_page)


def frames(page: Page) -> int:
    """How many pictures of the kiosk's screen the page has drawn."""
    return int(page.locator("#glass").get_attribute("data-frames") or 0)


def type_pin(page: Page, pin: str) -> None:
    expect(page.locator("#display")).to_have_class("lit")
    for count, key in enumerate(pin, 1):
        page.click(f"[data-key='{key}']")
        expect(page.locator("#display span").nth(1)).to_have_text("✱" * count)
    page.click("[data-key=enter]")


def test_a_citizen_with_only_a_browser_gets_a_receipt(browser_page: Page, onlooker: Onlooker, stand: Stand) -> None:
    """Card, pad, screen, paper: by clicks alone."""
    page = browser_page
    receipts = stand.first.control("receipt_printer")("state")["receipts"]
    pin = next(persona.pin for persona in personas() if persona.id == "normal")

    onlooker.sees(pages.HOME)
    before = frames(page)
    page.click("#cards [data-card=normal]")
    expect(page.locator("#inside [data-card=normal]")).to_be_visible()
    onlooker.sees(pages.CARD_MENU)
    onlooker.clicks("查卡状态")
    onlooker.sees(pages.CURRENT_PIN)
    type_pin(page, pin)
    onlooker.sees(pages.STATUS)
    assert frames(page) > before
    onlooker.clicks("打印")
    expect(page.locator("#roll")).to_have_attribute("data-receipts", str(receipts + 1))
    expect(page.locator("#roll-picture")).to_have_js_property("complete", True)
    assert page.evaluate("document.getElementById('roll-picture').naturalHeight") > 100
    expect(page.locator("#paper")).to_be_visible()
    page.click("#paper")
    expect(page.locator("#paper")).to_be_hidden()
    onlooker.clicks("看完了，取卡")
    onlooker.sees(pages.TAKE_CARD)
    page.click("#pull")
    onlooker.sees(pages.HOME)

    assert stand.first.control("card_reader")("state")["inserted"] is None


def test_what_the_page_shows_is_what_the_x_server_shows(browser_page: Page, onlooker: Onlooker, stand: Stand) -> None:
    """Read from the page's own picture, pixel for pixel but for the JPEG."""
    onlooker.sees(pages.HOME)
    browser_page.wait_for_timeout(500)
    corner = browser_page.evaluate(
        "() => { const c = document.getElementById('glass'); const p = c.getContext('2d');"
        " return [...p.getImageData(5, 5, 1, 1).data].slice(0, 3) }"
    )
    with XScreen(stand.first.display) as screen:
        real = screen.picture().getpixel((18, 18))

    assert isinstance(real, tuple)
    assert all(abs(shown - there) <= 4 for shown, there in zip(corner, real, strict=True))


def test_a_phone_is_held_up_without_the_page_learning_the_code(browser_page: Page, onlooker: Onlooker) -> None:
    page = browser_page
    onlooker.sees(pages.HOME)
    onlooker.clicks("不插卡查状态")
    onlooker.sees(pages.CHOOSE_WAY)
    onlooker.clicks("扫电子社保卡", OPTION)
    onlooker.sees(pages.SHOW_CODE)
    with page.expect_response("**/do/camera/show") as shown:
        page.click("[data-code=medical]")
    assert "code" not in shown.value.json()
    onlooker.sees(pages.CODE_MEDICAL)
    page.click("[data-do='camera/hide']")
    onlooker.clicks("退出")
    onlooker.sees(pages.HOME)


def test_somebody_stands_before_the_camera(browser_page: Page, stand: Stand) -> None:
    """With the face of the person that was chosen; of some there is no picture."""
    page, camera = browser_page, stand.first.control("camera")
    page.select_option("#person", "normal")
    expect(page.locator("[data-stand=stand]")).to_be_disabled()
    page.select_option("#person", "archived")
    page.select_option("#way", "two")
    page.click("[data-stand=stand]")
    expect(page.locator("#camera-state")).to_have_text("有人")
    assert (camera("state")["face"], camera("state")["variant"]) == ("collins", "two")
    page.click("[data-stand=left]")
    page.click("[data-do='camera/hide']")
    expect(page.locator("#camera-state")).to_have_text("就绪")


def test_what_the_server_holds_is_shown_and_a_new_card_has_a_new_record(
    browser_page: Page, onlooker: Onlooker, stand: Stand
) -> None:
    """A loss by clicks alone, with ID card and text: on the list, on the card's face, and gone with the card."""
    page = browser_page
    onlooker.sees(pages.HOME)
    onlooker.clicks("挂失")
    onlooker.sees(pages.CHOOSE_WAY)
    onlooker.clicks("刷身份证", OPTION)
    onlooker.sees(pages.LAY_ID_CARD)
    page.select_option("#person", "normal")
    page.select_option("#id-card", "normal")
    page.click("#place")
    onlooker.sees(pages.CHOOSE_WAY)
    page.click("[data-do='id_reader/lift']")
    onlooker.clicks("短信验证码", OPTION)
    onlooker.sees(pages.TEXT)
    text = page.locator("#texts li").first
    expect(text).to_contain_text("验证码")
    for digit in re.findall(r"[0-9]{6}", text.inner_text())[0]:
        onlooker.clicks(digit, KEY)
    onlooker.clicks("输好了")
    onlooker.sees(pages.LOSS_QUESTION)
    onlooker.clicks("确认挂失")
    onlooker.sees(pages.DONE)
    latest = page.locator("#operations li").first
    expect(latest).to_have_attribute("data-kind", "temporary_loss")
    expect(latest).to_have_attribute("data-state", "done")
    expect(page.locator("#cards [data-card=normal] small")).to_contain_text("临时挂失")
    onlooker.clicks("完成")
    onlooker.sees(pages.HOME)

    page.click("#cards [data-card=normal] .renew")
    expect(page.locator("#cards [data-card=normal] small")).to_contain_text("正常")
    assert stand.central("card", person="normal")["application_status"] == "normal"


def test_faults_of_printer_and_wires_are_switches(browser_page: Page, stand: Stand) -> None:
    page = browser_page
    for fault, key, bad in (("paper_out", "paper", "out"), ("cover", "cover", "open"), ("power", "power", "off")):
        page.click(f"[data-fault={fault}]")
        expect(page.locator(f"[data-fault={fault}]")).to_have_attribute("aria-pressed", "true")
        assert stand.first.control("receipt_printer")("state")[key] == bad
        page.click("[data-fault=mend]")
        expect(page.locator(f"[data-fault={fault}]")).to_have_attribute("aria-pressed", "false")
    page.click("[data-switch='network/slow']")
    expect(page.locator("[data-switch='network/slow']")).to_have_attribute("aria-pressed", "true")
    assert stand.central("state")["fault"] == "slow"
    page.click("[data-switch='network/none']")
    page.click("[data-switch='loudspeaker/false']")
    expect(page.locator("[data-switch='loudspeaker/false']")).to_have_attribute("aria-pressed", "true")
    assert not stand.first.loudspeaker.state()["plugged"]
    page.click("[data-switch='loudspeaker/true']")
    expect(page.locator("[data-switch='loudspeaker/true']")).to_have_attribute("aria-pressed", "true")


def test_a_refusal_of_a_device_is_told(browser_page: Page) -> None:
    """No card takes the place of one that hangs: the page says what the device said."""
    with browser_page.expect_response("**/do/card_reader/swap"):
        browser_page.evaluate("import('/bench.js').then(({ act }) => act('card_reader/swap', { card: 'normal' }))")
    expect(browser_page.locator("#trouble")).to_contain_text("no card in the slot")


def test_the_page_speaks_both_languages(browser_page: Page) -> None:
    page = browser_page
    expect(page.locator("h1")).to_have_text("社保卡自助机 · 测试台")
    page.click("#language")
    expect(page.locator("h1")).to_have_text("Social security card kiosk · bench")
    words = page.locator("body").inner_text().replace("中文", "")
    for text in page.locator("#texts li").all():  # The bureau writes them, in one language.
        words = words.replace(text.inner_text(), "")
    assert not any("\u4e00" <= character <= "\u9fff" for character in words)
    page.click("#language")


def test_nothing_is_captured_while_nobody_watches(browser_page: Page, bench: Bench) -> None:
    """A closed page must not cost the kiosk anything: no change is listened to, no picture taken."""
    assert bench.glass.watchers == 1
    browser_page.goto("about:blank")
    end = time.monotonic() + 5
    while bench.glass.watchers and time.monotonic() < end:
        time.sleep(0.02)

    assert bench.glass.watchers == 0
