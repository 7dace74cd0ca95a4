"""Makes the demonstration's centre through the services; safe to repeat."""

from collections.abc import Iterator

from rexian.core.ids import TenantId
from rexian.infra.database import Work
from rexian.main.demo.people import ADMINISTRATOR, AGENTS, NAME, PASSWORD, STAFF, TENANT, Person
from rexian.main.wiring import Rexian


async def make(rexian: Rexian) -> TenantId:
    """The tenant `demo` with everything in it; what is there already stays as it is."""
    known = await rexian.tenants.find(TENANT)
    if known is not None:
        return known
    tenant = await rexian.tenants.bootstrap(TENANT, NAME, administrator=ADMINISTRATOR.username, password=PASSWORD)
    async with rexian.database.work(tenant) as work:
        for person in STAFF:
            await _user(rexian, work, person)
    return tenant


def logins() -> Iterator[tuple[str, str, str, str]]:
    """Tenant, user, password, who that is."""
    for person in (ADMINISTRATOR, *STAFF):
        yield TENANT, person.username, PASSWORD, f"{person.name}, {person.role}"
    first, last = AGENTS[0], AGENTS[-1]
    yield TENANT, f"{first.username} … {last.username}", PASSWORD, f"{len(AGENTS)} agents: {first.name} … {last.name}"


async def _user(rexian: Rexian, work: Work, person: Person) -> str:
    values = {"username": person.username, "name": person.name, "password": PASSWORD, "role": person.role}
    return str((await rexian.users.add(work, None, {**values, "locale": person.locale}))["id"])
