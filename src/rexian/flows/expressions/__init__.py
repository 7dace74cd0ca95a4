"""The small safe language in which flows compute: `order.total * 0.9`, `starts_with(caller, "138")`, `{name}, hello`.

It has no loops, no definitions and no way to anything but the values it is given, so every evaluation ends, within
limits of size. `read` and `read_template` say what is wrong with a text; to evaluate may raise `ExpressionError`, and
nothing else. What the language knows is told in `docs/expressions.md`.
"""

from rexian.flows.expressions.reading import Expression, read
from rexian.flows.expressions.templates import Template, read_template
from rexian.flows.expressions.values import ExpressionError, Names, is_true, text_of

__all__ = ["Expression", "ExpressionError", "Names", "Template", "is_true", "read", "read_template", "text_of"]
