"""Arguments, help (Chinese first), and errors as texts."""

from __future__ import annotations

import argparse
import io
import logging
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from engine.cli import auditing, expressions, packs, people, serving, working
from engine.cli.console import CommandFailed, complain, say, step
from engine.cli.opening import opened_engine
from engine.model.errors import DatabaseUnavailable, EngineError
from engine.settings import Settings, SettingsError

Action = Callable[[argparse.Namespace], int]


class _Help(argparse.RawDescriptionHelpFormatter):
    def add_usage(self, usage, actions, groups, prefix=None):  # type: ignore[no-untyped-def]
        super().add_usage(usage, actions, groups, "用法 usage: " if prefix is None else prefix)


def main(argv: Sequence[str] | None = None) -> int:
    """The exit status: 0 done, 1 problems found, 2 wrong use."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    arguments = parser().parse_args(argv)
    try:
        action: Action = arguments.action
        return action(arguments)
    except CommandFailed as failure:
        complain(str(failure))
        return failure.status
    except SettingsError as error:
        complain(f"✗ {error}")
        return 2
    except DatabaseUnavailable as error:
        complain(f"✗ 数据库连接不上：{error.__cause__ or error}")
        return 1
    except (EngineError, RuntimeError, OSError) as error:
        complain(f"✗ {error}")
        return 1
    except KeyboardInterrupt:
        complain("已中断")
        return 130


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="tuoke", description="拓客：业务流程引擎\nA business process engine.", formatter_class=_Help, add_help=False)
    _with_help(top)
    commands = top.add_subparsers(title="命令 commands", metavar="命令", required=True)
    server = _command(commands, "serve", serving.serve, "启动数据库、作业进程与网页服务 · start everything")
    server.add_argument("--check", action="store_true", help="一切就绪后立即停止 · stop as soon as everything is up")
    worker = _command(commands, "worker", working.work, "只运行作业进程，可在多台机器上运行 · run timers and jobs")
    worker.add_argument("--concurrency", type=_count, default=4, metavar="数量", help="同时运行几个作业，默认 4 · jobs at once")
    worker.add_argument("--with-parent", action="store_true", help=argparse.SUPPRESS)
    _command(commands, "migrate", _migrate, "更新数据库结构 · bring the database up to date")
    deployment = _command(commands, "deploy", packs.deploy, "部署流程包 · deploy process packs")
    _folders(deployment)
    deployment.add_argument(
        "--note",
        default="",
        metavar="说明",
        help="这次改了什么，部署时必填 · what was changed; needed to deploy",
    )
    deployment.add_argument("--dry-run", action="store_true", help="检查、运行场景、列出改动，但不部署 · check, try and compare only")
    _folders(_command(commands, "lint", packs.lint, "检查流程包，列出全部问题 · check process packs"))
    tests = _command(commands, "test", packs.try_scenarios, "在临时数据库上运行流程包的场景 · run the scenarios of process packs")
    _folders(tests)
    tests.add_argument("--only", default="", metavar="文字", help="只运行文件名或名称含有它的场景 · only scenarios that contain this")
    tests.add_argument("--server", metavar="地址", help="在这台 PostgreSQL 上建临时数据库 · make the databases on this server")
    verified = _command(commands, "verify", auditing.verify, "核对全部事件日志的哈希链 · verify the event log")
    verified.add_argument("--snapshots", action="store_true", help="也核对每个流程实例的快照 · the instances' snapshots, too")
    verified.add_argument("--keep-ends", type=Path, metavar="文件", help="核对无误后把链尾存进新文件 · keep the ends of all chains")
    verified.add_argument("--against", type=Path, metavar="文件", help="与以前保存的链尾比较 · compare with kept ends")
    again = _command(commands, "reexecute", auditing.reexecute, "按记录的输入重演流程实例，与事件日志比较 · execute instances again and compare")
    again.add_argument("instances", nargs="*", metavar="流程实例", help="默认全部 · all by default")
    _expressions(commands)
    _accounts(commands)
    return top


def _expressions(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    one = _command(commands, "feel", expressions.feel, "补全、整理或检查一个 FEEL 表达式，输出 JSON · complete, format or check an expression")
    what = one.add_mutually_exclusive_group()
    for action, text in (("complete", "补全 · complete"), ("format", "整理 · format"), ("check", "检查（默认）· check (default)")):
        what.add_argument(f"--{action}", dest="do", action="store_const", const=action, help=text)
    one.set_defaults(do="check")
    one.add_argument("--offset", type=int, metavar="位置", help="光标前的字符数，默认在末尾 · characters before the cursor, the end by default")
    one.add_argument("--pack", type=Path, metavar="文件夹", help="流程包，提供变量 · a pack that knows the variables")
    one.add_argument("--element", metavar="流程:元素", help="在哪个元素 · process:element")
    one.add_argument("expression", metavar="表达式", help="“-”从标准输入读 · - reads standard input")


def _accounts(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    user = _command(commands, "user", None, "账号 · accounts")
    actions = user.add_subparsers(title="命令 commands", metavar="命令", required=True)
    add = _command(actions, "add", people.add, "建立或修改账号 · create or change an account")
    add.add_argument("user_id", metavar="账号", help="登录名 · login")
    add.add_argument("--name", metavar="姓名", help="默认与账号相同 · the login by default")
    add.add_argument("--group", action="append", default=[], metavar="角色", help="角色标识，可重复 · role key, repeatable")
    add.add_argument("--admin", action="store_true", help="管理员 · administrator")
    add.add_argument("--analyst", action="store_true", help="流程分析人员 · process analyst")
    add.add_argument("--auditor", action="store_true", help="审计人员 · auditor")
    add.add_argument("--department", metavar="部门", help="部门标识 · department key")
    add.add_argument("--manager", metavar="账号", help="直属上级 · supervisor")
    add.add_argument("--language", choices=("zh", "en"), default="zh", help="界面语言 · language")
    add.add_argument("--inactive", action="store_true", help="停用 · may not sign in")
    add.add_argument("--password-stdin", action="store_true", help="从标准输入读密码 · read the password from standard input")
    add.add_argument("--keep-password", action="store_true", help="不改密码 · keep the password")
    new = _account(actions, "password", people.password, "换一个密码 · set a password")
    new.add_argument("--one-time", action="store_true", help="生成一次性密码，登录后必须修改 · make one that must be changed when signing in")
    new.add_argument("--password-stdin", action="store_true", help="从标准输入读密码 · read the password from standard input")
    _account(actions, "deactivate", people.deactivate, "停用账号 · close an account")
    _account(actions, "activate", people.activate, "恢复账号 · open it again")
    rights = _account(actions, "permissions", people.permissions, "查看或修改权限 · show or change permissions")
    for name, text in (("admin", "管理员 · administrator"), ("analyst", "流程分析 · analyst"), ("auditor", "审计 · auditor")):
        rights.add_argument(f"--{name}", action=argparse.BooleanOptionalAction, default=None, help=text)
    listing = _command(actions, "list", people.show, "列出账号 · list accounts")
    listing.add_argument("--roles", action="store_true", help="列出角色 · list roles instead")


def _account(actions: argparse._SubParsersAction[argparse.ArgumentParser], name: str, action: Action, text: str) -> argparse.ArgumentParser:
    command = _command(actions, name, action, text)
    command.add_argument("user_id", metavar="账号", help="登录名 · login")
    return command


def _command(commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, action: Action | None, text: str) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=text, description=text, formatter_class=_Help, add_help=False)
    _with_help(command)
    if action is not None:
        command.set_defaults(action=action)
    return command


def _with_help(command: argparse.ArgumentParser) -> None:
    command._optionals.title = "选项 options"
    command._positionals.title = "参数 arguments"
    command.add_argument("-h", "--help", action="help", help="显示这份说明 · show this help")


def _folders(command: argparse.ArgumentParser) -> None:
    command.add_argument("folders", nargs="+", type=Path, metavar="文件夹", help="流程包文件夹 · folder of a process pack")


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 100):
        raise argparse.ArgumentTypeError(f"{text}：应为 1 到 100 之间的整数")
    return int(text)


def _migrate(_arguments: argparse.Namespace) -> int:
    with step("更新数据库结构"), opened_engine(Settings.from_environment()):
        pass
    say("✓ 数据库结构已是最新")
    return 0
