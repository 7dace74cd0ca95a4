"""Lists of numbers: who is blocked, who is a VIP, and lists of the tenant's own making, for flows to ask."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from rexian.core.errors import Invalid
from rexian.core.numbers import normal_number
from rexian.crm import store
from rexian.crm.events import ListedNumberChanged
from rexian.crm.tables import listed_numbers
from rexian.infra.database import Work
from rexian.infra.rows import Listing, Page, Values
from rexian.tenants.model import Principal
from rexian.tenants.registers import Register
from rexian.tenants.service import Tenants

BLOCKED, VIP = "blocked", "vip"
MOST = 100_000
"""Entries of one tenant: all are kept at hand while calls come in."""


class NumberLists:
    """All lists of a tenant, ready to be asked: exact numbers, and heads of numbers by their length."""

    def __init__(self, rows: Sequence[Mapping[str, Any]]) -> None:
        self._exact: dict[str, list[tuple[str, datetime | None]]] = {}
        self._heads: dict[str, list[tuple[str, datetime | None]]] = {}
        for row in rows:
            found = self._heads if row["prefix"] else self._exact
            found.setdefault(row["number"], []).append((row["list"], row["until"]))
        self._lengths = sorted({len(head) for head in self._heads})

    def of(self, number: str, at: datetime) -> tuple[str, ...]:
        """The lists on which a number stands at this moment."""
        entries = list(self._exact.get(number, ()))
        for length in self._lengths:
            entries += self._heads.get(number[:length], ())
        return tuple(sorted({name for name, until in entries if until is None or at < until}))


class ListedNumbers:
    """Keeps the entries of lists."""

    def __init__(self, tenants: Tenants) -> None:
        self._tenants = tenants
        self._register = Register(
            listed_numbers,
            "listed_number",
            fact=lambda id: ListedNumberChanged(id=id),
            search=("number", "note", "list"),
            sort=("number", "list", "created_at"),
        )

    async def list(self, work: Work, listing: Listing, name: str = "") -> Page:
        where = [listed_numbers.c.list == name] if name else []
        return await self._register.list(work, listing, *where)

    async def every(self, work: Work) -> NumberLists:
        """For the floor."""
        return NumberLists(await store.listed(work, MOST))

    async def get(self, work: Work, id: str) -> dict[str, Any]:
        return await self._register.get(work, id)

    async def add(self, work: Work, by: Principal | None, values: Values) -> dict[str, Any]:
        return await self._register.add(work, by, await self._normal(work, values))

    async def change(self, work: Work, by: Principal | None, id: str, values: Values) -> dict[str, Any]:
        before = await self._register.get(work, id)
        whole = await self._normal(work, {**before, **values})
        return await self._register.change(work, by, id, {name: whole[name] for name in (*values, "number")})

    async def remove(self, work: Work, by: Principal | None, id: str) -> None:
        await self._register.remove(work, by, id)

    async def _normal(self, work: Work, values: Values) -> dict[str, Any]:
        """A whole number in its normal form; the head of numbers as `+8610…`, or as the digits of a short code."""
        country = (await self._tenants.settings(work)).country
        if not values.get("prefix"):
            return {**values, "number": normal_number(values["number"], country)}
        head = values["number"].strip().replace(" ", "")
        if not head.removeprefix("+").isdigit() or not head.isascii():
            message = "The head of numbers is written as +8610, or as digits as they come in."
            raise Invalid("listed_number.prefix", message, number=head)
        return {**values, "number": head}
