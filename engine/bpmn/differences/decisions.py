"""DMN files: decision tables by cell, everything else of a decision by property."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from lxml import etree

from engine.bpmn.dialect.names import local
from engine.bpmn.differences.diagrams import properties
from engine.bpmn.differences.records import CellChange, ElementChange, RuleChange, TableChange
from engine.bpmn.differences.units import Unit, compare_units, displaced, member_names, merged
from engine.dmn.sheet import DecisionSheet, SheetColumn, read_sheets
from engine.dmn.xml import NAMESPACES

_TABLE = frozenset({"rule"})
_DRAWING = "DMNDI"


def compare_decisions(old: bytes, new: bytes, file: str) -> list[ElementChange]:
    """Raises DmnRejected for bytes that are no DMN file."""
    before, after = {sheet.id: sheet for sheet in read_sheets(old, file)}, {sheet.id: sheet for sheet in read_sheets(new, file)}
    old_root, new_root = etree.fromstring(old, _parser()), etree.fromstring(new, _parser())
    changes = compare_units(_units(old_root), _units(new_root))
    by_id = {change.id: change for change in changes}
    for identifier in before.keys() & after.keys():
        table = _table(before[identifier], after[identifier], _rule_ids(old_root, identifier), _rule_ids(new_root, identifier))
        if table is None:
            continue
        known = by_id.get(identifier)
        told = known.properties if known is not None and known.state == "changed" else ()
        by_id[identifier] = ElementChange("changed", identifier, "decision", after[identifier].name, told, table)
    order = merged(list(_units(old_root)), list(_units(new_root)))
    return [by_id[identifier] for identifier in order if identifier in by_id]


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True)


def _units(root: etree._Element) -> dict[str, Unit]:
    units: dict[str, Unit] = {}
    places = _places(root)
    for node in root:
        if isinstance(node.tag, str) and etree.QName(node).namespace in NAMESPACES and node.get("id"):
            identifier = str(node.get("id"))
            units[identifier] = Unit(identifier, local(node), node.get("name") or "", _properties(node), places.get(identifier))
    return units


def _properties(node: etree._Element) -> dict[str, str]:
    """Without the rules, which are compared cell by cell."""
    copy = etree.fromstring(etree.tostring(node), _parser())
    for rule in [each for each in copy.iter() if isinstance(each.tag, str) and local(each) == "rule"]:
        parent = rule.getparent()
        if parent is not None:
            parent.remove(rule)
    return properties(copy, _TABLE)


def _places(root: etree._Element) -> dict[str, object]:
    found: dict[str, object] = {}
    for node in root.iter():
        about = node.get("dmnElementRef") if isinstance(node.tag, str) else None
        if about and local(node) != "DMNDI":
            found[str(about)] = tuple((local(one), sorted(one.attrib.items())) for one in node.iterdescendants())
    return found


def _rule_ids(root: etree._Element, decision: str) -> list[str]:
    """Ids of the rules of a decision's table, in order; empty texts where a rule has none."""
    owner = next((node for node in root if isinstance(node.tag, str) and node.get("id") == decision), None)
    if owner is None:
        return []
    return [rule.get("id") or "" for rule in owner.iter() if isinstance(rule.tag, str) and local(rule) == "rule"]


def _table(old: DecisionSheet, new: DecisionSheet, old_ids: list[str], new_ids: list[str]) -> TableChange | None:
    """None when not both sides have a table, or no rule changed."""
    if old.hit_policy is None or new.hit_policy is None:
        return None
    columns = _columns(old, new)
    before, after = _rows(old, columns, 0), _rows(new, columns, 1)
    old_keys, new_keys = _keys(old_ids, new_ids, before, after)
    moved = displaced(old_keys, new_keys)
    sides = (dict(zip(old_keys, before, strict=True)), dict(zip(new_keys, after, strict=True)))
    rules = tuple(_rule(key, *sides, moved) for key in merged(old_keys, new_keys))
    if all(rule.state == "same" for rule in rules):
        return None
    return TableChange(tuple(CellChange(*one.labels) for one in columns), rules)


Row = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class _Column:
    """`kind`: input, output or note; `at` are its positions and `labels` its names on the older and the newer side."""

    kind: str
    at: tuple[int | None, int | None]
    labels: tuple[str | None, str | None]


def _columns(old: DecisionSheet, new: DecisionSheet) -> list[_Column]:
    found: list[_Column] = []
    for kind, before, after in (("input", old.inputs, new.inputs), ("output", old.outputs, new.outputs)):
        names_before, names_after = _names(before), _names(after)
        for name in merged(names_before, names_after):
            at_old = names_before.index(name) if name in names_before else None
            at_new = names_after.index(name) if name in names_after else None
            labels = (None if at_old is None else before[at_old].label, None if at_new is None else after[at_new].label)
            found.append(_Column(kind, (at_old, at_new), labels))
    return [*found, _Column("note", (0, 0), ("", ""))]


def _names(columns: tuple[SheetColumn, ...]) -> list[str]:
    return member_names([{"key": column.expression} for column in columns])


def _rows(sheet: DecisionSheet, columns: list[_Column], side: int) -> list[Row]:
    rows = []
    for rule in sheet.rules:
        texts = {"input": rule.inputs, "output": rule.outputs, "note": (rule.note,)}
        rows.append(tuple(_cell(texts[column.kind], column.at[side]) for column in columns))
    return rows


def _cell(texts: tuple[str, ...], at: int | None) -> str | None:
    return texts[at] if at is not None and at < len(texts) else None


def _keys(old_ids: list[str], new_ids: list[str], old: list[Row], new: list[Row]) -> tuple[list[str], list[str]]:
    """What rules are recognised by: their ids, else their number when none was added or removed, else their cells."""
    if all(len(set(filter(None, ids))) == len(rows) for ids, rows in ((old_ids, old), (new_ids, new))):
        return old_ids, new_ids
    if len(old) == len(new):
        numbers = [str(number) for number in range(len(old))]
        return numbers, numbers
    return _numbered(old), _numbered(new)


def _numbered(rows: list[Row]) -> list[str]:
    seen: Counter[Row] = Counter()
    names = []
    for row in rows:
        seen[row] += 1
        names.append(f"{row!r}#{seen[row]}")
    return names


def _rule(key: str, old: dict[str, Row], new: dict[str, Row], moved: set[str]) -> RuleChange:
    old_number = list(old).index(key) + 1 if key in old else None
    new_number = list(new).index(key) + 1 if key in new else None
    if key not in old:
        return RuleChange("added", None, new_number, tuple(CellChange(None, cell) for cell in new[key]))
    if key not in new:
        return RuleChange("removed", old_number, None, tuple(CellChange(cell, None) for cell in old[key]))
    cells = tuple(CellChange(before, after) for before, after in zip(old[key], new[key], strict=True))
    changed = any(cell.is_changed for cell in cells)
    return RuleChange("changed" if changed else "moved" if key in moved else "same", old_number, new_number, cells)
