"""What can be done with libraries."""

from collections.abc import Sequence
from typing import Any

import msgspec

from rexian.core.errors import Invalid, NotFound
from rexian.core.ids import LibraryId, uuid7
from rexian.flows.model import Choice
from rexian.flows.service import Flows
from rexian.infra.database import Work
from rexian.infra.rows import Listing, Page, Values
from rexian.library import store
from rexian.library.events import LibraryChanged
from rexian.library.model import Categories, Category, filled
from rexian.library.tables import libraries
from rexian.telephony.prompts import Prompts
from rexian.tenants.model import Principal
from rexian.tenants.registers import Register


class Libraries:
    """Keeps libraries. `flows` tells whether one is still asked by a published flow, `prompts` what can be heard."""

    def __init__(self, flows: Flows, prompts: Prompts) -> None:
        self._flows = flows
        self._prompts = prompts
        self._register = Register(libraries, "library", fact=lambda id: LibraryChanged(library=LibraryId(id)))

    async def list(self, work: Work, listing: Listing) -> Page:
        return await self._register.list(work, listing)

    async def get(self, work: Work, library: LibraryId) -> dict[str, Any]:
        return await self._register.get(work, library)

    async def add(
        self, work: Work, by: Principal | None, values: Values, *, id: LibraryId | None = None
    ) -> dict[str, Any]:
        return await self._register.add(work, by, await self._checked(work, values), id=id)

    async def change(self, work: Work, by: Principal | None, library: LibraryId, values: Values) -> dict[str, Any]:
        return await self._register.change(work, by, library, await self._checked(work, values))

    async def remove(self, work: Work, by: Principal | None, library: LibraryId) -> None:
        name = (await self.get(work, library))["name"]
        await self._flows.require_unused(work, "library", (library, name))
        await self._register.remove(work, by, library)

    async def named(self, work: Work, name: str) -> tuple[LibraryId, tuple[Category, ...]]:
        """The library that a flow names, by its id or its name; raises `NotFound`."""
        for row in await store.every(work):
            if name in (row["id"], row["name"]):
                return LibraryId(row["id"]), _categories(row)
        raise NotFound("library.not_found", f"There is no content library {name!r}.", name=name)

    async def names_of_filled(self, work: Work) -> set[str]:
        """Ids and names of those in which there is something to be heard."""
        sounds = await self._prompts.sounds(work)
        found = [row for row in await store.every(work) if filled(_categories(row), sounds)]
        return {name for row in found for name in (row["id"], row["name"])}

    async def _checked(self, work: Work, values: Values) -> dict[str, Any]:
        """With an id for each category; raises `Invalid` where it cannot be read or names what is not there."""
        if "categories" not in values:
            return dict(values)
        given = [{**each, "id": each.get("id") or uuid7()} for each in values["categories"]]
        try:
            categories = msgspec.convert(given, Categories)
        except msgspec.ValidationError as error:
            raise Invalid("library.invalid", f"The library cannot be read: {error}.") from error
        if len({category.id for category in categories}) < len(categories):
            raise Invalid("library.category_twice", "Two categories have the same id; leave the id of a new one out.")
        await self._require_prompts(work, categories)
        return {**values, "categories": msgspec.to_builtins(categories)}

    async def _require_prompts(self, work: Work, categories: Sequence[Category]) -> None:
        known = await self._prompts.keys(work)
        for category in categories:
            named = [piece.prompt for piece in category.pieces]
            for key in (*named, *([category.prompt] if category.prompt else ())):
                if key not in known:
                    message = f"There is no prompt {key!r} of your own; make it first."
                    raise Invalid("library.unknown_prompt", message, key=key, category=category.name)
            if len(set(named)) < len(named):
                twice = next(key for key in named if named.count(key) > 1)
                message = f"The prompt {twice!r} stands in {category.name!r} twice; a bookmark could not tell where."
                raise Invalid("library.piece_twice", message, key=twice, category=category.name)


def _categories(row: Values) -> tuple[Category, ...]:
    return msgspec.convert(row["categories"], tuple[Category, ...])


async def names(work: Work) -> set[str]:
    """What flows may call libraries: their ids and their names."""
    return {name for row in await store.every(work) for name in (row["id"], row["name"])}


async def choices(work: Work) -> list[Choice]:
    """The libraries, for people who draw flows. Documents name them by id, so that they may be renamed."""
    return [Choice(name=row["id"], label=row["name"], aliases=(row["name"],)) for row in await store.every(work)]
