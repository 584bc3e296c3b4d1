"""The command line in English: chosen by an option, a variable or the system; help, results and errors."""

from __future__ import annotations

import io
import re
import sys

import pytest

from engine.bpmn.pack import load_pack
from engine.cli import main
from engine.cli.language import speak
from engine.trial import ScenarioError, load_scenarios
from tests.commands.packs import PACK

CHINESE = re.compile(r"[\u3400-\u9fff\uff00-\uffef\u3000-\u303f]")
COMMANDS = ("serve", "worker", "migrate", "deploy", "lint", "test", "verify", "reexecute", "feel", "user")
ACTIONS = ("add", "password", "deactivate", "activate", "permissions", "list")


@pytest.fixture
def database(fresh_database_url, monkeypatch):
    monkeypatch.setenv("TUOKE_DATABASE_URL", fresh_database_url)
    monkeypatch.setenv("TUOKE_LANGUAGE", "en")
    return fresh_database_url


@pytest.fixture
def pack(tmp_path):
    folder = tmp_path / "tests_pack"
    folder.mkdir()
    for name, content in PACK.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.mark.parametrize(
    ("arguments", "environ", "language"),
    [
        ([], {}, "zh"),
        ([], {"LANG": "C.UTF-8"}, "zh"),
        ([], {"LANG": "zh_CN.UTF-8"}, "zh"),
        ([], {"LANG": "en_US.UTF-8"}, "en"),
        ([], {"LANG": "de_DE"}, "en"),
        ([], {"LANG": "en_US.UTF-8", "LC_ALL": "zh_TW.UTF-8"}, "zh"),
        ([], {"LANG": "zh_CN.UTF-8", "TUOKE_LANGUAGE": "en"}, "en"),
        (["--language", "zh", "lint", "x"], {"TUOKE_LANGUAGE": "en"}, "zh"),
        (["lint", "x", "--language=en"], {}, "en"),
        (["feel", "--", "--language=en"], {}, "zh"),
        (["user", "add", "someone", "--language", "en"], {}, "zh"),
        (["--language", "en", "user", "add", "someone", "--language", "zh"], {}, "en"),
    ],
)
def test_the_language_is_asked_for_or_the_systems(monkeypatch, arguments, environ, language):
    monkeypatch.setenv("TUOKE_LANGUAGE", "zh")
    assert speak(arguments, environ) == language


@pytest.mark.parametrize("arguments", [[], *([one] for one in COMMANDS), *(["user", one] for one in ACTIONS)], ids=" ".join)
def test_help_is_all_english(capsys, monkeypatch, arguments):
    monkeypatch.setenv("TUOKE_LANGUAGE", "en")
    with pytest.raises(SystemExit):
        main([*arguments, "--help"])
    shown = capsys.readouterr().out
    assert "usage: tuoke" in shown
    assert CHINESE.findall(shown) == []


def test_results_and_errors_are_english(database, pack, capsys, monkeypatch):
    names = [process.name for process in load_pack(PACK).processes.values()]

    def said(*arguments: str) -> tuple[int, str]:
        status = main(list(arguments))
        shown = capsys.readouterr()
        text = shown.out + shown.err
        # Names of processes and people stay as their owners wrote them.
        assert CHINESE.findall(re.sub(rf"“[^”]*”|\[\S+ [^\]]*\]|王芳|{'|'.join(names)}", "", text)) == [], text
        return status, text

    assert said("lint", str(pack))[0] == 0
    assert "Say with --note what was changed" in said("deploy", str(pack))[1]
    assert "no scenarios, nothing was tried" in said("deploy", "--note", "first", str(pack))[1]
    assert "nothing changed" in said("deploy", "--note", "again", str(pack))[1]
    monkeypatch.setattr(sys, "stdin", io.StringIO("a-long-secret-1\n"))
    assert "Account wang created" in said("user", "add", "wang", "--name", "王芳", "--admin", "--password-stdin")[1]
    assert "One-time password: " in said("user", "password", "wang", "--one-time")[1]
    assert "This is the last administrator" in said("user", "deactivate", "wang")[1]
    assert "There is no account nobody" in said("user", "permissions", "nobody")[1]
    assert "administrator" in said("user", "list")[1]
    assert "The event log is whole and unchanged (0 instances" in said("verify", "--snapshots")[1]
    assert "came out as the event log says" in said("reexecute")[1]
    (pack / "plain.bpmn").write_text("<broken", encoding="utf-8")
    assert said("lint", str(pack))[0] == 1
    monkeypatch.setenv("TUOKE_PORT", "none")
    assert "TUOKE_PORT=none: must be a whole number from 1 to 65535" in said("migrate")[1]
    assert "no process pack" in said("lint", str(pack.parent / "nowhere"))[1]


GOOD = 'name = "x"\nprocess = "plain"\nas = "sales"\nclock = 2026-11-23T09:00:00+08:00\n'


@pytest.mark.parametrize(
    "text",
    [
        "name = ",
        GOOD,
        GOOD.replace("+08:00", ""),
        GOOD + "wrong = 1\n[expect]\nend = 'end'",
        GOOD + "[expect]\n",
        GOOD + "[[step]]\nadvance = 'soon'\n[expect]\nend = 'end'",
        GOOD + "[[step]]\n[expect]\nend = 'end'",
        GOOD + "[[step]]\nuse = 'nothing'\n[expect]\nend = 'end'",
        GOOD + "step = 1\n[expect]\nend = 'end'",
        GOOD.replace('"plain"', "5") + "[expect]\nend = 'end'",
        GOOD + "[[record]]\n[expect]\nend = 'end'",
    ],
)
def test_why_a_scenario_is_unusable_is_told_in_english(text):
    with pytest.raises(ScenarioError) as refused:
        load_scenarios({"scenarios/x.toml": text.encode()})
    assert refused.value.file == "scenarios/x.toml"
    assert refused.value.text_en
    assert CHINESE.findall(refused.value.text_en) == [], refused.value.text_en
