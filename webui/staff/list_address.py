"""What the address of a task list says: which tab, narrowed how, in which order, from where on; and addresses that keep it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, request, url_for
from werkzeug.datastructures import ImmutableMultiDict

from engine import TaskFilter, Worklist
from webui.paging import PAGE_ROWS, asked_page, asked_search

Tab = Literal["mine", "groups", "done", "started"]
TABS = ("mine", "groups", "done", "started")
COPIES = "copies"
FILTERS = ("process", "element", "due", "priority", "customer", "whose")
# Which saved list one has come by.
LIST = "list"
# Which columns a table has, with commas between them.
COLUMNS = "columns"
SAVED = ("tab", "q", "sort", *FILTERS, COLUMNS)
KEPT = (*SAVED, LIST)
PLACE = ("after", "before", "from")
LONGEST = 200

blueprint = Blueprint("list_address", __name__)


def asked_tab() -> Tab:
    tab = request.args.get("tab", "mine")
    return cast(Tab, tab) if tab in TABS else "mine"


def asked_filters() -> dict[str, str]:
    """Every filter with what the address says of it."""
    return {name: request.args.get(name, "").strip()[:LONGEST] for name in FILTERS}


def element_of(asked: Mapping[str, str]) -> tuple[str, str]:
    """(process, step) that a list is narrowed to; empty where it is not."""
    process, _slash, element = asked.get("element", "").rpartition("/")
    return process or asked.get("process", ""), element


def asked_worklist(limit: int = PAGE_ROWS) -> Worklist:
    """The tab, words, filters, order and page of the request's address."""
    given = asked_filters()
    chosen = TaskFilter(
        process_key=given["process"],
        element_id=given["element"],
        due=given["due"],  # type: ignore[arg-type]
        priority=given["priority"],  # type: ignore[arg-type]
        customer=given["customer"],
        whose=given["whose"],
        zone=ZoneInfo(current_app.config["TIME_ZONE"]),
    )
    worklist = Worklist(asked_tab(), asked_search(), limit, filter=chosen, sort=request.args.get("sort") or None)  # type: ignore[arg-type]
    after, before = request.args.get("after"), request.args.get("before")
    return replace(worklist, after=after, before=before) if after or before else replace(worklist, offset=asked_page().offset)


def is_narrowed() -> bool:
    """Whether the list shows less than its tab, or in an order of its own."""
    return any(request.args.get(name, "").strip() for name in ("q", "sort", *FILTERS))


def asked_to_save() -> dict[str, str]:
    """What a saved list holds of the address."""
    given = {name: request.args.get(name, "").replace("\0", "").strip()[:LONGEST] for name in SAVED}
    return {name: value for name, value in given.items() if value} | {"tab": asked_tab()}


def take_from_form() -> None:
    """What was posted beside the address stands for it: a form over a list carries the list in fields of its own."""
    given = [(name, value) for name in (*KEPT, *PLACE) if (value := request.args.get(name) or request.form.get(name))]
    request.args = ImmutableMultiDict(given)


def address(**changes: str | None) -> str:
    """This list with other choices, from its first page."""
    kept = {name: request.args.get(name) for name in (*KEPT, "unread")} | changes
    chosen: dict[str, Any] = {name: value for name, value in kept.items() if value}
    return url_for("tasklist.show", **chosen)


@blueprint.app_template_global()
def list_arguments(*, page: bool = False, **more: Any) -> dict[str, Any]:
    """What the address says about the list, for links that keep it; `page`: with the place in it; `more` beside it or instead."""
    names = (*KEPT, *(PLACE if page else ()))
    return {name: request.args[name] for name in names if request.args.get(name)} | more


@blueprint.app_template_global()
def list_fields(*without: str) -> list[tuple[str, str]]:
    """The same as fields of a form, but for those that the form has itself."""
    return [(name, request.args[name]) for name in KEPT if name not in without and request.args.get(name)]
