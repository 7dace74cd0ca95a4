"""Customers looked up and changed for flows, beside the call."""

from typing import Any

from rexian.core.errands import Wanted
from rexian.core.errors import Invalid
from rexian.core.ids import CustomerId
from rexian.crm.model import Customer
from rexian.crm.service import Customers, new_customer
from rexian.infra.database import Database, Work

MOST_TAGS = 50


class CustomerErrands:
    """`customer.find` and `customer.update`."""

    def __init__(self, database: Database, customers: Customers) -> None:
        self._database = database
        self._customers = customers

    async def find(self, wanted: Wanted) -> list[dict[str, Any]]:
        value = str(wanted.parameters["value"] or "")
        async with self._database.work(wanted.tenant) as work:
            match = await self._customers.match(work, **{wanted.parameters["by"]: value})
        return [_plain(customer) for customer in match.customers]

    async def update(self, wanted: Wanted) -> str:
        """Gives the customer's id."""
        given = wanted.parameters
        async with self._database.work(wanted.tenant) as work:
            customer = await self._of_caller(work, given["customer"], str(given["caller"] or ""), given["name"])
            changes: dict[str, Any] = {"attributes": {**customer.attributes, **given["attributes"]}}
            if given["tags"]:
                changes["tags"] = tuple(dict.fromkeys((*customer.tags, *given["tags"])))[:MOST_TAGS]
            if given["name"]:
                changes["name"] = given["name"]
            await self._customers.change(work, None, customer.id, **changes)
        return customer.id

    async def _of_caller(self, work: Work, id: str | None, caller: str, name: str) -> Customer:
        if id:
            return await self._customers.get(work, CustomerId(id))
        known = await self._customers.match(work, phone=caller)
        if known.first is not None:
            if known.sure:
                return await self._customers.get(work, known.first.id)
            raise Invalid("customer.several", "Several customers have this number; nobody is changed.")
        identity = await self._customers.identity(work, "phone", caller)
        return await self._customers.add(work, None, new_customer(name or identity.value, [identity]))


def _plain(customer: Customer) -> dict[str, Any]:
    return {
        "id": customer.id,
        "name": customer.name,
        "vip": customer.vip,
        "tags": list(customer.tags),
        "attributes": customer.attributes,
    }
