"""Bytes to an XML tree, safely: no DOCTYPE, no entities, no network, bounded depth and size."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.dmn.records import DmnRejected
from engine.dmn.report import Report
from engine.model.parser_words import xml_reason

MAX_BYTES = 5_000_000
_MAX_DEPTH = 120
NAMESPACES = {
    "http://www.omg.org/spec/DMN/20180521/MODEL/": "1.2",
    "https://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
    "https://www.omg.org/spec/DMN/20211108/MODEL/": "1.4",
    "https://www.omg.org/spec/DMN/20230324/MODEL/": "1.5",
}


def read_root(data: bytes, report: Report) -> etree._Element:
    """The `definitions` element. Raises DmnRejected."""
    root = _parse(data, report)
    if root is not None:
        name = etree.QName(root)
        if name.localname != "definitions" or name.namespace not in NAMESPACES:
            report.add(
                "not_dmn",
                root,
                f"根元素是 {name.localname}(命名空间 {name.namespace}),不是 DMN 1.2–1.5 的 definitions",
                "用 DMN 1.2 以上的建模器另存",
            )
        else:
            _check_depth(root, report)
    if root is None or report.errors:
        raise DmnRejected(report.findings)
    return root


def _parse(data: bytes, report: Report) -> etree._Element | None:
    if len(data) > MAX_BYTES:
        report.add("file_too_large", None, f"文件有 {len(data)} 字节,上限为 {MAX_BYTES}", "拆分文件")
        return None
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        reason = xml_reason(getattr(error, "msg", None) or str(error), getattr(error, "position", None))
        message, message_en = f"不是正确的 XML({reason.place}):{reason.zh}", f"Not well-formed XML ({reason.place_en}): {reason.en}"
        report.add("broken_xml", None, message, "改正那里,或用建模工具重新导出文件", message_en=message_en, line=reason.line)
        return None
    information = root.getroottree().docinfo
    if getattr(information, "doctype", "") or getattr(information, "internalDTD", None) is not None:
        report.add("doctype", root, "文件含有 DOCTYPE 声明", "删除 DOCTYPE 声明")
        return None
    return root


def _check_depth(root: etree._Element, report: Report) -> None:
    pending = [(root, 1)]
    while pending:
        element, depth = pending.pop()
        if depth > _MAX_DEPTH:
            report.add("nested_too_deep", element, f"XML 嵌套超过 {_MAX_DEPTH} 层", "简化文件")
            return
        pending.extend((child, depth + 1) for child in element)


def local(element: etree._Element) -> str:
    """The tag without namespace; empty for elements of other vocabularies (diagrams, tool extensions)."""
    name = etree.QName(element)
    return name.localname if name.namespace in NAMESPACES else ""


def children(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """DMN child elements, of these names when any are given."""
    for child in element:
        tag = local(child)
        if tag and (not names or tag in names):
            yield child


def child(element: etree._Element, *names: str) -> etree._Element | None:
    return next(children(element, *names), None)


def text_of(element: etree._Element | None) -> str:
    """The content of the `text` child, trimmed; empty when there is none."""
    found = None if element is None else child(element, "text")
    return "" if found is None or found.text is None else found.text.strip()
