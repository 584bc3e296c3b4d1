"""What people read beside the pages has its English, too: command line, mail, notifications, documents, what scripts say."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "webui" / "frontend" / "src"
CHINESE = re.compile(r"[\u3400-\u9fff\uff00-\uffef\u3000-\u303f]")
# Scripts also read Chinese punctuation that people type.
HAN = re.compile(r"[\u3400-\u9fff]")
# Calls that take a text in both languages.
PAIRED = frozenset({"words", "SettingsError", "PersonColumn"})
TEXTS = [
    *sorted((ROOT / "engine" / "cli").glob("*.py")),
    *(ROOT / "engine" / name for name in ("settings.py", "jobs/mail_text.py", "queries/people/notification_words.py")),
    *(ROOT / "engine" / name for name in ("queries/cases/case_file_words.py", "commands/records/record_import_rows.py", "model/people_import.py")),
]


def chinese_strings(node: ast.AST) -> list[str]:
    return [one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str) and CHINESE.search(one.value)]


def strings(node: ast.AST) -> list[str]:
    return [one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)]


def english(node: ast.AST) -> bool:
    """Whether something is said there, and none of it in Chinese."""
    return any(re.search(r"[A-Za-z]{2}", text) for text in strings(node)) and not chinese_strings(node)


def paired(node: ast.AST, child: ast.AST) -> bool:
    """Whether `node` says in English what its part `child` says in Chinese."""
    if isinstance(node, ast.Call):
        name = getattr(node.func, "id", "")
        if name == "both":
            return all(" · " in text and not CHINESE.search(text.partition(" · ")[2]) for text in chinese_strings(node))
        return name in PAIRED and child is not node.args[-1] and not chinese_strings(node.args[-1])
    if isinstance(node, ast.Tuple):
        return any(english(one) for one in node.elts if one is not child)
    if isinstance(node, ast.IfExp):
        return english(node.orelse if child is node.body else node.body)
    if isinstance(node, ast.If):
        return child in node.orelse and "english" in ast.dump(node.test) and any(english(one) for one in node.body)
    if isinstance(node, ast.Assign):
        # Given to words(zh, en), or answered as a pair.
        return [getattr(one, "id", "") for one in node.targets] == ["zh"]
    return False


def alone(tree: ast.AST) -> Iterator[str]:
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str) and CHINESE.search(node.value)):
            continue
        child: ast.AST = node
        parent = parents.get(child)
        if isinstance(parent, ast.Expr):  # a docstring
            continue
        while parent is not None and not isinstance(parent, ast.FunctionDef) and not paired(parent, child) and not twice(parent, parents.get(parent)):
            child, parent = parent, parents.get(parent)
        if parent is None or isinstance(parent, ast.FunctionDef):
            yield f"{node.lineno}: {node.value}"


def twice(node: ast.AST, parent: ast.AST | None) -> bool:
    """Whether it is the Chinese half of {"zh": {…}, "en": {…}} with the same keys in both."""
    if not (isinstance(node, ast.Dict) and isinstance(parent, ast.Dict)):
        return False
    halves = {getattr(key, "value", None): half for key, half in zip(parent.keys, parent.values, strict=True)}
    zh, en = halves.get("zh"), halves.get("en")
    return node is zh and isinstance(zh, ast.Dict) and isinstance(en, ast.Dict) and keys(zh) == keys(en) and not chinese_strings(en)


def keys(node: ast.Dict) -> set[object]:
    return {getattr(key, "value", None) for key in node.keys}


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_every_chinese_text_has_its_english_beside_it(path: Path):
    assert list(alone(ast.parse(path.read_text(encoding="utf-8")))) == []


def test_a_text_without_its_english_is_found():
    for source in ('say("好")', 'say(words("好", "也好"))', 'x = ("好", 1)', 'say(both("好"))', 'd = {"zh": {"a": "好"}, "en": {}}'):
        assert list(alone(ast.parse(source))), source
    halves = 'd = {"zh": {"a": "好"}, "en": {"a": "good"}}'
    for source in ('say(words("好", "good"))', 'x = ("好", "good")', 'y = "good" if english else "好"', '"""好"""', halves):
        assert list(alone(ast.parse(source))) == [], source


@pytest.mark.parametrize("path", sorted((ROOT / "engine").rglob("*.typ")), ids=lambda path: path.name)
def test_documents_take_every_text_from_their_data(path: Path):
    assert CHINESE.findall(re.sub(r"//.*", "", path.read_text(encoding="utf-8"))) == []


def scripts() -> list[Path]:
    return [path for path in sorted(SOURCES.rglob("*.js")) if HAN.search(without_comments(path.read_text(encoding="utf-8")))]


def without_comments(source: str) -> str:
    return re.sub(r"/\*.*?\*/", "", re.sub(r"(?m)^\s*//.*$|(?<=[;,{(]) //.*$", "", source), flags=re.S)


@pytest.mark.parametrize("path", scripts(), ids=lambda path: path.name)
def test_what_scripts_say_has_its_english(path: Path):
    source = without_comments(path.read_text(encoding="utf-8"))
    if halves := re.search(r"\bzh: \{(.*?)\n  \},\s*en: \{(.*?)\n  \}", source, re.S):
        names = [set(re.findall(r"(?:^|[{,]\s*|\n\s*)(\w+): (?=['\"`(\[{])", half)) for half in halves.groups()]
        assert names[0] == names[1]
        assert not CHINESE.search(halves[2])
        source = source.replace(halves[1], "")
    # english ? 'good' : '好', ['好', 'good'], { name: '好', name_en: 'good' }
    text = r"(?:'[^'\n]*'|`[^`]*`)"
    for pattern in (rf"english\s*\?\s*{text}\s*:\s*{text}", rf"\[{text}, {text}\]", rf"name: {text}, name_en: {text}"):
        source = re.sub(pattern, "", source)
    assert [line for line in source.splitlines() if HAN.search(line)] == []
