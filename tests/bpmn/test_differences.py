"""Two versions of the shipped pack: each kind of change is told as what it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.bpmn.differences import ElementChange, compare_packs

FOLDER = Path(__file__).resolve().parents[2] / "processes" / "customer_development"
FILES = {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in FOLDER.rglob("*") if path.is_file()}
DIAGRAM, TABLE, FORM = "customer_development_application.bpmn", "enterprise_customer_class.dmn", "department_advice.form"


def changed(file: str, old: str, new: str) -> dict[str, bytes]:
    assert old.encode() in FILES[file]
    return FILES | {file: FILES[file].replace(old.encode(), new.encode(), 1)}


def only_change(files: dict[str, bytes]) -> ElementChange:
    (file,) = compare_packs(FILES, files).files
    (element,) = file.elements
    return element


def test_the_same_pack() -> None:
    assert compare_packs(FILES, dict(FILES)).files == ()


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ('name="审核《客户开发申请单》"', 'name="审核申请单"', "@name"),
        ('candidateGroups="marketing_supervisor"', 'candidateGroups="marketing_manager"', "assignmentDefinition@candidateGroups"),
        ('value="Review the application"', 'value="Review"', "properties/property[tuoke.name.en]@value"),
    ],
)
def test_a_property_of_an_element(old: str, new: str, path: str) -> None:
    element = only_change(changed(DIAGRAM, old, new))
    assert (element.state, element.id, element.type) == ("changed", "review_application", "userTask")
    assert [change.path for change in element.properties] == [path]
    assert element.count == 1


def test_an_unknown_extension_is_told() -> None:
    files = changed(DIAGRAM, "<zeebe:userTask />", '<zeebe:userTask /><x:foo xmlns:x="urn:x" bar="1"/>')
    (change,) = only_change(files).properties
    assert (change.path, change.old, change.new) == ("foo@bar", None, "1")


def test_moving_counts_for_nothing() -> None:
    text = FILES[DIAGRAM].decode()
    at = text.index('bpmnElement="review_application"')
    x = text.index('x="', at)
    moved = text[:x] + 'x="9' + text[x + 3 :]
    difference = compare_packs(FILES, FILES | {DIAGRAM: moved.encode()})
    assert (difference.files[0].state, difference.count, difference.moved) == ("moved", 0, 1)


def test_another_way_of_writing_is_no_change() -> None:
    difference = compare_packs(FILES, FILES | {DIAGRAM: FILES[DIAGRAM].replace(b'exporterVersion="5.40.0"', b'exporterVersion="5.41.0"')})
    assert (difference.files[0].state, difference.count) == ("rewritten", 0)


def test_a_cell_of_a_decision_table() -> None:
    table = only_change(changed(TABLE, "&gt;= 5000000", "&gt;= 6000000")).table
    assert table is not None
    (rule,) = [rule for rule in table.rules if rule.state != "same"]
    assert [(cell.old, cell.new) for cell in rule.cells if cell.is_changed] == [(">= 5000000", ">= 6000000")]
    assert table.count == 1


def test_a_rule_removed() -> None:
    text = FILES[TABLE].decode()
    begin = text.index('<rule id="rule_enterprise_customer_class_02"')
    end = text.index("</rule>", begin) + len("</rule>")
    table = only_change(FILES | {TABLE: (text[:begin] + text[end:]).encode()}).table
    assert table is not None
    assert table.count == 1
    assert [(rule.old_number, rule.new_number) for rule in table.rules if rule.state == "removed"] == [(2, None)]


def test_a_component_of_a_form() -> None:
    element = only_change(changed(FORM, '"label": "客户名称"', '"label": "客户的名称"'))
    (change,) = element.properties
    assert (element.id, change.path, change.old, change.new) == ("Field_customer_name", "label", "客户名称", "客户的名称")


def test_a_role() -> None:
    element = only_change(changed("pack.toml", 'name = "营销专员"', 'name = "营销员"'))
    assert (element.state, element.id) == ("changed", "role[marketing_specialist]")


def test_files_added_and_removed() -> None:
    files = {name: content for name, content in FILES.items() if name != FORM} | {"new.form": FILES[FORM]}
    difference = compare_packs(FILES, files)
    assert [(file.file, file.state) for file in difference.files] == [(FORM, "removed"), ("new.form", "added")]
    assert difference.count == 2


def test_a_file_that_cannot_be_read_is_changed() -> None:
    (file,) = compare_packs(FILES, FILES | {DIAGRAM: b"<", FORM: FILES[FORM]}).files
    assert (file.state, file.count) == ("changed", 1)
