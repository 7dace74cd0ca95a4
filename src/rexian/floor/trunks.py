"""The trunks as people see them: how many calls each carries, and whether its other end answers. Pure."""

from collections import Counter
from collections.abc import Mapping

from rexian.floor.state import State
from rexian.floor.views import Row
from rexian.telephony.events import TrunkReachable

_PREFIX = "trunk:"


def trunk_rows(state: State, told: Mapping[str, TrunkReachable]) -> dict[str, Row]:
    """A row per trunk. `state`: up | down | unknown (the switch cannot tell: nobody is called by it)."""
    calls = _calls(state)
    rows: dict[str, Row] = {}
    for id, entry in state.directory.trunks.items():
        last = told.get(id)
        rows[id] = {
            "id": id,
            "name": entry.name,
            "host": entry.host,
            "default": id == state.directory.trunk,
            "calls": calls[id],
            "state": "unknown" if last is None else "up" if last.reachable else "down",
            "since": last.at if last else None,
        }
    return rows


def _calls(state: State) -> Counter[str]:
    """Lines in use by trunk: those that came in by it, and those that we placed through it."""
    lines: Counter[str] = Counter()
    for call in state.calls.values():
        if call.trunk and call.customer_leg in call.legs:
            lines[call.trunk] += 1
        for leg in call.legs.values():
            if leg.address.startswith(_PREFIX):
                lines[leg.address.removeprefix(_PREFIX).partition("/")[0]] += 1
    return lines
