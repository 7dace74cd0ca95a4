"""How tests are dealt out where several workers run them side by side: what shares dear fixtures goes to one worker."""

from xdist.scheduler import LoadScopeScheduling

SHARED = "the demonstration"
"""Modules of `tests/e2e` that have no demonstration of their own share one."""
OWN = ("tests/e2e/test_restart.py", "tests/e2e/test_up.py")
LONGEST = (
    *(SHARED, "tests/flows/test_ready_on_asterisk.py", "tests/floor/test_waiting_on_asterisk.py", *OWN),
    *("tests/laws/test_openapi.py", "tests/records/test_figures.py", "tests/twin/test_depths.py"),
    *("tests/routing/test_theory.py", "tests/routing/test_callcc.py", "tests/flows/test_fuzz.py"),
    "tests/contract/test_recognisers.py",
)
"""Begun first, so that none of them is what all workers but one wait for in the end."""


def group(nodeid: str) -> str:
    """The module's path, or what it shares with others."""
    module = nodeid.partition("::")[0]
    return SHARED if module.startswith("tests/e2e/") and module not in OWN else module


def place(nodeid: str) -> int:
    """Where a test's group stands among those that are begun in a certain order."""
    return LONGEST.index(group(nodeid)) if group(nodeid) in LONGEST else len(LONGEST)


class SideBySide(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        return group(nodeid)
