"""The API keeps its own word: whatever fits its description is answered as described, and never by a fault of ours."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from rexian.adapters.simulated.core import SimulatedSwitch
from rexian.adapters.simulated.switch import Simulated
from rexian.api.app import build
from rexian.core.clock import VirtualClock
from rexian.main.settings import Postgres, Settings
from rexian.main.wiring import Rexian, wired
from rexian.tenants.permissions import PERMISSIONS
from tests.centre import PASSWORD

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.slow,
    # The centre draws its random numbers in a thread beside: to Hypothesis it looks as if the strategies did.
    pytest.mark.filterwarnings("ignore:Do not use the `random` module inside strategies"),
]


class Served:
    """A centre behind a real port, in a thread with a loop of its own, and a key that may do everything."""

    def __init__(self, url: str, folder: Path) -> None:
        self._url = url
        self._folder = folder
        self._ready: Future[tuple[str, str]] = Future()
        self._server: uvicorn.Server | None = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)

    def start(self) -> tuple[str, str]:
        self._thread.start()
        return self._ready.result(30)

    def stop(self) -> None:
        if self._server:
            self._server.should_exit = True
        self._thread.join(20)

    async def _run(self) -> None:
        settings = Settings(data=self._folder, postgres=Postgres(url=self._url))
        switch = Simulated(SimulatedSwitch(), VirtualClock())
        async with wired(settings, switch) as rexian:
            key = await _key(rexian)
            floors = asyncio.create_task(rexian.floors.run())
            try:
                await rexian.floors.ready()
                await self._serve(rexian, key)
            finally:
                floors.cancel()
                await asyncio.gather(floors, return_exceptions=True)

    async def _serve(self, rexian: Rexian, key: str) -> None:
        app = build(rexian)
        app.openapi()  # here, where nobody waits for it: it takes seconds, and whoever asks has a time-out of his own
        self._server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
        listening = socket.create_server(("127.0.0.1", 0))
        self._ready.set_result((f"http://127.0.0.1:{listening.getsockname()[1]}", key))
        await self._server.serve(sockets=[listening])


async def _key(rexian: Rexian) -> str:
    """The API key of an administrator who is an agent as well."""
    tenant = await rexian.tenants.bootstrap("described", "Described", administrator="root", password=PASSWORD)
    opened = await rexian.sessions.sign_in("described", "root", PASSWORD)
    async with rexian.database.work(tenant) as work:
        agent = {"name": "Root", "extension": "1001", "phone_kind": "web", "user_id": opened.principal.user}
        await rexian.agents.add(work, opened.principal, agent)
        made = await rexian.api_keys.add(work, opened.principal, name="all", permissions=list(PERMISSIONS))
    return str(made["secret"])


@pytest.fixture(scope="module")
def served(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    running = Served(database_url, tmp_path_factory.mktemp("served"))
    yield running.start()
    running.stop()


def test_the_api_keeps_its_word(served: tuple[str, str]) -> None:
    url, key = served
    described = schemathesis.openapi.from_url(f"{url}/api/v1/openapi.json")
    broken = []
    for found in described.get_all_operations():
        operation = found.ok()
        try:
            _hold(operation, key)
        except (Exception, BaseExceptionGroup) as error:
            broken.append(f"{operation.label}: {error}")

    assert not broken, "\n\n".join(broken)


def _hold(operation: schemathesis.APIOperation, key: str) -> None:
    """Try a handful of requests that fit the description."""

    @given(case=operation.as_strategy())
    @settings(
        max_examples=4,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def hold(case: schemathesis.Case) -> None:
        case.call_and_validate(
            headers={"Authorization": f"Bearer {key}"},
            checks=[status_code_conformance, response_schema_conformance],
        )

    hold()
