"""The names that a form's expressions see: its own values first, then what the process knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.model.values import Value


class FormScope(Mapping[str, Value]):
    """Values of the form over the variables around it. Neither is copied."""

    __slots__ = ("_inner", "_outer")

    def __init__(self, inner: Mapping[str, Value], outer: Mapping[str, Value]) -> None:
        self._inner, self._outer = inner, outer

    def __getitem__(self, name: str) -> Value:
        inner = self._inner
        return inner[name] if name in inner else self._outer[name]

    def __contains__(self, name: object) -> bool:
        return name in self._inner or name in self._outer

    def __iter__(self) -> Iterator[str]:
        yield from self._inner
        yield from (name for name in self._outer if name not in self._inner)

    def __len__(self) -> int:
        return sum(1 for _ in self)
