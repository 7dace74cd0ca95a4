"""Customers over HTTP, and who is calling."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from rexian.core.ids import AgentId, CallId, CustomerId, TenantId, uuid7
from rexian.crm.identify import CallerIdentifier, Known, Spoke
from rexian.crm.model import Identity
from rexian.crm.service import Customers, new_customer
from rexian.infra.database import Database
from rexian.infra.journal import Journal
from tests.centre import Browser, Centre, face

pytestmark = pytest.mark.postgres
PHONE = {"kind": "phone", "value": "138 0013 8000", "label": "mobile"}


@pytest.fixture
async def root(database: Database) -> AsyncIterator[Browser]:
    centre = Centre(database)
    centre.customers = Customers()  # type: ignore[attr-defined]
    _, slug = await centre.tenant()
    browser = Browser(face(centre))
    assert (await browser.sign_in(slug)).status_code == 200
    yield browser
    await browser.http.aclose()


async def test_a_customer_is_kept_with_numbers_in_one_form(root: Browser) -> None:
    made = (await root.post("/customers", {"name": "Zhang Wei", "identities": [PHONE], "tags": ["gold"]})).json()

    again = (await root.get(f"/customers/{made['id']}")).json()

    assert again == made
    assert again["identities"] == [{"kind": "phone", "value": "+8613800138000", "label": "mobile", "shared": False}]
    assert (again["tags"], again["vip"], again["notes"]) == (["gold"], False, "")


async def test_a_second_owner_of_a_number_is_refused_and_the_first_is_named(root: Browser) -> None:
    first = (await root.post("/customers", {"name": "Zhang Wei", "identities": [PHONE]})).json()

    refused = await root.post("/customers", {"name": "Li Na", "identities": [{**PHONE, "value": "+8613800138000"}]})

    assert refused.status_code == 409
    error = refused.json()["error"]
    assert (error["code"], error["params"]["customer"]) == ("customer.identity_taken", first["id"])
    assert "Zhang Wei" in error["message"]
    assert (await root.get("/customers")).json()["total"] == 1


async def test_one_owner_of_a_number_is_sure_and_several_are_perhaps(root: Browser) -> None:
    await root.post("/customers", {"name": "Zhang Wei", "identities": [PHONE]})
    sure = (await root.get("/customers/match", params={"phone": "008613800138000"})).json()
    await root.post("/customers", {"name": "Zhang Li", "identities": [{**PHONE, "shared": True}]})

    perhaps = (await root.get("/customers/match", params={"phone": "13800138000"})).json()

    assert (sure["sure"], [each["name"] for each in sure["items"]]) == (True, ["Zhang Wei"])
    assert (perhaps["sure"], [each["name"] for each in perhaps["items"]]) == (False, ["Zhang Li", "Zhang Wei"])
    assert (await root.get("/customers/match", params={"phone": "anonymous"})).json()["items"] == []


@pytest.mark.parametrize("q", ["zhang", "wei", "Wei", "0013 8000", "0013", "13800138000", "wei@example"])
async def test_searching_by_part_of_a_name_number_or_address(root: Browser, q: str) -> None:
    mail = {"kind": "mail", "value": "Wei@Example.com"}
    await root.post("/customers", {"name": "Zhang Wei", "identities": [PHONE, mail]})
    await root.post("/customers", {"name": "Li Na"})

    found = (await root.get("/customers", params={"q": q})).json()

    assert (found["total"], [each["name"] for each in found["items"]]) == (1, ["Zhang Wei"])


async def test_every_change_is_in_the_audit_trail_and_the_journal(root: Browser, journal: Journal) -> None:
    id = (await root.post("/customers", {"name": "Zhang Wei", "identities": [PHONE]})).json()["id"]
    changed = await root.patch(f"/customers/{id}", {"vip": True, "identities": []})
    await root.patch(f"/customers/{id}", {"vip": True})
    assert (changed.json()["vip"], changed.json()["identities"], changed.json()["name"]) == (True, [], "Zhang Wei")
    assert (await root.delete(f"/customers/{id}")).status_code == 204

    trail = (await root.get("/audit", params={"subject": f"customer:{id}"})).json()["items"]

    assert [entry["action"] for entry in trail] == ["customer.removed", "customer.changed", "customer.added"]
    assert trail[1]["before"]["vip"] is False
    assert trail[1]["after"] == {"vip": True, "identities": []}
    tenant = TenantId((await root.get("/session")).json()["tenant"]["id"])
    kinds = [row.kind for row in await journal.read(tenant, 0) if row.subject == f"customer:{id}"]
    assert kinds == ["CustomerAdded", "CustomerChanged", "CustomerRemoved"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"name": "X", "identities": [{"kind": "phone", "value": "call me"}]}, "number.invalid"),
        ({"name": "X", "identities": [{"kind": "mail", "value": "no mail"}]}, "customer.mail_invalid"),
        ({"name": "X", "identities": [PHONE, {**PHONE, "value": "+8613800138000"}]}, "customer.identity_twice"),
        ({"name": "   "}, "customer.name_missing"),
    ],
)
async def test_what_cannot_be_kept_is_refused_in_words(root: Browser, body: object, code: str) -> None:
    refused = await root.post("/customers", body)

    assert (refused.status_code, refused.json()["error"]["code"]) == (400, code)


async def test_a_customer_can_be_given_an_agent_who_looks_after_him(root: Browser) -> None:
    agent = uuid7()
    made = (await root.post("/customers", {"name": "Zhang Wei", "manager": agent})).json()
    assert made["manager"] == agent
    changed = (await root.patch(f"/customers/{made['id']}", {"vip": True})).json()
    assert (changed["manager"], changed["vip"]) == (agent, True)
    assert (await root.patch(f"/customers/{made['id']}", {"manager": None})).json()["manager"] is None


async def test_the_same_field_is_not_overwritten_unseen_and_others_are_let_through(root: Browser) -> None:
    made = (await root.post("/customers", {"name": "Zhang Wei", "notes": "old", "identities": [PHONE]})).json()
    path, read = f"/customers/{made['id']}", {"notes": "old", "tags": [], "identities": made["identities"]}
    mine = {"notes": "mine", "was": {"notes": "old"}}
    assert (await root.patch(path, {"notes": "hers", "was": {"notes": "old"}})).status_code == 200

    refused = await root.patch(path, {"tags": ["loyal"], **mine, "was": read})
    error = refused.json()["error"]
    assert (refused.status_code, error["code"]) == (409, "customer.changed_meanwhile")
    assert (error["params"]["fields"], error["params"]["now"]) == (["notes"], {"notes": "hers"})
    untouched = (await root.get(path)).json()
    assert (untouched["notes"], untouched["tags"]) == ("hers", []), "nothing of what was refused has been kept"

    other = await root.patch(path, {"tags": ["loyal"], "was": {"tags": []}})
    assert (other.json()["notes"], other.json()["tags"]) == ("hers", ["loyal"])
    assert (await root.patch(path, {"notes": "hers", "was": {"notes": "old"}})).status_code == 200, "both want the same"
    assert (await root.patch(path, {**mine, "was": {"notes": "hers"}})).json()["notes"] == "mine"
    mail = {"kind": "mail", "value": "zhang@example.com"}
    both = [*made["identities"], mail]
    assert (await root.patch(path, {"identities": both, "was": {"identities": [PHONE]}})).status_code == 200
    clash = await root.patch(path, {"identities": [mail], "was": {"identities": made["identities"]}})
    assert [one["value"] for one in clash.json()["error"]["params"]["now"]["identities"]] == [
        "+8613800138000", "zhang@example.com",
    ]  # fmt: skip


async def test_a_manager_is_not_overwritten_unseen(root: Browser) -> None:
    one, other = uuid7(), uuid7()
    path = f"/customers/{(await root.post('/customers', {'name': 'Li Na'})).json()['id']}"
    assert (await root.patch(path, {"manager": one, "was": {"manager": None}})).status_code == 200
    refused = await root.patch(path, {"manager": other, "was": {"manager": None}})
    assert refused.json()["error"]["params"]["now"] == {"manager": one}
    assert (await root.patch(path, {"manager": None, "was": {"manager": one}})).json()["manager"] is None


async def test_two_at_once_cannot_both_own_a_number(database: Database, tenant: TenantId) -> None:
    async def add(name: str) -> str:
        async with database.work(tenant) as work:
            await Customers().add(work, None, new_customer(name, [Identity.of("phone", "13800138000")]))
        return name

    done = await asyncio.gather(*(add(name) for name in "abcd"), return_exceptions=True)

    assert sum(isinstance(each, str) for each in done) == 1


async def test_the_floor_is_told_who_calls_without_waiting(database: Database, tenant: TenantId) -> None:
    service = Customers()
    manager = AgentId(uuid7())
    async with database.work(tenant) as work:
        numbers = [Identity.of("phone", "13800138000")]
        zhang = await service.add(
            work, None, new_customer("Zhang Wei", numbers, vip=True, manager=manager, attributes={"city": "Xi'an"})
        )
    told: asyncio.Queue[tuple[TenantId, Known]] = asyncio.Queue()
    ann, spoke_at = AgentId(uuid7()), datetime(2026, 1, 5, tzinfo=UTC)

    async def last_agent(work: object, customer: CustomerId) -> Spoke:
        assert customer == zhang.id
        return Spoke(ann, spoke_at)

    identifier = CallerIdentifier(database, service, lambda *a: told.put_nowait(a), last_agent=last_agent)  # type: ignore[arg-type]
    call, unknown = CallId(uuid7()), CallId(uuid7())

    async with asyncio.TaskGroup() as group:
        running = group.create_task(identifier.run())
        identifier.ask(tenant, unknown, "13900139000")
        identifier.ask(tenant, unknown, "anonymous")
        identifier.ask(tenant, call, "013800138000")
        answer = await asyncio.wait_for(told.get(), 10)
        running.cancel()

    facts = {"vip": True, "tags": [], "city": "Xi'an"}
    known = Known(call=call, customer=zhang.id, name="Zhang Wei", sure=True, facts=facts, manager=manager)
    assert answer == (tenant, replace(known, last=Spoke(ann, spoke_at)))
    assert told.empty()


async def test_numbers_are_read_as_they_are_written_in_the_tenants_country(
    database: Database, tenant: TenantId
) -> None:
    async def britain(work: object) -> str:
        return "GB"

    customers = Customers(britain)
    async with database.work(tenant) as work:
        identity = await customers.identity(work, "phone", "020 7946 0018")
        made = await customers.add(work, None, new_customer("Ada", [identity]))

        assert identity.value == "+442079460018"
        assert (await customers.match(work, phone="(020) 7946 0018")).first == made
        assert (await customers.search(work, "020 7946 0018"))[1] == 1


async def test_a_customer_of_another_tenant_is_nobody(
    database: Database, tenant: TenantId, other_tenant: TenantId
) -> None:
    async with database.work(tenant) as work:
        await Customers().add(work, None, new_customer("Zhang Wei", [Identity.of("phone", "13800138000")]))

    async with database.work(other_tenant) as work:
        assert (await Customers().match(work, phone="13800138000")).first is None
        await Customers().add(work, None, new_customer("Li Na", [Identity.of("phone", "13800138000")]))
