"""What robots say: recorded sentences, by who says them and in which language."""

import random
from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).parent / "voices"


def sentences(who: str) -> Mapping[str, tuple[bytes, ...]]:
    """`who` (`customer`, `agent`) in each language, µ-law."""
    return {
        language: tuple(file.read_bytes() for file in sorted((HERE / language).glob(f"{who}-*.ulaw")))
        for language in ("zh", "en")
    }


def seconds(chance: random.Random, median: float, spread: float = 0.5, longest: float = 180) -> float:
    """Log-normal, as talk times in real centres are (Brown et al. 2005)."""
    return min(chance.lognormvariate(0, spread) * median, longest)
