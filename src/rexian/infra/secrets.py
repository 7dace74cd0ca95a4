"""Secrets at rest: sealed with the data folder's key, bound to what they belong to."""

import base64
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from rexian.core.errors import Unavailable

_NONCE = 12  # bytes; NIST SP 800-38D §8.2
_MARK = "v1:"


class Secrets:
    """Seals and opens short texts (AES-256-GCM). `context` (`trunk:<id>`) must be the same for both."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    @classmethod
    def kept_in(cls, file: Path) -> "Secrets":
        """With the key in `file`, which is made (readable by its owner only) when it is missing."""
        if not file.exists():
            _make_key(file)
        return cls(base64.b64decode(file.read_text()))

    def seal(self, text: str, context: str) -> str:
        nonce = os.urandom(_NONCE)
        sealed = self._cipher.encrypt(nonce, text.encode(), context.encode())
        return _MARK + base64.b64encode(nonce + sealed).decode()

    def open(self, sealed: str, context: str) -> str:
        """Raises `Unavailable` when the text was sealed with another key or for another context."""
        raw = base64.b64decode(sealed.removeprefix(_MARK))
        try:
            return self._cipher.decrypt(raw[:_NONCE], raw[_NONCE:], context.encode()).decode()
        except InvalidTag as error:
            raise Unavailable(
                "secret.unreadable",
                "A stored secret cannot be opened with this data folder's key. Restore the key file, or enter it anew.",
            ) from error


def _make_key(file: Path) -> None:
    """Written aside and linked in, so that of two processes starting together one key wins and none is half-read."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(base64.b64encode(AESGCM.generate_key(256)))
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
