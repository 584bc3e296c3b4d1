"""Accounts from the command line, and those of demo mode."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Iterator

from engine.cli.console import CommandFailed, say
from engine.cli.opening import opened_engine
from engine.commands.users import SaveUser
from engine.model.errors import InputRejected
from engine.model.identity import SYSTEM
from engine.process_engine import ProcessEngine
from engine.queries.accounts import Roles, Users
from engine.queries.demo_accounts import DEMO_ADMINISTRATOR, DEMO_PASSWORD, DEMO_PEOPLE, DemoPerson
from engine.queries.views import RoleName
from engine.settings import Settings

_REFUSALS = {
    "bad_user_id": "账号只能用小写字母、数字和 . _ - @，以字母或数字开头",
    "unknown_group": "没有角色 {group}；用 tuoke user list --roles 查看全部角色",
    "bad_password": "密码应有 {minimum} 到 {maximum} 个字符",
    "required": "{field} 不能为空",
    "too_long": "{field} 太长（最多 {maximum} 个字符）",
}


def add(arguments: argparse.Namespace) -> int:
    """Create an account, or change one: what is not given is kept only for the password."""
    password = _asked_password(arguments)
    with opened_engine(Settings.from_environment()) as engine:
        command = SaveUser(
            arguments.user_id,
            arguments.name or arguments.user_id,
            password,
            tuple(arguments.group),
            arguments.admin,
            arguments.language,
            not arguments.inactive,
        )
        try:
            saved = engine.run(command, SYSTEM)
        except InputRejected as error:
            text = _REFUSALS.get(error.code)
            raise CommandFailed(f"✗ {text.format_map(error.details) if text else error}") from error
    say(f"✓ 账号 {saved.user_id} 已{'建立' if saved.created else '修改'}")
    return 0


def _asked_password(arguments: argparse.Namespace) -> str | None:
    """From standard input, or typed twice; None keeps the one there is."""
    if arguments.keep_password:
        return None
    if arguments.password_stdin or not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("密码：")
    if first != getpass.getpass("再输入一次："):
        raise CommandFailed("✗ 两次输入的密码不同")
    return first


def show(arguments: argparse.Namespace) -> int:
    with opened_engine(Settings.from_environment()) as engine:
        if arguments.roles:
            for role in engine.read(Roles(), SYSTEM):
                say(f"{role.key}\t{role.name}\t{role.department}")
            return 0
        for user in engine.read(Users(), SYSTEM):
            roles = "、".join(role.name for role in user.roles) + ("（管理员）" if user.is_administrator else "")
            say("\t".join([user.user_id, user.name, roles, *([] if user.active else ["停用"])]))
    return 0


def make_demo_accounts(engine: ProcessEngine) -> int:
    """One account for every role that has none yet (two for the first of all roles) and an administrator; how many were made."""
    wanted = list(_missing(engine.read(Roles(), SYSTEM), {user.user_id: {role.key for role in user.roles} for user in engine.read(Users(), SYSTEM)}))
    for person, groups in wanted:
        administrates = person is DEMO_ADMINISTRATOR
        engine.run(SaveUser(person.user_id, person.name, DEMO_PASSWORD, groups, administrates), SYSTEM)
    return len(wanted)


def _missing(roles: tuple[RoleName, ...], existing: dict[str, set[str]]) -> Iterator[tuple[DemoPerson, tuple[str, ...]]]:
    free = iter(person for person in DEMO_PEOPLE if person.user_id not in existing)
    demo = {person.user_id for person in DEMO_PEOPLE}
    for number, role in enumerate(roles):
        there = sum(role.key in groups for user_id, groups in existing.items() if user_id in demo)
        for _ in range((2 if number == 0 else 1) - there):
            person = next(free, None)
            if person is not None:
                yield person, (role.key,)
    if DEMO_ADMINISTRATOR.user_id not in existing:
        yield DEMO_ADMINISTRATOR, ()
