"""Who has which role. Roles come from the packs; one that nobody has stops the work that is meant for it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine import ActivePeople, AllRoleMembers, InputRejected, Packs, RoleMembers, SetRoleMember
from webui import problems
from webui.language import pick
from webui.link import read, run
from webui.messages import describe
from webui.people.people_form import meant, offered
from webui.security import Access, allow

blueprint = Blueprint("roles", __name__)


@blueprint.get("/roles")
@allow(Access.PEOPLE_READERS)
def show() -> ResponseReturnValue:
    roles = read(AllRoleMembers())
    packs: dict[str, list[RoleMembers]] = {}
    for each in roles:
        packs.setdefault(each.pack_key, []).append(each)
    empty = [each.role for each in roles if not each.members]
    names = {pack.key: pick(pack.name, pack.name_en) for pack in read(Packs())}
    people = offered(read(ActivePeople()))
    return render_template("people/roles.html", packs=packs, names=names, empty=empty, people=people)


@blueprint.post("/roles/<key>/add")
@allow(Access.ADMINISTRATORS)
def add(key: str) -> ResponseReturnValue:
    try:
        user_id = meant(request.form.get("person", ""), read(ActivePeople()), "person")
        if user_id is None:
            raise InputRejected("unknown_user", field="person")
        run(SetRoleMember(key, user_id, True))
    except InputRejected as error:
        return problems.answer(describe(error, 422))
    flash(_("已经加入。"))
    return redirect(url_for("roles.show", _anchor=key), 303)


@blueprint.post("/roles/<key>/remove")
@allow(Access.ADMINISTRATORS)
def remove(key: str) -> ResponseReturnValue:
    run(SetRoleMember(key, request.form.get("user_id", ""), False))
    flash(_("已经移出。"))
    return redirect(url_for("roles.show", _anchor=key), 303)
