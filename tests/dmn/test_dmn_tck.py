"""The public compatibility kit, as far as it lies beside the repository: whole models."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections import Counter
from typing import Any

import pytest

from engine.dmn import DecisionModel, DmnEvaluationError, DmnRejected, load
from tests.feel.compatibility_kit import KIT, NOW, agrees, decode

# Not passed of level 3: external Java functions (0076).
RECORDED_PASSES = {2: 126, 3: 1204}


class Kit:
    """Models are loaded once; a refused one fails all its cases."""

    def __init__(self) -> None:
        if not (KIT / "cases.jsonl.gz").exists():
            pytest.skip(f"compatibility kit not found at {KIT}")
        with gzip.open(KIT / "cases.jsonl.gz", "rt", encoding="utf-8") as lines:
            self.cases: list[dict[str, Any]] = [json.loads(line) for line in lines]
        self.archive = zipfile.ZipFile(io.BytesIO((KIT / "models.zip").read_bytes()))
        self.models: dict[str, DecisionModel | Exception] = {}

    def model(self, case: dict[str, Any]) -> DecisionModel:
        name = f"{case['level']}/{case['suite']}/{case['model']}"
        if name not in self.models:
            try:
                self.models[name] = load(self.archive.read(name), name, self.beside(name))
            except DmnRejected as error:
                self.models[name] = error
        found = self.models[name]
        if isinstance(found, Exception):
            raise found
        return found

    def beside(self, name: str) -> dict[str, bytes]:
        """The files in the same folder."""
        folder = name.rpartition("/")[0] + "/"
        return {one: self.archive.read(one) for one in self.archive.namelist() if one.startswith(folder) and one != name}

    def run(self, case: dict[str, Any]) -> str:
        """Empty when the case passes, else why not."""
        try:
            model = self.model(case)
            asked = case["decision"]
            if case["kind"] == "decisionService":
                by_output = {model.decisions[one.outputs[0]].name: one.id for one in model.services.values()}
                asked = by_output.get(asked, asked)
            value = model.evaluate(asked, {name: decode(data) for name, data in case["inputs"].items()}, now=NOW).value
            if asked in model.services and len(model.services[asked].outputs) > 1:
                value = value[case["decision"]]
            if case["error"]:
                return "" if value is None else f"gave {value!r} instead of null"
            expected = decode(case["expected"])
        except (DmnRejected, DmnEvaluationError) as error:
            return "" if case["error"] and isinstance(error, DmnEvaluationError) else f"{type(error).__name__}: {error}"
        except Exception as error:  # noqa: BLE001 - a crash is a failed case, counted below
            return f"crash {type(error).__name__}: {error}"
        return "" if agrees(value, expected) else f"gave {value!r}, expected {expected!r}"


def failures() -> tuple[Counter[int], list[str]]:
    kit = Kit()
    passed: Counter[int] = Counter()
    failed: list[str] = []
    for case in kit.cases:
        problem = kit.run(case)
        if problem:
            failed.append(f"{case['suite']} {case['case']} {case['decision']}: {problem}")
        else:
            passed[case["level"]] += 1
    return passed, failed


def test_no_fewer_cases_pass_than_recorded() -> None:
    passed, failed = failures()
    assert all(passed[level] >= count for level, count in RECORDED_PASSES.items()), "\n".join(failed)
