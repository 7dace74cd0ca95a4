"""A robot's way into the running system: the same API and live socket that the pages use."""

import asyncio
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Any, Self

import aiohttp

from rexian.core.errors import Unavailable


class Door:
    """One signed-in user."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._http = aiohttp.ClientSession(
            base_url=base,
            cookie_jar=aiohttp.CookieJar(unsafe=True),  # "unsafe": also for an address without a name
            timeout=aiohttp.ClientTimeout(total=15),
        )
        self._csrf = ""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.close()

    async def sign_in(self, tenant: str, username: str, password: str) -> None:
        """Raises `Unavailable` when the system does not run or has no such user."""
        try:
            await self.send("POST", "/session", {"tenant": tenant, "username": username, "password": password})
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unavailable(
                "callers.nobody_there",
                f"Nothing that could be called runs at {self._base} with the demonstration's people: "
                "start `./rexian up --demo` first, or give the ports of the one that runs.",
            ) from error
        self._csrf = (await self.get("/session"))["csrf"]

    async def get(self, path: str) -> Any:
        return await self.send("GET", path)

    async def send(self, method: str, path: str, body: object = None) -> Any:
        """The answer's JSON, None when it is empty. Raises `aiohttp.ClientResponseError` when it is refused."""
        headers = {"X-CSRF-Token": self._csrf}
        async with self._http.request(method, f"/api/v1{path}", json=body, headers=headers) as reply:
            reply.raise_for_status()
            return await reply.json() if reply.content_type == "application/json" and reply.status != 204 else None

    async def file(self, path: str) -> bytes:
        async with self._http.get(f"/api/v1{path}") as reply:
            reply.raise_for_status()
            return await reply.read()

    async def live(self, topics: str) -> AsyncIterator[dict[str, Any]]:
        """What the live screens see, whole, each time something changes; connects anew for as long as it is asked."""
        while True:
            try:
                headers = {"Origin": self._base}
                async with self._http.ws_connect(f"/api/v1/live?topics={topics}", headers=headers) as socket:
                    view: dict[str, Any] = {}
                    async for message in socket:
                        view = merged(view, message.json())
                        yield view
            except (aiohttp.ClientError, TimeoutError):
                pass
            await asyncio.sleep(1)


def merged(view: dict[str, Any], message: dict[str, Any]) -> dict[str, Any]:
    """A snapshot replaces the view; a patch changes rows in it, and null takes a row away."""
    if message["type"] == "snapshot":
        return message
    changed = dict(view)
    for table in ("agents", "queues", "calls", "figures"):
        rows = {**changed.get(table, {}), **message.get(table, {})}
        changed[table] = {id: row for id, row in rows.items() if row is not None}
    return changed
