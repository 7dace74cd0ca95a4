"""What the signs of the language do: each makes a step out of steps."""

from collections.abc import Callable
from operator import ge, gt, le, lt, mul, sub
from typing import Any

from rexian.flows.expressions.values import (
    NUMBERS,
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


class Constant:
    """The step of a value that stands in the text itself; what takes it can do without computing it each time."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __call__(self, names: Names) -> Any:
        return self.value


def constant(value: Any) -> Step:
    return Constant(value)


def paired(compute: Callable[[Any, Any], Any], left: Step, right: Step) -> Step:
    """The step that computes with two values."""
    if isinstance(right, Constant):
        given = right.value
        return lambda names: compute(left(names), given)
    return lambda names: compute(left(names), right(names))


def number(step: Step) -> Step:
    """The step of a value as a number."""
    if _is_number(step):
        return step
    return lambda names: number_of(step(names))


def _is_number(step: Step) -> bool:
    """Whether it stands in the text itself: then it is known to be within limits."""
    return isinstance(step, Constant) and type(step.value) in NUMBERS


def named(name: str) -> Step:
    return lambda names: names.value(name)


def entry(whole: Step, key: Step) -> Step:
    return paired(part, whole, key)


def either(left: Step, right: Step) -> Step:
    return lambda names: is_true(left(names) or right(names))


def both(left: Step, right: Step) -> Step:
    return lambda names: is_true(left(names) and right(names))


def denied(step: Step) -> Step:
    return lambda names: not is_true(step(names))


def negated(step: Step) -> Step:
    return lambda names: -number_of(step(names))


def contained(needle: Step, heap: Step) -> Step:
    return paired(member, needle, heap)


def listed(steps: list[Step]) -> Step:
    return lambda names: [step(names) for step in steps]


def mapped(pairs: list[tuple[Step, Step]]) -> Step:
    return lambda names: {key(names): value(names) for key, value in pairs}


def compared(sign: str, left: Step, right: Step) -> Step:
    if _is_number(right) and sign in _ORDERS:
        return paired(_ORDERS[sign], number(left), right)
    return paired(_COMPARISONS[sign], left, right)


def computed(sign: str, left: Step, right: Step) -> Step:
    if sign == "+":
        return paired(_plus, left, right)
    compute = _ARITHMETIC[sign]
    step = paired(compute, number(left), number(right))
    return lambda names: within(step(names))


def _plus(left: Any, right: Any) -> Any:
    if isinstance(left, str) and isinstance(right, str):
        return short(left + right)
    if isinstance(left, list) and isinstance(right, list):
        return few(left + right)
    if isinstance(left, str) or isinstance(right, str):
        message = f"{kind_of(left)} and {kind_of(right)} cannot be added; write number(…) or text(…)."
        raise ExpressionError("expression.mixed", message.capitalize())
    return within(number_of(left) + number_of(right))


def _divided(left: int | float, right: int | float) -> int | float:
    return left / _not_zero(right)


def _rest(left: int | float, right: int | float) -> int | float:
    return left % _not_zero(right)


def _not_zero(number: int | float) -> int | float:
    if number == 0:
        raise ExpressionError("expression.by_zero", "Nothing can be divided by zero.")
    return number


_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "==": equal,
    "!=": lambda left, right: not equal(left, right),
    "<": before,
    ">": lambda left, right: before(right, left),
    "<=": lambda left, right: not before(right, left),
    ">=": lambda left, right: not before(left, right),
}
_ORDERS: dict[str, Callable[[Any, Any], bool]] = {"<": lt, ">": gt, "<=": le, ">=": ge}
"""Where one side is a number, both are compared as numbers."""
_ARITHMETIC: dict[str, Callable[[Any, Any], int | float]] = {"-": sub, "*": mul, "/": _divided, "%": _rest}
"""What is computed with numbers alone; `+` also joins texts and lists."""
