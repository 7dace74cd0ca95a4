"""Numbers as people say them, and that every prompt which may be spoken has words."""

import json
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rexian.floor.nodes import announcement
from rexian.flows.visit import QueueFigures
from rexian.telephony.spoken import LARGEST, count, number

WORDS: dict[str, dict[str, str]] = {
    key: texts
    for folder in ("sounds", "words")
    for key, texts in json.loads((files("rexian.telephony") / folder / "prompts.json").read_text("utf-8")).items()
}


def spoken(media: tuple[str, ...], language: str) -> str:
    words = [WORDS[one.removeprefix("prompt:")][language] for one in media]
    return ("" if language == "zh" else " ").join(words)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "零"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (101, "一百零一"),
        (110, "一百一十"),
        (1005, "一千零五"),
        (1050, "一千零五十"),
        (10001, "一万零一"),
        (20500, "二万零五百"),
        (100000, "十万"),
        (1010, "一千零一十"),
        (10010010, "一千零一万零一十"),
    ],
)
def test_chinese_numbers(value: int, words: str) -> None:
    assert spoken(number(value, "zh"), "zh") == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "zero"),
        (13, "thirteen"),
        (42, "forty two"),
        (100, "one hundred"),
        (1234, "one thousand two hundred thirty four"),
        (2_000_015, "two million fifteen"),
    ],
)
def test_english_numbers(value: int, words: str) -> None:
    assert spoken(number(value, "en"), "en") == words


def test_two_of_something_is_its_own_word_in_chinese() -> None:
    assert spoken(count(2, "zh"), "zh") == "两"
    assert spoken(count(12, "zh"), "zh") == "十二"


@given(st.integers(-5, LARGEST * 2), st.sampled_from(["zh", "en"]))
def test_every_number_has_words(value: int, language: str) -> None:
    assert spoken(count(value, language), language)


@given(st.integers(1, 500), st.none() | st.floats(0, 1e12), st.sampled_from(["zh", "en"]))
def test_every_announcement_has_words(position: int, wait: float | None, language: str) -> None:
    media = announcement(QueueFigures(position, wait), language)
    assert spoken(media, language)


def test_announcements_follow_the_grammar() -> None:
    assert spoken(announcement(QueueFigures(3, 61.0), "zh"), "zh") == "您前面还有两位客户在等候。预计等候时间两分钟。"
    english = spoken(announcement(QueueFigures(2, 60.0), "en"), "en")
    assert english == "There is one caller before you. We expect to answer you in about one minute."
    english = spoken(announcement(QueueFigures(4, 130.0), "en"), "en")
    assert english == "There are three callers before you. We expect to answer you in about three minutes."
