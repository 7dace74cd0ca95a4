"""What axe finds in a page that somebody cannot use."""

from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js"


def serious(page: Page, within: str = "document") -> list[str]:
    """Its serious and critical findings, each with its place and what is wrong there. `within`: in JavaScript."""
    page.evaluate(AXE.read_text())  # a script tag would be against the pages' own policy
    found = page.evaluate(f"axe.run({within}).then((result) => result.violations)")
    return [
        f"{each['id']}: {node['target']} {node['html'][:200]} {node['failureSummary']}"
        for each in found
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]
