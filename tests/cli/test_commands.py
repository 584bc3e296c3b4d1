"""`tuoke` on a database that the environment names: deploy, lint, test, accounts, verify, and what is said when something is wrong."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import psycopg
import pytest

from engine import SYSTEM, CompleteTask, Definitions, DeployPack, ProcessEngine, SignIn, StartInstance, Users
from engine.bpmn.pack import load_pack
from engine.cli import main
from engine.cli.serving import prepare
from engine.settings import Settings
from engine.trial.suite import suite_result
from tests.commands.packs import PACK
from tests.commands.people import ADMIN, WANG
from tests.owner import owner_url

PROCESSES = Path(__file__).resolve().parents[2] / "processes"
SCENARIO = """
name = "一步"
process = "plain"
as = "sales"
clock = 2026-11-23T09:00:00+08:00
[[step]]
task = "work"
as = "sales"
[expect]
end = "end"
"""


@pytest.fixture
def database(fresh_database_url, monkeypatch):
    monkeypatch.setenv("TUOKE_DATABASE_URL", fresh_database_url)
    return fresh_database_url


@pytest.fixture
def pack(tmp_path):
    folder = tmp_path / "tests_pack"
    (folder / "scenarios").mkdir(parents=True)
    for name, content in PACK.items():
        (folder / name).write_bytes(content)
    (folder / "scenarios" / "one.toml").write_text(SCENARIO, encoding="utf-8")
    (folder / "plain.bpmn~").write_text("what an editor left behind")
    (folder / ".DS_Store").write_text("what a system left behind")
    return folder


def spoil(pack, file, old, new):
    path = pack / file
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("arguments", [["--help"], ["serve", "--help"], ["user", "add", "--help"], ["test", "-h"]])
def test_help_is_chinese(capsys, arguments):
    with pytest.raises(SystemExit) as leaving:
        main(arguments)
    shown = capsys.readouterr().out
    assert leaving.value.code == 0
    assert "用法：tuoke" in shown
    assert "显示这份说明" in shown


@pytest.mark.parametrize("arguments", [[], ["nothing"], ["user"], ["worker", "--concurrency", "0"], ["lint"]])
def test_wrong_use_is_told_with_status_2(capsys, arguments):
    with pytest.raises(SystemExit) as leaving:
        main(arguments)
    assert leaving.value.code == 2
    assert "用法：tuoke" in capsys.readouterr().err


def test_deploy_and_what_is_unchanged(database, capsys, pack):
    assert main(["deploy", str(pack), "--note", "第一次"]) == 0
    assert main(["deploy", str(pack)]) == 0
    lines = capsys.readouterr().out.splitlines()
    [first] = [line for line in lines if line.startswith("✓ 流程包 tests：")]
    assert "拜访 第 1 版" in first
    assert lines[-1] == f"✓ {pack}：没有变化，场景没有运行，没有部署"
    engine = ProcessEngine.open(database)
    assert {row.version for row in engine.read(Definitions(), ADMIN)} == {1}
    engine.close()


def test_a_deployment_without_a_note_or_over_somebody_elses_is_refused(database, capsys, pack, monkeypatch):
    assert main(["deploy", str(pack)]) == 1
    assert "请用 --note 写这次改了什么" in capsys.readouterr().err

    def somebody_deploys(folder, files):
        engine = ProcessEngine.open(database)
        engine.run(DeployPack(files | {"别人的.md": b"x"}), ADMIN)
        engine.close()
        return suite_result(load_pack(files), ())

    monkeypatch.setattr("engine.cli.packs._require_green", somebody_deploys)
    assert main(["deploy", str(pack), "--note", "第一次"]) == 1
    assert "部署了别的版本；请重新比较后再部署" in capsys.readouterr().err


def test_a_red_scenario_is_not_deployed(database, capsys, pack):
    (pack / "scenarios").mkdir(exist_ok=True)
    text = 'name = "x"\nprocess = "visit"\nas = "sales"\nclock = 2026-11-23T09:00:00+08:00\nstart = { customer = "甲" }\n[expect]\nend = "end"\n'
    (pack / "scenarios" / "red.toml").write_text(text, encoding="utf-8")
    assert main(["deploy", str(pack), "--note", "改动"]) == 1
    said = capsys.readouterr()
    assert "结束事件应为 end，实际为 无" in said.out
    assert "没有部署，原有版本不变" in said.err
    (pack / "scenarios" / "red.toml").write_text(text.replace('end = "end"', 'open = ["plan"]'), encoding="utf-8")
    assert main(["deploy", "--dry-run", str(pack)]) == 0
    assert "没有部署" in capsys.readouterr().out


def test_a_start_does_not_take_back_what_was_deployed_since(database, capsys, pack, monkeypatch):
    monkeypatch.setenv("TUOKE_PROCESSES_DIR", str(pack.parent))
    engine = ProcessEngine.open(database)
    prepare(engine, Settings.from_environment())
    spoil(pack, "plain.bpmn", "办理", "处理")
    assert main(["deploy", str(pack), "--note", "改动"]) == 0
    spoil(pack, "plain.bpmn", "处理", "办理")
    capsys.readouterr()
    prepare(engine, Settings.from_environment())
    versions = {row.version for row in engine.read(Definitions(), ADMIN)}
    engine.close()
    assert versions == {1, 2}
    assert f"流程包 tests：这些文件以前部署过，后来又部署了别的，现行版本不变；要换回来：tuoke deploy --note 换回来 {pack}" in capsys.readouterr().out


def test_a_refused_pack_is_told_with_file_and_line_and_changes_nothing(database, capsys, pack):
    assert main(["deploy", str(pack), "--note", "改动"]) == 0
    spoil(pack, "visit.bpmn", "=ok<", "=ok and<")
    spoil(pack, "plain.bpmn", "userTask", "complexGateway")
    capsys.readouterr()
    assert main(["deploy", str(pack), "--note", "改动"]) == 1
    told = capsys.readouterr().err
    assert f"✗ {pack}/visit.bpmn:1 [agreed_end" in told
    assert f"✗ {pack}/plain.bpmn:1 " in told
    assert "原有版本不变" in told
    engine = ProcessEngine.open(database)
    assert {row.version for row in engine.read(Definitions(), ADMIN)} == {1}
    engine.close()


def test_lint(capsys, pack):
    assert main(["lint", str(pack), str(PROCESSES / "customer_development")]) == 0
    capsys.readouterr()
    spoil(pack, "visit.bpmn", "=ok<", "=ok and<")
    spoil(pack, "scenarios/one.toml", 'as = "sales"', 'who = "sales"')
    assert main(["lint", str(pack)]) == 1
    *findings, summary = capsys.readouterr().out.splitlines()
    assert any(line.startswith(f"✗ {pack}/visit.bpmn:1 [agreed_end") for line in findings)
    assert any(line.startswith(f"✗ {pack}/scenarios/one.toml") and "who" in line for line in findings)
    assert summary.startswith(f"✗ {pack}：")


def test_scenarios_on_databases_for_a_moment(database_server, capsys, pack):
    assert main(["test", str(pack), "--server", database_server]) == 0
    line, summary = capsys.readouterr().out.splitlines()
    assert line.startswith(f"✓ 1/1 一步（{pack}/scenarios/one.toml）")
    assert summary == "✓ 1 个场景通过，0 个没有通过"
    spoil(pack, "scenarios/one.toml", 'end = "end"', 'end = "other"')
    assert main(["test", str(pack), "--server", database_server]) == 1
    line, problem, summary = capsys.readouterr().out.splitlines()
    assert (line[0], problem.strip(), summary) == ("✗", "结束事件应为 other，实际为 end", "✗ 0 个场景通过，1 个没有通过")
    assert main(["test", str(pack), "--only", "没有这个"]) == 2
    with psycopg.connect(database_server) as connection:
        assert connection.execute("SELECT count(*) FROM pg_database WHERE datname LIKE 'tuoke_scratch_%'").fetchone() == (0,)


def test_scenarios_of_a_pack_that_cannot_be_deployed(database_server, capsys, pack):
    spoil(pack, "visit.bpmn", "=ok<", "=ok and<")
    assert main(["test", str(pack), "--server", database_server]) == 1
    assert "场景没有运行" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["lint", "deploy", "test"])
def test_a_folder_that_is_no_pack(database, capsys, tmp_path, command):
    for folder in (tmp_path, tmp_path / "missing"):
        assert main([command, str(folder)]) == 2
        assert f"✗ {folder}：不是流程包文件夹" in capsys.readouterr().err


def test_accounts(database, capsys, monkeypatch, pack):
    assert main(["deploy", str(pack), "--note", "改动"]) == 0
    monkeypatch.setattr(sys, "stdin", io.StringIO("a long secret\n"))
    assert main(["user", "add", "wangfang", "--name", "王芳", "--group", "sales", "--password-stdin"]) == 0
    monkeypatch.setattr(sys, "stdin", io.StringIO("short\n"))
    assert main(["user", "add", "boss", "--admin", "--password-stdin"]) == 1
    assert "密码应有 8 到 200 个字符" in capsys.readouterr().err
    assert main(["user", "add", "cook", "--group", "kitchen", "--keep-password"]) == 1
    assert "没有角色 kitchen" in capsys.readouterr().err
    assert main(["user", "add", "王芳", "--keep-password"]) == 1
    assert "账号只能用小写字母" in capsys.readouterr().err
    assert main(["user", "list"]) == 0
    assert main(["user", "list", "--roles"]) == 0
    assert capsys.readouterr().out.splitlines() == ["wangfang\t王芳\t销售", "sales\t销售\t", "manager\t经理\t"]
    engine = ProcessEngine.open(database)
    assert engine.run(SignIn("wangfang", "a long secret"), SYSTEM).actor == WANG
    assert main(["user", "add", "wangfang", "--name", "王芳芳", "--inactive", "--keep-password"]) == 0
    (account,) = engine.read(Users(), ADMIN)
    assert (account.name, account.active, account.roles) == ("王芳芳", False, ())
    engine.close()


def test_passwords_permissions_and_closing(database, capsys, monkeypatch):
    assert main(["user", "add", "boss", "--admin", "--keep-password"]) == 0
    assert main(["user", "add", "ann", "--analyst", "--manager", "boss", "--keep-password"]) == 0
    capsys.readouterr()
    assert main(["user", "password", "ann", "--one-time"]) == 0
    once = capsys.readouterr().out.partition("：")[2].partition("（")[0]
    engine = ProcessEngine.open(database)
    assert engine.run(SignIn("ann", once), SYSTEM).must_change_password
    monkeypatch.setattr(sys, "stdin", io.StringIO("three green teapots\n"))
    assert main(["user", "password", "ann", "--password-stdin"]) == 0
    assert not engine.run(SignIn("ann", "three green teapots"), SYSTEM).must_change_password
    capsys.readouterr()
    assert main(["user", "permissions", "ann", "--auditor", "--no-analyst"]) == 0
    assert capsys.readouterr().out == "ann\t审计\n"
    assert main(["user", "permissions", "boss", "--no-admin"]) == 1
    assert main(["user", "deactivate", "boss"]) == 1
    assert capsys.readouterr().err.count("最后一个在用的管理员") == 2
    assert main(["user", "deactivate", "ann"]) == 0
    assert main(["user", "activate", "ann"]) == 0
    assert main(["user", "password", "ghost", "--one-time"]) == 1
    assert "没有账号 ghost" in capsys.readouterr().err
    engine.close()


def test_verify_finds_every_kind_of_tampering(database, capsys, pack):
    assert main(["deploy", str(pack), "--note", "改动"]) == 0
    engine = ProcessEngine.open(database)
    begun = [engine.run(StartInstance("plain"), WANG) for _ in range(5)]
    engine.run(CompleteTask(begun[0].next_task_id, {"x": 1.5}), WANG)
    engine.close()
    capsys.readouterr()
    assert main(["verify"]) == 0
    assert capsys.readouterr().out.startswith("✓ 事件日志完整，没有被改动（5 个流程实例")
    with psycopg.connect(owner_url(database)) as connection:
        connection.execute("ALTER TABLE events DISABLE TRIGGER USER")
        connection.execute("""UPDATE events SET data = '{"x":2}' WHERE instance_id = %s AND sequence = 3""", [begun[1].instance_id])
        connection.execute("DELETE FROM events WHERE instance_id = %s AND sequence = 4", [begun[2].instance_id])
        connection.execute(
            "DELETE FROM events WHERE instance_id = %s AND sequence = (SELECT max(sequence) FROM events WHERE instance_id = %s)",
            [begun[3].instance_id, begun[3].instance_id],
        )
        connection.execute("UPDATE events SET actor = 'liqiang' WHERE instance_id = %s AND sequence = 1", [begun[4].instance_id])
    assert main(["verify"]) == 1
    *broken, summary = capsys.readouterr().out.splitlines()
    where = {line.split("：")[0].removeprefix("✗ 流程实例 "): line for line in broken}
    assert set(where) == {each.instance_id for each in begun[1:]}
    assert "第 3 条事件被改动过" in where[begun[1].instance_id]
    assert "缺少第 4 条事件" in where[begun[2].instance_id]
    assert "第 1 条事件被改动过" in where[begun[4].instance_id]
    assert summary.startswith("✗ 4 个流程实例的事件日志被改动过")


def test_reexecute_finds_what_the_machine_was_made_to_forget(database, capsys, pack):
    assert main(["deploy", str(pack), "--note", "改动"]) == 0
    engine = ProcessEngine.open(database)
    begun = [engine.run(StartInstance("plain"), WANG).instance_id for _ in range(3)]
    engine.close()
    capsys.readouterr()
    assert main(["reexecute"]) == 0
    assert capsys.readouterr().out.startswith("✓ 重演的结果与事件日志完全相同（3 个流程实例")
    with psycopg.connect(database) as connection:
        connection.execute("UPDATE instances SET status = 'completed' WHERE id = %s", [begun[1]])
    assert main(["verify"]) == 0
    assert main(["verify", "--snapshots"]) == 1
    assert main(["reexecute", begun[0]]) == 0
    capsys.readouterr()
    assert main(["reexecute"]) == 1
    assert "status" in capsys.readouterr().out.splitlines()[0]
    assert main(["reexecute", "0" * 32]) == 1


def test_migrate(empty_database_url, capsys, monkeypatch):
    monkeypatch.setenv("TUOKE_DATABASE_URL", empty_database_url)
    assert main(["migrate"]) == 0
    assert main(["migrate"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "✓ 数据库结构已是最新"
    with psycopg.connect(empty_database_url) as connection:
        assert connection.execute("SELECT count(*) FROM users").fetchone() == (0,)


@pytest.mark.parametrize(
    "url, status, told",
    [
        ("postgresql://nobody:nothing@127.0.0.1:1/none", 1, "✗ 数据库连接不上"),
        ("mysql://x/y", 2, "✗ TUOKE_DATABASE_URL"),
    ],
)
def test_a_database_that_is_not_there(capsys, monkeypatch, url, status, told):
    monkeypatch.setenv("TUOKE_DATABASE_URL", url)
    assert main(["user", "list"]) == status
    shown = capsys.readouterr().err
    assert shown.startswith(told)
    assert "nothing" not in shown
