"""A form made ready for a template: every text, state and attribute is settled here, so that templates only place them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """`kind` chooses the macro; `span` is the width in the 16-column grid, `first` says that a new line begins here."""

    kind: str
    id: str
    span: int = 16
    first: bool = True


@dataclass(frozen=True, slots=True)
class OptionView:
    id: str
    token: str
    label: str
    selected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldView(Placed):
    """`value` is what the control holds, `words` the same for reading. `carried` are hidden inputs that send a read-only value back.

    `described_by` names the ids of description and problem. `control` is the HTML input type for plain inputs."""

    name: str
    label: str
    description: str = ""
    required: bool = False
    readonly: bool = False
    value: str = ""
    words: str = ""
    ticked: bool = False
    options: tuple[OptionView, ...] = ()
    problem: str = ""
    described_by: str = ""
    control: str = "text"
    input_mode: str = ""
    step: str = ""
    minimum: str = ""
    maximum: str = ""
    prefix: str = ""
    suffix: str = ""
    numeric: bool = False
    carried: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupView(Placed):
    label: str
    outline: bool
    items: tuple[ItemView, ...]


@dataclass(frozen=True, slots=True)
class ColumnView:
    label: str
    required: bool = False
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class RowView:
    """`marker` is the name of the hidden input that says the row is there. `label` names the row for those who cannot see it."""

    marker: str
    label: str
    items: tuple[ItemView, ...]
    delete_operation: str = ""
    delete_label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListView(Placed):
    """`kind` is `table` list ("list_table") or "list_cards". `marker` is empty when the list cannot be changed."""

    label: str
    columns: tuple[ColumnView, ...]
    rows: tuple[RowView, ...]
    marker: str = ""
    add_operation: str = ""
    add_label: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextView(Placed):
    """`html` is sanitised."""

    html: str


@dataclass(frozen=True, slots=True)
class CellView:
    text: str
    numeric: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TableView(Placed):
    label: str
    columns: tuple[ColumnView, ...]
    rows: tuple[tuple[CellView, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeparatorView(Placed):
    """A line across."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpacerView(Placed):
    """`lines` is the height in steps of 1 rem, 1 to 12."""

    lines: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EmptyView(Placed):
    """A cell of a row where this column is hidden."""


ItemView: TypeAlias = FieldView | GroupView | ListView | TextView | TableView | SeparatorView | SpacerView | EmptyView


@dataclass(frozen=True, slots=True)
class ProblemView:
    """A line of the summary; `target` is the id to jump to, empty when the problem has no place on the form."""

    target: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class FormView:
    """`words` are the fixed texts of the page, by name (`submit`, `save`, `refresh`, `required`, `choose`, …)."""

    id: str
    title: str
    language: str
    readonly: bool
    items: tuple[ItemView, ...]
    problems: tuple[ProblemView, ...]
    problems_title: str
    words: Mapping[str, str]
