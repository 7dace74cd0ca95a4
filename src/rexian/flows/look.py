"""How node types appear to people who draw: declared by the node, worded by files beside it, published in the schema.

A node class says its `look`; the annotations below say what a field is for. Words lie in `nodes.zh.json` and
`nodes.en.json` in the package of the node's module, so that a stranger's node brings its own:

    {"lucky": {"title": "…", "help": "…", "fields": {"digit": {"label": "…", "help": "…"}}, "exits": {"lucky": "…"},
               "options": {"digit": {"8": "…"}}}}

The name `*` holds words for all nodes. What has no word is shown by its own name, help by the class's docstring.
"""

import json
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Annotated, Any

import msgspec

LANGUAGES = ("zh", "en")
CATEGORIES = ("speak", "listen", "decide", "do", "route", "media", "other")
"""In the order in which they are offered; a node of an unknown category stands under `other`."""
SHARED = "*"


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """How a node type is offered and drawn."""

    category: str = "other"
    icon: str = "box"
    """A name of the page's icons; one it does not have is drawn as a box."""
    order: int = 100
    """Its place within the category, the lower the earlier."""
    fresh: dict[str, Any] = {}
    """Parameters that a new one begins with, beside the defaults."""
    advanced: tuple[str, ...] = ()
    """Fields that most people leave as they are: folded away."""


def widget(name: str, **more: Any) -> msgspec.Meta:
    """A field that is edited in a way of its own: `media`, `variable`, `expression`, `area`, `keys`, `skills`, `value`.

    `more` is told to it: the `kinds` of values that media may speak.
    """
    return msgspec.Meta(extra_json_schema={"x-widget": name, **{f"x-{key}": value for key, value in more.items()}})


def refers(kind: str) -> msgspec.Meta:
    """A field that names something outside, chosen from what is there."""
    return msgspec.Meta(extra_json_schema={"x-refers": kind})


def unit(name: str) -> msgspec.Meta:
    """A field that is counted in `s`, `%` …"""
    return msgspec.Meta(extra_json_schema={"x-unit": name})


QueueName = Annotated[str, refers("queue")]
CalendarName = Annotated[str, refers("calendar")]
VariableName = Annotated[str, widget("variable")]
ExpressionText = Annotated[str, widget("expression")]
Template = Annotated[str, widget("area")]
Skills = Annotated[dict[str, Annotated[int, msgspec.Meta(ge=0, le=10)]], widget("skills")]
Language = Annotated[str, msgspec.Meta(extra_json_schema={"x-options": list(LANGUAGES)})]

Words = dict[str, Any]


@cache
def _read(package: str) -> dict[str, dict[str, Words]]:
    """The words of a package's nodes, by language and name; empty where it has none."""
    found = {}
    for language in LANGUAGES:
        try:
            text = (files(package) / f"nodes.{language}.json").read_text(encoding="utf-8")
        except (OSError, ModuleNotFoundError, TypeError, ValueError):
            continue
        found[language] = json.loads(text)
    return found


def words_of(module: str, name: str) -> dict[str, Words]:
    """What the package of `module` says of the node `name`, by language."""
    beside = _read(module.rpartition(".")[0])
    return {language: words[name] for language, words in beside.items() if name in words}


def shared_words(modules: Iterable[str]) -> dict[str, Words]:
    """The words for all nodes, of all packages that have nodes; where two say something, the later counts."""
    merged: dict[str, Words] = {language: {} for language in LANGUAGES}
    for module in modules:
        for language, words in words_of(module, SHARED).items():
            for part, texts in words.items():
                merged[language][part] = {**merged[language].get(part, {}), **texts}
    return merged
