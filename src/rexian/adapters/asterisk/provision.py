"""Phones and trunks as Asterisk's PJSIP objects, pushed one by one so that a change touches nothing else."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable

import structlog

from rexian.adapters.asterisk.ari import Ari
from rexian.adapters.asterisk.book import TRUNK_PREFIX
from rexian.core.errors import Invalid, NotFound
from rexian.telephony.ports import Phone, Trunk

log = structlog.stdlib.get_logger()

AT_ONCE = 8
DIRECT = "rexian-direct"
"""The endpoint for calls to a plain SIP address."""

Key = tuple[str, str]
"""(type, id)."""
Objects = dict[Key, dict[str, str]]

_ORDER = ("auth", "aor", "endpoint", "identify", "registration")
_REPLACED = ("aor", "endpoint")
# Asterisk reads the fields in order: `disallow` comes before `allow`.
_MEDIA = {"disallow": "all", "direct_media": "no", "rtp_symmetric": "yes", "rewrite_contact": "yes"}
# T.38 where the other end has it; redundancy is the error correction that all know (RFC 4612 §3, T.38 annex D).
_FAX = {"t38_udptl": "yes", "t38_udptl_ec": "redundancy", "t38_udptl_nat": "yes"}


class Provision:
    """What Asterisk has been told, and what it should know."""

    def __init__(self, ari: Ari) -> None:
        self._ari = ari
        self._wanted: Objects = direct()
        self._pushed: Objects = {}
        self._refused: Objects = {}
        self._there: set[str] = set()  # endpoints of an earlier run of ours that have not been told anew
        self._turn = asyncio.Lock()  # pushes only; calls never wait for it

    def want(self, phones: Iterable[Phone], trunks: Iterable[Trunk]) -> None:
        wanted = direct()
        for phone in phones:
            wanted |= of_phone(phone)
        for trunk in trunks:
            wanted |= of_trunk(trunk)
        self._wanted = wanted
        self._refused = {key: fields for key, fields in self._refused.items() if key in wanted}

    def forget(self) -> None:
        """Asterisk has started anew (or we have): nothing is known of what it was told."""
        self._pushed = {}
        self._refused = {}
        self._there = set()

    @property
    def refused(self) -> frozenset[Key]:
        """What Asterisk would not take when it was told last; each `push` tries it again."""
        return frozenset(self._refused)

    def phones(self) -> set[str]:
        return {name for kind, name in self._wanted if kind == "endpoint" and not _is_ours(name)}

    def registrations(self) -> dict[str, str]:
        """The trunk of each SIP address that we register as."""
        return {
            fields["client_uri"]: name.removeprefix(TRUNK_PREFIX)
            for (kind, name), fields in self._wanted.items()
            if kind == "registration"
        }

    def called(self) -> set[str]:
        """The endpoints of trunks that have an address to call, so that it can be asked whether it answers."""
        return {name for kind, name in self._wanted if kind == "aor" and name.startswith(TRUNK_PREFIX)}

    async def push(self) -> None:
        """Tell the differences.

        What Asterisk refuses stays out alone, and is told of once: a carrier whose name cannot be resolved just now
        (which Asterisk does while it takes it) must not keep the other lines from working.
        """
        async with self._turn:
            if not self._pushed:
                await self._drop_strangers()
            gone = [key for key in self._pushed if key not in self._wanted]
            changed = [key for key, fields in self._wanted.items() if self._pushed.get(key) != fields]
            for kind in reversed(_ORDER):
                await self._side_by_side(self._drop, [key for key in gone if key[0] == kind])
            for kind in _ORDER:
                await self._side_by_side(self._put, [key for key in changed if key[0] == kind])

    async def _side_by_side(self, step: Callable[[Key], Awaitable[None]], keys: list[Key]) -> None:
        for start in range(0, len(keys), AT_ONCE):
            await asyncio.gather(*(step(key) for key in keys[start : start + AT_ONCE]))

    async def _put(self, key: Key) -> None:
        """A trunk that is there is replaced: changing it would turn its callers' numbers into “unknown”.

        Asterisk makes the changed one from the text of the old, in which no caller id is written `<unknown>`; and a
        changed address is added to the old one, which is called first. Phones have a caller id, and stay: a phone that
        is replaced is out of reach for a moment.
        """
        fields = self._wanted[key]
        if key[0] in _REPLACED and _is_ours(key[1]) and (key in self._pushed or key[1] in self._there):
            await self._drop(key)
        if key[0] == "endpoint":
            self._there.discard(key[1])
        body = {"fields": [{"attribute": name, "value": value} for name, value in fields.items()]}
        try:
            await self._ari.call("PUT", _path(key), body=body)
        except Invalid:
            if self._refused.get(key) != fields:
                log.error("Asterisk refuses a line; check its addresses and names.", kind=key[0], line=key[1])
            self._refused[key] = fields
            return
        self._refused.pop(key, None)
        self._pushed[key] = fields

    async def _drop(self, key: Key) -> None:
        with contextlib.suppress(NotFound):
            await self._ari.call("DELETE", _path(key))
        self._pushed.pop(key, None)
        self._refused.pop(key, None)

    async def _drop_strangers(self) -> None:
        """Take away what an earlier run of ours has told and what is no longer wanted."""
        wanted = {name for kind, name in self._wanted if kind == "endpoint"}
        self._there = {endpoint.resource for endpoint in await self._ari.endpoints()}
        strangers = sorted(self._there - wanted)
        for kind in reversed(_ORDER):
            await self._side_by_side(self._drop, [(kind, name) for name in strangers])


def _object(kind: str, name: str, **fields: str) -> Objects:
    return {(kind, name): fields}


def _path(key: Key) -> str:
    return "/asterisk/config/dynamic/res_pjsip/" + "/".join(key)


def direct() -> Objects:
    """Only outwards: `identify_by=ip` and no addresses, so that nobody can call in under its name."""
    return _object(
        "endpoint",
        DIRECT,
        context="from-trunk",
        identify_by="ip",
        dtmf_mode="auto_info",
        **_MEDIA,
        **_FAX,
        allow="alaw,ulaw",
    )


def of_phone(phone: Phone) -> Objects:
    kind = (_WEB if phone.web else _DESK) | {"callerid": f"<{phone.number or phone.id}>"}
    return {
        **_object("auth", phone.id, auth_type="userpass", username=phone.id, password=phone.secret),
        **_object("aor", phone.id, max_contacts="1", remove_existing="yes", **_QUALIFY),
        **_object(
            "endpoint", phone.id, auth=phone.id, aors=phone.id, context="from-phone", allow_subscribe="no", **kind
        ),
    }


_QUALIFY = {"qualify_frequency": "15", "qualify_timeout": "3", "default_expiration": "120", "minimum_expiration": "30"}
_DEAD_AFTER = {"rtp_timeout": "20", "rtp_timeout_hold": "0", "rtp_keepalive": "15"}
_WEB = {**_MEDIA, **_DEAD_AFTER, "webrtc": "yes", "dtls_auto_generate_cert": "yes", "allow": "alaw,ulaw"}
_DESK = {**_MEDIA, **_DEAD_AFTER, "force_rport": "yes", "allow": "alaw,ulaw", "dtmf_mode": "auto_info"}


def of_trunk(trunk: Trunk) -> Objects:
    name = TRUNK_PREFIX + trunk.id
    secret = bool(trunk.username and trunk.secret)
    line = {"dtmf_mode": "auto_info", "rtp_timeout": "300", "trust_id_inbound": "yes", "allow_subscribe": "no"}
    endpoint = {"context": "from-trunk", "identify_by": "ip", **line, **_MEDIA, **_FAX, "allow": ",".join(trunk.codecs)}
    objects: Objects = {}
    if secret:
        objects |= _object("auth", name, auth_type="userpass", username=trunk.username, password=trunk.secret)
        endpoint["outbound_auth"] = name
    if trunk.host:
        objects |= _object("aor", name, contact=f"sip:{trunk.host}", qualify_frequency="30", qualify_timeout="3")
        endpoint["aors"] = name
    if trunk.register and trunk.username:
        endpoint |= {"from_user": trunk.username, "from_domain": trunk.host.partition(":")[0]}
    objects |= _object("endpoint", name, **endpoint)
    return objects | _identify(trunk, name) | (_registration(trunk, name) if trunk.register else {})


def _identify(trunk: Trunk, name: str) -> Objects:
    addresses = trunk.hosts or tuple(filter(None, (trunk.host.partition(":")[0],)))
    return _object("identify", name, endpoint=name, match=",".join(addresses)) if addresses else {}


def _registration(trunk: Trunk, name: str) -> Objects:
    return _object(
        "registration",
        name,
        server_uri=f"sip:{trunk.host}",
        client_uri=f"sip:{trunk.username}@{trunk.host}",
        contact_user=trunk.username,
        endpoint=name,
        line="yes",
        retry_interval="30",
        forbidden_retry_interval="300",
        **({"outbound_auth": name} if trunk.secret else {}),
    )


def _is_ours(name: str) -> bool:
    """Whether an endpoint is a trunk or the direct way, and no person's phone."""
    return name == DIRECT or name.startswith(TRUNK_PREFIX)
