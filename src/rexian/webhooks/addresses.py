"""Where webhooks may go: never to the machine's own insides or a cloud's metadata, whatever a name resolves to."""

import ipaddress
import socket
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from rexian.core.errors import Forbidden, Invalid

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_METADATA = {ipaddress.ip_address(text) for text in ("100.100.100.200", "168.63.129.16", "fd00:ec2::254")}
"""Cloud metadata services outside of the link-local ranges."""


def check_url(url: str, *, private: bool) -> None:
    """Raises `Invalid` for what is no plain http or https address, and for one where webhooks may not go."""
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username
        good = good and (parts.port is None or parts.port > 0)
    except ValueError:
        good = False
    if not good or any(ord(sign) <= 32 for sign in url):
        raise Invalid("webhook.url", "A webhook's address begins with http:// or https:// and names a host.")
    try:
        require_open_literal(url, private=private)
    except Forbidden as error:
        raise Invalid(error.code, error.message) from error


def is_open(text: str, *, private: bool) -> bool:
    """Whether a request may go to this IP address; `private`: also to this machine and its own networks."""
    address: Address = ipaddress.ip_address(text)
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if address.is_link_local or address.is_multicast or address.is_unspecified or address in _METADATA:
        return False
    return address.is_global or private


class Guard(AbstractResolver):
    """Resolves names for a client, and lets none through that leads where webhooks may not go."""

    def __init__(self, *, private: bool) -> None:
        self._private = private
        self._resolver = aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        for each in found:
            require_open(each["host"], private=self._private)
        return found

    async def close(self) -> None:
        await self._resolver.close()


def require_open(address: str, *, private: bool) -> None:
    """Raises `Forbidden`."""
    if not is_open(address, private=private):
        raise Forbidden(
            "webhook.address",
            "Webhooks may not go to this address; REXIAN_WEBHOOKS__PRIVATE=true lets them into the own network.",
        )


def require_open_literal(url: str, *, private: bool) -> None:
    """The same for an address that is written into the URL itself, which is never resolved."""
    host = urlsplit(url).hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return
    require_open(host, private=private)
