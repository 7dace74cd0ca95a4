"""Passwords: Argon2id, off the event loop, few at a time (each takes 64 MiB)."""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from rexian.core.errors import Invalid, Unavailable

SHORTEST = 8
LONGEST = 200


class Passwords:
    """Hashes and checks passwords. The default costs are RFC 9106 §4's second choice.

    `at_once` are worked on, `waiting` more may wait (a shift that signs in together); the rest is turned away, so that
    a flood of guesses cannot keep everybody out.
    """

    def __init__(self, hasher: PasswordHasher | None = None, *, at_once: int = 2, waiting: int = 300) -> None:
        self._hasher = hasher or PasswordHasher()
        self._room = asyncio.Semaphore(at_once)
        self._places = at_once + waiting
        self._nobodys = self._hasher.hash("nobody's password")

    async def hash(self, password: str) -> str:
        """Raises `Invalid` when the password is too short or too long."""
        if not SHORTEST <= len(password) <= LONGEST:
            raise Invalid(
                "password.length",
                f"A password has {SHORTEST} to {LONGEST} characters.",
                shortest=SHORTEST,
                longest=LONGEST,
            )
        async with self._room:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def check(self, password: str, kept: str | None) -> bool:
        """Whether `password` is the one behind `kept`; without a `kept` it is not, and takes as long to say so."""
        if self._places <= 0:
            raise Unavailable("session.busy", "Too many sign in at this moment; try again in a few seconds.")
        self._places -= 1
        try:
            async with self._room:
                good = await asyncio.to_thread(self._verify, kept or self._nobodys, password[: LONGEST + 1])
        finally:
            self._places += 1
        return good and kept is not None

    def _verify(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False
