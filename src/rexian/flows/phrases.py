"""Which of several choices a caller means: by phrases that occur in what he has said."""

import re
import unicodedata
from collections.abc import Iterable, Mapping

_WORD = re.compile(r"\w+")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


def meant(text: str, choices: Mapping[str, Iterable[str]]) -> str:
    """The choice of whose phrases the longest occurs in `text`; empty: none does.

    Case, width and punctuation do not count. Words of languages that write spaces must occur whole.
    """
    said = f" {normal(text)} "
    unspaced = said.replace(" ", "")
    found, longest = "", 0
    for choice, phrases in choices.items():
        for phrase in map(normal, phrases):
            occurs = phrase.replace(" ", "") in unspaced if _UNSPACED.search(phrase) else f" {phrase} " in said
            if phrase and occurs and len(phrase) > longest:
                found, longest = choice, len(phrase)
    return found


def normal(text: str) -> str:
    """The words of a text in one form (Unicode NFKC, without case), a space between them."""
    return " ".join(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))
