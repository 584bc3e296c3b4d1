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


@dataclass(frozen=True, slots=True)
class FileView:
    """`preview`: a real image that is small enough to be shown. `remove_operation` is empty when it must stay."""

    id: str
    name: str
    size: str
    address: str
    preview: bool = False
    remove_operation: str = ""
    remove_label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldView(Placed):
    """`value` is what the control holds, `words` the same for reading. `carried` are hidden inputs that send a read-only value back.

    `described_by` names the ids of description and problem. `control` is the HTML input type for plain inputs. `lookup` is the address that
    searches a register, `search` what was searched for, `search_name` the control for it without JavaScript. `upload` is where files go at once,
    `upload_name` the control that sends them with the form, `most_bytes` how large each may be."""

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
    computed: bool = False
    searchable: bool = False
    lookup: str = ""
    search: str = ""
    search_name: str = ""
    files: tuple[FileView, ...] = ()
    hint: str = ""
    accept: str = ""
    multiple: bool = False
    upload: str = ""
    upload_name: str = ""
    most_bytes: int = 0

    @property
    def full_words(self) -> str:
        """For reading, with what stands before and behind a value."""
        if not self.value:
            return self.words
        return " ".join(filter(None, (self.prefix, self.words, self.suffix)))


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupView(Placed):
    label: str
    outline: bool
    items: tuple[ItemView, ...]
    align: str = "start"


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
    extra: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ListView(Placed):
    """`kind` is "list_table" or "list_cards". `marker` is empty when the list cannot be changed. `totals` stand below the columns, empty where
    nothing is added up. `extra` rows are folded away unless `all_shown`; `toggle` is the control that unfolds them, empty when there are none."""

    label: str
    columns: tuple[ColumnView, ...]
    rows: tuple[RowView, ...]
    marker: str = ""
    add_operation: str = ""
    add_label: str = ""
    problem: str = ""
    outline: bool = False
    align: str = "start"
    totals: tuple[str, ...] = ()
    total_label: str = ""
    toggle: str = ""
    toggle_label: str = ""
    all_shown: bool = False


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
    shown: int = 0
    toggle: str = ""
    toggle_label: str = ""
    all_shown: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageView(Placed):
    """`address` is a checked data: address or that of a file; empty: there is no image, only its words."""

    address: str
    alt: str


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


ItemView: TypeAlias = FieldView | GroupView | ListView | TextView | TableView | ImageView | SeparatorView | SpacerView | EmptyView


@dataclass(frozen=True, slots=True)
class ProblemView:
    """A line of the summary; `target` is the id to jump to, empty when the problem has no place on the form."""

    target: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class FormView:
    """`words` are the fixed texts of the page, by name (`submit`, `save`, `refresh`, `required`, `choose`, …).

    `multipart`: the form may send files along, for browsers without JavaScript."""

    id: str
    title: str
    language: str
    readonly: bool
    items: tuple[ItemView, ...]
    problems: tuple[ProblemView, ...]
    problems_title: str
    words: Mapping[str, str]
    multipart: bool = False
