"""Comparisons of variables: the small safe form in which flows ask questions of their data."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

import msgspec

from rexian.flows.look import VariableName, widget

Operator = Literal[
    "equals", "differs", "less", "at_most", "more", "at_least", "one_of", "contains", "begins_with", "empty", "present"
]


class Condition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`variable` (a name or a dotted path) compared with `value`. Numbers typed as digits compare as numbers."""

    variable: VariableName
    operator: Operator = "equals"
    value: Annotated[str | int | float | bool | list[str | int | float] | None, widget("value")] = None


def holds(condition: Condition, actual: Any) -> bool:
    """Whether the condition holds for this value; never raises, what cannot be compared does not hold."""
    return _TESTS[condition.operator](actual, condition.value)


def number(value: Any) -> float | None:
    """The value as a number, when it is one or reads like one."""
    try:
        return float(value) if isinstance(value, int | float | str) else None
    except (ValueError, OverflowError):
        return None


def _equal(actual: Any, value: Any) -> bool:
    if isinstance(actual, bool) or isinstance(value, bool):
        return actual is value or str(actual).lower() == str(value).lower()
    left, right = number(actual), number(value)
    if left is not None and right is not None and not (isinstance(actual, str) and isinstance(value, str)):
        return left == right
    return bool(actual == value)


def _ordered(compare: Callable[[float, float], bool]) -> Callable[[Any, Any], bool]:
    def test(actual: Any, value: Any) -> bool:
        left, right = number(actual), number(value)
        return left is not None and right is not None and compare(left, right)

    return test


def _contains(actual: Any, value: Any) -> bool:
    if isinstance(actual, list | tuple):
        return any(_equal(one, value) for one in actual)
    return actual is not None and str(value) in str(actual)


def _empty(actual: Any, _: Any) -> bool:
    return actual is None or actual == "" or actual == [] or actual == {}


_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "equals": _equal,
    "differs": lambda actual, value: not _equal(actual, value),
    "less": _ordered(lambda left, right: left < right),
    "at_most": _ordered(lambda left, right: left <= right),
    "more": _ordered(lambda left, right: left > right),
    "at_least": _ordered(lambda left, right: left >= right),
    "one_of": lambda actual, value: isinstance(value, list) and any(_equal(actual, one) for one in value),
    "contains": _contains,
    "begins_with": lambda actual, value: actual is not None and str(actual).startswith(str(value)),
    "empty": _empty,
    "present": lambda actual, value: not _empty(actual, value),
}
