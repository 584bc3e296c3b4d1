"""One component of a definition after the other: properties checked, rules compiled, records made."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, cast

from engine.forms.allowed import COMPONENT_PROPERTIES, CUSTOM_PROPERTIES, REFUSED_PROPOSALS, REFUSED_TYPES, VALIDATE_PROPERTIES
from engine.forms.building_fields import FIELD_BUILDERS
from engine.forms.building_files import image, list_rules
from engine.forms.components import Align, Component, DynamicList, Group, Separator, Spacer, TableColumn, TableComponent, TextComponent
from engine.forms.limits import LIMITS
from engine.forms.reading import Place, Reader
from engine.forms.rules import Rule
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
            owner.add("form_nesting", "components", f"组件嵌套超过 {LIMITS.nesting} 层", "减少 group 与 dynamiclist 的嵌套")
            return ()
        made = (self.component(item, depth) for item in owner.objects("components"))
        return tuple(component for component in made if component is not None)

    def component(self, data: JsonObject, depth: int) -> Component | None:
        self.count += 1
        if self.count > LIMITS.components:
            if self.count == LIMITS.components + 1:
                self.reader.add("form_components", f"组件超过 {LIMITS.components} 个", proposal="拆成几个表单", line=data.line)
            return None
        name = next((data[key] for key in ("key", "path", "id") if isinstance(data.get(key), str) and data[key]), None)
        title = next((data[key] for key in ("label", "dateLabel", "timeLabel") if isinstance(data.get(key), str) and data[key]), None)
        place = Place(self.reader, data, name, title)
        kind = data.get("type")
        if not isinstance(kind, str) or kind not in COMPONENT_PROPERTIES:
            self._refuse(place, kind)
            return None
        place.only(COMPONENT_PROPERTIES[kind], f"组件 {kind} ")
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
            place.add("form_component", "type", f"不支持{REFUSED_TYPES[kind]}组件（{kind}）", REFUSED_PROPOSALS[kind], type=kind)
        else:
            proposal = f"可用的组件：{'、'.join(COMPONENT_PROPERTIES)}"
            place.add("form_component", "type", f"没有名为 {kind!r} 的组件类型", proposal, type=str(kind))

    def _common(self, place: Place, kind: str) -> dict[str, Any]:
        layout = place.below("layout")
        layout.only(frozenset({"row", "columns"}), "layout ")
        conditional = place.below("conditional")
        conditional.only(frozenset({"hide"}), "conditional ")
        custom = place.below("properties")
        for name in custom.data:
            if name not in CUSTOM_PROPERTIES[kind]:
                message = f"自定义属性 {name} 在组件 {kind} 上不起作用"
                proposal = f"可用的自定义属性：{'、'.join(sorted(CUSTOM_PROPERTIES[kind])) or '无'}"
                custom.add("form_custom_property", name, message, proposal, warning=True)
        label_name = _label_name(place, kind)
        return {
            "type": kind,
            "id": self._id(place, kind),
            "line": place.data.line,
            "label": place.words(label_name, custom, f"{label_name}.en" if custom.data.get(f"{label_name}.en") else "label.en"),
            "hide": conditional.condition("hide"),
            "row": layout.text("row") or None,
            "span": layout.integer("columns", 1, 16),
        }

    def _id(self, place: Place, kind: str) -> str:
        given = place.text("id")
        if given and given in self.ids:
            place.add("form_repeated_id", "id", f"组件 id {given} 重复（已用于第 {self.ids[given]} 行）", "改用另一个 id")
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
                place.add("form_missing_property", name, f"缺少属性 {name}", f'写 "{name}": "字段名"')
                return f"_{self.count}"
            return ""
        for part in path.split("."):
            if not _NAME.match(part) or part.startswith("_"):
                place.add("form_key", name, f"{name} {path!r} 不能作为字段名", "用字母、汉字开头，只含字母、汉字、数字和下划线，层级之间用 .")
                return f"_{self.count}"
            if part in _RESERVED:
                place.add("form_key_reserved", name, f"{name} 中的 {part} 是保留名", "改用另一个名字")
                return f"_{self.count}"
        return path

    def _group(self, place: Place, common: dict[str, Any], depth: int) -> Group:
        path = self._path(place, "path", required=False)
        return Group(**common, path=path, components=self.components(place, depth + 1), outline=place.flag("showOutline"), align=_align(place))

    def _list(self, place: Place, common: dict[str, Any], depth: int) -> DynamicList:
        path = self._path(place, "path", required=True)
        place.below("validate").only(VALIDATE_PROPERTIES["dynamiclist"], "组件 dynamiclist 的 validate ")
        place.flag("isRepeating")
        if place.data.get("isRepeating") is False:
            place.add("form_property_value", "isRepeating", "dynamiclist 的 isRepeating 应为 true", "改为 true，或改用 group")
        rows = place.integer("defaultRepetitions", 0, LIMITS.rows, 1)
        components = self.components(place, depth + 1)
        if not components and isinstance(place.data.get("components"), list):
            place.add("form_empty_list", "components", "动态列表没有任何列", "至少放入一个字段，或删除该列表")
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
        place.add("form_repeated_key", name, f"字段 {path} 重复或与第 {other.line} 行的字段冲突", "每个字段用自己的名字", other_line=other.line)

    def cycle(self, components: tuple[Component, ...], names: tuple[str, ...]) -> None:
        lines = [component.line for component in components]
        message = f"计算字段互相引用：{'、'.join(names)}"
        self.reader.add("form_cycle", message, line=min(lines, default=1), proposal="去掉其中一个引用", fields=list(names))


def _align(place: Place) -> Align:
    return cast(Align, place.one_of("verticalAlignment", ("start", "center", "end"), "start"))


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
        column = Place(place.reader, item, place.id, place.title)
        column.only(frozenset({"label", "label_en", "key", "id"}), "表格的列")
        if not column.text("key"):
            column.add("form_missing_property", "key", "表格的列缺少 key", '写 "key": "…"')
        columns.append(TableColumn(column.text("key"), column.text("label") or column.text("key"), column.text("label_en") or None))
    source = place.feel_only("columnsExpression", required=False)
    if not columns and source is None:
        place.add("form_missing_property", "columns", "表格没有列", "写 columns 或 columnsExpression")
    if columns and source is not None:
        place.add("form_property_value", "columnsExpression", "columns 与 columnsExpression 只能写一个", "删除其中一个")
    rows = place.feel_only("dataSource") or Rule()
    return TableComponent(**common, source=rows, columns=tuple(columns), column_source=source, shown_rows=shown_rows)


def _separator(place: Place, common: dict[str, Any]) -> Separator:
    return Separator(**common)


def _spacer(place: Place, common: dict[str, Any]) -> Spacer:
    return Spacer(**common, height_pixels=place.integer("height", 1, 1000, 60) or 60)


_SHOWN: dict[str, Callable[[Place, dict[str, Any]], Component]] = {"text": _text, "table": _table, "separator": _separator, "spacer": _spacer}
