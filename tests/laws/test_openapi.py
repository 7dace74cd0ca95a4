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
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from rexian.api.app import build
from rexian.infra.blobs import Blobs
from rexian.infra.database import Database, connection_options
from rexian.infra.jobs import Jobs
from rexian.infra.journal import Journal
from rexian.tenants.model import Principal
from rexian.tenants.permissions import PERMISSIONS
from tests.centre import PASSWORD, Centre

pytestmark = [pytest.mark.postgres, pytest.mark.slow]


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
        jobs = Jobs.at(self._url, connection_options())
        await jobs.open()
        database = Database(self._url, jobs=jobs)
        journal = Journal(self._url, connection_options())
        await journal.open()
        try:
            centre = Centre(database, folder=self._folder)
            centre.journal, centre.blobs = journal, Blobs(self._folder)  # type: ignore[attr-defined]
            key = await _key(centre)
            self._server = uvicorn.Server(uvicorn.Config(build(centre), log_level="error", lifespan="off"))
            listening = socket.create_server(("127.0.0.1", 0))
            self._ready.set_result((f"http://127.0.0.1:{listening.getsockname()[1]}", key))
            await self._server.serve(sockets=[listening])
        finally:
            await journal.close()
            await database.close()
            await jobs.close()


async def _key(centre: Centre) -> str:
    _, slug = await centre.tenant()
    opened = await centre.sessions.sign_in(slug, "root", PASSWORD)
    by: Principal = opened.principal
    async with centre.database.work(by.tenant) as work:
        made = await centre.api_keys.add(work, by, name="all", permissions=list(PERMISSIONS))
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
        max_examples=6,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def hold(case: schemathesis.Case) -> None:
        case.call_and_validate(
            headers={"Authorization": f"Bearer {key}"},
            checks=[not_a_server_error, status_code_conformance, response_schema_conformance],
        )

    hold()
