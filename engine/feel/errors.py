"""What FEEL refuses, and why a result is null."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Note:
    """Why an expression, or a part of it, gave null, or less than was written (`fraction_cut`).

    `position` counts characters from 1; 0 when the place is not known."""

    code: str
    position: int
    message: str


class FeelError(ValueError):
    """Base of all FEEL refusals. `code` is stable, `message` is Chinese, `position`, `line` and `column` count from 1 (0: not tied to a place)."""

    def __init__(self, code: str, message: str, position: int = 0, source: str = "") -> None:
        self.code = code
        self.message = message
        self.position = position
        before = source[: max(position - 1, 0)]
        self.line = before.count("\n") + 1 if position else 0
        self.column = len(before) - (before.rfind("\n") + 1) + 1 if position else 0
        super().__init__(f"第 {self.line} 行第 {self.column} 个字符:{message}" if position else message)


class FeelSyntaxError(FeelError):
    """The text is not a FEEL expression."""


class FeelLimitExceeded(FeelError):
    """The expression asks for more steps, depth, time or memory than `Limits` allow."""


class FeelEvaluationError(FeelError):
    """The evaluation lacks something that only the caller can give (a clock)."""


class NullResult(Exception):
    """Internal: the operation gives null, for this reason. Never leaves the package."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        self.message = message
        super().__init__(message)
