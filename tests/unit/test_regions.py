"""Where numbers are at home."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rexian.core.regions import region_of


@pytest.mark.parametrize(
    ("number", "country", "name", "english"),
    [
        ("+8613800138000", "CN", "北京市", "Beijing"),
        ("+862161234567", "CN", "上海市", "Shanghai"),
        ("+8675512345678", "CN", "广东省深圳市", "Shenzhen, Guangdong"),
        ("+8613000001234", "CN", "山东省济南市", "Jinan, Shandong"),
        ("+8647012345678", "CN", "内蒙古自治区呼伦贝尔", "Hulunbuir, Inner Mongolia"),
        ("+864008001234", "CN", "中国", "China"),
        ("+14155550123", "US", "美国", "United States"),
        ("+85221234567", "HK", "香港", "Hong Kong"),
        ("+442071838750", "GB", "英国", "United Kingdom"),
        ("12345", "", "", ""),
        ("", "", "", ""),
        ("anonymous", "", "", ""),
        ("+", "", "", ""),
    ],
)
def test_a_number_is_at_home_where_it_was_given_out(number: str, country: str, name: str, english: str) -> None:
    found = region_of(number)
    assert (found["country"], found["name"], found["en"]["name"]) == (country, name, english)


def test_province_and_city_are_told_apart() -> None:
    found = region_of("+8675512345678")
    assert (found["province"], found["city"]) == ("广东省", "深圳市")
    assert (found["en"]["province"], found["en"]["city"]) == ("Guangdong", "Shenzhen")


@given(st.text(alphabet="+0123456789a １", max_size=16))
def test_any_text_is_answered(number: str) -> None:
    assert set(region_of(number)) == {"country", "country_name", "province", "city", "name", "en"}


def test_every_mobile_prefix_of_the_table_has_a_province_or_none() -> None:
    known = [region_of(f"+86{prefix}0000")["province"] for prefix in range(1_300_000, 1_400_000, 97)]
    assert sum(map(bool, known)) > 0.9 * len(known)
