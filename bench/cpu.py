"""How much processor time a process and all its children have used, from the kernel's own account."""

import os
from pathlib import Path

_TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")


def tree(root: int) -> set[int]:
    """The process `root` and all that descend from it, now."""
    parents = {pid: _parent(pid) for pid in _pids()}
    family = {root}
    grown = True
    while grown:
        grown = False
        for pid, parent in parents.items():
            if parent in family and pid not in family:
                family.add(pid)
                grown = True
    return family


def used_ms(root: int) -> float:
    """Milliseconds of user and system time of `root` and its living descendants, and of those it has reaped."""
    return sum(_used(pid) for pid in tree(root))


def _pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _fields(pid: int) -> list[str] | None:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


def _parent(pid: int) -> int:
    fields = _fields(pid)
    return int(fields[1]) if fields else 0


def _used(pid: int) -> float:
    fields = _fields(pid)
    return sum(int(field) for field in fields[11:15]) * _TICK_MS if fields else 0.0
