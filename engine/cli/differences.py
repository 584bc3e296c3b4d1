"""What is different between two versions of a pack, as lines for the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.differences import ElementChange, FileDifference, PackDifference
from engine.bpmn.differences.words import kind_words, property_words
from engine.cli.language import words

_MARKS = {"added": "+", "removed": "-", "changed": "~", "moved": "↔", "rewritten": "="}
_LONGEST = 80


def difference_lines(difference: PackDifference) -> Iterator[str]:
    if not difference.files:
        yield words("与现在运行的版本完全相同", "The same as what runs")
        return
    for file in difference.files:
        yield _file(file)
        for element in file.elements:
            yield from _element(element)
    moved = words(f"，另有 {difference.moved} 处只移动了位置", f", {difference.moved} only moved") if difference.moved else ""
    yield words("与现在运行的版本相比：修改", "Compared with what runs, changed:") + f" {difference.count}{words(' 处', '')}{moved}"


def _file(file: FileDifference) -> str:
    notes = {"moved": words("（只移动了位置）", " (only moved)"), "rewritten": words("（只有写法不同）", " (only written otherwise)")}
    note = notes.get(file.state, "")
    return f"{_MARKS[file.state]} {file.file}{note}"


def _element(element: ElementChange) -> Iterator[str]:
    yield f"    {_MARKS[element.state]} {kind_words(element.type, words('zh', 'en'))} {element.name} [{element.id}]"
    for change in element.properties:
        yield f"        {property_words(change.path, words('zh', 'en'))}{words('：', ': ')}{_short(change.old)} → {_short(change.new)}"
    if element.table is None:
        return
    for rule in element.table.rules:
        if rule.state in ("added", "removed"):
            yield f"        {_MARKS[rule.state]} {_rule(rule.new_number or rule.old_number)}"
        for column, cell in zip(element.table.columns, rule.cells, strict=True):
            if rule.state == "changed" and cell.is_changed:
                name = column.new or column.old or words("备注", "Annotation")
                yield f"        {_rule(rule.new_number)} {name}{words('：', ': ')}{_short(cell.old)} → {_short(cell.new)}"


def _rule(number: int | None) -> str:
    return words(f"第 {number} 条规则", f"rule {number}")


def _short(text: str | None) -> str:
    if text is None:
        return words("（没有）", "(none)")
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
