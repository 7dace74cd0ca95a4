"""The embedded PostgreSQL's cluster is made whole or not at all, whenever the maker is killed."""

from pathlib import Path

import pytest

from rexian.core.errors import Conflict
from rexian.infra.postgres import VERSION, EmbeddedPostgres

PARTS = ("PG_VERSION", "base", "global", "pg_stat", "pg_wal", "postgresql.conf")


class Killed(BaseException):
    pass


def made(folder: Path, monkeypatch: pytest.MonkeyPatch, *, moves: int = 100) -> int:
    """Make the cluster in `folder`, killed after so many moves; returns how often `initdb` ran."""
    ran = 0
    left = moves
    rename = Path.rename

    def initdb(self: EmbeddedPostgres, program: str, *args: str) -> None:
        nonlocal ran
        ran += 1
        for part in PARTS:
            (folder / "new" / part).mkdir(parents=True)
            (folder / "new" / part / "content").touch()
        (folder / "new" / "PG_VERSION" / "content").unlink()
        (folder / "new" / "PG_VERSION").rmdir()
        (folder / "new" / "PG_VERSION").write_text(f"{VERSION}\n")

    def moved(self: Path, target: Path) -> Path:
        nonlocal left
        if not left:
            raise Killed
        left -= 1
        return rename(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(EmbeddedPostgres, "_run", initdb)
        patch.setattr(EmbeddedPostgres, "user", None)
        patch.setattr(Path, "rename", moved)
        EmbeddedPostgres(folder).prepare()
    return ran


@pytest.mark.parametrize("moves", range(len(PARTS)))
def test_a_cluster_whose_maker_was_killed_is_finished_by_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moves: int
) -> None:
    with pytest.raises(Killed):
        made(tmp_path, monkeypatch, moves=moves)
    assert not (tmp_path / "PG_VERSION").exists()

    assert made(tmp_path, monkeypatch) == (0 if moves else 1)
    assert {path.name for path in tmp_path.iterdir()} == set(PARTS)


def test_a_cluster_that_has_lost_its_version_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(tmp_path, monkeypatch)
    (tmp_path / "PG_VERSION").unlink()

    with pytest.raises(Conflict, match="put a backup in its place"):
        made(tmp_path, monkeypatch)
    assert (tmp_path / "base" / "content").exists()
