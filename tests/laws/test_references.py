"""The references say what the code says."""

import pytest

from rexian.main.references import FOLDER, references

PAGES = references()


@pytest.mark.parametrize("name", PAGES)
def test_a_reference_is_fresh(name: str) -> None:
    assert (FOLDER / name).read_text() == PAGES[name], "Stale: run `python -m rexian.main.references`."


def test_the_references_hold_what_is_known_to_be_there() -> None:
    assert "`user.last_administrator`" in PAGES["errors.md"]
    assert "`users.manage`" in PAGES["permissions.md"]
    assert "REXIAN_WEB__PORT" in PAGES["settings.md"]
    assert "`CallArrived`" in PAGES["facts.md"]
    assert "`rexian_http_requests`" in PAGES["metrics.md"]
