"""Numbers spoken from short prompts, with the grammar of each language. Keys are listed in `sounds/README.md`."""

PREFIX = "prompt:number-"
LARGEST = 99_999_999


def number(value: int, language: str) -> tuple[str, ...]:
    """Media that speak a whole number from 0 to 99,999,999; others are spoken as the nearest of these."""
    value = min(max(value, 0), LARGEST)
    words = _chinese(value) if language.startswith("zh") else _english(value)
    return tuple(f"{PREFIX}{word}" for word in words)


def count(value: int, language: str) -> tuple[str, ...]:
    """A number before a measure word: Chinese then says 两 for two (两位, 两分钟), not 二."""
    if value == 2 and language.startswith("zh"):
        return (f"{PREFIX}two",)
    return number(value, language)


def _chinese(value: int) -> list[str]:
    """GB/T 15835 reading: 十 without 一 at the head, one 零 for any run of empty places, 万 as a second unit."""
    if value == 0:
        return ["0"]
    high, low = divmod(value, 10_000)
    words = [*_chinese_group(high), "10000"] if high else []
    if high and 0 < low < 1000:
        words.append("0")
    words += _chinese_group(low)
    return words[1:] if words[:2] == ["1", "10"] else words


def _chinese_group(value: int) -> list[str]:
    words: list[str] = []
    gap = False
    for unit in (1000, 100, 10, 1):
        digit, value = divmod(value, unit)
        if digit:
            words += ["0"] if gap else []
            words += [str(digit)] + ([str(unit)] if unit > 1 else [])
            gap = False
        elif words:
            gap = value > 0
    return words


def _english(value: int) -> list[str]:
    if value < 100:
        return _english_tens(value)
    words: list[str] = []
    for unit in (1_000_000, 1000, 100):
        digit, value = divmod(value, unit)
        if digit:
            words += [*_english(digit), str(unit)]
    return words + (_english_tens(value) if value else [])


def _english_tens(value: int) -> list[str]:
    if value <= 20 or value % 10 == 0:
        return [str(value)]
    return [str(value // 10 * 10), str(value % 10)]
