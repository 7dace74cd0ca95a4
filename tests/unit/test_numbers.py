"""One form for telephone numbers, whatever way they were written."""

import pytest

from rexian.core.errors import Invalid
from rexian.core.numbers import normal_number, number_or_none


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("13800138000", "+8613800138000"),
        ("+86 138-0013-8000", "+8613800138000"),
        ("008613800138000", "+8613800138000"),
        ("(010) 6552 9988", "+861065529988"),
        ("4008001234", "+864008001234"),
        ("+1 212 555 0123", "+12125550123"),
        ("12345", "12345"),
        ("110", "110"),
        ("95588", "95588"),
        ("1001", "1001"),
        ("65529988", "65529988"),
    ],
)
def test_a_number_has_one_form(written: str, normal: str) -> None:
    assert normal_number(written) == normal
    assert normal_number(normal) == normal


@pytest.mark.parametrize(
    "written", ["", "anonymous", "sip:bob", "+", "123456789012345678901", "１３８００１３８０００"]
)
def test_what_is_no_number_is_refused(written: str) -> None:
    assert number_or_none(written) is None
    with pytest.raises(Invalid) as refused:
        normal_number(written)
    assert refused.value.code == "number.invalid"
