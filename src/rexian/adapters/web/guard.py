"""Which addresses flows may ask: the network's, but not this machine's own and not the clouds' metadata services."""

import asyncio
import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from aiohttp.abc import AbstractResolver, ResolveResult

from rexian.core.errors import Forbidden, Unavailable

Address = IPv4Address | IPv6Address
METADATA = tuple(
    ip_network(network)
    for network in ("169.254.0.0/16", "100.100.100.200/32", "192.0.0.192/32", "fd00:ec2::254/128", "fe80::/10")
)
"""Where clouds tell a machine its own secrets: link-local mostly, at Alibaba 100.100.100.200, at Oracle 192.0.0.192."""
NAT64 = IPv6Network("64:ff9b::/96")


class Guard:
    """Knows what is forbidden. `allow`: networks (`127.0.0.0/8`) and socket folders that may be asked nevertheless."""

    def __init__(self, allow: Iterable[str] = ()) -> None:
        given = list(allow)
        self._folders = tuple(each for each in given if each.startswith("/"))
        self._networks = tuple(ip_network(each, strict=False) for each in given if not each.startswith("/"))

    def allows(self, text: str) -> bool:
        """Whether this address may be asked. What is no address may not."""
        try:
            address = _plain(ip_address(text.partition("%")[0]))
        except ValueError:
            return False
        if any(address in network for network in self._networks if network.version == address.version):
            return True
        if any(address in network for network in METADATA if network.version == address.version):
            return False
        return not (address.is_loopback or address.is_unspecified or address.is_multicast or address.is_reserved)

    def allows_folder(self, path: str) -> bool:
        """Whether a socket in this folder may be asked."""
        return path in self._folders

    async def addresses(self, host: str, port: int) -> list[tuple[int, str]]:
        """The addresses of a host that may be asked, with their families. Raises when there is none."""
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise Unavailable("web.unknown_host", "This host's name is not known; check the address.") from error
        allowed = [(int(family), str(where[0])) for family, _, _, _, where in found if self.allows(str(where[0]))]
        if not allowed:
            raise Forbidden("web.address_forbidden", "Flows may not ask this address; see the setting flows.allow.")
        return allowed


class GuardedResolver(AbstractResolver):
    """Gives a connection only addresses that may be asked, so that a name cannot lead elsewhere than was checked."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=address, port=port, family=kind, proto=0, flags=socket.AI_NUMERICHOST)
            for kind, address in await self._guard.addresses(host, port)
            if family in (socket.AF_UNSPEC, kind)
        ]

    async def close(self) -> None:
        """There is nothing to let go of."""


def _plain(address: Address) -> Address:
    """An IPv4 address that hides in an IPv6 one is judged as what it is."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address.sixtofour is not None:
            return address.sixtofour
        if address in NAT64:
            return IPv4Address(int(address) & 0xFFFFFFFF)
    return address
