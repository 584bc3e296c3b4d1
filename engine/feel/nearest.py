"""The name that somebody probably meant."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name with the fewest changed, missing, extra or swapped characters; None when all are too far away to be meant."""
    most = 0 if len(name) < 2 else 1 if len(name) < 5 else 2 if len(name) < 10 else 3
    folded = _folded(name)
    best: tuple[int, str] | None = None
    for candidate in sorted(set(known)):
        if abs(len(candidate) - len(name)) > most or candidate == name:
            continue
        steps = distance(folded, _folded(candidate), most)
        if steps <= most and (best is None or steps < best[0]):
            best = (steps, candidate)
    return None if best is None else best[1]


def _folded(name: str) -> str:
    return name.casefold().replace(" ", "_")


def distance(one: str, other: str, most: int) -> int:
    """Damerau's distance between two texts; anything above `most` may be told as `most + 1`."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for index, sign in enumerate(one, 1):
        older, before, row = before, row, [index]
        for place, opposite in enumerate(other, 1):
            steps = min(row[-1] + 1, before[place] + 1, before[place - 1] + (sign != opposite))
            if index > 1 and place > 1 and sign == other[place - 2] and one[index - 2] == opposite:
                steps = min(steps, older[place - 2] + 1)
            row.append(steps)
        if min(row) > most:
            return most + 1
    return row[-1]
