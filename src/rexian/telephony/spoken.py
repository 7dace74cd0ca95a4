"""Numbers spoken from short prompts, with the grammar of each language. Keys are listed in `sounds/README.md`."""

from datetime import datetime

PREFIX = "prompt:number-"
LARGEST = 999_999_999_999


def number(value: int, language: str) -> tuple[str, ...]:
    """Media that speak a whole number from 0 to 999,999,999,999; others are spoken as the nearest of these."""
    value = min(max(value, 0), LARGEST)
    words = _chinese(value) if language.startswith("zh") else _english(value)
    return tuple(f"{PREFIX}{word}" for word in words)


def count(value: int, language: str) -> tuple[str, ...]:
    """A number before a measure word: Chinese then says 两 for two (两位, 两分钟, 两千元, 一万两千元), not 二."""
    if not language.startswith("zh"):
        return number(value, language)
    if value == 2:
        return (f"{PREFIX}two",)
    words = list(number(value, language))
    for place, word in enumerate(words):
        alone = place == 0 or words[place - 1] not in _UNITS
        before = words[place + 1] if place + 1 < len(words) else ""
        if word == f"{PREFIX}2" and ((before in _LARGE and alone) or before == f"{PREFIX}1000"):
            words[place] = f"{PREFIX}two"
    return tuple(words)


_UNITS = frozenset(f"{PREFIX}{unit}" for unit in (10, 100, 1000))
_LARGE = frozenset(f"{PREFIX}{unit}" for unit in (10_000, 100_000_000))


def digits(number: str, language: str) -> tuple[str, ...]:
    """Media that read a telephone number digit by digit. In Chinese one is 幺; the home country's code is left out."""
    chinese = language.startswith("zh")
    plain = number.removeprefix("+86") if chinese else number.removeprefix("+")
    return tuple(f"{PREFIX}{'yao' if chinese and digit == '1' else digit}" for digit in plain if digit.isdigit())


DAYS = ("day-today", "day-tomorrow", "day-after-tomorrow")


def moment(at: datetime, now: datetime, language: str) -> tuple[str, ...]:
    """Media that say when something is, both on one wall clock: the day, the hour, the minute unless it is 0."""
    days = (at.date() - now.date()).days
    day = DAYS[days] if 0 <= days < len(DAYS) else "day-later"
    hour = (*count(at.hour, language), "prompt:clock-hour")
    minute = (*number(at.minute, language), "prompt:clock-minute") if at.minute else ()
    return (f"prompt:{day}", *hour, *minute)


def _chinese(value: int) -> list[str]:
    """GB/T 15835 reading: 十 without 一 at the head, one 零 for any run of empty places, 万 and 亿 as larger units."""
    if value == 0:
        return ["0"]
    words: list[str] = []
    for unit in (100_000_000, 10_000, 1):
        group, value = divmod(value, unit)
        if not group:
            continue
        if words and group < 1000:
            words.append("0")
        words += _chinese_group(group) + ([str(unit)] if unit > 1 else [])
        if value and words and unit == 100_000_000 and value < 10_000 and value >= 1000:
            words.append("0")
    return words[1:] if words[:2] == ["1", "10"] else words


def _chinese_group(value: int) -> list[str]:
    words: list[str] = []
    gap = False
    for unit in (1000, 100, 10, 1):
        digit, value = divmod(value, unit)
        if digit:
            words += ["0"] if gap else []
            words += [str(digit)] + ([str(unit)] if unit > 1 else [])
            gap = False
        elif words:
            gap = value > 0
    return words


def _english(value: int) -> list[str]:
    if value < 100:
        return _english_tens(value)
    words: list[str] = []
    for unit in (1_000_000_000, 1_000_000, 1000, 100):
        digit, value = divmod(value, unit)
        if digit:
            words += [*_english(digit), str(unit)]
    return words + (_english_tens(value) if value else [])


def _english_tens(value: int) -> list[str]:
    if value <= 20 or value % 10 == 0:
        return [str(value)]
    return [str(value // 10 * 10), str(value % 10)]
