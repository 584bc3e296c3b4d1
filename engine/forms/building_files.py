"""The components that show or carry files, choices from registers, and lists; properties without effect."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from engine import feel
from engine.forms.building_rules import count_rule, in_order
from engine.forms.components import ChoiceField, Field, FileField, ImageComponent, RecordSource
from engine.forms.file_types import ACCEPT, IMAGES, checked_address, image_address
from engine.forms.limits import LIMITS
from engine.forms.reading import Place, shown

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,99}").fullmatch
_TRUE = {"true": True, "false": False}


def file_field(place: Place, values: dict[str, Any]) -> Field:
    """A filepicker. `accept` and `multiple` are fixed: an expression could not be checked before files come."""
    accept = []
    for token in filter(None, re.split(r"[,\s]+", place.text("accept"))):
        if ACCEPT.fullmatch(token):
            accept.append(token)
        else:
            place.add("form_accept", "accept", value=shown(token))
    return FileField(**values, accept=tuple(accept), multiple=place.flag("multiple"))


def record_source(place: Place) -> RecordSource | None:
    """`values.record` and what goes with it, from the custom properties."""
    custom = place.below("properties")
    record_type, label, value = (custom.text(f"values.{name}") for name in ("record", "label", "value"))
    if not record_type:
        if label or value:
            name = "values.label" if label else "values.value"
            custom.add("form_record.alone", name)
        return None
    if not _NAME(record_type):
        custom.add("form_record", "values.record", value=shown(record_type))
    for name, field in (("label", label), ("value", value)):
        if field and not re.fullmatch(r"[^\W\d]\w*", field):
            custom.add("form_record.field", f"values.{name}", value=shown(field))
    return RecordSource(record_type, label or None, value or None)


def choice_of_records(place: Place, values: dict[str, Any], source: RecordSource, style: Any) -> Field:
    """Always searchable: a register has more records than a list can show."""
    others = [name for name in ("values", "valuesKey", "valuesExpression") if place.data.get(name) not in (None, "", [])]
    if others:
        place.add("form_options.several", others[0], given=["values.record", *others])
    if place.data.get("defaultValue") not in (None, "", []):
        place.add("form_default.record", "defaultValue")
    return ChoiceField(**values, style=style, record=source, searchable=True)


def image(place: Place, common: dict[str, Any], files: Mapping[str, bytes]) -> ImageComponent:
    """`source`: a data: address, the name of an image file of the pack, or FEEL; checked now as far as it is known now."""
    custom = place.below("properties")
    alt = place.words("alt", custom, "alt.en")
    if not alt.plain.strip():
        place.add("form_missing_property.alt", "alt")
    source = place.text("source")
    if feel.strip_marker(source) is not None:
        return ImageComponent(**common, alt=alt, source=place.feel_only("source"))
    address = checked_address(source, LIMITS.image_characters) if source.startswith("data:") else None
    if source in files:
        address = image_address(files[source]) if len(files[source]) <= LIMITS.image_characters * 3 // 4 else None
    if address is None:
        kinds = sorted(kind.removeprefix("image/") for kind in IMAGES)
        kilobytes = LIMITS.image_characters * 3 // 4 // 1000
        place.add("form_image" if source else "form_image.none", "source", value=shown(source[:40]), kinds=kinds, kilobytes=kilobytes)
    return ImageComponent(**common, alt=alt, address=address or "")


def list_rules(place: Place) -> dict[str, Any]:
    """How many rows a list may have, and how many are open at once."""
    validate = place.below("validate")
    least, most = count_rule(validate, "minLength", LIMITS.rows), count_rule(validate, "maxLength", LIMITS.rows)
    in_order(validate, ("minLength", least), ("maxLength", most))
    open_rows = place.integer("nonCollapsedItems", 1, LIMITS.rows)
    collapses = not place.flag("disableCollapse")
    if open_rows is not None and not collapses:
        without_effect(place, "nonCollapsedItems", ("disableCollapse 为 true 时不折叠", "with disableCollapse nothing is folded"))
    return {"required": validate.condition("required"), "least": least, "most": most, "shown_rows": open_rows if collapses else None}


def sums(place: Place) -> bool:
    """Whether the column is to be added up below the list."""
    custom = place.below("properties")
    given = custom.data.get("sum")
    if given is None or isinstance(given, bool):
        return bool(given)
    return _TRUE.get(custom.one_of("sum", ("true", "false"), "false"), False)


def without_effect(place: Place, name: str, reason: tuple[str, str]) -> None:
    """`reason` in Chinese and English."""
    place.add("form_without_effect", name, warning=True, reason=reason)


def moment_notes(place: Place, subtype: str) -> None:
    """Properties of date fields that change nothing here, or not for this kind of moment."""
    if place.data.get("use24h") is False:
        without_effect(
            place, "use24h", ("时间总是 24 小时制保存，输入方式随浏览器的语言", "times are kept in 24 hours and entered as the browser does it")
        )
    if place.data.get("timeSerializingFormat") not in (None, "", "utc_offset"):
        without_effect(place, "timeSerializingFormat", ("时刻带时区保存，不存为文字", "moments are kept with their zone, not as text"))
    for name, kinds in (("timeInterval", ("time", "datetime")), ("disallowPassedDates", ("date", "datetime"))):
        if place.data.get(name) and subtype not in kinds:
            without_effect(place, name, (f"subtype 为 {subtype}", f"the subtype is {subtype}"))
