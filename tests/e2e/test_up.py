"""`./rexian up` as a person meets it: its start, its stop, and every situation in which it cannot start."""

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rexian.adapters.asterisk.install import RECIPE, SUITE
from tests.e2e.up import command, place, running, started, wait_for
from tests.ports import free_tcp_port, free_udp_port

pytestmark = [pytest.mark.postgres, pytest.mark.asterisk, pytest.mark.slow]
NO_NETWORK = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")


def refused(data: Path, web: int = 0, sip: int = 0, **environment: str) -> str:
    """What a start says that cannot succeed; it leaves nothing running."""
    done = subprocess.run(
        command(data, web or free_tcp_port(), sip or free_udp_port()),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, **environment},
        check=False,
    )
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert running(str(data)) == {}
    return done.stderr


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    """A data folder that has been started once."""
    with place() as folder:
        with started(folder / "data") as up:
            up.until_running(within_s=600)
        yield folder / "data"


def test_a_second_start_needs_no_network(data: Path, record_property: Callable[[str, object], None]) -> None:
    with started(data, **NO_NETWORK) as up:
        record_property("seconds_to_first_page", round(up.until_page(), 1))


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_told_to_stop_it_leaves_nothing_running(data: Path, how: signal.Signals) -> None:
    with started(data) as up:
        up.until_page()
        wait_for(lambda: set(up.programs()) == {"postgres", "asterisk", "serve", "work"})

        assert up.stopped(how) == 0

    assert running(str(data)) == {}


def test_killed_it_leaves_nothing_running_and_starts_again(data: Path) -> None:
    with started(data) as up:
        up.until_page()
        up.stopped(signal.SIGKILL)
    wait_for(lambda: running(str(data)) == {})

    with started(data) as again:
        again.until_page()


@pytest.mark.parametrize("name", ["serve", "work", "postgres", "asterisk"])
def test_a_program_that_is_killed_comes_back(data: Path, name: str) -> None:
    with started(data) as up:
        up.until_page()
        wait_for(lambda: len(up.programs()) == 4)
        killed = up.programs()[name]

        os.kill(killed, signal.SIGKILL)

        wait_for(lambda: up.programs().get(name, killed) != killed)
        up.until_page()


def test_a_second_up_on_the_same_folder_is_refused_and_the_first_goes_on(data: Path) -> None:
    with started(data) as up:
        up.until_page()

        done = subprocess.run(
            command(data, free_tcp_port(), free_udp_port()),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

        assert done.returncode != 0
        assert f"running on the data folder {data} already (process {up.process.pid})" in done.stderr
        assert up.page("/health") == 200


def test_a_taken_port_is_told_and_no_folder_is_made(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]

        said = refused(tmp_path / "data", web=port)

    assert f"Port {port} cannot be used" in said
    assert not (tmp_path / "data").exists()


def test_a_folder_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "format").write_text("99\n")

    assert "newer version of Rexian" in refused(tmp_path)


def test_without_asterisk_and_apt_it_says_what_to_install(tmp_path: Path) -> None:
    bare = tmp_path / "bin"
    bare.mkdir()
    for name in ("node", "npm", "env", "sh"):
        (bare / name).symlink_to(shutil.which(name) or "/bin/false")

    said = refused(tmp_path / "data", PATH=str(bare), XDG_CACHE_HOME=str(tmp_path / "cache"))

    assert "no Asterisk on this machine" in said
    assert not (tmp_path / "data").exists()


def test_a_damaged_runtime_is_told_with_the_folder_to_delete(tmp_path: Path) -> None:
    torn = tmp_path / "cache" / "rexian" / f"asterisk-{SUITE}-{os.uname().machine}-{RECIPE}"
    (torn / "usr").mkdir(parents=True)
    (torn / "rexian-runtime.json").write_text('{"version": "22"')

    said = refused(tmp_path / "data", XDG_CACHE_HOME=str(tmp_path / "cache"))

    assert f"{torn} is damaged. Delete that folder" in said
    assert not (tmp_path / "data").exists()


def test_an_unreachable_database_is_told_without_its_password(tmp_path: Path) -> None:
    port = free_tcp_port()

    said = refused(tmp_path / "data", REXIAN_POSTGRES__URL=f"postgresql://me:geheim@127.0.0.1:{port}/rexian")

    assert "REXIAN_POSTGRES__URL" in said
    assert "geheim" not in said
