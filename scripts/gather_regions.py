"""Gathers where Chinese numbers are at home, and what countries are called, out of the `phonenumbers` package.

    python scripts/gather_regions.py

Its geocoder takes seconds and 180 MB to load; what flows need of it is small. Writes `src/rexian/core/places/`:
`places.json` (places, area codes, countries) and `mobile.bin` (zlib; for each of the 700,000 mobile prefixes 1300000 to
1999999 the number of its place, 16 bits, little-endian, 0: not known). The data are those of libphonenumber,
Apache-2.0.
"""

import json
import zlib
from array import array
from pathlib import Path

from phonenumbers.geodata import GEOCODE_DATA
from phonenumbers.geodata.locale import LOCALE_DATA

FOLDER = Path(__file__).parent.parent / "src" / "rexian" / "core" / "places"
CHINA = "86"
FIRST, LAST = 1_300_000, 1_999_999
MUNICIPALITIES = {"Beijing": "北京市", "Shanghai": "上海市", "Tianjin": "天津市", "Chongqing": "重庆市"}
PROVINCES = {
    "Anhui": "安徽省", "Fujian": "福建省", "Gansu": "甘肃省", "Guangdong": "广东省",
    "Guangxi": "广西壮族自治区", "Guizhou": "贵州省", "Hainan": "海南省", "Hebei": "河北省", "Heilongjiang": "黑龙江省",
    "Henan": "河南省", "Hubei": "湖北省", "Hunan": "湖南省", "Inner Mongolia": "内蒙古自治区", "Jiangsu": "江苏省",
    "Jiangxi": "江西省", "Jilin": "吉林省", "Liaoning": "辽宁省", "Ningxia": "宁夏回族自治区", "Qinghai": "青海省",
    "Shaanxi": "陕西省", "Shandong": "山东省", "Shanxi": "山西省", "Sichuan": "四川省", "Tibet": "西藏自治区",
    "Xinjiang": "新疆维吾尔自治区", "Yunnan": "云南省", "Zhejiang": "浙江省",
}  # fmt: skip


def place(names: dict[str, str]) -> tuple[str, str, str, str]:
    """Province and city, Chinese and English."""
    english, chinese = names.get("en", ""), names.get("zh", "")
    city, _, province = english.rpartition(", ")
    if not city and province in PROVINCES:
        return PROVINCES[province], "", province, ""
    if province in MUNICIPALITIES or english in MUNICIPALITIES:
        name = english if english in MUNICIPALITIES else province
        return MUNICIPALITIES[name], MUNICIPALITIES[name], name, name
    if province not in PROVINCES:
        raise SystemExit(f"Where is {names}?")
    whole = PROVINCES[province]
    for start in (whole, whole[:3], whole[:2]):
        if chinese.startswith(start):
            chinese = chinese.removeprefix(start).removeprefix("省").removeprefix("自治区")
            break
    return whole, chinese, province, city


def _named(names: dict[str, str], language: str) -> str:
    """`*aa` says: as in the language `aa`; one that names itself is taken in English."""
    name = names.get(language, "")
    name = names["en"] if name == f"*{language}" else name
    return names[name[1:]] if name.startswith("*") else name


def main() -> None:
    known = {digits.removeprefix(CHINA): names for digits, names in GEOCODE_DATA.items() if digits.startswith(CHINA)}
    places: dict[tuple[str, str, str, str], int] = {("", "", "", ""): 0}
    areas: dict[str, int] = {}
    mobile = array("H", [0]) * (LAST - FIRST + 1)
    for digits in sorted(known, key=lambda digits: (len(digits), digits)):
        number = places.setdefault(place(known[digits]), len(places))
        if digits[0] != "1" or digits < "13":
            areas[digits] = number
            continue
        wide = 10 ** (7 - len(digits))
        start = int(digits) * wide - FIRST
        mobile[start : start + wide] = array("H", [number]) * wide
    countries = {code: [_named(names, "zh"), _named(names, "en")] for code, names in sorted(LOCALE_DATA.items())}
    FOLDER.mkdir(exist_ok=True)
    told = {"places": list(places), "areas": areas, "countries": countries}
    (FOLDER / "places.json").write_text(json.dumps(told, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    (FOLDER / "mobile.bin").write_bytes(zlib.compress(mobile.tobytes(), 9))


if __name__ == "__main__":
    main()
