"""What nodes let a caller hear: prompts, tones, silence, and values that are spoken out of prompts."""

from functools import lru_cache
from typing import Annotated

import msgspec

from rexian.flows.expressions import read
from rexian.flows.look import widget
from rexian.flows.nodes import Reference, Visit, Written
from rexian.telephony.saying import KINDS, said

_SPOKEN = "|".join(sorted(KINDS, key=len, reverse=True))
PATTERN = rf"^(prompt:[\w./-]+|tone:[\w-]+|silence:\d{{1,5}}|({_SPOKEN}):[\s\S]+)$"

Media = Annotated[tuple[Annotated[str, msgspec.Meta(pattern=PATTERN)], ...], widget("media", kinds=list(KINDS))]
"""In order: `prompt:<key>`, `tone:<name>`, `silence:<ms>`, or a kind of value and an expression: `money:balance`."""


def heard(visit: Visit, media: Media) -> tuple[str, ...]:
    """The media with their values spoken in the caller's language; raises `ExpressionError` where there is none."""
    if not speaks_values(media):
        return media
    found: list[str] = []
    for one in media:
        kind, _, text = one.partition(":")
        if kind in KINDS:
            found += said(kind, read(text).evaluate(visit), visit.language)
        else:
            found.append(one)
    return tuple(found)


@lru_cache(maxsize=4096)
def speaks_values(media: Media) -> bool:
    """Whether there is anything but prompts, tones and silence in it."""
    return any(one.partition(":")[0] in KINDS for one in media)


def prompts(path: str, media: Media) -> tuple[Reference, ...]:
    """The prompts that are named."""
    return tuple(
        Reference("prompt", one.removeprefix("prompt:"), f"{path}/{place}")
        for place, one in enumerate(media)
        if one.startswith("prompt:")
    )


def values(path: str, media: Media) -> tuple[Written, ...]:
    """The expressions whose values are spoken."""
    parts = ((place, *one.partition(":")) for place, one in enumerate(media))
    return tuple(Written(f"{path}/{place}", text) for place, kind, _, text in parts if kind in KINDS)
