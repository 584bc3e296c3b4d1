"""A pack as a whole: settings, links between its files, duplicates, digest."""

from __future__ import annotations

import json

import pytest

from engine.bpmn.pack import digest_of
from tests.bpmn.diagrams import END, START, codes, diagram, findings, flows, load, simple, user

GOOD = simple(user())
FORM = json.dumps({"type": "default", "id": "f", "components": [{"type": "textfield", "key": "name", "label": "名称"}]}).encode()
TOML = """
[pack]
key = "sales"
name = "销售"
name_en = "Sales"
[document]
title = "方案"
prepared_on = 2026-11-01
revision_count = 0
[[role]]
key = "staff"
name = "职员"
name_en = "Staff"
department = "市场部"
duties = ["u"]
can_start = ["p"]
[[record]]
key = "customer"
name = "客户"
form = "f"
title = "name"
unique = ["name"]
search = ["name"]
list = ["name"]
view = ["staff"]
edit = ["职员"]
"""


def test_settings_are_read() -> None:
    settings = load({"p.bpmn": GOOD, "f.form": FORM, "pack.toml": TOML.encode()}).settings
    assert (settings.key, settings.name, settings.name_en) == ("sales", "销售", "Sales")
    assert settings.document == {"title": "方案", "prepared_on": "2026-11-01", "revision_count": "0"}
    (role,) = settings.roles
    assert (role.key, role.name, role.name_en, role.department, role.duties, role.can_start) == ("staff", "职员", "Staff", "市场部", ("u",), ("p",))
    (record,) = settings.record_types
    assert (record.key, record.form_id, record.title, record.unique, record.list_columns) == ("customer", "f", "name", ("name",), ("name",))
    assert (record.search, record.view, record.edit) == (("name",), ("staff",), ("职员",))


def test_a_pack_without_settings_is_named_after_its_process() -> None:
    settings = load(GOOD).settings
    assert (settings.key, settings.name, settings.roles) == ("p", "流程", ())


@pytest.mark.parametrize(
    "old, new, code",
    [
        ('key = "sales"', 'key = "Sales 1"', "pack_bad_key"),
        ('key = "sales"', "", "pack_missing_key"),
        ('key = "sales"', "key = 5", "pack_wrong_type"),
        ('name = "销售"', 'name = "销售"\ncolour = "red"', "pack_unknown_key"),
        ("[document]", "[documents]", "pack_unknown_key"),
        ('title = "方案"', "titel = 1", "pack_unknown_key"),
        ('title = "方案"', "title = [1]", "pack_wrong_type"),
        ("revision_count = 0", "revision_count = true", "pack_wrong_type"),
        ('duties = ["u"]', 'duties = "u"', "pack_wrong_type"),
        ("[[role]]", "[role]", "pack_wrong_type"),
        ('key = "customer"', 'key = "客户"', "pack_bad_key"),
        ('form = "f"', "", "pack_missing_key"),
        ("[[record]]", '[[role]]\nkey = "staff"\nname = "别"\n[[record]]', "pack_duplicate_key"),
        ("[[record]]", '[[role]]\nkey = "other"\nname = "职员"\n[[record]]', "pack_duplicate_key"),
        ("[pack]", "[pack", "pack_toml_syntax"),
        ("[pack]", "pack = 1\n[x]", "pack_wrong_type"),
    ],
)
def test_mistakes_in_settings_are_found(old: str, new: str, code: str) -> None:
    found = [each for each in findings({"p.bpmn": GOOD, "f.form": FORM, "pack.toml": TOML.replace(old, new, 1).encode()}) if each.code == code]
    assert found
    assert found[0].file == "pack.toml"


def test_settings_in_another_encoding_are_refused() -> None:
    assert "xml_undecodable" in codes({"p.bpmn": GOOD, "pack.toml": TOML.encode("gbk")})


def test_duplicates_name_both_files() -> None:
    other = diagram('<startEvent id="x"/>', END, flows("x>e"))
    (process,) = [each for each in findings({"a.bpmn": GOOD, "b.bpmn": other}) if each.code == "pack_duplicate_process"]
    assert (process.file, process.values["other"], process.element_id) == ("b.bpmn", "a.bpmn", "p")
    (form,) = [each for each in findings({"p.bpmn": GOOD, "a.form": FORM, "b.form": FORM}) if each.code == "pack_duplicate_form"]
    assert (form.file, form.values["other"]) == ("b.form", "a.form")


def test_the_id_of_a_refused_form_is_not_called_missing() -> None:
    broken = FORM.replace(b"textfield", b"madeUp")
    task = simple(user(inner='<zeebe:formDefinition formId="f"/><zeebe:assignmentDefinition assignee="=starter"/>'))
    found = codes({"p.bpmn": task, "f.form": broken})
    assert found
    assert "bpmn_unknown_form" not in found


def test_files_that_are_not_used_get_a_warning() -> None:
    pack = load({"p.bpmn": GOOD, "README.md": b"x", "scenarios/a.toml": b"x", "run.py": b"x"})
    assert [(each.code, each.file) for each in pack.warnings] == [("pack_unknown_file", "run.py")]


def test_a_pack_without_an_executable_process_is_refused() -> None:
    assert codes({}) == ["pack_empty"]
    assert "pack_empty" in codes(diagram(START, END, attributes=""))


def test_digest_tells_names_and_contents_apart() -> None:
    digests = {digest_of(files) for files in ({"a": b"bc"}, {"ab": b"c"}, {"a": b"b", "c": b""}, {"a": b"", "c": b"b"}, {"a": b"cb"}, {})}
    assert len(digests) == 6
    assert digest_of({"a": b"1", "b": b"2"}) == digest_of({"b": b"2", "a": b"1"})
    assert load(GOOD).digest == digest_of({"p.bpmn": GOOD})
