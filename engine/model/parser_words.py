"""Why a file is no XML and no TOML, said for people: what the parsers of libxml2 and Python say in English, in Chinese and plain English."""

from __future__ import annotations

import re
from dataclasses import dataclass

_XML_PLACE = re.compile(r"(?:, )?line \d+, column \d+$")
_TOML_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
# Patterns of libxml2's messages -> Chinese, English; what they name is filled in.
_XML: tuple[tuple[str, str, str], ...] = (
    (
        r"Opening and ending tag mismatch: (\S+) line (\d+) and (\S+)",
        "第 {1} 行开始的 <{0}> 没有结束,却遇到 </{2}>",
        "<{0}> begun in line {1} is not ended, but </{2}> follows",
    ),
    (
        r"Premature end of data in tag (\S+) line (\d+)",
        "第 {1} 行开始的 <{0}> 没有结束,文件不完整",
        "<{0}> begun in line {1} is not ended; the file is not whole",
    ),
    (r"Couldn't find end of Start Tag (\S+) line (\d+)", "第 {1} 行的 <{0} 没有写完", "<{0} in line {1} is not finished"),
    (r"Extra content at the end", "最外层的元素结束之后还有内容", "There is more after the end of the outermost element"),
    (r"Attribute (\S+) redefined", "属性 {0} 写了两次", "The attribute {0} is there twice"),
    (r"Specification mandates value for attribute (\S+)", "属性 {0} 没有值", "The attribute {0} has no value"),
    (
        r"AttValue|attributes construct error",
        "属性的写法不对,值要写在引号里,属性之间要有空格",
        "An attribute is written wrongly: values stand in quotes, with a space between attributes",
    ),
    (r"Unescaped '<' not allowed", "属性值里的 < 要写成 &lt;", "Write < in an attribute's value as &lt;"),
    (r"Entity '(\S+)' not defined", "&{0}; 没有定义", "&{0}; is not defined"),
    (r"xmlParseEntityRef|EntityRef", "& 要写成 &amp;", "Write & as &amp;"),
    (r"Namespace prefix (\S+) (?:for|on)", "前缀 {0}: 没有声明命名空间", "The prefix {0}: has no namespace"),
    (r"Empty XML namespace", "命名空间的前缀没有地址", "A namespace prefix has no address"),
    (r"StartTag: invalid element name|Start tag expected", "这里应该是元素的名称", "The name of an element is expected here"),
    (r"Double hyphen within comment|Comment", "注释没有正确结束", "A comment is not ended properly"),
    (r"CData section", "CDATA 没有结束", "A CDATA section is not ended"),
    (r"Sequence ']]>'", "文字里不能有 ]]>", "]]> cannot stand in a text"),
    (r"invalid (?:xml)?Char|Invalid Char|invalid character", "有不允许的字符", "There is a character that is not allowed"),
    (r"[Ee]ncoding", "声明的编码不认识,或与内容不符", "The declared encoding is unknown, or does not fit the content"),
    (r"Document is empty", "文件是空的", "The file is empty"),
    (r"declaration|version", "第一行的 XML 声明写得不对", "The XML declaration in the first line is wrong"),
)
_TOML: tuple[tuple[str, str, str], ...] = (
    (r"Expected newline or end of document", "一行只能写一项", "Only one entry can stand in a line"),
    (r"Found invalid character|Illegal character", "有不允许的字符", "There is a character that is not allowed"),
    (r"Cannot declare (.+) twice|Cannot redefine namespace (.+)", "表写了两次", "A table is there twice"),
    (r"Cannot overwrite a value|Duplicate inline table key|Cannot mutate immutable", "同一个键写了两次", "A key is there twice"),
    (r"Expected '\]\]' at the end of an array", "[[…]] 没有结束", "[[…]] is not closed"),
    (r"Expected '\]' at the end of a table", "[…] 没有结束", "[…] is not closed"),
    (r"Expected '=' after a key", "键后面要有 =", "There must be = after a key"),
    (
        r"Invalid initial character for a key",
        "键的写法不对,不是字母和数字的要加引号",
        "A key is written wrongly; put it in quotes if it is not letters and digits",
    ),
    (r"Unclosed array", "列表没有结束,缺少 ]", "A list is not closed: ] is missing"),
    (r"Unclosed inline table", "{…} 没有结束", "{…} is not closed"),
    (r"Unescaped '\\'|hex value|Escaped character", "文字里的 \\ 写法不对", "A \\ in a text is written wrongly"),
    (r"Unterminated string|Expected \"", "文字没有结束,缺少引号", "A text is not ended: a quote is missing"),
    (r"Invalid date", "没有这个日期", "There is no such date"),
    (r"Invalid value", "值的写法不对,文字要加引号", "A value is written wrongly; texts stand in quotes"),
    (r"Invalid statement", "这一行的写法不对", "This line is written wrongly"),
    (r"Expected", "写得不完整", "Something is missing here"),
)


@dataclass(frozen=True, slots=True)
class Reason:
    """In both languages. `line` and `column` count from 1; None: at the end of the file, or not told."""

    zh: str
    en: str
    line: int | None = None
    column: int | None = None

    @property
    def place(self) -> str:
        return f"第 {self.line} 行第 {self.column} 列" if self.line else "文件末尾"

    @property
    def place_en(self) -> str:
        return f"line {self.line}, column {self.column}" if self.line else "end of the file"


def xml_reason(message: str, position: tuple[int, int] | None) -> Reason:
    """What libxml2 said, and where."""
    line, column = position if position and position[0] else (None, None)
    zh, en = _said(_XML_PLACE.sub("", message), _XML, "XML 的写法不对")
    return Reason(zh, en, line, column)


def toml_reason(message: str) -> Reason:
    """What tomllib said; it names the place in its message."""
    found = _TOML_PLACE.search(message)
    zh, en = _said(_TOML_PLACE.sub("", message), _TOML, "TOML 的写法不对")
    return Reason(zh, en, *(int(one) for one in found.groups())) if found and found[1] else Reason(zh, en)


def _said(message: str, table: tuple[tuple[str, str, str], ...], otherwise: str) -> tuple[str, str]:
    for pattern, zh, en in table:
        match = re.search(pattern, message)
        if match:
            names = [(name or "")[:60] for name in match.groups()]
            return (zh.format(*names), en.format(*names)) if names and "{0}" in zh + en else (zh, en)
    return otherwise, " ".join(message.split())[:200]
