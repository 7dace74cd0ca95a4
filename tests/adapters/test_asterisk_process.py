"""One Asterisk as a child: it starts clean, and what stands in its way is told."""

import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from rexian.adapters.asterisk.config import read_access
from rexian.adapters.asterisk.install import private
from rexian.adapters.asterisk.process import AsteriskProcess
from rexian.core.errors import Unavailable
from tests.asterisk import make_settings

pytestmark = pytest.mark.asterisk


@pytest.fixture
async def process(tmp_path: Path) -> AsyncIterator[AsteriskProcess]:
    process = AsteriskProcess(make_settings(tmp_path / "a folder"), private())
    yield process
    await process.stop()


async def test_it_starts_without_a_complaint_and_keeps_its_secrets(process: AsteriskProcess, tmp_path: Path) -> None:
    first = await process.start()
    await process.stop()
    second = await process.start()
    await process.stop()
    assert first == second == read_access(tmp_path / "a folder")
    assert "ERROR" not in (tmp_path / "a folder/log/messages.log").read_text()


async def test_a_taken_port_is_named(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", settings.sip_port))
        with pytest.raises(Unavailable, match=f"UDP port {settings.sip_port} is taken"):
            await AsteriskProcess(settings, private()).start()
