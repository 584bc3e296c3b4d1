"""Prints the speed of FEEL and DMN: `python tests/benchmarks/bench_feel.py`. Not a test."""

from __future__ import annotations

import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from engine.dmn import load
from engine.feel import compile

ROWS = 500


def per_second(action: Callable[[], object], seconds: float = 0.5) -> float:
    """How often the action runs in a second, the best of five rounds."""
    best = 0.0
    for _ in range(5):
        count, start = 0, perf_counter()
        while perf_counter() - start < seconds / 5:
            for _ in range(100):
                action()
            count += 100
        best = max(best, count / (perf_counter() - start))
    return best


def table(rows: int) -> bytes:
    rules = "".join(
        f'<rule id="r{row}"><inputEntry id="a{row}"><text>[{row * 10}..{row * 10 + 10})</text></inputEntry>'
        f'<inputEntry id="b{row}"><text>"A", "B"</text></inputEntry><inputEntry id="c{row}"><text>-</text></inputEntry>'
        f'<outputEntry id="o{row}"><text>"result {row}"</text></outputEntry></rule>'
        for row in range(rows)
    )
    inputs = "".join(
        f'<input id="i{name}"><inputExpression id="e{name}"><text>{name}</text></inputExpression></input>' for name in ("amount", "level", "region")
    )
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="d" name="bench" namespace="urn:bench">'
        f'<decision id="dec" name="dec"><variable name="dec"/><decisionTable id="t" hitPolicy="UNIQUE">{inputs}<output id="out"/>{rules}'
        "</decisionTable></decision></definitions>"
    ).encode()


def main() -> None:
    expression = compile('amount > 1000 and level in ("A","B")')
    scope = {"amount": Decimal(2000), "level": "B"}
    rate = per_second(lambda: expression.evaluate(scope))
    print(f'amount > 1000 and level in ("A","B")   {rate:12,.0f} evaluations/s')
    sums = compile("sum(for i in items return i.price * i.count)")
    items = {"items": [{"price": Decimal("1.5"), "count": Decimal(3)}] * 20}
    print(f"sum of 20 products                     {per_second(lambda: sums.evaluate(items)):12,.0f} evaluations/s")
    start = perf_counter()
    for number in range(500):
        compile(f'amount > {number} and level in ("A","B")')
    print(f"compile                                {500 / (perf_counter() - start):12,.0f} expressions/s")
    start = perf_counter()
    model = load(table(ROWS), "bench.dmn")
    print(f"load a table of {ROWS} rows               {(perf_counter() - start) * 1000:12.1f} ms")
    row = {"amount": Decimal(4321), "level": "A", "region": "east"}
    print(f"evaluate a table of {ROWS} rows           {1000 / per_second(lambda: model.evaluate('dec', row)):12.4f} ms")


if __name__ == "__main__":
    main()
