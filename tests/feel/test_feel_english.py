"""Every Chinese message of FEEL and DMN has its English, with the same names and values in it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.dmn import DmnEvaluationError, DmnRejected, load
from engine.dmn.english import english as english_of_decisions
from engine.feel import FeelError, compile, compile_unary, english, reason_en
from engine.model.wording import Wording

ENGINE = Path(__file__).resolve().parents[2] / "engine"
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
# Signs and pieces that are only read inside a longer message, and words of other parts (checked where the whole message is made, below).
PIECES = frozenset(
    ("或", "、", ",请改为半角的 {0}", "无法识别的字符“{0}”{1}", "{0} 的操作数", "if 的条件", "筛选条件", "{0} 的条件", "任意值", "关键字", ",例如{0}",
     "命中策略是 UNIQUE(唯一),却同时命中规则", "命中策略是 ANY(任意),命中的规则却给出不同结果:规则", "决策表“{0}”:{1} {2}", "输入 {0}",
     "第 {0} 条与第 {1} 条规则会同时命中{2},而命中策略是 UNIQUE(唯一)", "import“{0}”的文件 {1} 有误:{2}",
     "{0}“{1}”有误:第 {2} 行第 {3} 个字符,{4}", "{0};此处结果总为空值")
)  # fmt: skip


def _template(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if not isinstance(node, ast.JoinedStr):
        return None
    pieces = [piece.value if isinstance(piece, ast.Constant) else None for piece in node.values]
    numbers = iter(range(len(pieces)))
    return "".join(f"{{{next(numbers)}}}" if piece is None else str(piece) for piece in pieces)


def _messages(file: Path) -> Iterator[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    nodes = list(ast.walk(tree))
    inside = {id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in ast.walk(node) if part is not node}
    inside |= {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    for node in nodes:
        text = _template(node) if id(node) not in inside else None
        if text is not None and len(text) > 1 and CHINESE.search(text):
            yield text


def _sources(folder: str) -> list[Path]:
    skipped = {"english.py", "lexer.py"} if folder == "feel" else {"english.py"}
    return [file for file in sorted((ENGINE / folder).rglob("*.py")) if file.name not in skipped and "inference" not in file.parts]


@pytest.mark.parametrize("folder", ["feel", "dmn"])
def test_every_message_that_stands_in_the_sources_has_its_english(folder: str) -> None:
    found = {text for file in _sources(folder) for text in _messages(file)} - PIECES
    assert len(found) > 60
    for text in found:
        filled = re.sub(r"\{(\d)\}", r"X\1", text)
        spoken = english_of_decisions(filled)
        assert not CHINESE.search(spoken), text
        missing = [place for place in re.findall(r"X\d", filled) if place not in spoken]
        assert missing == [], (text, spoken)


@pytest.mark.parametrize(
    "source, expected",
    [
        ("1 +", "line 1, character 4: an expression is expected here, not the end of the expression"),
        ("金额 ＞ 1000", "line 1, character 4: “＞” in “＞” is a full-width sign; write > instead"),
        ("f(1 2)", "line 1, character 5: “,” is expected here (arguments), not “2”"),
        ("if a then b", "line 1, character 12: “else” is expected here (if … then … else …), not the end of the expression"),
        ("a b", "line 1, character 3: an operator is missing in “a b”; a name with spaces must be declared before"),
        ("[1..2", "line 1, character 6: a range ends with ], ) or [, not the end of the expression"),
        ("a；b", "line 1, character 2: “；” in “a；b” is a full-width sign; write ; instead"),
        ("a #", "line 1, character 3: “#” is no character of FEEL"),
        ("“a”", "line 1, character 1: “\u201c” is a full-width sign; write \" instead"),
        ("\n 'a'", "line 2, character 2: an expression is expected here, not “'”"),
    ],
)
def test_refusals_read_like_help(source: str, expected: str) -> None:
    with pytest.raises(FeelError) as caught:
        compile(source)
    assert reason_en(caught.value) == expected
    assert english(str(caught.value)) == expected


@pytest.mark.parametrize(
    "source, expected",
    [
        ("数字 + 1", ["there is no variable named “数字”", "null and a number cannot be added"]),
        ('1 + "a"', ["a number and a string cannot be added"]),
        ('abs("x")', ["abs(): the argument “n” must be a days and time duration or a number or a years and months duration, not a string"]),
        ('date("2024-02-30")', ["month 2 of the year 2024 has no day 30"]),
        ("abs(1, 2)", ["abs() cannot be called with 2 arguments; possible: abs(n)"]),
        ("{客户: 1}.等级", ["the context has no “等级”"]),
        ("date(2024.5, 1, 1)", ["the year must be a whole number"]),
        ('matches("a", "(?=b)")', ["the regular expression “(?=b)” is wrong: XPath has no (?…)"]),
        ('(function(x: number) x)("a")', ["the value is a string, which is not of the type number"]),
    ],
)
def test_reasons_of_nulls_read_like_help(source: str, expected: list[str]) -> None:
    notes = compile(source).evaluate_with_notes({})[1]
    assert [english(note.message) for note in notes] == expected


def test_a_cell_says_so_too() -> None:
    with pytest.raises(FeelError) as caught:
        compile_unary("")
    assert reason_en(caught.value) == "line 1, character 1: the cell is empty; write - for any value"


def _table(rules: str, policy: str = "UNIQUE") -> bytes:
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="m" namespace="urn:m"><decision id="d" name="等级">'
        f'<decisionTable hitPolicy="{policy}"><input label="金额"><inputExpression><text>x</text></inputExpression></input><output/>{rules}'
        "</decisionTable></decision></definitions>"
    ).encode()


def _rule(cell: str, output: str) -> str:
    return f"<rule><inputEntry><text>{cell}</text></inputEntry><outputEntry><text>{output}</text></outputEntry></rule>"


def _findings(data: bytes) -> list[tuple[str | None, str | None]]:
    try:
        return [(one.message_en, one.proposal_en) for one in load(data, "f.dmn").findings]
    except DmnRejected as refused:
        return [(one.message_en, one.proposal_en) for one in refused.findings]


def test_findings_of_decisions_read_like_help() -> None:
    assert _findings(_table(_rule("&gt; 1", '"a"') + _rule("[5..7]", '"b"'))) == [
        (
            "Rules 1 and 2 match together, for example 5 in column 1, but the hit policy is UNIQUE",
            "Make the conditions exclude each other, or use another hit policy such as FIRST or COLLECT",
        )
    ]
    assert _findings(_table(_rule("&gt;", '"a"'))) == [
        (
            "The condition of rule 1 in column 1 “>” is wrong at line 1, character 2: an expression is expected here, not the end of the expression",
            "Mend it as FEEL wants; strings stand in half-width double quotes",
        )
    ]
    assert _findings(_table(_rule("-", ""))) == [
        ("Output 1 of rule 1 is empty and counts as null", "Fill in the result; write null where null is meant")
    ]
    assert _findings(_table(_rule("-", "abs(1, 2)"))) == [
        ("abs() cannot be called with 2 arguments; possible: abs(n); the result here is always null", "Change the expression")
    ]
    [(message, proposal)] = _findings(b"<a")
    assert message is not None
    assert message.startswith("Not well-formed XML (line 1, column 3): ")
    assert proposal == "Mend it there, or export the file again with the modelling tool"


def test_refusals_of_an_evaluation_read_like_help() -> None:
    rules = _rule("x &gt; 1", '"a"') + _rule("x &gt; 2", '"b"')
    for policy, expected in (
        ("UNIQUE", "the hit policy of the decision table “等级” is UNIQUE, but the rules 1, 2 matched"),
        ("ANY", "the hit policy of the decision table “等级” is ANY, but the rules 1, 2 give different results"),
    ):
        with pytest.raises(DmnEvaluationError) as caught:
            load(_table(rules, policy), "f.dmn").evaluate("d", {"x": 5})
        assert english_of_decisions(caught.value.message) == expected


def test_what_is_quoted_is_kept_and_the_rest_is_put_into_english() -> None:
    wording = Wording({"数字": "number", "{0}的“{1}”": "“{1}” of {0}"})
    spoken: Any = wording.english("数字的“数字”")
    assert spoken == "“数字” of number"
    assert wording.english("别的话") == "别的话"
