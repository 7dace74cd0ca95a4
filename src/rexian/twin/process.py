"""A process of its own that simulates: `python -m rexian.twin.process`, so that neither calls nor jobs wait for it.

Takes one `Order` as JSON on standard input; writes one `Told` as JSON a line: how far it is, then the result.
"""

import os
import sys
import time
from typing import Any

import msgspec

from rexian.core.errors import RexianError
from rexian.core.memory import keep_for_good
from rexian.twin import runs
from rexian.twin.orders import Order, Result, Told
from rexian.twin.what_if import changed

NICENESS = 10
"""The floor and its database go before."""
EVERY_S = 0.3


def simulate(order: Order, progress: runs.Progress) -> Result:
    """Raises `RexianError` when the scenario cannot be run."""
    if order.changes is None:
        return Result(before=runs.run(order.before, order.depth, order.days, progress))
    after = changed(order.before, order.changes)
    first, second, difference = runs.compare(order.before, after, order.depth, order.days, progress)
    return Result(before=first, after=second, difference=difference)


def main() -> None:
    os.nice(NICENESS)
    order = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    last = 0.0

    def progress(done: int, of: int) -> None:
        nonlocal last
        if (now := time.monotonic()) - last >= EVERY_S:
            last = now
            _tell(Told(done=done))

    keep_for_good()
    try:
        _tell(Told(result=simulate(order, progress)))
    except RexianError as error:
        _tell(Told(problem=error.message))


def _tell(told: Any) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(told) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
