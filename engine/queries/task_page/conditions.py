"""Conditions of sequence flows as people say them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine import feel
from engine.feel import nodes
from engine.forms.coerce import token_of
from engine.forms.components import ChoiceField, Component
from engine.forms.display import option_label
from engine.queries.labels import label_words, pack_fields
from engine.queries.task_page.views import Phrase
from engine.queries.value_words import AFTER_LABEL

if TYPE_CHECKING:
    from engine.bpmn.elements import Element, Flow
    from engine.bpmn.pack import Pack

OTHERWISE = Phrase("其他情况", "otherwise")
_OR = {"zh": "或", "en": " or "}


def condition_words(pack: Pack, element: Element, flow: Flow) -> Phrase:
    """The comparison with the labels of the form when it is a plain one, else the flow's name, else that the diagram has a condition there."""
    told = _plain(pack, flow.condition or "")
    if told is not None:
        return told
    if flow.name:
        return Phrase(flow.name, flow.name_en or flow.name)
    if element.name:
        return Phrase(f"视“{element.name}”的条件而定", f"depends on “{element.name_en or element.name}”")
    return Phrase("视流程图上的条件而定", "depends on a condition in the diagram")


def _plain(pack: Pack, source: str) -> Phrase | None:
    """`name = "text"`, or several of the same name joined by `or`; None for everything else."""
    try:
        compared = list(_comparisons(feel.compile(source).tree))
    except (feel.FeelError, ValueError):
        return None
    names = {name for name, _ in compared}
    component = pack_fields(pack).get(next(iter(names))) if len(names) == 1 else None
    if component is None:
        return None
    texts = [value for _, value in compared]
    return Phrase(_said(component, texts, "zh"), _said(component, texts, "en"))


def _comparisons(node: nodes.Node) -> Iterator[tuple[str, str]]:
    """(name, text) of each; ValueError when there is anything else."""
    if isinstance(node, nodes.Logic) and node.operator == "or":
        for operand in node.operands:
            yield from _comparisons(operand)
    elif isinstance(node, nodes.Compare) and node.operator == "=" and isinstance(node.left, nodes.Name) and isinstance(node.right, nodes.Literal):
        if not isinstance(node.right.value, str):
            raise ValueError("no text")
        yield node.left.name, node.right.value
    else:
        raise ValueError("no plain comparison")


def _said(component: Component, texts: list[str], language: str) -> str:
    options = component.options if isinstance(component, ChoiceField) else ()
    labels = {option.token: option_label(option, language) for option in options}
    said = _OR[language].join(labels.get(token_of(text) or "", text) for text in texts)
    label = label_words(component, language)
    return f"{label}{AFTER_LABEL[language]}{said}" if label else said


