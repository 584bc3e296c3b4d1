"""The fixed texts of a rendered form, in both languages."""

from __future__ import annotations

WORDS: dict[str, dict[str, str]] = {
    "zh": {
        "problems": "有 {count} 处需要修改",
        "required": "必填",
        "choose": "请选择",
        "add_row": "添加一行",
        "row": "{list} 第 {number} 行",
        "delete_row": "删除{list}第 {number} 行",
        "operations": "操作",
        "no_rows": "暂无数据",
        "more_rows": "共 {count} 行，只显示前 {limit} 行",
        "submit": "提交",
        "save": "暂存",
        "refresh": "刷新",
    },
    "en": {
        "problems": "Please correct {count} item(s)",
        "required": "required",
        "choose": "Choose",
        "add_row": "Add a row",
        "row": "{list} row {number}",
        "delete_row": "Delete {list} row {number}",
        "operations": "Operations",
        "no_rows": "No data",
        "more_rows": "{count} rows, only the first {limit} are shown",
        "submit": "Submit",
        "save": "Save draft",
        "refresh": "Refresh",
    },
}
