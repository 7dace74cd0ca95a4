"""SIP messages (RFC 3261 §7) and the session descriptions in them (RFC 8866): as much as a robot's telephone needs."""

import re
from dataclasses import dataclass, field

CRLF = "\r\n"
COMPACT = {
    "v": "via",
    "f": "from",
    "t": "to",
    "i": "call-id",
    "m": "contact",
    "l": "content-length",
    "c": "content-type",
}
MU_LAW = 0
KEYS = 101
"""RTP payload types: PCMU (RFC 3551) and telephone-event (RFC 4733)."""


@dataclass(frozen=True, slots=True)
class Message:
    """A request or a response; header names are lower case, and a name may stand more than once."""

    start: str
    headers: tuple[tuple[str, str], ...]
    body: str = ""

    @property
    def status(self) -> int:
        """Of a response; 0 for a request."""
        return int(self.start.split(" ", 2)[1]) if self.start.startswith("SIP/2.0 ") else 0

    @property
    def method(self) -> str:
        """Of the request, or of the request that this answers."""
        return self["cseq"].split()[1] if self.status else self.start.split(" ", 1)[0]

    def __getitem__(self, name: str) -> str:
        return next((value for known, value in self.headers if known == name), "")

    def all(self, name: str) -> list[str]:
        return [value for known, value in self.headers if known == name]

    def encoded(self) -> bytes:
        lines = [self.start, *(f"{name}: {value}" for name, value in self.headers)]
        lines.append(f"content-length: {len(self.body.encode())}")
        return (CRLF.join(lines) + CRLF + CRLF + self.body).encode()


def parsed(raw: bytes) -> Message | None:
    """None for what is no message (keep-alives are empty lines)."""
    head, _, body = raw.decode(errors="replace").partition(CRLF + CRLF)
    start, *lines = head.split(CRLF)
    if "SIP/2.0" not in start:
        return None
    pairs = [line.partition(":") for line in lines if ":" in line]
    headers = [(COMPACT.get(name.strip().lower(), name.strip().lower()), value.strip()) for name, _, value in pairs]
    return Message(start, tuple((name, value) for name, value in headers if name != "content-length"), body)


def answer(request: Message, status: int, reason: str, *, tag: str = "", contact: str = "", body: str = "") -> Message:
    """The response to a request: its Via, From, To, Call-ID and CSeq, as RFC 3261 §8.2.6 asks."""
    to = request["to"]
    if tag and ";tag=" not in to:
        to += f";tag={tag}"
    headers = [("via", via) for via in request.all("via")]
    headers += [("record-route", route) for route in request.all("record-route")]
    headers += [("from", request["from"]), ("to", to), ("call-id", request["call-id"]), ("cseq", request["cseq"])]
    headers += [("contact", contact)] if contact else []
    headers += [("content-type", "application/sdp")] if body else []
    return Message(f"SIP/2.0 {status} {reason}", tuple(headers), body)


def uri_in(header: str) -> str:
    """`"Wang" <sip:1001@host>;tag=x` → `sip:1001@host`."""
    found = re.search(r"<([^>]+)>", header)
    return found.group(1) if found else header.split(";")[0].strip()


def user_in(header: str) -> str:
    """The part before the @."""
    return uri_in(header).removeprefix("sip:").split("@")[0]


def description(address: str, port: int) -> str:
    """An offer or an answer: µ-law speech and keys."""
    lines = (
        *("v=0", f"o=robot 1 1 IN IP4 {address}", "s=-", f"c=IN IP4 {address}", "t=0 0"),
        *(f"m=audio {port} RTP/AVP {MU_LAW} {KEYS}", f"a=rtpmap:{MU_LAW} PCMU/8000"),
        *(f"a=rtpmap:{KEYS} telephone-event/8000", f"a=fmtp:{KEYS} 0-16", "a=ptime:20", "a=sendrecv"),
    )
    return CRLF.join(lines) + CRLF


@dataclass(frozen=True, slots=True)
class Far:
    """Where the other side wants its sound."""

    address: str
    port: int
    payloads: tuple[int, ...] = field(default=())


def far_in(body: str) -> Far | None:
    address = re.search(r"^c=IN IP4 (\S+)", body, re.MULTILINE)
    audio = re.search(r"^m=audio (\d+) \S+ ([\d ]+)", body, re.MULTILINE)
    if address is None or audio is None:
        return None
    return Far(address.group(1), int(audio.group(1)), tuple(int(number) for number in audio.group(2).split()))
