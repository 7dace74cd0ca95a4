"""What can be done with numbers and trunks."""

import re
from collections.abc import Sequence
from ipaddress import ip_network
from typing import Any

import structlog

from rexian.core.errors import Invalid, Unavailable
from rexian.core.ids import NumberId, TrunkId, uuid7
from rexian.core.numbers import normal_number
from rexian.infra.database import Work
from rexian.infra.rows import Listing, Page, Values
from rexian.infra.secrets import Secrets
from rexian.telephony import store
from rexian.telephony.changes import NumberChanged, TrunkChanged
from rexian.telephony.ports import Trunk
from rexian.telephony.tables import numbers, trunks
from rexian.tenants.model import Principal
from rexian.tenants.registers import Register
from rexian.tenants.service import Tenants

log = structlog.stdlib.get_logger()
_HOST = re.compile(
    r"(?:(?P<name>[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?)|\[(?P<v6>[0-9A-Fa-f:]+)\])(?::(?P<port>\d{1,5}))?"
)
_NUMERIC = re.compile(r"[0-9.]+|.*:.*:.*")
"""What is meant as an IP address, right or wrong: digits and dots alone, or more than one colon."""
_PLAIN = re.compile(r"[\x21-\x7e]{0,128}")
CODECS = ("alaw", "ulaw")
"""G.711 only: `docs/decisions/0009-one-sampling-rate.md`."""


class Numbers:
    """Keeps the numbers that customers call."""

    def __init__(self, tenants: Tenants) -> None:
        self._tenants = tenants
        self._register = Register(
            numbers,
            "number",
            fact=lambda id: NumberChanged(number=NumberId(id)),
            search=("number", "name"),
            sort=("number", "name"),
        )

    async def list(self, work: Work, listing: Listing) -> Page:
        return await self._register.list(work, listing)

    async def every(self, work: Work) -> Sequence[dict[str, Any]]:
        """All numbers, for the floor: `{id, number, name, flow_id, caller_name, runs_draft}`."""
        return await store.every(work, numbers)

    async def get(self, work: Work, number: NumberId) -> dict[str, Any]:
        return await self._register.get(work, number)

    async def add(self, work: Work, by: Principal | None, values: Values, *, id: str | None = None) -> dict[str, Any]:
        return await self._register.add(work, by, await self._normal(work, values), id=id)

    async def change(self, work: Work, by: Principal | None, number: NumberId, values: Values) -> dict[str, Any]:
        return await self._register.change(work, by, number, await self._normal(work, values))

    async def remove(self, work: Work, by: Principal | None, number: NumberId) -> None:
        await self._register.remove(work, by, number)

    async def _normal(self, work: Work, values: Values) -> dict[str, Any]:
        if "number" not in values:
            return dict(values)
        country = (await self._tenants.settings(work)).country
        return {**values, "number": normal_number(values["number"], country)}


class Trunks:
    """Keeps the ways to and from the public network. Their secrets go in, and come out for the switch only."""

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets
        self._register = Register(trunks, "trunk", fact=lambda id: TrunkChanged(trunk=TrunkId(id)))

    async def list(self, work: Work, listing: Listing) -> Page:
        found = await self._register.list(work, listing)
        return Page([_shown(row) for row in found.items], found.total)

    async def get(self, work: Work, trunk: TrunkId) -> dict[str, Any]:
        return _shown(await self._register.get(work, trunk))

    async def for_switch(self, work: Work) -> Sequence[Trunk]:
        """All trunks with their secrets. One whose secret is unreadable stays out, and is told of."""
        found = []
        for row in await store.every(work, trunks):
            try:
                found.append(self._trunk(row))
            except Unavailable:
                log.error("A trunk's secret cannot be opened; the trunk stays out.", trunk=row["id"])
        return found

    async def every(self, work: Work) -> Sequence[dict[str, Any]]:
        """`id`, `name` and `host` of all trunks, for the floor."""
        return [{name: row[name] for name in ("id", "name", "host")} for row in await store.every(work, trunks)]

    async def default(self, work: Work) -> TrunkId | None:
        """The trunk that outside calls leave by."""
        return await store.default_trunk(work)

    async def add(self, work: Work, by: Principal | None, values: Values, *, id: str | None = None) -> dict[str, Any]:
        trunk = id or uuid7()
        _check_registration(values)
        row = await self._row(work, trunk, values)
        return _shown(await self._register.add(work, by, row, id=trunk))

    async def change(self, work: Work, by: Principal | None, trunk: TrunkId, values: Values) -> dict[str, Any]:
        if values.keys() & {"register", "host", "username"}:
            _check_registration({**await self._register.get(work, trunk), **values})
        row = await self._row(work, trunk, values)
        return _shown(await self._register.change(work, by, trunk, row))

    async def remove(self, work: Work, by: Principal | None, trunk: TrunkId) -> None:
        await self._register.remove(work, by, trunk)

    async def _row(self, work: Work, trunk: str, values: Values) -> dict[str, Any]:
        _check_trunk(values)
        row = dict(values)
        if row.get("secret"):
            row["secret"] = self._secrets.seal(row["secret"], _context(trunk))
        if row.get("default"):
            await store.no_default_trunk(work)
        return row

    def _trunk(self, row: dict[str, Any]) -> Trunk:
        return Trunk(
            id=row["id"],
            host=row["host"],
            hosts=tuple(row["hosts"]),
            register=row["register"],
            username=row["username"],
            secret=self._secrets.open(row["secret"], _context(row["id"])) if row["secret"] else "",
            codecs=tuple(row["codecs"]),
        )


def _check_trunk(values: Values) -> None:
    for name, good in (("host", _is_host), ("username", _PLAIN.fullmatch), ("secret", _PLAIN.fullmatch)):
        if values.get(name) and not good(values[name]):
            raise Invalid("trunk.field", f"The trunk's {name} has characters that cannot stand there.", field=name)
    for host in values.get("hosts") or ():
        if not (_is_host(host) or _is_network(host)):
            raise Invalid("trunk.field", f"“{host}” is neither an address nor a network.", field="hosts")
    unknown = sorted(set(values.get("codecs") or ()) - set(CODECS))
    if unknown:
        raise Invalid("trunk.codec", f"There is no codec {unknown[0]!r}; choose among {', '.join(CODECS)}.")


def _check_registration(values: Values) -> None:
    for name in ("host", "username"):
        if values.get("register") and not values.get(name):
            raise Invalid("trunk.registers_nowhere", f"A trunk that registers needs its {name}.", field=name)


def _is_host(text: str) -> bool:
    """A name or an IP address, perhaps with a port: what Asterisk can call, should the name be known."""
    found = _HOST.fullmatch(text)
    if found is None or not (found["port"] is None or 1 <= int(found["port"]) <= 65535):
        return False
    if found["v6"] is not None:
        return _is_network(found["v6"])
    return _is_network(found["name"]) if _NUMERIC.fullmatch(found["name"]) else ".." not in found["name"]


def _is_network(text: str) -> bool:
    """An IP address, or a network such as 10.0.0.0/8."""
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    """Whether there is a secret may be known; the secret not."""
    return {**{name: value for name, value in row.items() if name != "secret"}, "has_secret": bool(row["secret"])}


def _context(trunk: str) -> str:
    return f"trunk:{trunk}"
