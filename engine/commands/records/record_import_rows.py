"""What an import is given and answers: rows as text, findings, what would become of each row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from engine.model.values import Value

CREATED, CHANGED, SAME, REFUSED = "created", "changed", "same", "refused"
# Cells that hold something which is not what their author sees: code -> words in both languages.
UNREAD_CELLS = {
    "cell_formula": ("这一格是公式，请“选择性粘贴为值”后再导入", "The cell is a formula: paste it as a value and import again"),
    "cell_error": ("这一格是错误值（例如 #N/A），请改好后再导入", "The cell is an error such as #N/A: mend it and import again"),
    "cell_merged": (
        "这一格和别的格子合并着，不知道该填什么，请取消合并后填好",
        "The cell is merged with others, so what belongs here is not known: unmerge and fill it in",
    ),
    "cell_digits_lost": (
        "表格软件只记 15 位数字，后面的已经丢失，请把这一格设为“文本”后重新填写",
        "A spreadsheet keeps only 15 digits of a number and the others are gone: format the cell as text and type it again",
    ),
}


@dataclass(frozen=True, slots=True)
class ImportRow:
    """`number` as the file counts it; `cells`: field -> text, empty for an empty cell; `unread`: field -> code of UNREAD_CELLS."""

    number: int
    cells: Mapping[str, str]
    unread: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ImportFinding:
    """`field` may be empty: it is about the row. A warning does not refuse it."""

    field: str
    code: str
    text: str
    text_en: str
    warning: bool = False


@dataclass(frozen=True, slots=True)
class ImportLine:
    """`outcome`: created, changed, same or refused. `changes`, of a check: field -> what an existing record holds, and what it would hold."""

    number: int
    outcome: str
    title: str
    record_id: str | None = None
    findings: tuple[ImportFinding, ...] = ()
    changes: Mapping[str, tuple[Value, Value]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Imported:
    """`import_id` None: nothing was written, it was only checked, or refused as a whole."""

    import_id: str | None
    lines: tuple[ImportLine, ...]
    at: datetime

    def count(self, outcome: str) -> int:
        return sum(line.outcome == outcome for line in self.lines)


@dataclass(slots=True)
class WorkedRow:
    """A row on its way: `given` is what its filled cells hold, `emptied` the fields of its empty ones, `values` what the form made of them."""

    number: int
    given: dict[str, Value]
    title: str
    emptied: tuple[str, ...] = ()
    record_id: str | None = None
    values: dict[str, Value] = field(default_factory=dict)
    findings: list[ImportFinding] = field(default_factory=list)
    changes: dict[str, tuple[Value, Value]] = field(default_factory=dict)

    @property
    def refused(self) -> bool:
        return any(not finding.warning for finding in self.findings)

    @property
    def outcome(self) -> str:
        """What becomes of it when it is written."""
        if self.refused:
            return REFUSED
        return CREATED if self.record_id is None else CHANGED if self.changes else SAME
