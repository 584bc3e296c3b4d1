"""Arithmetic between FEEL values. Every function raises NullResult where the result is null."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import ROUND_DOWN, Decimal

from engine.feel import temporal
from engine.feel.errors import FeelLimitExceeded, NullResult
from engine.feel.limits import LIMITS
from engine.feel.numbers import DECIMAL128, FAILURES, divide, power, too_large
from engine.feel.values import kind_of, shown_kind
from engine.model.values import Value, YearsMonths

Operation = Callable[[Value, Value], Value]
_DAYS, _MONTHS = "days and time duration", "years and months duration"
_WORDS = {"+": "相加", "-": "相减", "*": "相乘", "/": "相除", "**": "乘方"}


def _concatenate(left: str, right: str) -> str:
    if len(left) + len(right) > LIMITS.string_characters:
        raise FeelLimitExceeded("string_too_long", f"文本超过 {LIMITS.string_characters} 个字符")
    return left + right


def _swapped(operation: Operation) -> Operation:
    return lambda left, right: operation(right, left)


def _guarded(operation: Operation) -> Operation:
    """Decimal signals and datetime overflows become null."""

    def run(left: Value, right: Value) -> Value:
        try:
            return operation(left, right)
        except FAILURES:
            raise too_large() from None
        except OverflowError:
            raise NullResult("out_of_range", "结果超出范围") from None

    return run


def _scale_months(months: YearsMonths, factor: Decimal) -> YearsMonths:
    return temporal.make_months(int(DECIMAL128.multiply(Decimal(months.months), factor).to_integral_value(ROUND_DOWN)))


def _split_months(months: YearsMonths, divisor: Decimal) -> YearsMonths:
    return temporal.make_months(int(divide(Decimal(months.months), divisor).to_integral_value(ROUND_DOWN)))


def _scale_days(amount: timedelta, factor: Decimal) -> timedelta:
    return temporal.from_seconds(DECIMAL128.multiply(temporal.seconds_of(amount), factor))


def _split_days(amount: timedelta, divisor: Decimal) -> timedelta:
    return temporal.from_seconds(divide(temporal.seconds_of(amount), divisor))


def _minus_months(value: Value, months: YearsMonths) -> Value:
    return temporal.add_months(value, -months.months)


def _plus_months(value: Value, months: YearsMonths) -> Value:
    return temporal.add_months(value, months.months)


_ADD: dict[tuple[str, str], Operation] = {
    ("number", "number"): DECIMAL128.add,
    ("string", "string"): _concatenate,
    (_DAYS, _DAYS): lambda left, right: left + right,
    (_MONTHS, _MONTHS): lambda left, right: temporal.make_months(left.months + right.months),
}
_SUBTRACT: dict[tuple[str, str], Operation] = {
    ("number", "number"): DECIMAL128.subtract,
    (_DAYS, _DAYS): lambda left, right: left - right,
    (_MONTHS, _MONTHS): lambda left, right: temporal.make_months(left.months - right.months),
    ("time", "time"): temporal.subtract_times,
}
for _kind in ("date", "date and time", "time"):
    _ADD[_kind, _DAYS] = temporal.add_duration
    _ADD[_DAYS, _kind] = _swapped(temporal.add_duration)
    _SUBTRACT[_kind, _DAYS] = lambda left, right: temporal.add_duration(left, -right)
for _kind in ("date", "date and time"):
    _ADD[_kind, _MONTHS] = _plus_months
    _ADD[_MONTHS, _kind] = _swapped(_plus_months)
    _SUBTRACT[_kind, _MONTHS] = _minus_months
    for _other in ("date", "date and time"):
        _SUBTRACT[_kind, _other] = temporal.subtract
_MULTIPLY: dict[tuple[str, str], Operation] = {
    ("number", "number"): DECIMAL128.multiply,
    (_DAYS, "number"): _scale_days,
    ("number", _DAYS): _swapped(_scale_days),
    (_MONTHS, "number"): _scale_months,
    ("number", _MONTHS): _swapped(_scale_months),
}
_DIVIDE: dict[tuple[str, str], Operation] = {
    ("number", "number"): divide,
    (_DAYS, "number"): _split_days,
    (_MONTHS, "number"): _split_months,
    (_DAYS, _DAYS): lambda left, right: divide(temporal.seconds_of(left), temporal.seconds_of(right)),
    (_MONTHS, _MONTHS): lambda left, right: divide(Decimal(left.months), Decimal(right.months)),
}
_POWER: dict[tuple[str, str], Operation] = {("number", "number"): power}


def _dispatcher(sign: str, table: dict[tuple[str, str], Operation]) -> Operation:
    fast = _guarded(table["number", "number"])
    guarded = {kinds: _guarded(operation) for kinds, operation in table.items()}

    def operate(left: Value, right: Value) -> Value:
        if type(left) is Decimal and type(right) is Decimal:
            return fast(left, right)
        operation = guarded.get((kind_of(left), kind_of(right)))
        if operation is None:
            raise NullResult("wrong_operands", f"{shown_kind(left)}与{shown_kind(right)}不能{_WORDS[sign]}")
        return operation(left, right)

    return operate


OPERATIONS: dict[str, Operation] = {
    "+": _dispatcher("+", _ADD),
    "-": _dispatcher("-", _SUBTRACT),
    "*": _dispatcher("*", _MULTIPLY),
    "/": _dispatcher("/", _DIVIDE),
    "**": _dispatcher("**", _POWER),
}


def negate(value: Value) -> Value:
    kind = kind_of(value)
    if kind == "number":
        return DECIMAL128.minus(value)
    if kind == _DAYS:
        return -value
    if kind == _MONTHS:
        return YearsMonths(-value.months)
    raise NullResult("wrong_operands", f"{shown_kind(value)}没有相反数")
