"""What the task list is narrowed to, in words."""

from __future__ import annotations

from flask import request
from flask_babel import gettext as _

from engine import FilterNames, FilterWords
from webui.language import pick
from webui.link import read
from webui.staff.list_address import FILTERS, address, asked_element, asked_filters

OWN = "own"


def chips() -> list[tuple[str, str]]:
    """(what the list is narrowed to, the address without it)."""
    given = {name: value for name, value in asked_filters().items() if value}
    if not given:
        return []
    words = _looked_up(given)
    labels = {"process": _("流程"), "element": _("任务"), "due": _("到期"), "priority": _("优先级"), "customer": _("客户"), "whose": _("谁的")}
    texts = {name: _text(name, value, words) for name, value in given.items()}
    return [(f"{labels[name]}{_('：')}{texts[name]}", address(**{name: None})) for name in FILTERS if name in given]


def _looked_up(given: dict[str, str]) -> FilterWords:
    process, element = asked_element()
    person = given.get("whose", "")
    if process or (person and person != OWN):
        return read(FilterNames(process, element, "" if person == OWN else person))
    return FilterWords(None, None, None)


def _text(name: str, value: str, words: FilterWords) -> str:
    """The technical key only where nothing has that name any more, and then it is said."""
    if name == "process":
        own = words.process if request.args.get("element", "").rpartition("/")[0] in ("", value) else None
        return pick(*own) if own else _("已不存在（%(key)s）", key=value)
    if name == "element":
        return pick(*words.element) if words.element else _("已不存在（%(key)s）", key=value)
    if name == "whose":
        return str(_("自己的") if value == OWN else _("代 %(name)s", name=words.person or value))
    known = {"due": dict(due_names()), "priority": dict(priority_names())}
    return known.get(name, {}).get(value, value)


def due_names() -> list[tuple[str, str]]:
    return [("overdue", _("已超期")), ("today", _("今天到期")), ("week", _("本周到期")), ("none", _("没有期限"))]


def priority_names() -> list[tuple[str, str]]:
    return [("high", _("加急")), ("usual", _("一般")), ("low", _("不急"))]
