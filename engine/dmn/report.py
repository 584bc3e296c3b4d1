"""Collects every finding of one file."""

from __future__ import annotations

from typing import Any, Literal, cast

from lxml import etree

from engine.dmn.english import english, sentence
from engine.feel import FeelError
from engine.model.findings import Finding


class Report:
    """`file` is the pack-relative name that every finding carries."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.findings: list[Finding] = []

    def add(
        self,
        code: str,
        element: etree._Element | None,
        message: str,
        proposal: str,
        *,
        severity: Literal["error", "warning"] = "error",
        element_id: str | None = None,
        element_name: str | None = None,
        message_en: str | None = None,
        line: int | None = None,
        **values: Any,
    ) -> None:
        """One finding at an XML element, or at a `line` where there is none; its id is the element's own or the nearest one around it.

        English is known for every message.
        """
        self.findings.append(
            Finding(
                code=code,
                file=self.file,
                message=message,
                severity=severity,
                line=line if element is None else cast("int | None", element.sourceline),
                element_id=element_id or _nearest(element, "id"),
                element_name=element_name or _nearest(element, "name"),
                proposal=proposal,
                values=values,
                message_en=message_en or sentence(message),
                proposal_en=sentence(proposal),
            )
        )

    def feel(self, element: etree._Element, source: str, error: FeelError, where: str) -> None:
        """A FEEL text that does not compile."""
        self.add(
            f"feel_{error.code}", element, f"{where}“{_shortened(source)}”有误:第 {error.line} 行第 {error.column} 个字符,{error.message}",
            "按 FEEL 语法修改;文本须加半角双引号", position=error.position, source=source,
            message_en=f"{sentence(where)} “{_shortened(source)}” is wrong at line {error.line}, character {error.column}: {english(error.message)}",
        )  # fmt: skip

    @property
    def errors(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.severity == "error"]


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:59] + "…"


def _nearest(element: etree._Element | None, attribute: str) -> str | None:
    while element is not None:
        value = element.get(attribute)
        if value is not None:
            return value
        element = element.getparent()
    return None
