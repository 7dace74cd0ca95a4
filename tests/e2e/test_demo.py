"""The demonstration as a newcomer meets it: everybody can sign in, and robots fill the centre with life."""

import asyncio
import io
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
import soundfile

from rexian.main.callers.door import Door
from rexian.main.demo.people import ADMINISTRATOR, AGENTS, PASSWORD, STAFF, TENANT
from tests.e2e.up import Up

pytestmark = [pytest.mark.postgres, pytest.mark.asterisk, pytest.mark.slow]


async def signed_in(up: Up, username: str) -> Door:
    door = Door(f"http://127.0.0.1:{up.web}")
    await door.sign_in(TENANT, username, PASSWORD)
    return door


async def test_everybody_of_the_printed_list_can_sign_in(demo: Up) -> None:
    for person in (ADMINISTRATOR, *STAFF, AGENTS[0], AGENTS[-1]):
        async with await signed_in(demo, person.username) as door:
            assert (await door.get("/session"))["user"]["name"] == person.name


async def test_customers_have_a_past(demo: Up) -> None:
    async with await signed_in(demo, ADMINISTRATOR.username) as door:
        assert (await door.get("/customers?limit=1"))["total"] == 200
        contacts = await until(lambda: door.get("/contacts?outcome=answered"), lambda found: found["total"] > 100)
        assert contacts["items"][0]["customer"]["name"]


async def test_supervisors_are_warned_by_rules(demo: Up) -> None:
    async with await signed_in(demo, ADMINISTRATOR.username) as door:
        rules = (await door.get("/alert-rules"))["items"]
    assert {"longest_wait", "abandon_burst", "state_too_long"} <= {rule["kind"] for rule in rules if rule["enabled"]}


async def test_robots_talk_and_are_recorded_in_two_tracks(demo: Up) -> None:
    robots = await asyncio.to_thread(
        subprocess.run,
        [
            *(sys.executable, "-m", "rexian.main.cli", "callers", "--rate", "0.4", "--duration", "25s"),
            *("--agents", "6", "--data", str(demo.data), "--web-port", str(demo.web), "--sip-port", str(demo.sip)),
        ],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert robots.returncode == 0, robots.stderr

    async with await signed_in(demo, ADMINISTRATOR.username) as door:
        contact = await until(lambda: recorded(door), bool)
        sound, rate = soundfile.read(io.BytesIO(await door.file(f"/recordings/{contact['recordings'][0]['id']}/audio")))
    assert rate == 8000
    assert (np.sqrt((sound**2).mean(axis=0)) > 0.01).all(), "both parties are to be heard"


async def recorded(door: Door) -> dict[str, Any] | None:
    """A contact of today whose recording has been taken in."""
    for row in (await door.get("/contacts?outcome=answered&min_talk_s=8"))["items"]:
        if row["recorded"]:
            contact: dict[str, Any] = await door.get(f"/contacts/{row['id']}")
            if any(each["duration_s"] for each in contact["recordings"]):
                return contact
    return None


async def until(ask: Any, good: Any, within_s: float = 60) -> Any:
    async with asyncio.timeout(within_s):
        while not good(answer := await ask()):
            await asyncio.sleep(0.3)
    return answer
