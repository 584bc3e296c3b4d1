"""Tokens to syntax tree: precedence climbing, so that depth costs few Python frames; left chains are flat."""

from __future__ import annotations

from collections.abc import Collection

from engine.feel import nodes
from engine.feel.cursor import Cursor
from engine.feel.errors import FeelSyntaxError
from engine.feel.limits import LIMITS
from engine.feel.primaries import primary
from engine.feel.primaries_calls import call_arguments
from engine.feel.type_parser import parse_type

_OR, _AND, _COMPARE, _ADD, _MULTIPLY, _POWER = 1, 2, 3, 4, 5, 6
_LEVELS = {
    "or": _OR, "and": _AND, "=": _COMPARE, "!=": _COMPARE, "<": _COMPARE, "<=": _COMPARE, ">": _COMPARE, ">=": _COMPARE, "between": _COMPARE,
    "in": _COMPARE, "+": _ADD, "-": _ADD, "*": _MULTIPLY, "/": _MULTIPLY, "**": _POWER,
}  # fmt: skip
_TESTS = ("<", "<=", ">", ">=", "=", "!=")
_STARTS = frozenset(("(", "[", "{", "-", "@"))


class Parser(Cursor):
    """One parse of one text. `read_tests`: the tests in parentheses that start at a token, and where they end."""

    def __init__(self, source: str, names: Collection[str]) -> None:
        super().__init__(source, names)
        self.read_tests: dict[int, tuple[tuple[nodes.Node, ...], int]] = {}

    def expression(self) -> nodes.Node:
        self.enter()
        node = self.binary(_OR)
        self.leave()
        return node

    def binary(self, lowest: int) -> nodes.Node:
        """An expression whose operators all bind at least as tightly as `lowest`."""
        left = self.unary()
        links = 0
        while True:
            token = self.token
            level = _LEVELS.get(token.text, 0) if token.kind in ("op", "name") else 0
            if level < lowest or not level:
                return left
            links += 1
            if links > LIMITS.nesting:
                self.fail("too_many_comparisons", f"连续比较超过 {LIMITS.nesting} 个")
            left = self._infix(left, level)

    def _infix(self, left: nodes.Node, level: int) -> nodes.Node:
        position = self.position
        if level == _COMPARE:
            return self._comparison(left, position)
        if level in (_OR, _AND):
            word = self.token.text
            operands = [left]
            while self.accept(word):
                operands.append(self.binary(level + 1))
            return nodes.Logic(word, tuple(operands), position=position)
        rest: list[tuple[str, nodes.Node]] = []
        while self.token.kind == "op" and _LEVELS.get(self.token.text) == level:
            operator = self.token.text
            self.index += 1
            rest.append((operator, self.binary(level + 1) if level < _POWER else self.unary()))
        return nodes.Chain(left, tuple(rest), position=position)

    def _comparison(self, left: nodes.Node, position: int) -> nodes.Node:
        operator = self.token.text
        self.index += 1
        if operator == "between":
            low = self.binary(_ADD)
            self.expect("and", "(between … and …)")
            return nodes.Between(left, low, self.binary(_ADD), position=position)
        if operator == "in":
            return nodes.In(left, self._in_tests(), position=position)
        if self.at(*_TESTS):  # `a == 1` would compare with the range `= 1`: always null, and never what was meant
            self.fail("expression_expected", f"此处应为表达式,却是{self.shown()}")
        return nodes.Compare(operator, left, self.binary(_ADD), position=position)

    def _in_tests(self) -> tuple[nodes.Node, ...]:
        """`in` takes one test, or several in parentheses; `(1..5)` is a range and not a parenthesis."""
        if not self.at("("):
            return (self.positive_test(_ADD),)
        begin = self.index
        if begin not in self.read_tests:
            tests = self._parenthesised_tests(begin)
            self.read_tests[begin] = (tests, self.index)
        tests, self.index = self.read_tests[begin]
        return tests

    def _parenthesised_tests(self, begin: int) -> tuple[nodes.Node, ...]:
        """What turns out to be no list of tests is read again; `read_tests` keeps what lies deeper from being read again and again."""
        self.index += 1
        tests = [self.positive_test()]
        if self.at(".."):
            self.index = begin
            return (self.binary(_ADD),)
        while self.accept(","):
            tests.append(self.positive_test())
        self.expect(")")
        if len(tests) == 1 and (self.at(".", "[", "+", "-", "*", "/", "**")):
            self.index = begin
            return (self.binary(_ADD),)
        return tuple(tests)

    def positive_test(self, lowest: int = _OR) -> nodes.Node:
        """`< 5` or an expression, in a place where a value is tested."""
        if self.at(*_TESTS):
            position = self.position
            operator = self.token.text
            self.index += 1
            return nodes.UnaryTest(operator, self.binary(_ADD), position=position)
        self.enter()
        node = self.binary(lowest)
        self.leave()
        return node

    def unary(self) -> nodes.Node:
        signs = 0
        position = self.position
        while self.accept("-"):
            signs += 1
            if signs > LIMITS.nesting:
                self.fail("too_many_signs", f"连续的负号超过 {LIMITS.nesting} 个")
        node = self._postfix(primary(self))
        for _ in range(signs):
            node = nodes.Negate(node, position=position)
        return node

    def _postfix(self, node: nodes.Node) -> nodes.Node:
        links = 0
        while self.token.kind in ("op", "name"):
            position = self.position
            if self.at("["):
                if not self._opens_filter():
                    return node
                node = self._filter(node)
            elif self.accept("."):
                node = nodes.Path(node, self.name(member=True), position=position)
            elif self.at("("):
                arguments, names = call_arguments(self)
                node = nodes.Call(node, arguments, names, position=position)
            elif self.at("instance") and self.ahead().text == "of":
                self.index += 2
                node = nodes.InstanceOf(node, parse_type(self), position=position)
            else:
                return node
            links += 1
            if links > LIMITS.nesting:
                self.fail("path_too_long", f"连续的路径、筛选或调用超过 {LIMITS.nesting} 个")
        return node

    def _opens_filter(self) -> bool:
        """`[` after a value opens a filter, unless nothing that follows can start an expression: then it ends a range (`[1..3[`)."""
        token = self.ahead()
        if token.kind == "op":
            return token.text in _STARTS
        return token.kind != "end" and token.text not in ("and", "or", "then", "else", "return", "satisfies", "in", "between", "instance")

    def _filter(self, base: nodes.Node) -> nodes.Node:
        position = self.position
        self.expect("[")
        self.loose += 1
        condition = self.expression()
        self.loose -= 1
        self.expect("]")
        return nodes.Filter(base, condition, position=position)


def parse(source: str, names: Collection[str] = ()) -> nodes.Node:
    """The tree of an expression. Raises FeelSyntaxError, FeelLimitExceeded."""
    parser = Parser(source, names)
    if parser.token.kind == "end":
        parser.fail("empty", "表达式为空")
    node = parser.expression()
    _finish(parser)
    return node


def parse_unary_tests(source: str, names: Collection[str] = ()) -> nodes.UnaryTests:
    """The tree of a decision table cell: `-`, tests separated by commas, or `not(tests)`."""
    parser = Parser(source, names)
    if parser.token.kind == "end":
        parser.fail("empty", "单元格为空;任意值请写 -")
    if parser.token.text == "-" and parser.ahead().kind == "end":
        return nodes.UnaryTests((), position=1)
    if parser.token.text == "not" and parser.ahead().text == "(":
        return _perhaps_negated(parser)
    return nodes.UnaryTests(_tests(parser), position=1)


def _tests(parser: Parser) -> tuple[nodes.Node, ...]:
    tests = [parser.positive_test()]
    while parser.accept(","):
        tests.append(parser.positive_test())
    _finish(parser)
    return tuple(tests)


def _perhaps_negated(parser: Parser) -> nodes.UnaryTests:
    """`not( … )` around the whole cell negates its tests; `not(a) and b` is an expression. The error that got further is told."""
    begin = parser.index
    parser.index += 2
    try:
        tests = [parser.positive_test()]
        while parser.accept(","):
            tests.append(parser.positive_test())
        parser.expect(")")
        _finish(parser)
        return nodes.UnaryTests(tuple(tests), True, position=1)
    except FeelSyntaxError as problem:
        parser.index, parser.depth, parser.loose = begin, 0, 0
        try:
            return nodes.UnaryTests(_tests(parser), position=1)
        except FeelSyntaxError as other:
            raise (other if other.position > problem.position else problem) from None


def _finish(parser: Parser) -> None:
    if parser.token.kind == "end":
        return
    if parser.token.kind == "name":
        parser.refuse_lookalike(parser.token)
    if parser.is_word(parser.token) and parser.is_word(parser.tokens[parser.index - 1]):
        pair = f"{parser.tokens[parser.index - 1].text} {parser.token.text}"
        parser.fail("unexpected", f"“{pair}”之间缺少运算符;带空格的名称须先声明")
    parser.fail("unexpected", f"多余的内容{parser.shown()}")
