"""What the switch is told of phones."""

from collections.abc import Mapping
from typing import Any

import pytest

from rexian.adapters.asterisk.ari import Ari, Endpoint
from rexian.adapters.asterisk.config import Access
from rexian.adapters.asterisk.provision import Provision, of_phone
from rexian.core.errors import Invalid
from rexian.telephony.ports import Phone, Trunk
from rexian.telephony.service import CODECS

ACCESS = Access(
    ari_url="http://127.0.0.1:1",
    ari_user="",
    ari_password="",
    ami_host="127.0.0.1",
    ami_port=1,
    ami_user="",
    ami_password="",
    prompts="",
    recordings="",
)


@pytest.mark.parametrize("web", [True, False])
def test_phones_speak_at_the_one_rate_that_recordings_have(web: bool) -> None:
    objects = of_phone(Phone(id="demo-1001", secret="s", web=web))
    endpoints = [fields for fields in objects.values() if "allow" in fields]
    assert [set(fields["allow"].split(",")) for fields in endpoints] == [set(CODECS)]


async def test_a_phone_that_is_there_stays_when_it_is_told_anew_and_a_trunk_is_replaced() -> None:
    said: list[tuple[str, str]] = []

    class Told(Ari):
        async def call(
            self, method: str, path: str, params: Mapping[str, str] | None = None, body: Mapping[str, Any] | None = None
        ) -> bytes:
            said.append((method, path.rpartition("/")[2]))
            return b""

        async def endpoints(self) -> list[Endpoint]:
            return [Endpoint(resource=name, state="online") for name in ("demo-1001", "trunk-t1", "rexian-direct")]

    provision = Provision(Told(ACCESS))
    provision.want([Phone(id="demo-1001", secret="s")], [Trunk(id="t1", host="carrier")])
    await provision.push()
    assert {name for method, name in said if method == "DELETE"} == {"trunk-t1", "rexian-direct"}


async def test_a_trunk_that_has_moved_is_called_at_its_new_address_alone() -> None:
    """Told of another address, Asterisk keeps the one that it has beside it, and calls that."""
    said: list[tuple[str, str]] = []

    class Told(Ari):
        async def call(
            self, method: str, path: str, params: Mapping[str, str] | None = None, body: Mapping[str, Any] | None = None
        ) -> bytes:
            said.append((method, "/".join(path.split("/")[-2:])))
            return b""

        async def endpoints(self) -> list[Endpoint]:
            return []

    provision = Provision(Told(ACCESS))
    provision.want([], [Trunk(id="t1", host="carrier", hosts=("10.0.0.1",))])
    await provision.push()
    assert "DELETE" not in {method for method, _ in said}
    said.clear()
    provision.want([], [Trunk(id="t1", host="elsewhere", hosts=("10.0.0.1",))])
    await provision.push()
    assert said == [("DELETE", "aor/trunk-t1"), ("PUT", "aor/trunk-t1")]


def test_every_phone_has_a_caller_id_because_a_changed_one_without_would_be_unknown() -> None:
    for number, written in (("", "<demo-1001>"), ("1001", "<1001>")):
        objects = of_phone(Phone(id="demo-1001", secret="s", number=number))
        assert objects["endpoint", "demo-1001"]["callerid"] == written


async def test_a_line_that_is_refused_stays_out_alone_and_is_tried_again() -> None:
    """Asterisk resolves a carrier's name as it takes the line: where that fails, the other lines work all the same."""
    resolved: set[str] = set()
    said: list[str] = []

    class Picky(Ari):
        async def call(
            self, method: str, path: str, params: Mapping[str, str] | None = None, body: Mapping[str, Any] | None = None
        ) -> bytes:
            told = "/".join(path.split("/")[-2:])
            if told == "identify/trunk-t1" and "carrier" not in resolved:
                raise Invalid("voice.refused", "failed field value validation")
            said.append(told)
            return b""

        async def endpoints(self) -> list[Endpoint]:
            return []

    provision = Provision(Picky(ACCESS))
    provision.want([Phone(id="demo-1001", secret="s")], [Trunk(id="t1", host="carrier"), Trunk(id="t2", host="other")])
    await provision.push()
    assert {"endpoint/demo-1001", "endpoint/trunk-t1", "identify/trunk-t2"} <= set(said)
    assert provision.refused == {("identify", "trunk-t1")}

    resolved.add("carrier")
    said.clear()
    await provision.push()
    assert said == ["identify/trunk-t1"]
    assert not provision.refused
