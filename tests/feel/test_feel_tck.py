"""The public compatibility kit, as far as it lies beside the repository: plain FEEL decisions."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.feel import FeelError, compile
from engine.feel.temporal import parse_literal
from engine.feel.values import equal

CASES = Path(__file__).resolve().parents[2].parent / "shared" / "tck" / "cases.jsonl.gz"
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
RECORDED_PASSES = {2: 72, 3: 1054}
_TOLERANCE = Decimal("1e-8")


def decode(data: Any) -> Any:
    """A kit value as a FEEL value."""
    if isinstance(data, list):
        return [decode(item) for item in data]
    if not isinstance(data, dict):
        return data
    if "n" in data:
        return Decimal(data["n"])
    if "@" in data:
        return parse_literal(data["v"])
    return {key: decode(item) for key, item in data["c"].items()}


def agrees(value: Any, expected: Any) -> bool:
    """Equality as the kit means it: numbers to eight places."""
    if isinstance(value, Decimal) and isinstance(expected, Decimal):
        return abs(value - expected) <= _TOLERANCE
    if isinstance(value, list) and isinstance(expected, list):
        return len(value) == len(expected) and all(map(agrees, value, expected))
    if isinstance(value, dict) and isinstance(expected, dict):
        return value.keys() == expected.keys() and all(agrees(value[key], expected[key]) for key in value)
    return equal(value, expected) is True


def load_cases() -> list[dict[str, Any]]:
    if not CASES.exists():
        pytest.skip(f"compatibility kit not found at {CASES}")
    with gzip.open(CASES, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def run(case: dict[str, Any]) -> str:
    """Empty when the case passes, else why not."""
    try:
        scope = {name: decode(value) for name, value in case["inputs"].items()}
        names = set(scope) | {name for name, _ in case["feel"]} | {key for value in scope.values() if isinstance(value, dict) for key in value}
        value = None
        for name, source in case["feel"]:
            value = compile(source, names=names).evaluate(scope, now=NOW)
            scope[name] = value
        if case["error"]:
            return "" if value is None else f"gave {value!r} instead of null"
        expected = decode(case["expected"])
    except (FeelError, Exception) as error:  # noqa: BLE001 - a crash is a failed case, counted below
        return "" if case["error"] and isinstance(error, FeelError) else f"{type(error).__name__}: {error}"
    return "" if agrees(value, expected) else f"gave {value!r}, expected {expected!r}"


def failures() -> tuple[Counter[int], list[str]]:
    passed: Counter[int] = Counter()
    failed: list[str] = []
    for case in load_cases():
        if "feel" not in case:
            continue
        problem = run(case)
        if problem:
            failed.append(f"{case['suite']} {case['feel'][-1][1].strip()}: {problem}")
        else:
            passed[case["level"]] += 1
    return passed, failed


def test_no_fewer_cases_pass_than_recorded() -> None:
    passed, failed = failures()
    assert all(passed[level] >= count for level, count in RECORDED_PASSES.items()), "\n".join(failed)
