"""A host that does not answer is left alone for a while, so that callers do not wait for it one after the other."""

from dataclasses import dataclass

FAILURES = 5
"""So many in a row open the circuit."""
OPEN_S = 30.0
MOST_HOSTS = 10_000


@dataclass(slots=True)
class _Host:
    failures: int = 0
    until: float = 0.0
    trying: bool = False


class Breaker:
    """By key (tenant and host). Times are seconds of one monotonic clock, given with each call."""

    def __init__(self) -> None:
        self._hosts: dict[str, _Host] = {}

    def lets_through(self, key: str, now: float) -> bool:
        """Whether it may be asked; after the pause one alone may try."""
        host = self._hosts.get(key)
        if host is None or host.failures < FAILURES:
            return True
        if now < host.until or host.trying:
            return False
        host.trying = True
        return True

    def succeeded(self, key: str) -> None:
        self._hosts.pop(key, None)

    def failed(self, key: str, now: float) -> None:
        if key not in self._hosts and len(self._hosts) >= MOST_HOSTS:
            self._hosts.pop(next(iter(self._hosts)))
        host = self._hosts.setdefault(key, _Host())
        host.failures += 1
        host.trying = False
        host.until = now + OPEN_S
