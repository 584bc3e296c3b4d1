"""Models that import other models."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.dmn import DmnRejected, load

DMN = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def model(name: str, body: str, version: str = DMN) -> bytes:
    return f'<definitions xmlns="{version}" id="m_{name}" name="{name}" namespace="urn:{name}">{body}</definitions>'.encode()


def imports(name: str, namespace: str, **more: str) -> str:
    extra = "".join(f' {key}="{value}"' for key, value in more.items())
    return f'<import name="{name}" namespace="urn:{namespace}" importType="{DMN}"{extra}/>'


def decision(name: str, text: str, requirements: str = "", kind: str = "") -> str:
    return (
        f'<decision id="d_{name}" name="{name}"><variable name="{name}"{f" typeRef={kind!r}" if kind else ""}/>{requirements}'
        f"<literalExpression><text>{text}</text></literalExpression></decision>"
    )


def needs(kind: str, href: str) -> str:
    outer = "knowledgeRequirement" if kind == "requiredKnowledge" else "informationRequirement"
    return f'<{outer}><{kind} href="{href}"/></{outer}>'


BASE = model(
    "base",
    '<itemDefinition name="t Level"><typeRef>string</typeRef><allowedValues><text>"甲","乙"</text></allowedValues></itemDefinition>'
    '<inputData id="amount" name="年 采购额"><variable name="年 采购额" typeRef="number"/></inputData>'
    '<businessKnowledgeModel id="tax" name="加 税"><variable name="加 税"/><encapsulatedLogic><formalParameter name="x" typeRef="number"/>'
    "<literalExpression><text>x * 1.1</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>"
    + decision("含税 额", "加 税(年 采购额)", needs("requiredInput", "#amount") + needs("requiredKnowledge", "#tax"), "number")
    + '<decisionService id="service" name="税 务"><variable name="税 务"/>'
    '<outputDecision href="#d_含税 额"/><inputData href="#amount"/></decisionService>',
)
FILES = {"base.dmn": BASE}


def test_a_decision_uses_what_an_imported_model_decides() -> None:
    body = imports("基 础", "base") + decision("结果", "基 础.含税 额 + 1", needs("requiredDecision", "urn:base#d_含税 额"))
    found = load(model("top", body), "top.dmn", FILES).evaluate("结果", {"年 采购额": Decimal(100)})
    assert found.value == Decimal("111.0")
    assert [one.decision_id for one in found.evaluations] == ["d_含税 额", "d_结果"]


def test_input_of_an_imported_model_may_be_a_member_of_the_import() -> None:
    body = imports("基 础", "base") + decision("结果", "基 础.含税 额", needs("requiredDecision", "urn:base#d_含税 额"))
    top = load(model("top", body), "top.dmn", FILES)
    assert top.evaluate("结果", {"基 础": {"年 采购额": Decimal(200)}, "年 采购额": Decimal(1)}).value == Decimal("220.0")
    direct = imports("基 础", "base") + decision("结果", "基 础.年 采购额", needs("requiredInput", "urn:base#amount"))
    assert load(model("top", direct), "top.dmn", FILES).evaluate("结果", {"基 础": {"年 采购额": Decimal(3)}}).value == Decimal(3)


def test_functions_and_services_of_an_imported_model_are_called_by_qualified_name() -> None:
    body = (
        imports("基 础", "base")
        + decision("函数", "基 础.加 税(10)", needs("requiredKnowledge", "urn:base#tax"))
        + decision("服务", "基 础.税 务(20)", needs("requiredKnowledge", "urn:base#service"))
    )
    top = load(model("top", body), "top.dmn", FILES)
    assert top.evaluate("函数", {}).value == Decimal("11.0")
    found = top.evaluate("服务", {})
    assert found.value == Decimal("22.0")
    assert all(not callable(value) for one in found.evaluations for _, value in one.inputs)


def test_types_of_an_imported_model_are_checked() -> None:
    body = imports("基础", "base") + '<inputData id="i" name="级别"><variable name="级别" typeRef="基础.t Level"/></inputData>'
    body += decision("结果", "级别", needs("requiredInput", "#i"))
    top = load(model("top", body), "top.dmn", FILES)
    assert top.evaluate("结果", {"级别": "甲"}).value == "甲"
    refused = top.evaluate("结果", {"级别": "丙"})
    assert refused.value is None
    assert [note.code for note in refused.notes][0] == "not_allowed"
    assert "“丙”" not in refused.notes[0].message
    assert '"丙"' in refused.notes[0].message


def test_an_import_of_an_import() -> None:
    middle = model("middle", imports("b", "base") + decision("双倍", "b.含税 额 * 2", needs("requiredDecision", "urn:base#d_含税 额")))
    body = imports("m", "middle") + decision("结果", "m.双倍", needs("requiredDecision", "urn:middle#d_双倍"))
    top = load(model("top", body), "top.dmn", {**FILES, "middle.dmn": middle})
    assert top.evaluate("结果", {"年 采购额": Decimal(10)}).value == Decimal("22.0")
    assert top.evaluate("结果", {"m": {"b": {"年 采购额": Decimal(20)}}}).value == Decimal("44.0")


def test_an_import_is_found_by_a_function_or_by_its_file_name() -> None:
    body = imports("b", "base") + decision("结果", "b.加 税(1)", needs("requiredKnowledge", "urn:base#tax"))
    asked: list[tuple[str, str]] = []

    def resolve(namespace: str, location: str) -> tuple[str, bytes] | None:
        asked.append((namespace, location))
        return "base.dmn", BASE

    assert load(model("top", body), "top.dmn", resolve).evaluate("结果", {}).value == Decimal("1.1")
    assert asked == [("urn:base", "")]
    by_place = imports("b", "elsewhere", locationURI="./models/base.dmn")
    by_place += decision("结果", "b.加 税(1)", needs("requiredKnowledge", "urn:elsewhere#tax"))
    assert load(model("top", by_place), "top.dmn", FILES).evaluate("结果", {}).value == Decimal("1.1")


def test_elements_of_an_import_without_a_name_are_known_by_their_own_names() -> None:
    body = imports("", "base") + '<inputData id="i" name="级别"><variable name="级别" typeRef="t Level"/></inputData>'
    body += decision("结果", "含税 额 + 加 税(1)", needs("requiredDecision", "urn:base#d_含税 额") + needs("requiredKnowledge", "urn:base#tax"))
    body += decision("服务", "税 务(20)", needs("requiredKnowledge", "urn:base#service"))
    body += decision("级", "级别", needs("requiredInput", "#i"))
    top = load(model("top", body), "top.dmn", FILES)
    assert top.evaluate("结果", {"年 采购额": Decimal(100)}).value == Decimal("111.1")
    assert top.evaluate("服务", {}).value == Decimal("22.0")
    assert [top.evaluate("级", {"级别": one}).value for one in ("乙", "丙")] == ["乙", None]


def test_several_imports_without_a_name() -> None:
    other = model("other", decision("另一个", "7"))
    body = imports("", "base") + imports("", "other")
    body += decision("结果", "含税 额 + 另一个", needs("requiredDecision", "urn:base#d_含税 额") + needs("requiredDecision", "urn:other#d_另一个"))
    top = load(model("top", body), "top.dmn", {**FILES, "other.dmn": other})
    assert top.evaluate("结果", {"年 采购额": Decimal(100)}).value == Decimal("117.0")


@pytest.mark.parametrize(
    "body, files, code",
    [
        (imports("b", "nowhere"), FILES, "import_missing"),
        (imports("b", "base") * 2, FILES, "import_name"),
        ('<import name="p" namespace="urn:p" importType="http://www.dmg.org/PMML-4_4"/>', FILES, "import_kind"),
        (imports("b", "broken"), {"broken.dmn": model("broken", decision("x", "1 +"))}, "import_broken"),
        (imports("b", "base") + decision("x", "1", needs("requiredDecision", "urn:base#tax")), FILES, "unknown_reference"),
        (imports("b", "base") + decision("x", "1", needs("requiredDecision", "urn:other#d_x")), FILES, "unknown_reference"),
    ],
)
def test_an_import_that_cannot_be_used_is_a_finding(body: str, files: dict[str, bytes], code: str) -> None:
    with pytest.raises(DmnRejected) as refused:
        load(model("top", body), "top.dmn", files)
    assert code in [one.code for one in refused.value.findings]


def test_imports_in_a_circle_are_refused() -> None:
    one = model("one", imports("two", "two"))
    two = model("two", imports("one", "one"))
    with pytest.raises(DmnRejected) as refused:
        load(one, "one.dmn", {"one.dmn": one, "two.dmn": two})
    assert "one.dmn → two.dmn → one.dmn" in str(refused.value)


def test_files_that_import_each_other_many_times_are_read_once() -> None:
    files = {"level0.dmn": model("level0", decision("n", "1"))}
    for level in range(1, 15):
        body = imports("a", f"level{level - 1}") + imports("b", f"level{level - 1}", locationURI="x")
        files[f"level{level}.dmn"] = model(f"level{level}", body + decision("n", "1"))
    asked: list[str] = []

    def resolve(namespace: str, _location: str) -> tuple[str, bytes] | None:
        name = namespace.removeprefix("urn:") + ".dmn"
        asked.append(name)
        return name, files[name]

    assert load(files["level14.dmn"], "level14.dmn", resolve).evaluate("n", {}).value == Decimal(1)
    assert len(asked) == 28


def test_models_of_dmn_1_2_are_read() -> None:
    old = model("old", decision("结果", "1 + 1"), "http://www.omg.org/spec/DMN/20180521/MODEL/")
    assert load(old, "old.dmn").evaluate("结果", {}).value == Decimal(2)
