"""Numbers: rounding, roots, statistics of lists."""

from __future__ import annotations

from collections import Counter
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal

from engine.feel.errors import NullResult
from engine.feel.functions.registry import built_in
from engine.feel.limits import POWER_STEPS, ROOT_STEPS, Run
from engine.feel.numbers import DECIMAL128, FAILURES, divide, too_large
from engine.feel.operators import OPERATIONS
from engine.feel.values import compare, kind_of, shown_kind
from engine.model.values import Value

_SCALE_MIN, _SCALE_MAX = -6111, 6176


def _rounded(number: Decimal, scale: Decimal, rounding: str) -> Decimal:
    places = int(scale)
    if not _SCALE_MIN <= places <= _SCALE_MAX:
        raise NullResult("scale_out_of_range", f"小数位数须在 {_SCALE_MIN} 到 {_SCALE_MAX} 之间")
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and -exponent <= places:
        return number
    try:
        return number.quantize(Decimal(1).scaleb(-places, DECIMAL128), rounding=rounding, context=DECIMAL128)
    except FAILURES:
        raise too_large() from None


@built_in("decimal", "n: number, scale: number")
def decimal(n: Decimal, scale: Decimal) -> Decimal:
    return _rounded(n, scale, ROUND_HALF_EVEN)


@built_in("floor", "n: number, scale: number=")
def floor(n: Decimal, scale: Decimal = Decimal(0)) -> Decimal:
    return _rounded(n, scale, ROUND_FLOOR)


@built_in("ceiling", "n: number, scale: number=")
def ceiling(n: Decimal, scale: Decimal = Decimal(0)) -> Decimal:
    return _rounded(n, scale, ROUND_CEILING)


@built_in("round up", "n: number, scale: number=")
def round_up(n: Decimal, scale: Decimal = Decimal(0)) -> Decimal:
    return _rounded(n, scale, ROUND_UP)


@built_in("round down", "n: number, scale: number=")
def round_down(n: Decimal, scale: Decimal = Decimal(0)) -> Decimal:
    return _rounded(n, scale, ROUND_DOWN)


@built_in("round half up", "n: number, scale: number=")
def round_half_up(n: Decimal, scale: Decimal = Decimal(0)) -> Decimal:
    return _rounded(n, scale, ROUND_HALF_UP)


@built_in("round half down", "n: number, scale: number=")
def round_half_down(n: Decimal, scale: Decimal = Decimal(0)) -> Decimal:
    return _rounded(n, scale, ROUND_HALF_DOWN)


@built_in("abs", "n: number|days and time duration|years and months duration")
def absolute(n: Value) -> Value:
    if kind_of(n) == "years and months duration":
        return type(n)(abs(n.months))
    return abs(n) if kind_of(n) != "number" else DECIMAL128.abs(n)


@built_in("modulo", "dividend: number, divisor: number")
def modulo(dividend: Decimal, divisor: Decimal) -> Decimal:
    if not divisor:
        raise NullResult("division_by_zero", "除数为零")
    try:
        remainder = DECIMAL128.remainder(dividend, divisor)
    except FAILURES:
        raise too_large() from None
    return DECIMAL128.add(remainder, divisor) if remainder and (remainder < 0) != (divisor < 0) else remainder


@built_in("sqrt", "number: number", with_run=True)
def sqrt(run: Run, number: Decimal) -> Decimal:
    run.charge(ROOT_STEPS, 0)
    if number < 0:
        raise NullResult("not_defined", "负数没有平方根")
    return DECIMAL128.sqrt(number)


@built_in("log", "number: number", with_run=True)
def log(run: Run, number: Decimal) -> Decimal:
    run.charge(POWER_STEPS, 0)
    if number <= 0:
        raise NullResult("not_defined", "只有正数有对数")
    return DECIMAL128.ln(number)


@built_in("exp", "number: number", with_run=True)
def exp(run: Run, number: Decimal) -> Decimal:
    run.charge(POWER_STEPS, 0)
    try:
        return DECIMAL128.exp(number)
    except FAILURES:
        raise too_large() from None


@built_in("odd", "number: number")
def odd(number: Decimal) -> bool:
    return _parity(number) == 1


@built_in("even", "number: number")
def even(number: Decimal) -> bool:
    return _parity(number) == 0


def _parity(number: Decimal) -> Decimal:
    if number != number.to_integral_value():
        return Decimal(-1)
    try:
        return abs(DECIMAL128.remainder(number, Decimal(2)))
    except FAILURES:
        return Decimal(0)


def _numbers(items: list[Value]) -> list[Decimal]:
    for item in items:
        if type(item) is not Decimal:
            raise NullResult("not_a_number", f"列表中有{shown_kind(item)},应全为数字")
    return items


def _nonempty(items: list[Value]) -> list[Value]:
    if not items:
        raise NullResult("empty_list", "列表为空")
    return items


def _total(items: list[Value]) -> Value:
    plus = OPERATIONS["+"]
    total = items[0]
    for item in items[1:]:
        total = plus(total, item)
    return total


@built_in("sum", "list: list")
def total_of_list(list: list[Value]) -> Value:
    items = _nonempty(list)
    if kind_of(items[0]) in ("days and time duration", "years and months duration"):
        return _total(items)
    return _total(_numbers(items))


@built_in("sum", "*n: any")
def total_of_arguments(*n: Value) -> Value:
    return total_of_list([*n])


@built_in("mean", "list: list")
def mean_of_list(list: list[Value]) -> Value:
    return divide(_total(_numbers(_nonempty(list))), Decimal(len(list)))


@built_in("mean", "*n: any")
def mean_of_arguments(*n: Value) -> Value:
    return mean_of_list([*n])


@built_in("product", "list: list")
def product_of_list(list: list[Value]) -> Value:
    result = Decimal(1)
    times = OPERATIONS["*"]
    for number in _numbers(_nonempty(list)):
        result = times(result, number)
    return result


@built_in("product", "*n: any")
def product_of_arguments(*n: Value) -> Value:
    return product_of_list([*n])


@built_in("median", "list: list")
def median_of_list(list: list[Value]) -> Value:
    numbers = sorted(_numbers(_nonempty(list)))
    middle = len(numbers) // 2
    return numbers[middle] if len(numbers) % 2 else divide(DECIMAL128.add(numbers[middle - 1], numbers[middle]), Decimal(2))


@built_in("median", "*n: any")
def median_of_arguments(*n: Value) -> Value:
    return median_of_list([*n])


@built_in("stddev", "list: list")
def stddev_of_list(list: list[Value]) -> Value:
    numbers = _numbers(list)
    if len(numbers) < 2:
        raise NullResult("too_few_items", "标准差至少需要两个数字")
    mean = mean_of_list(numbers)
    squares = _total([DECIMAL128.power(DECIMAL128.subtract(number, mean), 2) for number in numbers])
    return DECIMAL128.sqrt(divide(squares, Decimal(len(numbers) - 1)))


@built_in("stddev", "*n: any")
def stddev_of_arguments(*n: Value) -> Value:
    return stddev_of_list([*n])


@built_in("mode", "list: list")
def mode_of_list(list: list[Value]) -> Value:
    counts = Counter(_numbers(list))
    most = max(counts.values(), default=0)
    return sorted(number for number, count in counts.items() if count == most)


@built_in("mode", "*n: any")
def mode_of_arguments(*n: Value) -> Value:
    return mode_of_list([*n])


def _extreme(items: list[Value], wanted: int) -> Value:
    best = _nonempty(items)[0]
    if compare(best, best) is None:
        raise NullResult("not_comparable", f"{shown_kind(best)}没有大小")
    for item in items[1:]:
        order = compare(item, best)
        if order is None:
            raise NullResult("not_comparable", f"{shown_kind(item)}与{shown_kind(best)}不能比较大小")
        if order == wanted:
            best = item
    return best


@built_in("min", "list: list")
def min_of_list(list: list[Value]) -> Value:
    return _extreme(list, -1)


@built_in("min", "*c: any")
def min_of_arguments(*c: Value) -> Value:
    return _extreme([*c], -1)


@built_in("max", "list: list")
def max_of_list(list: list[Value]) -> Value:
    return _extreme(list, 1)


@built_in("max", "*c: any")
def max_of_arguments(*c: Value) -> Value:
    return _extreme([*c], 1)
