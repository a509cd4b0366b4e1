"""Somebody before a browser: goes to pages, reads them, types and presses, as people do."""

from __future__ import annotations

import os
import re
from pathlib import Path

import html5lib
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Locator, Page, expect

from members.models import User

SIZES = {"wide": (1280, 900), "narrow": (375, 812)}
SCHEMES = ("light", "dark")
AXE_OPTIONS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
SHOTS = os.environ.get("KOURYU_SHOTS")  # a folder: every page that is looked at is kept there as pictures


class BrowserUser:
    """A window of its own: cookies are not shared with anybody else."""

    def __init__(self, name: str, context: BrowserContext, site: str) -> None:
        self.name = name
        self.site = site
        self.page: Page = context.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._note)
        self.page.on("response", self._refuse_failures)

    def _note(self, message) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            self.errors.append(message.text)

    def _refuse_failures(self, response) -> None:
        if response.status >= 500:
            self.errors.append(f"{response.status} {response.url}")

    # --- going and reading

    def go(self, path: str) -> None:
        self.page.goto(self.site + path if path.startswith("/") else path)

    def sees(self, words: str) -> None:
        expect(self.page.locator("body")).to_contain_text(words)

    def does_not_see(self, words: str) -> None:
        expect(self.page.locator("body")).not_to_contain_text(words)

    # --- typing and pressing

    def field(self, label: str) -> Locator:
        return self.page.get_by_label(label).first

    def types(self, label: str, words: str) -> None:
        self.field(label).fill(words)

    def ticks(self, label: str) -> None:
        self.field(label).check(force=True)

    def presses(self, label: str) -> None:
        self._goes_on(self.page.get_by_role("button", name=label))

    def follows(self, label: str) -> None:
        self._goes_on(self.page.get_by_role("link", name=label))

    def clicks(self, selector: str) -> None:
        self._goes_on(self.page.locator(selector))

    def _goes_on(self, target: Locator) -> None:
        """Click, and wait for the page that comes: what was sent has then been done."""
        with self.page.expect_navigation():
            target.first.click()

    # --- signing in without the form, for those whose sign-in is not the story

    def is_signed_in_as(self, user: User, session_cookie: str) -> None:
        self.page.context.add_cookies([{"name": "sessionid", "value": session_cookie, "url": self.site}])

    # --- looking closely

    def looks(self, what: str) -> None:
        """This page has valid HTML, no serious axe finding and no sideways scroll, at both widths.

        axe reads the wide page in the light theme and the narrow one in the dark: a colour or a width that fails, fails
        in one of the two. With SHOTS the pictures are taken of all four.
        """
        self._html_is_valid()
        for (size, (width, height)), read_in in zip(SIZES.items(), SCHEMES, strict=True):
            self.page.set_viewport_size({"width": width, "height": height})
            for scheme in SCHEMES if SHOTS else [read_in]:
                self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                if SHOTS:
                    self.page.screenshot(path=Path(SHOTS) / f"{what}-{size}-{scheme}.png", full_page=True)
                if scheme == read_in:
                    assert self._serious_findings() == [], f"{what}, {size}, {scheme}"
            overflow = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert overflow <= 0, f"{what} scrolls sideways by {overflow} px at {width} px"
        self.page.set_viewport_size({"width": 1280, "height": 900})
        self.page.emulate_media(color_scheme="light")
        assert self.errors == [], what

    def _serious_findings(self) -> list[str]:
        found = Axe().run(self.page, options=AXE_OPTIONS).response["violations"]
        return [
            f"{finding['id']}: {finding['nodes'][0]['html'][:160]}"
            for finding in found
            if finding["impact"] in {"serious", "critical"}
        ]

    def _html_is_valid(self) -> None:
        """Fetch the page once more and parse it strictly; a page that came from a POST is parsed as it stands."""
        source = self.page.context.request.get(self.page.url).text()
        html5lib.HTMLParser(strict=True).parse(re.sub(r"\A\s+", "", source))
