"""The signature by which a receiver knows that a request is ours, and new. Pure."""

import hashlib
import hmac
import secrets
from datetime import datetime

HEADER = "X-Rexian-Signature"


def new_secret() -> str:
    return f"whs_{secrets.token_urlsafe(32)}"


def signature(secret: str, body: bytes, at: datetime) -> str:
    """`t=<seconds since 1970>,v1=<hex HMAC-SHA256 of "<t>." and the body>` (RFC 2104), for the header `HEADER`."""
    seconds = int(at.timestamp())
    digest = hmac.new(secret.encode(), b"%d." % seconds + body, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={digest}"


def verified(secret: str, body: bytes, header: str, *, now: datetime, tolerance_s: float = 300.0) -> bool:
    """Whether `header` signs `body`, and not too long ago: what a receiver should ask."""
    parts = dict(part.partition("=")[::2] for part in header.split(","))
    try:
        at = datetime.fromtimestamp(int(parts["t"]), now.tzinfo)
    except (KeyError, ValueError, OverflowError, OSError):
        return False
    fresh = abs((now - at).total_seconds()) <= tolerance_s
    return fresh and hmac.compare_digest(signature(secret, body, at), header)
