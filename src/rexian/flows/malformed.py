"""What msgspec says of a value that does not fit, as a rule and its figures: people are told in sentences."""

import ast
import re
from typing import Any

_RULES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("kind", re.compile(r"Expected `(?P<kind>[^`]+)`, got `[^`]+`")),
    ("pattern", re.compile(r"Expected `str` matching regex (?P<pattern>'.*'|\".*\")", re.DOTALL)),
    ("longest", re.compile(r"Expected `\w+` of length <= (?P<limit>\d+)")),
    ("shortest", re.compile(r"Expected `\w+` of length >= (?P<limit>\d+)")),
    ("most", re.compile(r"Expected `[^`]+` <= (?P<limit>-?[\d.]+)")),
    ("least", re.compile(r"Expected `[^`]+` >= (?P<limit>-?[\d.]+)")),
    ("below", re.compile(r"Expected `[^`]+` < (?P<limit>-?[\d.]+)")),
    ("above", re.compile(r"Expected `[^`]+` > (?P<limit>-?[\d.]+)")),
    ("missing", re.compile(r"Object missing required field `(?P<field>.+)`")),
    ("surplus", re.compile(r"Object contains unknown field `(?P<field>.+)`")),
    ("option", re.compile(r"Invalid enum value '?(?P<value>.*?)'?")),
)


def rule_of(detail: str) -> dict[str, Any]:
    """The rule that is broken and what belongs to it: `{"rule": "most", "limit": "9"}`. Empty for other texts.

    `kind` is what is wanted (`str`, `int`, `float`, `bool`, `array`, `object`), without the nothing that would do too.
    """
    for rule, pattern in _RULES:
        found = pattern.fullmatch(detail)
        if found is not None:
            return {"rule": rule, **{name: _plain(name, text) for name, text in found.groupdict().items()}}
    return {}


def _plain(name: str, text: str) -> str:
    if name == "pattern":
        return str(ast.literal_eval(text))
    if name == "kind":
        return next((kind for kind in text.split(" | ") if kind != "null"), text)
    return text.removesuffix(".0") if name == "limit" else text
