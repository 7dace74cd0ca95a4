"""Texts with expressions in braces: `您好{name}，余额{format(balance, 2)}元。` A brace itself is written twice."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from rexian.flows.expressions.reading import Expression, read
from rexian.flows.expressions.values import LONGEST_TEXT, ExpressionError, Names, short, text_of

_PIECE = re.compile(r"""\{\{|\}\}|\{((?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^{}"'])*)\}|[^{}]+|[{}]""", re.DOTALL)


class Template:
    """A text that was read: its fixed parts and its expressions, in order."""

    __slots__ = ("parts",)

    def __init__(self, parts: tuple[str | Expression, ...]) -> None:
        self.parts = parts

    @property
    def names(self) -> frozenset[str]:
        return frozenset().union(*(part.names for part in self.parts if isinstance(part, Expression)))

    def fill(self, names: Names, written: Callable[[Any], str] = text_of) -> str:
        """The text with each expression's value, `written` as the place demands (quoted for a URL)."""
        filled = [part if isinstance(part, str) else written(part.evaluate(names)) for part in self.parts]
        return short("".join(filled))


@lru_cache(maxsize=4096)
def read_template(text: str) -> Template:
    """Raises `ExpressionError` when a brace is left open or what is in it cannot be understood."""
    if len(text) > LONGEST_TEXT:
        raise ExpressionError("expression.text_too_long", f"A text is too long: at most {LONGEST_TEXT} characters.")
    parts: list[str | Expression] = []
    for found in _PIECE.finditer(text):
        if found[1] is not None:
            parts.append(read(found[1]))
        elif found[0] in ("{{", "}}"):
            parts.append(found[0][0])
        elif found[0] in ("{", "}"):
            message = f"The brace at character {found.start() + 1} has no other half; a brace itself is written twice."
            raise ExpressionError("expression.brace", message, at=found.start() + 1)
        else:
            parts.append(found[0])
    return Template(tuple(parts))
