"""Decimal128 arithmetic (IEEE 754-2008: 34 digits, exponents to 6144, ties to even)."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Clamped, Context, Decimal, DivisionByZero, InvalidOperation, Overflow

from engine.feel.errors import NullResult

DECIMAL128 = Context(
    prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144, capitals=1, clamp=0, traps=[InvalidOperation, DivisionByZero, Overflow]
)
FAILURES = (InvalidOperation, DivisionByZero, Overflow, Clamped)


def literal_number(text: str) -> Decimal | None:
    """The number a literal stands for, rounded to 34 digits; None when it does not fit."""
    try:
        return DECIMAL128.create_decimal(text)
    except FAILURES:
        return None


def divide(left: Decimal, right: Decimal) -> Decimal:
    if not right:
        raise NullResult("division_by_zero", "除数为零")
    try:
        return DECIMAL128.divide(left, right)
    except FAILURES:
        raise too_large() from None


def power(base: Decimal, exponent: Decimal) -> Decimal:
    if not base and not exponent:
        return Decimal(1)
    if not base and exponent < 0:
        raise NullResult("division_by_zero", "零没有负数次幂")
    try:
        return DECIMAL128.power(base, exponent)
    except FAILURES:
        raise NullResult("power_not_defined", "乘方无结果或超出数字范围") from None


def too_large() -> NullResult:
    return NullResult("number_too_large", "结果超出数字范围")
