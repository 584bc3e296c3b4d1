"""Which properties each kind of component may have: form-js schema up to version 20, minus what this module does not carry out."""

from __future__ import annotations

_COMMON = frozenset({"type", "id", "layout", "conditional", "properties"})
_INPUT = _COMMON | {"key", "label", "description", "disabled", "readonly", "defaultValue", "validate"}
_OPTIONS = frozenset({"values", "valuesKey", "valuesExpression"})
_FILES = _INPUT - {"defaultValue"}
_CONTAINER = _COMMON | {"label", "path", "showOutline", "verticalAlignment", "components"}

COMPONENT_PROPERTIES: dict[str, frozenset[str]] = {
    "textfield": _INPUT | {"appearance"},
    "textarea": _INPUT,
    "number": _INPUT | {"appearance", "decimalDigits", "increment", "serializeToString"},
    "datetime": _INPUT | {"subtype", "dateLabel", "timeLabel", "use24h", "timeSerializingFormat", "timeInterval", "disallowPassedDates"},
    "checkbox": _INPUT,
    "checklist": _INPUT | _OPTIONS,
    "taglist": _INPUT | _OPTIONS,
    "radio": _INPUT | _OPTIONS,
    "select": _INPUT | _OPTIONS | {"searchable"},
    "expression": _COMMON | {"key", "label", "description", "expression", "computeOn"},
    "group": _CONTAINER,
    "dynamiclist": _CONTAINER | {"isRepeating", "defaultRepetitions", "allowAddRemove", "disableCollapse", "nonCollapsedItems", "validate"},
    "text": _COMMON | {"text"},
    "table": _COMMON | {"label", "dataSource", "columns", "columnsExpression", "rowCount"},
    "separator": _COMMON,
    "spacer": _COMMON | {"height"},
    "image": _COMMON | {"source", "alt"},
    "filepicker": _FILES | {"accept", "multiple"},
}

_TEXT_RULES = frozenset({"required", "minLength", "maxLength", "pattern", "patternErrorMessage", "validationType"})
VALIDATE_PROPERTIES: dict[str, frozenset[str]] = {
    "textfield": _TEXT_RULES,
    "textarea": _TEXT_RULES - {"validationType"},
    "number": frozenset({"required", "min", "max"}),
    "datetime": frozenset({"required", "min", "max"}),
    "dynamiclist": frozenset({"required", "minLength", "maxLength"}),
}
REQUIRED_ONLY = frozenset({"required"})

FORM_PROPERTIES = frozenset(
    {
        "type",
        "id",
        "name",
        "title",
        "components",
        "schemaVersion",
        "executionPlatform",
        "executionPlatformVersion",
        "versionTag",
        "exporter",
        "properties",
        "$schema",
    }
)
_WORDS = frozenset({"label.en"})
_INPUT_WORDS = _WORDS | {"description.en"}
_ADORNED = _INPUT_WORDS | {"prefixAdorner.en", "suffixAdorner.en"}
_RECORD = frozenset({"values.record", "values.label", "values.value"})
# Custom properties that have an effect; every other one is a warning.
CUSTOM_PROPERTIES: dict[str, frozenset[str]] = {
    "textfield": _ADORNED | {"patternErrorMessage.en"},
    "textarea": _INPUT_WORDS | {"patternErrorMessage.en"},
    "number": _ADORNED | {"format", "sum"},
    "datetime": _INPUT_WORDS | {"dateLabel.en", "timeLabel.en"},
    "checkbox": _INPUT_WORDS,
    "checklist": _INPUT_WORDS,
    "radio": _INPUT_WORDS,
    "taglist": _INPUT_WORDS | _RECORD,
    "select": _INPUT_WORDS | _RECORD,
    "expression": _INPUT_WORDS | {"format", "sum"},
    "filepicker": _INPUT_WORDS,
    "group": _WORDS,
    "dynamiclist": _WORDS,
    "table": _WORDS,
    "text": frozenset({"text.en"}),
    "image": frozenset({"alt.en"}),
    "separator": frozenset(),
    "spacer": frozenset(),
}
FORM_CUSTOM_PROPERTIES = frozenset({"name", "name.en", "title", "title.en"})

# Component -> its name, what to do instead; in both languages.
REFUSED_TYPES: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "html": (("HTML", "HTML"), ("改用 text（Markdown）", "Use text (Markdown)")),
    "iframe": (("内嵌网页", "embedded page"), ("删除该组件，在 text 中写链接", "Remove it and put a link into a text")),
    "button": (("按钮", "button"), ("删除该组件；提交与暂存按钮由系统提供", "Remove it; the buttons for submitting and saving are always there")),
    "documentPreview": (
        ("文件预览", "document preview"),
        ("删除该组件；附件在 filepicker 中可以预览", "Remove it; files are previewed in their filepicker"),
    ),
    "multipage": (("多页", "multi-page"), ("改用多个 group", "Use several groups")),
    "page": (("页", "page"), ("改用 group", "Use a group")),
}


def owner_of(kind: str) -> tuple[str, str]:
    """A component type as the subject of a finding, in both languages."""
    return f"组件 {kind} ", f"The component {kind}"
