"""What expressions compute with: text, number, true and false, list, map, none; how they compare and what they read."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

import msgspec

from rexian.core.errors import Invalid

LONGEST_TEXT = 10_000
"""Characters of any text that an expression makes."""
LONGEST_LIST = 1_000
LARGEST_NUMBER = 1e15
"""Beyond it a float no longer knows its units."""
_LARGEST_WHOLE = int(LARGEST_NUMBER)
NUMBERS = (int, float)


class ExpressionError(Invalid):
    """An expression that cannot be read or computed; in a flow the node takes its exit `error`."""


class Names(Protocol):
    """Where names get their values from, and what time it is."""

    @property
    def now(self) -> datetime: ...

    def value(self, path: str) -> Any:
        """None when there is nothing of that name."""


def is_true(value: Any) -> bool:
    """False are: none, false, 0, and whatever is empty."""
    return bool(value)


def number_of(value: Any) -> int | float:
    """The value as a number, when it is one or a text that reads like one."""
    if type(value) in NUMBERS:
        return within(value)
    if isinstance(value, bool) or value is None:
        raise _no_number(value)
    if isinstance(value, NUMBERS):
        return within(value)
    if isinstance(value, str):
        found = number_or_none(value)
        if found is not None:
            return within(found)
    raise _no_number(value)


def number_or_none(text: str) -> int | float | None:
    """`12`, `-0.5`, `1,200.50`; digits of ASCII only, no exponents, no names of infinity."""
    plain = text.strip().replace(",", "")
    digits = plain.removeprefix("-")
    if not digits or len(digits) > 30 or not digits.isascii() or not digits.replace(".", "", 1).isdigit():
        return None
    return float(plain) if "." in plain else int(plain)


def within(number: int | float) -> int | float:
    """The number, when it is not too large. Floats are rounded so that 0.1 + 0.2 is 0.3."""
    if type(number) is int and -_LARGEST_WHOLE <= number <= _LARGEST_WHOLE:
        return number
    if not -LARGEST_NUMBER <= number <= LARGEST_NUMBER:
        raise ExpressionError("expression.number_too_large", "A number is too large: at most 1,000,000,000,000,000.")
    if not isinstance(number, float) or round(number * 1e9) / 1e9 == number:
        return number  # it has no more than nine places; to see that is far quicker than to round it
    return round(number, 9)


def whole_of(value: Any) -> int:
    """The value as a whole number."""
    found = number_of(value)
    if type(found) is int:
        return found
    if found != int(found):
        raise ExpressionError("expression.not_whole", f"A whole number is wanted, not {found}.")
    return int(found)


def text_of(value: Any) -> str:
    """How a value is written where a text is wanted."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, NUMBERS):
        number = within(value)
        return str(int(number)) if number == int(number) else f"{number:.9f}".rstrip("0")
    return short(msgspec.json.encode(value).decode())


def short(text: str) -> str:
    """The text, when it is not too long."""
    if len(text) > LONGEST_TEXT:
        raise ExpressionError("expression.text_too_long", f"A text is too long: at most {LONGEST_TEXT} characters.")
    return text


def few(values: list[Any]) -> list[Any]:
    """The list, when it is not too long."""
    if len(values) > LONGEST_LIST:
        raise ExpressionError("expression.list_too_long", f"A list is too long: at most {LONGEST_LIST} entries.")
    return values


def equal(left: Any, right: Any) -> bool:
    """A number equals a text that reads like it; two texts are equal letter by letter ("007" is not "7")."""
    if type(left) is str and type(right) is str:
        return left == right
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, NUMBERS) and isinstance(right, str):
        return left == number_or_none(right)
    if isinstance(left, str) and isinstance(right, NUMBERS):
        return number_or_none(left) == right
    return bool(left == right)


def before(left: Any, right: Any) -> bool:
    """Whether `left` is less. Texts that both read like numbers compare as numbers, others as texts (ISO dates)."""
    if isinstance(left, str) and isinstance(right, str):
        first, second = number_or_none(left), number_or_none(right)
        if first is None or second is None:
            return left < right
        return first < second
    return number_of(left) < number_of(right)


def member(needle: Any, heap: Any) -> bool:
    """Whether a list has an entry, a map a key, or a text a part."""
    if isinstance(heap, str):
        return text_of(needle) in heap
    if isinstance(heap, Mapping):
        return text_of(needle) in heap
    if isinstance(heap, Sequence):
        return any(equal(needle, one) for one in heap)
    if heap is None:
        return False
    raise ExpressionError("expression.not_a_list", f"Nothing can be in {kind_of(heap)}.")


def part(whole: Any, key: Any) -> Any:
    """An entry of a map or list, a letter of a text; none when there is none of that name or place (from 0)."""
    if type(whole) is dict or isinstance(whole, Mapping):
        return whole.get(text_of(key))
    if isinstance(whole, str | list | tuple):
        place = whole_of(key)
        return whole[place] if -len(whole) <= place < len(whole) else None
    if whole is None:
        return None
    raise ExpressionError("expression.no_parts", f"{kind_of(whole).capitalize()} has no parts.")


def kind_of(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, NUMBERS):
        return "a number"
    return "a text" if isinstance(value, str) else "a map" if isinstance(value, Mapping) else "a list"


def _no_number(value: Any) -> ExpressionError:
    shown = f"the text {value[:40]!r}" if isinstance(value, str) else kind_of(value)
    return ExpressionError("expression.not_a_number", f"A number is wanted, not {shown}.")
