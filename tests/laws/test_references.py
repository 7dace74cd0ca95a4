"""The references say what the code says."""

import pytest

from rexian.main.references import FOLDER, PAGES, reference


@pytest.mark.parametrize("name", PAGES)
def test_a_reference_is_fresh(name: str) -> None:
    assert (FOLDER / name).read_text() == reference(name), "Stale: run `python -m rexian.main.references`."


def test_the_references_hold_what_is_known_to_be_there() -> None:
    assert "`user.last_administrator`" in reference("errors.md")
    assert "`users.manage`" in reference("permissions.md")
    assert "REXIAN_WEB__PORT" in reference("settings.md")
    assert "`CallArrived`" in reference("facts.md")
    assert "`rexian_http_requests`" in reference("metrics.md")
