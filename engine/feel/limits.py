"""How much an expression may ask for, and the state of one evaluation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from engine.feel.errors import FeelEvaluationError, FeelLimitExceeded, Note, NullResult
from engine.model.values import Value


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds; every one ends in FeelLimitExceeded, except the number's, whose overflow is null as in Decimal128.

    `steps` counts loop passes, calls, and list items or 64-character pieces that built-in functions produce; `seconds` is the backstop.
    """

    source_characters: int = 32_768
    nesting: int = 60
    steps: int = 200_000
    seconds: float = 0.8
    call_depth: int = 60
    list_items: int = 100_000
    string_characters: int = 1_000_000
    visited_parts: int = 150_000
    result_parts: int = 1_000_000
    pattern_characters: int = 1_000
    regex_seconds: float = 0.25


LIMITS = Limits()
_CLOCK_MASK = 0x1F
_CHARACTERS_PER_STEP = 64
_PARTS_PER_STEP = 32


class Run:
    """State of one evaluation: what is left of the budget, the injected clock, the reasons of nulls (kept only when asked for)."""

    __slots__ = ("budget", "deadline", "depth", "notes", "now")

    def __init__(self, now: datetime | None = None, notes: list[Note] | None = None) -> None:
        self.budget = LIMITS.steps
        self.deadline = 0.0
        self.depth = 0
        self.now = now
        self.notes = notes

    def null(self, reason: NullResult, position: int) -> Value:
        """Record why the part at `position` is null, and give null."""
        if self.notes is not None:
            self.notes.append(Note(reason.code, position, reason.message))
        return None

    def note(self, code: str, position: int, message: str) -> None:
        if self.notes is not None:
            self.notes.append(Note(code, position, message))

    def step(self, position: int) -> None:
        """One pass of a loop or one call; looks at the clock every 32 steps."""
        self.budget -= 1
        if self.budget & _CLOCK_MASK == 0:
            self._check(position)

    def charge(self, amount: int, position: int) -> None:
        self.budget -= amount
        self._check(position)

    def _check(self, position: int) -> None:
        if self.budget <= 0:
            raise FeelLimitExceeded("too_many_steps", f"计算步数超过上限({LIMITS.steps})", position)
        now = monotonic()
        if not self.deadline:
            self.deadline = now + LIMITS.seconds
        elif now > self.deadline:
            raise FeelLimitExceeded("too_slow", f"计算时间超过上限({LIMITS.seconds} 秒)", position)

    def produced(self, value: Value, position: int) -> None:
        """Charge for a list or string that an operation built, and refuse one that is too large."""
        if isinstance(value, list):
            if len(value) > LIMITS.list_items:
                raise FeelLimitExceeded("list_too_long", f"列表超过 {LIMITS.list_items} 项", position)
            self.charge(len(value), position)
        elif isinstance(value, str) and len(value) > _CHARACTERS_PER_STEP:
            if len(value) > LIMITS.string_characters:
                raise FeelLimitExceeded("string_too_long", f"文本超过 {LIMITS.string_characters} 个字符", position)
            self.charge(len(value) // _CHARACTERS_PER_STEP, position)

    def consumes(self, values: list[Value], position: int) -> None:
        """Charge for the lists and strings that an operation looks through."""
        amount = sum(len(value) for value in values if isinstance(value, (list, str, dict)))
        if amount > _PARTS_PER_STEP:
            self.charge(amount // _PARTS_PER_STEP, position)

    def enter(self, position: int) -> None:
        self.step(position)
        self.depth += 1
        if self.depth > LIMITS.call_depth:
            raise FeelLimitExceeded("calls_too_deep", f"函数调用嵌套超过 {LIMITS.call_depth} 层", position)

    def leave(self) -> None:
        self.depth -= 1

    def clock(self) -> datetime:
        """The injected time. Raises FeelEvaluationError when the caller gave none."""
        if self.now is None:
            raise FeelEvaluationError("no_clock", "此处没有可用的当前时间,不能使用 now() 或 today()")
        return self.now
