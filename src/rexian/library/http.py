"""Routes of content libraries."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from rexian.core.ids import LibraryId
from rexian.library.model import MOST_CATEGORIES, MOST_PIECES
from rexian.library.service import Libraries
from rexian.tenants.access import Door, Listed, Many, Ref, Working, access, given, service
from rexian.tenants.model import Principal

router = APIRouter(prefix="/api/v1/libraries", tags=["library"])

LibrariesOf = Annotated[Libraries, Depends(service("libraries"))]
Manager = Annotated[Principal, Depends(access("libraries.manage"))]
Reader = Annotated[Principal, Depends(access("libraries.manage", "flows.manage"))]
Key = Annotated[str, Field(max_length=64)]


class Piece(Door):
    prompt: Key = Field(description="the key of a prompt of your own")
    title: str = Field("", max_length=100)


class Category(Door):
    id: str = Field("", max_length=36, description="as it was given; empty: a new category")
    name: str = Field(min_length=1, max_length=100)
    prompt: Key | None = Field(None, description="the prompt that says its name to callers; none: they hear its number")
    pieces: list[Piece] = Field([], max_length=MOST_PIECES, description="in the order in which they are heard")


Categories = Annotated[list[Category], Field(max_length=MOST_CATEGORIES)]


class NewLibrary(Door):
    name: str = Field(min_length=1, max_length=100)
    categories: Categories = Field([], description="the first is chosen by key 1, and so on")


class LibraryChange(Door):
    name: str | None = Field(None, min_length=1, max_length=100)
    categories: Categories | None = None


class Library(BaseModel):
    id: str
    name: str
    categories: list[Category]


@router.get("")
async def list_libraries(by: Reader, work: Working, libraries: LibrariesOf, listing: Listed) -> Many[Library]:
    return Many[Library].model_validate((await libraries.list(work, listing))._asdict())


@router.post("", status_code=201)
async def add_library(body: NewLibrary, by: Manager, work: Working, libraries: LibrariesOf) -> Library:
    return Library(**await libraries.add(work, by, body.model_dump()))


@router.get("/{id}")
async def get_library(id: Ref, by: Reader, work: Working, libraries: LibrariesOf) -> Library:
    return Library(**await libraries.get(work, LibraryId(id)))


@router.patch("/{id}")
async def change_library(id: Ref, body: LibraryChange, by: Manager, work: Working, libraries: LibrariesOf) -> Library:
    """`categories` is given whole."""
    return Library(**await libraries.change(work, by, LibraryId(id), given(body)))


@router.delete("/{id}", status_code=204)
async def remove_library(id: Ref, by: Manager, work: Working, libraries: LibrariesOf) -> None:
    """Refused while a published flow names it. Bookmarks in it go with it."""
    await libraries.remove(work, by, LibraryId(id))
