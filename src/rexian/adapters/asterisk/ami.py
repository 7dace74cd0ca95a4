"""Asterisk's manager interface, for what ARI cannot do: recording in two tracks, and the state of phones' contacts."""

import asyncio
import itertools
from collections.abc import AsyncIterator

from rexian.adapters.asterisk.config import Access
from rexian.core.errors import Invalid, Unavailable

REPLY_WITHIN_S = 5.0
LONGEST_LINE = 1 << 20

Message = dict[str, str]


class Ami:
    """One connection; replies find their asker by ActionID, the rest are events."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._writer: asyncio.StreamWriter | None = None
        self._reader: asyncio.StreamReader | None = None
        self._asked: dict[str, asyncio.Future[Message]] = {}
        self._ids = itertools.count(1)

    async def connect(self) -> None:
        """Connect and send the login; `stream` must run for any reply to arrive."""
        try:
            async with asyncio.timeout(REPLY_WITHIN_S):
                self._reader, self._writer = await asyncio.open_connection(
                    self._access.ami_host, self._access.ami_port, limit=LONGEST_LINE
                )
                await self._reader.readline()  # the banner
        except (OSError, TimeoutError) as error:
            raise Unavailable("voice.manager_unreachable", f"Asterisk's manager did not answer: {error}.") from None

    async def log_in(self) -> None:
        await self.ask("Login", Username=self._access.ami_user, Secret=self._access.ami_password)

    async def ask(self, action: str, **fields: str) -> Message:
        """One action and its reply; raises `Invalid` when it is refused, `Unavailable` when there is no connection."""
        if self._writer is None:
            raise Unavailable("voice.manager_unreachable", "There is no connection to Asterisk's manager.")
        number = str(next(self._ids))
        reply: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._asked[number] = reply
        lines = [f"Action: {action}", f"ActionID: {number}", *(f"{key}: {_one_line(v)}" for key, v in fields.items())]
        self._writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        try:
            message = await asyncio.wait_for(reply, REPLY_WITHIN_S)
        except TimeoutError:
            raise Unavailable("voice.manager_silent", f"Asterisk's manager did not answer {action}.") from None
        finally:
            self._asked.pop(number, None)
        if message.get("Response") == "Error":
            raise Invalid("voice.refused", f"Asterisk refused {action}: {message.get('Message', '')}")
        return message

    async def stream(self) -> AsyncIterator[Message]:
        """The events, until the connection ends; replies are given to their askers on the way."""
        assert self._reader is not None, "connected before"
        try:
            while block := await self._block():
                asker = self._asked.get(block.get("ActionID", "")) if "Response" in block else None
                if asker is not None and not asker.done():
                    asker.set_result(block)
                elif "Event" in block:
                    yield block
        finally:
            self.close()

    async def _block(self) -> Message | None:
        assert self._reader is not None, "connected before"
        try:
            raw = await self._reader.readuntil(b"\r\n\r\n")
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            return None
        lines = raw.decode(errors="replace").split("\r\n")
        return dict(line.split(": ", 1) for line in lines if ": " in line)

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        for asker in self._asked.values():
            if not asker.done():
                asker.set_exception(Unavailable("voice.manager_lost", "The connection to Asterisk's manager ended."))


def _one_line(value: str) -> str:
    """A line break would end the field and begin one of the sender's choosing."""
    return value.replace("\r", " ").replace("\n", " ")
