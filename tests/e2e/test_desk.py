"""The desk as an agent meets it: a real browser, a real call from another browser, real audio between them."""

import os
import re
import subprocess
import time
import urllib.request
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.e2e.test_up import command
from tests.ports import free_tcp_port, free_udp_port

pytestmark = [pytest.mark.postgres, pytest.mark.asterisk, pytest.mark.browser, pytest.mark.slow]

CHROMIUM = (
    *("--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"),
    "--autoplay-policy=no-user-gesture-required",
)
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


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the demonstration runs: our own, or the one that REXIAN_E2E_URL names."""
    if url := os.environ.get("REXIAN_E2E_URL"):
        yield url
        return
    data = tmp_path_factory.mktemp("desk")
    port = free_tcp_port()
    with (data / "up.log").open("w") as log:
        up = subprocess.Popen([*command(data / "data", port, free_udp_port()), "--demo"], stdout=log, stderr=log)
        try:
            until_page(up, port)
            yield f"http://localhost:{port}"
        finally:
            up.terminate()
            up.wait(60)


def until_page(up: "subprocess.Popen[bytes]", port: int, within_s: float = 300) -> None:
    ends = time.monotonic() + within_s
    while time.monotonic() < ends:
        assert up.poll() is None, "it ended while starting"
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2):
                return
        except OSError:
            time.sleep(0.5)
    raise AssertionError("no page in time")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(CHROMIUM))
        yield browser
        browser.close()


@pytest.fixture
def people(chromium: Browser, address: str) -> Iterator["People"]:
    people = People(chromium, address)
    yield people
    people.leave()


class People:
    """Browsers of agents and of a customer, each with a microphone of its own that beeps."""

    def __init__(self, chromium: Browser, address: str) -> None:
        self._chromium = chromium
        self._address = address
        self._contexts: list[BrowserContext] = []

    def _page(self, path: str, **options: object) -> Page:
        context = self._chromium.new_context(
            viewport={"width": 1440, "height": 900}, permissions=["microphone"], locale="zh-CN", **options
        )
        context.add_init_script(WATCH_CONNECTIONS)
        self._contexts.append(context)
        page = context.new_page()
        page.goto(self._address + path)
        return page

    def agent(self, username: str) -> Page:
        """At the desk, signed in to the queues, ready."""
        page = self._page("/sign-in")
        page.fill("[name=tenant]", "demo")
        page.fill("[name=username]", username)
        page.fill("[name=password]", "rexian-demo")
        page.keyboard.press("Enter")
        expect(page.locator("[data-phone=registered]")).to_be_visible(timeout=30_000)
        page.locator(".start, .idle").wait_for()
        if page.locator(".start").is_visible():
            page.keyboard.press("Enter")
        page.locator(".idle").wait_for()
        if page.locator(".idle.paused").is_visible():
            page.keyboard.press("F8")
        expect(page.locator(".idle.ready")).to_be_visible()
        return page

    def customer(self) -> Page:
        """On the demonstration's telephone, through the greeting, waiting for sales."""
        page = self._page("/demo/phone")
        page.locator(".el-button--success").click()
        expect(page.locator(".state.up")).to_be_visible(timeout=30_000)
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


def test_an_agent_answers_holds_survives_a_reload_and_wraps_up_by_keyboard(people: People) -> None:
    agent = people.agent("agent1")
    customer = people.customer()

    expect(agent.locator(".offer .sure.known")).to_be_visible(timeout=60_000)
    expect(agent.locator(".offer")).to_contain_text("销售咨询")
    answered(agent)
    assert hears(agent)
    assert hears(customer)

    agent.keyboard.press("Alt+h")
    call_is(agent, "held")
    agent.keyboard.press("Alt+h")
    call_is(agent, "talking")

    agent.fill(".form textarea", "客户咨询会员价格")
    agent.reload()
    call_is(agent, "talking")
    expect(agent.locator(".form textarea")).to_have_value("客户咨询会员价格")
    agent.wait_for_timeout(2500)  # the page asks to be called again once it is sure that nobody calls
    assert hears(agent)
    assert hears(customer)

    agent.keyboard.press("Alt+x")
    expect(agent.locator(".form.wrapping")).to_be_visible()
    expect(customer.locator(".state.ended")).to_be_visible()
    agent.keyboard.press("Control+Enter")
    expect(agent.locator(".idle.ready")).to_be_visible()
    expect(agent.locator(".recent li").first).to_contain_text(re.compile("现在|秒"), timeout=40_000)


def test_a_colleague_is_consulted_and_joins(people: People) -> None:
    agent = people.agent("agent1")
    colleague = people.agent("agent5")
    customer = people.customer()
    answered(agent)

    agent.keyboard.press("Alt+t")
    agent.locator(".query").wait_for()
    agent.locator(".query").fill("1005")
    agent.keyboard.press("Control+Enter")
    expect(agent.locator(".consult")).to_be_visible()
    expect(colleague.locator(".offer, .call").first).to_be_visible(timeout=20_000)
    colleague.keyboard.press("Enter")
    expect(agent.locator(".consult [data-state=talking]")).to_be_visible(timeout=20_000)
    assert hears(colleague)

    agent.keyboard.press("Alt+j")
    call_is(agent, "conference")
    for page in (agent, colleague, customer):
        assert hears(page)

    customer.locator(".el-button--danger").click()
    agent.keyboard.press("Alt+x")
    expect(agent.locator(".form.wrapping")).to_be_visible(timeout=20_000)
