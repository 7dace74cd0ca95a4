"""The language of expressions: what it computes, what it refuses, and that nothing gets out of it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rexian.flows.documents import validate
from rexian.flows.expressions import ExpressionError, read, read_template
from rexian.flows.expressions.functions import FUNCTIONS
from rexian.flows.expressions.reading import DEEPEST, LONGEST, MOST_STEPS
from rexian.flows.expressions.values import LONGEST_TEXT, within
from tests.flows.make import REGISTRY, Surroundings, Walk

KNOWN: dict[str, Any] = {
    "caller": "+8613800138000",
    "balance": "12.50",
    "count": 3,
    "vip": True,
    "nothing": None,
    "customer": {"name": "李雷", "level": "3", "tags": ["a", "b"]},
    "orders": [{"id": "A1", "price": 10}, {"id": "B2", "price": 2.5}],
    "名": "热线",
}


class Known:
    """Names with values, at a certain moment."""

    now = datetime(2026, 1, 5, 1, 30, tzinfo=UTC)

    def __init__(self, values: dict[str, Any] | None = None) -> None:
        self._values = KNOWN if values is None else values

    def value(self, path: str) -> Any:
        return self._values.get(path)


def value(text: str) -> Any:
    return read(text).evaluate(Known())


def refusal(act: Callable[[], Any]) -> str:
    """The code of the refusal; empty when there is none. Whatever else is raised is raised."""
    try:
        act()
    except ExpressionError as refused:
        return refused.code
    return ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3 - -4", 13),
        ("0.1 + 0.2 == 0.3", True),
        ("7 % 3 / 2", 0.5),
        ("2 - 1 - 1", 0),
        ('balance * 2 + number("1,000")', 1025.0),
        ('"a" + "b" == \'ab\'', True),
        ('"5" == 5 and 5 == "5.0" and "007" != "7"', True),
        ('"9" < "10" and "2026-01-05" < "2026-02-01"', True),
        ("not vip or count >= 3 and count <= 3", True),
        ('"b" in customer.tags and "x" not in customer.tags', True),
        ('"level" in customer and "38" in caller and "x" not in nothing', True),
        ("customer.nothing.at.all", None),
        ("nobody", None),
        ("orders[1].price", 2.5),
        ("orders[-1]['id']", "B2"),
        ("orders[7]", None),
        ('sum(pluck(orders, "price"))', 12.5),
        ("名 + '!'", "热线!"),
        ("[1, 'x', true, none]", [1, "x", True, None]),
        ('{a: 1, "b c": 2}["b c"]', 2),
        ('if(vip, "yes", 1 / 0)', "yes"),
        ("default(1 / 0, 'safe')", "safe"),
        ("default(0, 5)", 0),
        ("false or nothing", False),
        ('length("你好") + length([]) + length(none)', 2),
        ('upper(trim("  ab ")) + lower("CD")', "ABcd"),
        ('starts_with(caller, "+86138") and ends_with(caller, "000")', True),
        ('replace("a-b-c", "-", "")', "abc"),
        ('left("abc", 2) + right("abc", 1) + slice("abcdef", 2, 2)', "abccd"),
        ("slice([1, 2, 3], 1)", [2, 3]),
        ('join(split("a,b", ","), "、")', "a、b"),
        ('digits("订单 12-3 ４")', "1234"),
        ('mask("6222021234567890")', "************7890"),
        ("text(3.0) + text(true) + text(none)", "3true"),
        ("text({a: [1]})", '{"a":[1]}'),
        ("format(1234567.5, 2, true)", "1,234,567.50"),
        ("round(2.5) + round(-2.5)", 0),
        ("round(2.345, 2)", 2.35),
        ("floor(2.9) + ceil(2.1) + abs(-1)", 6),
        ('min(3, "2", 5) == "2" and max([1, 9, 4]) == 9', True),
        ("min([])", None),
        ('luhn("6222 0212 3456 7894") or luhn("4111111111111111")', True),
        ('luhn("4111111111111112")', False),
        ('id_card("11010519491231002X") and id_card("11010519491231002*")', True),
        ('id_card("110105194912310021") or id_card("11010519491331002X")', False),
        ('phone("010-12345678")', "+861012345678"),
        ('phone("hello")', None),
        ("now()", "2026-01-05T09:30:00+08:00"),
        ('now("UTC")', "2026-01-05T01:30:00+00:00"),
        ("today()", "2026-01-05"),
        ("hour(now()) * 100 + minute(now())", 930),
        ('hour("18:05") + minute("18:05")', 23),
        ("weekday(today())", 1),
        ('year("20260131") + month("2026-01-31") + day("2026-01-31")', 2058),
        ('plus_days("2026-02-27", 2)', "2026-03-01"),
        ('days_between("2026-01-01", "2026-01-31")', 30),
        ('seconds_between("2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00")', 0.0),
        ('age("2008-01-05") + age("2008-01-06")', 35),
        ("first(orders).id + last(orders).id", "A1B2"),
        ("keys({b: 1, a: 2})", ["b", "a"]),
    ],
)
def test_it_computes(text: str, expected: Any) -> None:
    found = value(text)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1 / 0", "expression.by_zero"),
        ("5 % (1 - 1)", "expression.by_zero"),
        ('"abc" * 2', "expression.not_a_number"),
        ('1 + "2"', "expression.mixed"),
        ("none + 1", "expression.not_a_number"),
        ("vip < 3", "expression.not_a_number"),
        ("1e15 * 1", "expression.syntax"),
        ("999999999999999 * 9", "expression.number_too_large"),
        ("left('abc', 1.5)", "expression.not_whole"),
        ("1 in 5", "expression.not_a_list"),
        ("length(5)", "expression.no_length"),
        ("count.x", "expression.no_parts"),
        ("day('yesterday')", "expression.not_a_date"),
        ("plus_days('2026-01-01', 999999999)", "expression.not_a_date"),
        ("now('Mars/Base')", "expression.zone"),
        ("now('../../etc/passwd')", "expression.zone"),
        ("keys([1])", "expression.not_a_map"),
        ("sum('abc')", "expression.not_a_list"),
        ("number('٣') == 3", "expression.not_a_number"),
    ],
)
def test_what_cannot_be_computed_says_why(text: str, code: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        value(text)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "text",
    ["", "1 +", "(1", "1)", "a b", "a = 1", "1 < 2 < 3", "'open", "f(1)", "length()", "left('a')", "and", "a.", "a.1x",
     "[1,", "{1: 2}", "{a 1}", "@", "a[", "not", "import os", "__import__('os')", "x if y else z", "lambda: 1", "a;b",
     "1__0", "`ls`", "\x00", "{}.__class__.__mro__[1].__subclasses__()"],
)  # fmt: skip
def test_what_is_no_expression_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        value(text)


@pytest.mark.parametrize("text", ["customer.__class__", "caller.__len__", "orders.append", "名.format"])
def test_there_is_no_way_behind_the_values(text: str) -> None:
    """Dots go into maps and lists only, never into what Python knows of them."""
    if refusal(lambda: value(text)) != "expression.not_a_number":
        assert value(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "(" * (DEEPEST + 1) + "1" + ")" * (DEEPEST + 1),
        "[" * 5000,
        "-" * 1999 + "1",
        "not " * 501 + "true",
        "+".join(["1"] * (MOST_STEPS // 2 + 1)),
        "1" * (LONGEST + 1),
        "a" + ".a" * 999,
        "replace(" * 30 + "'aaaaaaaaaa'" + ", 'a', 'aaaaaaaaaa')" * 30,
        "join([" + "text(now())," * 180 + "1], text(customer))",
        "9" * 1000,
        "'" + "\\" * 500,
    ],
)
def test_hostile_texts_are_contained(text: str) -> None:
    with pytest.raises(ExpressionError):
        value(text)


def test_a_text_cannot_grow_without_end() -> None:
    known = Known({"big": "x" * (LONGEST_TEXT - 1), "many": list(range(1001)), "deep": {"a": "y" * 9_999}})
    for text in ("big + big", "join([big, big])", "text([deep, deep])", "many + many", "replace(big, 'x', 'xx')"):
        with pytest.raises(ExpressionError):
            read(text).evaluate(known)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)
ATOMS = st.sampled_from(
    ["a", "b.c", "a[0]", "1", "0", "2.5", "''", "'x1'", "'2026-01-05'", "true", "none", "[]", "{k: a}"]
)
SIGNS = st.sampled_from(
    ["+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", " in ", " not in ", " and ", " or "]
)


def _calls(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    names = st.sampled_from(sorted(FUNCTIONS))
    call = st.builds(lambda name, given: f"{name}({','.join(given)})", names, st.lists(inner, max_size=3))
    pair = st.builds(lambda left, sign, right: f"({left}){sign}({right})", inner, SIGNS, inner)
    return call | pair | inner.map(lambda one: f"not ({one})") | inner.map(lambda one: f"-({one})")


@settings(max_examples=500, deadline=None)
@given(st.recursive(ATOMS, _calls, max_leaves=12), VALUES, VALUES)
def test_whatever_is_written_and_given_it_gives_a_value_or_an_expression_error(text: str, a: Any, b: Any) -> None:
    code = refusal(lambda: read(text).evaluate(Known({"a": a, "b": b})))
    assert not code or code.startswith("expression.")


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.sampled_from(list("ab1.'\"()[]{},:+-*/%<>=! \\\n名")) | st.characters(), max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    for reading in (read, read_template):
        code = refusal(lambda reading=reading: reading(text))  # type: ignore[misc]
        assert not code or code.startswith("expression.")


@settings(max_examples=300, deadline=None)
@given(st.floats(-1e15, 1e15) | st.integers(0, 10**12).map(lambda number: number / 1000))
def test_numbers_have_nine_places(number: float) -> None:
    assert repr(within(number)) == repr(round(number, 9))


@settings(max_examples=300, deadline=None)
@given(
    VALUES,
    st.integers(0, 1000) | st.sampled_from([0.1, 0.5, 1.13]),
    st.sampled_from(["+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">="]),
)
def test_a_number_counts_the_same_written_and_named(a: Any, b: float, sign: str) -> None:
    def outcome(text: str) -> Any:
        try:
            return repr(read(text).evaluate(Known({"a": a, "b": b})))
        except ExpressionError as error:
            return error.code

    assert outcome(f"a {sign} {b}") == outcome(f"a {sign} b")
    assert outcome(f"{b} {sign} a") == outcome(f"b {sign} a")


def test_templates_fill_their_braces() -> None:
    filled = read_template("您好{customer.name}，{{余额}}{format(balance, 2)}元{nothing}{'}'}")
    assert filled.fill(Known()) == "您好李雷，{余额}12.50元}"
    assert read_template("/orders/{caller}").fill(Known(), lambda found: f"<{found}>") == "/orders/<+8613800138000>"
    assert read_template("").fill(Known()) == ""
    for wrong in ("{", "a}", "{a", "{a{b}", "{}", "{1 +}"):
        with pytest.raises(ExpressionError):
            read_template(wrong)


# --- in nodes ---------------------------------------------------------------------------------------------------------

BYES = {name: {"type": "hang_up", "cause": name} for name in ("normal", "busy", "failed", "no_answer")}


def ended_by(node: dict[str, Any], *, facts: dict[str, Any] | None = None, **rest: Any) -> str:
    """The cause of the hang-up that the node has led to."""
    walk = Walk({"start": node, **BYES}, ctx=Surroundings(facts=facts), **rest)
    return str(walk.step.actions[-1].cause)  # type: ignore[attr-defined]


def test_if_takes_true_false_or_error() -> None:
    node = {"type": "if", "condition": "level >= 3", "exits": {"true": "normal", "false": "busy", "error": "failed"}}
    assert ended_by(node, facts={"level": 3}) == "normal"
    assert ended_by(node, facts={"level": "2"}) == "busy"
    assert ended_by(node) == "failed"


def test_switch_takes_the_exit_of_the_value() -> None:
    exits = {"sales": "normal", "service": "busy", "default": "no_answer", "error": "failed"}
    cases = {"sales": ["1", "销售"], "service": [2, True]}
    node = {"type": "switch", "value": "topic", "cases": cases, "exits": exits}
    assert [ended_by(node, facts={"topic": topic}) for topic in ("1", 1, "销售", 2, True, "2.0", "x", None)] == [
        *["normal"] * 3,
        *["busy"] * 3,
        *["no_answer"] * 2,
    ]
    assert ended_by({**node, "value": "topic / 0"}, facts={"topic": 1}) == "failed"


def test_a_case_may_have_an_expression() -> None:
    case = {
        "exit": "vip",
        "when": [{"variable": "level", "operator": "at_least", "value": 3}],
        "expression": "not late",
    }
    node = {"type": "branch", "cases": [case], "exits": {"vip": "normal", "default": "busy"}}
    assert ended_by(node, facts={"level": 3}) == "normal"
    assert ended_by(node, facts={"level": 3, "late": True}) == "busy"
    assert ended_by(node, facts={"level": 1}) == "busy"


def test_set_computes_in_order() -> None:
    expressions = {"net": "number(price) * 2", "gross": "round(net * 1.13, 2)"}
    walk = Walk({"start": {"type": "set", "variables": {"price": "5"}, "expressions": expressions}})
    assert walk.step.moves[-1].variables == {"price": "5", "net": 10, "gross": 11.3}


def test_split_shares_calls_out_and_is_stable_by_call() -> None:
    node = {
        "type": "split",
        "shares": {"a": 30.0, "b": 20.0},
        "exits": {"a": "normal", "b": "busy", "default": "failed"},
    }
    drawn = [ended_by(node, facts={"call": f"call-{number}"}) for number in range(2000)]
    assert drawn == [ended_by(node, facts={"call": f"call-{number}"}) for number in range(2000)]
    for cause, share in (("normal", 0.3), ("busy", 0.2), ("failed", 0.5)):
        assert abs(drawn.count(cause) / 2000 - share) < 0.04


def test_a_flow_with_an_expression_that_cannot_be_read_cannot_be_published() -> None:
    nodes = {
        "start": {"type": "if", "condition": "1 +", "exits": {"true": "set", "false": "set"}},
        "set": {"type": "set", "expressions": {"x": "unknown(1)"}, "exits": {"next": "bye"}},
        "bye": {"type": "hang_up"},
    }
    found = validate({"start": "start", "nodes": nodes}, REGISTRY, {})
    assert {(problem.path, problem.code) for problem in found} == {
        ("/nodes/start/condition", "expression.syntax"),
        ("/nodes/set/expressions/x", "expression.unknown_function"),
    }


def test_an_expression_that_nobody_wrote_yet_is_said_to_be_empty_and_a_wrong_one_says_where() -> None:
    nodes = {
        "start": {"type": "if", "condition": " ", "exits": {"true": "set", "false": "set"}},
        "set": {"type": "set", "expressions": {"x": "1 + )"}, "exits": {"next": "bye"}},
        "bye": {"type": "hang_up"},
    }
    found = {problem.path: problem for problem in validate({"start": "start", "nodes": nodes}, REGISTRY, {})}
    assert found["/nodes/start/condition"].code == "expression.empty"
    wrong = found["/nodes/set/expressions/x"]
    assert (wrong.code, wrong.params) == ("expression.syntax", {"at": 5})


def test_an_empty_expression_is_told_once() -> None:
    nodes = {"start": {"type": "switch", "value": "", "cases": {"a": ["a"]}, "exits": {}}}
    found = validate({"start": "start", "nodes": nodes}, REGISTRY, {})
    assert [problem.code for problem in found if problem.path == "/nodes/start/value"] == ["expression.empty"]
