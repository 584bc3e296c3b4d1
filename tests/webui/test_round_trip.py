"""What the editors' libraries read and write again says the same: nothing of a diagram or a decision is lost."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from lxml import etree

from tests.commands.packs import PACK
from tests.webui.website import PACK_FOLDER, ROOT

FRONTEND = ROOT / "webui" / "frontend"
SHIPPED = sorted(path for path in PACK_FOLDER.iterdir() if path.suffix in {".bpmn", ".dmn"})
# What a value is when it is not written; the libraries leave it out.
DEFAULTS = {("isInterrupting", "true"), ("cancelActivity", "true"), ("triggeredByEvent", "false"), ("retries", "3"), ("hitPolicy", "UNIQUE")}
Tree = tuple[str, tuple[tuple[str, str], ...], str, tuple["Tree", ...]]


def round_trip(paths: list[Path]) -> dict[str, dict]:
    folder = ROOT / ".venv" / "bin"
    node = shutil.which("node", path=f"{os.environ['PATH']}:{folder}")
    assert node, "make test installs Node"
    answer = subprocess.run([node, FRONTEND / "roundtrip.mjs", *paths], capture_output=True, text=True, check=True)
    return json.loads(answer.stdout)


def meaning(element: etree._Element) -> Tree:
    """A tree without prefixes, indentation and defaults; children of one name keep their order, names are sorted."""
    children = [meaning(child) for child in element if isinstance(child.tag, str)]
    attributes = tuple(sorted(pair for pair in ((str(key), str(value)) for key, value in element.attrib.items()) if pair not in DEFAULTS))
    return str(element.tag), attributes, (element.text or "").strip(), tuple(sorted(children, key=lambda child: child[0]))


@pytest.fixture(scope="module")
def written() -> dict[str, dict]:
    return round_trip(SHIPPED)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_shipped_files_come_back_the_same(written, path):
    answer = written[str(path)]
    assert answer["warnings"] == []
    assert meaning(etree.fromstring(answer["xml"].encode())) == meaning(etree.fromstring(path.read_bytes()))


def test_other_diagrams_come_back_the_same(tmp_path):
    paths = []
    for name, content in PACK.items():
        if name.endswith(".bpmn"):
            paths.append(tmp_path / name)
            paths[-1].write_bytes(content)
    for file, answer in round_trip(paths).items():
        assert answer["warnings"] == [], file
        assert meaning(etree.fromstring(answer["xml"].encode())) == meaning(etree.fromstring(Path(file).read_bytes())), file


UNKNOWN = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:own="urn:own"
 id="d" targetNamespace="http://example.org/t"><process id="p" isExecutable="true"><startEvent id="s" own:mark="kept"><extensionElements>
 <own:note level="2"><own:text>保留</own:text></own:note></extensionElements></startEvent></process></definitions>"""
DANGLING = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="http://example.org/t">
<process id="p"><task id="t"><multiInstanceLoopCharacteristics><loopDataInputRef>items</loopDataInputRef></multiInstanceLoopCharacteristics></task>
</process></definitions>"""


def test_unknown_extensions_are_kept_and_what_would_be_lost_is_warned_of(tmp_path):
    kept, lost = tmp_path / "kept.bpmn", tmp_path / "lost.bpmn"
    kept.write_text(UNKNOWN, encoding="utf-8")
    lost.write_text(DANGLING, encoding="utf-8")
    answers = round_trip([kept, lost])
    assert answers[str(kept)]["warnings"] == []
    assert meaning(etree.fromstring(answers[str(kept)]["xml"].encode())) == meaning(etree.fromstring(UNKNOWN.encode()))
    assert answers[str(lost)]["warnings"] == ["unresolved reference <items>"]
