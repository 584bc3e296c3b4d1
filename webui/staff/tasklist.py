"""The task list: one's own work, what one's groups may take, what is done, what one has started."""

from __future__ import annotations

from typing import Literal, cast

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine import Worklist
from webui.link import read
from webui.paging import PAGE_ROWS, asked_page, asked_search
from webui.security import Access, allow

Tab = Literal["mine", "groups", "done", "started"]
TABS = ("mine", "groups", "done", "started")

blueprint = Blueprint("tasklist", __name__)


@blueprint.get("/tasks")
@allow(Access.SIGNED_IN)
def show() -> ResponseReturnValue:
    return render_template("tasks.html", **listing(), view=None)


def listing() -> dict[str, object]:
    """What the list pane shows, for the list alone and for the page with a task beside it."""
    tab, search, page = asked_tab(), asked_search(), asked_page()
    found = read(Worklist(tab, search, PAGE_ROWS, page.offset))
    return {"listing": found, "tab": tab, "search": search, "pager": page.pager(found.total), "tabs": tab_names()}


def asked_tab() -> Tab:
    tab = request.args.get("tab", "mine")
    return cast(Tab, tab) if tab in TABS else "mine"


def tab_names() -> list[tuple[str, str]]:
    return [("mine", _("我的待办")), ("groups", _("组内待领")), ("done", _("已办")), ("started", _("我发起的"))]
