"""Models that a model imports: found among the other files, loaded, and known under the import's name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, TypeAlias

from lxml import etree

from engine.dmn.records import DmnRejected
from engine.dmn.report import Report
from engine.dmn.xml import NAMESPACES, children, read_root
from engine.feel.types import TypeCheck

if TYPE_CHECKING:
    from engine.dmn.model import DecisionModel

Resolve: TypeAlias = Callable[[str, str], tuple[str, bytes] | None]
"""From namespace and locationURI (either may be empty) to the file's name and content; None when there is no such file."""

Reader: TypeAlias = Callable[[bytes, str, tuple[str, ...]], "tuple[DecisionModel, frozenset[str]]"]
_MOST_LEVELS = 20
NAMELESS = "*"
"""What the key of an import without a name starts with: its elements are known by their own names (DMN 1.5, 6.3.3)."""


@dataclass(slots=True)
class Imports:
    """`models` by import name, `names` by namespace, `declared` all names that imported models and the imports themselves bring.

    An import without a name is known by a key that no name can be.
    """

    models: dict[str, DecisionModel] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    declared: set[str] = field(default_factory=set)

    def types(self) -> dict[str, TypeCheck]:
        """The item definitions of imported models, by the names under which this model knows them."""
        found: dict[str, TypeCheck] = {}
        for name, model in self.models.items():
            found.update({one if name.startswith(NAMELESS) else f"{name}.{one}": check for one, check in model.types.items()})
        return found

    def reference(self, href: str, kinds: tuple[str, ...]) -> str | None:
        """The id `import name#id` that `namespace#id` stands for; None when there is no such element of one of these kinds."""
        namespace, _, identifier = href.rpartition("#")
        name = self.names.get(namespace)
        if name is None:
            return None
        model = self.models[name]
        tables = {"decision": model.decisions, "inputData": model.input_data, "businessKnowledgeModel": model.knowledge,
                  "decisionService": model.services}  # fmt: skip
        return f"{name}#{identifier}" if any(identifier in tables[kind] for kind in kinds) else None


def among(files: Mapping[str, bytes]) -> Resolve:
    """Looks for an import among files by name: by its namespace, else by the file name that its locationURI ends in."""
    namespaces: dict[str, str] = {}
    for name in sorted(files):
        if not name.lower().endswith(".dmn"):
            continue
        try:
            namespaces.setdefault(read_root(files[name], Report(name)).get("namespace", ""), name)
        except DmnRejected:
            continue  # the file's own reading reports what is wrong with it

    def resolve(namespace: str, location: str) -> tuple[str, bytes] | None:
        found = namespaces.get(namespace) if namespace else None
        if found is None and location:
            found = next((name for name in files if PurePosixPath(name).name == PurePosixPath(location).name), None)
        return None if found is None else (found, files[found])

    return resolve


def read_imports(root: etree._Element, report: Report, resolve: Resolve, loading: tuple[str, ...], read: Reader) -> Imports:
    """Load every import of a model; `loading` are the files that are being loaded around it."""
    found = Imports()
    for element in children(root, "import"):
        name = element.get("name") or f"{NAMELESS}{len(found.models)}"
        if name in found.models:
            report.add("import_name", element, f"import 的名称“{name}”重复", "给每个 import 一个不同的名称", name=name)
            continue
        _read_one(element, name, found, report, resolve, loading, read)
    return found


def _read_one(element: etree._Element, name: str, found: Imports, report: Report, resolve: Resolve, loading: tuple[str, ...], read: Reader) -> None:
    shown = "" if name.startswith(NAMELESS) else name
    kind, namespace = element.get("importType", ""), element.get("namespace", "")
    if kind and kind.rstrip("/") + "/" not in NAMESPACES:
        report.add("import_kind", element, f"import“{shown}”的种类 {kind} 不受支持", "只能引入 DMN 模型", import_type=kind)
        return
    source = resolve(namespace, element.get("locationURI", ""))
    if source is None:
        report.add(
            "import_missing", element, f"找不到 import“{shown}”的模型(命名空间 {namespace})", "把该 .dmn 文件放进同一流程包", namespace=namespace
        )
        return
    file, data = source
    if file in loading or len(loading) > _MOST_LEVELS:
        report.add("import_cycle", element, f"import 成了环:{' → '.join((*loading, file))}", "去掉其中一个 import", imported=file)
        return
    try:
        model, declared = read(data, file, loading)
    except DmnRejected as refused:
        report.add(
            "import_broken", element, f"import“{shown}”的文件 {file} 有误:{refused.findings[0].message}", f"先修好 {file}", imported=file,
            message_en=f"{file}, the file of the import “{shown}”, is wrong: {refused.findings[0].message_en}",
        )  # fmt: skip
        return
    found.models[name] = model
    found.names[namespace] = name
    found.declared |= declared if name.startswith(NAMELESS) else {name, *declared}
