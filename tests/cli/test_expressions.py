"""`tuoke feel`: JSON for editors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.cli import main

PACK = str(Path(__file__).resolve().parents[2] / "processes" / "customer_development")
AT = ["--pack", PACK, "--element", "customer_development_application:review_application"]


def answer(capsys, *arguments: str, status: int = 0):
    assert main(["feel", *arguments]) == status
    return json.loads(capsys.readouterr().out)


def test_completion_knows_the_functions_and_the_variables_of_the_element(capsys):
    assert "substring" in str(answer(capsys, "--complete", "subst"))
    assert "application_reason" in str(answer(capsys, *AT, "--complete", "application_rea"))


def test_format_writes_an_expression_out(capsys):
    assert answer(capsys, "--format", 'if a>1then"x"else  null')["text"].split() == ["if", "a", ">", "1", "then", '"x"', "else", "null"]


def test_check_names_the_type_and_what_cannot_hold(capsys):
    assert answer(capsys, "1 + 2")["type_zh"] == "数字"
    assert [problem["code"] for problem in answer(capsys, '1 + "a"')["problems"]] != []


def test_check_says_in_both_languages_what_is_wrong_and_how_to_mend_it(capsys):
    [problem] = answer(capsys, '1 + "a"')["problems"]
    assert problem["message_en"] == 'expression 1 + "a", character 3: number (1) and text ("a") do not go with +: the result is always null'
    assert problem["proposal_en"] == "Use values of one kind, or convert them (number(), string(), date())"
    assert problem["message"].startswith('表达式 1 + "a" 第 3 个字符')
    [problem] = answer(capsys, *AT, "application_raeson")["problems"]
    assert problem["proposal_en"] == "Was “application_reason” meant? Correct it"
    [problem] = answer(capsys, '@"2026-13-01"')["problems"]
    assert "there is no month 13" in problem["message_en"]


def test_check_evaluates_what_depends_on_nothing_and_says_why_it_is_null(capsys):
    assert (answer(capsys, "1 + 2")["value"], answer(capsys, "1 + 2")["notes"]) == ("3", [])
    checked = answer(capsys, "date(2024, 13, 1)")
    assert checked["value"] == "null"
    assert [(note["message"], note["message_en"]) for note in checked["notes"]] == [("没有第 13 月", "there is no month 13")]
    assert answer(capsys, "for i in 1..10**9 return i")["refused"]["message_en"] == "a loop has more than 100000 passes"
    assert "value" not in answer(capsys, "amount + 1")
    assert "value" not in answer(capsys, "now()")


def test_what_is_no_expression_is_told_with_its_place(capsys):
    error = answer(capsys, "--check", "1 +", status=1)["error"]
    assert error["position"] >= 3
    assert error["message"]
    assert error["message_en"] == "an expression is expected here, not the end of the expression"


@pytest.mark.parametrize("wrong", [["--pack", PACK], ["--pack", PACK, "--element", "nothing:here"], ["--pack", "/nonexistent", "--element", "a:b"]])
def test_a_pack_without_such_an_element_is_wrong_use(capsys, wrong):
    assert main(["feel", *wrong, "1"]) == 2
    assert "✗" in capsys.readouterr().err
