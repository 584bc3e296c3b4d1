"""DMN files to checked models; everything that is wrong with a file is reported at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lxml import etree

from engine.dmn.boxed import KINDS, Boxed
from engine.dmn.graph import report_cycles
from engine.dmn.imports import NAMELESS, Imports, Resolve, among, read_imports
from engine.dmn.item_types import ItemTypes
from engine.dmn.model import Decision, DecisionModel, Knowledge, Service, Variable
from engine.dmn.records import DmnRejected
from engine.dmn.report import Report
from engine.dmn.texts import Texts
from engine.dmn.xml import child, children, local, read_root
from engine.feel import nodes
from engine.feel.analysis import free_names
from engine.feel.functions.registry import FUNCTIONS

_NAMED = frozenset(
    ("decision", "inputData", "businessKnowledgeModel", "decisionService", "variable", "itemComponent", "formalParameter", "column", "output")
)
_KNOWN = frozenset(
    ("import", "itemDefinition", "decision", "inputData", "businessKnowledgeModel", "decisionService", "knowledgeSource", "textAnnotation",
     "association",
     "group", "elementCollection", "businessContextElement", "performanceIndicator", "organizationUnit", "description", "extensionElements")
)  # fmt: skip


def load(data: bytes, file: str, resolve: Resolve | Mapping[str, bytes] | None = None) -> DecisionModel:
    """Read and check a DMN 1.2–1.5 file; `file` is the name that findings carry. Raises DmnRejected with every error found.

    `resolve` gives the models that the file imports: other files by name, or a function from namespace and locationURI to (name, content).
    Warnings (an empty output, a call that can only be null) do not refuse the file: they stand in `DecisionModel.findings`.
    """
    find = resolve if callable(resolve) else among(resolve or {})
    done: dict[str, tuple[DecisionModel, frozenset[str]] | DmnRejected] = {}

    def read(data: bytes, file: str, loading: tuple[str, ...]) -> tuple[DecisionModel, frozenset[str]]:
        """Once for each file, however many models import it."""
        if file not in done:
            try:
                done[file] = _read(data, file, lambda root, report: read_imports(root, report, find, (*loading, file), read))
            except DmnRejected as refused:
                done[file] = refused
        result = done[file]
        if isinstance(result, DmnRejected):
            raise result
        return result

    return read(data, file, ())[0]


def _read(data: bytes, file: str, imports_of: Callable[[etree._Element, Report], Imports]) -> tuple[DecisionModel, frozenset[str]]:
    """The model, and all names that it declares or brings along."""
    report = Report(file)
    root = read_root(data, report)
    imports = imports_of(root, report)
    try:
        loader = _Loader(root, report, imports)
        model = loader.load()
    except RecursionError:
        report.add("nested_too_deep", root, "表达式嵌套过深", "简化表达式")
    if report.errors:
        raise DmnRejected(report.findings)
    return model, loader.texts.names


class _Loader:
    def __init__(self, root: etree._Element, report: Report, imports: Imports) -> None:
        self.root = root
        self.report = report
        self.imports = imports
        self.elements: dict[str, etree._Element] = {}
        types = ItemTypes(report, imports.types(), {namespace: name for namespace, name in imports.names.items() if not name.startswith(NAMELESS)})
        types.read(root)
        self.texts = Texts(report, types, _declared_names(root) | imports.declared)

    def load(self) -> DecisionModel:
        self._check_elements()
        decisions = {}
        for element in children(self.root, "decision"):
            decision = self._decision(element)
            decisions[decision.id] = decision
        knowledge = {one.id: one for one in map(self._knowledge, children(self.root, "businessKnowledgeModel"))}
        services = {one.id: one for one in map(self._service, children(self.root, "decisionService"))}
        report_cycles({one.id: (*one.requires, *one.knowledge) for one in decisions.values()}, self.elements, self.report)
        inputs = {element.get("id", ""): self._variable(element) for element in children(self.root, "inputData")}
        types, findings = self.texts.types.checks, tuple(self.report.findings)
        return DecisionModel(self.root.get("name", ""), decisions, knowledge, services, inputs, types, findings, self.imports.models)

    def _check_elements(self) -> None:
        seen: dict[str, etree._Element] = {}
        for element in self.root.iter():
            tag, identifier = local(element), element.get("id")
            if not tag or identifier is None:
                continue
            if identifier in seen:
                self.report.add("id_twice", element, f"标识“{identifier}”在第 {seen[identifier].sourceline} 行已经用过", "改用不同的 id")
            seen.setdefault(identifier, element)
        for element in children(self.root):
            self._check_top(element)

    def _check_top(self, element: etree._Element) -> None:
        tag = local(element)
        if tag not in _KNOWN:
            self.report.add("unknown_element", element, f"不认识的元素 {tag}", "删除该元素")
        if tag not in ("decision", "inputData", "businessKnowledgeModel", "decisionService"):
            return
        if not element.get("id") or not element.get("name"):
            self.report.add("id_missing", element, f"{tag} 缺少 id 或 name", "补上 id 与 name")
        self.elements[element.get("id", "")] = element

    def _decision(self, element: etree._Element) -> Decision:
        identifier, name = element.get("id", ""), element.get("name", "")
        logic = child(element, *KINDS)
        if logic is None:
            self.report.add("logic_missing", element, f"决策“{name}”没有决策逻辑", "添加决策表或表达式", severity="warning")
            tree: nodes.Node = nodes.Literal(None)
        else:
            tree = Boxed((identifier, name), self.texts).read(logic)
        policy = logic.get("hitPolicy", "UNIQUE") if logic is not None and local(logic) == "decisionTable" else None
        return Decision(
            identifier,
            name,
            self._variable(element),
            self.texts.code(tree, element),
            self._references(element, "informationRequirement", "requiredDecision", ("decision",)),
            self._references(element, "informationRequirement", "requiredInput", ("inputData",)),
            self._knowledge_references(element),
            policy,
            frozenset(one for one in free_names(tree)[0] if one != "?" and one not in FUNCTIONS),
        )

    def _knowledge(self, element: etree._Element) -> Knowledge:
        identifier, name = element.get("id", ""), element.get("name", "")
        logic = child(element, "encapsulatedLogic")
        if logic is None:
            self.report.add("logic_missing", element, f"业务知识模型“{name}”没有逻辑", "添加函数", severity="warning")
            tree: nodes.Node = nodes.Literal(None)
        else:
            tree = Boxed((identifier, name), self.texts).function(logic)
        variable = self._variable(element)
        knowledge = self._knowledge_references(element)
        return Knowledge(identifier, name, variable, self.texts.code(tree, element), knowledge, self.texts.types.result(variable.type))

    def _service(self, element: etree._Element) -> Service:
        outputs = self._direct(element, "outputDecision", ("decision",))
        if not outputs:
            self.report.add("service_without_output", element, "决策服务没有输出决策", "指定输出决策")
        self._direct(element, "encapsulatedDecision", ("decision",))
        inputs, data = self._direct(element, "inputDecision", ("decision",)), self._direct(element, "inputData", ("inputData",))
        variable = self._variable(element)
        return Service(element.get("id", ""), element.get("name", ""), variable, outputs, inputs, data, self.texts.types.result(variable.type))

    def _variable(self, element: etree._Element) -> Variable:
        variable = child(element, "variable")
        if variable is None:
            return Variable(element.get("name", ""))
        return Variable(variable.get("name") or str(element.get("name", "")), self.texts.types.node(variable.get("typeRef", ""), variable))

    def _knowledge_references(self, element: etree._Element) -> tuple[str, ...]:
        return self._references(element, "knowledgeRequirement", "requiredKnowledge", ("businessKnowledgeModel", "decisionService"))

    def _references(self, element: etree._Element, requirement: str, reference: str, kinds: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(found for one in children(element, requirement) for found in self._direct(one, reference, kinds))

    def _direct(self, element: etree._Element, reference: str, kinds: tuple[str, ...]) -> tuple[str, ...]:
        """The ids that child elements of this name refer to; a reference to nothing is a finding and left out."""
        found: list[str] = []
        for one in children(element, reference):
            href = one.get("href", "")
            namespace, _, target = href.rpartition("#")
            imported = self.imports.reference(href, kinds)
            if imported is not None:
                found.append(imported)
            elif namespace in ("", self.root.get("namespace")) and target in self.elements and local(self.elements[target]) in kinds:
                found.append(target)
            else:
                self.report.add("unknown_reference", one, f"所引用的“{target}”不存在或种类不符", "改为已有元素的 id", reference=target)
        return tuple(found)


def _declared_names(root: etree._Element) -> set[str]:
    names = {element.get("name") for element in root.iter() if local(element) in _NAMED}
    names |= {element.get("iteratorVariable") for element in root.iter() if local(element) in ("for", "every", "some")}
    return {name for name in names if name}
