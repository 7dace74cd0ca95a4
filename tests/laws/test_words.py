"""What pages tell of contacts and of the audit trail has words in both languages: facts, values, acts."""

import json
import re
from functools import cache
from importlib.resources import files
from typing import Any, get_args

import pytest

from rexian.floor.decisions.legs import OUTCOMES
from rexian.floor.events import AnyFact
from rexian.flows.nodes import load_registry
from rexian.interactions import events as records
from rexian.interactions.model import Outcome
from rexian.interactions.reading import NOT_SHOWN
from rexian.main.place import CHECKOUT
from rexian.routing.exits import NAMES
from rexian.telephony.commands import Cause, ListenMode

LANGUAGES = ("zh", "en")
RECORDS = [
    kind
    for kind in vars(records).values()
    if isinstance(kind, type) and issubclass(kind, records.RecordFact) and kind is not records.RecordFact
]
SHOWN = [
    kind
    for kind in (*get_args(AnyFact), *RECORDS)
    if "call" in kind.__struct_fields__ and kind.__name__ not in NOT_SHOWN
]
DOCUMENTED = re.compile(r"`(reason|result|how|act|part|kind)`: ([^`]*?)(?:\.\s|\.?$)", re.DOTALL)


NOTED = re.compile(r'audit\.note\([^)]*?"([a-z_]+\.[a-z_]+)"')


@cache
def words(language: str, area: str = "contacts") -> dict[str, Any]:
    text = (CHECKOUT / "web" / "src" / "locales" / language / f"{area}.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def documented() -> set[tuple[str, str]]:
    """Field and value, as the facts' own descriptions list them: "`reason`: missed | rejected (by hand)"."""
    return {
        (field, word.strip())
        for kind in SHOWN
        for field, values in DOCUMENTED.findall(kind.__doc__ or "")
        for word in re.sub(r"\([^)]*\)|, or .*", "", values, flags=re.DOTALL).split("|")
    }


def exits() -> set[str]:
    """The exits that the installed steps put into words themselves."""
    packages = {kind.__module__.rpartition(".")[0] for kind in load_registry().values()}
    found: set[str] = set()
    for package in packages:
        text = (files(package) / "nodes.zh.json").read_text(encoding="utf-8")
        found |= {exit for node in json.loads(text).values() for exit in node.get("exits", {})}
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fact_that_a_contact_shows_has_a_name(language: str) -> None:
    assert len(SHOWN) > 60
    assert [kind.__name__ for kind in SHOWN if not words(language)["fact"].get(kind.__name__)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_value_that_a_fact_describes_has_a_word(language: str) -> None:
    listed = documented()
    assert {("reason", "missed"), ("result", "party_gone"), ("how", "expired"), ("act", "move")} <= listed
    known = words(language)["value"]
    assert sorted((field, word) for field, word in listed if not known[field].get(word)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_causes_exits_modes_and_outcomes_have_words(language: str) -> None:
    known = words(language)["value"]
    assert set(known["cause"]) == set(Cause)
    assert set(known["mode"]) >= set(ListenMode)
    assert set(known["reason"]) >= {*NAMES.values(), *OUTCOMES.values()}
    assert set(words(language)["outcome"]) >= set(Outcome)
    assert {"next", "error", "timeout"} <= exits()
    assert set(known["exit"]) >= exits()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_audit_trail_notes_has_words(language: str) -> None:
    sources = (CHECKOUT / "src" / "rexian").rglob("*.py")
    noted = {action for source in sources for action in NOTED.findall(source.read_text(encoding="utf-8"))}
    assert {"recording.played", "session.opened"} <= noted
    known = words(language, "manage")["audit"]

    def said(action: str) -> bool:
        kind, verb = action.split(".")
        return action.replace(".", "_") in known["act"] or (kind in known["kind"] and verb in known["verb"])

    assert sorted(action for action in noted if not said(action)) == []
