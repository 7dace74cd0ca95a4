"""From text to something that can be evaluated: tokens, a recursive descent over them, closures out of it."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from rexian.flows.expressions import operators
from rexian.flows.expressions.functions import FUNCTIONS
from rexian.flows.expressions.operators import Step
from rexian.flows.expressions.values import ExpressionError, Names, within

LONGEST = 2_000
"""Characters of one expression."""
DEEPEST = 40
MOST_STEPS = 500
"""Parts of one expression, and so of one evaluation: nothing in it is done twice."""

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<number>\d+(?:\.\d+)?)
    | (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    | (?P<name>[^\W\d]\w*)
    | (?P<sign>==|!=|<=|>=|[-+*/%<>=().,:\[\]{}])
    | (?P<end>\Z)
    )""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPES = {"n": "\n", "t": "\t"}
_CONSTANTS: dict[str, Any] = {"true": True, "false": False, "none": None}
_WORDS = frozenset({"and", "or", "not", "in", *_CONSTANTS})
_COMPARED = frozenset({"==", "!=", "<", "<=", ">", ">="})


class Token(NamedTuple):
    kind: str
    text: str
    at: int


class Expression:
    """A text that was read; `evaluate` it as often as needed."""

    __slots__ = ("_step", "names", "text")

    def __init__(self, text: str, step: Step, names: frozenset[str]) -> None:
        self.text = text
        self.names = names
        """The names it asks for."""
        self._step = step

    def evaluate(self, names: Names) -> Any:
        """The value; raises `ExpressionError` and nothing else."""
        try:
            return self._step(names)
        except ExpressionError:
            raise
        except Exception as error:
            message = f"This cannot be computed ({type(error).__name__})."
            raise ExpressionError("expression.failed", message) from error


@lru_cache(maxsize=4096)
def read(text: str) -> Expression:
    """The expression of a text; raises `ExpressionError` saying where it cannot be understood."""
    if len(text) > LONGEST:
        raise ExpressionError("expression.too_long", f"An expression has at most {LONGEST} characters.")
    if not text.strip():
        raise ExpressionError("expression.empty", "Nothing is written here yet; write a variable or an expression.")
    reader = _Reader(_tokens(text))
    step = reader.expression()
    reader.expect_end()
    return Expression(text, step, frozenset(reader.names))


def _tokens(text: str) -> list[Token]:
    found: list[Token] = []
    at = 0
    while True:
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise _wrong(at + 1, f"nothing can begin with {text[at : at + 10].strip()[:1]!r}")
        found.append(Token(match.lastgroup, match[match.lastgroup], match.start(match.lastgroup) + 1))
        if match.lastgroup == "end":
            return found
        at = match.end()


class _Reader:
    """The grammar, one method a level, loosest first."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._place = 0
        self._depth = 0
        self._parts = 0
        self.names: set[str] = set()

    def expression(self) -> Step:
        self._depth += 1
        if self._depth > DEEPEST:
            raise ExpressionError("expression.too_deep", f"An expression is at most {DEEPEST} levels deep.")
        step = self._either()
        self._depth -= 1
        return step

    def expect_end(self) -> None:
        token = self._tokens[self._place]
        if token.kind != "end":
            raise _unexpected(token)

    def _either(self) -> Step:
        left = self._both()
        while self._takes("or"):
            left = self._made(operators.either(left, self._both()))
        return left

    def _both(self) -> Step:
        left = self._denied()
        while self._takes("and"):
            left = self._made(operators.both(left, self._denied()))
        return left

    def _denied(self) -> Step:
        times = 0
        while self._takes("not"):
            times += 1
        step = self._compared()
        for _ in range(times):
            step = self._made(operators.denied(step))
        return step

    def _compared(self) -> Step:
        left = self._sum()
        token = self._tokens[self._place]
        if token.text in _COMPARED and token.kind == "sign":
            self._place += 1
            return self._made(operators.compared(token.text, left, self._sum()))
        if token.text == "=" and token.kind == "sign":
            raise _wrong(token.at, "a comparison is written ==")
        if self._takes("in"):
            return self._made(operators.contained(left, self._sum()))
        if token.text == "not" and self._tokens[self._place + 1].text == "in":
            self._place += 2
            return self._made(operators.denied(operators.contained(left, self._sum())))
        return left

    def _sum(self) -> Step:
        return self._chain(("+", "-"), self._product)

    def _product(self) -> Step:
        return self._chain(("*", "/", "%"), self._signed)

    def _chain(self, signs: tuple[str, ...], inner: Callable[[], Step]) -> Step:
        left = inner()
        while (token := self._tokens[self._place]).kind == "sign" and token.text in signs:
            self._place += 1
            left = self._made(operators.computed(token.text, left, inner()))
        return left

    def _signed(self) -> Step:
        times = 0
        while self._takes("-"):
            times += 1
        step = self._postfixed()
        for _ in range(times):
            step = self._made(operators.negated(step))
        return step

    def _postfixed(self) -> Step:
        step = self._primary()
        while True:
            if self._takes("."):
                token = self._next()
                if token.kind != "name":
                    raise _unexpected(token)
                step = self._made(operators.entry(step, operators.constant(token.text)))
            elif self._takes("["):
                step = self._made(operators.entry(step, self.expression()))
                self._expect("]")
            else:
                return step

    def _primary(self) -> Step:
        token = self._next()
        if token.kind == "number":
            return self._made(operators.constant(within(float(token.text) if "." in token.text else int(token.text))))
        if token.kind == "text":
            return self._made(operators.constant(_unquoted(token.text)))
        if token.kind == "name" and token.text in _CONSTANTS:
            return self._made(operators.constant(_CONSTANTS[token.text]))
        if token.kind == "name" and token.text not in _WORDS:
            return self._call(token) if self._takes("(") else self._name(token)
        if token.kind == "sign" and token.text == "(":
            step = self.expression()
            self._expect(")")
            return step
        if token.kind == "sign" and token.text == "[":
            return self._made(operators.listed(self._until("]")))
        if token.kind == "sign" and token.text == "{":
            return self._map()
        raise _unexpected(token)

    def _name(self, token: Token) -> Step:
        self.names.add(token.text)
        return self._made(operators.named(token.text))

    def _call(self, token: Token) -> Step:
        function = FUNCTIONS.get(token.text)
        if function is None:
            raise ExpressionError(
                "expression.unknown_function", f"There is no function {token.text!r}.", name=token.text, at=token.at
            )
        given = self._until(")")
        least, most = function.takes
        if not least <= len(given) <= most:
            wanted = str(least) if least == most else f"{least} to {most}"
            raise _wrong(token.at, f"{token.text} takes {wanted} values, not {len(given)}")
        return self._made(function.bind(tuple(given)))

    def _map(self) -> Step:
        pairs: list[tuple[Step, Step]] = []
        while not self._takes("}"):
            if pairs:
                self._expect(",")
            key = self._next()
            if key.kind not in ("name", "text"):
                raise _unexpected(key)
            self._expect(":")
            name = _unquoted(key.text) if key.kind == "text" else key.text
            pairs.append((operators.constant(name), self.expression()))
        return self._made(operators.mapped(pairs))

    def _until(self, closing: str) -> list[Step]:
        """Expressions between commas."""
        found: list[Step] = []
        while not self._takes(closing):
            if found:
                self._expect(",")
            found.append(self.expression())
        return found

    # --- tokens

    def _next(self) -> Token:
        token = self._tokens[self._place]
        if token.kind != "end":
            self._place += 1
        return token

    def _takes(self, text: str) -> bool:
        token = self._tokens[self._place]
        if token.text == text and token.kind in ("sign", "name"):
            self._place += 1
            return True
        return False

    def _expect(self, text: str) -> None:
        if not self._takes(text):
            raise _unexpected(self._tokens[self._place], wanted=text)

    def _made(self, step: Step) -> Step:
        self._parts += 1
        if self._parts > MOST_STEPS:
            raise ExpressionError("expression.too_many_parts", f"An expression has at most {MOST_STEPS} parts.")
        return step


def _unquoted(quoted: str) -> str:
    """A text without its quotes; `\\n` and `\\t` are what they are elsewhere, `\\` before anything else is that."""
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), quoted[1:-1], flags=re.DOTALL)


def _unexpected(token: Token, wanted: str = "") -> ExpressionError:
    found = "the end" if token.kind == "end" else repr(token.text[:40])
    return _wrong(token.at, f"{wanted!r} is wanted, not {found}" if wanted else f"{found} cannot stand here")


def _wrong(at: int, why: str) -> ExpressionError:
    return ExpressionError("expression.syntax", f"At character {at}: {why}.", at=at)
