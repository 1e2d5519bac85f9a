"""The staff's desk and the certificates' page in a real browser: what it sends by itself decides what counts."""

import json
import subprocess
import sys
from typing import Any

from playwright.sync_api import sync_playwright


def staff(server: Any, verb: str, *name: str) -> str:
    """The server's command line."""
    command = [sys.executable, "-m", "central", "staff", verb, "--state", server.state, *name]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout


def test_somebody_comes_in_and_goes(server: Any) -> None:
    """A browser says where a form comes from, and keeps the cookie; the page's own policy blocks nothing of it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        context = browser.new_context(ignore_https_errors=True)  # The throw-away authority is nobody's.
        page = context.new_page()
        blocked: list[str] = []
        page.on("console", lambda said: blocked.append(said.text) if "Content Security" in said.text else None)
        page.goto(f"{server.url}/staff")
        for secret, shown in (("wrong", "口令不对"), ((server.state / "clerk-secret").read_text().strip(), "待发消息")):
            page.fill("#clerk", "wang.li")
            page.fill("#secret", secret)
            page.click("button")
            assert shown in page.inner_text("body")
        page.reload()
        assert "kiosk-1" in page.inner_text("body")
        page.click("text=退出")
        assert page.locator("#secret").is_visible()
        page.fill("#clerk", "wang.li")
        page.fill("#secret", (server.state / "clerk-secret").read_text().strip())
        page.click("button")
        assert "待发消息" in page.inner_text("body")
        staff(server, "close", "wang.li")  # Beside the server that runs.
        page.reload()
        assert page.locator("#secret").is_visible()
        (account,) = map(json.loads, staff(server, "list").splitlines())
        assert account.keys() == {"name", "opened_at", "closed_at", "wrong", "waits_until"}
        assert account["closed_at"] is not None
        page.goto(f"{server.url}/verify")
        page.fill("#code", "0000-0000-0000-0000")
        page.click("button")
        assert "没有查到这份证明" in page.inner_text("h1")
        assert page.evaluate("getComputedStyle(document.body).maxWidth") != "none", "its style is let in"
        assert blocked == []
        browser.close()
