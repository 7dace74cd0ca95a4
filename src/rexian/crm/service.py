"""What can be done with customers. Every change is audited and told to the journal."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import asdict, fields, replace
from typing import Any

from sqlalchemy.exc import IntegrityError

from rexian.core.errors import Conflict, Invalid, NotFound
from rexian.core.ids import CustomerId, uuid7
from rexian.core.numbers import number_or_none
from rexian.crm import store
from rexian.crm.events import CustomerAdded, CustomerChanged, CustomerRemoved
from rexian.crm.model import Customer, Identity, IdentityKind, Match, normal_value
from rexian.infra.database import Work
from rexian.tenants import audit
from rexian.tenants.model import Principal

MOST_IDENTITIES = 50


Region = Callable[[Work], Awaitable[str]]
"""The country in whose way a tenant writes numbers (ISO 3166-1)."""


async def _china(work: Work) -> str:
    return "CN"


class Customers:
    """The customers of a tenant."""

    def __init__(self, region: Region = _china) -> None:
        self._region = region

    async def identity(self, work: Work, kind: str, value: str, label: str = "", *, shared: bool = False) -> Identity:
        """An identity as people write it here; raises `Invalid`."""
        return Identity.of(kind, value, label, shared=shared, region=await self._region(work))

    async def get(self, work: Work, id: CustomerId) -> Customer:
        """Raises `NotFound`."""
        return await self._one(work, id)

    async def search(
        self, work: Work, q: str = "", *, tag: str = "", limit: int = 50, offset: int = 0
    ) -> tuple[list[Customer], int]:
        """A page of those whose name, number or address contains `q`, and how many there are."""
        region = await self._region(work) if q else ""
        return await store.search(work, q, tag=tag, region=region, limit=limit, offset=offset)

    async def match(self, work: Work, *, phone: str = "", mail: str = "") -> Match:
        """Who has this number or address. What cannot be read (a withheld number) is nobody's."""
        number = number_or_none(phone, await self._region(work)) if phone else None
        if number:
            return Match(tuple(await store.known_by(work, IdentityKind.PHONE, number)))
        if mail:
            value = normal_value(IdentityKind.MAIL, mail)
            return Match(tuple(await store.known_by(work, IdentityKind.MAIL, value)))
        return Match()

    async def recognise(self, work: Work, phone: str) -> Match:
        """The same for a number in E.164, as quickly as can be: without the customers' identities."""
        number = number_or_none(phone)
        return Match(tuple(await store.bearers(work, IdentityKind.PHONE, number))) if number else Match()

    async def add(self, work: Work, by: Principal | None, customer: Customer) -> Customer:
        """Raises `Conflict` naming the other customer when one of the identities is already his."""
        await self._write(work, customer, store.add)
        made = await self._one(work, customer.id)
        await audit.note(work, by, "customer.added", _subject(made.id), after=_plain(made))
        work.record(_subject(made.id), CustomerAdded(customer=made.id, by=_who(by)))
        return made

    async def change(
        self, work: Work, by: Principal | None, id: CustomerId, *, was: Mapping[str, Any] | None = None, **changes: Any
    ) -> Customer:
        """Set what is given and leave the rest; a change that changes nothing leaves no trace.

        `was`: what the changed fields were when they were read. Raises `Conflict`, and changes nothing, where one of
        them has become something else since, and not what is wanted.
        """
        before = await self._one(work, id, lock=True)
        _require_unchanged(before, was or {}, changes)
        after = replace(before, **changes)
        changed = tuple(f.name for f in fields(Customer) if getattr(before, f.name) != getattr(after, f.name))
        if not changed:
            return before
        await self._write(work, after, store.change)
        made = await self._one(work, id)
        await audit.note(work, by, "customer.changed", _subject(id), before=_plain(before), after=_plain(made))
        work.record(_subject(id), CustomerChanged(customer=id, by=_who(by), fields=changed))
        return made

    async def remove(self, work: Work, by: Principal | None, id: CustomerId) -> None:
        """His contacts stay in the records, without his name."""
        before = await self._one(work, id, lock=True)
        await store.remove(work, id)
        await audit.note(work, by, "customer.removed", _subject(id), before=_plain(before))
        work.record(_subject(id), CustomerRemoved(customer=id, by=_who(by)))

    async def _one(self, work: Work, id: CustomerId, *, lock: bool = False) -> Customer:
        found = await store.get(work, [id], lock=lock)
        if not found:
            raise NotFound("customer.not_found", "There is no such customer; he may have been removed.", id=id)
        return found[0]

    async def _write(self, work: Work, customer: Customer, how: Any) -> None:
        _require_sound(customer)
        await self._require_own(work, customer)
        try:
            async with work.db.begin_nested():
                await how(work, customer)
        except IntegrityError as error:  # another transaction was quicker with the same identity
            await self._require_own(work, customer)
            raise Conflict("customer.exists", "This customer is there already; look him up.", id=customer.id) from error

    async def _require_own(self, work: Work, customer: Customer) -> None:
        """An identity that is not marked as shared belongs to one customer."""
        for identity in customer.identities:
            if identity.shared:
                continue
            if other := await store.owner(work, identity, other_than=customer.id):
                raise Conflict(
                    "customer.identity_taken",
                    f"{identity.value} already belongs to {other.name}: open that customer, or mark it as shared.",
                    value=identity.value,
                    kind=str(identity.kind),
                    customer=other.id,
                    name=other.name,
                )


def new_customer(name: str, identities: Iterable[Identity] = (), **values: Any) -> Customer:
    return Customer(id=CustomerId(uuid7()), name=name, identities=tuple(identities), **values)


def _require_unchanged(now: Customer, was: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    """Two may change different fields at the same time, and the same field to the same value."""
    clashing = [name for name, value in wanted.items() if name in was and getattr(now, name) not in (was[name], value)]
    if clashing:
        values = {name: value for name, value in _plain(now).items() if name in clashing}
        raise Conflict(
            "customer.changed_meanwhile",
            "Somebody else has changed the same fields meanwhile; choose for each which is to stand.",
            fields=clashing,
            now=values,
        )


def _require_sound(customer: Customer) -> None:
    if not customer.name.strip():
        raise Invalid("customer.name_missing", "A customer needs a name.")
    keys = [(identity.kind, identity.value) for identity in customer.identities]
    if len(set(keys)) < len(keys):
        raise Invalid("customer.identity_twice", "The same number or address stands here twice; take one out.")
    if len(keys) > MOST_IDENTITIES:
        raise Invalid("customer.identities_many", f"A customer can have {MOST_IDENTITIES} numbers and addresses.")


def _subject(id: CustomerId) -> str:
    return f"customer:{id}"


def _who(by: Principal | None) -> str:
    return by.user if by else audit.SYSTEM


def _plain(customer: Customer) -> dict[str, Any]:
    return {name: value for name, value in asdict(customer).items() if not name.endswith("_at")}
