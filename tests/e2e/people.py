"""People before real browsers: agents and supervisors with microphones that beep, customers on the public telephone."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

SHOWN_MS = 30_000
PASSWORD = "rexian-demo"
WATCH_CONNECTIONS = """(() => {
  const Real = RTCPeerConnection
  window.connections = []
  window.RTCPeerConnection = class extends Real {
    constructor(...given) { super(...given); window.connections.push(this) }
  }
})()"""
HEARD = """async () => {
  let energy = 0
  for (const connection of window.connections.filter((one) => one.connectionState === 'connected'))
    for (const report of (await connection.getStats()).values())
      if (report.type === 'inbound-rtp') energy += report.totalAudioEnergy || 0
  return energy
}"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """With a microphone and the right to use it."""
    words = ["--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=[*words, "--autoplay-policy=no-user-gesture-required"]
        )
        yield browser
        browser.close()


class People:
    """Each has a browser of his own at the demonstration's address."""

    def __init__(self, chromium: Browser, address: str) -> None:
        self._chromium = chromium
        self._address = address
        self._contexts: list[BrowserContext] = []

    def page(self, path: str) -> Page:
        """One without a session."""
        context = self._chromium.new_context(
            viewport={"width": 1440, "height": 900}, permissions=["microphone"], locale="zh-CN"
        )
        context.add_init_script(WATCH_CONNECTIONS)
        self._contexts.append(context)
        page = context.new_page()
        page.goto(self._address + path)
        return page

    def signed_in(self, username: str) -> Page:
        page = self.page("/sign-in")
        page.fill("[name=tenant]", "demo")
        page.fill("[name=username]", username)
        page.fill("[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda at: "/sign-in" not in at)
        return page

    def rung(self, username: str) -> Page:
        """At the desk, signed in to the queues and ready, where a call comes at once."""
        page = self.signed_in(username)
        expect(page.locator("[data-phone=registered]")).to_be_visible(timeout=SHOWN_MS)
        page.locator(".start, .idle").first.wait_for()
        if page.locator(".start").is_visible():
            page.keyboard.press("Enter")
        page.locator(".idle, .offer").first.wait_for()
        if page.locator(".idle.paused").is_visible():
            page.keyboard.press("F8")
        return page

    def agent(self, username: str) -> Page:
        """At the desk and ready, where no call comes."""
        page = self.rung(username)
        expect(page.locator(".idle.ready")).to_be_visible()
        return page

    def supervisor(self, username: str = "supervisor1") -> Page:
        page = self.signed_in(username)
        page.goto(self._address + "/supervise")
        expect(page.locator("[data-panel=agents]")).to_be_visible(timeout=SHOWN_MS)
        return page

    def customer(self) -> Page:
        """On the demonstration's telephone, through the greeting, waiting for sales."""
        page = self.page("/demo/phone")
        page.locator(".el-button--success").click()
        expect(page.locator(".state.up")).to_be_visible(timeout=SHOWN_MS)
        page.wait_for_timeout(2000)  # keys pressed before the menu listens are not an answer
        page.keyboard.press("1")
        page.wait_for_timeout(4000)
        page.keyboard.press("1")
        return page

    def leave(self) -> None:
        for context in self._contexts:
            context.close()


def hears(page: Page) -> bool:
    """Whether speech arrives within a few seconds (comfort noise and silence carry no energy to speak of)."""
    before = page.evaluate(HEARD)
    ends = time.monotonic() + 8
    while time.monotonic() < ends:
        page.wait_for_timeout(500)
        if page.evaluate(HEARD) > before + 0.01:
            return True
    return False


def call_is(page: Page, state: str) -> None:
    expect(page.locator(f".call header [data-state={state}]")).to_be_visible(timeout=20_000)


def answered(agent: Page) -> None:
    expect(agent.locator(".offer .el-button--success")).to_be_visible(timeout=60_000)
    agent.keyboard.press("Enter")
    call_is(agent, "talking")
