"""The columns of the task list where there is room for a table: which there are, and which somebody wants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine import TASK_COLUMNS, VALUE_MARK, ChooseTaskColumns, TaskColumns, TaskRow, TaskValues, ValueFields, ValuesOfTasks, columns_in_order
from webui.language import pick
from webui.link import read, run
from webui.messages import is_fragment_request
from webui.security import Access, allow
from webui.staff.list_address import COLUMNS, LIST, Tab, asked_tab, list_arguments

# Whose task it is goes without saying among one's own.
USUAL = ("customer", "process", "starter", "priority", "due", "arrived", "holder")
ON_CARDS = ("customer", "process", "priority", "due", "arrived", "holder")
NOT_IN = {"mine": ("holder",)}
# What a click on a column's head orders by: downwards, or the other way round where that is possible.
ORDERS = {"step": ("name",), "due": ("due",), "arrived": ("newest", "oldest")}

blueprint = Blueprint("columns", __name__)


@dataclass(frozen=True, slots=True)
class Head:
    """`address` orders by the column, None: it cannot; `order`: as aria-sort says it."""

    key: str
    text: str
    sort: str | None
    order: str


def names(tab: str) -> dict[str, str]:
    texts: dict[str, str] = {
        "customer": _("客户"),
        "key": _("编号"),
        "process": _("所属流程"),
        "starter": _("发起人"),
        "priority": _("优先级"),
        "due": _("到期"),
        "arrived": _("办理时间") if tab == "done" else _("到达"),
        "holder": _("办理人"),
    }
    return texts


def shown(tab: str) -> tuple[str, ...]:
    """As the address says, else as the person has chosen, else the usual ones."""
    asked = request.args.get(COLUMNS)
    if asked is not None:
        return columns_in_order(asked.split(","))
    chosen = read(TaskColumns())
    return tuple(column for column in USUAL if column not in NOT_IN.get(tab, ())) if chosen is None else chosen


@blueprint.app_template_global()
def cells(tab: str, columns: tuple[str, ...]) -> list[str]:
    """What a row is made of: the columns, and what a card cannot do without."""
    every = [key for key in TASK_COLUMNS if key in columns or (key in ON_CARDS and key not in NOT_IN.get(tab, ()))]
    return [*every, *(key for key in columns if key.startswith(VALUE_MARK))]


@dataclass(frozen=True, slots=True)
class Table:
    """`columns` that the rows have, with their `heads`; `values`: label and text by task and column."""

    columns: tuple[str, ...]
    heads: list[Head]
    values: Mapping[str, Mapping[str, tuple[str, str]]]


def table(tab: Tab, rows: Sequence[TaskRow]) -> Table:
    """A value that none of the rows' processes knows is no column: it would be empty, and nobody could say what it is called."""
    chosen = shown(tab)
    fields = tuple(key[1:] for key in chosen if key.startswith(VALUE_MARK))
    found = read(TaskValues(tab, tuple(row.task_id for row in rows), fields)) if fields and rows else ValuesOfTasks((), {})
    labels = {VALUE_MARK + field.key: pick(field.label, field.label_en) for field in found.fields}
    columns = tuple(key for key in chosen if key in labels or not key.startswith(VALUE_MARK))
    texts = {"step": str(_("任务")), **names(tab), **labels}
    values = {
        task: {VALUE_MARK + key: (labels[VALUE_MARK + key], pick(value.text, value.text_en)) for key, value in of_task.items()}
        for task, of_task in found.values.items()
    }
    return Table(columns, [_head(key, texts[key], tab) for key in ("step", *columns)], values)


def _head(key: str, text: str, tab: str) -> Head:
    orders = ORDERS.get(key, ()) if tab != "done" else ()
    now = request.args.get("sort", "")
    if not orders:
        return Head(key, text, None, "")
    if now not in orders:
        return Head(key, text, orders[0], "")
    following = orders[(orders.index(now) + 1) % len(orders)]
    return Head(key, text, following, "descending" if now == "newest" else "ascending")


@blueprint.get("/tasks/columns")
@allow(Access.SIGNED_IN)
def ask() -> ResponseReturnValue:
    """Which ones: a part of the page, or a page of its own without scripts."""
    tab = asked_tab()
    values = {VALUE_MARK + field.key: pick(field.label, field.label_en) for field in read(ValueFields(tab))}
    context = {"columns": names(tab), "values": values, "chosen": shown(tab)}
    return render_template("parts/task_columns.html" if is_fragment_request() else "task_columns.html", **context)


@blueprint.post("/tasks/columns")
@allow(Access.SIGNED_IN)
def choose() -> ResponseReturnValue:
    """Remembered for the person; a saved list that one looks at says it has been changed."""
    chosen = run(ChooseTaskColumns(columns_in_order([*request.form.getlist("column"), *_of_other_tabs()]))).columns
    kept = list_arguments(page=True)
    kept.pop(COLUMNS, None)
    if LIST in kept:
        kept[COLUMNS] = ",".join(chosen)
    return redirect(url_for("tasklist.show", **kept), 303)


def _of_other_tabs() -> list[str]:
    """Values that were not on offer, because there are no tasks of their processes now, stay chosen."""
    offered = set(request.form.getlist("offered"))
    return [key for key in read(TaskColumns()) or () if key.startswith(VALUE_MARK) and key not in offered]
