"""The functions of the language, each with how many values it takes; described in `docs/expressions.md`."""

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from rexian.core.numbers import number_or_none as phone_or_none
from rexian.flows.expressions import checks, dates
from rexian.flows.expressions.operators import Step, paired
from rexian.flows.expressions.values import (
    ExpressionError,
    Names,
    before,
    few,
    is_true,
    kind_of,
    member,
    number_of,
    short,
    text_of,
    whole_of,
    within,
)

_LENGTHY = (str, list, tuple, Mapping)
MOST = 20
"""Values that `min`, `max`, `first_of` take at most."""


class Function(NamedTuple):
    """`bind` makes a step of the steps of its values; `takes` is how many there may be."""

    takes: tuple[int, int]
    bind: Callable[[tuple[Step, ...]], Step]


def _plain(compute: Callable[..., Any], least: int, most: int | None = None) -> Function:
    """A function of its values alone."""

    def bind(given: tuple[Step, ...]) -> Step:
        if len(given) == 1:
            only = given[0]
            return lambda names: compute(only(names))
        if len(given) == 2:
            return paired(compute, *given)
        return lambda names: compute(*[step(names) for step in given])

    return Function((least, least if most is None else most), bind)


def _timely(compute: Callable[..., Any], least: int, most: int) -> Function:
    """A function that also asks for the time."""
    return Function((least, most), lambda given: lambda names: compute(names, *[step(names) for step in given]))


# --- choosing: what is not chosen is not computed --------------------------------------------------------------------


def _if(given: tuple[Step, ...]) -> Step:
    condition, then, otherwise = given
    return lambda names: then(names) if is_true(condition(names)) else otherwise(names)


def _default(given: tuple[Step, ...]) -> Step:
    """The first value, unless it is empty or cannot be computed."""
    first, otherwise = given

    def step(names: Names) -> Any:
        try:
            found = first(names)
        except ExpressionError:
            found = None
        return otherwise(names) if found in (None, "", [], {}) else found

    return step


# --- texts -----------------------------------------------------------------------------------------------------------


def length(value: Any) -> int:
    if isinstance(value, _LENGTHY):
        return len(value)
    if value is None:
        return 0
    raise ExpressionError("expression.no_length", f"{kind_of(value).capitalize()} has no length; write text(…).")


def digits(value: Any) -> str:
    """The digits of a text, in order; full-width and other scripts' become ours."""
    return "".join(str(int(sign)) for sign in text_of(value) if sign.isdecimal())


def replace(text: Any, old: Any, new: Any) -> str:
    whole, part, instead = text_of(text), text_of(old), text_of(new)
    if not part:
        return whole
    if len(whole) + whole.count(part) * (len(instead) - len(part)) > 10_000:
        raise ExpressionError("expression.text_too_long", "A text is too long: at most 10000 characters.")
    return whole.replace(part, instead)


def left(text: Any, count: Any) -> str:
    return text_of(text)[: max(whole_of(count), 0)]


def right(text: Any, count: Any) -> str:
    wanted = max(whole_of(count), 0)
    return text_of(text)[-wanted:] if wanted else ""


def slice_(text: Any, begin: Any, count: Any = None) -> Any:
    """From a place on (counted from 0), so many letters or entries."""
    whole = text if isinstance(text, list) else text_of(text)
    first = max(whole_of(begin), 0)
    return whole[first:] if count is None else whole[first : first + max(whole_of(count), 0)]


def split(text: Any, by: Any) -> list[str]:
    return few(list(text_of(text).split(text_of(by) or ",")))


def join(values: Any, by: Any = ",") -> str:
    return short(text_of(by).join(text_of(value) for value in _list(values)))


def mask(text: Any, shown: Any = 4) -> str:
    """All but the last signs as stars: `mask(card, 4)`."""
    whole, last = text_of(text), max(whole_of(shown), 0)
    return "*" * max(len(whole) - last, 0) + (whole[-last:] if last else "")


def format_(number: Any, places: Any = 2, grouped: Any = False) -> str:
    """A number with so many places after the point, and with `true` with commas between thousands."""
    count = min(max(whole_of(places), 0), 9)
    return f"{number_of(number):{',' if is_true(grouped) else ''}.{count}f}"


# --- numbers ---------------------------------------------------------------------------------------------------------


def rounded(number: Any, places: Any = 0) -> int | float:
    """Half away from zero, as money is rounded."""
    count = min(max(whole_of(places), 0), 9)
    scale: int = 10**count
    value = number_of(number)
    found = math.copysign(math.floor(abs(value) * scale + 0.5 + 1e-9), value) / scale
    return int(found) if count == 0 else within(found)


def smallest(*values: Any) -> Any:
    return _extreme(values, lambda one, other: before(one, other))


def largest(*values: Any) -> Any:
    return _extreme(values, lambda one, other: before(other, one))


def _extreme(values: tuple[Any, ...], wins: Callable[[Any, Any], bool]) -> Any:
    given = _list(values[0]) if len(values) == 1 else list(values)
    if not given:
        return None
    best = given[0]
    for value in given[1:]:
        best = value if wins(value, best) else best
    return best


def total(values: Any) -> int | float:
    return within(sum(number_of(value) for value in _list(values)))


# --- lists and maps --------------------------------------------------------------------------------------------------


def _list(values: Any) -> list[Any]:
    if isinstance(values, list | tuple):
        return few(list(values))
    if values is None:
        return []
    raise ExpressionError("expression.not_a_list", f"A list is wanted, not {kind_of(values)}.")


def keys(value: Any) -> list[str]:
    if not isinstance(value, Mapping):
        raise ExpressionError("expression.not_a_map", f"A map is wanted, not {kind_of(value)}.")
    return few(list(value))


def pluck(values: Any, key: Any) -> list[Any]:
    """One entry of each map in a list: `pluck(orders, "status")`."""
    return [one.get(text_of(key)) if isinstance(one, Mapping) else None for one in _list(values)]


# --- telephone numbers -----------------------------------------------------------------------------------------------


def phone(value: Any, country: Any = "CN") -> str | None:
    """A telephone number in its international form (E.164); none when it is none."""
    return phone_or_none(text_of(value), text_of(country) or "CN")


FUNCTIONS: dict[str, Function] = {
    "if": Function((3, 3), _if),
    "default": Function((2, 2), _default),
    "length": _plain(length, 1),
    "lower": _plain(lambda text: short(text_of(text).lower()), 1),
    "upper": _plain(lambda text: short(text_of(text).upper()), 1),
    "trim": _plain(lambda text: text_of(text).strip(), 1),
    "starts_with": _plain(lambda text, head: text_of(text).startswith(text_of(head)), 2),
    "ends_with": _plain(lambda text, tail: text_of(text).endswith(text_of(tail)), 2),
    "contains": _plain(lambda heap, needle: member(needle, heap), 2),
    "replace": _plain(replace, 3),
    "left": _plain(left, 2),
    "right": _plain(right, 2),
    "slice": _plain(slice_, 2, 3),
    "split": _plain(split, 2),
    "join": _plain(join, 1, 2),
    "digits": _plain(digits, 1),
    "mask": _plain(mask, 1, 2),
    "text": _plain(text_of, 1),
    "number": _plain(number_of, 1),
    "format": _plain(format_, 1, 3),
    "round": _plain(rounded, 1, 2),
    "floor": _plain(lambda number: math.floor(number_of(number)), 1),
    "ceil": _plain(lambda number: math.ceil(number_of(number)), 1),
    "abs": _plain(lambda number: abs(number_of(number)), 1),
    "min": _plain(smallest, 1, MOST),
    "max": _plain(largest, 1, MOST),
    "sum": _plain(total, 1),
    "first": _plain(lambda values: next(iter(_list(values)), None), 1),
    "last": _plain(lambda values: next(iter(_list(values)[::-1]), None), 1),
    "keys": _plain(keys, 1),
    "pluck": _plain(pluck, 2),
    "luhn": _plain(lambda number: checks.luhn(digits(number)), 1),
    "id_card": _plain(lambda number: checks.id_card(text_of(number)), 1),
    "phone": _plain(phone, 1, 2),
    "now": _timely(dates.now, 0, 1),
    "today": _timely(dates.today, 0, 1),
    "age": _timely(dates.age, 1, 1),
    "year": _plain(lambda when: dates.moment(when).year, 1),
    "month": _plain(lambda when: dates.moment(when).month, 1),
    "day": _plain(lambda when: dates.moment(when).day, 1),
    "hour": _plain(dates.hours, 1),
    "minute": _plain(dates.minutes, 1),
    "weekday": _plain(dates.weekday, 1),
    "plus_days": _plain(dates.plus_days, 2),
    "days_between": _plain(dates.days_between, 2),
    "seconds_between": _plain(dates.seconds_between, 2),
}
