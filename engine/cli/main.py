"""Arguments, help and errors as texts, in Chinese or English."""

from __future__ import annotations

import argparse
import io
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from engine.cli import auditing, expressions, packs, people, serving, working
from engine.cli.console import CommandFailed, complain, say, step
from engine.cli.language import LANGUAGES, speak, words
from engine.cli.opening import opened_engine
from engine.model.errors import DatabaseUnavailable, EngineError
from engine.settings import Settings, SettingsError

Action = Callable[[argparse.Namespace], int]


class _Help(argparse.RawDescriptionHelpFormatter):
    def add_usage(self, usage, actions, groups, prefix=None):  # type: ignore[no-untyped-def]
        super().add_usage(usage, actions, groups, words("用法：", "usage: ") if prefix is None else prefix)


def main(argv: Sequence[str] | None = None) -> int:
    """The exit status: 0 done, 1 problems found, 2 wrong use."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    given = sys.argv[1:] if argv is None else argv
    speak(given, os.environ)
    arguments = parser().parse_args(given)
    try:
        action: Action = arguments.action
        return action(arguments)
    except CommandFailed as failure:
        complain(str(failure))
        return failure.status
    except SettingsError as error:
        complain(f"✗ {words(str(error), error.en)}")
        return 2
    except DatabaseUnavailable as error:
        complain(f"✗ {words('数据库连接不上：', 'The database does not answer: ')}{error.__cause__ or error}")
        return 1
    except (EngineError, RuntimeError, OSError) as error:
        complain(f"✗ {error}")
        return 1
    except KeyboardInterrupt:
        complain(words("已中断", "Interrupted"))
        return 130


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="tuoke", description=both("拓客：业务流程引擎 · A business process engine."), formatter_class=_Help, add_help=False
    )
    _with_help(top)
    commands = top.add_subparsers(title=words("命令", "commands"), metavar=words("命令", "COMMAND"), required=True)
    server = _command(commands, "serve", serving.serve, both("启动数据库、作业进程与网页服务 · start everything"))
    server.add_argument("--check", action="store_true", help=both("一切就绪后立即停止 · stop as soon as everything is up"))
    worker = _command(commands, "worker", working.work, both("只运行作业进程，可在多台机器上运行 · run timers and jobs"))
    worker.add_argument(
        "--concurrency", type=_count, default=4, metavar=words("数量", "NUMBER"), help=both("同时运行几个作业，默认 4 · jobs at once")
    )
    worker.add_argument("--with-parent", action="store_true", help=argparse.SUPPRESS)
    _command(commands, "migrate", _migrate, both("更新数据库结构 · bring the database up to date"))
    deployment = _command(commands, "deploy", packs.deploy, both("部署流程包 · deploy process packs"))
    _folders(deployment)
    deployment.add_argument(
        "--note",
        default="",
        metavar=words("说明", "TEXT"),
        help=both("这次改了什么，部署时必填 · what was changed; needed to deploy"),
    )
    deployment.add_argument("--dry-run", action="store_true", help=both("检查、运行场景、列出改动，但不部署 · check, try and compare only"))
    _folders(_command(commands, "lint", packs.lint, both("检查流程包，列出全部问题 · check process packs")))
    tests = _command(commands, "test", packs.try_scenarios, both("在临时数据库上运行流程包的场景 · run the scenarios of process packs"))
    _folders(tests)
    tests.add_argument(
        "--only", default="", metavar=words("文字", "TEXT"), help=both("只运行文件名或名称含有它的场景 · only scenarios that contain this")
    )
    tests.add_argument("--server", metavar=words("地址", "URL"), help=both("在这台 PostgreSQL 上建临时数据库 · make the databases on this server"))
    _proofs(commands)
    _expressions(commands)
    _accounts(commands)
    return top


def _proofs(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verified = _command(commands, "verify", auditing.verify, both("核对全部事件日志的哈希链 · verify the event log"))
    verified.add_argument("--snapshots", action="store_true", help=both("也核对每个流程实例的快照 · the instances' snapshots, too"))
    verified.add_argument(
        "--keep-ends", type=Path, metavar=words("文件", "FILE"), help=both("核对无误后把链尾存进新文件 · keep the ends of all chains")
    )
    verified.add_argument("--against", type=Path, metavar=words("文件", "FILE"), help=both("与以前保存的链尾比较 · compare with kept ends"))
    again = _command(
        commands, "reexecute", auditing.reexecute, both("按记录的输入重演流程实例，与事件日志比较 · execute instances again and compare")
    )
    again.add_argument("instances", nargs="*", metavar=words("流程实例", "INSTANCE"), help=both("默认全部 · all by default"))


def _expressions(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    one = _command(commands, "feel", expressions.feel, both("补全、整理或检查一个 FEEL 表达式，输出 JSON · complete, format or check an expression"))
    what = one.add_mutually_exclusive_group()
    for action, text in (("complete", both("补全 · complete")), ("format", both("整理 · format")), ("check", both("检查（默认） · check (default)"))):
        what.add_argument(f"--{action}", dest="do", action="store_const", const=action, help=text)
    one.set_defaults(do="check")
    one.add_argument(
        "--offset",
        type=int,
        metavar=words("位置", "POSITION"),
        help=both("光标前的字符数，默认在末尾 · characters before the cursor, the end by default"),
    )
    one.add_argument("--pack", type=Path, metavar=words("文件夹", "FOLDER"), help=both("流程包，提供变量 · a pack that knows the variables"))
    one.add_argument("--element", metavar=words("流程:元素", "PROCESS:ELEMENT"), help=both("在哪个元素 · process:element"))
    one.add_argument("expression", metavar=words("表达式", "EXPRESSION"), help=both("“-”从标准输入读 · - reads standard input"))


def _accounts(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    user = _command(commands, "user", None, both("账号 · accounts"))
    actions = user.add_subparsers(title=words("命令", "commands"), metavar=words("命令", "COMMAND"), required=True)
    add = _command(actions, "add", people.add, both("建立或修改账号 · create or change an account"))
    add.add_argument("user_id", metavar=words("账号", "LOGIN"), help=both("登录名 · login"))
    add.add_argument("--name", metavar=words("姓名", "NAME"), help=both("默认与账号相同 · the login by default"))
    add.add_argument("--group", action="append", default=[], metavar=words("角色", "ROLE"), help=both("角色标识，可重复 · role key, repeatable"))
    add.add_argument("--admin", action="store_true", help=both("管理员 · administrator"))
    add.add_argument("--analyst", action="store_true", help=both("流程分析人员 · process analyst"))
    add.add_argument("--auditor", action="store_true", help=both("审计人员 · auditor"))
    add.add_argument("--department", metavar=words("部门", "DEPARTMENT"), help=both("部门标识 · department key"))
    add.add_argument("--manager", metavar=words("账号", "LOGIN"), help=both("直属上级 · supervisor"))
    add.add_argument("--language", choices=("zh", "en"), default="zh", help=both("界面语言 · language"))
    add.add_argument("--inactive", action="store_true", help=both("停用 · may not sign in"))
    add.add_argument("--password-stdin", action="store_true", help=both("从标准输入读密码 · read the password from standard input"))
    add.add_argument("--keep-password", action="store_true", help=both("不改密码 · keep the password"))
    new = _account(actions, "password", people.password, both("换一个密码 · set a password"))
    new.add_argument("--one-time", action="store_true", help=both("生成一次性密码，登录后必须修改 · make one that must be changed when signing in"))
    new.add_argument("--password-stdin", action="store_true", help=both("从标准输入读密码 · read the password from standard input"))
    _account(actions, "deactivate", people.deactivate, both("停用账号 · close an account"))
    _account(actions, "activate", people.activate, both("恢复账号 · open it again"))
    rights = _account(actions, "permissions", people.permissions, both("查看或修改权限 · show or change permissions"))
    for name, text in (("admin", both("管理员 · administrator")), ("analyst", both("流程分析 · analyst")), ("auditor", both("审计 · auditor"))):
        rights.add_argument(f"--{name}", action=argparse.BooleanOptionalAction, default=None, help=text)
    listing = _command(actions, "list", people.show, both("列出账号 · list accounts"))
    listing.add_argument("--roles", action="store_true", help=both("列出角色 · list roles instead"))


def _account(actions: argparse._SubParsersAction[argparse.ArgumentParser], name: str, action: Action, text: str) -> argparse.ArgumentParser:
    command = _command(actions, name, action, text)
    command.add_argument("user_id", metavar=words("账号", "LOGIN"), help=both("登录名 · login"))
    return command


def _command(commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, action: Action | None, text: str) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=text, description=text, formatter_class=_Help, add_help=False)
    # `user add --language` is the language of the account.
    _with_help(command, spoken=action is not people.add)
    if action is not None:
        command.set_defaults(action=action)
    return command


def _with_help(command: argparse.ArgumentParser, *, spoken: bool = True) -> None:
    command._optionals.title = words("选项", "options")
    command._positionals.title = words("参数", "arguments")
    if spoken:
        about = both("显示用的语言，默认跟着系统 · language of the output, the system's by default")
        command.add_argument("--language", dest="spoken", choices=LANGUAGES, default=argparse.SUPPRESS, help=about)
    command.add_argument("-h", "--help", action="help", help=both("显示这份说明 · show this help"))


def _folders(command: argparse.ArgumentParser) -> None:
    command.add_argument("folders", nargs="+", type=Path, metavar=words("文件夹", "FOLDER"), help=both("流程包文件夹 · folder of a process pack"))


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 100):
        raise argparse.ArgumentTypeError(words(f"{text}：应为 1 到 100 之间的整数", f"{text}: must be a whole number from 1 to 100"))
    return int(text)


def _migrate(_arguments: argparse.Namespace) -> int:
    with step(words("更新数据库结构", "Bring the database up to date")), opened_engine(Settings.from_environment()):
        pass
    say(words("✓ 数据库结构已是最新", "✓ The database is up to date"))
    return 0


def both(text: str) -> str:
    """The half of `中文 · English` that is spoken."""
    zh, _, en = text.partition(" · ")
    return words(zh, en)
