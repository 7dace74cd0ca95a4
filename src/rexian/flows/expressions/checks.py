"""Check digits: whether a number can be right before anybody is asked about it."""

from datetime import date

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_SIGNS = "10X98765432"
OLDEST = date(1850, 1, 1)


def luhn(digits: str) -> bool:
    """Whether the last digit of a bank card's number is its check digit (ISO/IEC 7812-1, annex B)."""
    if not digits.isascii() or not digits.isdigit() or len(digits) < 2:
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (1 + place % 2)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def id_card(text: str) -> bool:
    """Whether it can be a citizen's identity number (GB 11643-1999): 17 digits with a date, and a check sign.

    The check sign is by ISO 7064:1983 MOD 11-2; `*` stands for X on a telephone.
    """
    number = text.strip().upper().replace("*", "X")
    if len(number) != 18 or not number[:17].isascii() or not number[:17].isdigit() or number[0] == "0":
        return False
    if born(number) is None:
        return False
    rest = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False)) % 11
    return number[17] == _SIGNS[rest]


def born(number: str) -> date | None:
    """The date of birth in an identity number; none when it is no date."""
    try:
        found = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    return found if found >= OLDEST else None
