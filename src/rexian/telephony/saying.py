"""Values as people say them: numbers, money, dates, times, digits, telephone numbers, in Chinese and English.

Each is a tuple of media out of the product's own short prompts; `KINDS` are their names in flows (`money:balance`).
"""

from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from rexian.core.numbers import number_or_none as phone_or_none
from rexian.flows.expressions import ExpressionError, text_of
from rexian.flows.expressions.dates import hours, minutes, moment
from rexian.flows.expressions.values import number_of, whole_of
from rexian.telephony.spoken import LARGEST, count, number

Media = tuple[str, ...]
PAUSE = "silence:200"
MOST_DIGITS = 40
PLACES = 6
"""Digits after the point that are spoken at most."""
CURRENCIES = {"money": "cny", "money-usd": "usd", "money-eur": "eur"}
_NOON = 12


def said(kind: str, value: Any, language: str) -> Media:
    """The media that speak `value`; raises `ExpressionError` when it is no number, no date …"""
    language = "zh" if language.startswith("zh") else "en"
    return _known(kind, value, language) if type(value) in _PLAIN else KINDS[kind](value, language)


@lru_cache(maxsize=4096, typed=True)
def _known(kind: str, value: Any, language: str) -> Media:
    """The same amount is spoken to many callers."""
    return KINDS[kind](value, language)


_PLAIN = frozenset({str, int, float})


# --- numbers ---------------------------------------------------------------------------------------------------------


def decimal(value: Any, language: str) -> Media:
    """`-12.05` is 负十二点零五, minus twelve point zero five."""
    amount = _exact(value)
    whole, _, rest = f"{abs(amount):.{PLACES}f}".rstrip("0").rstrip(".").partition(".")
    media = number(int(whole), language)
    if rest:
        media = (*media, _word("point"), *(_digit(sign) for sign in rest))
    return (_word("minus"), *media) if amount < 0 else media


def counted(value: Any, language: str) -> Media:
    """A number of things: 两 for 2."""
    return count(max(whole_of(value), 0), language)


def ordinal(value: Any, language: str) -> Media:
    """第十二, twelfth; English has them up to 999."""
    place = whole_of(value)
    if language == "zh":
        return (_word("ordinal"), *number(place, language))
    return _english_ordinal(place)


def _english_ordinal(place: int) -> Media:
    if not 1 <= place <= 999:
        return number(place, "en")
    hundreds, rest = divmod(place, 100)
    if not rest:
        return (*number(hundreds, "en"), _said("ordinal-100"))
    head = number(hundreds * 100, "en") if hundreds else ()
    if rest <= 20 or rest % 10 == 0:
        return (*head, _said(f"ordinal-{rest}"))
    return (*head, *number(rest // 10 * 10, "en"), _said(f"ordinal-{rest % 10}"))


def percent(value: Any, language: str) -> Media:
    """百分之十二点五, twelve point five percent."""
    if language == "zh":
        amount = _exact(value)
        return (*((_word("minus"),) if amount < 0 else ()), _said("unit-percent"), *decimal(abs(amount), language))
    return (*decimal(value, language), _said("unit-percent"))


def _exact(value: Any) -> Decimal:
    if isinstance(value, Decimal):
        return value
    number_of(value)
    try:
        found = Decimal(text_of(value).strip().replace(",", ""))
    except InvalidOperation as error:
        raise ExpressionError("expression.not_a_number", "A number is wanted.") from error
    if abs(found) > LARGEST:
        raise ExpressionError("expression.number_too_large", "A number is too large to be spoken.")
    return found


# --- digits ----------------------------------------------------------------------------------------------------------


def digits(value: Any, language: str) -> Media:
    """Sign by sign: digits and Latin letters; other signs are a short pause."""
    media: list[str] = []
    for sign in text_of(value)[:MOST_DIGITS]:
        if sign.isdecimal():
            media.append(_digit(sign))
        elif sign.isascii() and sign.isalpha():
            media.append(_said(f"letter-{sign.lower()}"))
        elif media and media[-1] != PAUSE:
            media.append(PAUSE)
    if not media:
        raise ExpressionError("expression.no_digits", "There is nothing to be said digit by digit.")
    return tuple(media)


def phone(value: Any, language: str) -> Media:
    """A telephone number in its usual groups, 1 as 幺 in Chinese; a Chinese one without its country code."""
    text = text_of(value)
    known = phone_or_none(text) or "".join(sign for sign in text if sign.isdecimal())
    if not known:
        raise ExpressionError("expression.no_digits", "There is no telephone number to be said.")
    media: list[str] = []
    for group in _phone_groups(known):
        media += [PAUSE] if media else []
        media += [_said("phone-plus") if sign == "+" else _phone_digit(sign, language) for sign in group]
    return tuple(media)


def _phone_groups(text: str) -> list[str]:
    """138-0013-8000, 010-1234-5678, 400-800-1234, others in groups of four from the end."""
    plain = text
    if text.startswith("+86"):
        rest = text[3:]
        plain = rest if rest[0] == "1" and len(rest) == 11 else rest if rest.startswith("400") else f"0{rest}"
    if len(plain) == 11 and plain[0] == "1":
        return [plain[:3], plain[3:7], plain[7:]]
    if len(plain) == 10 and plain.startswith("400"):
        return [plain[:3], plain[3:6], plain[6:]]
    if plain.startswith("0") and len(plain) in (10, 11, 12):
        head = 3 if plain[1] in "12" else 4
        return [plain[:head], *_fours(plain[head:])]
    if plain.startswith("+"):
        return [plain[: len(plain) % 4 or 4], *_fours(plain[len(plain) % 4 or 4 :])]
    return [plain] if len(plain) <= 6 else _fours(plain)


def _fours(text: str) -> list[str]:
    first = len(text) % 4
    return ([text[:first]] if first else []) + [text[place : place + 4] for place in range(first, len(text), 4)]


def _digit(sign: str) -> str:
    return _word(str(int(sign)))


def _phone_digit(sign: str, language: str) -> str:
    return _word("yao") if language == "zh" and sign == "1" else _digit(sign)


# --- money -----------------------------------------------------------------------------------------------------------


def money(value: Any, language: str, currency: str = "cny") -> Media:
    """An amount to the hundredth. 12.05 is 十二元零五分; twelve yuan and five fen; one dollar and one cent."""
    amount = _exact(value).quantize(Decimal("0.01"), ROUND_HALF_UP)
    whole, cents = divmod(int(abs(amount) * 100), 100)
    in_words = _chinese_money if language == "zh" else _english_money
    media = in_words(whole, cents, currency)
    return (_word("minus"), *media) if amount < 0 else media


def _chinese_money(whole: int, cents: int, currency: str) -> Media:
    tenths, hundredths = divmod(cents, 10)
    media: Media = (*count(whole, "zh"), _said(f"money-{currency}")) if whole or not cents else ()
    if currency != "cny":
        return (*media, *count(cents, "zh"), _said(f"money-{currency}-cent")) if cents else media
    if tenths:
        media = (*media, *count(tenths, "zh"), _said("money-cny-tenth"))
    elif hundredths and media:
        media = (*media, _word("0"))
    if hundredths:
        media = (*media, *count(hundredths, "zh"), _said("money-cny-cent"))
    return media


def _english_money(whole: int, cents: int, currency: str) -> Media:
    media: Media = ()
    if whole or not cents:
        media = (*number(whole, "en"), _said(f"money-{currency}{_one(whole, currency)}"))
    if cents:
        joint = (_word("and"),) if media else ()
        media = (*media, *joint, *number(cents, "en"), _said(f"money-{currency}-cent{_one(cents, currency)}"))
    return media


def _one(amount: int, currency: str) -> str:
    """Yuan and fen have no plural in English."""
    return "-one" if amount == 1 and currency != "cny" else ""


# --- dates and times -------------------------------------------------------------------------------------------------


def day(value: Any, language: str) -> Media:
    """二零二六年一月五日; January fifth, twenty twenty-six."""
    found = moment(value).date()
    if language == "zh":
        year = tuple(_digit(sign) for sign in f"{found.year:04}")
        return (*year, _said("date-year"), *day_of_year(found, language))
    return (*day_of_year(found, language), PAUSE, *_english_year(found.year))


def day_of_year(value: Any, language: str) -> Media:
    """A date without its year."""
    found = value if isinstance(value, date) else moment(value).date()
    if language == "zh":
        month, of_month = number(found.month, "zh"), number(found.day, "zh")
        return (*month, _said("date-month"), *of_month, _said("date-day"))
    return (_said(f"month-{found.month}"), *_english_ordinal(found.day))


def weekday(value: Any, language: str) -> Media:
    """The name of the day; a number from 1 (Monday) to 7 is one, too."""
    text = text_of(value)
    place = int(text) if text in {"1", "2", "3", "4", "5", "6", "7"} else moment(value).isoweekday()
    return (_said(f"weekday-{place}"),)


def _english_year(year: int) -> Media:
    """1905 nineteen oh five, 1999 nineteen ninety nine, 2000 two thousand, 2005 two thousand five, 2026 twenty …"""
    century, rest = divmod(year, 100)
    if not 1000 <= year <= 9999 or (century % 10 == 0 and rest < 10):
        return number(year, "en")
    if not rest:
        return (*number(century, "en"), _word("100"))
    oh = (_word("oh"),) if rest < 10 else ()
    return (*number(century, "en"), *oh, *number(rest, "en"))


def clock(value: Any, language: str) -> Media:
    """下午三点零五分; three oh five p.m.; nine o'clock a.m.; noon and midnight by name."""
    hour, minute = hours(value), minutes(value)
    return _chinese_clock(hour, minute) if language == "zh" else _english_clock(hour, minute)


def _chinese_clock(hour: int, minute: int) -> Media:
    shown = hour if hour <= _NOON else hour - _NOON
    media = (_said(f"time-{_chinese_part(hour)}"), *count(shown, "zh"), _said("time-hour"))
    if not minute:
        return (*media, _said("time-sharp"))
    zero = (_word("0"),) if minute < 10 else ()
    return (*media, *zero, *number(minute, "zh"), _said("time-minute"))


def _chinese_part(hour: int) -> str:
    """凌晨 to 5, 早上 to 8, 上午 to 11, 中午 at 12, 下午 to 17, 晚上 from 18."""
    for before, name in ((5, "dawn"), (8, "morning"), (12, "am"), (13, "noon"), (18, "pm")):
        if hour < before:
            return name
    return "night"


def _english_clock(hour: int, minute: int) -> Media:
    if not minute and hour in (0, _NOON):
        return (_said("time-noon" if hour else "time-midnight"),)
    shown = hour % _NOON or _NOON
    half = _said("time-pm" if hour >= _NOON else "time-am")
    if not minute:
        return (*number(shown, "en"), _said("time-oclock"), half)
    oh = (_word("oh"),) if minute < 10 else ()
    return (*number(shown, "en"), *oh, *number(minute, "en"), half)


def day_and_clock(value: Any, language: str) -> Media:
    found: datetime = moment(value)
    return (*day(value, language), PAUSE, *clock(f"{found.hour:02}:{found.minute:02}", language))


def duration(value: Any, language: str) -> Media:
    """A number of seconds: 一小时五分钟; two hours, one minute, ten seconds. Nothing is nought seconds."""
    left = max(int(number_of(value) + 0.5), 0)
    media: Media = ()
    for name, unit in (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1)):
        amount, left = divmod(left, unit)
        if amount or (name == "second" and not media):
            form = "-one" if amount == 1 and language == "en" else ""
            media = (*media, *count(amount, language), _said(f"unit-{name}{form}"))
    return media


# --- prompts ---------------------------------------------------------------------------------------------------------


def _said(key: str) -> str:
    return f"prompt:{key}"


def _word(name: str) -> str:
    return f"prompt:number-{name}"


def _money(currency: str) -> Callable[[Any, str], Media]:
    return lambda value, language: money(value, language, currency)


KINDS: dict[str, Callable[[Any, str], Media]] = {
    "number": decimal,
    "count": counted,
    "ordinal": ordinal,
    "percent": percent,
    "digits": digits,
    "phone": phone,
    **{kind: _money(currency) for kind, currency in CURRENCIES.items()},
    "date": day,
    "day": day_of_year,
    "weekday": weekday,
    "time": clock,
    "datetime": day_and_clock,
    "duration": duration,
}
"""What may stand before the colon in a flow's media."""
