"""What surrounds all pages: the way in, the help page, the navigation."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from engine import is_analyst, is_auditor
from webui.security import Access, allow

THEMES = ("light", "dark", "auto")
THEME_COOKIE = "tuoke_theme"
# Blueprint -> the one whose entry of the navigation it belongs to.
PART_OF = {
    "record": "records",
    "imports": "records",
    "task": "tasklist",
    "together": "tasklist",
    "copies": "tasklist",
    "deploying": "packs",
    "replay": "audit",
    "replay_checks": "audit",
    **dict.fromkeys(("departments", "roles", "account_log"), "people"),
}

blueprint = Blueprint("pages", __name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the main navigation."""

    text: str
    icon: str
    address: str
    current: bool


@blueprint.get("/")
@allow(Access.ANYONE)
def home() -> ResponseReturnValue:
    return redirect(url_for("tasklist.show" if current_user.is_authenticated else "signin.show"))


@blueprint.get("/help")
@allow(Access.SIGNED_IN)
def guide() -> ResponseReturnValue:
    return render_template("guide.html")


@blueprint.app_context_processor
def surroundings() -> dict[str, object]:
    permissions = {"may_audit": lambda: is_auditor(current_user.actor), "may_deploy": lambda: is_analyst(current_user.actor)}
    return {"navigation": navigation, "here": here, "theme": theme(), **permissions}


def theme() -> str:
    wanted = request.cookies.get(THEME_COOKIE, "auto")
    return wanted if wanted in THEMES else "auto"


def navigation() -> list[Entry]:
    entries = [
        ("tasklist", _("待办"), "inbox", "tasklist.show"),
        ("start", _("发起"), "player-play", "start.choose"),
        ("instances", _("流程"), "route", "instances.show"),
        ("records", _("台账"), "database", "records.choose"),
    ]
    if current_user.actor.is_administrator:
        entries.append(("incidents", _("异常"), "alert-triangle", "incidents.show"))
    if is_analyst(current_user.actor) or is_auditor(current_user.actor):
        entries.append(("packs", _("流程包"), "package", "packs.show"))
    if is_auditor(current_user.actor):
        entries.append(("audit", _("审计"), "shield-check", "audit.show"))
        entries.append(("people", _("人员"), "users", "people.show"))
    current = PART_OF.get(request.blueprint or "", request.blueprint)
    return [Entry(text, icon, url_for(endpoint), name == current) for name, text, icon, endpoint in entries]


def here() -> str:
    """The address of this page, to come back to; a page that answers a form names the one before."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    parts = urlsplit(request.referrer or "")
    return inside(f"{parts.path}?{parts.query}".rstrip("?")) if parts.netloc == request.host else "/"


def inside(target: str | None, otherwise: str = "/") -> str:
    """`target` if it is an address within this application, else `otherwise`: nobody is led elsewhere by a forged link."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target or any(ord(char) < 32 for char in target):
        return otherwise
    return target
