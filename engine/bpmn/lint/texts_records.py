"""Texts about registers in pack.toml."""

from __future__ import annotations

from engine.bpmn.lint.texts import Text

TEXTS: dict[str, Text] = {
    "pack_restricted_title": Text(
        "台账“{record}”的名称字段 {field} 不能限制查看:它在列表、搜索和流程里都会出现",
        "The title {field} of record “{record}” cannot be kept from anybody: lists, searches and processes show it",
        "从 rights 中删除它,或换一个名称字段 title",
        "Remove it from rights, or choose another title",
    ),
    "pack_right_without_edit": Text(
        "台账“{record}”的字段 {field} 允许岗位 {role} 填写,但该岗位不能修改这本台账",
        "Field {field} of record “{record}” may be written by {role}, which may not edit the register",
        "把该岗位加入 edit,或改到 read",
        "Add the role to edit, or move it to read",
    ),
    "pack_role_without_edit": Text(
        "台账“{record}”的 {key} 中有岗位 {role},但它不在 edit 中",
        "{key} of record “{record}” names {role}, which is not in edit",
        "把该岗位加入 edit,或从 {key} 中删除",
        "Add the role to edit, or remove it from {key}",
    ),
    "pack_creator_without_field": Text(
        "岗位 {role} 可以新建“{record}”,却不能填写必填字段 {field}",
        "{role} may create a “{record}” but may not fill in its required field {field}",
        "让该岗位可写此字段,或从 create 中删除该岗位",
        "Let the role write the field, or remove it from create",
    ),
    "pack_unknown_way": Text(
        "台账“{record}”的 duplicates 中没有比较方式 {way}",
        "duplicates of record “{record}” has the unknown way of comparing {way}",
        "可用:{known}",
        "Possible: {known}",
    ),
    "pack_unfit_field": Text(
        "台账“{record}”的 {key} 中,字段 {field} 没有先后可言,不能用来筛选或排序",
        "{key} of record “{record}” names {field}, which has no order to sort or filter by",
        "用文字、数字、日期、选项或复选框字段",
        "Use a text, number, date, choice or checkbox field",
    ),
    "pack_unfit_text": Text(
        "台账“{record}”的 {key} 中,字段 {field} 不是文字",
        "{key} of record “{record}” names {field}, which is no text",
        "用文字字段",
        "Use a text field",
    ),
    "pack_unknown_top_field": Text(
        "台账“{record}”的 {key} 中,{field} 不是表单 {form} 最上层的字段",
        "{key} of record “{record}” names {field}, which is no top-level field of form {form}",
        "写最上层的字段、列表或分组的标识",
        "Name a field, list or group at the top level",
    ),
}
