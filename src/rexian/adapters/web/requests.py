"""The errand `http`: one request to a web service, with its retries, within its time and its limits."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol
from urllib.parse import urljoin, urlsplit

import aiohttp
import msgspec

from rexian import __version__
from rexian.adapters.web.breaker import Breaker
from rexian.adapters.web.guard import Guard, GuardedResolver
from rexian.core.errands import Wanted
from rexian.core.errors import Forbidden, Invalid, RexianError, Unavailable
from rexian.core.ids import TenantId
from rexian.flows.expressions import read
from rexian.flows.secrets import Secret

LARGEST = 1_000_000
"""Bytes of an answer."""
MOST_HOPS = 3
MOST_CONNECTIONS = 200
MOST_A_HOST = 50
REPEATABLE = frozenset({"GET", "PUT", "DELETE"})
"""RFC 9110 §9.2.2: asked twice they do the same as once."""
PAUSE_S = 0.1
REDIRECTS = frozenset({301, 302, 303, 307, 308})


class SecretsOf(Protocol):
    async def open(self, tenant: TenantId, name: str) -> Secret:
        """Raises `NotFound`."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes


class Requests:
    """Asks web services. Nothing of what is asked or answered is logged."""

    def __init__(self, guard: Guard, secrets: SecretsOf) -> None:
        self._guard = guard
        self._secrets = secrets
        self._breaker = Breaker()
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def ask(self, wanted: Wanted) -> dict[str, Any]:
        """Gives `{status, values}`; raises why there is no answer."""
        given = wanted.parameters
        headers = {**given["headers"], "Accept": "application/json", "Accept-Encoding": "identity"}
        secret = await self._secrets.open(wanted.tenant, given["secret"]) if given["secret"] else None
        key = f"{wanted.tenant}/{urlsplit(given['url']).netloc}"
        if not self._breaker.lets_through(key, time.monotonic()):
            raise Unavailable("web.left_alone", "This host has failed several times and is left alone for a while.")
        try:
            async with asyncio.timeout(wanted.within_s):
                answer = await self._tried(given, headers, secret)
        except (TimeoutError, Unavailable, asyncio.CancelledError):
            self._breaker.failed(key, time.monotonic())
            raise
        except RexianError:
            self._breaker.succeeded(key)
            raise
        if answer.status >= 500:
            self._breaker.failed(key, time.monotonic())
        else:
            self._breaker.succeeded(key)
        return {"status": answer.status, "values": _kept(given["keep"], answer)}

    async def _tried(self, given: Mapping[str, Any], headers: dict[str, str], secret: Secret | None) -> Answer:
        """Once, and again where that can do no harm: nothing was sent, or it is the same when sent twice."""
        left = int(given["retries"])
        pause = PAUSE_S
        while True:
            try:
                answer = await self._followed(given, headers, secret)
                if answer.status < 500 or not left or given["method"] not in REPEATABLE:
                    return answer
            except NotSent:
                if not left:
                    raise
            except Unavailable:
                if not left or given["method"] not in REPEATABLE:
                    raise
            left -= 1
            await asyncio.sleep(pause)
            pause *= 2

    async def _followed(self, given: Mapping[str, Any], headers: dict[str, str], secret: Secret | None) -> Answer:
        """The answer, after a few redirects. A secret goes to its own hosts only."""
        url, method, body, query = given["url"], given["method"], given["body"], given["query"]
        for _ in range(MOST_HOPS + 1):
            self._check(url)
            sent = {**headers, **_unlocked(secret, url)}
            answer, location = await self._once(method, url, query=query, headers=sent, body=body)
            if answer.status not in REDIRECTS or not location:
                return answer
            url, query = urljoin(url, location), {}
            if answer.status in (301, 302, 303) and method != "GET":
                method, body = "GET", None
        raise Unavailable("web.redirects", f"The service has sent us on more than {MOST_HOPS} times.")

    def _check(self, url: str) -> None:
        """An address that stands in the URL itself never comes to the resolver."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.scheme not in ("http", "https") or not host:
            raise Invalid("web.url", "A web address begins with http:// or https:// and names a host.")
        if (":" in host or host.replace(".", "").isdigit()) and not self._guard.allows(host):
            raise Forbidden("web.address_forbidden", "Flows may not ask this address; see the setting flows.allow.")

    async def _once(
        self, method: str, url: str, *, query: Mapping[str, str], headers: dict[str, str], body: Any
    ) -> tuple[Answer, str]:
        content: dict[str, Any] = {} if body is None else {"data": msgspec.json.encode(body)}
        if content:
            headers = {"Content-Type": "application/json", **headers}
        try:
            async with self._open().request(
                method, url, params=query, headers=headers, allow_redirects=False, **content
            ) as reply:
                return Answer(reply.status, await _read(reply)), reply.headers.get("Location", "")
        except aiohttp.ClientConnectorError as error:
            raise NotSent from error
        except (aiohttp.InvalidURL, ValueError) as error:
            raise Invalid("web.url", "A web address begins with http:// or https:// and names a host.") from error
        except (aiohttp.ClientError, OSError) as error:
            raise Unavailable("web.broken", "The service's answer broke off.") from error

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(
                limit=MOST_CONNECTIONS,
                limit_per_host=MOST_A_HOST,
                resolver=GuardedResolver(self._guard),
                use_dns_cache=False,
            )
            self._session = aiohttp.ClientSession(
                connector=connector,
                timeout=aiohttp.ClientTimeout(total=None),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trust_env=False,
                headers={"User-Agent": f"Rexian/{__version__}"},
            )
        return self._session


class NotSent(Unavailable):
    """The host could not be reached: nothing has happened there."""

    def __init__(self) -> None:
        super().__init__("web.unreachable", "The service cannot be reached.")


def _unlocked(secret: Secret | None, url: str) -> dict[str, str]:
    if secret is None:
        return {}
    if (urlsplit(url).hostname or "").lower() not in secret.hosts:
        raise Forbidden("web.secret_elsewhere", "This secret is not for this host.")
    return {secret.header: secret.value}


async def _read(reply: aiohttp.ClientResponse) -> bytes:
    """The body, which must be plain and not too large, however slowly it comes."""
    if reply.headers.get("Content-Encoding", "identity").lower() not in ("", "identity"):
        raise Invalid("web.encoded", "The answer is compressed, though that was not asked for.")
    body = bytearray()
    async for piece in reply.content.iter_any():
        body += piece
        if len(body) > LARGEST:
            reply.close()
            raise Invalid("web.too_large", f"The answer has more than {LARGEST} bytes.")
    return bytes(body)


class Brought:
    """The names that `keep` may use."""

    def __init__(self, answer: Answer, parsed: Any) -> None:
        self.now = datetime.now(UTC)
        self._known = {"answer": parsed, "status": answer.status}

    def value(self, path: str) -> Any:
        return self._known.get(path)


def _kept(keep: Mapping[str, str], answer: Answer) -> dict[str, Any]:
    """What is wanted of the answer; raises `Invalid` when it is no JSON or cannot be computed."""
    if not keep:
        return {}
    try:
        parsed = msgspec.json.decode(answer.body) if answer.body.strip() else None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        if 200 <= answer.status < 300:
            raise Invalid("web.no_json", "The answer is no JSON.") from error
        parsed = None
    names = Brought(answer, parsed)
    return {name: read(text).evaluate(names) for name, text in keep.items()}
