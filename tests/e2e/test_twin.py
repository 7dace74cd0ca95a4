"""The twin's page: a day as it was, beside the same day with something changed."""

import pytest
from playwright.sync_api import expect

from tests.e2e.accessible import serious
from tests.e2e.people import SHOWN_MS, People

pytestmark = [pytest.mark.postgres, pytest.mark.asterisk, pytest.mark.browser, pytest.mark.slow]


def test_a_day_is_simulated_with_one_agent_less_and_laid_beside_what_was(people: People) -> None:
    page = people.signed_in("admin")
    page.locator("a[href='/twin']").first.click()
    setting = page.locator("section[aria-label=设定]")
    expect(setting).to_contain_text("名座席", timeout=SHOWN_MS)
    setting.get_by_label("增减人数").first.fill("-1")
    setting.get_by_label("增减人数").first.press("Tab")
    setting.get_by_label("名称（可不填）").fill("少一个人")
    setting.get_by_label("天", exact=True).fill("2")
    setting.get_by_label("天", exact=True).press("Tab")
    setting.get_by_role("button", name="开始仿真").click()

    run = page.locator("section[aria-label=仿真记录] li", has_text="少一个人")
    expect(run).to_contain_text("2 天", timeout=SHOWN_MS)
    expect(run.locator(".el-progress")).to_be_visible(timeout=SHOWN_MS)
    expect(run).to_contain_text("已完成", timeout=120_000)
    result = page.get_by_role("region", name="指标")
    for words in ("原来", "改变后", "差异", "95 % 区间"):
        expect(result.get_by_role("columnheader", name=words)).to_be_visible(timeout=SHOWN_MS)
    there = result.get_by_role("row", name="在岗工时（小时）").get_by_role("cell")
    before, after = (float(there.nth(place).inner_text()) for place in (0, 1))
    assert after < before, "an agent less is there for less time"
    assert serious(page) == []
    run.get_by_role("button", name="删除").click()
    expect(run).to_have_count(0, timeout=SHOWN_MS)
