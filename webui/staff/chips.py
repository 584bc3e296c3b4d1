"""What the task list is narrowed to, in words."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import pgettext

from engine import FilterNames, FilterWords
from webui.language import pick
from webui.link import read
from webui.staff.list_address import COPIES, FILTERS, address, asked_filters, element_of

OWN = "own"


def chips() -> list[tuple[str, str]]:
    """(what the list is narrowed to, the address without it)."""
    given = asked_filters()
    return [(text, address(**{name: None})) for name, text in _texts(given).items()]


def chips_of(asked: Mapping[str, str]) -> list[str]:
    """All that a saved list asks for, its tab first."""
    found = [dict(tab_names()).get(asked.get("tab", ""), ""), *_texts(asked).values()]
    if asked.get("q"):
        found.append(_("含有“%(search)s”", search=asked["q"]))
    if asked.get("sort"):
        found.append(dict(sort_names()).get(asked["sort"], asked["sort"]))
    return [text for text in found if text]


def _texts(asked: Mapping[str, str]) -> dict[str, str]:
    given = {name: asked[name] for name in FILTERS if asked.get(name)}
    if not given:
        return {}
    words = _looked_up(given)
    labels = {
        "process": pgettext("one", "流程"),
        "element": _("任务"),
        "due": _("到期"),
        "priority": _("优先级"),
        "customer": _("客户"),
        "whose": _("谁的"),
    }
    return {name: f"{labels[name]}{_('：')}{_text(name, value, given, words)}" for name, value in given.items()}


def _looked_up(given: Mapping[str, str]) -> FilterWords:
    process, element = element_of(given)
    person = given.get("whose", "")
    if process or (person and person != OWN):
        return read(FilterNames(process, element, "" if person == OWN else person))
    return FilterWords(None, None, None)


def _text(name: str, value: str, given: Mapping[str, str], words: FilterWords) -> str:
    """The technical key only where nothing has that name any more, and then it is said."""
    if name == "process":
        own = words.process if element_of(given)[0] == value else read(FilterNames(value)).process
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


def tab_names() -> list[tuple[str, str]]:
    return [("mine", _("我的待办")), ("groups", _("组内待领")), ("done", _("已办")), ("started", _("我发起的")), (COPIES, _("抄送我的"))]


def sort_names() -> list[tuple[str, str]]:
    return [("", _("默认排序")), ("due", _("先到期的在前")), ("newest", _("新的在前")), ("oldest", _("旧的在前")), ("name", _("按任务名称"))]
