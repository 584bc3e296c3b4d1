"""Reading one object of a form definition: typed properties, FEEL, templates; everything wrong becomes a finding and reading goes on."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Literal

from engine import feel
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

    def add(self, code: str, message: str, place: Place | None = None, proposal: str | None = None, **options: Any) -> None:
        severity: Literal["error", "warning"] = "warning" if options.pop("warning", False) else "error"
        line = options.pop("line", None) or (place.line_of(options.pop("name", None)) if place else None)
        self.findings.append(
            Finding(
                code=code,
                file=self.file,
                message=message,
                severity=severity,
                line=line,
                element_id=place.id if place else None,
                element_name=place.title if place else None,
                proposal=proposal,
                values=options,
            )
        )


class Place:
    """One object of the definition, with the names by which findings mention it."""

    def __init__(self, reader: Reader, data: JsonObject, id: str | None = None, title: str | None = None) -> None:
        self.reader, self.data = reader, data
        self.id, self.title = id, title

    def line_of(self, name: str | None) -> int:
        return self.data.lines.get(name, self.data.line) if name else self.data.line

    def add(self, code: str, name: str | None, message: str, proposal: str | None = None, **options: Any) -> None:
        self.reader.add(code, message, self, proposal, name=name, **options)

    def below(self, name: str) -> Place:
        """The object in that property; an empty one when it is absent or no object (which is a finding)."""
        value = self.data.get(name)
        if value is not None and not isinstance(value, JsonObject):
            self.add("form_property_type", name, f"属性 {name} 应为对象", "改为 { … }")
        empty = JsonObject(self.line_of(name))
        return Place(self.reader, value if isinstance(value, JsonObject) else empty, self.id, self.title)

    def only(self, allowed: frozenset[str], what: str) -> None:
        """A finding for each property that is not among those allowed, and for each that occurs twice."""
        for name in self.data:
            if name not in allowed:
                self.add("form_unknown_property", name, f"{what}不支持属性 {name}", f"删除该属性；支持的属性：{'、'.join(sorted(allowed))}")
        for name, line in self.data.repeated:
            self.reader.add("form_repeated_property", f"属性 {name} 重复出现", self, "只保留一个", line=line)

    def text(self, name: str, default: str = "") -> str:
        value = self.data.get(name)
        if value is None or isinstance(value, str):
            return value or default
        self.add("form_property_type", name, f"属性 {name} 应为文字", "加上双引号")
        return default

    def flag(self, name: str, default: bool = False) -> bool:
        value = self.data.get(name)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        self.add("form_property_type", name, f"属性 {name} 应为 true 或 false", "去掉引号，写 true 或 false")
        return default

    def integer(self, name: str, low: int, high: int, default: int | None = None) -> int | None:
        value = self.data.get(name)
        if value is None:
            return default
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        self.add("form_property_type", name, f"属性 {name} 应为 {low} 到 {high} 的整数", f"写一个 {low} 到 {high} 之间的整数")
        return default

    def one_of(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        value = self.data.get(name)
        if value is None or value == "":
            return default
        if value in allowed:
            return str(value)
        self.add("form_property_value", name, f"属性 {name} 的值 {value!r} 不支持", f"可用的值：{'、'.join(allowed)}")
        return default

    def objects(self, name: str) -> list[JsonObject]:
        """The list of objects in that property; members of another kind are findings."""
        value = self.data.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            self.add("form_property_type", name, f"属性 {name} 应为列表", "改为 [ … ]")
            return []
        result = [item for item in value if isinstance(item, JsonObject)]
        if len(result) != len(value):
            self.add("form_property_type", name, f"属性 {name} 的每一项应为对象", "改为 [ { … }, … ]")
        return result

    def expression(self, name: str, source: str) -> feel.Expression | None:
        try:
            return feel.compile(source)
        except feel.FeelError as error:
            message = f"属性 {name} 的 FEEL 表达式 {_short(source)} 不正确：{error}"
            self.add("form_feel", name, message, "按提示的位置修改表达式", position=error.position, reason=error.code)
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
            self.add("form_rule", name, f"属性 {name} 应为 true、false 或以 = 开头的 FEEL 表达式", f'例如 "{name}": "=金额 > 1000"')
            return NEVER
        expression = self.expression(name, source)
        return Rule(expression=expression) if expression is not None else NEVER

    def feel_only(self, name: str, required: bool = True) -> Rule | None:
        """A FEEL expression with its `=`."""
        value = self.data.get(name)
        if value is None or value == "":
            if required:
                self.add("form_missing_property", name, f"缺少属性 {name}", f'写 "{name}": "=…"')
            return None
        source = feel.strip_marker(value) if isinstance(value, str) else None
        if source is None:
            self.add("form_rule", name, f"属性 {name} 应为以 = 开头的 FEEL 表达式", "在表达式前加 =")
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
        self.add("form_rule", name, f"属性 {name} 应为数字或以 = 开头的 FEEL 表达式", f'例如 "{name}": 100')
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
                self.add("form_template_block", name, f"属性 {name} 中的模板块 {match[0]} 不支持", "只用 {{表达式}}；条件改用 {{if … then … else …}}")
                continue
            expression = self.expression(name, match[1].strip())
            if expression is not None:
                parts.append(expression)
        if "{{" in text[at:]:
            self.add("form_template_open", name, f"属性 {name} 中的 {{{{ 没有对应的 }}}}", "补上 }}")
        if at < len(text):
            parts.append(text[at:])
        return Template(tuple(parts))


def _short(source: str) -> str:
    return source if len(source) <= 60 else source[:57] + "…"
