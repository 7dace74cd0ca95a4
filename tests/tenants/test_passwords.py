"""Passwords: kept as hashes, checked few at a time, and never by a crowd."""

import asyncio

import pytest

from rexian.core.errors import Invalid, Unavailable
from rexian.tenants.passwords import Passwords
from tests.centre import CHEAP


async def test_a_password_is_known_again_and_another_is_not() -> None:
    passwords = Passwords(CHEAP)
    kept = await passwords.hash("correct horse")

    assert "correct horse" not in kept
    assert await passwords.check("correct horse", kept)
    assert not await passwords.check("wrong horse", kept)
    assert not await passwords.check("nobody's password", None)


@pytest.mark.parametrize("password", ["short", "x" * 201])
async def test_a_password_has_a_sensible_length(password: str) -> None:
    with pytest.raises(Invalid):
        await Passwords(CHEAP).hash(password)


async def test_a_flood_is_turned_away_and_the_first_are_served() -> None:
    passwords = Passwords(CHEAP, at_once=1, waiting=2)
    kept = await passwords.hash("correct horse")

    found = await asyncio.gather(*(passwords.check("correct horse", kept) for _ in range(6)), return_exceptions=True)

    assert found[:3] == [True, True, True]
    assert all(isinstance(each, Unavailable) for each in found[3:])
    assert await passwords.check("correct horse", kept)
