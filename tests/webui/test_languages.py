"""Nothing is left untranslated, and nothing is written past the catalogue."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir

from tests.webui.website import Visitor
from webui.language import CATALOGUES, english

WEBUI = CATALOGUES.parents[2]
TEMPLATES = WEBUI / "templates"
CHINESE = re.compile(r"[\u3400-\u9fff\uff00-\uffef\u3000-\u303f]")
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
# The names of the languages stand in their own language; forms bring their words themselves (engine.forms.words).
OWN_NAMES = {"中文", "English"}
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2.ext.babel_extract")]
OPTIONS = {"templates/**.html": {"extensions": "jinja2.ext.i18n", "newstyle_gettext": "true", "trim_blocks": "true"}}

# The text, or its numbers, and what tells it from the same word elsewhere.
MessageId = str | tuple[str, ...]
Place = tuple[str | None, MessageId]


def extracted() -> dict[Place, str]:
    """Every text that code and templates ask for, with a place that does."""
    found: dict[Place, str] = {}
    keywords = {"_": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
    wanted = lambda folder: "node_modules" not in folder  # noqa: E731
    for file, line, message, _, context in extract_from_dir(WEBUI, METHODS, OPTIONS, keywords, directory_filter=wanted):
        found.setdefault((context, message), f"{file}:{line}")
    return found


def catalogue() -> dict[Place, Message]:
    return {(message.context, message.id): message for _, part in english() for message in part if message.id}


def test_a_text_is_translated_in_one_place():
    ids = Counter((message.context, message.id) for _, part in english() for message in part if message.id)
    assert [text for text, count in ids.items() if count > 1] == []


def test_every_text_has_its_english():
    known = catalogue()
    assert {text: place for text, place in extracted().items() if text not in known or not known[text].string} == {}
    assert len(known) > 100


def test_the_catalogue_has_no_text_that_nobody_asks_for():
    assert catalogue().keys() - extracted().keys() == set()


def test_everybody_is_spoken_to_alike():
    formal = "\u60a8"  # the other word for "you"
    assert [text for text in extracted() if formal in str(text)] == []


def test_english_is_english_and_keeps_the_placeholders():
    for message in catalogue().values():
        originals = [message.id] if isinstance(message.id, str) else list(message.id)
        strings = [message.string] if isinstance(message.string, str) else list(message.string)
        for string in strings:
            assert not CHINESE.search(string), string
            assert set(PLACEHOLDER.findall(string)) == set(PLACEHOLDER.findall(originals[0])), string


def template_files() -> list[Path]:
    return [path for path in sorted(TEMPLATES.rglob("*.html")) if path.parent.name != "forms"]


@pytest.mark.parametrize("path", template_files(), ids=lambda path: path.name)
def test_templates_have_no_text_past_the_catalogue(path: Path):
    source = re.sub(r"{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.S)
    source = re.sub(r"\b(?:_|[np]gettext)\(((?:[^()]|\([^()]*\))*)\)", "()", source)
    rest = re.sub(r"<kbd>.*?</kbd>|{% block body_class %}.*?{% endblock %}", "", source)
    left = [word for word in CHINESE.findall(rest)]
    assert "".join(left) in ("", "".join(name for name in OWN_NAMES if CHINESE.match(name))), left
    text = re.sub(r"<[^>]*>", " ", re.sub(r"{[{%].*?[%}]}", " ", rest, flags=re.S))
    assert [word for word in re.findall(r"[A-Za-z]{3,}", text) if word not in OWN_NAMES] == []


def python_files() -> list[Path]:
    return [path for path in sorted(WEBUI.rglob("*.py")) if "node_modules" not in path.parts]


@pytest.mark.parametrize("path", python_files(), ids=lambda path: path.name)
def test_code_has_no_text_past_the_catalogue(path: Path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    fine: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("_", "gettext", "ngettext", "pgettext"):
            fine.update(id(argument) for argument in node.args)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and ast.get_docstring(node):
            fine.add(id(node.body[0].value))  # type: ignore[attr-defined]
    texts = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in fine]
    assert [node.value for node in texts if CHINESE.search(node.value)] == []


def test_the_pages_speak_the_chosen_language(visitor: Callable[[str | None], Visitor]):
    browser = visitor("wangfang")
    chinese = browser.page("/tasks")
    assert (chinese.get("lang"), "我的待办" in chinese.text_content()) == ("zh-CN", True)
    response = browser.post("/preferences", {"language": "en", "next": "/tasks"})
    assert (response.status_code, response.location) == (303, "/tasks")
    english = browser.page("/tasks")
    assert english.get("lang") == "en"
    assert "My groups" in english.text_content()
    left = CHINESE.sub("", "王芳中文")
    words = [char for char in english.text_content().replace("王芳", "").replace("中文", "") if CHINESE.match(char) and char != "王"]
    assert (words, left) == ([], "")


def test_the_account_remembers_the_language_in_another_browser(visitor: Callable[[str | None], Visitor]):
    visitor("sunlei").post("/preferences", {"language": "en"})
    assert visitor("sunlei").page("/tasks").get("lang") == "en"
    visitor("sunlei").post("/preferences", {"language": "zh"})
    assert visitor("sunlei").page("/tasks").get("lang") == "zh-CN"


def test_a_visitor_gets_the_language_of_the_browser(visitor: Callable[[str | None], Visitor]):
    assert 'lang="en"' in visitor(None).get("/sign-in", **{"Accept-Language": "en-GB,en;q=0.9"}).text
    assert 'lang="zh-CN"' in visitor(None).get("/sign-in", **{"Accept-Language": "fr"}).text


def test_forged_choices_change_nothing(visitor: Callable[[str | None], Visitor]):
    browser = visitor("wangfang")
    assert browser.post("/preferences", {"language": "xx", "theme": "<script>", "next": "//evil.example"}).location == "/"
    assert 'data-theme="auto"' in browser.get("/tasks").text
