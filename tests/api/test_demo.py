"""The demonstration's public telephone."""

import pytest

from rexian.adapters.asterisk.provision import of_phone
from rexian.api import demo
from rexian.api.app import build
from rexian.infra.database import Database
from tests.centre import Browser, Centre

CALLER = "13800138000"


def _open(centre: Centre) -> Browser:
    centre.public_phone = demo.public_phone(CALLER)  # type: ignore[attr-defined]
    return Browser(build(centre, routers=[demo.router]))


@pytest.mark.postgres
async def test_there_is_no_public_telephone_without_a_demonstration(database: Database) -> None:
    centre = Centre(database)
    await centre.tenant()

    answer = await _open(centre).get("/demo/phone")

    assert answer.status_code == 404
    assert answer.json()["error"]["code"] in ("demo.absent", "demo.no_number")


@pytest.mark.postgres
async def test_a_newcomer_is_given_a_line_that_only_calls_the_hotline(database: Database) -> None:
    centre = Centre(database)
    tenant, _ = await centre.tenant(demo.TENANT)
    async with database.work(tenant) as work:
        await centre.numbers.add(work, None, {"number": "4008001234", "name": "Hotline"})

    answer = (await _open(centre).get("/demo/phone")).json()

    assert answer["number"] == "+864008001234"
    assert answer["uri"] == "sip:demo-public@demo"
    assert answer["register"] is False


def test_the_switch_shows_the_public_telephone_as_a_customers() -> None:
    line = demo.public_phone(CALLER)

    endpoint = of_phone(line)["endpoint", line.id]

    assert endpoint["callerid"] == f"<{CALLER}>"
