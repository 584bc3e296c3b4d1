"""What comes after a task, gathered by the condition under which it comes."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from engine import Ahead, NextStep, Phrase
from webui.language import pick


@dataclass(frozen=True, slots=True)
class Way:
    """`when` is empty for what always comes; `lines` say where it leads and, where it is known, to whom."""

    when: str
    lines: tuple[tuple[str, str], ...]


def groups(ahead: Ahead) -> list[Way]:
    """In the order of the diagram."""
    ways: dict[str, list[tuple[str, str]]] = {}
    for step in ahead.steps:
        ways.setdefault(_("，且 ").join(map(said, step.when)), []).append(_line(step))
    found = [Way(when, tuple(dict.fromkeys(lines))) for when, lines in ways.items()]
    return [*found, Way(_("还有其他走法，见流程图"), ())] if ahead.more else found


def said(phrase: Phrase) -> str:
    return pick(phrase.zh, phrase.en)


def _line(step: NextStep) -> tuple[str, str]:
    name = said(step.name)
    place = f"{said(step.process)}{_('：')}{name}" if step.process else name
    match step.kind:
        case "task":
            return place, said(step.who) if step.who else _("到时按规则决定由谁办")
        case "wait":
            return _("等待：%(name)s", name=place), ""
        case "end":
            return _("结束：%(name)s", name=place), ""
        case "open":
            return (_("之后视“%(name)s”而定", name=place) if name else _("之后视流程图上的条件而定")), ""
