"""One demonstration that runs for all tests of this package; whoever kills or restarts programs starts his own."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.e2e import people as meeting
from tests.e2e.people import People
from tests.e2e.up import Up, place, started


@pytest.fixture(scope="package")
def demo() -> Iterator[Up]:
    with place() as folder, started(folder / "data", "--demo") as up:
        up.until_running(within_s=600)
        yield up


@pytest.fixture(scope="package")
def address(request: pytest.FixtureRequest) -> str:
    """Where the demonstration runs: our own, or the one that REXIAN_E2E_URL names."""
    if url := os.environ.get("REXIAN_E2E_URL"):
        return url
    demo: Up = request.getfixturevalue("demo")
    return f"http://localhost:{demo.web}"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Of each module's own: while it is there, no event loop can be run on this thread."""
    with meeting.chromium() as browser:
        yield browser


@pytest.fixture
def people(chromium: Browser, address: str) -> Iterator[People]:
    people = People(chromium, address)
    yield people
    people.leave()
