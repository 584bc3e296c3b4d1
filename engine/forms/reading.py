"""Reading one object of a form definition: typed properties, FEEL, templates; everything wrong becomes a finding and reading goes on."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from engine import feel
from engine.forms.finding_texts import filled
from engine.forms.rules import NEVER, Rule, Template, Words
from engine.forms.source import JsonObject
from engine.model.findings import Finding

_PLACE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_BLOCK = re.compile(r"\s*[#/]")


class Reader:
    """Collects the findings of one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.findings: list[Finding] = []

    def add(
        self, case: str, place: Place | None = None, name: str | None = None, *, line: int | None = None, warning: bool = False, **values: Any
    ) -> None:
        """`case` names the texts; `name` is the property at fault, `values` fill the texts."""
        if place is not None and name:
            values = {"property": place.prefix + name, "name": name, **values}
        zh, en, proposal_zh, proposal_en = filled(case, values)
        self.findings.append(
            Finding(
                code=case.partition(".")[0],
                file=self.file,
                message=zh,
                severity="warning" if warning else "error",
                line=line or (place.line_of(name) if place is not None else None),
                element_id=place.id if place is not None else None,
                element_name=place.title if place is not None else None,
                proposal=proposal_zh or None,
                values=values,
                message_en=en,
                proposal_en=proposal_en or None,
            )
        )


class Place:
    """One object of the definition, with the names by which findings mention it. `prefix` leads to it within its component: `validate.`"""

    def __init__(self, reader: Reader, data: JsonObject, id: str | None = None, title: str | None = None, prefix: str = "") -> None:
        self.reader, self.data = reader, data
        self.id, self.title = id, title
        self.prefix = prefix

    def line_of(self, name: str | None) -> int:
        return self.data.lines.get(name, self.data.line) if name else self.data.line

    def add(self, case: str, name: str | None, *, warning: bool = False, **values: Any) -> None:
        self.reader.add(case, self, name, warning=warning, **values)

    def below(self, name: str) -> Place:
        """The object in that property; an empty one when it is absent or no object (which is a finding)."""
        value = self.data.get(name)
        if value is not None and not isinstance(value, JsonObject):
            self.add("form_property_type.object", name)
        empty = JsonObject(self.line_of(name))
        return Place(self.reader, value if isinstance(value, JsonObject) else empty, self.id, self.title, f"{self.prefix}{name}.")

    def item(self, data: JsonObject, name: str) -> Place:
        """An object in the list of that property."""
        return Place(self.reader, data, self.id, self.title, f"{self.prefix}{name}.")

    def only(self, allowed: frozenset[str], owner: tuple[str, str]) -> None:
        """A finding for each property that is not among those allowed, and for each that occurs twice. `owner`: who does not, in both languages."""
        for name in self.data:
            if name not in allowed:
                self.add("form_unknown_property", name, owner=owner, instead=_instead(name, allowed))
        for name, line in self.data.repeated:
            self.reader.add("form_repeated_property", self, name, line=line)

    def text(self, name: str, default: str = "") -> str:
        value = self.data.get(name)
        if value is None or isinstance(value, str):
            return value or default
        self.add("form_property_type.text", name)
        return default

    def flag(self, name: str, default: bool = False) -> bool:
        value = self.data.get(name)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        self.add("form_property_type.flag", name)
        return default

    def integer(self, name: str, low: int, high: int, default: int | None = None) -> int | None:
        value = self.data.get(name)
        if value is None:
            return default
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        self.add("form_property_type.integer", name, low=low, high=high)
        return default

    def one_of(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        value = self.data.get(name)
        if value is None or value == "":
            return default
        if value in allowed:
            return str(value)
        self.add("form_property_value", name, value=shown(value), known=list(allowed))
        return default

    def objects(self, name: str) -> list[JsonObject]:
        """The list of objects in that property; members of another kind are findings."""
        value = self.data.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            self.add("form_property_type.list", name)
            return []
        result = [item for item in value if isinstance(item, JsonObject)]
        if len(result) != len(value):
            self.add("form_property_type.objects", name)
        return result

    def expression(self, name: str, source: str) -> feel.Expression | None:
        try:
            return feel.compile(source)
        except feel.FeelError as error:
            reason = (str(error), feel.reason_en(error))
            self.add("form_feel", name, reason=reason, expression=_short(source), position=error.position, code=error.code)
        return None

    def condition(self, name: str) -> Rule:
        """true, false or FEEL."""
        value = self.data.get(name)
        if value is None or value is False or value == "":
            return NEVER
        if value is True:
            return Rule(True)
        source = feel.strip_marker(value) if isinstance(value, str) else None
        if source is None:
            self.add("form_rule.condition", name)
            return NEVER
        expression = self.expression(name, source)
        return Rule(expression=expression) if expression is not None else NEVER

    def feel_only(self, name: str, required: bool = True) -> Rule | None:
        """A FEEL expression with its `=`."""
        value = self.data.get(name)
        if value is None or value == "":
            if required:
                self.add("form_missing_property", name, example="=…")
            return None
        source = feel.strip_marker(value) if isinstance(value, str) else None
        if source is None:
            self.add("form_rule.feel", name)
            return None
        expression = self.expression(name, source)
        return Rule(expression=expression) if expression is not None else None

    def number_rule(self, name: str) -> Rule | None:
        """A number, a text with a number, or FEEL."""
        value = self.data.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
            return Rule(Decimal(value))
        if isinstance(value, str) and re.fullmatch(r"\s*-?\d{1,34}(\.\d{1,34})?\s*", value):
            return Rule(Decimal(value.strip()))
        if isinstance(value, str) and feel.strip_marker(value) is not None:
            return self.feel_only(name)
        self.add("form_rule.number", name)
        return None

    def words(self, name: str, english: Place | None = None, english_name: str = "") -> Words:
        """A text with templates, and its English from the custom properties."""
        zh = self.template(name)
        en = english.template(english_name) if english is not None and english.data.get(english_name) else None
        return Words(zh, en)

    def template(self, name: str) -> Template:
        text = self.text(name)
        source = feel.strip_marker(text) if text.startswith("=") else None
        if source is not None:
            expression = self.expression(name, source)
            return Template((expression,)) if expression is not None else Template()
        parts: list[str | feel.Expression] = []
        at = 0
        for match in _PLACE.finditer(text):
            if match.start() > at:
                parts.append(text[at : match.start()])
            at = match.end()
            if _BLOCK.match(match[1]):
                self.add("form_template_block", name, block=_short(match[0]))
                continue
            expression = self.expression(name, match[1].strip())
            if expression is not None:
                parts.append(expression)
        if "{{" in text[at:]:
            self.add("form_template_open", name)
        if at < len(text):
            parts.append(text[at:])
        return Template(tuple(parts))


def _short(source: str) -> str:
    return source if len(source) <= 60 else source[:57] + "…"


def shown(value: object) -> str:
    """A value as it stands in the file, cut when it is long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 80 else text[:77] + "…"


def _instead(name: str, allowed: frozenset[str]) -> tuple[str, str]:
    """What to write in place of a property that is not known: the one that it looks like, if any."""
    known = sorted(allowed)
    near = get_close_matches(name, known, 1)
    if near:
        return f"改为 {near[0]}，或删除该属性", f"Write {near[0]}, or remove the property"
    return f"删除该属性；支持的属性：{'、'.join(known)}", f"Remove it; supported are {', '.join(known)}"
