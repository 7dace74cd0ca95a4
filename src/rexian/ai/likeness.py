"""What an utterance sounds like: recognisers write Mandarin homophones in other characters.

By the syllables of `pypinyin`, where it is installed (the extra `ai`); else nothing sounds like anything.
"""

import importlib.util
from collections.abc import Iterable, Mapping
from importlib import import_module

LEAST = 0.75
"""So great a part of a phrase's syllables must be heard, in their places."""
MARGIN = 0.2
"""By so much it must stand out from what was heard of every other choice."""
_ALIKE = (("zh", "z"), ("ch", "c"), ("sh", "s"))


def sounds_like(text: str, choices: Mapping[str, Iterable[str]]) -> str:
    """The choice of whose phrases one can be heard in a Chinese text; empty: none, or more than one."""
    if importlib.util.find_spec("pypinyin") is None:
        return ""
    said = _syllables(text)
    scores = {
        choice: max((_heard(_syllables(phrase), said) for phrase in phrases), default=0.0)
        for choice, phrases in choices.items()
    }
    best = max(scores, key=lambda choice: scores[choice], default="")
    if not best or scores[best] < LEAST:
        return ""
    rest = max((score for choice, score in scores.items() if choice != best), default=0.0)
    return best if scores[best] - rest >= MARGIN else ""


def _syllables(text: str) -> list[str]:
    """Without tones, and without what many speakers do not tell apart: zh/z, ch/c, sh/s, -ng/-n."""
    found = import_module("pypinyin").lazy_pinyin(text, errors="ignore")
    return [_plain(syllable) for syllable in found]


def _plain(syllable: str) -> str:
    for one, other in _ALIKE:
        syllable = syllable.replace(one, other)
    return syllable.removesuffix("g") if syllable.endswith("ng") else syllable


def _heard(phrase: list[str], said: list[str]) -> float:
    """The greatest part of the phrase that is heard somewhere, syllable by syllable. One syllable is too little."""
    if len(phrase) < 2 or len(said) < len(phrase):
        return 0.0
    windows = (said[start : start + len(phrase)] for start in range(len(said) - len(phrase) + 1))
    return max(sum(a == b for a, b in zip(phrase, window, strict=True)) for window in windows) / len(phrase)
