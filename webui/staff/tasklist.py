"""The task list: one's own work, what one's groups may take, what is done, what one has started, what one got a copy of."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from engine import ActedFor, Copies, CopyPage, InputRejected, ListCounts, OpeningList, TaskRow, Worklist, WorklistChoices, WorklistPage
from webui.language import language
from webui.link import engine, read, sandbox
from webui.messages import is_fragment_request
from webui.paging import PAGE_ROWS, asked_page, asked_search
from webui.security import Access, allow
from webui.staff import columns, results
from webui.staff.chips import chips, due_names, priority_names, sort_names, tab_names
from webui.staff.filter_choices import choices_of
from webui.staff.list_address import COPIES, address, asked_tab, asked_worklist
from webui.staff.saved_lists import list_address_of
from webui.words import local

# Counted at most; engine.Worklist says one more when there are more.
MOST_COUNTED = 1_000

blueprint = Blueprint("tasklist", __name__)


@blueprint.get("/tasks")
@allow(Access.SIGNED_IN)
def show() -> ResponseReturnValue:
    """Asked for nothing, the list looks as the person, or a role of theirs, has chosen."""
    opening = None if request.args or sandbox() else read(OpeningList())
    if opening is not None:
        return redirect(list_address_of(opening))
    return render_template("tasks.html", **listing(), view=None, result=results.take())


@blueprint.get("/tasks/rows")
@allow(Access.SIGNED_IN)
def rows() -> ResponseReturnValue:
    """The rows alone, for a list that is being looked at: nothing is sent while nothing has changed."""
    context = listing()
    shown = repr((context["listing"], context["tab"], context.get("columns"), context.get("values"), language(), request.query_string, _hour()))
    response = make_response("")
    response.set_etag(hashlib.sha256(shown.encode()).hexdigest()[:32])
    response.make_conditional(request)
    if response.status_code == 200:
        response.set_data(render_template("parts/task_rows.html", **context, view=None))
    return response


def _hour() -> str:
    """Words like today and overdue change without any task changing."""
    return local(engine().now()).strftime("%Y-%m-%d %H")


@blueprint.get("/tasks/filter")
@allow(Access.SIGNED_IN)
def choose() -> ResponseReturnValue:
    """What the list can be narrowed to: a part of the page, or a page of its own without scripts."""
    tab = asked_tab()
    choices = choices_of(read(WorklistChoices(tab)))
    people = read(ActedFor(tab))
    context = {"tab": tab, "choices": choices, "people": people, "chosen": request.args, "dues": due_names(), "priorities": priority_names()}
    return render_template("parts/task_filter.html" if is_fragment_request() else "task_filter.html", **context)


@dataclass(frozen=True, slots=True)
class Pager:
    """As webui.paging.Pager; pages are reached by cursors, and what is not counted to its end has a plus."""

    first: int
    last: int
    total: str
    before: str | None
    after: str | None


def listing() -> dict[str, object]:
    """What the list pane shows, for the list alone and for the page with a task beside it."""
    search = asked_search()
    common = {"search": search, "tabs": tab_names(), "chips": chips(), "sorts": sort_names(), "sort": request.args.get("sort", ""), "capped": capped}
    if request.args.get("tab") == COPIES:
        unread = bool(request.args.get("unread"))
        found = read(Copies(search, unread, PAGE_ROWS, request.args.get("after", type=int)))
        return {**common, "tab": COPIES, "listing": found, "counts": read(ListCounts()), "pager": _copies_pager(found), "unread_only": unread}
    worklist, tab = asked_worklist(), asked_tab()
    try:
        page = read(worklist)
    except InputRejected:
        page = read(Worklist(tab, search, PAGE_ROWS))
    table = columns.table(tab, page.rows)
    shown = {"columns": table.columns, "heads": table.heads, "values": table.values}
    return {**common, **shown, "tab": tab, "listing": page, "counts": page.counts, "pager": _pager(page)}


@blueprint.app_template_global()
def beside(rows: Sequence[TaskRow], task_id: str) -> str | None:
    """The row that takes a row's place when it leaves the list: the one below it, else the one above."""
    ids = [row.task_id for row in rows]
    if task_id not in ids:
        return None
    at = ids.index(task_id)
    around = ids[at + 1 : at + 2] or ids[max(at - 1, 0) : at]
    return around[0] if around else None


def capped(count: int) -> str:
    return f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count)


def _pager(page: WorklistPage) -> Pager:
    at = request.args.get("from", type=int) or asked_page().offset + 1
    first = min(max(at, 1), 10**7)
    last = first + len(page.rows) - 1
    before = _beside(before=page.before, start=max(first - PAGE_ROWS, 1)) if page.before else None
    after = _beside(after=page.after, start=last + 1) if page.after else None
    return Pager(min(first, max(last, 0)), last if page.rows else 0, capped(page.total), before, after)


def _copies_pager(page: CopyPage) -> Pager:
    first = max(request.args.get("from", 1, type=int), 1)
    last = first + len(page.rows) - 1
    after = _beside(after=str(page.after), start=last + 1) if page.after else None
    return Pager(first if page.rows else 0, last if page.rows else 0, str(page.total), None, after)


def _beside(*, start: int, **cursor: str | None) -> str:
    return address(**cursor, **{"from": str(start)})
