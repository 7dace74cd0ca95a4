"""Where a telephone number is at home: province and city of Chinese numbers, the country of others.

The data lie beside in `places/` and come from libphonenumber (Apache-2.0) by `scripts/gather_regions.py`: a mobile
number's first seven digits, or a fixed line's area code, tell where it was given out. Who has carried his number to
another place is still told by the old one.
"""

import json
import zlib
from array import array
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

import phonenumbers

CHINA = "+86"
FIRST, LAST = 1_300_000, 1_999_999
"""The mobile prefixes that the table has."""
LONGEST_AREA = 9


class Place(NamedTuple):
    province: str = ""
    city: str = ""
    province_en: str = ""
    city_en: str = ""


class Places(NamedTuple):
    mobile: "array[int]"
    areas: dict[str, int]
    places: list[Place]
    countries: dict[str, list[str]]


@cache
def _places() -> Places:
    """Read when the first number is looked up: a few hundredths of a second, and 1.5 MB."""
    folder = files("rexian.core") / "places"
    told = json.loads((folder / "places.json").read_text(encoding="utf-8"))
    mobile = array("H")
    mobile.frombytes(zlib.decompress((folder / "mobile.bin").read_bytes()))
    return Places(mobile, told["areas"], [Place(*names) for names in told["places"]], told["countries"])


@lru_cache(maxsize=20_000)
def region_of(number: str) -> dict[str, Any]:
    """What flows know of a number in its full form (E.164) as `region`; texts are empty where nothing is known.

    `country` (ISO 3166-1), `country_name`, `province`, `city` and `name`, all of them together; under `en` the names
    in English. Short codes and withheld numbers are at home nowhere.
    """
    country = _country(number)
    zh, en = _places().countries.get(country, ["", ""])
    place = _in_china(number.removeprefix(CHINA)) if country == "CN" else Place()
    city = place.city if place.city != place.province else ""
    return {
        "country": country,
        "country_name": zh,
        "province": place.province,
        "city": place.city,
        "name": f"{place.province}{city}" or zh,
        "en": {
            "country_name": en,
            "province": place.province_en,
            "city": place.city_en,
            "name": _english(place) or en,
        },
    }


def _country(number: str) -> str:
    if number.startswith(CHINA):
        return "CN"
    if not number.startswith("+"):
        return ""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(number)) or ""
    except phonenumbers.NumberParseException:
        return ""


def _in_china(digits: str) -> Place:
    """By what follows +86."""
    table = _places()
    if len(digits) == 11 and digits.isdecimal() and FIRST <= int(digits[:7]) <= LAST:
        return table.places[table.mobile[int(digits[:7]) - FIRST]]
    for length in range(LONGEST_AREA, 0, -1):
        found = table.areas.get(digits[:length])
        if found is not None:
            return table.places[found]
    return Place()


def _english(place: Place) -> str:
    city = place.city_en if place.city_en != place.province_en else ""
    return ", ".join(filter(None, (city, place.province_en)))
