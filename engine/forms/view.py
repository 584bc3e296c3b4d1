"""Form, data and problems to a FormView: the one description that screen, print and PDF show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from engine.feel import FeelError
from engine.forms.checks import Check
from engine.forms.components import (
    Component,
    DynamicList,
    ExpressionField,
    Field,
    Form,
    Group,
    ImageComponent,
    NumberField,
    Separator,
    Spacer,
    TableComponent,
    TextComponent,
)
from engine.forms.display import EMPTY, plain_words
from engine.forms.evaluation import DEFAULT_ZONE, FormRights, Run, State, open_level, reason_of, rows_are_fixed
from engine.forms.layout import arrange
from engine.forms.limits import LIMITS
from engine.forms.lookups import NOTHING, Lookups
from engine.forms.markdown import escape, to_html
from engine.forms.plan import Slot
from engine.forms.problems import problem_text
from engine.forms.rules import Words
from engine.forms.view_fields import FieldViews, html_id
from engine.forms.view_lookups import OPEN, image_source
from engine.forms.view_model import (
    CellView,
    ColumnView,
    EmptyView,
    FormView,
    GroupView,
    ImageView,
    ItemView,
    ListView,
    ProblemView,
    RowView,
    SeparatorView,
    SpacerView,
    TableView,
    TextView,
)
from engine.forms.view_totals import totals
from engine.forms.words import WORDS
from engine.model.errors import FieldProblem
from engine.model.values import Value

_NOTHING: Mapping[str, Any] = {}
_TABLE_COLUMNS = 7


def view(
    form: Form,
    data: Mapping[str, Any] | None,
    scope: Mapping[str, Value],
    rights: FormRights = _NOTHING,
    problems: Mapping[str, FieldProblem] = _NOTHING,
    now: datetime | None = None,
    *,
    language: str = "zh",
    readonly: bool = False,
    zone: ZoneInfo = DEFAULT_ZONE,
    lookups: Lookups = NOTHING,
    blank: bool = False,
) -> FormView:
    """`data` is what was typed or drafted (nested; text as typed or typed values), None for a fresh form; what it does not mention shows its value of
    `scope`, else its default. `problems` come from FormRejected. With `readonly` everything is words. `lookups` knows files that were uploaded
    and not yet submitted, and registers. With `blank` it is read-only with room to write by hand, and nothing is left out by a condition. Never
    raises on any data."""
    readonly = readonly or blank
    run = Run(rights, Check(now, zone), showing=not readonly or blank, lookups=lookups)
    state = open_level(form.level, data or {}, scope, scope, run)
    return _Viewer(run, problems, language, readonly, blank).form(form, state)


@dataclass(slots=True)
class _Viewer:
    run: Run
    problems: Mapping[str, FieldProblem]
    language: str
    readonly: bool
    blank: bool = False
    places: dict[str, tuple[str, str]] = field(default_factory=dict)

    def form(self, form: Form, state: State) -> FormView:
        items = self.items(form.components, state, "", "")
        words = WORDS[self.language]
        summary = tuple(self.summary())
        return FormView(
            id=form.id,
            title=(form.name_en if self.language == "en" else None) or form.name,
            language="zh-CN" if self.language == "zh" else self.language,
            readonly=self.readonly,
            items=items,
            problems=summary,
            problems_title=words["problems"].format(count=len(summary)) if summary else "",
            words=words,
            multipart=form.level.looks_up and not self.readonly,
        )

    def summary(self) -> Iterator[ProblemView]:
        """In the order of the page; problems without a place on it last."""
        for path in [*(path for path in self.places if path in self.problems), *(path for path in self.problems if path not in self.places)]:
            target, label = self.places.get(path, ("", path))
            yield ProblemView(target, label, problem_text(self.problems[path], self.language))

    def items(self, components: Iterable[Component], state: State, name: str, path: str) -> tuple[ItemView, ...]:
        """`name` and `path` are what stands before the level's own names: in HTML, in problems."""
        visible = [component for component in components if self.visible(component, state)]
        made = (self.item(component, span, first, state, name, path) for component, span, first in arrange(visible))
        return tuple(item for item in made if item is not None)

    def visible(self, component: Component, state: State) -> bool:
        if component.id in state.hidden and not self.blank:
            return False
        if isinstance(component, Group):
            return any(self.visible(inner, state) for inner in component.components)
        slot = state.level.slot_of.get(component.id)
        if slot is None:
            return True
        if isinstance(component, ExpressionField) and not component.label.plain:
            return False
        return state.right(slot) != "hidden"

    def item(self, component: Component, span: int, first: bool, state: State, name: str, path: str) -> ItemView | None:
        slot = state.level.slot_of.get(component.id)
        if isinstance(component, Field) and slot is not None:
            views = FieldViews(self.run, self.problems, self.language, self.readonly, self.places, self.text, self.blank)
            return views.field(component, slot, state, span, first, name, path)
        if isinstance(component, Group):
            items = self.items(component.components, state, name, path)
            label = self.text(component.label, state)
            return GroupView(
                kind="group",
                id=html_id(name + component.id),
                span=span,
                first=first,
                label=label,
                outline=component.outline,
                items=items,
                align=component.align,
            )
        if isinstance(component, DynamicList) and slot is not None:
            return self.rows_view(component, slot, state, span, first, name, path)
        return self.shown(component, state, span, first, name)

    def shown(self, component: Component, state: State, span: int, first: bool, name: str) -> ItemView | None:
        id = html_id(name + component.id)
        if isinstance(component, TextComponent):
            return TextView(kind="text", id=id, span=span, first=first, html=self.markdown(component.text, state))
        if isinstance(component, TableComponent):
            return self.table(component, state, span, first, id)
        if isinstance(component, ImageComponent):
            alt = self.text(component.alt, state)
            return ImageView(kind="image", id=id, span=span, first=first, address=image_source(self.run, component, state), alt=alt)
        if isinstance(component, Separator):
            return SeparatorView(kind="separator", id=id, span=span, first=first)
        if isinstance(component, Spacer):
            return SpacerView(kind="spacer", id=id, span=span, first=first, lines=min(max(round(component.height_pixels / 16), 1), 12))
        return None

    def text(self, words: Words, state: State) -> str:
        template = words.template(self.language)
        constant = template.constant
        if constant is not None:
            return constant
        try:
            return template.fill(state.scope, self.run.now, self.plain)
        except FeelError:
            return words.plain

    def markdown(self, words: Words, state: State) -> str:
        template = words.template(self.language)
        constant = template.constant
        if constant is not None:
            return to_html(constant)
        try:
            return to_html(template.fill(state.scope, self.run.now, lambda value: escape(self.plain(value)) or EMPTY))
        except FeelError as error:
            return to_html(escape(problem_text(reason_of(error), self.language)))

    def plain(self, value: Value) -> str:
        return plain_words(value, self.language, self.run.check.zone)

    def rows_view(self, component: DynamicList, slot: Slot, state: State, span: int, first: bool, name: str, path: str) -> ListView:
        whole, dotted = name + slot.name, path + slot.name
        fixed = self.readonly or rows_are_fixed(state, slot, self.run)
        label = self.text(component.label, state)
        opened = state.rows.get(slot.index, [])
        columns = tuple(self.columns(component, opened, slot, state))
        as_table = len(columns) <= _TABLE_COLUMNS and all(isinstance(shown, (Field, TextComponent)) for shown in component.components)
        self.places[dotted] = (html_id(whole), label)
        problem = self.problems.get(dotted) or state.problems.get(slot.index)
        words = WORDS[self.language]
        folded = self.folded(component, dotted, len(opened))
        rows = tuple(self.row(component, row, number, whole, dotted, label, fixed, as_table, opened) for number, row in enumerate(opened))
        rows = tuple(replace(row, extra=folded is not None and number >= folded) for number, row in enumerate(rows))
        return ListView(
            kind="list_table" if as_table else "list_cards",
            id=html_id(whole),
            span=span,
            first=first,
            label=label,
            columns=columns,
            rows=rows,
            marker="" if self.readonly or state.right(slot) == "read" and not self.some_writable(slot) else whole,
            add_operation="" if fixed or len(rows) >= LIMITS.rows else f"add:{whole}",
            add_label=words["add_row"],
            problem=problem_text(problem, self.language) if problem is not None else "",
            outline=component.outline,
            align=component.align,
            total_label=words["total"],
            totals=totals(component, opened, list(self.column_components(component, opened, slot))),
            **self.folding(whole, folded, len(rows)),
        )

    def folded(self, component: DynamicList, path: str, count: int) -> int | None:
        """How many rows are open at once; None: all, because they are few or because something is wrong in those behind."""
        limit = component.shown_rows
        if limit is None or count <= limit:
            return None
        wrong = (name[len(path) + 1 :].partition(".")[0] for name in self.problems if name.startswith(path + "."))
        return None if any(number.isdigit() and int(number) >= limit for number in wrong) else limit

    def folding(self, name: str, folded: int | None, count: int) -> dict[str, Any]:
        if folded is None:
            return {}
        label = WORDS[self.language]["show_all"].format(count=count)
        return {"toggle": OPEN + name, "toggle_label": label, "all_shown": bool(self.run.lookups.asked.get(OPEN + name))}

    def some_writable(self, slot: Slot) -> bool:
        return slot.level is not None and any(self.run.right(below) == "write" for below in slot.level.slots)

    def row(
        self, component: DynamicList, row: State, number: int, name: str, path: str, label: str, fixed: bool, as_table: bool, opened: list[State]
    ) -> RowView:
        marker = f"{name}-{number}"
        before, dotted = f"{marker}-", f"{path}.{number}."
        if as_table:
            items = tuple(self.cell(shown, row, before, dotted) for shown in component.components if self.in_some_row(shown, opened))
        else:
            items = self.items(component.components, row, before, dotted)
        words = WORDS[self.language]
        return RowView(
            marker=marker,
            label=words["row"].format(list=label, number=number + 1),
            items=items,
            delete_operation="" if fixed else f"del:{name}:{number}",
            delete_label=words["delete_row"].format(list=label, number=number + 1),
        )

    def cell(self, component: Component, row: State, name: str, path: str) -> ItemView:
        item = self.item(component, 16, True, row, name, path) if self.visible(component, row) else None
        return item if item is not None else EmptyView(kind="empty", id=html_id(name + component.id))

    def in_some_row(self, component: Component, opened: list[State]) -> bool:
        return not opened or any(self.visible(component, row) for row in opened)

    def columns(self, component: DynamicList, opened: list[State], slot: Slot, state: State) -> Iterator[ColumnView]:
        assert slot.level is not None
        for shown in self.column_components(component, opened, slot):
            inner = slot.level.slot_of.get(shown.id)
            required = isinstance(shown, Field) and shown.required.constant is True and not self.readonly
            numeric = isinstance(shown, NumberField) or (
                inner is not None and inner.kind == "computed" and any(isinstance(row.typed[inner.index], Decimal) for row in opened)
            )
            yield ColumnView(self.text(shown.label, state), required, numeric)

    def column_components(self, component: DynamicList, opened: list[State], slot: Slot) -> Iterator[Component]:
        """What has a column; with no row to look at, what rights hide is still left out."""
        assert slot.level is not None
        for shown in component.components:
            inner = slot.level.slot_of.get(shown.id)
            if opened:
                if not self.in_some_row(shown, opened):
                    continue
            elif (inner is not None and self.run.right(inner) == "hidden") or (isinstance(shown, ExpressionField) and not shown.label.plain):
                continue
            yield shown

    def table(self, component: TableComponent, state: State, span: int, first: bool, id: str) -> TableView:
        note = ""
        columns: list[tuple[str, str]] = []
        rows: list[Mapping[str, Value]] = []
        try:
            columns = self.table_columns(component, state)
            source = component.source.value(state.scope, self.run.now)
            rows = [row if isinstance(row, Mapping) else {columns[0][0]: row} for row in source] if isinstance(source, list) and columns else []
        except FeelError as error:
            note = problem_text(reason_of(error), self.language)
        words = WORDS[self.language]
        if len(rows) > LIMITS.rows:
            note = words["more_rows"].format(count=len(rows), limit=LIMITS.rows)
        cells = tuple(tuple(self.table_cell(row.get(key)) for key, _ in columns) for row in rows[: LIMITS.rows])
        return TableView(
            kind="table",
            id=id,
            span=span,
            first=first,
            label=self.text(component.label, state),
            columns=tuple(ColumnView(label, numeric=bool(cells) and cells[0][at].numeric) for at, (_, label) in enumerate(columns)),
            rows=cells,
            note=note or ("" if cells else words["no_rows"]),
            shown=component.shown_rows or len(cells),
            **self.folding(id, component.shown_rows if component.shown_rows and component.shown_rows < len(cells) else None, len(cells)),
        )

    def table_cell(self, value: Value) -> CellView:
        return CellView(self.plain(value), isinstance(value, Decimal))

    def table_columns(self, component: TableComponent, state: State) -> list[tuple[str, str]]:
        english = self.language == "en"
        if component.column_source is None:
            return [(column.key, (column.label_en if english else None) or column.label) for column in component.columns]
        computed = component.column_source.value(state.scope, self.run.now)
        contexts = [item for item in computed if isinstance(item, Mapping) and item.get("key")] if isinstance(computed, list) else []
        return [
            (str(item["key"]), self.plain((item.get("label_en") if english else None) or item.get("label") or item["key"])) for item in contexts[:50]
        ]
