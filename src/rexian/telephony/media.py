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
    parts = _parts(media)
    if parts is None:
        return media
    found: list[str] = []
    for one, kind, text in parts:
        if kind:
            found += said(kind, read(text).evaluate(visit), visit.language)
        else:
            found.append(one)
    return tuple(found)


@lru_cache(maxsize=4096)
def _parts(media: Media) -> tuple[tuple[str, str, str], ...] | None:
    """Each medium, and where it is a value in words its kind and expression. None: there is no value among them."""
    split = [(one, *one.partition(":")) for one in media]
    parts = tuple((one, kind, text) if kind in KINDS else (one, "", "") for one, kind, _, text in split)
    return parts if any(kind for _, kind, _ in parts) else None


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
