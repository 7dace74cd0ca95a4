"""Routes of the lists of numbers."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from rexian.crm.lists import ListedNumbers
from rexian.tenants.access import Listed, Many, Ref, Working, access, service
from rexian.tenants.model import Principal

router = APIRouter(prefix="/api/v1/listed-numbers", tags=["customers"])

ListsOf = Annotated[ListedNumbers, Depends(service("listed_numbers"))]
Manager = Annotated[Principal, Depends(access("customers.edit", "flows.manage"))]
ListName = Annotated[str, Field(pattern=r"^[\w-]{1,64}$", description="blocked, vip, or a name of your own")]
Number = Annotated[str, Field(min_length=1, max_length=32, examples=["13800138000"])]


class _Door(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewListedNumber(_Door):
    list: ListName = "blocked"
    number: Number = Field(description="a number in any usual form; with `prefix` the head of numbers")
    prefix: bool = Field(False, description="all numbers that begin so")
    note: str = Field("", max_length=500)
    until: AwareDatetime | None = Field(None, description="the entry counts until then; null: for good")


class ListedNumberChange(_Door):
    list: ListName | None = None
    number: Number | None = None
    prefix: bool | None = None
    note: str | None = Field(None, max_length=500)
    until: AwareDatetime | None = None


class ListedNumber(BaseModel):
    id: str
    list: str
    number: str
    prefix: bool
    note: str
    until: datetime | None
    created_at: datetime


@router.get("")
async def list_listed_numbers(
    by: Manager, work: Working, lists: ListsOf, listing: Listed, list: Annotated[str, Query(max_length=64)] = ""
) -> Many[ListedNumber]:
    """The numbers on all lists, or on one."""
    return Many[ListedNumber].model_validate(await lists.list(work, listing, list), from_attributes=True)


@router.post("", status_code=201)
async def add_listed_number(body: NewListedNumber, by: Manager, work: Working, lists: ListsOf) -> ListedNumber:
    return ListedNumber(**await lists.add(work, by, body.model_dump()))


@router.get("/{id}")
async def get_listed_number(id: Ref, by: Manager, work: Working, lists: ListsOf) -> ListedNumber:
    return ListedNumber(**await lists.get(work, id))


@router.patch("/{id}")
async def change_listed_number(
    id: Ref, body: ListedNumberChange, by: Manager, work: Working, lists: ListsOf
) -> ListedNumber:
    """Only `until` may be taken away by null."""
    sent = body.model_dump(exclude_unset=True)
    values = {name: value for name, value in sent.items() if value is not None or name == "until"}
    return ListedNumber(**await lists.change(work, by, id, values))


@router.delete("/{id}", status_code=204)
async def remove_listed_number(id: Ref, by: Manager, work: Working, lists: ListsOf) -> None:
    await lists.remove(work, by, id)
