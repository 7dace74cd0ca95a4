"""What can be done with layouts and wall screens."""

from typing import Any

from rexian.boards import store
from rexian.boards.events import WallScreenChanged
from rexian.boards.tables import wall_screens
from rexian.core.errors import Conflict, NotFound
from rexian.core.ids import uuid7
from rexian.infra.database import Work
from rexian.infra.rows import Listing, Page, Values, refusals
from rexian.tenants.model import Principal
from rexian.tenants.registers import Register
from rexian.tenants.service import ApiKeys

LOOK = "wall.view"
"""All that a wall screen's key may do."""
MOST_LAYOUTS = 20


class Boards:
    """Keeps each user's layouts, and the wall screens of the centre."""

    def __init__(self, api_keys: ApiKeys) -> None:
        self._keys = api_keys
        self._screens = Register(wall_screens, "wall_screen", fact=lambda id: WallScreenChanged(screen=id))

    # --- layouts

    async def layouts(self, work: Work, by: Principal) -> list[dict[str, Any]]:
        return await store.layouts(work, by.user)

    async def keep_layout(self, work: Work, by: Principal, id: str, values: Values) -> dict[str, Any]:
        """Make or change one's own layout `id`. Raises `Conflict` when there are too many or the name is taken."""
        own = await store.layouts(work, by.user)
        if len(own) >= MOST_LAYOUTS and id not in {row["id"] for row in own}:
            raise Conflict("layout.too_many", f"There are {MOST_LAYOUTS} layouts already; remove one first.")
        with refusals("layout"):
            if not await store.keep_layout(work, by.user, id, dict(values)):
                raise NotFound("layout.not_found", "There is no such layout.", id=id)
        return {"id": id, **values}

    async def remove_layout(self, work: Work, by: Principal, id: str) -> None:
        if not await store.remove_layout(work, by.user, id):
            raise NotFound("layout.not_found", "There is no such layout.", id=id)

    # --- wall screens

    async def screens(self, work: Work, listing: Listing) -> Page:
        return await self._screens.list(work, listing)

    async def screen(self, work: Work, id: str) -> dict[str, Any]:
        return await self._screens.get(work, id)

    async def add_screen(self, work: Work, by: Principal, values: Values) -> dict[str, Any]:
        """The answer holds the key of its link as `secret`, once. Raises `Forbidden` when `by` may not look himself."""
        id = uuid7()
        key = await self._keys.add(work, by, name=f"wall {id}", permissions=[LOOK])
        made = await self._screens.add(work, by, {**values, "key_id": key["id"]}, id=id)
        return {**made, "secret": key["secret"]}

    async def change_screen(self, work: Work, by: Principal, id: str, values: Values) -> dict[str, Any]:
        return await self._screens.change(work, by, id, values)

    async def renew_link(self, work: Work, by: Principal, id: str) -> dict[str, Any]:
        """A new link, shown once; whoever has the old one sees nothing more."""
        screen = await self._screens.get(work, id)
        key = await self._keys.add(work, by, name=f"wall {uuid7()}", permissions=[LOOK])
        changed = await self._screens.change(work, by, id, {"key_id": key["id"]})
        await self._keys.remove(work, by, screen["key_id"])
        return {**changed, "secret": key["secret"]}

    async def remove_screen(self, work: Work, by: Principal, id: str) -> None:
        """Its link goes with it."""
        screen = await self._screens.get(work, id)
        await self._screens.remove(work, by, id)
        await self._keys.remove(work, by, screen["key_id"])

    async def own_screen(self, work: Work, by: Principal) -> dict[str, Any]:
        """What the screen whose key asks should show."""
        row = await store.screen_of_key(work, by.key) if by.key else None
        if row is None:
            raise NotFound("wall_screen.not_found", "This link belongs to no wall screen any more.")
        return row
