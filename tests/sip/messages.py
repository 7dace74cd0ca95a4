"""SIP messages as text: parse, build, digest (RFC 3261, RFC 2617) and the little SDP that one G.711 stream needs."""

import hashlib
import re
import secrets
from dataclasses import dataclass, field


@dataclass(slots=True)
class Message:
    """A request (`method`, `uri`) or a response (`status`)."""

    method: str = ""
    uri: str = ""
    status: int = 0
    reason: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: str = ""

    def get(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    def all(self, name: str) -> list[tuple[str, str]]:
        return [(key, value) for key, value in self.headers if key.lower() == name.lower()]

    @property
    def cseq(self) -> tuple[int, str]:
        number, method = self.get("CSeq").split()
        return int(number), method

    def bytes(self) -> bytes:
        first = f"{self.method} {self.uri} SIP/2.0" if self.method else f"SIP/2.0 {self.status} {self.reason}"
        lines = [first, *(f"{key}: {value}" for key, value in self.headers), f"Content-Length: {len(self.body)}"]
        return ("\r\n".join(lines) + "\r\n\r\n" + self.body).encode()


_SHORT = {
    "v": "Via",
    "f": "From",
    "t": "To",
    "i": "Call-ID",
    "m": "Contact",
    "c": "Content-Type",
    "l": "Content-Length",
}


def parse(data: bytes) -> Message | None:
    head, _, body = data.decode(errors="replace").partition("\r\n\r\n")
    lines = head.split("\r\n")
    headers = []
    for line in lines[1:]:
        key, _, value = line.partition(":")
        key = _SHORT.get(key.strip().lower(), key.strip())
        if key.lower() != "content-length":
            headers.append((key, value.strip()))
    words = lines[0].split(" ", 2)
    if len(words) < 3:
        return None
    if words[0] == "SIP/2.0":
        return Message(status=int(words[1]), reason=words[2], headers=headers, body=body)
    return Message(method=words[0], uri=words[1], headers=headers, body=body)


def response(request: Message, status: int, reason: str, tag: str = "", **headers: str) -> Message:
    copied = [item for name in ("Via", "Record-Route", "From", "To", "Call-ID", "CSeq") for item in request.all(name)]
    if tag:
        copied = [(k, f"{v};tag={tag}" if k == "To" and ";tag=" not in v else v) for k, v in copied]
    return Message(status=status, reason=reason, headers=[*copied, *headers.items()])


def authorization(challenge: str, *, user: str, password: str, method: str, uri: str) -> str:
    """The answer to a digest challenge, with `qop=auth` when it is offered."""
    asked = dict(re.findall(r'(\w+)="?([^",]+)"?', challenge))
    ha1 = _md5(f"{user}:{asked['realm']}:{password}")
    ha2 = _md5(f"{method}:{uri}")
    cnonce, count = secrets.token_hex(8), "00000001"
    middle = f"{asked['nonce']}:{count}:{cnonce}:auth" if "qop" in asked else asked["nonce"]
    fields = {"username": user, "realm": asked["realm"], "nonce": asked["nonce"], "uri": uri}
    fields["response"] = _md5(f"{ha1}:{middle}:{ha2}")
    if "opaque" in asked:
        fields["opaque"] = asked["opaque"]
    text = ", ".join(f'{key}="{value}"' for key, value in fields.items())
    return f"Digest {text}" + (f', qop=auth, nc={count}, cnonce="{cnonce}"' if "qop" in asked else "")


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def describe(address: str, port: int) -> str:
    """An SDP of A-law and telephone events."""
    lines = [
        *("v=0", f"o=- 1 1 IN IP4 {address}", "s=-", f"c=IN IP4 {address}", "t=0 0", f"m=audio {port} RTP/AVP 8 101"),
        *("a=rtpmap:8 PCMA/8000", "a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-16", "a=ptime:20", "a=sendrecv"),
    ]
    return "\r\n".join(lines) + "\r\n"


def media_address(sdp: str) -> tuple[str, int]:
    address = re.search(r"c=IN IP4 (\S+)", sdp)
    port = re.search(r"m=audio (\d+)", sdp)
    assert address is not None
    assert port is not None
    return address.group(1), int(port.group(1))
