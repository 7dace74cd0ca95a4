"""Telephone numbers in one form: E.164 (ITU-T E.164) where they are public numbers, plain digits for short codes.

E.164 alone is not enough: 110, 12345, 95588 and a house's own extensions are numbers too.
"""

from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberType, timezone

from rexian.core.errors import Invalid

LONGEST_SHORT_CODE = 8
_NOISE = str.maketrans("", "", " -.()\u00a0\u2010\u2011\u2012\u2013/")


def normal_number(text: str, region: str = "CN") -> str:
    """`text` as E.164 (`+8613800138000`) or as a short code (`12345`). Raises `Invalid` when it is neither.

    A number without a country code is read as one of `region` (ISO 3166-1, two letters).
    """
    number = _normal(text.strip(), region)
    if number is None:
        raise Invalid(
            "number.invalid", f"“{text}” is not a telephone number; write it as +8613800138000 or 12345.", number=text
        )
    return number


def number_or_none(text: str, region: str = "CN") -> str | None:
    """The same, for what comes from outside and may be anything (withheld, a SIP name)."""
    return _normal(text.strip(), region)


@lru_cache(maxsize=20_000)
def _normal(text: str, region: str) -> str | None:
    plain = text.translate(_NOISE)
    digits = plain.removeprefix("+")
    if not digits.isascii() or not digits.isdigit():
        return None
    if plain == digits and len(digits) <= 6:
        return digits
    try:
        parsed = phonenumbers.parse(plain, region)
    except phonenumbers.NumberParseException:
        parsed = None
    if parsed and phonenumbers.is_valid_number(parsed):
        return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
    if plain == digits and len(digits) <= LONGEST_SHORT_CODE:
        return digits
    if parsed and phonenumbers.is_possible_number(parsed):
        return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
    return None


SUBSCRIBERS = frozenset(
    {
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
        PhoneNumberType.VOIP,
        PhoneNumberType.PERSONAL_NUMBER,
    }
)
"""Lines of people; the others are services, some of which cost whoever calls them more."""


@lru_cache(maxsize=20_000)
def subscriber_country(number: str) -> str:
    """The country (ISO 3166-1) of a subscriber's line given as E.164.

    Empty for short codes, emergency, freephone, shared-cost and premium-rate numbers, and for what is no number.
    """
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(parsed) or phonenumbers.number_type(parsed) not in SUBSCRIBERS:
        return ""
    return phonenumbers.region_code_for_number(parsed) or ""


@lru_cache(maxsize=20_000)
def zones_of(number: str) -> tuple[str, ...]:
    """The time zones (IANA) in which a number given as E.164 may be at home; none where that is not known."""
    try:
        found = timezone.time_zones_for_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return ()
    return tuple(zone for zone in found if zone != timezone.UNKNOWN_TIMEZONE)
