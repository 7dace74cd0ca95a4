"""Requirements: what they mean, how they are written, and what is said of one that cannot be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rexian.core.errors import Invalid
from rexian.core.ids import AgentId
from rexian.routing.people import People
from rexian.routing.requirement import (
    ANYBODY,
    Both,
    Compared,
    Either,
    Not,
    Requirement,
    lowered,
    of_skills,
    parse,
    suffices,
)

NAMES = st.sampled_from(["english", "billing", "粤语", "gold card", "and", "95598"])
COMPARED = st.one_of(
    st.builds(lambda skill, least: Compared(skill, least), NAMES, st.integers(0, 10)),
    st.builds(lambda skill, level: Compared(skill, level, level), NAMES, st.integers(0, 9)),
    st.builds(lambda skill, most: Compared(skill, 0, most), NAMES, st.integers(0, 9)),
)
REQUIREMENTS = st.recursive(
    COMPARED,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Both(tuple(parts))),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Either(tuple(parts))),
        inner.map(Not),
    ),
    max_leaves=8,
)
PEOPLE = st.lists(st.dictionaries(NAMES, st.integers(0, 10)), min_size=1, max_size=8)


@given(REQUIREMENTS, PEOPLE)
def test_what_is_written_reads_as_the_same(requirement: Requirement, people: list[dict[str, int]]) -> None:
    again = parse(str(requirement))
    assert [suffices(skills, again) for skills in people] == [suffices(skills, requirement) for skills in people]


@given(REQUIREMENTS, PEOPLE)
def test_bits_are_those_who_suffice(requirement: Requirement, skills: list[dict[str, int]]) -> None:
    people = People([AgentId(f"a{number}") for number in range(len(skills))])
    for number, each in enumerate(skills):
        people.learn(people[AgentId(f"a{number}")], each)
    able = people.able(requirement)
    assert [bool(able >> number & 1) for number in range(len(skills))] == [
        suffices(each, requirement) for each in skills
    ]


@given(
    REQUIREMENTS.filter(lambda one: "not" not in str(one) and "<=" not in str(one) and " = " not in str(one)), PEOPLE
)
def test_lowering_excludes_nobody_who_was_able(requirement: Requirement, people: list[dict[str, int]]) -> None:
    for by in (1, 3, 10):
        wider = lowered(requirement, by)
        assert all(suffices(skills, wider) for skills in people if suffices(skills, requirement))
    assert all(suffices(skills, lowered(requirement, 10)) for skills in people)


def test_the_words_bind_as_in_speech() -> None:
    found = parse("english >= 6 and (billing >= 3 or sales >= 5)")
    assert found == Both((Compared("english", 6), Either((Compared("billing", 3), Compared("sales", 5)))))
    assert parse("a or b and c") == Either((Compared("a", 1), Both((Compared("b", 1), Compared("c", 1)))))
    assert parse('NOT "gold card" > 3') == Not(Compared("gold card", 4))
    assert parse("粤语 < 4") == Compared("粤语", 0, 3)
    assert parse("  ") == ANYBODY == of_skills({"english": 0})


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        ("english >=", "requirement.level", 11),
        ("english >= 11", "requirement.level", 12),
        ("english > 10", "requirement.nobody", 11),
        ("english >= 5 billing >= 3", "requirement.unexpected", 14),
        ("(english >= 5", "requirement.bracket", 14),
        ("english and", "requirement.skill", 12),
        ("and english", "requirement.skill", 1),
        ("english >= 5 ; drop", "requirement.character", 14),
        ("not " * 30 + "english", "requirement.too_deep", 81),
        ("(" * 30 + "english", "requirement.too_deep", 21),
        (" or ".join(["english"] * 51), "requirement.too_many", 551),
        ("e" * 1001, "requirement.too_long", 1001),
        ("5", "requirement.skill", 1),
        ('"english', "requirement.character", 1),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(text: str, code: str, position: int) -> None:
    with pytest.raises(Invalid) as refused:
        parse(text)
    assert (refused.value.code, refused.value.params["position"]) == (code, position)


@given(st.text(alphabet='ab ()<>=andornot"0123456789粤', max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    position = 1
    try:
        parse(text)
    except Invalid as refused:
        position = refused.params["position"]
    assert 1 <= position <= len(text) + 1
