"""What supervisors do at once to calls, agents and numbers, seen where it takes effect: desks, telephones, board."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.office import Office
from tests.e2e.people import SHOWN_MS, People, call_is, hears
from tests.e2e.test_board import choose, nobody_ready, press, state_is, sure

pytestmark = [pytest.mark.postgres, pytest.mark.asterisk, pytest.mark.browser, pytest.mark.slow]


def pick(page: Page, control: str, words: str) -> None:
    """Choose from the list of that name in the dialogue."""
    page.locator(f".el-dialog:visible .el-select:has([aria-label='{control}'])").click()
    page.locator(".el-select-dropdown:visible").get_by_text(words).first.click()


def open_waiting(page: Page) -> None:
    """The dialogue of the only call that waits."""
    waiting = page.locator("[data-panel=totals] .tile").first
    expect(waiting).to_contain_text("1", timeout=60_000)
    waiting.click()
    page.locator(".el-drawer [role=row].row").first.click()
    expect(page.locator(".el-dialog:visible")).to_be_visible()


def close_waiting(page: Page) -> None:
    expect(page.locator(".el-dialog:visible")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator(".el-drawer:visible")).to_have_count(0)


def test_who_waits_is_given_to_an_agent_and_taken_by_the_supervisor(people: People) -> None:
    boss = people.agent("supervisor1")
    boss.keyboard.press("F8")
    expect(boss.locator(".idle.paused")).to_be_visible(timeout=SHOWN_MS)
    boss.locator("a[href='/supervise']").first.click()
    agent = people.agent("agent1")
    state_is(boss, "1001", "ready")

    # In another queue than the customer's he is ready and not rung, until he is given the call.
    choose(boss, "1001")
    boss.locator(".el-dialog:visible .el-select:has([aria-label='本班队列'])").click()
    boss.locator(".el-select-dropdown:visible .is-selected").get_by_text("销售咨询", exact=True).click()
    boss.keyboard.press("Escape")
    boss.locator(".el-dialog:visible").get_by_role("button", name="应用").click()
    boss.keyboard.press("Escape")
    customer = people.customer()
    open_waiting(boss)
    pick(boss, "指派", "1001")
    press(boss, "指派")
    close_waiting(boss)
    expect(agent.locator(".offer .el-button--success")).to_be_visible(timeout=SHOWN_MS)
    agent.keyboard.press("Alt+r")
    expect(agent.locator(".offer")).to_have_count(0, timeout=SHOWN_MS)

    open_waiting(boss)
    press(boss, "由我接听")
    close_waiting(boss)
    boss.locator("a[href='/desk']").first.click()
    boss.locator(".offer .el-button--success").click(timeout=SHOWN_MS)
    call_is(boss, "talking")
    assert hears(customer)
    customer.locator(".el-button--danger").click()
    boss.keyboard.press("Control+Enter")
    boss.locator("a[href='/supervise']").first.click()
    choose(boss, "1001")
    press(boss, "强制签出")  # he comes back to all his queues
    sure(boss)
    expect(boss.locator(".seat[data-agent='1001']")).to_have_count(0, timeout=SHOWN_MS)


def test_an_agents_skills_are_changed_and_a_number_has_an_emergency_message(people: People, address: str) -> None:
    boss = people.supervisor("admin")
    agent = people.agent("agent1")
    state_is(boss, "1001", "ready")
    with Office(address) as office:
        (kept,) = [one for one in office.get("/agents?limit=200")["items"] if one["extension"] == "1001"]
        choose(boss, "1001")
        boss.get_by_role("button", name="调整技能和所属队列").click()
        level = boss.locator(".assign .el-input-number input").first
        level.fill(str(int(level.input_value()) - 1))
        level.press("Tab")
        boss.locator(".assign").get_by_role("button", name="保存").click()
        expect(boss.get_by_text("的技能和队列已更新，立即生效")).to_be_visible(timeout=SHOWN_MS)
        skills = office.get(f"/agents/{kept['id']}")["skills"]
        lowered = {skill: kept["skills"][skill] - level for skill, level in skills.items()}
        assert sorted(lowered.values()) == [*[0] * (len(lowered) - 1), 1]
        office.send("PATCH", f"/agents/{kept['id']}", {"skills": kept["skills"]})
    boss.keyboard.press("Escape")
    agent.keyboard.press("F8")
    nobody_ready(boss)

    boss.get_by_role("button", name="应急播报").click()
    boss.locator(".el-dialog:visible .el-select:has(#say-number)").click()
    boss.locator(".el-select-dropdown:visible li").first.click()
    boss.locator("#say-text").fill("系统维护，请稍后再拨")
    boss.locator(".el-dialog:visible .el-checkbox").click()
    press(boss, "启用")
    warned = boss.locator(".el-dialog:visible .warned")
    expect(warned).to_contain_text("代替流程", timeout=SHOWN_MS)
    customer = people.page("/demo/phone")
    customer.locator(".el-button--success").click()
    expect(customer.locator(".state.ended")).to_be_visible(timeout=60_000)
    warned.get_by_role("button", name="取消").click()
    expect(warned).to_have_count(0, timeout=SHOWN_MS)
