"""What is different between two versions of a pack, as lines for the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.differences import ElementChange, FileDifference, PackDifference
from engine.bpmn.differences.words import kind_words, property_words

_MARKS = {"added": "+", "removed": "-", "changed": "~", "moved": "↔", "rewritten": "="}
_LONGEST = 80


def difference_lines(difference: PackDifference) -> Iterator[str]:
    if not difference.files:
        yield "与现在运行的版本完全相同"
        return
    for file in difference.files:
        yield _file(file)
        for element in file.elements:
            yield from _element(element)
    moved = f"，另有 {difference.moved} 处只移动了位置" if difference.moved else ""
    yield f"与现在运行的版本相比：修改 {difference.count} 处{moved}"


def _file(file: FileDifference) -> str:
    note = {"moved": "（只移动了位置）", "rewritten": "（只有写法不同）"}.get(file.state, "")
    return f"{_MARKS[file.state]} {file.file}{note}"


def _element(element: ElementChange) -> Iterator[str]:
    yield f"    {_MARKS[element.state]} {kind_words(element.type, 'zh')} {element.name} [{element.id}]"
    for change in element.properties:
        yield f"        {property_words(change.path, 'zh')}：{_short(change.old)} → {_short(change.new)}"
    if element.table is None:
        return
    for rule in element.table.rules:
        if rule.state in ("added", "removed"):
            yield f"        {_MARKS[rule.state]} 第 {rule.new_number or rule.old_number} 条规则"
        for column, cell in zip(element.table.columns, rule.cells, strict=True):
            if rule.state == "changed" and cell.is_changed:
                yield f"        第 {rule.new_number} 条规则 {column.new or column.old or '备注'}：{_short(cell.old)} → {_short(cell.new)}"


def _short(text: str | None) -> str:
    if text is None:
        return "（没有）"
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
