"""Routes of customers."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from rexian.core.ids import CustomerId
from rexian.crm.model import Customer, Identity
from rexian.crm.service import Customers, new_customer
from rexian.infra.database import Work
from rexian.tenants.access import Listed, Many, Ref, Working, access, service
from rexian.tenants.model import Principal

router = APIRouter(prefix="/api/v1/customers", tags=["customers"])

CustomersOf = Annotated[Customers, Depends(service("customers"))]
Viewer = Annotated[Principal, Depends(access("customers.view", "customers.edit"))]
Editor = Annotated[Principal, Depends(access("customers.edit"))]
Tag = Annotated[str, Field(min_length=1, max_length=64)]


class IdentityIn(BaseModel):
    model_config = ConfigDict(extra="ignore")

    kind: Literal["phone", "mail"]
    value: str = Field(
        min_length=1,
        max_length=254,
        description="a number in any usual form, or a mail address",
        examples=["13800138000", "+86 10 6552 9988"],
    )
    label: str = Field("", max_length=64)
    shared: bool = Field(False, description="several customers use it: a family, a switchboard")


class CustomerIn(BaseModel):
    model_config = ConfigDict(extra="ignore")

    name: str = Field(min_length=1, max_length=200)
    identities: list[IdentityIn] = Field([], max_length=50)
    tags: list[Tag] = Field([], max_length=50)
    notes: str = Field("", max_length=20_000)
    attributes: dict[str, Any] = {}
    vip: bool = False
    manager: Ref | None = Field(None, description="the agent who looks after him")


class Former(BaseModel):
    """What stood in the fields that are changed."""

    model_config = ConfigDict(extra="ignore")

    name: str | None = Field(None, max_length=200)
    identities: list[IdentityIn] | None = Field(None, max_length=50)
    tags: list[Tag] | None = Field(None, max_length=50)
    notes: str | None = Field(None, max_length=20_000)
    attributes: dict[str, Any] | None = None
    vip: bool | None = None
    manager: Ref | None = None


class CustomerChange(BaseModel):
    model_config = ConfigDict(extra="ignore")

    name: str | None = Field(None, min_length=1, max_length=200)
    identities: list[IdentityIn] | None = Field(None, max_length=50)
    tags: list[Tag] | None = Field(None, max_length=50)
    notes: str | None = Field(None, max_length=20_000)
    attributes: dict[str, Any] | None = None
    vip: bool | None = None
    manager: Ref | None = Field(None, description="the agent who looks after him; null: nobody in particular")
    was: Former | None = Field(
        None, description="what the changed fields were when he was read; refused where somebody has changed them since"
    )


class IdentityOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    kind: str
    value: str
    label: str
    shared: bool


class CustomerOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str
    identities: list[IdentityOut]
    tags: list[str]
    notes: str
    attributes: dict[str, Any]
    vip: bool
    manager: str | None
    created_at: datetime
    updated_at: datetime


class Matches(Many[CustomerOut]):
    """Who it may be; `sure` when it is exactly one."""

    sure: bool


@router.get("")
async def list_customers(
    by: Viewer, work: Working, customers: CustomersOf, listing: Listed, tag: Annotated[str, Query(max_length=64)] = ""
) -> Many[CustomerOut]:
    """By name; `q` is a part of the name, or of a number or an address."""
    found, total = await customers.search(work, listing.q, tag=tag, limit=listing.limit, offset=listing.offset)
    return Many(items=[_out(customer) for customer in found], total=total)


@router.post("", status_code=201)
async def add_customer(body: CustomerIn, by: Editor, work: Working, customers: CustomersOf) -> CustomerOut:
    """409 `customer.identity_taken` names the other customer who has one of the identities."""
    values = body.model_dump(exclude={"name", "identities", "tags"})
    identities = await _identities(customers, work, body.identities)
    customer = new_customer(body.name.strip(), identities, tags=tuple(body.tags), **values)
    return _out(await customers.add(work, by, customer))


@router.get("/match")
async def match_customer(
    by: Viewer,
    work: Working,
    customers: CustomersOf,
    phone: Annotated[str, Query(max_length=64, examples=["13800138000"])] = "",
    mail: Annotated[str, Query(max_length=254)] = "",
) -> Matches:
    """Who has this number or address."""
    match = await customers.match(work, phone=phone, mail=mail)
    found = [_out(customer) for customer in match.customers]
    return Matches(items=found, total=len(found), sure=match.sure)


@router.get("/{id}")
async def get_customer(id: Ref, by: Viewer, work: Working, customers: CustomersOf) -> CustomerOut:
    return _out(await customers.get(work, CustomerId(id)))


@router.patch("/{id}")
async def change_customer(
    id: Ref, body: CustomerChange, by: Editor, work: Working, customers: CustomersOf
) -> CustomerOut:
    """What is not given stays as it is; `identities` and `tags` replace the former ones.

    409 `customer.changed_meanwhile` names the fields that somebody else has changed since `was`, and what they are now.
    """
    changes = await _values(customers, work, body)
    was = await _values(customers, work, body.was) if body.was is not None else {}
    return _out(await customers.change(work, by, CustomerId(id), was=was, **changes))


@router.delete("/{id}", status_code=204)
async def remove_customer(id: Ref, by: Editor, work: Working, customers: CustomersOf) -> None:
    await customers.remove(work, by, CustomerId(id))


async def _identities(customers: Customers, work: Work, given: list[IdentityIn]) -> tuple[Identity, ...]:
    return tuple(
        [await customers.identity(work, each.kind, each.value, each.label, shared=each.shared) for each in given]
    )


async def _values(customers: Customers, work: Work, given: CustomerChange | Former) -> dict[str, Any]:
    """The fields that were sent, as a customer has them; null is a value only where one may be absent."""
    sent = given.model_dump(exclude_unset=True, exclude={"was"})
    values = {name: value for name, value in sent.items() if value is not None or name == "manager"}
    if given.identities is not None:
        values["identities"] = await _identities(customers, work, given.identities)
    if given.tags is not None:
        values["tags"] = tuple(given.tags)
    return values


def _out(customer: Customer) -> CustomerOut:
    return CustomerOut.model_validate(customer)
