"""Many records at once from a table: every row is checked by the record's form, and all that are accepted are written in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass

import sqlalchemy as sa

from engine import forms
from engine.commands.files import form_lookups
from engine.commands.input import checked_text, checked_values
from engine.commands.records.record_cells import day_of_number, form_values
from engine.commands.records.record_import_likeness import warn_of_alike
from engine.commands.records.record_import_rows import (
    CHANGED,
    CREATED,
    REFUSED,
    SAME,
    UNREAD_CELLS,
    Imported,
    ImportFinding,
    ImportLine,
    ImportRow,
    WorkedRow,
)
from engine.commands.records.record_writing import RecordWrite, plain_text, write_records
from engine.commands.records.records import record_form, require_editor
from engine.commands.records.register import Author, KeyPair, Register, hold_keys, locked_records, owners, register_of, unique_keys, without_former
from engine.commands.work import Work
from engine.model.errors import FieldProblem, FormRejected, InputRejected
from engine.model.identity import Actor
from engine.model.record_rights import field_rights, hidden_fields
from engine.model.values import Value, from_json, to_json
from engine.store.record_index import RecordImport

MOST_ROWS = 2000
BATCH = 500
LONGEST_SHOWN = 40
_NOTHING: tuple[Value, ...] = (None, "", [], {})
NO_CHANGES: Mapping[str, tuple[Value, Value]] = {}
MERGED_TEXT = "这个值属于已经合并的记录，改的是合并后的那条，它自己的值不变"
MERGED_TEXT_EN = "It belongs to a record that was merged: the row changes the remaining one, which keeps its own value"


@dataclass(frozen=True, slots=True)
class ImportRecords:
    """Take rows of a table into a register. For those who may create its records by hand.

    A row whose unique values a record has changes that record with `update`, else it is refused. Its empty cells change nothing, or with `clear` take
    away what the record holds there. `check` only says what would happen; `whole`: one refused row refuses all. At most 2000 rows. What is written
    is a change of its record with the reason `导入 file_name` and the import's id.
    """

    record_type: str
    rows: Sequence[ImportRow]
    file_name: str
    update: bool = False
    clear: bool = False
    whole: bool = False
    check: bool = False

    def execute(self, work: Work, actor: Actor) -> Imported:
        register = register_of(work, checked_text(self.record_type, "record_type"))
        require_editor(register, actor, creating=True)
        name = checked_text(self.file_name, "file_name")
        if not 1 <= len(self.rows) <= MOST_ROWS:
            raise InputRejected("wrong_number", field="rows", minimum=1, maximum=MOST_ROWS)
        form = record_form(register)
        hidden = hidden_fields(register.type, actor)
        rows = [_read(register, form, row, hidden) for row in self.rows]
        self._match(work, register, rows)
        self._validate(work, register, form, rows, actor)
        warn_of_alike(work, register, rows, actor)
        if self.check or (self.whole and any(row.refused for row in rows)):
            return Imported(None, tuple(_line(row, row.outcome, row.changes) for row in rows), work.now)
        return _write(work, register, rows, name, actor)

    def _match(self, work: Work, register: Register, rows: Sequence[WorkedRow]) -> None:
        """Which record a row is about. The keys are held: nobody else creates these records meanwhile."""
        keys = [unique_keys(register, row.given) for row in rows]
        pairs = sorted({pair for one in keys for pair in one.items()})
        if not self.check:
            hold_keys(work, register, pairs)
        owned, seen, taken = owners(work, register, pairs), dict[KeyPair, int](), dict[str, int]()
        for row, own in zip(rows, keys, strict=True):
            twice = next((pair for pair in own.items() if pair in seen), None)
            by_key = {pair: owned[pair] for pair in own.items() if pair in owned}
            found = {owner.record_id for owner in by_key.values()}
            for pair in own.items():
                seen.setdefault(pair, row.number)
            if twice is not None:
                row.findings.append(_twice(twice[0], seen[twice]))
            elif len(found) > 1:
                row.findings.append(ImportFinding("", "ambiguous_record", "和不止一条记录的编号相同", "Several records have these values"))
            elif found and not self.update:
                row.findings.append(ImportFinding(next(iter(own)), "record_exists", "台账里已经有这个值", "A record with this value exists"))
            elif found & taken.keys():
                row.findings.append(_twice(next(iter(own)), taken[found.pop()]))
            elif found:
                row.record_id = found.pop()
                taken[row.record_id] = row.number
                row.given = without_former(row.given, by_key)
                former = [pair[0] for pair, owner in by_key.items() if owner.former]
                row.findings += [ImportFinding(name, "merged_record", MERGED_TEXT, MERGED_TEXT_EN, True) for name in former]

    def _validate(self, work: Work, register: Register, form: forms.Form, rows: Sequence[WorkedRow], actor: Actor) -> None:
        rights = field_rights(register.type, actor)
        wanted = [row.record_id for row in rows if row.record_id is not None]
        current = locked_records(work, register, wanted)
        for row in rows:
            if row.refused:
                continue
            there = current[row.record_id] if row.record_id is not None else None
            if there is not None and there.archived_at is not None:
                row.findings.append(ImportFinding("", "record_archived", "这条记录已经停用", "This record is archived"))
                continue
            scope = {name: from_json(item) for name, item in there.data.items()} if there is not None else {}
            if self.clear:
                # What is empty already is no change.
                row.given |= dict.fromkeys(name for name in row.emptied if scope.get(name) not in _NOTHING)
            try:
                lookups = form_lookups(work, form, row.given, actor)
                row.values = forms.submit(form, row.given, scope=scope, rights=rights, now=work.now, lookups=lookups)
            except FormRejected as error:
                row.findings += [_finding(row, name, problem) for name, problem in error.problems.items()]
            else:
                row.changes = {} if there is None else _changes(there.data, scope, row.values)


def _changes(before: Mapping[str, object], scope: Mapping[str, Value], values: Mapping[str, Value]) -> dict[str, tuple[Value, Value]]:
    return {name: (scope.get(name), value) for name, value in values.items() if name not in before or before[name] != to_json(value)}


def _twice(field: str, number: int) -> ImportFinding:
    return ImportFinding(field, "twice_in_file", f"文件里第 {number} 行已有这个值", f"Row {number} of the file has this value already")


def _read(register: Register, form: forms.Form, row: ImportRow, hidden: Collection[str]) -> WorkedRow:
    cells = {str(name): str(text) for name, text in row.cells.items() if name not in hidden}
    emptied = tuple(name for name, text in cells.items() if not text.strip())
    read = WorkedRow(row.number, {}, cells.get(register.type.title, "").strip()[:200], emptied)
    read.findings += [ImportFinding(name, code, *UNREAD_CELLS[code]) for name, code in row.unread.items() if name not in hidden]
    if read.findings:
        return read
    try:
        read.given = checked_values(form_values(form, cells), "row")
    except InputRejected:
        read.findings.append(
            ImportFinding("", "bad_text", "含有不能保存的字符，或内容过长", "It holds characters that cannot be kept, or is too long")
        )
    return read


def _finding(row: WorkedRow, name: str, problem: FieldProblem) -> ImportFinding:
    text, text_en = forms.problem_text(problem), forms.problem_text(problem, "en")
    given = row.given.get(name)
    if given is None or problem.code in ("required", "read_only", "unknown_field"):
        return ImportFinding(name, problem.code, text, text_en)
    day, shown = day_of_number(problem.code, given), str(given)[:LONGEST_SHOWN]
    if day is not None:
        hint = f"“{shown}”是表格软件里的日期数字（{day}），请把这一列设为日期格式"
        return ImportFinding(name, "date_number", hint, f"“{shown}” is a spreadsheet's number of a day ({day}): format the column as dates")
    return ImportFinding(name, problem.code, f"“{shown}”：{text}", f"“{shown}”: {text_en}")


def _write(work: Work, register: Register, rows: Sequence[WorkedRow], name: str, actor: Actor) -> Imported:
    import_id = work.tx.new_id()
    author = Author(actor.user_id, None, f"导入 {name}", import_id)
    accepted, lines = [row for row in rows if not row.refused], {row.number: _line(row, REFUSED) for row in rows if row.refused}
    for start in range(0, len(accepted), BATCH):
        part = accepted[start : start + BATCH]
        written = write_records(work, register, [RecordWrite(row.record_id, row.values) for row in part], author)
        for row, one in zip(part, written, strict=True):
            outcome = row.outcome
            row.title, row.record_id = one.title, one.record_id
            lines[row.number] = _line(row, outcome)
    ordered = tuple(lines[row.number] for row in rows)
    done = Imported(import_id, ordered, work.now)
    counts = {outcome: done.count(outcome) for outcome in (CREATED, CHANGED, SAME, REFUSED)}
    by = {"id": import_id, "record_type": register.type.key, "file_name": name, "imported_by": actor.user_id, "imported_at": work.now}
    kept = {"lines": [_kept(line) for line in ordered]}
    work.connection.execute(sa.insert(RecordImport).values(**by, **counts, outcome=kept))
    return done


def _line(row: WorkedRow, outcome: str, changes: Mapping[str, tuple[Value, Value]] = NO_CHANGES) -> ImportLine:
    title = row.title or plain_text(next(iter(row.values.values()), None))[:200]
    return ImportLine(row.number, outcome, title, row.record_id, tuple(row.findings), changes)


def _kept(line: ImportLine) -> dict[str, object]:
    """Without the changes: those stand in the history of the records."""
    return {name: value for name, value in asdict(line).items() if name != "changes"}
