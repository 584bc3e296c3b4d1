"""What surrounds all pages: the way in, the help page, the navigation."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from engine import Actor, is_analyst, is_auditor
from webui import link
from webui.security import Access, allow

THEMES = ("light", "dark", "auto")
THEME_COOKIE = "tuoke_theme"
# Blueprint -> the one whose entry of the navigation it belongs to.
PART_OF = {
    "record": "records",
    "imports": "records",
    "task": "tasklist",
    "together": "tasklist",
    **dict.fromkeys(("saved_lists", "columns"), "tasklist"),
    "copies": "tasklist",
    "deploying": "packs",
    "sandbox": "packs",
    "scenarios": "packs",
    "replay": "audit",
    "replay_checks": "audit",
    **dict.fromkeys(("departments", "roles", "account_log"), "people"),
}

blueprint = Blueprint("pages", __name__)


# What a narrow screen's bar has room for beside "more", by what people are here for.
BAR_OF_STAFF = ("tasklist", "start", "instances", "records")
BAR_OF_ADMINISTRATORS = ("tasklist", "incidents", "people", "instances")
BAR_OF_AUDITORS = ("audit", "instances", "records", "tasklist")
BAR_OF_ANALYSTS = ("packs", "tasklist", "instances", "start")


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the main navigation; `on_bar`: one of those that a narrow screen shows without opening the rest."""

    text: str
    icon: str
    address: str
    current: bool
    on_bar: bool


@blueprint.get("/")
@allow(Access.ANYONE)
def home() -> ResponseReturnValue:
    return redirect(url_for("tasklist.show" if current_user.is_authenticated else "signin.show"))


@blueprint.get("/help")
@allow(Access.SIGNED_IN)
def guide() -> ResponseReturnValue:
    return render_template("guide.html", may_read_packs=is_analyst(current_user.actor) or is_auditor(current_user.actor))


@blueprint.get("/help/signing-in")
@allow(Access.ANYONE)
def signing_in() -> ResponseReturnValue:
    """For whoever cannot sign in: what to do, and whom to ask."""
    return render_template("help_signing_in.html", contact=current_app.config["CONTACT"])


@blueprint.app_context_processor
def surroundings() -> dict[str, object]:
    permissions = {"may_audit": lambda: is_auditor(link.actor()), "may_deploy": lambda: is_analyst(link.actor())}
    return {"navigation": navigation, "here": here, "theme": theme(), "sandbox": link.sandbox(), **permissions}


def theme() -> str:
    wanted = request.cookies.get(THEME_COOKIE, "auto")
    return wanted if wanted in THEMES else "auto"


def navigation() -> list[Entry]:
    actor = link.actor()
    entries = [
        ("tasklist", _("待办"), "inbox", "tasklist.show"),
        ("start", _("发起"), "player-play", "start.choose"),
        ("instances", _("流程"), "route", "instances.show"),
        ("records", _("台账"), "database", "records.choose"),
    ]
    if actor.is_administrator:
        entries.append(("incidents", _("异常"), "alert-triangle", "incidents.show"))
    if is_analyst(actor) or is_auditor(actor):
        entries.append(("packs", _("流程包"), "package", "packs.show"))
    if is_auditor(actor):
        entries.append(("audit", _("审计"), "shield-check", "audit.show"))
        entries.append(("people", _("人员"), "users", "people.show"))
    current = PART_OF.get(request.blueprint or "", request.blueprint)
    bar = _bar_of(actor)
    return [Entry(text, icon, url_for(endpoint), name == current, name in bar) for name, text, icon, endpoint in entries]


def _bar_of(actor: Actor) -> tuple[str, ...]:
    """Who has a role works in the first four; who only looks after something has that at hand."""
    if actor.groups:
        return BAR_OF_STAFF
    if actor.is_administrator:
        return BAR_OF_ADMINISTRATORS
    if is_auditor(actor):
        return BAR_OF_AUDITORS
    return BAR_OF_ANALYSTS if is_analyst(actor) else BAR_OF_STAFF


def here() -> str:
    """The address of this page, to come back to; a page that answers a form names the one before."""
    if request.method == "GET":
        return request.script_root + request.full_path.rstrip("?")
    parts = urlsplit(request.referrer or "")
    return inside(f"{parts.path}?{parts.query}".rstrip("?")) if parts.netloc == request.host else "/"


def inside(target: str | None, otherwise: str = "/") -> str:
    """`target` if it is an address within this application, else `otherwise`: nobody is led elsewhere by a forged link."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target or any(ord(char) < 32 for char in target):
        return otherwise
    return target
