"""The references in `docs/reference`: settings, permissions, errors, facts, metrics, life cycles; read off the code.

`python -m rexian.main.references` writes them; a test fails when one is stale.
"""

import ast
import importlib
import importlib.util
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple, cast

import msgspec
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

import rexian
from rexian.alerts.life import ALERT
from rexian.api.app import build
from rexian.api.doors import doors
from rexian.api.errors import OF_STATUS, STATUS
from rexian.core import errors
from rexian.core.machine import Machine
from rexian.floor.callbacks import CALLBACK
from rexian.floor.calls import CALL, LEG
from rexian.floor.outcalls import OUTCALL
from rexian.floor.presence import PRESENCE
from rexian.floor.voicemails import VOICEMAIL
from rexian.flows.nodes import load_registry
from rexian.flows.reference import described
from rexian.insight import formulas
from rexian.insight.figures import FORMULA_OF
from rexian.insight.formulas import DEFAULT_SERVICE_LEVEL, FORMULAS
from rexian.main.place import CHECKOUT
from rexian.main.settings import Settings
from rexian.tenants.permissions import PERMISSIONS, ROLES
from rexian.twin.lifecycle import RUN

FOLDER = CHECKOUT / "docs" / "reference"
_SOURCE = Path(rexian.__path__[0])
_NOTE = "<!-- Written by `python -m rexian.main.references`; do not edit. -->\n"
_KINDS = {name: kind for name, kind in vars(errors).items() if isinstance(kind, type)}
_MACHINES: dict[str, Machine[Any, Any]] = {
    "An agent": PRESENCE,
    "A call": CALL,
    "A leg": LEG,
    "A callback": CALLBACK,
    "An outcall": OUTCALL,
    "A voicemail": VOICEMAIL,
    "An alert": ALERT,
    "A run of the twin": RUN,
}
_FACT_MODULES = (
    "events",
    "conversations",
    "changes",
    "interventions",
    "gatherings",
    "owed",
    "reserves",
    "utterances",
    "faxes",
)


def _settings() -> str:
    rows = [(f"`{name}`", f"`REXIAN_{name.upper().replace('.', '__')}`", *rest) for name, *rest in _fields(Settings)]
    intro = "Given by the environment, or in `<data>/rexian.toml` under the group's name."
    return f"# Settings\n\n{intro}\n\n{_table(('setting', 'environment', 'default', 'meaning'), rows)}"


def _fields(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, str, str]]:
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _fields(field.annotation, f"{name}.")
            continue
        default = "" if field.default in (PydanticUndefined, "") else str(field.default)
        yield prefix + name, default.replace(str(CHECKOUT), "."), field.description or ""


def _life_cycles() -> str:
    """The tables of legal moves, drawn."""
    parts = [f"## {title}\n\n```mermaid\n{machine.diagram()}\n```" for title, machine in _MACHINES.items()]
    return "\n\n".join(["# Life cycles\n\nEach arrow is a fact; what is not drawn is not possible.", *parts])


def _figures() -> str:
    rows = [(f"`{formula.id}`", formula.expression, formula.en, formula.zh) for formula in FORMULAS.values()]
    of = [(f"`{name}`", f"`{id}`") for name, id in {**FORMULA_OF, "service_level": DEFAULT_SERVICE_LEVEL}.items()]
    return (
        f"# Figures\n\n{inspect.getdoc(formulas)}\n\n{_table(('formula', 'is', 'meaning', '含义'), rows)}\n\n"
        "## What a queue's figures are computed by\n\n"
        f"Any other service level can be asked for (`service_level=SL1` …).\n\n{_table(('figure', 'formula'), of)}"
    )


def _flows() -> str:
    rows = [
        (f"`{node.name}`", node.words, ", ".join(f"`{name}` ({default})" for name, default in node.parameters))
        for node in described(load_registry())
    ]
    intro = (
        "A flow is a JSON document: `start`, `nodes` by id, perhaps `language`, `variables`, `on_error`. Every node "
        "has a `type`, its parameters, and `exits` from the names of its exits to the ids of the nodes that follow. "
        "`GET /api/v1/flows/schema` gives the JSON Schema."
    )
    return f"# Flow nodes\n\n{intro}\n\n{_table(('node', 'does', 'parameters'), rows)}"


def _permissions() -> str:
    held = [
        (f"`{name}`", words, ", ".join(role for role in ROLES if name in ROLES[role]))
        for name, words in PERMISSIONS.items()
    ]
    routes = [
        (door.method, f"`{door.path}`", _asked(door.permissions)) for door in doors(build(cast(Any, SimpleNamespace())))
    ]
    return (
        f"# Permissions\n\n{_table(('permission', 'allows to', 'held by'), held)}\n\n"
        f"## What each route asks for\n\n{_table(('method', 'route', 'one of'), routes)}"
    )


def _asked(permissions: tuple[str, ...] | None) -> str:
    if permissions is None:
        return "*anybody*"
    return ", ".join(f"`{each}`" for each in permissions) or "*whoever is signed in*"


class _Raised(NamedTuple):
    code: str
    kind: str
    message: str


def _errors() -> str:
    raised = {(each.code, str(STATUS.get(each.kind, 500)), each.message) for each in _raised()}
    rows = [
        (f"`{code}`", status, message)
        for code, status, message in sorted(raised | set(_answered()), key=lambda each: (each[0], each[2], each[1]))
    ]
    intro = (
        'Every refusal is `{"error": {"code", "message", "params"}}`. The code is stable. '
        "`<noun>` stands for what the row is: `user`, `queue`, `trunk` …"
    )
    return f"# Errors\n\n{intro}\n\n{_table(('code', 'status', 'message'), rows)}"


def _raised() -> Iterator[_Raised]:
    """Every error that is made anywhere in the source with its code written out."""
    for node in _calls():
        if kind := _kind(node.func):
            code, message = _words(node.args[0]), _words(node.args[1])
            if code and message:
                yield _Raised(code, kind, message)


def _answered() -> Iterator[tuple[str, str, str]]:
    """Code, status and message of what the API refuses by itself, whichever route was asked."""
    for status, (code, message) in OF_STATUS.items():
        yield code, str(status), message
    for node in _calls():
        if isinstance(node.func, ast.Name) and node.func.id == "answer" and isinstance(node.args[0], ast.Constant):
            yield _words(node.args[1]), str(node.args[0].value), _words(node.args[2])


@cache
def _calls() -> list[ast.Call]:
    """All calls with two arguments or more in the source, read once."""
    nodes = (node for file in sorted(_SOURCE.rglob("*.py")) for node in ast.walk(ast.parse(file.read_text())))
    return [node for node in nodes if isinstance(node, ast.Call) and len(node.args) >= 2]


def _kind(callee: ast.expr) -> str:
    name = callee.id if isinstance(callee, ast.Name) else callee.attr if isinstance(callee, ast.Attribute) else ""
    found = _KINDS.get(name)
    if name == "NotSignedIn":
        return "not_signed_in"
    return found.kind if isinstance(found, type) and issubclass(found, errors.RexianError) else ""


def _words(node: ast.expr) -> str:
    """A text as it is written, its blanks as `<name>`."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(_words(part) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        name = node.value.attr if isinstance(node.value, ast.Attribute) else ast.unparse(node.value)
        return f"<{name}>" if name.isidentifier() else "…"
    return ""


def _facts() -> str:
    sections = []
    for package in sorted(pkgutil.iter_modules(rexian.__path__), key=lambda each: each.name):
        found = [fact for module in _FACT_MODULES for fact in _facts_of(f"rexian.{package.name}.{module}")]
        if found:
            rows = [(f"`{name}`", fields, words) for name, fields, words in found]
            sections.append(f"## {package.name}\n\n{_table(('fact', 'fields', 'meaning'), rows)}")
    return "# Facts\n\nWhat the journal and the switch tell, by package.\n\n" + "\n\n".join(sections)


def _facts_of(module: str) -> Iterator[tuple[str, str, str]]:
    if importlib.util.find_spec(module.rpartition(".")[0]) is None or importlib.util.find_spec(module) is None:
        return
    loaded = importlib.import_module(module)
    for name, kind in vars(loaded).items():
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind.__module__ == module:
            words = (inspect.getdoc(kind) or "").split("\n\n")[0].replace("\n", " ") if kind.__doc__ else ""
            yield name, ", ".join(f"`{field}`" for field in kind.__struct_fields__), words


def _metrics() -> str:
    rows = sorted(set(_measured()))
    return f"# Metrics\n\nAt `/metrics`, for Prometheus.\n\n{_table(('metric', 'kind', 'labels', 'meaning'), rows)}"


def _measured() -> Iterator[tuple[str, ...]]:
    for node in _calls():
        kind = node.func.id if isinstance(node.func, ast.Name) else ""
        if kind in {"Counter", "Histogram", "Gauge"}:
            name, words = _words(node.args[0]), _words(node.args[1])
            labels = ast.literal_eval(node.args[2]) if len(node.args) > 2 else []
            if name and words:
                yield f"`{name}`", kind.lower(), ", ".join(labels), words


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]] | list[Any]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", r"\|").replace("\n", " ")


PAGES: Mapping[str, Callable[[], str]] = {
    "settings.md": _settings,
    "permissions.md": _permissions,
    "errors.md": _errors,
    "facts.md": _facts,
    "metrics.md": _metrics,
    "figures.md": _figures,
    "flows.md": _flows,
    "life-cycles.md": _life_cycles,
}
"""Who writes each page, by file name."""


def reference(name: str) -> str:
    """The page of that name as it has to be now."""
    return f"{_NOTE}\n{PAGES[name]()}\n"


def write() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in PAGES:
        (FOLDER / name).write_text(reference(name))


if __name__ == "__main__":
    write()
