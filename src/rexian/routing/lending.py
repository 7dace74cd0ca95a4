"""Agents of one queue serve another, as long as it is agreed: what the index counts itself, and what it is told."""

from collections.abc import Mapping

import msgspec

from rexian.core.ids import QueueId
from rexian.routing.groups import Lent
from rexian.routing.people import People


class Known(msgspec.Struct, frozen=True):
    """What a queue's figures say; None: not known, and nothing is lent or asked for by it."""

    expected_wait_s: float | None = None
    service_level: float | None = None


NOTHING = Known()


def holds(lent: Lent, people: People, known: Mapping[QueueId, Known]) -> bool:
    """Whether the donor's agents may serve the borrower now."""
    loan, donor, borrower = lent.loan, lent.donor, lent.borrower
    if borrower.count <= loan.when_waiting_above:
        return False
    if loan.waiting_at_most is not None and donor.count > loan.waiting_at_most:
        return False
    if loan.keep_ready and (donor.members & people.idle_for("call")).bit_count() <= loan.keep_ready:
        return False
    here, there = known.get(donor.id, NOTHING), known.get(borrower.id, NOTHING)
    return (
        _is_below(here.expected_wait_s, loan.wait_below_s)
        and _is_above(here.service_level, loan.service_level_above)
        and _is_above(there.expected_wait_s, loan.when_wait_above_s)
    )


def _is_below(value: float | None, limit: float | None) -> bool:
    return limit is None or (value is not None and value < limit)


def _is_above(value: float | None, limit: float | None) -> bool:
    return limit is None or (value is not None and value > limit)
