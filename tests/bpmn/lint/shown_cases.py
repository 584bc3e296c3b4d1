"""The cases of what a diagram says about pages: which fields are seen at a glance, which one is the decision."""

from __future__ import annotations

from tests.bpmn.diagrams import END, START, diagram, flows, simple, user
from tests.bpmn.lint.rule_parts import CHOICE, FORM_TASK, GLANCE, GOOD, OUTCOME, TOML, Case

SHOWN_CASES: dict[str, list[Case]] = {
    "glance_fields": [
        Case(
            "bpmn_no_glance_field",
            diagram(GLANCE.format("name"), START, user(), END, flows("s>u>e")),
            diagram(GLANCE.format("name, nome"), START, user(), END, flows("s>u>e")),
            TOML,
            TOML,
        ),
    ],
    "outcome_fields": [
        Case(
            "bpmn_no_outcome_field",
            simple(user(inner=FORM_TASK.format("f", OUTCOME.format("verdict")))),
            simple(user(inner=FORM_TASK.format("f", OUTCOME.format("nome")))),
            CHOICE,
            CHOICE,
        ),
        Case("bpmn_no_outcome_field", GOOD, simple(user(inner='<zeebe:assignmentDefinition candidateGroups="staff"/>' + OUTCOME.format("verdict")))),
    ],
}
