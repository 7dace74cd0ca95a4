"""Flows that come with the product, as JSON documents in `ready/`; a tenant installs one and makes it his own."""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from rexian.core.errors import Invalid, NotFound
from rexian.core.ids import FlowId
from rexian.flows.service import Flows
from rexian.infra.database import Work
from rexian.tenants.model import Principal

FOLDER = Path(__file__).parent / "ready"
_BLANK = re.compile(r"\$(\w+)")


class ReadyFlow(msgspec.Struct, frozen=True, kw_only=True):
    """`asks` are the blanks (`$queue`) that the one who installs it fills in, with what each means.

    `titles` are those of steps whose kind does not say what they are for, each by language: the document gets those of
    the language of who installs it.
    """

    key: str
    name: dict[str, str]
    about: dict[str, str]
    asks: dict[str, dict[str, str]]
    document: dict[str, Any]
    titles: dict[str, dict[str, str]] = {}


@cache
def ready_flows() -> Mapping[str, ReadyFlow]:
    """All of them, by key."""
    found = {}
    for file in sorted(FOLDER.glob("*.json")):
        raw = json.loads(file.read_text(encoding="utf-8"))
        found[file.stem] = msgspec.convert({"key": file.stem, **raw}, ReadyFlow)
    return found


def ready_flow(key: str) -> ReadyFlow:
    found = ready_flows().get(key)
    if found is None:
        known = ", ".join(ready_flows())
        raise NotFound("ready_flow.not_found", f"There is no ready flow {key!r}; there are {known}.", key=key)
    return found


def filled_in(flow: ReadyFlow, values: Mapping[str, str], language: str = "zh") -> dict[str, Any]:
    """The document with its blanks filled and its steps titled in a language.

    Raises `Invalid` when a blank is left open or there is none of that name.
    """
    differing = sorted(flow.asks.keys() ^ values.keys())
    if differing:
        message = f"This flow asks for {', '.join(flow.asks) or 'nothing'}; give exactly these."
        raise Invalid("ready_flow.values", message, values=differing)
    document: dict[str, Any] = _filled(flow.document, values)
    for step, texts in flow.titles.items():
        kind = document["nodes"][step].pop("type")
        document["nodes"][step] = {"type": kind, "title": texts[language], **document["nodes"][step]}
    return document


async def install(
    flows: Flows,
    work: Work,
    by: Principal | None,
    key: str,
    *,
    name: str,
    values: Mapping[str, str],
    language: str = "zh",
) -> dict[str, Any]:
    """A new flow with a first version, not published yet; gives the flow. `language`: that of its steps' titles."""
    document = filled_in(ready_flow(key), values, language)
    made = await flows.add(work, by, {"name": name})
    await flows.draft(work, by, FlowId(made["id"]), document, note=key)
    return made


def _filled(part: Any, values: Mapping[str, str]) -> Any:
    if isinstance(part, str):
        return _BLANK.sub(lambda blank: values.get(blank[1], blank[0]), part)
    if isinstance(part, dict):
        return {name: _filled(value, values) for name, value in part.items()}
    if isinstance(part, list):
        return [_filled(value, values) for value in part]
    return part
