"""Each test of the port runs in the simulated world and, where a real Asterisk can be had, with that."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from rexian.adapters.asterisk.config import Access
from tests.asterisk import running_asterisk
from tests.contract.simulation import SimulatedWorld
from tests.contract.worlds import AsteriskWorld, World


@pytest.fixture(scope="session")
def asterisk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Access, int]]:
    with running_asterisk(tmp_path_factory.mktemp("asterisk")) as (access, settings):
        yield access, settings.sip_port


@pytest.fixture(params=["simulated", pytest.param("asterisk", marks=pytest.mark.asterisk)])
def place(request: pytest.FixtureRequest) -> tuple[Access, int] | None:
    """Where the real Asterisk is, or none for the simulation."""
    if request.param == "simulated":
        return None
    found: tuple[Access, int] = request.getfixturevalue("asterisk")
    return found


@pytest.fixture
async def world(place: tuple[Access, int] | None, tmp_path: Path) -> AsyncIterator[World]:
    world = AsteriskWorld(*place) if place is not None else SimulatedWorld(tmp_path)
    await world.open()
    yield world
    await world.close()
