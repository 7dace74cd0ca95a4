"""Tests that share something dear go to one worker, and the longest begin first."""

import pytest
from tests.workers import LONGEST, OWN, SHARED, group, place

from rexian.main.place import CHECKOUT


@pytest.mark.parametrize("module", [*OWN, *(name for name in LONGEST if name != SHARED)])
def test_what_is_begun_first_is_there(module: str) -> None:
    assert (CHECKOUT / module).is_file()


def test_modules_that_share_a_demonstration_go_to_one_worker() -> None:
    assert group("tests/e2e/test_desk.py::test_one") == group("tests/e2e/test_board.py::test_other") == SHARED
    assert group("tests/e2e/test_up.py::test_one[a::b]") == "tests/e2e/test_up.py"
    assert group("tests/unit/test_core.py::test_one") == "tests/unit/test_core.py"


def test_the_longest_stand_before_all_others() -> None:
    modules = ["tests/unit/test_core.py", *reversed(LONGEST[1:]), "tests/e2e/test_desk.py"]
    assert sorted(modules, key=place) == ["tests/e2e/test_desk.py", *LONGEST[1:], "tests/unit/test_core.py"]
