import socket
from pathlib import Path

import pytest

from rexian.core.errors import Conflict, Unavailable
from rexian.main import ground, settings


@pytest.mark.parametrize(("option", "kind"), [("web", socket.SOCK_STREAM), ("sip", socket.SOCK_DGRAM)])
def test_a_taken_port_is_told_with_the_option_that_changes_it(option: str, kind: socket.SocketKind) -> None:
    with socket.socket(socket.AF_INET, kind) as holder:
        holder.bind(("127.0.0.1", 0))
        if kind == socket.SOCK_STREAM:
            holder.listen()
        port = holder.getsockname()[1]

        with pytest.raises(Conflict, match=rf"Port {port} .* --{option}-port"):
            ground.require_ports(settings.load(**{f"{option}__port": port}))


def test_a_full_disk_is_told_before_anything_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ground, "ROOM_NEEDED", 2**62)

    with pytest.raises(Unavailable, match=r"make room, or choose another place with --data"):
        ground.require_room(tmp_path / "not" / "there" / "yet")


def test_a_folder_is_held_by_one_only_and_free_again_afterwards(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with ground.claimed(folder):
        (folder / "postgres").mkdir()
        with pytest.raises(Conflict, match="running on the data folder"), ground.claimed(folder):
            pass

    with ground.claimed(folder):
        assert (folder / "logs").is_dir()


def test_the_ports_of_a_folder_are_known_as_long_as_it_is_held(tmp_path: Path) -> None:
    ports = {"web__port": 8123, "sip__port": 5123}
    with ground.claimed(tmp_path):
        ground.tell_ports(settings.load(data=tmp_path, **ports))

        assert ground.ports_in_use(tmp_path) == ports

    assert ground.ports_in_use(tmp_path) == {}
    assert ground.ports_in_use(tmp_path / "nothing") == {}


@pytest.mark.parametrize("junk", [b"", b"\n", b"one", "²".encode(), b"-1", b"\xff\xfe\x00", b"x" * 100_000])
def test_a_folder_whose_format_cannot_be_read_is_said_to_be_so(tmp_path: Path, junk: bytes) -> None:
    file = tmp_path / "format"
    file.write_bytes(junk)
    with pytest.raises(Conflict) as refused, ground.claimed(tmp_path):
        pass
    assert refused.value.code == "up.format_unreadable"
    assert str(file) in refused.value.message
    assert f"write {ground.FORMAT} into it" in refused.value.message
    assert "newer version" not in refused.value.message
    assert len(refused.value.message) < 600 + len(str(file))
    assert file.read_bytes() == junk


def test_a_folder_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "format").write_text(f"{ground.FORMAT + 1}\n")

    with pytest.raises(Conflict, match="newer version"), ground.claimed(tmp_path):
        pass

    assert (tmp_path / "format").read_text() == f"{ground.FORMAT + 1}\n"


def test_a_folder_made_for_nothing_goes_again(tmp_path: Path) -> None:
    folder = tmp_path / "data"

    with pytest.raises(RuntimeError), ground.claimed(folder):
        raise RuntimeError

    assert not folder.exists()


def test_a_folder_with_files_of_others_stays(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "rexian.toml").touch()

    with pytest.raises(RuntimeError), ground.claimed(folder):
        raise RuntimeError

    assert (folder / "rexian.toml").exists()


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(Unavailable, match="cannot be used"), ground.claimed(tmp_path / "file" / "data"):
        pass


@pytest.mark.parametrize("address", ["192.0.2.1", "no-such-host.invalid", "a" * 70])
def test_an_address_of_another_machine_is_told_as_that(address: str) -> None:
    with pytest.raises(Conflict, match=r"cannot listen on .* REXIAN_WEB__BIND"):
        ground.require_ports(settings.load(web__bind=address, web__port=18123))


def test_the_sip_port_is_the_business_of_an_asterisk_of_ones_own() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as theirs, socket.socket() as free:
        theirs.bind(("127.0.0.1", 0))
        free.bind(("127.0.0.1", 0))
        web = free.getsockname()[1]
        free.close()

        ground.require_ports(
            settings.load(
                asterisk__ari_url="http://127.0.0.1:8088/ari", web__port=web, sip__port=theirs.getsockname()[1]
            )
        )


def test_what_callers_say_is_closed_to_the_machines_other_users(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    (folder / "recordings").mkdir(parents=True, mode=0o755)
    with ground.claimed(folder):
        ground.keep_to_ourselves(settings.load(data=folder))

    modes = {name: (folder / name).stat().st_mode & 0o777 for name in ground.PRIVATE}
    assert modes == dict.fromkeys(ground.PRIVATE, 0o700)


def test_private_folders_of_a_start_for_nothing_go_again(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with pytest.raises(RuntimeError), ground.claimed(folder):
        ground.keep_to_ourselves(settings.load(data=folder))
        raise RuntimeError

    assert not folder.exists()
