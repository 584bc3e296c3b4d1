"""Problems of expressions as findings: which message, how severe."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.bpmn.lint.messages import finding, finding_text, proposal_text
from engine.bpmn.lint.words import shorten
from engine.feel.inference import Problem, described
from engine.model.findings import Finding

# Problem -> (message where it is certain to go wrong, message where it may be meant).
CODES: Mapping[str, tuple[str, str]] = {
    "unknown_function": ("flow_unknown_function", "flow_unknown_function_perhaps"),
    "unknown_type": ("flow_unknown_type", "flow_unknown_type"),
    "unknown_member": ("flow_unknown_member", "flow_unknown_member"),
    "bad_literal": ("flow_bad_literal", "flow_bad_literal_perhaps"),
    "wrong_operands": ("flow_wrong_operands", "flow_wrong_operands_perhaps"),
    "wrong_arguments": ("flow_wrong_arguments", "flow_wrong_arguments_perhaps"),
    "wrong_argument": ("flow_wrong_argument", "flow_wrong_argument_perhaps"),
    "not_a_function": ("flow_not_a_function", "flow_not_a_function"),
    "not_countable": ("flow_not_countable", "flow_not_countable"),
    "not_boolean": ("flow_not_boolean", "flow_not_boolean"),
    "never_equal": ("flow_never_equal", "flow_never_equal_perhaps"),
    "never_value": ("flow_never_value", "flow_never_value"),
}

# A function cannot be kept as a process variable, so a name that is called and that FEEL does not know can come from nowhere.
NEVER_A_VARIABLE = frozenset({"unknown_function"})


class Wording:
    """Findings about the texts of one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.findings: list[Finding] = []

    def add(self, code: str, where: tuple[int | None, str | None, str | None], **values: Any) -> None:
        """`where`: line, id and name of the element."""
        line, identifier, name = where
        self.findings.append(finding(code, self.file, line, identifier, name, **values))

    def problem(self, problem: Problem, where: tuple[int | None, str | None, str | None], zh: str, en: str, source: str, *, certain: bool) -> None:
        """A problem of one expression. `certain`: the types that it rests on are."""
        sure = certain and (problem.certain or problem.code in NEVER_A_VARIABLE)
        code = CODES[problem.code][0 if sure else 1]
        proposal = problem.values.get("proposal")
        meant_zh, meant_en = (f":{proposal}", f": {proposal}") if proposal else ("", "")
        values = {
            **problem.values,
            "place_zh": zh,
            "place_en": en,
            "expression": shorten(source, 80),
            "position": problem.position,
            "meant_zh": meant_zh,
            "meant_en": meant_en,
            "part_zh": problem.values.get("place_zh", ""),
            "part_en": problem.values.get("place_en", ""),
        }
        self.add(code, where, **values)

    def wanted(
        self, code: str, where: tuple[int | None, str | None, str | None], zh: str, en: str, source: str, given: Any, kinds: tuple[str, str]
    ) -> None:
        shown = described(given)
        self.add(
            code, where, place_zh=zh, place_en=en, expression=shorten(source, 80), position=1,
            given_zh=shown[0], given_en=shown[1], wanted_zh=kinds[0], wanted_en=kinds[1],
        )  # fmt: skip


def problem_words(problem: Problem, source: str) -> dict[str, str]:
    """What people are told of a problem of an expression that stands alone: message and proposal in Chinese and English."""
    words, nowhere = Wording(""), (None, None, None)
    if problem.code == "unknown_name":
        code, proposal = ("flow_unknown_name_meant", problem.values["proposal"]) if problem.values["proposal"] else ("flow_unknown_name", "")
        words.add(
            code, nowhere, name=problem.values["name"], proposal=proposal, elements="", place_zh="表达式", place_en="expression",
            expression=shorten(source, 80), position=problem.position,
        )  # fmt: skip
    else:
        words.problem(problem, nowhere, "表达式", "expression", source, certain=True)
    [found] = words.findings
    return {
        "message": found.message,
        "message_en": finding_text(found, "en"),
        "proposal": found.proposal or "",
        "proposal_en": proposal_text(found, "en") or "",
    }
