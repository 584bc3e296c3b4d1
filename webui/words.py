"""Times and people as words."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from flask import Flask, current_app
from flask_babel import gettext, ngettext

from engine import SYSTEM
from webui.language import language
from webui.link import engine, sandbox

SOON = timedelta(hours=24)


class Due(NamedTuple):
    """`tone`: late, soon or later; `text` for lists, `full` for pages."""

    tone: str
    text: str
    full: str


def prepare(app: Flask) -> None:
    app.jinja_env.filters.update(moment=moment, stamp=stamp, second=second, due=due, iso=iso, iso_exact=iso_exact, age=age)
    app.jinja_env.filters.update(person=person, initial=initial)


def local(at: datetime) -> datetime:
    return at.astimezone(ZoneInfo(current_app.config["TIME_ZONE"]))


def iso(at: datetime) -> str:
    return local(at).isoformat(timespec="seconds")


def iso_exact(at: datetime) -> str:
    """To the microsecond, for what comes back to us."""
    return local(at).isoformat()


def stamp(at: datetime | None) -> str:
    """2026-11-23 14:05, for every place where the exact time counts."""
    return local(at).strftime("%Y-%m-%d %H:%M") if at else ""


def second(at: datetime) -> str:
    """2026-11-23 14:05:09, where steps follow each other closely."""
    return local(at).strftime("%Y-%m-%d %H:%M:%S")


def moment(at: datetime | None) -> str:
    """Short and near to how people say it: 今天 14:05, 昨天 09:30, 11-20 14:05, 2025-11-20."""
    if at is None:
        return ""
    then, today = local(at), local(engine().now()).date()
    clock = then.strftime("%H:%M")
    days = (then.date() - today).days
    near = {0: gettext("今天"), 1: gettext("明天"), -1: gettext("昨天")}.get(days)
    if near:
        return f"{near} {clock}"
    return then.strftime("%m-%d %H:%M") if then.year == today.year else then.strftime("%Y-%m-%d")


def due(at: datetime | None) -> Due | None:
    """When something is due, or by how much it is late."""
    if at is None:
        return None
    left = at - engine().now()
    if left < timedelta(0):
        span = duration(-left)
        return Due("late", gettext("超期 %(span)s", span=span), gettext("%(time)s 到期，已超期 %(span)s", time=stamp(at), span=span))
    tone = "soon" if left < SOON else "later"
    return Due(tone, moment(at), gettext("%(time)s 到期，还有 %(span)s", time=stamp(at), span=duration(left)))


def duration(span: timedelta) -> str:
    """The largest unit only: 3 天, 5 小时, 12 分钟."""
    minutes = int(span.total_seconds()) // 60
    if minutes >= 2 * 24 * 60:
        return str(ngettext("%(num)s 天", "%(num)s 天", minutes // (24 * 60)))
    if minutes >= 60:
        return str(ngettext("%(num)s 小时", "%(num)s 小时", minutes // 60))
    return str(ngettext("%(num)s 分钟", "%(num)s 分钟", max(minutes, 1)))


def age(at: datetime) -> str:
    """How long ago: 3 天, 5 小时, 12 分钟."""
    return duration(engine().now() - at)


def person(name: str | None) -> str:
    """Names stand as people write them; only the system, and who plays a role where a pack is tried, have one in each language."""
    if name == SYSTEM.name:
        return str(gettext("系统"))
    trial = sandbox()
    return (trial.person_name(name, language()) if trial is not None and name else name) or ""


def initial(name: str | None) -> str:
    """What stands in the circle beside a name: the family name of a Chinese one, else the first letter."""
    return (name or "?").strip()[:1].upper() or "?"
