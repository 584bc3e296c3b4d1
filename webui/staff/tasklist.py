"""The task list: one's own work, what one's groups may take, what is done, what one has started, what one got a copy of."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine import Copies, CopyPage, InputRejected, ListCounts, TaskFilter, Worklist, WorklistChoices, WorklistPage
from webui.language import language
from webui.link import engine, read
from webui.messages import is_fragment_request
from webui.paging import PAGE_ROWS, asked_page, asked_search
from webui.security import Access, allow
from webui.staff import results
from webui.words import local

Tab = Literal["mine", "groups", "done", "started"]
TABS = ("mine", "groups", "done", "started")
COPIES = "copies"
FILTERS = ("process", "element", "due", "priority", "customer")
# What a filter may count at most; engine.Worklist says one more when there are more.
MOST_COUNTED, MOST_FILTERED = 10_000, 2_000

blueprint = Blueprint("tasklist", __name__)


@blueprint.get("/tasks")
@allow(Access.SIGNED_IN)
def show() -> ResponseReturnValue:
    return render_template("tasks.html", **listing(), view=None, result=results.take())


@blueprint.get("/tasks/rows")
@allow(Access.SIGNED_IN)
def rows() -> ResponseReturnValue:
    """The rows alone, for a list that is being looked at: nothing is sent while nothing has changed."""
    context = listing()
    shown = repr((context["listing"], context["tab"], language(), request.query_string, _hour()))
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
    choices = read(WorklistChoices(tab))
    context = {"tab": tab, "choices": choices, "chosen": request.args, "dues": due_names(), "priorities": priority_names()}
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
    return {**common, "tab": tab, "listing": page, "counts": page.counts, "pager": _pager(page, bool(search or common["chips"]))}


def asked_worklist(limit: int = PAGE_ROWS) -> Worklist:
    """The tab, words, filters, order and page of the request's address."""
    given = {name: request.args.get(name, "").strip()[:200] for name in FILTERS}
    process, _slash, element = given["element"].rpartition("/")
    chosen = TaskFilter(
        process_key=process or given["process"],
        element_id=element,
        due=given["due"],  # type: ignore[arg-type]
        priority=given["priority"],  # type: ignore[arg-type]
        customer=given["customer"],
        zone=ZoneInfo(current_app.config["TIME_ZONE"]),
    )
    worklist = Worklist(asked_tab(), asked_search(), limit, filter=chosen, sort=request.args.get("sort") or None)  # type: ignore[arg-type]
    after, before = request.args.get("after"), request.args.get("before")
    return replace(worklist, after=after, before=before) if after or before else replace(worklist, offset=asked_page().offset)


def address(**changes: str | None) -> str:
    """This list with other choices, from its first page."""
    kept = {name: request.args.get(name) for name in ("tab", "q", "sort", "unread", *FILTERS)} | changes
    chosen: dict[str, Any] = {name: value for name, value in kept.items() if value}
    return url_for("tasklist.show", **chosen)


@blueprint.app_template_global()
def list_arguments(*, page: bool = False) -> dict[str, Any]:
    """What the address says about the list, for links that keep it; `page`: with the place in it."""
    names = ("tab", "q", "sort", *FILTERS, *(("after", "before", "from") if page else ()))
    return {name: request.args[name] for name in names if request.args.get(name)}


def chips() -> list[tuple[str, str]]:
    """(what the list is narrowed to, the address without it)."""
    texts = {"due": dict(due_names()), "priority": dict(priority_names())}
    found = []
    for name in FILTERS:
        value = request.args.get(name, "").strip()[:200]
        if value:
            text = texts.get(name, {}).get(value) or request.args.get(f"{name}_name", "")[:100] or value
            label = {"process": _("流程"), "element": _("任务"), "due": _("到期"), "priority": _("优先级"), "customer": _("客户")}[name]
            found.append((f"{label}{_('：')}{text}", address(**{name: None})))
    return found


def capped(count: int) -> str:
    return f"{count - 1}+" if count in (MOST_COUNTED + 1, MOST_FILTERED + 1) else str(count)


def _pager(page: WorklistPage, narrowed: bool) -> Pager:
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


def asked_tab() -> Tab:
    tab = request.values.get("tab", "mine")
    return cast(Tab, tab) if tab in TABS else "mine"


def tab_names() -> list[tuple[str, str]]:
    return [("mine", _("我的待办")), ("groups", _("组内待领")), ("done", _("已办")), ("started", _("我发起的")), (COPIES, _("抄送我的"))]


def due_names() -> list[tuple[str, str]]:
    return [("overdue", _("已超期")), ("today", _("今天到期")), ("week", _("本周到期")), ("none", _("没有期限"))]


def priority_names() -> list[tuple[str, str]]:
    return [("high", _("加急")), ("usual", _("一般")), ("low", _("不急"))]


def sort_names() -> list[tuple[str, str]]:
    return [("", _("默认排序")), ("due", _("先到期的在前")), ("newest", _("新的在前")), ("oldest", _("旧的在前")), ("name", _("按任务名称"))]
