"""What the signs of the language do: each makes a step out of steps."""

from collections.abc import Callable
from typing import Any

from rexian.flows.expressions.values import (
    ExpressionError,
    Names,
    before,
    equal,
    few,
    is_true,
    kind_of,
    member,
    number_of,
    part,
    short,
    within,
)

Step = Callable[[Names], Any]
"""A part of an expression, ready to be computed."""


def constant(value: Any) -> Step:
    return lambda names: value


def named(name: str) -> Step:
    return lambda names: names.value(name)


def entry(whole: Step, key: Step) -> Step:
    return lambda names: part(whole(names), key(names))


def either(left: Step, right: Step) -> Step:
    return lambda names: is_true(left(names)) or is_true(right(names))


def both(left: Step, right: Step) -> Step:
    return lambda names: is_true(left(names)) and is_true(right(names))


def denied(step: Step) -> Step:
    return lambda names: not is_true(step(names))


def negated(step: Step) -> Step:
    return lambda names: -number_of(step(names))


def contained(needle: Step, heap: Step) -> Step:
    return lambda names: member(needle(names), heap(names))


def listed(steps: list[Step]) -> Step:
    return lambda names: [step(names) for step in steps]


def mapped(pairs: list[tuple[Step, Step]]) -> Step:
    return lambda names: {key(names): value(names) for key, value in pairs}


def compared(sign: str, left: Step, right: Step) -> Step:
    test = _COMPARISONS[sign]
    return lambda names: test(left(names), right(names))


def computed(sign: str, left: Step, right: Step) -> Step:
    compute = _COMPUTATIONS[sign]
    return lambda names: compute(left(names), right(names))


def _plus(left: Any, right: Any) -> Any:
    if isinstance(left, str) and isinstance(right, str):
        return short(left + right)
    if isinstance(left, list) and isinstance(right, list):
        return few(left + right)
    if isinstance(left, str) or isinstance(right, str):
        message = f"{kind_of(left)} and {kind_of(right)} cannot be added; write number(…) or text(…)."
        raise ExpressionError("expression.mixed", message.capitalize())
    return within(number_of(left) + number_of(right))


def _divided(left: Any, right: Any) -> Any:
    return within(number_of(left) / _not_zero(right))


def _rest(left: Any, right: Any) -> Any:
    return within(number_of(left) % _not_zero(right))


def _not_zero(value: Any) -> int | float:
    found = number_of(value)
    if found == 0:
        raise ExpressionError("expression.by_zero", "Nothing can be divided by zero.")
    return found


_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "==": equal,
    "!=": lambda left, right: not equal(left, right),
    "<": before,
    ">": lambda left, right: before(right, left),
    "<=": lambda left, right: not before(right, left),
    ">=": lambda left, right: not before(left, right),
}
_COMPUTATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "+": _plus,
    "-": lambda left, right: within(number_of(left) - number_of(right)),
    "*": lambda left, right: within(number_of(left) * number_of(right)),
    "/": _divided,
    "%": _rest,
}
