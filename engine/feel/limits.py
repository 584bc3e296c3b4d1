"""How much an expression may ask for, and the state of one evaluation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from time import thread_time

from engine.feel.errors import FeelEvaluationError, FeelLimitExceeded, Note, NullResult
from engine.model.values import Value


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds; every one ends in FeelLimitExceeded, except the number's, whose overflow is null as in Decimal128.

    `steps` counts work, about a quarter of a microsecond each: loop passes and calls by what they do, items that functions look through or produce.
    The same expression over the same values takes the same steps on every machine; `seconds` of the processor's time, which does not run while others
    are at work on it, are the backstop for slow ones.
    """

    source_characters: int = 32_768
    nesting: int = 60
    steps: int = 1_500_000
    seconds: float = 0.5
    call_depth: int = 60
    list_items: int = 100_000
    string_characters: int = 1_000_000
    visited_parts: int = 150_000
    result_parts: int = 1_000_000
    pattern_characters: int = 1_000
    regex_seconds: float = 0.25


LIMITS = Limits()
_STEPS_PER_LOOK = 256
_CHARACTERS_PER_STEP = 64
_MEMBERS_PER_STEP = 4
POWER_STEPS = 60
ROOT_STEPS = 10
"""What an exponential or a logarithm takes, and a broken power twice; what a root or a whole power takes."""

_USER_CALL = 20


class Run:
    """State of one evaluation: what is left of the budget, the injected clock, the reasons of nulls (kept only when asked for)."""

    __slots__ = ("budget", "deadline", "depth", "mark", "notes", "now")

    def __init__(self, now: datetime | None = None, notes: list[Note] | None = None) -> None:
        self.budget = LIMITS.steps
        self.mark = LIMITS.steps - _STEPS_PER_LOOK
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

    def note_fraction(self, position: int) -> None:
        """A time or a duration was given finer than it can be kept."""
        self.note("fraction_cut", position, "秒的小数只保留六位(微秒),更细的部分已舍去")

    def charge(self, amount: int, position: int) -> None:
        """So many steps are taken; now and then that looks at the clock."""
        self.budget -= amount
        if self.budget < self.mark:
            self.look(position)

    def look(self, position: int) -> None:
        """Whether steps and time are left; loops ask as soon as `budget` is below `mark`."""
        if self.budget <= 0:
            raise FeelLimitExceeded("too_many_steps", f"计算步数超过上限({LIMITS.steps}),请减少循环的次数或列表的长度", position)
        self.mark = max(self.budget - _STEPS_PER_LOOK, 0)
        now = thread_time()
        if not self.deadline:
            self.deadline = now + LIMITS.seconds
        elif now > self.deadline:
            raise FeelLimitExceeded("too_slow", f"计算时间超过上限({LIMITS.seconds} 秒)", position)

    def produced(self, value: Value, position: int) -> None:
        """Charge for a list or string that an operation built, and refuse one that is too large."""
        if isinstance(value, list):
            if len(value) > LIMITS.list_items:
                raise FeelLimitExceeded("list_too_long", f"列表超过 {LIMITS.list_items} 项", position)
            self.charge(len(value) // 4, position)
        elif isinstance(value, str) and len(value) > _CHARACTERS_PER_STEP:
            if len(value) > LIMITS.string_characters:
                raise FeelLimitExceeded("string_too_long", f"文本超过 {LIMITS.string_characters} 个字符", position)
            self.charge(len(value) // _CHARACTERS_PER_STEP, position)

    def consumes(self, values: list[Value], position: int, parts_per_step: int = 1) -> None:
        """Charge for the lists and strings that an operation looks through."""
        amount = 0
        for value in values:
            if type(value) is list:
                amount += len(value) // parts_per_step
            elif type(value) is str:
                amount += len(value) // _CHARACTERS_PER_STEP
            elif type(value) is dict:
                amount += len(value) // _MEMBERS_PER_STEP
        if amount:
            self.charge(amount, position)

    def enter(self, position: int) -> None:
        """One call of a function that is a value."""
        self.charge(_USER_CALL, position)
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
