"""The staff's desk and the certificates' page in a real browser: what it sends by itself decides what counts."""

from typing import Any

from playwright.sync_api import sync_playwright


def test_somebody_comes_in_and_goes(server: Any) -> None:
    """A browser says where a form comes from, and keeps the cookie; the page's own policy blocks nothing of it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        context = browser.new_context(ignore_https_errors=True)  # The throw-away authority is nobody's.
        page = context.new_page()
        blocked: list[str] = []
        page.on("console", lambda said: blocked.append(said.text) if "Content Security" in said.text else None)
        page.goto(f"{server.url}/staff")
        assert (server.state / "staff-secret").stat().st_mode & 0o077 == 0
        for secret, shown in (("wrong", "口令不对"), ((server.state / "staff-secret").read_text(), "待发消息")):
            page.fill("#secret", secret)
            page.click("button")
            assert shown in page.inner_text("body")
        page.reload()
        assert "kiosk-1" in page.inner_text("body")
        page.click("text=退出")
        assert page.locator("#secret").is_visible()
        page.goto(f"{server.url}/verify")
        page.fill("#code", "0000-0000-0000-0000")
        page.click("button")
        assert "没有查到这份证明" in page.inner_text("h1")
        assert page.evaluate("getComputedStyle(document.body).maxWidth") != "none", "its style is let in"
        assert blocked == []
        browser.close()
