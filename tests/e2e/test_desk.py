"""The desk as an agent meets it: a real browser, a real call from another browser, real audio between them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.office import Office
from tests.e2e.people import PASSWORD, SHOWN_MS, People, answered, call_is, hears

pytestmark = [pytest.mark.postgres, pytest.mark.asterisk, pytest.mark.browser, pytest.mark.slow]


@contextmanager
def bookable(address: str, queue: str) -> Iterator[None]:
    """The queue takes callbacks by appointment and gives time for it, and the house can call out; then as before."""
    with Office(address) as office:
        rows = {row["name"]: row for row in office.get("/queues")["items"]}
        trunk, id = office.get("/trunks")["items"][0]["id"], rows[queue]["id"]
        office.send("PATCH", f"/queues/{id}", {"callback": {"per_slot": 2}, "wrap_up_s": 120})
        office.send("PATCH", f"/trunks/{trunk}", {"default": True})
        try:
            yield
        finally:
            office.send("PATCH", f"/trunks/{trunk}", {"default": False})
            office.send("PATCH", f"/queues/{id}", {name: rows[queue][name] for name in ("callback", "wrap_up_s")})


def test_an_agent_answers_holds_survives_a_reload_books_and_wraps_up_by_keyboard(people: People, address: str) -> None:
    with bookable(address, "销售咨询"):
        agent = people.agent("agent1")
        _a_call(people, agent)
        boss = people.signed_in("supervisor1")
        boss.goto(f"{address}/owed")
        owed = boss.get_by_role("row").filter(has_text="138 0013 8000")
        expect(owed).to_contain_text("已预约", timeout=SHOWN_MS)
        owed.get_by_role("button", name="取消").click()
        boss.locator(".el-popconfirm .el-button--primary").click()
        expect(owed).to_have_count(0, timeout=SHOWN_MS)


def _a_call(people: People, agent: Page) -> None:
    agent.locator("button[data-phone]").focus()  # what was used last must not take the key that answers
    customer = people.customer()

    expect(agent.locator(".offer .sure.known")).to_be_visible(timeout=60_000)
    expect(agent.locator(".offer")).to_contain_text("销售咨询")
    agent.reload()  # the phone that rings is gone with its page; the new one is rung for the same offer
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

    agent.keyboard.press("Alt+m")
    expect(agent.locator("footer [aria-pressed=true]")).to_have_text("取消静音")
    agent.reload()
    expect(agent.locator("footer [aria-pressed=true]")).to_have_text("取消静音")
    agent.wait_for_timeout(2500)
    assert not hears(customer)
    agent.keyboard.press("Alt+m")
    assert hears(customer)

    other = people.signed_in("agent1")  # he goes on at another machine, and comes back to this one
    expect(agent.locator("[data-phone=elsewhere]")).to_be_visible(timeout=20_000)
    assert hears(other)
    assert hears(customer)
    agent.locator(".take").click()
    expect(other.locator("[data-phone=elsewhere]")).to_be_visible(timeout=20_000)
    assert hears(agent)
    assert hears(customer)
    other.context.close()

    agent.context.clear_cookies()  # the session is over in the middle of the call
    agent.keyboard.press("Alt+h")
    agent.locator("#lapsed-password").fill(PASSWORD)
    agent.keyboard.press("Enter")
    expect(agent.locator("#lapsed-password")).to_be_hidden()
    call_is(agent, "talking")
    assert hears(customer)

    agent.keyboard.press("Alt+x")
    expect(agent.locator(".form.wrapping")).to_be_visible()
    expect(customer.locator(".state.ended")).to_be_visible()
    agent.keyboard.press("Alt+y")
    expect(agent.locator(".booking [name=day]").first).to_be_focused()
    agent.locator(".booking [name=day]").nth(1).wait_for(state="attached")
    agent.keyboard.press("ArrowRight")
    agent.locator(".booking [name=slot]").first.wait_for(state="attached")
    agent.keyboard.press("Enter")
    expect(agent.locator(".el-message--success")).to_contain_text("已约好")
    expect(agent.locator(".owed [data-state=scheduled]")).to_contain_text("销售咨询")
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
