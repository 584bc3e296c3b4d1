"""Translation of XPath 3.1 patterns (XML Schema part 2 appendix F, XPath functions 5.6.1) into the dialect of the `regex` package."""

from __future__ import annotations

from engine.feel.errors import NullResult

_CLASSES = {
    "d": r"\d", "D": r"\D", "s": r"[ \t\n\r]", "S": r"[^ \t\n\r]", "w": r"[^\p{P}\p{Z}\p{C}]", "W": r"[\p{P}\p{Z}\p{C}]",
    "i": r"[\p{L}_:]", "I": r"[^\p{L}_:]", "c": r"[\p{L}\p{N}\p{M}._:\-\u00b7]", "C": r"[^\p{L}\p{N}\p{M}._:\-\u00b7]",
}  # fmt: skip
_CONTROLS = {"n": r"\n", "r": r"\r", "t": r"\t"}
_PLAIN_ESCAPES = frozenset("\\|.-^?*+{}()[]$")
_SPACES = frozenset(" \t\n\r")
_QUANTIFIERS = frozenset("*+?{")
_MOST_REPEATED = 1000


class _Translator:
    """One pass over one pattern."""

    def __init__(self, pattern: str, any_case: bool, dot_all: bool, multiline: bool) -> None:
        self.pattern = pattern
        self.index = 0
        self.out: list[str] = []
        self.any_case = any_case
        self.dot = "." if dot_all else r"[^\n\r]"
        self.start = "^" if multiline else r"\A"
        self.end = r"(?=\n|\Z)" if multiline else r"\Z"
        self.closed = 0
        self.repeated = 1
        self.open_groups: list[bool] = []

    def peek(self, count: int = 1) -> str:
        return self.pattern[self.index : self.index + count]

    def fail(self, why: str) -> NullResult:
        return NullResult("bad_pattern", f"正则表达式“{self.pattern[:40]}”有误:{why}")

    def run(self) -> str:
        repeatable = False
        while self.index < len(self.pattern):
            sign = self.peek()
            if sign in _QUANTIFIERS:
                if not repeatable:
                    raise self.fail(f"“{sign}”前没有可重复的内容")
                self._quantifier()
                repeatable = False
            else:
                repeatable = self._atom(sign)
        if self.open_groups:
            raise self.fail("缺少 )")
        return "".join(self.out)

    def _atom(self, sign: str) -> bool:
        """Translate one sign or class; whether a quantifier may follow."""
        self.index += 1
        if sign == "\\":
            self.out.append(self._escape(in_class=False))
        elif sign == "[":
            self.out.append(self._class())
        elif sign == "(":
            return self._open()
        elif sign == ")":
            if not self.open_groups:
                raise self.fail("多余的 )")
            self.closed += self.open_groups.pop()
            self.out.append(")")
        elif sign == "|":
            self.out.append("|")
            return False
        elif sign in "]}":
            raise self.fail(f"多余的 {sign}")
        else:
            self.out.append({".": self.dot, "^": self.start, "$": self.end}.get(sign) or _escaped(sign))
            return sign not in "^$"
        return True

    def _open(self) -> bool:
        if self.peek() == "?":
            if self.peek(2) != "?:":
                raise self.fail("XPath 没有 (?…) 写法")
            self.index += 2
            self.out.append("(?:")
            self.open_groups.append(False)
        else:
            self.out.append("(")
            self.open_groups.append(True)
        return False

    def _quantifier(self) -> None:
        sign = self.peek()
        if sign == "{":
            end = self.pattern.find("}", self.index)
            body = self.pattern[self.index + 1 : end] if end > 0 else ""
            low, comma, high = body.partition(",")
            if not low.isdigit() or (comma and high and (not high.isdigit() or int(high) < int(low))) or len(body) > 9:
                raise self.fail("重复次数应写作 {n}、{n,} 或 {n,m}")
            if max(int(low), int(high or 0)) > 1000:
                raise self.fail("重复次数超过 1000")
            if self.out and self.out[-1] == ")":
                self.repeated *= max(int(low), int(high or 0), 1)
                if self.repeated > _MOST_REPEATED:
                    raise self.fail(f"各组的重复次数相乘超过 {_MOST_REPEATED}")
            self.out.append("{" + body + "}")
            self.index = end + 1
        else:
            self.out.append(sign)
            self.index += 1
        if self.peek() == "?":
            self.out.append("?")
            self.index += 1

    def _escape(self, in_class: bool) -> str:
        sign = self.peek()
        self.index += 1
        if sign in _CLASSES and sign:
            return _CLASSES[sign]
        if sign in _CONTROLS and sign:
            return _CONTROLS[sign]
        if sign in ("p", "P"):
            return self._category(sign, in_class)
        if sign in _PLAIN_ESCAPES and sign:
            return _escaped(sign)
        if sign.isascii() and sign.isdigit() and sign != "0" and not in_class:
            return self._back_reference(sign)
        raise self.fail(f"没有转义 \\{sign}")

    def _category(self, sign: str, in_class: bool) -> str:
        """The flag i does not touch categories: \\p{Lu} stays upper case."""
        end = self.pattern.find("}", self.index)
        name = self.pattern[self.index + 1 : end]
        if self.peek() != "{" or end < 0 or not name.replace("-", "").isalnum():
            raise self.fail(f"\\{sign} 后应为 {{类别}}")
        self.index = end + 1
        category = f"\\{sign}{{{'In' + name[2:] if name.startswith('Is') else name}}}"
        return f"(?-i:{category})" if self.any_case and not in_class else category

    def _back_reference(self, digits: str) -> str:
        while self.peek().isdigit() and int(digits + self.peek()) <= self.closed:
            digits += self.peek()
            self.index += 1
        if int(digits) > self.closed:
            raise self.fail(f"\\{digits} 所指的组尚未结束")
        return f"(?:\\{digits})"

    def _class(self) -> str:
        """`[…]` with `-[…]` subtraction."""
        out = ["["]
        if self.peek() == "^":
            out.append("^")
            self.index += 1
        empty = True
        while True:
            sign = self.peek()
            self.index += 1
            if not sign:
                raise self.fail("缺少 ]")
            if sign == "]" and not empty:
                return "".join(out) + "]"
            if sign == "-" and self.peek() == "[" and not empty:
                return self._subtraction(out)
            if sign in "[]":
                raise self.fail(f"字符组中的 {sign} 须写作 \\{sign}")
            empty = False
            if sign == "\\":
                out.append(self._escape(in_class=True))
            elif sign == "-" and out[-1] not in ("[", "^") and self.peek() != "]":
                out.append("-")
            else:
                out.append(_escaped(sign))

    def _subtraction(self, out: list[str]) -> str:
        self.index += 1
        inner = self._class()
        if self.peek() != "]":
            raise self.fail("字符组的减法须在末尾")
        self.index += 1
        positive = "".join(out)
        return f"[{positive}]--{inner}]"


def _escaped(sign: str) -> str:
    return sign if sign.isalnum() or sign == "_" else f"\\{sign}" if sign.isascii() else sign


def _without_spaces(pattern: str) -> str:
    """What flag x leaves: no white space but inside character classes."""
    out: list[str] = []
    depth = 0
    escaped = False
    for sign in pattern:
        if sign in _SPACES and not depth:
            continue
        out.append(sign)
        if escaped:
            escaped = False
        elif sign == "\\":
            escaped = True
        elif sign == "[":
            depth += 1
        elif sign == "]":
            depth -= 1
    return "".join(out)


def translate(pattern: str, flags: str = "") -> str:
    """The pattern, under the XPath flags s, m, i and x, in the dialect of `regex` version 1. Raises NullResult when it is no XPath pattern."""
    return _Translator(_without_spaces(pattern) if "x" in flags else pattern, "i" in flags, "s" in flags, "m" in flags).run()
