"""Accounts from the command line, and those of demo mode."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Iterator
from dataclasses import replace

from engine.cli.console import CommandFailed, say
from engine.cli.opening import opened_engine
from engine.commands.people.departments import SaveDepartment
from engine.commands.people.users import ResetPassword, SaveUser, SetActive, SetPassword, SetPermissions, UserSaved
from engine.commands.work import Command
from engine.model.errors import EngineError, InputRejected, NotFoundError
from engine.model.identity import SYSTEM
from engine.process_engine import ProcessEngine
from engine.queries.accounts import Roles, Users
from engine.queries.demo_accounts import DEMO_ADMINISTRATOR, DEMO_ANALYST, DEMO_AUDITOR, DEMO_PASSWORD, DEMO_PEOPLE, DemoPerson
from engine.queries.organisation import Departments
from engine.queries.people import AccountDetail, FindAccountDetail
from engine.queries.register_views import AccountRow
from engine.queries.views import RoleName
from engine.settings import Settings

_REFUSALS = {
    "bad_user_id": "账号只能用小写字母、数字和 . _ - @，以字母或数字开头",
    "unknown_group": "没有角色 {group}；用 tuoke user list --roles 查看全部角色",
    "bad_password": "密码应有 {minimum} 到 {maximum} 个字符",
    "no_such_account": "没有账号 {user_id}；用 tuoke user list 查看全部账号",
    "common_password": "这个密码太容易猜到，请换一个",
    "auditor_acts": "审计人员只看不改，不能同时有岗位或做流程分析",
    "last_administrator": "这是最后一个在用的管理员；请先让另一个人成为管理员",
    "unknown_department": "没有部门 {department_id}",
    "unknown_user": "没有在用的账号 {user_id}",
    "supervision_circle": "{user_id} 直接或间接是 {manager_id} 的上级，不能反过来",
    "bad_text": "{field} 里有不能保存的字符",
    "required": "{field} 不能为空",
    "too_long": "{field} 太长（最多 {maximum} 个字符）",
}


def add(arguments: argparse.Namespace) -> int:
    """Create an account, or change one: what is not given is kept only for the password."""
    command = SaveUser(
        arguments.user_id,
        arguments.name or arguments.user_id,
        _asked_password(arguments),
        tuple(arguments.group),
        arguments.admin,
        arguments.language,
        not arguments.inactive,
        arguments.analyst,
        arguments.auditor,
        arguments.department,
        arguments.manager,
    )
    saved = _run(command)
    say(f"✓ 账号 {saved.user_id} 已{'建立' if saved.created else '修改'}")
    return 0


def password(arguments: argparse.Namespace) -> int:
    """A new password; with --one-time one that is shown now and must be changed when signing in."""
    if arguments.one_time:
        say(f"一次性密码：{_run(ResetPassword(arguments.user_id)).one_time_password}（三天内有效，登录后必须修改）")
    else:
        _run(SetPassword(arguments.user_id, _asked_password(arguments) or ""))
        say(f"✓ 账号 {arguments.user_id} 的密码已修改，原来的登录都已退出")
    return 0


def deactivate(arguments: argparse.Namespace) -> int:
    with opened_engine(Settings.from_environment()) as engine:
        _tried(engine, SetActive(arguments.user_id, False))
        held = engine.read(FindAccountDetail(arguments.user_id), SYSTEM).open_tasks
    say(f"✓ 账号 {arguments.user_id} 已停用" + (f"；手上还有 {held} 项待办，请转给别人" if held else ""))
    return 0


def activate(arguments: argparse.Namespace) -> int:
    _run(SetActive(arguments.user_id, True))
    say(f"✓ 账号 {arguments.user_id} 已恢复")
    return 0


def permissions(arguments: argparse.Namespace) -> int:
    """Show the permissions of an account, after giving and taking away those that are named."""
    with opened_engine(Settings.from_environment()) as engine:
        asked = (arguments.admin, arguments.analyst, arguments.auditor)
        if any(each is not None for each in asked):
            _tried(engine, SetPermissions(arguments.user_id, *asked))
        try:
            found = engine.read(FindAccountDetail(arguments.user_id), SYSTEM)
        except NotFoundError as error:
            raise _failed(error) from error
    say(f"{found.user_id}\t{_permission_words(found) or '没有额外权限'}")
    return 0


def _permission_words(account: AccountRow | AccountDetail) -> str:
    held = ((account.is_administrator, "管理员"), (account.is_analyst, "流程分析"), (account.is_auditor, "审计"))
    return "、".join(name for has, name in held if has)


def _run(command: Command[UserSaved]) -> UserSaved:
    with opened_engine(Settings.from_environment()) as engine:
        return _tried(engine, command)


def _tried(engine: ProcessEngine, command: Command[UserSaved]) -> UserSaved:
    try:
        return engine.run(command, SYSTEM)
    except (InputRejected, NotFoundError) as error:
        raise _failed(error) from error


def _failed(error: EngineError) -> CommandFailed:
    text = _REFUSALS.get(error.code)
    return CommandFailed(f"✗ {text.format_map(error.details) if text else error}")


def _asked_password(arguments: argparse.Namespace) -> str | None:
    """From standard input, or typed twice; None keeps the one there is."""
    if getattr(arguments, "keep_password", False):
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
            held = _permission_words(user)
            roles = "、".join(role.name for role in user.roles) + (f"（{held}）" if held else "")
            say("\t".join([user.user_id, user.name, roles, *([] if user.active else ["停用"])]))
    return 0


def make_demo_accounts(engine: ProcessEngine) -> int:
    """One account for every role that has none yet (two for the first of all roles), an administrator, an analyst, an auditor; how many were made.

    The first time, the departments that the packs name for their roles are made, too.
    """
    roles, users = engine.read(Roles(), SYSTEM), engine.read(Users(), SYSTEM)
    wanted = list(_missing(roles, {user.user_id: {role.key for role in user.roles} for user in users}))
    departments = _demo_departments(engine, roles)
    for person, groups in wanted:
        place = next((departments[role.department] for role in roles if role.key in groups and role.department in departments), None)
        engine.run(SaveUser(person.user_id, person.name, DEMO_PASSWORD, groups, department_id=place), SYSTEM)
    known = {user.user_id for user in users}
    others = [person for person in (DEMO_ADMINISTRATOR, DEMO_ANALYST, DEMO_AUDITOR) if person.user_id not in known]
    for person in others:
        account = SaveUser(person.user_id, person.name, DEMO_PASSWORD, is_administrator=person is DEMO_ADMINISTRATOR)
        engine.run(replace(account, is_analyst=person is DEMO_ANALYST, is_auditor=person is DEMO_AUDITOR), SYSTEM)
    return len(wanted) + len(others)


def _demo_departments(engine: ProcessEngine, roles: tuple[RoleName, ...]) -> dict[str, str]:
    """Name -> id; made only while there is none."""
    existing = engine.read(Departments(), SYSTEM)
    if existing:
        return {department.name: department.department_id for department in existing}
    names = dict.fromkeys(role.department for role in roles if role.department)
    made = {name: f"department-{number}" for number, name in enumerate(names, 1)}
    for number, (name, department_id) in enumerate(made.items(), 1):
        engine.run(SaveDepartment(department_id, name, number=number), SYSTEM)
    return made


def _missing(roles: tuple[RoleName, ...], existing: dict[str, set[str]]) -> Iterator[tuple[DemoPerson, tuple[str, ...]]]:
    free = iter(person for person in DEMO_PEOPLE if person.user_id not in existing)
    demo = {person.user_id for person in DEMO_PEOPLE}
    for number, role in enumerate(roles):
        there = sum(role.key in groups for user_id, groups in existing.items() if user_id in demo)
        for _ in range((2 if number == 0 else 1) - there):
            person = next(free, None)
            if person is not None:
                yield person, (role.key,)
