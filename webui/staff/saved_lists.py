"""Task lists with a name: saved from what one looks at, opened beside the tabs, shared with a role, put in order on a page of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine import (
    ChangeList,
    ConflictError,
    EngineError,
    InputRejected,
    ListSaved,
    ManagedLists,
    OpenWithList,
    RemoveList,
    SavedListOf,
    SavedListRow,
    SavedLists,
    SaveList,
    ShareableRoles,
)
from webui.link import read, run, sandbox
from webui.messages import BY_CODE, Problem, describe, is_fragment_request
from webui.security import Access, allow, status_of
from webui.staff.chips import chips_of
from webui.staff.list_address import KEPT, LIST, asked_to_save, is_narrowed, list_arguments

# So many stand beside the tabs; all of them on their own page.
MOST_SHOWN = 6

blueprint = Blueprint("saved_lists", __name__)


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands below the tabs. `current`: the list one has come by; `changed`: one has asked for something else since then."""

    shown: tuple[SavedListRow, ...]
    others: tuple[SavedListRow, ...]
    current: SavedListRow | None
    changed: bool
    can_save: bool


@blueprint.app_template_global()
def lists_beside() -> Beside | None:
    """None inside a sandbox: nothing is kept there."""
    if sandbox():
        return None
    rows = read(SavedLists())
    current = next((row for row in rows if str(row.list_id) == request.args.get(LIST)), None)
    changed = current is not None and current.asked != asked_to_save()
    shown = rows[:MOST_SHOWN]
    if current is not None and current not in shown:
        shown = (*shown[: MOST_SHOWN - 1], current)
    others = tuple(row for row in rows if row not in shown)
    return Beside(shown, others, current, changed, is_narrowed() and (current is None or changed))


@blueprint.app_template_global()
def list_address_of(row: SavedListRow) -> str:
    asked: dict[str, Any] = {name: row.asked[name] for name in KEPT if row.asked.get(name)}
    return url_for("tasklist.show", **asked, list=row.list_id)


@blueprint.app_template_global()
def list_words(row: SavedListRow) -> str:
    """What a list asks for."""
    return str(_("、")).join(chips_of(row.asked))


@blueprint.get("/tasks/lists")
@allow(Access.SIGNED_IN)
def show() -> ResponseReturnValue:
    return _page()


@blueprint.get("/tasks/lists/new")
@allow(Access.SIGNED_IN)
def ask() -> ResponseReturnValue:
    """Which name, and for whom: a part of the page, or a page of its own without scripts."""
    return _form()


@blueprint.post("/tasks/lists")
@allow(Access.SIGNED_IN)
def save() -> ResponseReturnValue:
    """What the address asks for gets a name."""
    form = request.form
    try:
        saved = run(SaveList(form.get("name", ""), asked_to_save(), form.get("role_key", ""), "replace" in form))
    except (InputRejected, ConflictError) as error:
        return _form(error), status_of(error)
    if "opens" in form:
        run(OpenWithList(saved.list_id))
    flash(_("已保存。") if saved.created else _("已更新。"))
    return redirect(url_for("tasklist.show", **list_arguments(list=saved.list_id)), 303)


@blueprint.get("/tasks/lists/<int:list_id>")
@allow(Access.SIGNED_IN)
def open(list_id: int) -> ResponseReturnValue:
    """An address that stays the same whatever the list asks for."""
    return redirect(list_address_of(read(SavedListOf(list_id))))


@blueprint.post("/tasks/lists/<int:list_id>")
@allow(Access.SIGNED_IN)
def change(list_id: int) -> ResponseReturnValue:
    read(SavedListOf(list_id))
    operation = request.form.get("op", "")
    if operation not in _CHANGES:
        return _page(InputRejected("required", field="op"), list_id), 422
    try:
        _CHANGES[operation](list_id, request.form)
    except (InputRejected, ConflictError) as error:
        return _page(error, list_id), status_of(error)
    if operation == "update":
        flash(_("已更新。"))
        return redirect(url_for("tasklist.show", **list_arguments()), 303)
    flash(_("已删除。") if operation == "remove" else _("已保存。"))
    return redirect(url_for("saved_lists.show"), 303)


@blueprint.post("/tasks/lists/plain")
@allow(Access.SIGNED_IN)
def open_plain() -> ResponseReturnValue:
    """The list opens without any of them."""
    run(OpenWithList(None))
    flash(_("已保存。"))
    return redirect(url_for("saved_lists.show"), 303)


def _seen(form: Mapping[str, str]) -> int:
    """The revision that the page showed; 0, which no list has, for what is none."""
    revision = form.get("revision", "")
    return int(revision) if revision.isascii() and revision.isdigit() and len(revision) < 10 else 0


_CHANGES: Mapping[str, Callable[[int, Mapping[str, str]], ListSaved]] = {
    "update": lambda list_id, form: run(ChangeList(list_id, _seen(form), asked=asked_to_save())),
    "rename": lambda list_id, form: run(ChangeList(list_id, _seen(form), name=form.get("name", ""))),
    "open": lambda list_id, _form: run(OpenWithList(list_id)),
    "role_opens": lambda list_id, form: run(ChangeList(list_id, _seen(form), opens=True)),
    "role_plain": lambda list_id, form: run(ChangeList(list_id, _seen(form), opens=False)),
    "remove": lambda list_id, _form: run(RemoveList(list_id)),
}


def _form(error: EngineError | None = None) -> str:
    context = {
        "roles": read(ShareableRoles()),
        "typed": request.form,
        "asks": chips_of(asked_to_save()),
        "problem": _problem(error),
        "taken": error is not None and error.code == "list_name_taken",
        "current": _current(),
    }
    return render_template("parts/saved_list_form.html" if is_fragment_request() else "saved_list_form.html", **context)


def _current() -> SavedListRow | None:
    """The list that one has come by, if one may change it."""
    lists = read(ManagedLists())
    may = (*lists.own, *(row for row in lists.shared if row.role and row.role.key in lists.changeable))
    return next((row for row in may if str(row.list_id) == request.args.get(LIST)), None)


def _page(error: EngineError | None = None, list_id: int = 0) -> str:
    return render_template("saved_lists.html", lists=read(ManagedLists()), problem=_problem(error), at=list_id, typed=request.form.get("name", ""))


def _problem(error: EngineError | None) -> Problem | None:
    return describe(error, status_of(error)) if error else None


def install() -> None:
    BY_CODE.update(
        {
            "list_name_taken": lambda details: (
                _("已有同名的列表"),
                _("“%(name)s”已经在用。请换一个名称，或选择替换它。", name=details.get("name") or ""),
            ),
            "may_not_share": lambda details: (
                _("这个列表由别人管理"),
                _("只有管理员，和带领这个岗位的人（直属上级、部门负责人），可以共享和修改它。你可以另存为自己的。"),
            ),
            "bad_list": lambda details: (_("这样的列表不能保存"), _("其中有一个条件在待办里不存在，请回到待办重新筛选。")),
            "too_many_lists": lambda details: (_("保存的列表太多"), _("最多 %(maximum)s 个，请先删除不用的。", maximum=details.get("maximum") or 50)),
        }
    )
