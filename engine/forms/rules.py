"""What an analyst may write as a constant or as FEEL: rules (`=amount > 0`) and texts with templates (`应付 {{amount}} 元`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.feel import Expression
from engine.model.values import Value

Scope = Mapping[str, Value]
_MEMBER = re.compile(r"\b(this|parent)\s*\.\s*(\w+)")


def names_used(expression: Expression) -> frozenset[str]:
    """Free names of an expression; `this.x` and `parent.x` count as `x`."""
    names = set(expression.variables)
    if names & {"this", "parent"}:
        names |= {match[2] for match in _MEMBER.finditer(expression.source)}
    return frozenset(names - {"this", "parent", "i"})


@dataclass(frozen=True, slots=True)
class Rule:
    """A constant, or an expression that is evaluated at every use."""

    constant: Value = None
    expression: Expression | None = None

    def value(self, scope: Scope, now: datetime | None) -> Value:
        """Raises engine.feel.FeelError when the expression cannot be evaluated."""
        return self.constant if self.expression is None else self.expression.evaluate(scope, now=now)

    def holds(self, scope: Scope, now: datetime | None) -> bool:
        """True only for a plain true; null is no."""
        return self.value(scope, now) is True

    @property
    def never(self) -> bool:
        """Whether the rule can be left out: a constant that is not true."""
        return self.expression is None and self.constant is not True

    def names(self) -> frozenset[str]:
        return names_used(self.expression) if self.expression is not None else frozenset()


NEVER = Rule(False)


@dataclass(frozen=True, slots=True)
class Template:
    """Text with places for values. `parts` alternate freely between text and expressions."""

    parts: tuple[str | Expression, ...] = ()

    @property
    def constant(self) -> str | None:
        """The whole text when it has no places, else None."""
        if not self.parts:
            return ""
        first = self.parts[0]
        return first if len(self.parts) == 1 and isinstance(first, str) else None

    def joined(self, other: Template) -> Template:
        """Both, with a dot between them."""
        return Template((*self.parts, " · ", *other.parts))

    def fill(self, scope: Scope, now: datetime | None, show: Callable[[Value], str]) -> str:
        """Text with every place filled by `show(value)`. Raises engine.feel.FeelError."""
        return "".join(part if isinstance(part, str) else show(part.evaluate(scope, now=now)) for part in self.parts)

    def names(self) -> frozenset[str]:
        return frozenset[str]().union(*(names_used(part) for part in self.parts if not isinstance(part, str)))


@dataclass(frozen=True, slots=True)
class Words:
    """A text for people: Chinese, and English when the form gives it."""

    zh: Template = Template()
    en: Template | None = None

    def template(self, language: str) -> Template:
        return self.en if language == "en" and self.en is not None else self.zh

    @property
    def plain(self) -> str:
        """Chinese text for findings, places shown as `{{…}}`."""
        return "".join(part if isinstance(part, str) else "{{" + part.source + "}}" for part in self.zh.parts)
