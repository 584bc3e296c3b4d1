"""One component of a definition after the other: properties checked, rules compiled, records made."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, cast

from engine.forms.allowed import COMPONENT_PROPERTIES, CUSTOM_PROPERTIES, REFUSED_TYPES, VALIDATE_PROPERTIES, owner_of
from engine.forms.building_fields import FIELD_BUILDERS
from engine.forms.building_files import image, list_rules
from engine.forms.components import Align, Component, DynamicList, Group, Separator, Spacer, TableColumn, TableComponent, TextComponent
from engine.forms.limits import LIMITS
from engine.forms.reading import Place, Reader, shown
from engine.forms.rules import Rule, Words
from engine.forms.source import JsonObject

_NAME = re.compile(r"[^\W\d]\w*\Z")
_RESERVED = frozenset({"this", "parent", "i", "csrf_token"})


class Builder:
    """Makes the component tree of one file."""

    def __init__(self, reader: Reader, files: Mapping[str, bytes]) -> None:
        self.reader = reader
        self.files = files
        self.ids: dict[str, int] = {}
        self.places: dict[str, Place] = {}
        self.count = 0

    def components(self, owner: Place, depth: int) -> tuple[Component, ...]:
        if depth > LIMITS.nesting:
            owner.add("form_nesting", "components", limit=LIMITS.nesting)
            return ()
        made = (self.component(item, depth) for item in owner.objects("components"))
        return tuple(component for component in made if component is not None)

    def component(self, data: JsonObject, depth: int) -> Component | None:
        self.count += 1
        if self.count > LIMITS.components:
            if self.count == LIMITS.components + 1:
                self.reader.add("form_components", line=data.line, limit=LIMITS.components)
            return None
        name = next((data[key] for key in ("key", "path", "id") if isinstance(data.get(key), str) and data[key]), None)
        title = next((data[key] for key in ("label", "dateLabel", "timeLabel") if isinstance(data.get(key), str) and data[key]), None)
        place = Place(self.reader, data, name, title)
        kind = data.get("type")
        if not isinstance(kind, str) or kind not in COMPONENT_PROPERTIES:
            self._refuse(place, kind)
            return None
        place.only(COMPONENT_PROPERTIES[kind], owner_of(kind))
        common = self._common(place, kind)
        if kind in FIELD_BUILDERS:
            key = self._path(place, "key", required=True)
            return FIELD_BUILDERS[kind](place, {**common, "key": key})
        makers: dict[str, Callable[[Place, dict[str, Any], int], Component]] = {"group": self._group, "dynamiclist": self._list}
        if kind in makers:
            return makers[kind](place, common, depth)
        if kind == "image":
            return image(place, common, self.files)
        return _SHOWN[kind](place, common)

    def _refuse(self, place: Place, kind: object) -> None:
        if isinstance(kind, str) and kind in REFUSED_TYPES:
            title, instead = REFUSED_TYPES[kind]
            place.add("form_component", "type", type=kind, title=title, instead=instead)
        else:
            place.add("form_component.unknown", "type", type=shown(kind), known=list(COMPONENT_PROPERTIES))

    def _common(self, place: Place, kind: str) -> dict[str, Any]:
        layout = place.below("layout")
        layout.only(frozenset({"row", "columns"}), owner_of(kind))
        conditional = place.below("conditional")
        conditional.only(frozenset({"hide"}), owner_of(kind))
        custom = place.below("properties")
        for name in custom.data:
            if name not in CUSTOM_PROPERTIES[kind]:
                known = sorted(CUSTOM_PROPERTIES[kind]) or ("无", "none")
                custom.add("form_custom_property", name, warning=True, type=kind, known=known)
        return {
            "type": kind,
            "id": self._id(place, kind),
            "line": place.data.line,
            "label": _label(place, custom, kind),
            "hide": conditional.condition("hide"),
            "row": layout.text("row") or None,
            "span": layout.integer("columns", 1, 16),
        }

    def _id(self, place: Place, kind: str) -> str:
        given = place.text("id")
        if given and given in self.ids:
            place.add("form_repeated_id", "id", id=given, other_line=self.ids[given])
        result = given or f"{kind}_{self.count}"
        while result in self.ids:
            result += "_"
        self.ids[result] = place.data.line
        self.places[result] = place
        return result

    def _path(self, place: Place, name: str, required: bool) -> str:
        path = place.text(name)
        if not path:
            if required:
                place.add("form_missing_property", name, example=("字段名", "field_name"))
                return f"_{self.count}"
            return ""
        for part in path.split("."):
            if not _NAME.match(part) or part.startswith("_"):
                place.add("form_key", name, value=shown(path))
                return f"_{self.count}"
            if part in _RESERVED:
                place.add("form_key_reserved", name, part=part)
                return f"_{self.count}"
        return path

    def _group(self, place: Place, common: dict[str, Any], depth: int) -> Group:
        path = self._path(place, "path", required=False)
        return Group(**common, path=path, components=self.components(place, depth + 1), outline=place.flag("showOutline"), align=_align(place))

    def _list(self, place: Place, common: dict[str, Any], depth: int) -> DynamicList:
        path = self._path(place, "path", required=True)
        place.below("validate").only(VALIDATE_PROPERTIES["dynamiclist"], owner_of("dynamiclist"))
        place.flag("isRepeating")
        if place.data.get("isRepeating") is False:
            place.add(
                "form_property_value",
                "isRepeating",
                value="false",
                known=("true；只有一份内容时改用 group", "true; use a group for content that occurs once"),
            )
        rows = place.integer("defaultRepetitions", 0, LIMITS.rows, 1)
        components = self.components(place, depth + 1)
        if not components and isinstance(place.data.get("components"), list):
            place.add("form_empty_list", "components")
        return DynamicList(
            **common,
            path=path,
            components=components,
            first_rows=1 if rows is None else rows,
            may_change_rows=place.flag("allowAddRemove", True),
            outline=place.flag("showOutline"),
            align=_align(place),
            **list_rules(place),
        )

    def clash(self, component: Component, other: Component, path: str) -> None:
        place = self.places[component.id]
        name = "key" if "key" in place.data else "path"
        place.add("form_repeated_key", name, path=path, other_line=other.line)

    def cycle(self, components: tuple[Component, ...], names: tuple[str, ...]) -> None:
        lines = [component.line for component in components]
        self.reader.add("form_cycle", line=min(lines, default=1), fields=list(names))


def _align(place: Place) -> Align:
    return cast(Align, place.one_of("verticalAlignment", ("start", "center", "end"), "start"))


def _label(place: Place, custom: Place, kind: str) -> Words:
    name = _label_name(place, kind)
    label = place.words(name, custom, f"{name}.en" if custom.data.get(f"{name}.en") else "label.en")
    if name != "dateLabel" or place.data.get("subtype") != "datetime" or not place.data.get("timeLabel"):
        return label
    clock = place.words("timeLabel", custom, "timeLabel.en")
    en = None if label.en is None else label.en.joined(clock.en or clock.zh)
    return Words(label.zh.joined(clock.zh), en)


def _label_name(place: Place, kind: str) -> str:
    if kind != "datetime" or place.data.get("label"):
        return "label"
    return "timeLabel" if place.data.get("subtype") == "time" or not place.data.get("dateLabel") else "dateLabel"


def _text(place: Place, common: dict[str, Any]) -> TextComponent:
    return TextComponent(**common, text=place.words("text", place.below("properties"), "text.en"))


def _table(place: Place, common: dict[str, Any]) -> TableComponent:
    shown_rows = place.integer("rowCount", 1, LIMITS.rows)
    columns = []
    for item in place.objects("columns"):
        column = place.item(item, "columns")
        column.only(frozenset({"label", "label_en", "key", "id"}), ("表格的列", "A column of a table"))
        if not column.text("key"):
            column.add("form_missing_property.column_key", "key")
        columns.append(TableColumn(column.text("key"), column.text("label") or column.text("key"), column.text("label_en") or None))
    source = place.feel_only("columnsExpression", required=False)
    if not columns and source is None:
        place.add("form_missing_property.columns", "columns")
    if columns and source is not None:
        place.add("form_options.several", "columnsExpression", given=["columns", "columnsExpression"])
    rows = place.feel_only("dataSource") or Rule()
    return TableComponent(**common, source=rows, columns=tuple(columns), column_source=source, shown_rows=shown_rows)


def _separator(place: Place, common: dict[str, Any]) -> Separator:
    return Separator(**common)


def _spacer(place: Place, common: dict[str, Any]) -> Spacer:
    return Spacer(**common, height_pixels=place.integer("height", 1, 1000, 60) or 60)


_SHOWN: dict[str, Callable[[Place, dict[str, Any]], Component]] = {"text": _text, "table": _table, "separator": _separator, "spacer": _spacer}
