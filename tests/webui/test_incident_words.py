"""Every code with which the engine stops an activity has words, in both languages."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from flask_babel import force_locale

from engine import ProcessError
from webui.operations.incident_words import incident_words

ENGINE = Path(__file__).resolve().parents[2] / "engine"
KINDS = {"ScriptError", "ProcessError", "DecisionError", "NoFlowTaken", "StepLimitReached", "ConnectorError"}


def codes() -> set[str]:
    """The literal codes of process errors, and the default codes of the classes that are raised without one."""
    found = {kind.default_code for kind in ProcessError.__subclasses__() if kind.__name__ in ("NoFlowTaken", "StepLimitReached")}
    for path in ENGINE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in KINDS and node.args and isinstance(node.args[0], ast.Constant):
                found.add(node.args[0].value)
    return found


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_code_has_words_of_its_own(app, language):
    with app.test_request_context(), force_locale(language):
        general = incident_words("a connector's own code")
        assert {code for code in codes() if incident_words(code) == general} == set()
    assert len(codes()) > 20
