"""What can be wrong with a form definition, in words: code and case -> (Chinese, English, how to mend it, the same in English).

The part before the dot is the stable code of the finding. `{property}` is the path of the property within its component. A value that is a tuple has
a Chinese and an English text; a list is joined.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Row = tuple[str, str, str, str]

FILE: dict[str, Row] = {
    "form_too_big": (
        "文件有 {bytes} 字节，超过 {limit} 字节",
        "The file has {bytes} bytes, more than {limit}",
        "拆成几个表单",
        "Split it into several forms",
    ),
    "form_encoding": ("文件不是 UTF-8 编码（第 {at} 个字节）", "The file is not UTF-8 (byte {at})", "另存为 UTF-8", "Save it as UTF-8"),
    "form_json": (
        "文件不是合法的 JSON：第 {column} 列，{reason}",
        "The file is not valid JSON: column {column}, {reason}",
        "用表单编辑器打开并重新保存",
        "Open it in a form editor and save it again",
    ),
    "form_json.root": (
        "文件的最外层应为对象",
        "The file must be a JSON object",
        "用表单编辑器打开并重新保存",
        "Open it in a form editor and save it again",
    ),
    "form_property_value.form_type": (
        "表单的 type 应为 default，现为 {value}",
        "The type of a form must be default, not {value}",
        '写 "type": "default"',
        'Write "type": "default"',
    ),
    "form_missing_property.form_id": (
        "表单缺少 id",
        "The form has no id",
        '写 "id": "…"，供任务的 formDefinition formId 引用',
        'Write "id": "…"; tasks name it as formId of their formDefinition',
    ),
    "form_missing_property.form_components": (
        "表单缺少 components",
        "The form has no components",
        '写 "components": [ … ]',
        'Write "components": [ … ]',
    ),
    "form_components": ("组件超过 {limit} 个", "There are more than {limit} components", "拆成几个表单", "Split it into several forms"),
    "form_nesting": (
        "组件嵌套超过 {limit} 层",
        "Components are nested more than {limit} deep",
        "减少 group 与 dynamiclist 的嵌套",
        "Put fewer groups and dynamic lists into each other",
    ),
    "form_cycle": (
        "计算字段互相引用：{fields}",
        "Computed fields refer to each other: {fields}",
        "去掉其中一个引用",
        "Remove one of the references",
    ),
}
PROPERTIES: dict[str, Row] = {
    "form_component": (
        "不支持{title}组件（{type}）",
        "The component {type} ({title}) is not supported",
        "{instead}",
        "{instead}",
    ),
    "form_component.unknown": (
        "没有名为 {type} 的组件类型",
        "There is no component type {type}",
        "可用的组件：{known}",
        "Possible components: {known}",
    ),
    "form_custom_property": (
        "自定义属性 {property} 在组件 {type} 上不起作用",
        "The custom property {property} has no effect on the component {type}",
        "可用的自定义属性：{known}",
        "Custom properties with an effect: {known}",
    ),
    "form_unknown_property": ("{owner}不支持属性 {property}", "{owner} does not support the property {property}", "{instead}", "{instead}"),
    "form_repeated_property": ("属性 {property} 重复出现", "The property {property} occurs twice", "只保留一个", "Keep one of them"),
    "form_repeated_id": (
        "组件 id {id} 重复（已用于第 {other_line} 行）",
        "The component id {id} occurs twice (first in line {other_line})",
        "改用另一个 id",
        "Use another id",
    ),
    "form_repeated_key": (
        "字段 {path} 重复或与第 {other_line} 行的字段冲突",
        "The field {path} repeats or clashes with the field in line {other_line}",
        "每个字段用自己的名字",
        "Give every field its own name",
    ),
    "form_missing_property": (
        "缺少属性 {property}",
        "The property {property} is missing",
        '写 "{name}": "{example}"',
        'Write "{name}": "{example}"',
    ),
    "form_missing_property.alt": (
        "图片缺少替代文字 alt",
        "The image has no alternative text (alt)",
        "写一句话说明图片的内容，供看不见图片的人",
        "Say in a sentence what the picture shows, for those who cannot see it",
    ),
    "form_missing_property.column_key": ("表格的列缺少 key", "A column of the table has no key", '写 "key": "…"', 'Write "key": "…"'),
    "form_missing_property.columns": (
        "表格没有列",
        "The table has no columns",
        "写 columns 或 columnsExpression",
        "Write columns or columnsExpression",
    ),
    "form_key": (
        "{property} {value} 不能作为字段名",
        "{property} {value} cannot be the name of a field",
        "用字母、汉字开头，只含字母、汉字、数字和下划线，层级之间用 .",
        "Begin with a letter; use letters, digits and underscores, with . between levels",
    ),
    "form_key_reserved": ("{property} 中的 {part} 是保留名", "{part} in {property} is a reserved name", "改用另一个名字", "Use another name"),
    "form_property_type.object": ("属性 {property} 应为对象", "The property {property} must be an object", "改为 {{ … }}", "Write {{ … }}"),
    "form_property_type.text": ("属性 {property} 应为文字", "The property {property} must be a text", "加上双引号", "Put it into double quotes"),
    "form_property_type.flag": (
        "属性 {property} 应为 true 或 false",
        "The property {property} must be true or false",
        "去掉引号，写 true 或 false",
        "Write true or false, without quotes",
    ),
    "form_property_type.integer": (
        "属性 {property} 应为 {low} 到 {high} 的整数",
        "The property {property} must be a whole number from {low} to {high}",
        "写一个 {low} 到 {high} 之间的整数",
        "Write a whole number from {low} to {high}",
    ),
    "form_property_type.list": ("属性 {property} 应为列表", "The property {property} must be a list", "改为 [ … ]", "Write [ … ]"),
    "form_property_type.objects": (
        "属性 {property} 的每一项应为对象",
        "Every item of the property {property} must be an object",
        "改为 [ {{ … }}, … ]",
        "Write [ {{ … }}, … ]",
    ),
    "form_property_value": (
        "属性 {property} 的值 {value} 不支持",
        "The property {property} cannot have the value {value}",
        "可用的值：{known}",
        "Possible values: {known}",
    ),
    "form_without_effect": ("属性 {property} 不起作用：{reason}", "The property {property} has no effect: {reason}", "删除该属性", "Remove it"),
}
RULES: dict[str, Row] = {
    "form_feel": (
        "属性 {property} 的 FEEL 表达式 {expression} 不正确：{reason}",
        "The FEEL expression {expression} of the property {property} is wrong: {reason}",
        "按提示的位置修改表达式",
        "Mend the expression at that place",
    ),
    "form_rule.condition": (
        "属性 {property} 应为 true、false 或以 = 开头的 FEEL 表达式",
        "The property {property} must be true, false or a FEEL expression that begins with =",
        '例如 "{name}": "=金额 > 1000"',
        'For example "{name}": "=amount > 1000"',
    ),
    "form_rule.feel": (
        "属性 {property} 应为以 = 开头的 FEEL 表达式",
        "The property {property} must be a FEEL expression that begins with =",
        "在表达式前加 =",
        "Put = before the expression",
    ),
    "form_rule.number": (
        "属性 {property} 应为数字或以 = 开头的 FEEL 表达式",
        "The property {property} must be a number or a FEEL expression that begins with =",
        '例如 "{name}": 100',
        'For example "{name}": 100',
    ),
    "form_rule.count": (
        "属性 {property} 应为 0 到 {limit} 的整数",
        "The property {property} must be a whole number from 0 to {limit}",
        "写一个 0 到 {limit} 之间的整数，或以 = 开头的 FEEL 表达式",
        "Write a whole number from 0 to {limit}, or a FEEL expression that begins with =",
    ),
    "form_rule.step": (
        "属性 {property} 应大于 0",
        "The property {property} must be more than 0",
        "写一个大于 0 的数",
        "Write a number above 0",
    ),
    "form_rule.moment": (
        "属性 {property} 应为 {example} 这样的值或以 = 开头的 FEEL 表达式",
        "The property {property} must be a value such as {example}, or a FEEL expression that begins with =",
        '例如 "{name}": "{example}"',
        'For example "{name}": "{example}"',
    ),
    "form_rule.order": (
        "{property} {low} 大于 {other} {high}，没有值能通过",
        "{property} {low} is above {other} {high}, so no value can pass",
        "改正其中一个",
        "Mend one of them",
    ),
    "form_template_block": (
        "属性 {property} 中的模板块 {block} 不支持",
        "The template block {block} in the property {property} is not supported",
        "只用 {{{{表达式}}}}；条件改用 {{{{if … then … else …}}}}",
        "Use only {{{{expression}}}}; for conditions {{{{if … then … else …}}}}",
    ),
    "form_template_open": (
        "属性 {property} 中的 {{{{ 没有对应的 }}}}",
        "The property {property} has {{{{ without }}}}",
        "补上 }}}}",
        "Add }}}}",
    ),
    "form_pattern": (
        "正则表达式 {pattern} 不正确：{reason}",
        "The regular expression {pattern} is wrong: {reason}",
        "改正表达式；反斜杠在 JSON 中要写两次",
        "Mend it; a backslash is written twice in JSON",
    ),
    "form_default": (
        "默认值 {value} 不是该字段的合法值",
        "The default {value} is not a value of this field",
        "改正或删除 defaultValue",
        "Mend or remove defaultValue",
    ),
    "form_default.record": (
        "取自台账的选项没有默认值",
        "A choice from a register has no default",
        "删除 defaultValue",
        "Remove defaultValue",
    ),
}
CHOICES: dict[str, Row] = {
    "form_options.none": (
        "没有选项",
        "There are no options",
        "写 values、valuesKey 或 valuesExpression 中的一个",
        "Write one of values, valuesKey and valuesExpression",
    ),
    "form_options.several": (
        "{given} 只能写一个",
        "Only one of {given} may be given",
        "只保留其中一个",
        "Keep one of them",
    ),
    "form_options.many": (
        "选项超过 {limit} 个",
        "There are more than {limit} options",
        "改用 valuesExpression 并缩小范围",
        "Use valuesExpression and offer fewer",
    ),
    "form_option": (
        "选项的值 {value} 不能用",
        "The option value {value} cannot be used",
        "写一个不为空的文字、数字或 true/false",
        "Write a text that is not empty, a number or true/false",
    ),
    "form_option.twice": ("选项的值 {value} 重复", "The option value {value} occurs twice", "每个选项用自己的值", "Give every option its own value"),
    "form_record.alone": (
        "没有 values.record，属性 {property} 不起作用",
        "Without values.record the property {property} has no effect",
        "写 values.record，值为台账的 key",
        "Write values.record with the key of a register",
    ),
    "form_record": (
        "{value} 不是台账的 key",
        "{value} is not the key of a register",
        "写 pack.toml 中 [[record]] 的 key",
        "Write the key of a [[record]] of pack.toml",
    ),
    "form_record.field": (
        "{value} 不是台账的字段名",
        "{value} is not the name of a field of a register",
        "写台账表单中一个字段的 key",
        "Write the key of a field of the register's form",
    ),
    "form_accept": (
        "文件类型 {value} 不正确",
        "The file type {value} is not written correctly",
        "例如 .pdf,.docx,image/*；不支持表达式",
        "For example .pdf,.docx,image/*; no expressions",
    ),
    "form_image": (
        "图片 {value} 不能用：应为流程包中的图片文件、data: 地址或 FEEL 表达式",
        "The image {value} cannot be used: name an image file of the pack, a data: address or a FEEL expression",
        "支持 {kinds}，最大 {kilobytes} KB；不从别的网站取图片",
        "{kinds}, at most {kilobytes} KB; no images from other sites",
    ),
    "form_image.none": (
        "图片缺少 source",
        "The image has no source",
        "写流程包中的图片文件名、data: 地址或 FEEL 表达式",
        "Name an image file of the pack, a data: address or a FEEL expression",
    ),
    "form_empty_list": (
        "动态列表没有任何列",
        "The dynamic list has no columns",
        "至少放入一个字段，或删除该列表",
        "Put at least one field into it, or remove the list",
    ),
}
TEXTS: Mapping[str, Row] = {**FILE, **PROPERTIES, **RULES, **CHOICES}


def filled(case: str, values: Mapping[str, Any]) -> Row:
    """The four texts of a finding. Raises KeyError when the case or one of its values is missing."""
    chinese, english = _worded(values, 0), _worded(values, 1)
    zh, en, proposal_zh, proposal_en = TEXTS[case]
    return zh.format_map(chinese), en.format_map(english), proposal_zh.format_map(chinese), proposal_en.format_map(english)


def _worded(values: Mapping[str, Any], language: int) -> dict[str, Any]:
    separator = ("、", ", ")[language]
    result: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, tuple):
            value = value[language]
        result[name] = separator.join(map(str, value)) if isinstance(value, list) else value
    return result
