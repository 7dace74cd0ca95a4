"""A flow is drawn by mouse and keyboard from an empty canvas, rehearsed, published; real calls walk it.

By keys, and by speech in Chinese and in English.
"""

import asyncio
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.accessible import serious
from tests.e2e.office import Office
from tests.e2e.people import People
from tests.e2e.up import Up
from tests.sip.phone import Line, SipPhone
from tests.voices import spoken

pytestmark = [pytest.mark.postgres, pytest.mark.asterisk, pytest.mark.browser, pytest.mark.slow]

NUMBER = "4009990012"
PATIENCE = 30_000
PATH = ["answer", "play", "menu", "set", "hours", "collect", "listen", "branch", "queue", "announce"]
BY_KEYS, CHINESE, ENGLISH = "13800138071", "13800138072", "13800138073"
SPEAKS = {CHINESE: ("zh", "人工"), ENGLISH: ("en", "agent")}
"""Who says what he wants in which language, and what he must have been heard to say."""
TAKEN = (("1", "set", 2), ("2", "set-2", 1))
"""Which exit of the menu leads where, and how many took it."""


class Designer:
    """The page, as a business person uses it."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def step(self, name: str) -> Any:
        return self.page.locator(f'[data-step="{name}"]')

    def drag_in(self, type: str) -> None:
        """By mouse, from the palette."""
        pane = self.page.locator(".vue-flow__pane").bounding_box()
        assert pane is not None
        self.page.locator(f"[data-type={type}]").hover()
        self.page.mouse.down()
        self.page.mouse.move(pane["x"] + 100, pane["y"] + 280, steps=4)
        self.page.mouse.move(pane["x"] + 120, pane["y"] + 300, steps=4)
        self.page.mouse.up()

    def select(self, name: str) -> None:
        """By keyboard: search, type, Enter."""
        self.page.keyboard.press("Control+f")
        self._pick(name)
        expect(self.step(name)).to_be_focused(timeout=PATIENCE)

    def follow(self, exit: str, type: str, made: str) -> None:
        """By keyboard: walk to the exit of the step that has the keyboard, add what follows."""
        self._choose(exit)
        self.page.keyboard.press("a")
        self._pick(type)
        expect(self.step(made)).to_be_focused(timeout=PATIENCE)

    def join(self, exit: str, to: str) -> None:
        """By keyboard: connect an exit to a step that is there."""
        self._choose(exit)
        self.page.keyboard.press("c")
        self._pick(to)

    def pull(self, name: str, exit: str, to: str) -> None:
        """By mouse: a link from one step's exit to another step."""
        self.page.get_by_role("button", name="自动排列").click()
        self.page.get_by_role("button", name="显示全部").click()
        self.page.wait_for_timeout(500)
        self.step(name).locator(f"[data-exit='{exit}'] .vue-flow__handle").hover()
        self.page.mouse.down()
        goal = self.step(to).locator(".in").bounding_box()
        assert goal is not None
        self.page.mouse.move(goal["x"] - 20, goal["y"] + goal["height"] / 2, steps=5)
        self.page.mouse.move(goal["x"] + goal["width"] / 2, goal["y"] + goal["height"] / 2, steps=5)
        self.page.mouse.up()

    def _choose(self, exit: str) -> None:
        current = self.page.locator(f".box.selected [data-exit='{exit}'].current")
        for _ in range(12):
            self.page.keyboard.press("ArrowDown")
            if current.count():
                return
        raise AssertionError(f"no exit {exit}")

    def _pick(self, words: str) -> None:
        box = self.page.locator(".picker:visible input")
        expect(box).to_be_focused(timeout=PATIENCE)
        box.fill(words)
        self.page.keyboard.press("Enter")
        expect(self.page.locator(".picker:visible")).to_have_count(0, timeout=PATIENCE)

    def choose(self, field: str, words: str) -> None:
        """In the form, by keyboard: the choice that has these words."""
        self.page.locator(f"#step-{field}").focus()
        self.page.keyboard.type(words)
        expect(self.page.locator(".el-select-dropdown:visible li").filter(has_text=words).first).to_be_visible(
            timeout=PATIENCE
        )
        self.page.keyboard.press("Enter")

    def pick(self, field: str, words: str) -> None:
        """In the form: the one of a few that has these words."""
        self.page.locator(f"#step-{field}").focus()
        self.page.keyboard.press("Enter")
        self.page.locator(".el-select-dropdown:visible li").filter(has_text=words).click()

    def saved(self) -> None:
        expect(self.page.locator("[data-saving].saved")).to_be_visible(timeout=PATIENCE)


def draw(designer: Designer) -> None:
    page = designer.page
    designer.drag_in("answer")
    expect(designer.step("answer")).to_be_visible(timeout=PATIENCE)
    designer.select("answer")
    designer.follow("next", "播放语音", "play")
    designer.choose("media", "demo-welcome")
    designer.select("play")
    designer.follow("next", "按键菜单", "menu")
    designer.choose("media", "demo-menu")
    page.get_by_role("button", name="添加按键").click()
    expect(designer.step("menu").locator("[data-exit='2']")).to_be_visible(timeout=PATIENCE)
    designer.select("menu")
    designer.follow("1", "设置", "set")
    designer.select("menu")
    designer.follow("2", "设置", "set-2")
    designer.pick("language", "英文")
    designer.select("set")
    designer.follow("next", "营业时间", "hours")
    designer.choose("calendar", "营业时间")
    designer.select("set-2")
    designer.join("next", "hours")
    designer.select("hours")
    designer.follow("closed", "播放语音", "play-2")
    designer.choose("media", "demo-closed")
    designer.select("play-2")
    designer.follow("next", "挂机", "hang-up")
    designer.select("hours")
    designer.follow("open", "收取号码", "collect")
    designer.choose("media", "demo-menu")
    page.locator("#step-variable").fill("order")
    designer.select("collect")
    designer.follow("next", "语音识别", "listen")
    designer.choose("media", "demo-menu")
    page.locator("#step-variable").fill("said")
    page.get_by_text("更多设置").click()
    page.locator("#step-patience_s").fill("30")
    designer.select("listen")
    designer.join("unavailable", "collect")
    designer.select("listen")
    designer.follow("agent", "条件分支", "branch")
    designer.follow("default", "进入队列", "queue")
    designer.choose("queue", "售后服务")
    designer.select("queue")
    designer.follow("waiting", "播报排队情况", "announce")
    designer.choose("queue", "售后服务")
    designer.pull("queue", "timeout", "hang-up")
    designer.select("queue")
    designer.join("no_agents", "hang-up")


def rehearse(designer: Designer) -> None:
    page = designer.page
    page.get_by_role("tab", name="试走").click()
    page.locator("[data-rehearse]").click()
    page.get_by_role("button", name="听完").click()
    page.locator("[data-key='1']").click()
    for key in "12345#":
        page.locator(f"[data-key='{key}']").click()
    expect(page.locator(".variables dl")).to_contain_text("12345", timeout=PATIENCE)
    page.locator("[data-say]").fill("我要转人工")
    page.keyboard.press("Enter")
    expect(page.locator(".variables dl")).to_contain_text("我要转人工", timeout=PATIENCE)
    expect(designer.step("queue")).to_have_class(re.compile("visited"), timeout=PATIENCE)
    page.get_by_role("button", name="座席接听").click()
    expect(page.locator("[data-over]")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name="存为测试").click()
    page.locator(".el-message-box input").fill("中文报修")
    page.keyboard.press("Enter")
    expect(page.locator(".paths .name")).to_have_text("中文报修", timeout=PATIENCE)


def publish(designer: Designer) -> None:
    page = designer.page
    page.get_by_role("button", name="发布", exact=True).click()
    page.locator(".el-message-box input").fill("第一版")
    page.keyboard.press("Enter")


Passed = dict[str, list[str]]
"""By caller: the steps that he has come to."""


async def call_all(sip_port: int, passed: Passed) -> None:
    async with SipPhone() as phone:
        lines = await asyncio.gather(*(call(phone, sip_port, caller, passed) for caller in passed))
        for line in lines:
            line.hang_up()


async def call(phone: SipPhone, sip_port: int, caller: str, passed: Passed) -> Line:
    """Dial, and do what each step asks for once it is come to; who is through waits for the others."""
    line = await reach(phone, sip_port, caller)
    steps = passed[caller]

    async def comes(holds: Callable[[], object], what: str) -> None:
        await _until(lambda: "announce" in steps or holds(), f"{what} to {caller}", steps)

    def asked() -> bool:
        return line.media.loudness() > 300

    await comes(lambda: "play" in steps, "the greeting")
    line.media.press("2" if caller == ENGLISH else "1")
    while "announce" not in steps:
        await comes(lambda: steps[-1] == "collect", "the step that collects")
        line.media.press("12345#")
        await comes(lambda: steps[-1] == "listen", "the step that listens")
        while steps[-1] == "listen":  # he says it again when he is asked again
            await comes(asked, "the question")
            if caller in SPEAKS:
                line.media.speak((spoken("agent-please", SPEAKS[caller][0]) * 32767).astype(np.int16))
            else:
                line.media.press("0")
            await comes(lambda: not asked(), "silence")
            # back at the step that collects: a recogniser that is only beginning may be too late for the first words
            await comes(lambda: steps[-1] == "collect" or asked(), "what he wants")
    return line


async def reach(phone: SipPhone, sip_port: int, caller: str) -> Line:
    """Dial until the number, which is new, is known to the floor."""
    for _ in range(30):
        line = await phone.dial(f"sip:{NUMBER}@127.0.0.1:{sip_port}", caller)
        ends = [asyncio.create_task(event.wait()) for event in (line.answered, line.ended)]
        _, waiting = await asyncio.wait(ends, timeout=30, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()
        if line.answered.is_set():
            return line
        await asyncio.sleep(1)
    raise AssertionError("the number is never answered")


async def _until(holds: Callable[[], object], what: str, steps: list[str], within_s: float = 90) -> None:
    ends = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < ends, f"there does not come {what}; the steps came to: {steps}"
        await asyncio.sleep(0.1)


def made_from_the_gallery(page: Page, address: str, name: str) -> str:
    """A flow from nothing, beside those that are ready; gives its id."""
    page.goto(f"{address}/manage/flows")
    page.get_by_role("button", name="新建").first.click()
    page.locator("[data-key=order-query] svg rect").nth(13).wait_for()
    page.get_by_role("button", name="空白流程").click()
    page.get_by_label("名称").fill(name)
    page.get_by_role("button", name="创建").click()
    page.locator(".vue-flow__pane").wait_for()
    expect(page.locator(".vue-flow__minimap")).to_be_in_viewport(ratio=1)
    return page.url.rsplit("/", 1)[1]


def test_a_flow_is_drawn_rehearsed_published_and_walked(people: People, demo: Up, address: str) -> None:
    page = people.signed_in("admin")
    with Office(address) as office:
        flow = made_from_the_gallery(page, address, "报修热线")
        designer = Designer(page)

        draw(designer)
        designer.saved()
        drawn = office.get(f"/flows/{flow}/draft")["document"]
        assert len(drawn["nodes"]) == 13
        assert all("place" in node for node in drawn["nodes"].values())
        assert (drawn["nodes"]["set-2"]["language"], drawn["nodes"]["listen"]["patience_s"]) == ("en", 30)
        page.get_by_role("tab", name="问题").click()
        rehearse(designer)
        assert serious(page, "document.querySelector('.designer')") == []
        publish(designer)
        expect(page.locator("[data-idle]")).to_have_attribute("href", "/manage/numbers", timeout=PATIENCE)
        office.post("/numbers", number=NUMBER, name="报修", flow_id=flow)
        page.reload()
        expect(page.get_by_text("线上第 1 版")).to_be_visible(timeout=PATIENCE)
        lines_begin_at_their_exits(page)

        walk(office, flow, demo.sip)


ASTRAY = """() => {
  const lines = [...document.querySelectorAll('.vue-flow__edge > path[sourceHandleId]')]
  return lines.filter((line) => {
    if (!line.getTotalLength()) return true
    const [step, exit] = ['source', 'sourceHandleId'].map((name) => line.getAttribute(name))
    const begins = line.getPointAtLength(0).matrixTransform(line.getScreenCTM())
    const handles = [...document.querySelectorAll('.vue-flow__handle.source')]
    const handle = handles.find(({ dataset }) => dataset.nodeid === step && dataset.handleid === exit)
    const box = handle.getBoundingClientRect()
    return Math.abs(begins.y - (box.top + box.bottom) / 2) > 2
  }).map((line) => line.id).concat(lines.length ? [] : ['no lines'])
}"""
"""Lines that do not begin beside the exit whose they are."""


def lines_begin_at_their_exits(page: Page) -> None:
    """Once the exits are in the order that the server tells."""
    page.locator("[data-step=menu] [data-exit='2'] + [data-exit='no_input']").wait_for()
    ends = time.monotonic() + PATIENCE / 1000
    while astray := page.evaluate(ASTRAY):
        assert time.monotonic() < ends, astray
        page.wait_for_timeout(200)


def walk(office: Office, flow: str, sip_port: int) -> None:
    passed: Passed = {caller: [] for caller in (BY_KEYS, *SPEAKS)}
    with ThreadPoolExecutor(1) as beside:
        calling = beside.submit(asyncio.run, call_all(sip_port, passed))
        while not calling.done():
            for caller, facts in told(office).items():
                passed[caller][:] = [fact["node"] for fact in facts["FlowMoved"]]
            time.sleep(0.3)
        calling.result()
    for caller, steps in passed.items():
        assert list(dict.fromkeys(steps))[: len(PATH)] == [
            ("set-2" if step == "set" and caller == ENGLISH else step) for step in PATH
        ]
    facts = told(office)
    assert "CallerHeard" not in facts[BY_KEYS]
    for caller, (_, word) in SPEAKS.items():
        heard = facts[caller]["CallerHeard"][-1]
        assert heard["choice"] == "agent"
        assert word in heard["text"]
    wanted = [{"came_from": "menu", "exit": exit, "node": step, "taken": n} for exit, step, n in TAKEN]
    ends = time.monotonic() + 60
    while missing := [way for way in wanted if way not in ways_taken(office, flow)]:
        assert time.monotonic() < ends, missing
        time.sleep(0.5)


def ways_taken(office: Office, flow: str) -> list[dict[str, Any]]:
    now = datetime.now(UTC)
    period = {"from": now - timedelta(hours=1), "to": now + timedelta(hours=1)}
    asked_for = urlencode({name: at.isoformat() for name, at in period.items()})
    ways: list[dict[str, Any]] = office.get(f"/flows/{flow}/traffic?{asked_for}")["ways"]
    return ways


def told(office: Office) -> dict[str, dict[str, list[Any]]]:
    """The facts of the calls there have been, by caller and kind."""
    found: dict[str, dict[str, list[Any]]] = {}
    for row in office.contacts(NUMBER):
        kinds = found.setdefault(row["caller"][-11:], {})
        for fact in office.get(f"/contacts/{row['id']}")["facts"]:
            kinds.setdefault(fact["kind"], []).append(fact["data"])
    return {caller: kinds for caller, kinds in found.items() if "FlowMoved" in kinds}
