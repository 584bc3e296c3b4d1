"""The public compatibility kit, as far as it lies beside the repository: plain FEEL decisions."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from typing import Any

import pytest

from engine.feel import FeelError, compile
from tests.feel.compatibility_kit import KIT, NOW, agrees, decode

CASES = KIT / "cases.jsonl.gz"
RECORDED_PASSES = {2: 72, 3: 1054}


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
