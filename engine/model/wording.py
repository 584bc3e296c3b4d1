"""Chinese messages in English: sentences with places for names and values, found again in the finished text."""

from __future__ import annotations

import re
from collections.abc import Mapping

_PLACE = re.compile(r"\{(\d)\}")


class Wording:
    """`sentences` are Chinese templates and their English, `{0}` … standing for what is filled in; a word is a sentence without places.

    What stands between “ and ” is somebody's own text and kept; everything else that is filled in is put into English too, where it is known.
    """

    def __init__(self, sentences: Mapping[str, str], beside: Wording | None = None) -> None:
        self.words = {chinese: english for chinese, english in sentences.items() if not _PLACE.search(chinese)}
        templates = sorted((chinese for chinese in sentences if chinese not in self.words), key=lambda one: (-len(_PLACE.sub("", one)), one))
        self.patterns = [(re.compile(_pattern(chinese), re.DOTALL), _kept(chinese), sentences[chinese]) for chinese in templates]
        if beside is not None:
            self.words = {**beside.words, **self.words}
            self.patterns = [*self.patterns, *beside.patterns]

    def english(self, text: str) -> str:
        """The text in English; as it stands where it is no message that is known."""
        word = self.words.get(text)
        if word is not None:
            return word
        for pattern, kept, english in self.patterns:
            match = pattern.fullmatch(text)
            if match is not None:
                parts = {number: value if number in kept else self.english(value) for number, value in match.groupdict().items()}
                return _filled(english, parts)
        for joint, english in (("或", " or "), ("、", ", ")):
            if joint in text:
                return english.join(map(self.english, text.split(joint)))
        return text


def _filled(english: str, parts: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda place: parts["_" + place[1]], english)


def _pattern(chinese: str) -> str:
    pieces = _PLACE.split(chinese)
    return "".join(f"(?P<_{piece}>.*?)" if index % 2 else re.escape(piece) for index, piece in enumerate(pieces))


def _kept(chinese: str) -> frozenset[str]:
    return frozenset("_" + place[1] for place in _PLACE.finditer(chinese) if chinese[: place.start()].endswith("“"))
