"""The departments as a tree, with their heads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_babel import gettext as _

from engine import ActivePeople, DepartmentRow, Departments, EngineError, NotFoundError, RemoveDepartment, SaveDepartment
from webui.link import read, run
from webui.messages import Problem
from webui.people.people_form import meant, offered, problems_of, written
from webui.security import Access, allow, status_of

blueprint = Blueprint("departments", __name__)


@dataclass(frozen=True, slots=True)
class DepartmentFields:
    """What stands in the form; `head` is “name (login)”, `number` as typed."""

    department_id: str = ""
    name: str = ""
    name_en: str = ""
    parent_id: str = ""
    head: str = ""
    number: str = "0"


@blueprint.get("/departments")
@allow(Access.PEOPLE_READERS)
def show() -> ResponseReturnValue:
    return render_template("people/departments.html", tree=list(tree(read(Departments()))))


@blueprint.get("/new-department")
@allow(Access.ADMINISTRATORS)
def new() -> ResponseReturnValue:
    return _form(DepartmentFields(parent_id=request.args.get("parent", "")), is_new=True)


@blueprint.post("/new-department")
@allow(Access.ADMINISTRATORS)
def create() -> ResponseReturnValue:
    return _save(_typed(request.form.get("department_id", "").strip()), is_new=True)


@blueprint.get("/departments/<department_id>")
@allow(Access.PEOPLE_READERS)
def open(department_id: str) -> ResponseReturnValue:
    row = _found(department_id)
    head = written(row.head) if row.head else ""
    return _form(DepartmentFields(row.department_id, row.name, row.name_en, row.parent_id or "", head, str(row.number)))


@blueprint.post("/departments/<department_id>")
@allow(Access.ADMINISTRATORS)
def save(department_id: str) -> ResponseReturnValue:
    return _save(_typed(_found(department_id).department_id))


@blueprint.post("/departments/<department_id>/remove")
@allow(Access.ADMINISTRATORS)
def remove(department_id: str) -> ResponseReturnValue:
    row = _found(department_id)
    run(RemoveDepartment(department_id))
    flash(_("“%(name)s”已经删除。", name=row.name))
    return redirect(url_for("departments.show"), 303)


def tree(rows: Sequence[DepartmentRow], parent_id: str | None = None, depth: int = 0) -> Iterator[tuple[DepartmentRow, int]]:
    """(department, how deep it is) from the top, each followed by its parts."""
    for row in rows:
        if row.parent_id == parent_id:
            yield row, depth
            yield from tree(rows, row.department_id, depth + 1)


def _found(department_id: str) -> DepartmentRow:
    row = next((each for each in read(Departments()) if each.department_id == department_id), None)
    if row is None:
        raise NotFoundError("no_such_department", department_id=department_id[:100])
    return row


def _typed(department_id: str) -> DepartmentFields:
    form = request.form
    texts = (form.get("name", ""), form.get("name_en", ""), form.get("parent_id", ""), form.get("head", ""), form.get("number", "0"))
    return DepartmentFields(department_id, *texts)


def _save(fields: DepartmentFields, *, is_new: bool = False) -> ResponseReturnValue:
    number = int(fields.number) if fields.number.isascii() and fields.number.isdigit() else -1
    try:
        head_id = meant(fields.head, read(ActivePeople()), "head_id")
        parent_id = fields.parent_id or None
        run(SaveDepartment(fields.department_id, fields.name, fields.name_en, parent_id, head_id, number, must_be_new=is_new))
    except EngineError as error:
        status = status_of(error)
        if status >= 500 or status in (403, 404):
            raise
        return _form(fields, *problems_of(error, status), status=status, is_new=is_new)
    flash(_("“%(name)s”已经保存。", name=fields.name.strip()))
    return redirect(url_for("departments.show"), 303)


def _form(
    fields: DepartmentFields, problems: dict[str, Problem] | None = None, problem: Problem | None = None, *, status: int = 200, is_new: bool = False
) -> Response:
    rows = read(Departments())
    parts = {row.department_id for row, _depth in tree(rows, fields.department_id)} | {fields.department_id}
    above = [(row, depth) for row, depth in tree(rows) if is_new or row.department_id not in parts]
    people = offered(read(ActivePeople()))
    shown = {"fields": fields, "problems": problems or {}, "problem": problem, "above": above, "people": people, "is_new": is_new}
    return make_response(render_template("people/department.html", **shown), status)
