"""Questions whose parts are spoken in different languages: a category is named in one in which its name has a sound."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from rexian.flows.nodes import Visit
from rexian.telephony.media import Media
from rexian.telephony.spoken import number

Said = list[tuple[str, Media]]
"""Media with the language in which each is spoken."""


def names(categories: Sequence[dict[str, Any]], language: str) -> Said:
    """Each category's name, or its number where it has none, and the key that chooses it."""
    said: Said = []
    for place, category in enumerate(categories, 1):
        key = number(place, language)
        name = (f"prompt:{category['prompt']}",) if category["prompt"] else ("prompt:library-category", *key)
        said += [(category["language"], name), (language, ("prompt:callback-press", *key, "silence:300"))]
    return said


def say(visit: Visit, said: Said) -> int | None:
    """Play the parts in turn, each in its language; gives the last playback. None: there was nothing to play."""
    own, playback = visit.language, None
    for language, parts in groupby(said, key=lambda part: part[0]):
        media = tuple(one for _, each in parts for one in each)
        if media:
            visit.language = language
            playback = visit.play(media)
    visit.language = own
    return playback
