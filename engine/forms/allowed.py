"""Which properties each kind of component may have: form-js schema up to version 20, minus what this module does not carry out."""

from __future__ import annotations

_COMMON = frozenset({"type", "id", "layout", "conditional", "properties"})
_INPUT = _COMMON | {"key", "label", "description", "disabled", "readonly", "defaultValue", "validate"}
_OPTIONS = frozenset({"values", "valuesKey", "valuesExpression"})
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
    "dynamiclist": _CONTAINER | {"isRepeating", "defaultRepetitions", "allowAddRemove", "disableCollapse", "nonCollapsedItems"},
    "text": _COMMON | {"text"},
    "table": _COMMON | {"label", "dataSource", "columns", "columnsExpression", "rowCount"},
    "separator": _COMMON,
    "spacer": _COMMON | {"height"},
}

_TEXT_RULES = frozenset({"required", "minLength", "maxLength", "pattern", "patternErrorMessage", "validationType"})
VALIDATE_PROPERTIES: dict[str, frozenset[str]] = {
    "textfield": _TEXT_RULES,
    "textarea": _TEXT_RULES - {"validationType"},
    "number": frozenset({"required", "min", "max"}),
    "datetime": frozenset({"required", "min", "max"}),
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
CUSTOM_PROPERTIES = frozenset(
    {
        "label.en",
        "dateLabel.en",
        "timeLabel.en",
        "description.en",
        "text.en",
        "prefixAdorner.en",
        "suffixAdorner.en",
        "patternErrorMessage.en",
        "format",
    }
)
FORM_CUSTOM_PROPERTIES = frozenset({"name", "name.en", "title", "title.en"})

REFUSED_TYPES = {
    "filepicker": "附件",
    "image": "图片",
    "html": "HTML",
    "iframe": "内嵌网页",
    "button": "按钮",
    "documentPreview": "文件预览",
    "multipage": "多页",
    "page": "页",
}
REFUSED_PROPOSALS = {
    "html": "改用 text（Markdown）",
    "image": "删除该组件，用 text 说明",
    "iframe": "删除该组件，在 text 中写链接",
    "button": "删除该组件；提交与暂存按钮由系统提供",
    "filepicker": "删除该组件，用 textfield 记录文件编号",
    "documentPreview": "删除该组件",
    "multipage": "改用多个 group",
    "page": "改用 group",
}
