"""Packs in a few words, for tests of data flow."""

from __future__ import annotations

import json

from tests.bpmn.diagrams import END, diagram, extensions, findings, flows

MAPPING = "<zeebe:ioMapping>{0}</zeebe:ioMapping>"


def form(*components, id="f"):
    return json.dumps({"type": "default", "id": id, "components": list(components)}, ensure_ascii=False).encode()


def text(key, **more):
    return {"type": "textfield", "key": key, "label": key, **more}


def number(key, **more):
    return {"type": "number", "key": key, "label": key, **more}


def choice(key, *values, type="radio", **more):
    return {"type": type, "key": key, "label": key, "values": [{"label": value, "value": value} for value in values], **more}


def start(form_id="f"):
    return '<startEvent id="s">' + extensions(f'<zeebe:formDefinition formId="{form_id}"/>') + "</startEvent>"


def script(id, source, variable):
    quoted = source.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    inner = f'<zeebe:script expression="={quoted}" resultVariable="{variable}"/>'
    return f'<scriptTask id="{id}" name="{id}">{extensions(inner)}</scriptTask>'


def task(id="u", form_id=None, extra="", children=""):
    given = f'<zeebe:formDefinition formId="{form_id}"/>' if form_id else ""
    inner = f'{given}<zeebe:assignmentDefinition candidateGroups="staff"/>{extra}'
    return f'<userTask id="{id}" name="{id}">{extensions(inner)}{children}</userTask>'


def output(source, target):
    return MAPPING.format(f'<zeebe:output source="={source}" target="{target}"/>')


FIELDS = (number("amount"), choice("kind", "企业", "个人"), text("title"), {"type": "checkbox", "key": "urgent", "label": "急"})
CHOICE = '<exclusiveGateway id="g" default="g_e"/>'


def branch(condition, *more, fields=FIELDS, middle=CHOICE):
    """start form → gateway → script, where `condition` holds."""
    body = condition.replace("<", "&lt;")
    return {
        "p.bpmn": diagram(start(), middle, script("w", "1", "seen"), END, flows("s>g", f"g>w:={body}", "g>e", "w>e"), *more),
        "f.form": form(*fields),
    }


def line(*parts, chain, fields=FIELDS, more=None):
    """start form, then elements in a row."""
    return {"p.bpmn": diagram(start(), *parts, END, flows(chain)), "f.form": form(*fields), **(more or {})}


def flow_findings(files):
    return [found for found in findings(files) if found.code.startswith("flow_")]
