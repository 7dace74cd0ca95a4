"""Secrets for web services: named in flows, sealed at rest, opened only for the request to one of their hosts."""

import re
from typing import Any

import msgspec
from sqlalchemy import Table

from rexian.core.errors import Invalid, NotFound
from rexian.core.ids import TenantId, uuid7
from rexian.flows import store
from rexian.flows.events import SecretChanged
from rexian.flows.tables import flow_secrets
from rexian.infra.database import Database, Work
from rexian.infra.rows import Listing, Page, Values
from rexian.infra.secrets import Secrets
from rexian.tenants.model import Principal
from rexian.tenants.registers import Register

_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}")
_VALUE = re.compile(r"[\x20-\x7e]{1,4096}")
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?|[0-9a-f:]+")
FORBIDDEN = frozenset({"host", "content-length", "transfer-encoding", "connection"})


class Secret(msgspec.Struct, frozen=True, kw_only=True):
    """A header that opens a service, and the hosts it is for."""

    header: str
    value: str
    hosts: frozenset[str]

    def __repr__(self) -> str:
        return f"Secret(header={self.header!r})"


class FlowSecrets:
    """Keeps them. The value goes in, and comes out for the request only."""

    table: Table = flow_secrets

    def __init__(self, database: Database, secrets: Secrets) -> None:
        self._database = database
        self._secrets = secrets
        self._register = Register(
            flow_secrets, "flow_secret", fact=lambda id: SecretChanged(secret=id), hidden=("value",)
        )

    async def list(self, work: Work, listing: Listing) -> Page:
        return await self._register.list(work, listing)

    async def get(self, work: Work, id: str) -> dict[str, Any]:
        return await self._register.get(work, id)

    async def add(self, work: Work, by: Principal | None, values: Values) -> dict[str, Any]:
        id = uuid7()
        return await self._register.add(work, by, self._row(id, values), id=id)

    async def change(self, work: Work, by: Principal | None, id: str, values: Values) -> dict[str, Any]:
        return await self._register.change(work, by, id, self._row(id, values))

    async def remove(self, work: Work, by: Principal | None, id: str) -> None:
        await self._register.remove(work, by, id)

    async def open(self, tenant: TenantId, name: str) -> Secret:
        """The secret itself, for the errand that needs it; raises `NotFound`."""
        async with self._database.work(tenant) as work:
            row = await store.named(work, flow_secrets, name)
        if row is None:
            raise NotFound("flow_secret.not_found", f"There is no secret {name!r}; keep it first.", name=name)
        value = self._secrets.open(row["value"], _context(row["id"]))
        return Secret(header=row["header"], value=value, hosts=frozenset(row["hosts"]))

    def _row(self, id: str, values: Values) -> dict[str, Any]:
        row = dict(values)
        if "hosts" in row:
            row["hosts"] = sorted({host.strip().lower() for host in row["hosts"]})
            if not row["hosts"] or not all(_HOST.fullmatch(host) for host in row["hosts"]):
                raise Invalid("flow_secret.hosts", "Name the hosts that may get the secret: api.example.com.")
        if "header" in row and (not _HEADER.fullmatch(row["header"]) or row["header"].lower() in FORBIDDEN):
            raise Invalid("flow_secret.header", "A header's name has letters, digits and -, as in Authorization.")
        if "value" in row:
            if not _VALUE.fullmatch(row["value"]):
                raise Invalid("flow_secret.value", "A secret has 1 to 4096 visible ASCII signs.")
            row["value"] = self._secrets.seal(row["value"], _context(id))
        return row


async def names(work: Work) -> set[str]:
    """What flows may call secrets."""
    return await store.names(work, flow_secrets)


def _context(id: str) -> str:
    return f"flow_secret:{id}"
