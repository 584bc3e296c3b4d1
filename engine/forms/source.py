"""JSON text to Python data that remembers lines: every object knows where it and each of its members stand."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from decimal import Decimal
from typing import Any

_TOKEN = re.compile(
    r'[ \t\r\n]*(?:(?P<string>"(?:[^"\\\x00-\x1f]|\\.)*")|(?P<number>-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)'
    r"|(?P<word>true|false|null)|(?P<mark>[{}\[\]:,]))"
)
_BLANK = re.compile(r"[ \t\r\n]*\Z")
_WORDS = {"true": True, "false": False, "null": None}
_DEPTH = 64


class JsonObject(dict[str, Any]):
    """A JSON object; `line` is where it opens, `lines` where each member's name stands, `repeated` the names that occur twice."""

    __slots__ = ("line", "lines", "repeated")

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}
        self.repeated: list[tuple[str, int]] = []


class JsonProblem(ValueError):
    """Text that is not JSON; `line` and `column` count from 1, `reason` is in Chinese and English."""

    def __init__(self, reason: tuple[str, str], line: int, column: int) -> None:
        self.reason, self.line, self.column = reason, line, column
        super().__init__(f"{line}:{column} {reason[0]}")


def read(text: str) -> Any:
    """Parse JSON text. Numbers become int or Decimal, objects JsonObject. Raises JsonProblem."""
    parser = _Parser(text)
    value = parser.value(0)
    parser.end()
    return value


class _Parser:
    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.breaks = [match.start() for match in re.finditer("\n", text)]

    def line(self, offset: int) -> int:
        return bisect_right(self.breaks, offset - 1) + 1

    def problem(self, reason: tuple[str, str], offset: int) -> JsonProblem:
        line = self.line(offset)
        return JsonProblem(reason, line, offset - (self.breaks[line - 2] if line > 1 else -1))

    def token(self) -> tuple[str, str, int]:
        match = _TOKEN.match(self.text, self.at)
        if match is None:
            blank = re.compile(r"[ \t\r\n]*").match(self.text, self.at)
            offset = blank.end() if blank else self.at
            found = self.text[offset : offset + 10]
            raise self.problem(_broken(found), offset)
        kind = match.lastgroup or ""
        self.at = match.end()
        return kind, match[kind], match.start(kind)

    def end(self) -> None:
        if not _BLANK.match(self.text, self.at):
            raise self.problem(("JSON 结束之后还有内容", "there is more after the end"), self.at)

    def value(self, depth: int) -> Any:
        if depth > _DEPTH:
            raise self.problem((f"嵌套超过 {_DEPTH} 层", f"it is nested more than {_DEPTH} deep"), self.at)
        kind, token, offset = self.token()
        if kind == "string":
            return self.string(token, offset)
        if kind == "number":
            return self.number(token, offset)
        if kind == "word":
            return _WORDS[token]
        if token == "{":
            return self.object(depth, offset)
        if token == "[":
            return self.array(depth)
        raise self.problem((f"多余的 {token}", f"{token} is not expected here"), offset)

    def number(self, token: str, offset: int) -> int | Decimal:
        if len(token) > 60:
            raise self.problem(("数字过长", "the number is too long"), offset)
        return Decimal(token) if any(mark in token for mark in ".eE") else int(token)

    def string(self, token: str, offset: int) -> str:
        try:
            text: str = json.loads(token)
            text.encode()
        except ValueError:
            raise self.problem(("字符串中的转义不正确", "an escape in the string is wrong"), offset) from None
        return text

    def object(self, depth: int, offset: int) -> JsonObject:
        result = JsonObject(self.line(offset))
        kind, token, place = self.token()
        while token != "}" or kind != "mark":
            if kind != "string":
                raise self.problem(("此处应为带双引号的属性名", "a name in double quotes is expected here"), place)
            name, line = self.string(token, place), self.line(place)
            if name in result:
                result.repeated.append((name, line))
            self.expect(":")
            result[name] = self.value(depth + 1)
            result.lines[name] = line
            kind, token, place = self.token()
            if kind == "mark" and token == ",":
                kind, token, place = self.token()
                if token == "}" and kind == "mark":
                    raise self.problem(("最后一个成员之后多了逗号", "there is a comma after the last member"), place)
            elif kind != "mark" or token != "}":
                raise self.problem(("此处应为 , 或 }", "a comma or } is expected here"), place)
        return result

    def array(self, depth: int) -> list[Any]:
        result: list[Any] = []
        start = self.at
        kind, token, _ = self.token()
        if kind == "mark" and token == "]":
            return result
        self.at = start
        while True:
            result.append(self.value(depth + 1))
            kind, token, place = self.token()
            if kind == "mark" and token == "]":
                return result
            if kind != "mark" or token != ",":
                raise self.problem(("此处应为 , 或 ]", "a comma or ] is expected here"), place)

    def expect(self, mark: str) -> None:
        kind, token, offset = self.token()
        if kind != "mark" or token != mark:
            raise self.problem((f"此处应为 {mark}", f"{mark} is expected here"), offset)


def _broken(found: str) -> tuple[str, str]:
    if not found:
        return "文件在此处中断，缺少结尾", "the file breaks off here"
    return f"此处不是合法的 JSON：{found!r}", f"this is no JSON: {found!r}"
