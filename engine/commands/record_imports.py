"""Many records at once from a table: every row is checked by the record's form, and all that are accepted are written in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased

from engine import forms
from engine.commands.files import form_lookups
from engine.commands.input import checked_text, checked_values
from engine.commands.record_cells import form_values
from engine.commands.record_writing import RecordWrite, plain_text, write_records
from engine.commands.records import record_form, require_editor
from engine.commands.register import Author, KeyPair, Register, hold_keys, locked_records, owners, register_of, unique_keys, without_former
from engine.commands.work import Work
from engine.model.errors import FieldProblem, FormRejected, InputRejected
from engine.model.identity import Actor
from engine.model.likeness import record_likenesses, wrong_credit_codes
from engine.model.record_rights import field_rights, hidden_fields
from engine.model.values import Value, from_json
from engine.store.record_index import RecordImport, RecordLikeness
from engine.store.registers import Record

MOST_ROWS = 2000
BATCH = 500
MOST_ALIKE = 3
MERGED_TEXT = "这个值属于已经合并的记录，改的是合并后的那条，它自己的值不变"
MERGED_TEXT_EN = "It belongs to a record that was merged: the row changes the remaining one, which keeps its own value"
CREATED, CHANGED, SAME, REFUSED = "created", "changed", "same", "refused"


@dataclass(frozen=True, slots=True)
class ImportRow:
    """`number` as the file counts it; `cells`: field -> text. Empty cells change nothing."""

    number: int
    cells: Mapping[str, str]


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
    """`outcome`: created, changed, same or refused."""

    number: int
    outcome: str
    title: str
    record_id: str | None = None
    findings: tuple[ImportFinding, ...] = ()


@dataclass(frozen=True, slots=True)
class Imported:
    """`import_id` None: nothing was written, it was only checked, or refused as a whole."""

    import_id: str | None
    lines: tuple[ImportLine, ...]
    at: datetime

    def count(self, outcome: str) -> int:
        return sum(line.outcome == outcome for line in self.lines)


@dataclass(slots=True)
class _Row:
    number: int
    given: dict[str, Value]
    title: str
    record_id: str | None = None
    values: dict[str, Value] = field(default_factory=dict)
    findings: list[ImportFinding] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        return any(not finding.warning for finding in self.findings)


@dataclass(frozen=True, slots=True)
class ImportRecords:
    """Take rows of a table into a register. For those who may create its records by hand.

    A row whose unique values a record has changes that record with `update`, else it is refused. `check` only says what would happen; `whole`: one
    refused row refuses all. At most 2000 rows. What is written is a change of its record with the reason `导入 file_name` and the import's id.
    """

    record_type: str
    rows: Sequence[ImportRow]
    file_name: str
    update: bool = False
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
        _warn(work, register, rows, actor)
        if self.check or (self.whole and any(row.refused for row in rows)):
            return Imported(None, tuple(_line(row, CHANGED if row.record_id else CREATED) for row in rows), work.now)
        return _write(work, register, rows, name, actor)

    def _match(self, work: Work, register: Register, rows: Sequence[_Row]) -> None:
        """Which record a row is about. The keys are held: nobody else creates these records meanwhile."""
        keys = [unique_keys(register, row.given) for row in rows]
        pairs = sorted({pair for one in keys for pair in one.items()})
        if not self.check:
            hold_keys(work, register, pairs)
        owned, seen = owners(work, register, pairs), set[KeyPair]()
        for row, own in zip(rows, keys, strict=True):
            twice = next((pair[0] for pair in own.items() if pair in seen), None)
            seen.update(own.items())
            by_key = {pair: owned[pair] for pair in own.items() if pair in owned}
            found = {owner.record_id for owner in by_key.values()}
            if twice is not None:
                row.findings.append(ImportFinding(twice, "twice_in_file", "文件里前面的行已有这个值", "An earlier row of the file has this value"))
            elif len(found) > 1:
                row.findings.append(ImportFinding("", "ambiguous_record", "和不止一条记录的编号相同", "Several records have these values"))
            elif found and not self.update:
                row.findings.append(ImportFinding(next(iter(own)), "record_exists", "台账里已经有这个值", "A record with this value exists"))
            elif found:
                row.record_id = found.pop()
                row.given = without_former(row.given, by_key)
                former = [pair[0] for pair, owner in by_key.items() if owner.former]
                row.findings += [ImportFinding(name, "merged_record", MERGED_TEXT, MERGED_TEXT_EN, True) for name in former]

    def _validate(self, work: Work, register: Register, form: forms.Form, rows: Sequence[_Row], actor: Actor) -> None:
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
            try:
                lookups = form_lookups(work, form, row.given, actor)
                row.values = forms.submit(form, row.given, scope=scope, rights=rights, now=work.now, lookups=lookups)
            except FormRejected as error:
                row.findings += [_finding(name, problem) for name, problem in error.problems.items()]


def _read(register: Register, form: forms.Form, row: ImportRow, hidden: Collection[str]) -> _Row:
    cells = {str(name): str(text) for name, text in row.cells.items() if name not in hidden}
    read = _Row(row.number, {}, cells.get(register.type.title, "").strip()[:200])
    try:
        read.given = checked_values(form_values(form, cells), "row")
    except InputRejected:
        read.findings.append(
            ImportFinding("", "bad_text", "含有不能保存的字符，或内容过长", "It holds characters that cannot be kept, or is too long")
        )
    return read


def _finding(name: str, problem: FieldProblem) -> ImportFinding:
    return ImportFinding(name, problem.code, forms.problem_text(problem), forms.problem_text(problem, "en"))


def _warn(work: Work, register: Register, rows: Sequence[_Row], actor: Actor) -> None:
    """New rows that are like records, and credit codes whose check character is wrong."""
    hidden = hidden_fields(register.type, actor)
    fresh = [row for row in rows if row.record_id is None and not row.refused]
    keys = {id(row): [(way, key) for way, name, key in record_likenesses(register.type, row.values) if name not in hidden] for row in fresh}
    known = _alike(work, register, sorted({pair for pairs in keys.values() for pair in pairs}), hidden)
    for row in fresh:
        titles = list(dict.fromkeys(title for pair in keys[id(row)] for title in known.get(pair, ())))[:MOST_ALIKE]
        if titles:
            named = "、".join(titles)
            row.findings.append(ImportFinding("", "alike", f"和已有记录相似：{named}", f"Like existing records: {', '.join(titles)}", True))
    for row in rows:
        for name in wrong_credit_codes(register.type, row.values):
            row.findings.append(ImportFinding(name, "credit_code", "信用代码的校验位不对", "The code's check character is wrong", True))


def _alike(work: Work, register: Register, pairs: Sequence[tuple[str, str]], hidden: Iterable[str]) -> dict[tuple[str, str], list[str]]:
    if not pairs:
        return {}
    ways, values = (list(side) for side in zip(*pairs, strict=True))
    texts = ARRAY(sa.Text())
    asked = sa.func.unnest(sa.literal(ways, texts), sa.literal(values, texts)).table_valued(
        sa.column("way", sa.Text()), sa.column("value", sa.Text())
    )
    wanted, like = asked.render_derived(), RecordLikeness
    same = (like.record_type == register.type.key, like.way == wanted.c.way, like.value == wanted.c.value, like.field.not_in(list(hidden)))
    held = aliased(Record)
    statement = sa.select(like.way, like.value, Record.title).join(wanted, sa.and_(*same)).join(held, held.id == like.record_id)
    statement = statement.join(Record, Record.id == sa.func.coalesce(held.merged_into, held.id))
    found: dict[tuple[str, str], list[str]] = {}
    for row in work.connection.execute(statement.order_by(Record.id)):
        titles = found.setdefault((row.way, row.value), [])
        if len(titles) < MOST_ALIKE and row.title not in titles:
            titles.append(row.title)
    return found


def _write(work: Work, register: Register, rows: Sequence[_Row], name: str, actor: Actor) -> Imported:
    import_id = work.tx.new_id()
    author = Author(actor.user_id, None, f"导入 {name}", import_id)
    accepted, lines = [row for row in rows if not row.refused], {row.number: _line(row, REFUSED) for row in rows if row.refused}
    before = {
        record_id: row.revision for record_id, row in locked_records(work, register, [row.record_id for row in accepted if row.record_id]).items()
    }
    for start in range(0, len(accepted), BATCH):
        part = accepted[start : start + BATCH]
        written = write_records(work, register, [RecordWrite(row.record_id, row.values) for row in part], author)
        for row, one in zip(part, written, strict=True):
            outcome = CREATED if one.created else SAME if before.get(one.record_id) == one.revision else CHANGED
            row.title, row.record_id = one.title, one.record_id
            lines[row.number] = _line(row, outcome)
    ordered = tuple(lines[row.number] for row in rows)
    done = Imported(import_id, ordered, work.now)
    counts = {outcome: done.count(outcome) for outcome in (CREATED, CHANGED, SAME, REFUSED)}
    by = {"id": import_id, "record_type": register.type.key, "file_name": name, "imported_by": actor.user_id, "imported_at": work.now}
    kept = {"lines": [asdict(line) for line in ordered]}
    work.connection.execute(sa.insert(RecordImport).values(**by, **counts, outcome=kept))
    return done


def _line(row: _Row, outcome: str) -> ImportLine:
    title = row.title or plain_text(next(iter(row.values.values()), None))[:200]
    return ImportLine(row.number, REFUSED if row.refused else outcome, title, row.record_id, tuple(row.findings))
