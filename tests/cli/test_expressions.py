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
    assert answer(capsys, "--format", "if a>1then\"x\"else  null")["text"].split() == ["if", "a", ">", "1", "then", '"x"', "else", "null"]


def test_check_names_the_type_and_what_cannot_hold(capsys):
    assert answer(capsys, "1 + 2")["type_zh"] == "数字"
    assert [problem["code"] for problem in answer(capsys, '1 + "a"')["problems"]] != []


def test_what_is_no_expression_is_told_with_its_place(capsys):
    error = answer(capsys, "--check", "1 +", status=1)["error"]
    assert error["position"] >= 3
    assert error["message"]


@pytest.mark.parametrize("wrong", [["--pack", PACK], ["--pack", PACK, "--element", "nothing:here"], ["--pack", "/nonexistent", "--element", "a:b"]])
def test_a_pack_without_such_an_element_is_wrong_use(capsys, wrong):
    assert main(["feel", *wrong, "1"]) == 2
    assert "✗" in capsys.readouterr().err
