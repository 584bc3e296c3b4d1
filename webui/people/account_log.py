"""The log of changes to people, roles and departments: to read, to filter, to take away, to verify."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine import ACCOUNT_EVENT_KINDS, AccountEventRow, AccountEvents, VerifyAccountEvents
from webui.link import read
from webui.messages import Problem
from webui.paging import PAGE_ROWS, asked_page
from webui.people.words import field_words, kind_words, value_words
from webui.problems import answer
from webui.security import Access, allow
from webui.spreadsheet import csv_file

MOST_EXPORTED = 50_000
ROWS_AT_ONCE = 500

blueprint = Blueprint("account_log", __name__)


@blueprint.get("/account-log")
@allow(Access.PEOPLE_READERS)
def show() -> ResponseReturnValue:
    page = asked_page()
    found = read(replace(_asked(), limit=PAGE_ROWS, offset=page.offset))
    verified = read(VerifyAccountEvents()) if request.args.get("verify") else None
    chosen = {name: request.args.get(name, "") for name in ("person", "kind", "since", "until")}
    shown = {"found": found, "kinds": ACCOUNT_EVENT_KINDS, "chosen": chosen, "verified": verified, "pager": page.pager(found.total)}
    return render_template("people/log.html", **shown)


@blueprint.get("/account-log/export.csv")
@allow(Access.PEOPLE_READERS)
def export() -> ResponseReturnValue:
    """Everything that the filter finds, oldest last, with the hashes."""
    asked = replace(_asked(), limit=ROWS_AT_ONCE)
    total = read(replace(asked, limit=1)).total
    if total > MOST_EXPORTED:
        return answer(Problem(422, _("一次最多导出 %(most)s 条", most=MOST_EXPORTED), _("请缩小时间范围后再导出。")))
    heads = [_("编号"), _("时间"), _("操作人"), _("事件"), _("对象"), _("改动"), _("哈希")]
    return csv_file(_("人员改动记录"), heads, _rows(asked, total))


def _rows(asked: AccountEvents, total: int) -> Iterator[list[str]]:
    last = None
    for offset in range(0, total, ROWS_AT_ONCE):
        for row in read(replace(asked, offset=offset)).rows:
            # What was added meanwhile pushes others to the next page a second time.
            if last is None or row.number < last:
                last = row.number
                yield _cells(row)


def _cells(row: AccountEventRow) -> list[str]:
    changes = [f"{field_words(name)}: {value_words(old)} → {value_words(new)}" for name, (old, new) in row.changes.items()]
    people = (f"{row.actor_name} ({row.actor_id})", kind_words(row.kind), f"{row.subject_name} ({row.subject_id})")
    return [str(row.number), row.at.isoformat(), *people, "; ".join(changes), row.hash]


def _asked() -> AccountEvents:
    since, until = _day("since"), _day("until")
    person = request.args.get("person", "").strip()[:100]
    kind = request.args.get("kind", "")
    return AccountEvents(person, kind if kind in ACCOUNT_EVENT_KINDS else "", since, until + timedelta(days=1) if until else None)


def _day(name: str) -> datetime | None:
    """The beginning of a day in the time zone of the installation; nothing for what is no day."""
    try:
        day = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    if not 1 < day.year < 9999:
        return None
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(current_app.config["TIME_ZONE"])).astimezone(UTC)
