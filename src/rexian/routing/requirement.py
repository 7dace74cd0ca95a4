"""What an agent must be able to do, as an expression: `english >= 6 and (billing >= 3 or sales >= 5)`.

    either     = both { "or" both }
    both       = single { "and" single }
    single     = "not" single | "(" either ")" | skill [ comparison level ]
    comparison = ">=" | ">" | "=" | "==" | "<=" | "<"
    skill      = a word of letters, digits, "_", "-", "." in any script, or any text in "double quotes"

A skill alone means that he has it: level 1 or more. Who has not been given a skill has level 0 of it. Expressions are
values: they can be compared and be keys. `bits` turns one into the set of agents who satisfy it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import NoReturn

import msgspec

from rexian.core.errors import Invalid

LONGEST = 1000
DEEPEST = 20
MOST_COMPARISONS = 50
HIGHEST = 10
_TOKEN = re.compile(
    r'\s*(?:(?P<sign>>=|<=|==|=|>|<|\(|\))|(?P<level>\d+(?![\w.-]))|"(?P<quoted>[^"]*)"|(?P<word>[\w.-]+))'
)
_PLAIN = re.compile(r"[^\W\d][\w.-]*")
_WORDS = ("and", "or", "not")

AtLeast = Callable[[str, int], int]
"""(skill, level) → bits of the agents who have at least this level; for a level of 0 or less all bits."""


class Compared(msgspec.Struct, frozen=True):
    """The level of a skill lies between these, both included."""

    skill: str
    least: int
    most: int = HIGHEST

    def __str__(self) -> str:
        name = self.skill if _PLAIN.fullmatch(self.skill) and self.skill.lower() not in _WORDS else f'"{self.skill}"'
        if self.most >= HIGHEST:
            return f"{name} >= {self.least}"
        return f"{name} = {self.least}" if self.least == self.most else f"{name} <= {self.most}"


class Both(msgspec.Struct, frozen=True):
    parts: "tuple[Requirement, ...]"

    def __str__(self) -> str:
        return " and ".join(f"({part})" if isinstance(part, Either) else str(part) for part in self.parts)


class Either(msgspec.Struct, frozen=True):
    parts: "tuple[Requirement, ...]"

    def __str__(self) -> str:
        return " or ".join(map(str, self.parts))


class Not(msgspec.Struct, frozen=True):
    part: "Requirement"

    def __str__(self) -> str:
        return f"not {self.part}" if isinstance(self.part, Compared) else f"not ({self.part})"


Requirement = Compared | Both | Either | Not
ANYBODY = Both(())


def of_skills(skills: Mapping[str, int]) -> Requirement:
    """The short form: the least level of each. A level of 0 asks for nothing."""
    parts = tuple(Compared(skill, least) for skill, least in sorted(skills.items()) if least > 0)
    return parts[0] if len(parts) == 1 else Both(parts)


def together(*requirements: Requirement) -> Requirement:
    """All of these."""
    parts: list[Requirement] = []
    for requirement in requirements:
        parts += conditions(requirement)
    return parts[0] if len(parts) == 1 else Both(tuple(parts))


def lowered(requirement: Requirement, by: int) -> Requirement:
    """The same, with so many levels less asked for of each skill. Upper limits and what is negated stay."""
    match requirement:
        case Compared(skill, least, most) if most >= HIGHEST:
            return Compared(skill, max(least - by, 0))
        case Both(parts):
            return together(*(lowered(part, by) for part in parts))
        case Either(parts):
            return Either(tuple(lowered(part, by) for part in parts))
        case _:
            return requirement


def conditions(requirement: Requirement) -> tuple[Requirement, ...]:
    """Its parts that must all be satisfied."""
    return requirement.parts if type(requirement) is Both else (requirement,)


def compared(requirement: Requirement) -> Iterator[Compared]:
    """All its comparisons, from left to right."""
    match requirement:
        case Compared():
            yield requirement
        case Not(part):
            yield from compared(part)
        case Both(parts) | Either(parts):
            for each in parts:
                yield from compared(each)


def suffices(skills: Mapping[str, int], requirement: Requirement) -> bool:
    """Whether an agent with these skills satisfies it."""
    match requirement:
        case Compared(skill, least, most):
            return least <= skills.get(skill, 0) <= most
        case Not(part):
            return not suffices(skills, part)
        case Both(parts):
            return all(suffices(skills, part) for part in parts)
        case Either(parts):
            return any(suffices(skills, part) for part in parts)


def bits(requirement: Requirement, at_least: AtLeast) -> int:
    """The agents who satisfy it, as a set of bits; -1 stands for all there are and will be."""
    match requirement:
        case Compared(skill, least, most):
            found = at_least(skill, least)
            return found if most >= HIGHEST else found & ~at_least(skill, most + 1)
        case Not(part):
            return ~bits(part, at_least)
        case Both(parts):
            found = -1
            for part in parts:
                found &= bits(part, at_least)
            return found
        case Either(parts):
            found = 0
            for part in parts:
                found |= bits(part, at_least)
            return found


@lru_cache(maxsize=4096)
def parse(text: str) -> Requirement:
    """The requirement that the text stands for; no text: anybody will do.

    Raises `Invalid` with the position (from 1) and what to do.
    """
    if len(text) > LONGEST:
        _refuse("too_long", LONGEST + 1, f"it is longer than {LONGEST} characters; shorten it")
    if not text.strip():
        return ANYBODY
    parser = _Parser(text)
    found = parser.either(0)
    parser.expect_end()
    return found


class _Parser:
    """Recursive descent over the tokens of one text."""

    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._next = 0
        self._comparisons = 0

    def either(self, depth: int) -> Requirement:
        parts = [self.both(depth)]
        while self._take("word", "or"):
            parts.append(self.both(depth))
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def both(self, depth: int) -> Requirement:
        parts = [self.single(depth)]
        while self._take("word", "and"):
            parts.append(self.single(depth))
        return together(*parts)

    def single(self, depth: int) -> Requirement:
        kind, value, position = self._tokens[self._next]
        if depth >= DEEPEST:
            _refuse("too_deep", position, f"brackets lie more than {DEEPEST} deep; make it simpler")
        if self._take("word", "not"):
            return Not(self.single(depth + 1))
        if self._take("sign", "("):
            inner = self.either(depth + 1)
            if not self._take("sign", ")"):
                _refuse("bracket", self._tokens[self._next][2], "a closing bracket is missing; put ')' here")
            return inner
        if kind not in ("word", "quoted") or (kind == "word" and value in _WORDS):
            _refuse("skill", position, "a skill is missing; write it here, such as english >= 5")
        self._next += 1
        return self._comparison(value, position)

    def expect_end(self) -> None:
        kind, value, position = self._tokens[self._next]
        if kind != "end":
            _refuse("unexpected", position, f"{value!r} is not expected; join the parts by 'and' or 'or'")

    def _comparison(self, skill: str, position: int) -> Requirement:
        self._comparisons += 1
        if self._comparisons > MOST_COMPARISONS:
            _refuse("too_many", position, f"there are more than {MOST_COMPARISONS} comparisons; make it simpler")
        kind, sign, _ = self._tokens[self._next]
        if kind != "sign" or sign in "()":
            return Compared(skill, 1)
        self._next += 1
        kind, level, position = self._tokens[self._next]
        if kind != "level" or int(level) > HIGHEST:
            _refuse("level", position, f"after {sign} comes a level from 0 to {HIGHEST}")
        self._next += 1
        return _within(skill, sign, int(level), position)

    def _take(self, kind: str, value: str) -> bool:
        found = self._tokens[self._next][:2] == (kind, value)
        self._next += found
        return found


def _within(skill: str, sign: str, level: int, position: int) -> Requirement:
    least, most = {
        ">=": (level, HIGHEST),
        ">": (level + 1, HIGHEST),
        "<=": (0, level),
        "<": (0, level - 1),
    }.get(sign, (level, level))
    if least > most:
        _refuse("nobody", position, f"nobody has {sign} {level}; levels go from 0 to {HIGHEST}")
    return Compared(skill, least, most)


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    """(kind, value, position from 1), and at last the end."""
    at = 0
    while text[at:].strip():
        found = _TOKEN.match(text, at)
        if found is None:
            start = len(text) - len(text[at:].lstrip())
            _refuse(
                "character",
                start + 1,
                f"{text[start]!r} cannot stand here; put such names in double quotes",
            )
        kind = found.lastgroup or ""
        value = found[kind]
        yield kind, value.lower() if kind == "word" and value.lower() in _WORDS else value, found.start(kind) + 1
        at = found.end()
    yield "end", "", len(text) + 1


def _refuse(what: str, position: int, problem: str) -> NoReturn:
    message = f"The requirement cannot be read at position {position}: {problem}."
    raise Invalid(f"requirement.{what}", message, position=position)
