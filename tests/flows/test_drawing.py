"""What those who draw are told: problems of half-drawn documents, exits, and how node types look."""

from typing import Any, ClassVar

import pytest

from rexian.flows.documents import survey
from rexian.flows.look import LANGUAGES, Look
from rexian.flows.nodes import Node, Registry
from rexian.flows.schema import json_schema
from tests.flows.make import REGISTRY

SCHEMA = json_schema(REGISTRY)
LOOKS: dict[str, dict[str, Any]] = SCHEMA["x-nodes"]


def codes(nodes: dict[str, Any], **rest: Any) -> set[tuple[str, str]]:
    found = survey({"start": "a", "nodes": nodes, **rest}, REGISTRY, {"queue": {"sales"}})
    return {(problem.code, problem.path) for problem in found.problems}


def test_what_cannot_be_read_does_not_hide_the_rest() -> None:
    found = codes(
        {
            "a": {"type": "menu", "media": [7], "choices": {"1": ""}, "exits": {"1": "b"}},
            "b": {"type": "queue", "queue": "nowhere"},
            "c": {"type": "magic"},
        }
    )
    assert ("flow.malformed", "/nodes/a/media/0") in found
    assert ("flow.unknown_queue", "/nodes/b/queue") in found
    assert ("flow.unknown_type", "/nodes/c/type") in found
    assert ("flow.unreachable", "/nodes/b") not in found
    assert ("flow.unreachable", "/nodes/c") in found


@pytest.mark.parametrize(
    ("node", "path", "rule"),
    [
        ({"type": "choose_language", "choices": {"1": "x"}}, "/choices", {"rule": "pattern", "pattern": "^[a-z]{2}$"}),
        ({"type": "on_list", "list": "a b"}, "/list", {"rule": "pattern", "pattern": r"^[\w-]{1,64}$"}),
        ({"type": "choose_language", "media": "x"}, "/media", {"rule": "kind", "kind": "array"}),
        ({"type": "set", "priority": "x"}, "/priority", {"rule": "kind", "kind": "int"}),
        ({"type": "choose_language", "retries": 99}, "/retries", {"rule": "most", "limit": "9"}),
        ({"type": "http", "url": "http://a", "timeout_s": 0}, "/timeout_s", {"rule": "above", "limit": "0"}),
        ({"type": "http", "url": "http://" + "x" * 3000}, "/url", {"rule": "longest", "limit": "2000"}),
        ({"type": "http"}, "", {"rule": "missing", "field": "url"}),
        ({"type": "http", "url": "http://a", "foo": 1}, "", {"rule": "surplus", "field": "foo"}),
        ({"type": "http", "url": "http://a", "method": "X"}, "/method", {"rule": "option", "value": "X"}),
    ],
)
def test_what_is_malformed_is_told_by_its_rule(node: dict[str, Any], path: str, rule: dict[str, str]) -> None:
    problem = next(one for one in survey({"start": "a", "nodes": {"a": node}}, REGISTRY, {}).problems if one.path)
    assert (problem.code, problem.path) == ("flow.malformed", f"/nodes/a{path}")
    assert {name: value for name, value in problem.params.items() if name != "detail"} == rule


def test_a_new_web_request_is_doubted_until_it_has_an_address_of_its_own() -> None:
    fresh = {"type": "http", **LOOKS["http"]["fresh"]}
    assert ("flow.example", "/nodes/a/url") in codes({"a": fresh})
    assert ("flow.example", "/nodes/a/url") not in codes({"a": {**fresh, "url": "https://shop.example/"}})


def test_parameters_that_say_nothing_and_a_missing_start_are_told() -> None:
    found = survey({"start": "", "nodes": {"a": {"type": "play", "media": []}}}, REGISTRY, {})
    told = {problem.code: problem for problem in found.problems}
    assert told["flow.no_start"].severity == "error"
    assert told["flow.blank"].params == {"field": "media"}
    assert told["flow.blank"].severity == "warning"


def test_the_exits_of_every_readable_node_are_told() -> None:
    nodes = {
        "a": {"type": "menu", "media": [], "choices": {"3": "x"}},
        "b": {"type": "branch", "cases": [{"exit": "vip", "when": []}]},
        "c": {"type": "menu"},
    }
    ways = survey({"start": "a", "nodes": nodes}, REGISTRY, {}).ways
    assert ways["a"][0].name == "3"
    assert [way.name for way in ways["b"]][:2] == ["vip", "default"]
    assert "c" not in ways


def test_what_a_flow_names_is_told_with_its_places() -> None:
    nodes = {
        "a/b": {"type": "play", "media": ["silence:500", "prompt:hello"]},
        "q": {"type": "queue", "queue": "sales"},
    }
    found = {(one.kind, one.name): one.path for one in survey({"start": "q", "nodes": nodes}, REGISTRY, {}).references}
    assert found == {("prompt", "hello"): "/nodes/a~1b/media/1", ("queue", "sales"): "/nodes/q/queue"}


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_every_node_of_ours_has_its_words_in_both_languages(name: str) -> None:
    """Missing? Put them into `nodes.zh.json` and `nodes.en.json` beside the node's module."""
    look = LOOKS[name]
    assert look["category"] != "other"
    assert look["icon"] != "box"
    for language in LANGUAGES:
        words, shared = look["words"].get(language, {}), SCHEMA["x-words"][language]
        assert words.get("title"), language
        assert words.get("help"), language
        fields = {**shared["fields"], **words.get("fields", {})}
        assert [field for field in look["fields"] if not fields.get(field, {}).get("label")] == []
        own = {key for value in look["fresh"].values() if isinstance(value, dict) for key in value}
        exits = {*shared["exits"], *words.get("exits", {}), *own}
        assert [way["name"] for way in look["ways"] if way["name"] not in exits] == []


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_a_new_node_can_be_read_as_it_is_put_on_the_canvas(name: str) -> None:
    node = {"type": name, **LOOKS[name]["fresh"]}
    problems = survey({"start": "a", "nodes": {"a": node}}, REGISTRY, {}).problems
    assert [problem for problem in problems if problem.code == "flow.malformed"] == []


class Stranger(Node, frozen=True, kw_only=True, tag="stranger"):
    """Does what nobody expected."""

    look: ClassVar[Look] = Look(category="magic", icon="star", fresh={"words": "hello"})

    words: str


def test_a_strangers_node_appears_too() -> None:
    schema = json_schema(Registry([*REGISTRY.values(), Stranger]))
    look = schema["x-nodes"]["stranger"]
    assert (look["category"], look["icon"], look["fields"]) == ("other", "star", ["words"])
    assert look["fresh"] == {"words": "hello"}
    assert look["help"] == "Does what nobody expected."
    assert look["ways"] == [{"name": "next", "needed": True}]
