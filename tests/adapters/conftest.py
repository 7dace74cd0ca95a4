"""An Asterisk of a test's own, which a failed test does not leave running."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from rexian.adapters.asterisk.install import private
from rexian.adapters.asterisk.process import AsteriskProcess
from tests.asterisk import make_settings


@pytest.fixture
async def process(tmp_path: Path) -> AsyncIterator[AsteriskProcess]:
    """Not started yet."""
    process = AsteriskProcess(make_settings(tmp_path), private())
    yield process
    await process.stop()
