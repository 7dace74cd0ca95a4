"""The telephone: registers, dials, rings, answers, rejects, hangs up."""

import asyncio
import re
import secrets
from collections.abc import Callable
from types import TracebackType
from typing import cast

from tests.sip.media import Media
from tests.sip.messages import Message, authorization, describe, media_address, parse, response

PATIENCE_S = 5.0


class Line:
    """One call of a phone, placed or received."""

    def __init__(self, phone: "SipPhone", invite: Message, far: tuple[str, int], placed: bool) -> None:
        self.phone, self.invite, self.far, self.placed = phone, invite, far, placed
        self.media = phone.media()
        self.tag = secrets.token_hex(4)
        self.ringing = asyncio.Event()
        self.answered = asyncio.Event()
        self.ended = asyncio.Event()
        self.given_up = False
        self.status = 0
        self.reason = ""
        self.auto_answer = "answer-after=0" in invite.get("Call-Info")
        self._remote = invite.get("From")
        self._target = _uri(invite.get("Contact")) if not placed else invite.uri
        self._cseq = 100

    async def wait(self, event: asyncio.Event, within_s: float = PATIENCE_S) -> None:
        await asyncio.wait_for(event.wait(), within_s)

    def ring(self) -> None:
        self._reply(180, "Ringing")

    async def answer(self) -> None:
        port = await self.media.open()
        self.media.send_to(media_address(self.invite.body))
        self._reply(200, "OK", describe("127.0.0.1", port))
        self.answered.set()

    def reject(self, status: int = 486, reason: str = "Busy Here") -> None:
        self._reply(status, reason)
        self.over(status)

    def hang_up(self) -> None:
        if self.ended.is_set():
            return
        if self.placed and not self.answered.is_set():
            self.given_up = True
            self.phone.send(self._request_like_invite("CANCEL"), self.far)
            return
        self.phone.send(self._in_dialog("BYE"), self.far)
        self.over(200)

    def die(self) -> None:
        """As a browser that is killed: no BYE, no more media."""
        self.media.stop()
        self.phone.forget(self)

    def over(self, status: int, reason: str = "") -> None:
        self.status, self.reason = self.status or status, reason
        self.media.stop()
        self.ended.set()

    def on_response(self, reply: Message) -> None:
        number, method = reply.cseq
        if method != "INVITE" or not self.placed:
            return
        if reply.status in (401, 407):
            self._acknowledge(reply)
            self._authorize(reply, number + 1)
        elif reply.status >= 300:
            self._acknowledge(reply)
            self.over(reply.status)
        elif reply.status >= 200:
            self._remote, self._target = reply.get("To"), _uri(reply.get("Contact"))
            self.phone.send(self._in_dialog("ACK", number), self.far)
            if self.given_up:  # the answer and our CANCEL have crossed (RFC 3261 §9.1)
                self.answered.set()
                self.hang_up()
            elif not self.answered.is_set():
                self.media.send_to(media_address(reply.body))
                self.answered.set()
        elif reply.status >= 180:
            self.ringing.set()

    def on_request(self, request: Message) -> None:
        if request.method == "BYE":
            self.phone.send(response(request, 200, "OK"), self.far)
            self.over(200, request.get("Reason"))
        elif request.method == "CANCEL":
            self.phone.send(response(request, 200, "OK"), self.far)
            if not self.answered.is_set():
                self._reply(487, "Request Terminated")
                self.over(487, request.get("Reason"))
        elif request.method != "ACK":
            self.phone.send(response(request, 200, "OK"), self.far)

    def _reply(self, status: int, reason: str, body: str = "") -> None:
        reply = response(self.invite, status, reason, self.tag, Contact=f"<{self.phone.uri}>")
        if body:
            reply.headers.append(("Content-Type", "application/sdp"))
            reply.body = body
        self.phone.send(reply, self.far)

    def _authorize(self, reply: Message, number: int) -> None:
        challenge = reply.get("WWW-Authenticate") or reply.get("Proxy-Authenticate")
        name = "Authorization" if reply.status == 401 else "Proxy-Authorization"
        user, password = self.phone.credentials
        value = authorization(challenge, user=user, password=password, method="INVITE", uri=self.invite.uri)
        kept = [(k, v) for k, v in self.invite.headers if k not in (name, "CSeq", "Via")]
        headers = [("Via", self.phone.via()), *kept, ("CSeq", f"{number} INVITE"), (name, value)]
        self.invite = Message("INVITE", self.invite.uri, headers=headers, body=self.invite.body)
        self.phone.send(self.invite, self.far)

    def _acknowledge(self, reply: Message) -> None:
        ack = self._request_like_invite("ACK")
        ack.headers = [(k, reply.get("To") if k == "To" else v) for k, v in ack.headers]
        self.phone.send(ack, self.far)

    def _request_like_invite(self, method: str) -> Message:
        """CANCEL and the ACK of a refusal carry the INVITE's Via and number (RFC 3261 §9.1, §17.1.1.3)."""
        keep = ("Via", "From", "To", "Call-ID", "Max-Forwards")
        headers = [(k, v) for k, v in self.invite.headers if k in keep]
        return Message(method, self.invite.uri, headers=[*headers, ("CSeq", f"{self.invite.cseq[0]} {method}")])

    def _in_dialog(self, method: str, number: int | None = None) -> Message:
        self._cseq += 1
        mine = self.invite.get("From") if self.placed else f"{self.invite.get('To')};tag={self.tag}"
        headers = [
            *(("Via", self.phone.via()), ("Max-Forwards", "70"), ("From", mine), ("To", self._remote)),
            *(("Call-ID", self.invite.get("Call-ID")), ("CSeq", f"{number or self._cseq} {method}")),
        ]
        return Message(method, self._target, headers=headers)


class SipPhone(asyncio.DatagramProtocol):
    """One UDP port with any number of lines. Use as an async context manager."""

    def __init__(
        self,
        user: str = "robot",
        password: str = "",
        *,
        media: Callable[[], Media] = Media,
        address: str = "127.0.0.1",
    ) -> None:
        """`media` makes what speaks and listens on a line; `address` is where the phone stands."""
        self.credentials = (user, password)
        self._address = address
        self.media = media
        self.port = 0
        self._transport: asyncio.DatagramTransport | None = None
        self._lines: dict[str, Line] = {}
        self._arrived: asyncio.Queue[Line] = asyncio.Queue()
        self._awaited: dict[str, asyncio.Future[Message]] = {}

    @property
    def uri(self) -> str:
        return f"sip:{self.credentials[0]}@{self._address}:{self.port}"

    async def __aenter__(self) -> "SipPhone":
        await asyncio.get_running_loop().create_datagram_endpoint(lambda: self, local_addr=(self._address, 0))
        assert self._transport is not None, "open"
        self.port = self._transport.get_extra_info("sockname")[1]
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        for line in list(self._lines.values()):
            line.hang_up()
            line.media.stop()
        await asyncio.sleep(0)
        if self._transport is not None:
            self._transport.close()

    async def register(self, server: tuple[str, int], expires: int = 300) -> int:
        """Register (or, with 0, unregister) and return the final status."""
        uri, call, tag = f"sip:{server[0]}:{server[1]}", secrets.token_hex(8), secrets.token_hex(4)
        me = f"<sip:{self.credentials[0]}@{server[0]}>"
        reply, answer = Message(), ""
        for number in (1, 2):
            headers = [
                *(("Via", self.via()), ("Max-Forwards", "70"), ("From", f"{me};tag={tag}"), ("To", me)),
                *(("Call-ID", call), ("CSeq", f"{number} REGISTER"), ("Contact", f"<{self.uri}>")),
                *(
                    (("Expires", str(expires)),)
                    if not answer
                    else (("Expires", str(expires)), ("Authorization", answer))
                ),
            ]
            reply = await self._ask(Message("REGISTER", uri, headers=headers), server)
            if reply.status != 401:
                break
            user, password = self.credentials
            answer = authorization(
                reply.get("WWW-Authenticate"), user=user, password=password, method="REGISTER", uri=uri
            )
        return reply.status

    async def dial(self, uri: str, caller: str = "13800138000", name: str = "") -> Line:
        """Place a call; the line tells how it fares."""
        host, _, port = uri.split("@")[1].partition(":")
        far = (host, int(port or 5060))
        user = self.credentials[0] if self.credentials[1] else caller
        headers = [
            *(("Via", self.via()), ("Max-Forwards", "70")),
            ("From", f'"{name}" <sip:{user}@{host}>;tag={secrets.token_hex(4)}'),
            *(("To", f"<{uri}>"), ("Call-ID", secrets.token_hex(8)), ("CSeq", "1 INVITE")),
            *(("Contact", f"<{self.uri}>"), ("Content-Type", "application/sdp")),
        ]
        line = Line(self, Message("INVITE", uri, headers=headers), far, placed=True)
        line.invite.body = describe("127.0.0.1", await line.media.open())
        self._lines[line.invite.get("Call-ID")] = line
        self.send(line.invite, far)
        return line

    async def incoming(self, within_s: float = PATIENCE_S) -> Line:
        return await asyncio.wait_for(self._arrived.get(), within_s)

    def forget(self, line: Line) -> None:
        self._lines.pop(line.invite.get("Call-ID"), None)

    def via(self) -> str:
        return f"SIP/2.0/UDP {self._address}:{self.port};branch=z9hG4bK{secrets.token_hex(6)};rport"

    def send(self, message: Message, far: tuple[str, int]) -> None:
        if self._transport is not None:
            self._transport.sendto(message.bytes(), far)

    async def _ask(self, request: Message, far: tuple[str, int]) -> Message:
        awaited: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._awaited[request.get("Call-ID") + request.get("CSeq")] = awaited
        self.send(request, far)
        return await asyncio.wait_for(awaited, PATIENCE_S)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        message = parse(data)
        if message is None:
            return
        line = self._lines.get(message.get("Call-ID"))
        if message.status:
            self._on_response(message, line)
        elif line is not None and message.method != "INVITE":
            line.on_request(message)
        elif message.method == "INVITE" and line is None:
            line = Line(self, message, addr, placed=False)
            self._lines[message.get("Call-ID")] = line
            self.send(response(message, 100, "Trying"), addr)
            self._arrived.put_nowait(line)
        elif message.method not in ("ACK", "INVITE"):
            self.send(response(message, 200, "OK", "t"), addr)

    def _on_response(self, message: Message, line: Line | None) -> None:
        awaited = self._awaited.pop(message.get("Call-ID") + message.get("CSeq"), None)
        if awaited is not None and not awaited.done():
            awaited.set_result(message)
        elif line is not None:
            line.on_response(message)


def _uri(contact: str) -> str:
    found = re.search(r"<([^>]+)>", contact)
    return found.group(1) if found else contact.split(";")[0]
