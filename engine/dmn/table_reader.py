"""decisionTable elements to tables: every broken part becomes a finding."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from engine.dmn.hit_policies import AGGREGATIONS, POLICIES, HitPolicy
from engine.dmn.index import ConstantCell, constant, constant_cell
from engine.dmn.overlaps import report_overlaps
from engine.dmn.report import Report
from engine.dmn.table import DecisionTable, InputClause, OutputClause, Rule
from engine.dmn.texts import Texts
from engine.dmn.xml import child, children, text_of
from engine.feel import nodes
from engine.feel.code import Code, Test
from engine.feel.values import hash_key

_MAX_RULES = 20_000


@dataclass(slots=True)
class _Cells:
    """The rules of one table as read: tests, their constants where they are, the outputs."""

    rules: list[Rule]
    constants: list[list[ConstantCell | None]]
    trees: list[nodes.Node]
    elements: list[etree._Element]
    sources: list[list[str]]


def read_table(element: etree._Element, owner: tuple[str, str], texts: Texts) -> nodes.Native:
    """A node whose code is the table. Findings go to the report of `texts`."""
    report = texts.report
    before = len(report.errors)
    policy = _hit_policy(element, report)
    inputs = [_input(clause, number, texts) for number, clause in enumerate(children(element, "input"), 1)]
    output_elements = list(children(element, "output"))
    outputs = _outputs(element, output_elements, policy, texts)
    cells = _rules(element, len(inputs), len(output_elements), texts)
    if len(report.errors) == before and policy.name == "UNIQUE":
        report_overlaps(cells.elements, cells.constants, cells.sources, report)
    columns = [list(column) for column in zip(*cells.constants, strict=True)] if cells.constants else [[] for _ in inputs]
    clauses = tuple(clause for clause, _ in inputs)
    parts = [tree for _, tree in inputs] + cells.trees
    if report.errors:
        return nodes.Native(lambda _scope, _run: None, tuple(parts))
    table = DecisionTable(owner, policy, clauses, tuple(outputs), tuple(cells.rules), columns)
    return nodes.Native(table.code, tuple(parts))


def _hit_policy(element: etree._Element, report: Report) -> HitPolicy:
    name = element.get("hitPolicy")
    aggregation = element.get("aggregation")
    if name is None:
        return HitPolicy("UNIQUE")
    if name not in POLICIES:
        report.add("unknown_hit_policy", element, f"命中策略“{name}”不存在", f"改为 {'、'.join(POLICIES)} 之一", hit_policy=name)
        return HitPolicy("FIRST")
    if aggregation is not None and (name != "COLLECT" or aggregation not in AGGREGATIONS):
        report.add("bad_aggregation", element, f"汇总方式“{aggregation}”不能用于命中策略 {name}", "汇总只用于 COLLECT,取 SUM、MIN、MAX 或 COUNT")
        return HitPolicy(name)
    return HitPolicy(name, aggregation)


def _input(element: etree._Element, number: int, texts: Texts) -> tuple[InputClause, nodes.Node]:
    expression = child(element, "inputExpression")
    source = text_of(expression)
    label = element.get("label") or " ".join(source.split()) or f"输入 {number}"
    if not source:
        texts.report.add("input_empty", element, f"第 {number} 个输入没有表达式", "填写输入表达式")
    tree = texts.expression(expression if expression is not None else element, source or "null", f"输入“{label}”的表达式")
    values = child(element, "inputValues")
    allowed_source = text_of(values)
    allowed = None if values is None or not allowed_source else texts.test(texts.unary(values, allowed_source, f"输入“{label}”的允许值"), values)
    fit = None if expression is None else texts.fit(expression.get("typeRef"), expression, label)
    return InputClause(label, texts.code(tree, element), allowed, fit), tree


def _outputs(table: etree._Element, elements: list[etree._Element], policy: HitPolicy, texts: Texts) -> list[OutputClause]:
    report = texts.report
    if not elements:
        report.add("no_output", table, "决策表没有输出列", "添加输出列")
    outputs: list[OutputClause] = []
    for number, element in enumerate(elements, 1):
        name = element.get("name") or ""
        if len(elements) > 1 and not name:
            report.add("output_without_name", element, f"第 {number} 个输出列没有名称", "有多个输出时每列都要有名称")
        if len(elements) > 1 and any(clause.name == name for clause in outputs):
            report.add("output_twice", element, f"输出列“{name}”出现了两次", "改名")
        default = child(element, "defaultOutputEntry")
        default_source = text_of(default)
        code: Code | None = None
        if default is not None and default_source:
            code = texts.code(texts.expression(default, default_source, "默认输出"), default)
        priorities, given = _priorities(element, texts)
        label = element.get("label") or name or "输出"
        outputs.append(OutputClause(name, priorities, code, given, texts.fit(element.get("typeRef"), element, label)))
    if policy.name in ("PRIORITY", "OUTPUT ORDER") and elements and not any(clause.has_values for clause in outputs):
        report.add("no_priorities", table, f"命中策略 {policy.name} 需要输出值的次序", "在输出列中按优先次序列出允许的输出值")
    if policy.aggregation and len(elements) > 1:
        report.add("bad_aggregation", table, "有多个输出列时不能汇总", "只保留一个输出列,或去掉汇总方式")
    return outputs


def _priorities(element: etree._Element, texts: Texts) -> tuple[dict[object, int], bool]:
    values = child(element, "outputValues")
    source = text_of(values)
    if values is None or not source:
        tree = texts.allowed_values(element.get("typeRef") or "")
    else:
        tree = texts.unary(values, source, "输出值")
    if tree is None or not tree.tests:
        return {}, False
    ranks: dict[object, int] = {}
    for test in tree.tests:
        value = constant(test)
        if value is not None:
            ranks.setdefault(hash_key(value), len(ranks))
    return ranks, True


def _rules(table: etree._Element, input_count: int, output_count: int, texts: Texts) -> _Cells:
    cells = _Cells([], [], [], [], [])
    for number, element in enumerate(children(table, "rule"), 1):
        if number > _MAX_RULES:
            texts.report.add("too_many_rules", table, f"规则超过 {_MAX_RULES} 条", "拆分决策表")
            break
        entries = list(children(element, "inputEntry"))
        results = list(children(element, "outputEntry"))
        for found, wanted, what in ((len(entries), input_count, "输入"), (len(results), output_count, "输出")):
            if found != wanted:
                texts.report.add(
                    "wrong_cell_count", element, f"第 {number} 条规则有 {found} 个{what}单元格,应有 {wanted} 个", "补齐或删去单元格", rule=number
                )
        trees = [texts.unary(entry, text_of(entry) or "-", f"第 {number} 条规则第 {column} 列的条件") for column, entry in enumerate(entries, 1)]
        outputs = [_output_cell(entry, number, column, texts) for column, entry in enumerate(results, 1)]
        if len(entries) == input_count and len(results) == output_count:
            _add_rule(cells, element, trees, outputs, [text_of(entry) for entry in entries], texts)
    return cells


def _add_rule(
    cells: _Cells, element: etree._Element, trees: list[nodes.UnaryTests], outputs: list[nodes.Node], sources: list[str], texts: Texts
) -> None:
    tests: tuple[Test, ...] = tuple(texts.test(tree, element) for tree in trees)
    cells.rules.append(Rule(tests, tuple(texts.code(output, element) for output in outputs)))
    cells.constants.append([constant_cell(tree) for tree in trees])
    cells.trees.extend([*trees, *outputs])
    cells.elements.append(element)
    cells.sources.append(sources)


def _output_cell(entry: etree._Element, number: int, column: int, texts: Texts) -> nodes.Node:
    source = text_of(entry)
    where = f"第 {number} 条规则第 {column} 个输出"
    if not source:
        texts.report.add("output_empty", entry, f"{where}为空,按空值(null)处理", "填写结果;确要空值请写 null", severity="warning", rule=number)
        source = "null"
    return texts.expression(entry, source, where)
