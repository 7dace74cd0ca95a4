"""How long a caller may have to wait."""

from math import log

EXACT_UP_TO = 1000


def expected_wait(ahead: int, *, agents: int, handle_s: float, patience_s: float | None = None) -> float | None:
    """Seconds until the caller with `ahead` others before him is served; None when nobody is there to serve.

    Markov queue-length predictor with patience, QLm: the sum over i = 0 … ahead of 1 / (n μ + i θ), n agents who serve
    1/`handle_s` a second each (μ), callers who give up at 1/`patience_s` (θ; None: never). Its error is the smallest
    where μ, θ and n are known: R. Ibrahim, W. Whitt, "Real-time delay estimation in overloaded multiserver queues with
    abandonments", Management Science 55 (2009).
    """
    if agents <= 0 or handle_s <= 0:
        return None
    served = agents / handle_s
    leaving = 1.0 / patience_s if patience_s else 0.0
    if not leaving:
        return (ahead + 1) / served
    head = sum([1.0 / (served + place * leaving) for place in range(min(ahead, EXACT_UP_TO) + 1)])
    return head + _tail(ahead, served, leaving) if ahead > EXACT_UP_TO else head


def head_of_line(waited_s: float, *, late_s: float = 0.0) -> float:
    """Seconds that one who comes now will wait: as long as the head of the line has waited, and `late_s` more.

    HOL: needs neither the speed of service nor the patience, so that it holds where these change (Ibrahim, Whitt 2009).
    It tells of the past; `late_s` is what it has been short of by of late (negative while a queue drains).
    """
    return max(waited_s + late_s, 0.0)


def _tail(ahead: int, served: float, leaving: float) -> float:
    """The rest of the sum by the midpoint rule, whose error so far out is below 1e-7 of it."""
    low, high = EXACT_UP_TO + 0.5, ahead + 0.5
    return log((served + high * leaving) / (served + low * leaving)) / leaving
