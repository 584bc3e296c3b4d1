"""Text as it is searched: any part of any word is found, in Chinese from one character on.

PostgreSQL's trigrams find no words of two characters, the commonest in Chinese, so the index holds single letters and pairs beside triples.
"""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Iterable

LONGEST_TEXT = 10_000


def folded(text: str) -> str:
    """Without differences of case and width; white space is one blank; cut where nobody searches any more."""
    return " ".join(unicodedata.normalize("NFKC", text[: 2 * LONGEST_TEXT]).lower().replace("\x00", "").split())[:LONGEST_TEXT]


def searched_text(parts: Iterable[str | None]) -> str:
    """The parts, each once, folded."""
    return folded(" ".join(dict.fromkeys(part for part in parts if part)))


def grams(text: str) -> list[int]:
    """Hashes of all letters, and of two and three neighbouring letters within the words of a folded text."""
    found = {word[at : at + size] for word in text.split() for size in SIZES for at in range(len(word) - size + 1)}
    return sorted(map(_hash, found))


def word_grams(word: str) -> list[int]:
    """What a text that contains the folded word must have: as few and as rare as can be, numbers have the same pairs again and again."""
    size = min(len(word), SIZES[-1])
    return sorted({_hash(word[at : at + size]) for at in range(len(word) - size + 1)})


SIZES = (1, 2, 3)


def _hash(gram: str) -> int:
    return zlib.crc32(gram.encode(errors="replace")) - 2**31
