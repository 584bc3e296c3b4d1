"""What a form consists of, after its definition was read and checked. Frozen; nothing here evaluates anything."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from engine.forms.rules import NEVER, Rule, Words
from engine.model.findings import Finding
from engine.model.values import Value

if TYPE_CHECKING:
    from engine.forms.patterns import Pattern
    from engine.forms.plan import Level

Subtype = Literal["date", "time", "datetime"]
Align = Literal["start", "center", "end"]
ChoiceStyle = Literal["select", "radio", "checklist", "taglist"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """Anything on a form. `id` is unique in the form; `row` and `span` place it in the 16-column grid (None: share what is left)."""

    type: str
    id: str
    line: int
    label: Words = Words()
    hide: Rule = NEVER
    row: str | None = None
    span: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Field(Component):
    """A component that carries a value. `key` is its path within its group or row, dots between the names."""

    key: str
    description: Words = Words()
    readonly: Rule = NEVER
    disabled: Rule = NEVER
    required: Rule = NEVER
    default: Rule | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextField(Field):
    """Lengths count characters. `validation` is email, phone or None."""

    multiline: bool = False
    min_length: Rule | None = None
    max_length: Rule | None = None
    pattern: Pattern | None = None
    validation: Literal["email", "phone"] | None = None
    prefix: Words = Words()
    suffix: Words = Words()


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberField(Field):
    """`digits` is the highest number of decimals; `money` shows thousands and exactly `digits` (or 2) decimals."""

    digits: int | None = None
    increment: Rule | None = None
    minimum: Rule | None = None
    maximum: Rule | None = None
    money: bool = False
    sum: bool = False
    prefix: Words = Words()
    suffix: Words = Words()


@dataclass(frozen=True, slots=True, kw_only=True)
class DateTimeField(Field):
    """`interval_minutes` is the step that the browser's picker offers."""

    subtype: Subtype
    minimum: Rule | None = None
    maximum: Rule | None = None
    not_past: bool = False
    interval_minutes: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckboxField(Field):
    """true or false; required means that it must be ticked."""


@dataclass(frozen=True, slots=True)
class Option:
    """`token` is the text by which a browser names the value."""

    token: str
    value: Value
    label: str
    label_en: str | None = None


@dataclass(frozen=True, slots=True)
class RecordSource:
    """Options from a register. `label` and `value` are fields of its records; None: the record's title, {id, label}."""

    record_type: str
    label: str | None = None
    value: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceField(Field):
    """One value of a list, or several. `options` is the fixed list; with `source` it is computed, with `record` it comes from a register."""

    style: ChoiceStyle
    options: tuple[Option, ...] = ()
    source: Rule | None = None
    record: RecordSource | None = None
    searchable: bool = False

    @property
    def multiple(self) -> bool:
        return self.style in ("checklist", "taglist")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpressionField(Field):
    """A value that the form computes and stores; shown when it has a label, numbers as money when `money`."""

    expression: Rule
    money: bool = False
    sum: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FileField(Field):
    """Files that were uploaded: the value is a list of {id, name, size, type, digest}. `accept` as in HTML, empty: everything."""

    accept: tuple[str, ...] = ()
    multiple: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Group(Component):
    """`path` puts the values below a context of that name; empty: beside the others."""

    path: str
    components: tuple[Component, ...]
    outline: bool = False
    align: Align = "start"


@dataclass(frozen=True, slots=True, kw_only=True)
class DynamicList(Component):
    """Rows of the same components; the value at `path` is a list of contexts. Of many rows the first `shown_rows` are open (None: all)."""

    path: str
    components: tuple[Component, ...]
    first_rows: int = 1
    may_change_rows: bool = True
    required: Rule = NEVER
    least: Rule | None = None
    most: Rule | None = None
    shown_rows: int | None = None
    outline: bool = False
    align: Align = "start"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextComponent(Component):
    """Markdown with `{{feel}}` places."""

    text: Words


@dataclass(frozen=True, slots=True)
class TableColumn:
    key: str
    label: str
    label_en: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableComponent(Component):
    """Rows of `source` (a list of contexts); `columns`, or `column_source` that computes a list of {key, label}."""

    source: Rule
    columns: tuple[TableColumn, ...] = ()
    column_source: Rule | None = None
    shown_rows: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageComponent(Component):
    """A picture: `address` is a data: address that was checked, else `source` gives one, or a file of a filepicker, when it is shown."""

    alt: Words
    address: str = ""
    source: Rule | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Separator(Component):
    """A line across."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spacer(Component):
    height_pixels: int = 60


@dataclass(frozen=True, slots=True)
class Form:
    """A checked form. `keys` are the top-level names that it can write; `warnings` are findings that did not refuse it."""

    id: str
    name: str
    components: tuple[Component, ...]
    keys: frozenset[str]
    level: Level = field(repr=False, compare=False)
    name_en: str | None = None
    version_tag: str | None = None
    warnings: tuple[Finding, ...] = ()


def offers_one(component: Component) -> bool:
    """Asks for one of several ready answers, at the top of the form: what a decision looks like."""
    return isinstance(component, ChoiceField) and component.style in ("radio", "select") and component.source is None and "." not in component.key


def is_short(component: Component) -> bool:
    """A single field of the form itself, neither a long text nor a file: its value can be said in a few words."""
    long = isinstance(component, FileField) or (isinstance(component, TextField) and component.multiline)
    return isinstance(component, Field) and not long and "." not in component.key
