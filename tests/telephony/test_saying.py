"""Values as people say them, in both languages, down to the last grammatical corner."""

import json
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rexian.flows.actions import Answered, Ask, Digit, Failed, Play, Played, StartMusic, StopMusic, StopPlaying, TimeUp
from rexian.flows.documents import parse, problems_of
from rexian.flows.expressions import ExpressionError
from rexian.telephony.saying import KINDS, said
from rexian.telephony.spoken import LARGEST, count, number
from tests.flows.make import REGISTRY, Surroundings, Walk

FOLDER = files("rexian.telephony")
WORDS: dict[str, dict[str, str]] = {
    **json.loads((FOLDER / "sounds" / "prompts.json").read_text("utf-8")),
    **json.loads((FOLDER / "words" / "prompts.json").read_text("utf-8")),
}


def words(media: tuple[str, ...], language: str) -> str:
    said_ = [WORDS[one.removeprefix("prompt:")][language] for one in media if one.startswith("prompt:")]
    return ("" if language == "zh" else " ").join(said_)


def spoken(kind: str, value: Any, language: str) -> str:
    return words(said(kind, value, language), language)


CASES = {
    "number": [
        (0, "零", "zero"),
        (-3, "负三", "minus three"),
        ("12.05", "十二点零五", "twelve point zero five"),
        (0.5, "零点五", "zero point five"),
        (110_000_000, "一亿一千万", "one hundred ten million"),
        (100_000_001, "一亿零一", "one hundred million one"),
        (100_010_000, "一亿零一万", "one hundred million ten thousand"),
        (1_005_000_000, "十亿零五百万", "one billion five million"),
        (200_000_005_000, "二千亿零五千", "two hundred billion five thousand"),
        ("1,234", "一千二百三十四", "one thousand two hundred thirty four"),
        (1e-9, "零", "zero"),
    ],
    "count": [
        (2, "两", "two"),
        (12, "十二", "twelve"),
        (22, "二十二", "twenty two"),
        (200, "二百", "two hundred"),
        (2000, "两千", "two thousand"),
        (12_000, "一万两千", "twelve thousand"),
        (20_000, "两万", "twenty thousand"),
        (22_222, "两万两千二百二十二", "twenty two thousand two hundred twenty two"),
        (120_000, "十二万", "one hundred twenty thousand"),
        (200_000_000, "两亿", "two hundred million"),
        (20_002, "两万零二", "twenty thousand two"),
    ],
    "ordinal": [
        (1, "第一", "first"),
        (2, "第二", "second"),
        (12, "第十二", "twelfth"),
        (20, "第二十", "twentieth"),
        (21, "第二十一", "twenty first"),
        (100, "第一百", "one hundredth"),
        (103, "第一百零三", "one hundred third"),
        (342, "第三百四十二", "three hundred forty second"),
        (1000, "第一千", "one thousand"),
    ],
    "percent": [
        ("12.5", "百分之十二点五", "twelve point five percent"),
        (-2, "负百分之二", "minus two percent"),
        (100, "百分之一百", "one hundred percent"),
    ],
    "money": [
        (0, "零元", "zero yuan"),
        (2, "两元", "two yuan"),
        ("12.50", "十二元五角", "twelve yuan and fifty fen"),
        ("12.05", "十二元零五分", "twelve yuan and five fen"),
        ("12.55", "十二元五角五分", "twelve yuan and fifty five fen"),
        ("0.20", "两角", "twenty fen"),
        ("0.02", "两分", "two fen"),
        ("2000.00", "两千元", "two thousand yuan"),
        (12000, "一万两千元", "twelve thousand yuan"),
        ("-3.1", "负三元一角", "minus three yuan and ten fen"),
        ("9.999", "十元", "ten yuan"),
        ("1.005", "一元零一分", "one yuan and one fen"),
    ],
    "money-usd": [
        (1, "一美元", "one dollar"),
        ("1.01", "一美元一美分", "one dollar and one cent"),
        ("2.50", "两美元五十美分", "two dollars and fifty cents"),
        ("0.05", "五美分", "five cents"),
        (0, "零美元", "zero dollars"),
    ],
    "money-eur": [
        ("1.2", "一欧元二十欧分", "one euro and twenty cents"),
        (3, "三欧元", "three euros"),
    ],
    "date": [
        ("2026-01-05", "二零二六年一月五日", "January fifth twenty twenty six"),
        ("1999-12-31", "一九九九年十二月三十一日", "December thirty first nineteen ninety nine"),
        ("2000-10-20", "二零零零年十月二十日", "October twentieth two thousand"),
        ("2005-02-02", "二零零五年二月二日", "February second two thousand five"),
        ("1905-03-12", "一九零五年三月十二日", "March twelfth nineteen oh five"),
        ("1900-05-01", "一九零零年五月一日", "May first nineteen hundred"),
        ("20260822", "二零二六年八月二十二日", "August twenty second twenty twenty six"),
    ],
    "day": [("2026-11-03", "十一月三日", "November third")],
    "weekday": [("2026-01-05", "星期一", "Monday"), (7, "星期日", "Sunday")],
    "time": [
        ("00:00", "凌晨零点整", "midnight"),
        ("00:05", "凌晨零点零五分", "twelve oh five a.m."),
        ("02:00", "凌晨两点整", "two o'clock a.m."),
        ("06:30", "早上六点三十分", "six thirty a.m."),
        ("09:00", "上午九点整", "nine o'clock a.m."),
        ("12:00", "中午十二点整", "noon"),
        ("12:02", "中午十二点零二分", "twelve oh two p.m."),
        ("14:15", "下午两点十五分", "two fifteen p.m."),
        ("18:20", "晚上六点二十分", "six twenty p.m."),
        ("2026-01-05T23:59:59+08:00", "晚上十一点五十九分", "eleven fifty nine p.m."),
    ],
    "datetime": [
        ("2026-01-05T09:00", "二零二六年一月五日上午九点整", "January fifth twenty twenty six nine o'clock a.m."),
    ],
    "duration": [
        (0, "零秒", "zero seconds"),
        (1, "一秒", "one second"),
        (120, "两分钟", "two minutes"),
        (3661, "一小时一分钟一秒", "one hour one minute one second"),
        (2 * 86400 + 7200, "两天两小时", "two days two hours"),
    ],
    "digits": [
        ("12034", "一二零三四", "one two zero three four"),
        ("A-1b", "A一B", "A one B"),
        ("４2", "四二", "four two"),
    ],
    "phone": [
        ("+8613800138000", "幺三八零零幺三八零零零", "one three eight zero zero one three eight zero zero zero"),
        ("01012345678", "零幺零幺二三四五六七八", "zero one zero one two three four five six seven eight"),
        ("4008001234", "四零零八零零幺二三四", "four zero zero eight zero zero one two three four"),
        ("12345", "幺二三四五", "one two three four five"),
        ("+12025550143", "加幺二零二五五五零幺四三", "plus one two zero two five five five zero one four three"),
    ],
}


@pytest.mark.parametrize("kind", CASES)
def test_values_are_spoken_in_both_languages(kind: str) -> None:
    for value, chinese, english in CASES[kind]:
        assert spoken(kind, value, "zh") == chinese, value
        assert spoken(kind, value, "en") == english, value


def test_every_kind_is_tested() -> None:
    assert set(CASES) == set(KINDS)


def test_a_telephone_number_is_spoken_in_its_groups() -> None:
    def groups(value: str) -> list[int]:
        return [len(group.split()) for group in " ".join(said("phone", value, "en")).split("silence:200")]

    assert groups("+8613800138000") == [3, 4, 4]
    assert groups("+861012345678") == [3, 4, 4]
    assert groups("+8675512345678") == [4, 4, 4]
    assert groups("4008001234") == [3, 3, 4]
    assert groups("95588") == [5]


def test_every_minute_of_the_day_and_every_day_of_a_leap_year_has_words() -> None:
    for language in ("zh", "en"):
        clock = {spoken("time", f"{hour:02}:{minute:02}", language) for hour in range(24) for minute in range(60)}
        assert len(clock) == 24 * 60
        days = {spoken("day", f"2028-{month:02}-{day:02}", language) for month in (1, 2) for day in range(1, 30)}
        assert len(days) == 2 * 29
        assert len({spoken("number", value, language) for value in range(2000)}) == 2000


VALUE = st.integers() | st.floats() | st.text(max_size=30) | st.none() | st.booleans() | st.datetimes().map(str)


@given(st.sampled_from(sorted(KINDS)), VALUE, st.sampled_from(["zh", "en"]))
def test_whatever_it_is_it_is_spoken_in_known_words_or_refused(kind: str, value: Any, language: str) -> None:
    try:
        media = said(kind, value, language)
    except ExpressionError:
        return
    assert words(media, language)


@given(st.integers(0, LARGEST))
def test_what_is_counted_differs_from_the_number_by_its_twos_alone(value: int) -> None:
    plain = [one.replace("number-two", "number-2") for one in count(value, "zh")]
    assert tuple(plain) == number(value, "zh")


# --- in nodes ---------------------------------------------------------------------------------------------------------


def test_values_stand_among_prompts_in_whatever_is_played() -> None:
    media = ["prompt:your-balance", "money:balance * 2", "silence:100", "digits:order"]
    facts = {"balance": "1.05", "order": "7"}
    walk = Walk({"start": {"type": "play", "media": media}}, ctx=Surroundings(facts=facts), language="en")
    (play,) = walk.step.actions
    assert isinstance(play, Play)
    words_ = ("two", "yuan", "and", "ten", "fen")
    spoken_ = [WORDS[one.removeprefix("prompt:")]["en"] for one in play.media[1:6]]
    assert tuple(spoken_) == words_
    assert play.media[0] == "prompt:your-balance"
    assert play.media[6:] == ("silence:100", "prompt:number-7")


def test_what_cannot_be_spoken_takes_the_error_exit() -> None:
    nodes = {
        "start": {"type": "play", "media": ["money:nothing"], "exits": {"error": "bye"}},
        "bye": {"type": "hang_up", "cause": "failed"},
    }
    assert Walk(nodes).run.ended == "hangup"


def test_a_value_that_cannot_be_read_is_a_problem_of_the_document() -> None:
    nodes = {"start": {"type": "menu", "media": ["prompt:x", "date:1 +"], "choices": {}, "exits": {}}}
    document, _ = parse({"start": "start", "nodes": nodes}, REGISTRY)
    assert document is not None
    found = [(problem.path, problem.code) for problem in problems_of(document, {})]
    assert ("/nodes/start/media/1", "expression.syntax") in found
    _, problems = parse({"start": "a", "nodes": {"a": {"type": "play", "media": ["fruit:apple"]}}}, REGISTRY)
    assert problems[0].code == "flow.malformed"


SAY = {
    "start": {
        "type": "say",
        "texts": {"zh": "您好{name}，{{再见}}", "en": "Hello {name}"},
        "exits": {"next": "bye", "error": "sorry", "timeout": "late"},
    },
    "bye": {"type": "hang_up"},
    "sorry": {"type": "hang_up", "cause": "failed"},
    "late": {"type": "hang_up", "cause": "no_answer"},
}


def test_a_text_is_spoken_beside_the_call_and_then_heard() -> None:
    walk = Walk(SAY, ctx=Surroundings(facts={"name": "李"}))
    assert walk.step.actions == (Ask(1, "speech.say", {"text": "您好李，{再见}", "language": "zh"}, 8.0),)
    assert walk.tell(Answered(1, "prompt:say-1")) == (Play(2, ("prompt:say-1",), "zh"),)
    walk.tell(Played(2))
    assert walk.run.ended == "hangup"


def test_a_key_cuts_a_spoken_text_short_and_counts_on() -> None:
    nodes = {**SAY, "bye": {"type": "collect", "media": [], "variable": "n", "most": 2}}
    walk = Walk(nodes)
    walk.tell(Answered(1, "prompt:say-1"))
    assert walk.tell(Digit("4"))[0] == StopPlaying(2)
    walk.tell(Digit("2"))
    assert walk.run.variables["n"] == "42"


def test_no_voice_or_no_time_have_their_exits() -> None:
    mute = Walk(SAY, language="en")
    mute.tell(Failed("speech.none", 1))
    assert mute.step.actions[-1].cause == "failed"  # type: ignore[attr-defined]
    slow = Walk(SAY)
    slow.pass_time(8)
    slow.tell(TimeUp())
    assert slow.step.actions[-1].cause == "no_answer"  # type: ignore[attr-defined]


def test_music_plays_until_time_is_up_or_a_key() -> None:
    nodes = {
        "start": {"type": "music", "seconds": 30, "exits": {"next": "ask"}},
        "ask": {"type": "menu", "media": [], "choices": {"1": "x"}, "exits": {"1": "bye"}},
        "bye": {"type": "hang_up"},
    }
    walk = Walk(nodes)
    assert walk.step.actions == (StartMusic("default"),)
    walk.pass_time(30)
    assert walk.tell(TimeUp())[0] == StopMusic()
    keyed = Walk(nodes)
    assert keyed.tell(Digit("1"))[0] == StopMusic()
    assert keyed.run.ended == "hangup"
