"""Where webhooks may go, and how they are signed."""

from datetime import UTC, datetime, timedelta

import pytest

from rexian.core.errors import Forbidden, Invalid
from rexian.webhooks.addresses import Guard, check_url, is_open, require_open_literal
from rexian.webhooks.signing import new_secret, signature, verified

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("url", ["https://hooks.example.com/a?b=c", "http://10.0.0.4:8080/x", "http://[2001:db8::1]/"])
def test_http_addresses_are_taken(url: str) -> None:
    check_url(url, private=True)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/x",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://",
        "http://user:word@example.com/",
        "http://example.com:99999/",
        "http://exa mple.com/",
        "http://example.com/\r\nX: y",
        "example.com",
    ],
)
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(Invalid):
        check_url(url, private=True)


def test_an_address_that_is_never_reached_is_not_taken_either() -> None:
    with pytest.raises(Invalid, match="REXIAN_WEBHOOKS__PRIVATE"):
        check_url("http://127.0.0.1:8080/x", private=False)
    with pytest.raises(Invalid):
        check_url("http://169.254.169.254/latest", private=True)
    check_url("http://93.184.216.34/x", private=False)


@pytest.mark.parametrize(
    "address",
    [
        *("169.254.169.254", "fe80::1", "100.100.100.200", "168.63.129.16", "fd00:ec2::254"),
        *("0.0.0.0", "224.0.0.1", "::", "::ffff:169.254.169.254"),
    ],
)
def test_metadata_is_never_reached(address: str) -> None:
    assert not is_open(address, private=False)
    assert not is_open(address, private=True)


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "192.168.1.1", "172.16.0.9", "::1", "::ffff:127.0.0.1"])
def test_the_own_network_is_reached_only_where_that_is_wished(address: str) -> None:
    assert not is_open(address, private=False)
    assert is_open(address, private=True)


def test_the_wide_world_is_reached() -> None:
    assert is_open("93.184.216.34", private=False)


async def test_a_name_that_leads_inside_is_as_closed_as_its_address() -> None:
    guard = Guard(private=False)
    with pytest.raises(Forbidden):
        await guard.resolve("localhost", 80)
    await guard.close()
    with pytest.raises(Forbidden):
        require_open_literal("http://127.0.0.1/", private=False)
    require_open_literal("http://localhost/", private=False)


def test_a_signature_holds_for_its_body_and_for_a_while() -> None:
    secret, body = new_secret(), b'{"event":"alert.raised"}'
    header = signature(secret, body, NOW)
    assert verified(secret, body, header, now=NOW + timedelta(seconds=60))
    assert not verified(secret, body + b" ", header, now=NOW)
    assert not verified(new_secret(), body, header, now=NOW)
    assert not verified(secret, body, header, now=NOW + timedelta(minutes=6))
    for broken in ("", "t=x,v1=0", "v1=0", header.replace("t=", "t=9")):
        assert not verified(secret, body, broken, now=NOW)
