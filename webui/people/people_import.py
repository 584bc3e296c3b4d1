"""Many people from a table: upload, say which column is which, look at what would happen, import, hand the one-time passwords over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask import Blueprint, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_babel import gettext as _

from engine import PERSON_COLUMNS, UNREAD_CELLS, ActivePeople, Departments, ImportedPerson, ImportPeople, PeopleImported, PersonFinding, Roles
from webui.language import pick
from webui.link import read, run
from webui.messages import BY_CODE, isolated
from webui.people.words import field_words, value_words
from webui.register.tables import MOST_BYTES, MOST_ROWS, TableRefused
from webui.register.uploads import chosen_columns, guessed, import_rows, kept, uploaded, workbook
from webui.security import Access, allow, receives
from webui.spreadsheet import csv_file

SAMPLES, MOST_SHOWN = 3, 300
# Of the accounts as they were when the table was checked: login:digest, one after the other.
SEEN, LONGEST_SEEN = "seen", 200_000

blueprint = Blueprint("people_import", __name__)


@blueprint.get("/import-people")
@allow(Access.ADMINISTRATORS)
def begin() -> ResponseReturnValue:
    return _page("upload")


@blueprint.post("/import-people")
@allow(Access.ADMINISTRATORS)
@receives(MOST_BYTES + 1_000_000)
def go_on() -> ResponseReturnValue:
    """`step` says what was sent: a file, which column is which, or the word to import."""
    step = request.form.get("step", "")
    try:
        file_id, name, table = uploaded() if step == "upload" else kept(request.form.get("file", ""))
    except TableRefused as refused:
        return _page("upload", 422, problem=refused)
    context: dict[str, Any] = {"file_id": file_id, "file_name": name, "table": table, "samples": table.rows[:SAMPLES]}
    if step not in ("preview", "import"):
        return _page("columns", chosen=guessed(PERSON_COLUMNS, table), **context)
    chosen = chosen_columns(PERSON_COLUMNS, table)
    if "user_id" not in chosen.values():
        problem = TableRefused(_("还没有选账号一列"), _("每一行是谁，由账号说明。请选出哪一列是账号。"))
        return _page("columns", 422, chosen=chosen, problem=problem, **context)
    options = {name: name in request.form for name in ("update", "whole", "one_time_passwords")}
    rows, seen = import_rows(table, chosen), _seen() if step == "import" else None
    result = run(ImportPeople(rows, name[:190], check=step == "preview", seen=seen, **options))
    context |= {"chosen": chosen, "result": result, "lines": _told_first(result), "most": MOST_SHOWN, **options}
    return _page("done" if result.written else "preview", refused=step == "import", **context)


@blueprint.post("/import-people/passwords.csv")
@allow(Access.ADMINISTRATORS)
def passwords() -> ResponseReturnValue:
    """What the page of the result shows, as a table; nothing is kept here, so it comes with the request."""
    columns = [request.form.getlist(name) for name in ("user_id", "name", "password")]
    return csv_file(_("一次性密码"), [_("账号"), _("姓名"), _("一次性密码")], zip(*columns, strict=False))


@blueprint.get("/import-people/template.xlsx")
@allow(Access.ADMINISTRATORS)
def template() -> ResponseReturnValue:
    """An empty workbook whose first row names the columns."""
    return workbook(_("人员"), [pick(column.label, column.label_en) for column in PERSON_COLUMNS], _no_rows())


def _no_rows() -> Iterator[list[Any]]:
    yield from ()


def _seen() -> dict[str, str]:
    pairs = (pair.rpartition(":") for pair in request.form.get(SEEN, "")[:LONGEST_SEEN].split())
    return {user_id: digest for user_id, _colon, digest in pairs}


def _told_first(result: PeopleImported) -> list[Any]:
    """Refused rows first, then those that change something."""
    order = {"refused": 0, "changed": 1, "created": 2, "same": 3}
    return sorted(result.lines, key=lambda line: order[line.outcome])[:MOST_SHOWN]


def _finding_words(finding: PersonFinding) -> str:
    """What it is about, what is wrong, what to do."""
    words = BY_CODE.get(finding.code)
    title, text = words(finding.details) if words else (pick(*UNREAD_CELLS.get(finding.code, (_("不能接受"), ""))), "")
    about = " ".join(filter(None, (_labels().get(finding.field, ""), isolated(str(finding.details.get("given", ""))))))
    return " · ".join(str(part) for part in (about, title, text) if part)


def _labels() -> dict[str, str]:
    return {column.key: pick(column.label, column.label_en) for column in PERSON_COLUMNS}


def _page(step: str, status: int = 200, problem: TableRefused | None = None, **context: Any) -> Response:
    shared = {"step": step, "problem": problem, "most_rows": MOST_ROWS, "columns": PERSON_COLUMNS, "words": _finding_words}
    names = _names() if "result" in context else {}
    seen = " ".join(f"{user_id}:{digest}" for user_id, digest in context["result"].seen.items()) if "result" in context else ""
    page = render_template("people/import.html", **shared, changes=lambda line: _change_words(line, names), seen=seen, **context)
    return make_response(page, status)


def _names() -> dict[str, str]:
    """What roles, departments and people are called, by key."""
    names = {role.key: pick(role.name, role.name_en) for role in read(Roles())}
    names |= {one.department_id: pick(one.name, one.name_en) for one in read(Departments())}
    return {member.user_id: f"{member.name} ({member.user_id})" for member in read(ActivePeople())} | names


def _change_words(line: ImportedPerson, names: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """(field, old, new) in words; of a new account what the table says of it beside the name."""
    left_out = ("name", "language", "active") if line.outcome == "created" else ()

    def said(value: Any) -> str:
        if isinstance(value, list):
            return value_words([names.get(item, item) for item in value])
        return value_words(names.get(value, value) if isinstance(value, str) else value)

    told = [(name, change) for name, change in line.changes.items() if name not in left_out]
    return [(field_words(name), said(old) if old not in (None, "", []) else "", said(new)) for name, (old, new) in told]
