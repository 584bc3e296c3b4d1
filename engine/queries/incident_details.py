"""What is recorded of an incident, as words in both languages.

It is recorded as `key: value`, several joined by `；`; what was hashed stays as it is, only what is read of it is said.
"""

from __future__ import annotations

import re

from engine.dmn.english import english

_LABELS = {
    "expression": ("表达式", "expression"),
    "message": ("原因", "reason"),
    "reason": ("原因", "reason"),
    "value": ("得到", "result"),
    "error_code": ("错误代码", "error code"),
    "decision_id": ("决策", "decision"),
    "process": ("流程", "process"),
    "name": ("名称", "name"),
    "element": ("元素", "element"),
    "type": ("连接器", "connector"),
    "record_type": ("台账", "register"),
    "field": ("字段", "field"),
    "fields": ("字段", "fields"),
    "header": ("设置", "setting"),
    "input": ("输入", "input"),
    "form_id": ("表单", "form"),
    "count": ("数量", "count"),
    "limit": ("上限", "limit"),
    "low": ("最小", "least"),
    "high": ("最大", "most"),
}
_SAID = {"message", "reason", "value"}
# The element is named wherever an incident is told.
_KNOWN_ALREADY = {"element", "name"}
_PART = re.compile(rf"(?:^|；)({'|'.join(_LABELS)}): ")


def details_in_words(recorded: str) -> tuple[str, str]:
    """Chinese and English of an incident's recorded message; a text of another kind, a connector's for example, as far as it is known."""
    pieces = _PART.split(recorded)
    if len(pieces) == 1 or pieces[0]:
        return recorded, _in_english(recorded)
    parts = dict(zip(pieces[1::2], pieces[2::2], strict=True))
    if "element" in parts:
        parts = {key: value for key, value in parts.items() if key not in _KNOWN_ALREADY}
    told = [(key, value) for key, value in parts.items() if value]
    zh = "；".join(f"{_LABELS[key][0]}：{value}" for key, value in told)
    en = "; ".join(f"{_LABELS[key][1]}: {_in_english(value) if key in _SAID else value}" for key, value in told)
    return zh, en


def _in_english(text: str) -> str:
    return "; ".join(map(english, text.split("；")))
