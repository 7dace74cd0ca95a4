"""The supervisors' board as they meet it: the whole demonstration, real calls, two supervisors, a wall, alerts."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.accessible import serious
from tests.e2e.people import SHOWN_MS, People, answered, hears

pytestmark = [pytest.mark.postgres, pytest.mark.asterisk, pytest.mark.browser, pytest.mark.slow]


def state_is(page: Page, extension: str, state: str) -> None:
    expect(page.locator(f".seat[data-agent='{extension}'][data-state={state}]")).to_be_visible(timeout=SHOWN_MS)


def choose(page: Page, extension: str) -> None:
    """The agent's dialogue."""
    page.locator(f".seat[data-agent='{extension}']").click()
    expect(page.locator(".el-dialog:visible")).to_be_visible()


def nobody_ready(page: Page) -> None:
    """Whoever has left his desk in a test before is paused after a moment; until then he would be rung."""
    expect(page.locator(".seat[data-state=ready]")).to_have_count(0, timeout=SHOWN_MS)


def press(page: Page, words: str) -> None:
    page.locator(".el-dialog:visible").get_by_role("button", name=words, exact=True).click()


def sure(page: Page) -> None:
    """Yes, in the question that stands before what hurts."""
    page.locator(".el-message-box .el-button--primary").click()


def test_two_supervisors_see_the_same_and_each_others_acts(people: People) -> None:
    agent = people.agent("agent1")
    first, second = people.supervisor(), people.supervisor("admin")
    for page in (first, second):
        state_is(page, "1001", "ready")

    choose(first, "1001")
    press(first, "小休")
    for page in (first, second):
        state_is(page, "1001", "paused")
    expect(agent.locator(".idle.paused")).to_be_visible()

    choose(second, "1001")
    press(second, "置为就绪")
    for page in (first, second):
        state_is(page, "1001", "ready")

    first.locator(".seat[data-agent='1001']").click()
    press(first, "发消息")
    first.locator(".el-dialog:visible textarea").fill("请注意：下午系统升级")
    press(first, "发送")
    expect(agent.get_by_text("请注意：下午系统升级").first).to_be_visible(timeout=SHOWN_MS)

    choose(first, "1001")
    press(first, "强制签出")
    sure(first)
    for page in (first, second):
        expect(page.locator(".seat[data-agent='1001']")).to_have_count(0, timeout=SHOWN_MS)
    assert serious(first) == []


def test_a_supervisor_attends_a_call_in_every_way_and_takes_it_over(people: People) -> None:
    boss = people.agent("supervisor1")
    agent, customer = people.agent("agent1"), people.customer()
    answered(agent)
    boss.locator("a[href='/supervise']").first.click()
    watcher = people.supervisor("admin")
    state_is(boss, "1001", "busy")

    boss.locator(".seat[data-agent='1001']").click()
    press(boss, "监听")
    expect(boss.locator("[data-attending=listen]")).to_be_visible(timeout=SHOWN_MS)
    expect(watcher.locator(".seat[data-agent='1001'] [data-attended=listen]")).to_be_visible(timeout=SHOWN_MS)
    assert hears(boss)

    boss.locator("[data-attending]").get_by_role("button", name="耳语").click()
    expect(boss.locator("[data-attending=whisper]")).to_be_visible(timeout=SHOWN_MS)
    boss.locator("[data-attending]").get_by_role("button", name="强插").click()
    expect(boss.locator("[data-attending=barge]")).to_be_visible(timeout=SHOWN_MS)
    expect(watcher.locator(".seat[data-agent='1001'] [data-attended=barge]")).to_be_visible(timeout=SHOWN_MS)
    assert hears(customer)

    boss.locator("[data-attending]").get_by_role("button", name="接管").click()
    sure(boss)
    expect(agent.locator(".form.wrapping")).to_be_visible(timeout=SHOWN_MS)
    state_is(watcher, "1001", "wrap_up")
    expect(boss.locator("[data-attending]")).to_have_count(0, timeout=SHOWN_MS)
    assert hears(boss)
    customer.locator(".el-button--danger").click()
    agent.keyboard.press("Control+Enter")


def test_who_waits_is_ranked_and_moved_and_a_call_is_ended(people: People) -> None:
    boss = people.supervisor("admin")
    nobody_ready(boss)
    customer = people.customer()
    waiting = boss.locator("[data-panel=totals] .tile").first
    expect(waiting).to_contain_text("1", timeout=60_000)
    waiting.click()
    row = boss.locator(".el-drawer [role=row].row").first
    expect(row).to_contain_text("销售咨询", timeout=SHOWN_MS)

    row.click()
    dialogue = boss.locator(".el-dialog:visible")
    dialogue.locator("input[type=number], .el-input-number input").first.fill("7")
    dialogue.locator(".el-input-number input").first.press("Tab")
    press(boss, "设优先级")
    expect(row).to_contain_text("7", timeout=SHOWN_MS)

    dialogue.locator(".el-select").nth(1).click()
    boss.locator(".el-select-dropdown:visible").get_by_text("售后服务", exact=True).click()
    press(boss, "转队列")
    expect(row).to_contain_text("售后服务", timeout=SHOWN_MS)

    agent = people.rung("agent1")
    answered(agent)
    boss.goto(boss.url)
    boss.locator("[data-panel=calls] [role=row].row").first.click()
    press(boss, "强拆")
    sure(boss)
    expect(customer.locator(".state.ended")).to_be_visible(timeout=SHOWN_MS)
    agent.keyboard.press("Control+Enter")


def test_a_queue_is_closed_and_opened_for_all_to_see(people: People) -> None:
    first, second = people.supervisor("admin"), people.supervisor()
    row = "[data-panel=queues] [role=row].row:has-text('投诉建议')"
    first.locator(row).get_by_role("button", name="关闭队列 投诉建议").click()
    press(first, "关闭队列")
    for page in (first, second):
        expect(page.locator(f"{row} [data-closed]")).to_be_visible(timeout=SHOWN_MS)
    second.locator(row).get_by_role("button", name="重新开放队列 投诉建议").click()
    for page in (first, second):
        expect(page.locator(f"{row} [data-closed]")).to_have_count(0, timeout=SHOWN_MS)


def test_an_alert_is_raised_seen_to_and_cleared(people: People) -> None:
    first, second = people.supervisor("admin"), people.supervisor()
    rule = {"name": "有人排队", "kind": "waiting", "severity": "critical", "threshold": 1, "rest_s": 0}
    made = first.evaluate(
        """async (rule) => {
          const { csrf } = await (await fetch('/api/v1/session')).json()
          const headers = { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf }
          return (await fetch('/api/v1/alert-rules', { method: 'POST', headers, body: JSON.stringify(rule) })).status
        }""",
        rule,
    )
    assert made == 201
    nobody_ready(first)
    customer = people.customer()
    for page in (first, second):
        expect(page.locator(".alert[data-alert=waiting]")).to_be_visible(timeout=60_000)
    assert serious(first) == []

    second.keyboard.press("a")
    for page in (first, second):
        expect(page.locator(".alert.seen[data-alert=waiting]")).to_be_visible(timeout=SHOWN_MS)
    customer.locator(".el-button--danger").click()
    for page in (first, second):
        expect(page.locator(".alert[data-alert=waiting]")).to_have_count(0, timeout=SHOWN_MS)


def test_who_is_parked_and_what_is_owed_stand_on_the_board(people: People) -> None:
    boss = people.supervisor("admin")
    boss.keyboard.press("e")
    for words in ("待回电", "留言", "驻留"):
        boss.get_by_role("button", name="添加面板").click()
        boss.get_by_role("menuitem", name=words, exact=True).click()
    boss.get_by_role("button", name="另存为").click()
    boss.locator(".el-message-box__input input").fill("值班")
    sure(boss)
    expect(boss.get_by_role("button", name="调整布局")).to_be_visible(timeout=SHOWN_MS)
    for kind, empty in (
        ("callbacks", "没有待回电的客户"),
        ("voicemails", "没有待处理的留言"),
        ("parked", "没有驻留的通话"),
    ):
        expect(boss.locator(f"[data-panel={kind}]")).to_contain_text(empty, timeout=SHOWN_MS)

    agent, customer = people.agent("agent1"), people.customer()
    answered(agent)
    agent.keyboard.press("Alt+o")
    parked = boss.locator("[data-panel=parked]")
    expect(parked).to_contain_text("138 0013 8000", timeout=SHOWN_MS)
    assert serious(boss) == []
    customer.locator(".el-button--danger").click()
    expect(parked).to_contain_text("没有驻留的通话", timeout=SHOWN_MS)


def test_a_layout_is_kept_and_a_wall_shows_by_its_own_link(people: People) -> None:
    boss = people.supervisor("admin")
    boss.keyboard.press("e")
    boss.locator("[data-panel=trunks] .away").click()
    boss.locator("[data-panel=calls]").get_by_role("button", name="变宽").click()
    boss.get_by_role("button", name="另存为").click()
    boss.locator(".el-message-box__input input").fill("夜班")
    sure(boss)
    expect(boss.get_by_role("button", name="调整布局")).to_be_visible(timeout=SHOWN_MS)
    expect(boss.locator("[data-panel=trunks]")).to_have_count(0)
    boss.reload()
    expect(boss.locator("[data-panel=calls]")).to_be_visible(timeout=SHOWN_MS)
    expect(boss.locator("[data-panel=trunks]")).to_have_count(0)

    boss.goto(boss.url.replace("/supervise", "/manage/wall-screens"))
    boss.get_by_role("button", name="新建").click(timeout=SHOWN_MS)
    boss.locator("#wall-name").fill("大厅")
    boss.locator(".el-drawer").get_by_role("button", name="保存").click()
    link = boss.locator("[data-secret]").inner_text()

    wall = people.page(link.removeprefix(boss.url.partition("/manage")[0]))
    expect(wall.locator("[data-page=totals]")).to_be_visible(timeout=SHOWN_MS)
    assert wall.evaluate("document.documentElement.classList.contains('dark')")
    assert serious(wall) == []
    wall.keyboard.press("ArrowRight")
    expect(wall.locator("[data-page=queues]")).to_contain_text("销售咨询", timeout=SHOWN_MS)
    expect(wall.locator(".wall.stale")).to_have_count(0)
