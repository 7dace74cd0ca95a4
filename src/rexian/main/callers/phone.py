"""A robot's telephone: many calls over one UDP port, out and in (a user agent after RFC 3261, on loopback)."""

import asyncio
import secrets
from collections.abc import Callable

from rexian.main.callers.messages import Far, Message, answer, description, far_in, parsed, uri_in, user_in
from rexian.main.callers.sound import Clockwork, Sound

RESEND_S = (0.5, 1.0, 2.0, 4.0)
"""RFC 3261 §17.1.1.2, timer A."""


class Phone(asyncio.DatagramProtocol):
    """Owns the port; `on_call` hears of calls that come in."""

    def __init__(self, clockwork: Clockwork, *, on_call: "Callable[[Call], None] | None" = None) -> None:
        self.clockwork = clockwork
        self.address = "127.0.0.1"
        self.port = 0
        self._on_call = on_call
        self._calls: dict[str, Call] = {}
        self._transport: asyncio.DatagramTransport | None = None

    async def open(self, address: str = "127.0.0.1") -> None:
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(address, 0))
        self.address, self.port = self._transport.get_extra_info("sockname")

    def close(self) -> None:
        for call in tuple(self._calls.values()):
            call.hang_up()
        if self._transport is not None:
            self._transport.close()

    async def call(self, target: str, *, caller: str, far: tuple[str, int]) -> "Call":
        """Place a call to a SIP address, by way of the switch at `far`."""
        call = Call(self, far, call_id=f"{secrets.token_hex(8)}@{self.address}")
        self._calls[call.call_id] = call
        await call.invite(target, caller)
        return call

    def send(self, message: Message, far: tuple[str, int]) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.sendto(message.encoded(), far)

    def forget(self, call: "Call") -> None:
        self._calls.pop(call.call_id, None)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        message = parsed(data)
        if message is None:
            return
        call = self._calls.get(message["call-id"])
        if call is None and message.method == "INVITE" and not message.status and self._on_call is not None:
            call = self._calls[message["call-id"]] = Call(self, addr, call_id=message["call-id"])
            call.take_offer(message)
            self._on_call(call)
        elif call is not None:
            call.receive(message)
        elif not message.status and message.method != "ACK":
            self.send(answer(message, 200 if message.method == "OPTIONS" else 481, "Well"), addr)


class Call:
    """One call, ours or theirs."""

    def __init__(self, phone: Phone, far: tuple[str, int], *, call_id: str) -> None:
        self.call_id = call_id
        self.sound = Sound()
        self.answered = asyncio.Event()
        self.ended = asyncio.Event()
        self.caller = self.called = ""
        self.headers: dict[str, str] = {}
        self._phone = phone
        self._far = far
        self._tag = secrets.token_hex(4)
        self._cseq = 0
        self._ours = self._theirs = self._target = ""
        self._offer: Message | None = None
        self._body = ""
        self._invite: Message | None = None
        self._resend: asyncio.TimerHandle | None = None

    async def invite(self, target: str, caller: str) -> None:
        self._target = target
        self._ours = f"<sip:{caller}@{self._phone.address}:{self._phone.port}>;tag={self._tag}"
        self._theirs = f"<{target}>"
        self._body = description(self._phone.address, await self.sound.open(self._phone.address))
        self._invite = self._request("INVITE", self._body)
        self._send_invite(0)

    def take_offer(self, request: Message) -> None:
        """A call has come in: remember who calls and where; ring."""
        self._offer = request
        self.caller, self.called = user_in(request["from"]), user_in(request.start.split(" ")[1])
        self.headers = {name: value for name, value in request.headers if name.startswith("x-")}
        self._ours, self._theirs = f"{request['to']};tag={self._tag}", request["from"]
        self._target = uri_in(request["contact"])
        self._phone.send(answer(request, 180, "Ringing", tag=self._tag, contact=self._contact), self._far)

    async def answer(self) -> None:
        """Pick up."""
        if self._offer is None or self.ended.is_set():
            return
        self._body = description(self._phone.address, await self.sound.open(self._phone.address))
        self._listen(far_in(self._offer.body))
        self._say_yes(self._offer)
        self.answered.set()

    def hang_up(self) -> None:
        """End it, in whatever state it is; `ended` follows."""
        if self.ended.is_set():
            return
        if self.answered.is_set():
            self._phone.send(self._request("BYE"), self._far)
        elif self._offer is not None:
            self._phone.send(answer(self._offer, 486, "Busy Here", tag=self._tag), self._far)
        elif self._invite is not None:
            self._phone.send(self._like_invite("CANCEL"), self._far)
        self._end()

    def receive(self, message: Message) -> None:
        if message.status:
            if message.method == "INVITE":
                self._take_answer(message)
            return
        match message.method:
            case "INVITE":  # a change of the session: we speak where it says
                if self.answered.is_set():
                    self._listen(far_in(message.body))
                    self._say_yes(message)
            case "BYE":
                self._phone.send(answer(message, 200, "OK", tag=self._tag), self._far)
                self._end()
            case "CANCEL":
                self._phone.send(answer(message, 200, "OK", tag=self._tag), self._far)
                if self._offer is not None and not self.answered.is_set():
                    self._phone.send(answer(self._offer, 487, "Request Terminated", tag=self._tag), self._far)
                    self._end()
            case "ACK":
                pass
            case _:
                self._phone.send(answer(message, 200, "OK", tag=self._tag), self._far)

    def _take_answer(self, message: Message) -> None:
        if self._resend is not None:
            self._resend.cancel()
        if message.status < 200:
            return
        self._theirs = message["to"]
        if message.status < 300:
            self._target = uri_in(message["contact"]) or self._target
            self._phone.send(self._request("ACK"), self._far)
            if self.ended.is_set():  # it crossed with our CANCEL
                self._phone.send(self._request("BYE"), self._far)
            elif not self.answered.is_set():
                self._listen(far_in(message.body))
                self.answered.set()
        else:
            self._phone.send(self._like_invite("ACK", to=message["to"]), self._far)
            self._end()

    def _say_yes(self, request: Message) -> None:
        yes = answer(request, 200, "OK", tag=self._tag, contact=self._contact, body=self._body)
        self._phone.send(yes, self._far)

    def _listen(self, far: Far | None) -> None:
        if far is not None:
            self.sound.send_to(far.address, far.port)
            self._phone.clockwork.add(self.sound)

    def _send_invite(self, tries: int) -> None:
        assert self._invite is not None, "made before it is sent"
        if tries == len(RESEND_S):
            self._end()
            return
        self._phone.send(self._invite, self._far)
        self._resend = asyncio.get_running_loop().call_later(RESEND_S[tries], self._send_invite, tries + 1)

    def _request(self, method: str, body: str = "") -> Message:
        if method != "ACK":
            self._cseq += 1
        via = f"SIP/2.0/UDP {self._phone.address}:{self._phone.port};branch=z9hG4bK{secrets.token_hex(6)};rport"
        headers = (
            *(("via", via), ("max-forwards", "70"), ("from", self._ours), ("to", self._theirs)),
            *(("call-id", self.call_id), ("cseq", f"{self._cseq} {method}"), ("contact", self._contact)),
            *((("content-type", "application/sdp"),) if body else ()),
        )
        return Message(f"{method} {self._target} SIP/2.0", headers, body)

    def _like_invite(self, method: str, to: str = "") -> Message:
        """CANCEL, and the ACK of a refusal, carry the INVITE's Via (RFC 3261 §9.1, §17.1.1.3)."""
        assert self._invite is not None, "sent before"
        number = self._invite["cseq"].split()[0]
        changed = {"cseq": f"{number} {method}", "to": to or self._invite["to"]}
        headers = tuple((name, changed.get(name, value)) for name, value in self._invite.headers)
        headers = tuple(pair for pair in headers if pair[0] != "content-type")
        return Message(f"{method} {self._invite.start.split(' ')[1]} SIP/2.0", headers)

    @property
    def _contact(self) -> str:
        return f"<sip:robot@{self._phone.address}:{self._phone.port}>"

    def _end(self) -> None:
        if self._resend is not None:
            self._resend.cancel()
        self._phone.clockwork.discard(self.sound)
        self.sound.close()
        self.ended.set()
        asyncio.get_running_loop().call_later(5, self._phone.forget, self)  # late repeats are still answered
