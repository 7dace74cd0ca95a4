"""Libraries as editors make them, and as a caller finds them: what cannot be heard is not there for him."""

from collections.abc import Iterable, Mapping
from typing import Annotated

import msgspec

MOST_CATEGORIES = 9
"""Each is chosen by one key, from 1 on."""
MOST_PIECES = 200

Key = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
"""Of a prompt."""
Title = Annotated[str, msgspec.Meta(max_length=100)]


class Piece(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A prompt, and the title under which editors know it."""

    prompt: Key
    title: Title = ""


class Category(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Pieces in the order in which they are heard. `prompt` says the category's name to callers; empty: its number."""

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=36)]
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    prompt: Key | None = None
    pieces: Annotated[tuple[Piece, ...], msgspec.Meta(max_length=MOST_PIECES)] = ()


Categories = Annotated[tuple[Category, ...], msgspec.Meta(max_length=MOST_CATEGORIES)]

Sounds = Mapping[str, Mapping[str, float]]
"""By key of a prompt and language: how many seconds its sound lasts. What is missing has none."""


class Sound(msgspec.Struct, frozen=True):
    """What is played: a prompt in a language in which it has a sound."""

    prompt: str
    language: str
    duration_s: float


def sound_of(prompt: str | None, language: str, sounds: Sounds) -> Sound | None:
    """In the caller's language where there is a sound in it, else in another one; None: there is none at all."""
    lasting = sounds.get(prompt or "", {})
    found = language if language in lasting else min(lasting, default=None)
    return None if prompt is None or found is None else Sound(prompt, found, lasting[found])


def heard(category: Category, language: str, sounds: Sounds) -> list[Sound]:
    """The category's pieces as this caller can hear them."""
    found = (sound_of(piece.prompt, language, sounds) for piece in category.pieces)
    return [sound for sound in found if sound is not None]


def filled(categories: Iterable[Category], sounds: Sounds) -> list[Category]:
    """Those in which there is anything to be heard."""
    return [category for category in categories if any(sounds.get(piece.prompt) for piece in category.pieces)]
