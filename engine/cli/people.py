"""Accounts from the command line, and those of demo mode."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Iterator
from dataclasses import replace

from engine.cli.console import CommandFailed, say
from engine.cli.language import counted_words, words
from engine.cli.opening import opened_engine
from engine.commands.people.departments import SaveDepartment
from engine.commands.people.users import ResetPassword, SaveUser, SetActive, SetPassword, SetPermissions, UserSaved
from engine.commands.work import Command
from engine.model.errors import EngineError, InputRejected, NotFoundError
from engine.model.identity import SYSTEM
from engine.process_engine import ProcessEngine
from engine.queries.people.accounts import Roles, Users
from engine.queries.people.demo_accounts import DEMO_ADMINISTRATOR, DEMO_ANALYST, DEMO_AUDITOR, DEMO_PASSWORD, DEMO_PEOPLE, DemoPerson
from engine.queries.people.organisation import Departments
from engine.queries.people.people import AccountDetail, FindAccountDetail
from engine.queries.registers.register_views import AccountRow
from engine.queries.views import RoleName
from engine.settings import Settings

_REFUSALS = {
    "bad_user_id": (
        "账号只能用小写字母、数字和 . _ - @，以字母或数字开头",
        "A login has lower-case letters, digits and . _ - @ only and begins with a letter or digit",
    ),
    "unknown_group": (
        "没有角色 {group}；用 tuoke user list --roles 查看全部角色",
        "There is no role {group}; tuoke user list --roles shows them all",
    ),
    "bad_password": ("密码应有 {minimum} 到 {maximum} 个字符", "A password has {minimum} to {maximum} characters"),
    "no_such_account": ("没有账号 {user_id}；用 tuoke user list 查看全部账号", "There is no account {user_id}; tuoke user list shows them all"),
    "common_password": ("这个密码太容易猜到，请换一个", "This password is too easy to guess, choose another one"),
    "auditor_acts": ("审计人员只看不改，不能同时有岗位或做流程分析", "Auditors only look: they have no roles and are no process analysts"),
    "last_administrator": (
        "这是最后一个在用的管理员；请先让另一个人成为管理员",
        "This is the last administrator in use; make somebody else one first",
    ),
    "unknown_department": ("没有部门 {department_id}", "There is no department {department_id}"),
    "unknown_user": ("没有在用的账号 {user_id}", "There is no account {user_id} in use"),
    "supervision_circle": (
        "{user_id} 直接或间接是 {manager_id} 的上级，不能反过来",
        "{user_id} supervises {manager_id}, directly or not, so it cannot be the other way round",
    ),
    "bad_text": ("{field} 里有不能保存的字符", "{field} holds characters that cannot be kept"),
    "required": ("{field} 不能为空", "{field} must not be empty"),
    "too_long": ("{field} 太长（最多 {maximum} 个字符）", "{field} is too long (at most {maximum} characters)"),
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
    done = words("已建立", "created") if saved.created else words("已修改", "changed")
    say(f"✓ {_account(saved.user_id)} {done}")
    return 0


def password(arguments: argparse.Namespace) -> int:
    """A new password; with --one-time one that is shown now and must be changed when signing in."""
    if arguments.one_time:
        once = _run(ResetPassword(arguments.user_id)).one_time_password
        good_for = words("（三天内有效，登录后必须修改）", " (good for three days, to be changed when signing in)")
        say(f"{words('一次性密码：', 'One-time password: ')}{once}{good_for}")
    else:
        _run(SetPassword(arguments.user_id, _asked_password(arguments) or ""))
        say(f"✓ {_account(arguments.user_id)}{words('的密码已修改，原来的登录都已退出', ': the password is changed and all sessions have ended')}")
    return 0


def deactivate(arguments: argparse.Namespace) -> int:
    with opened_engine(Settings.from_environment()) as engine:
        _tried(engine, SetActive(arguments.user_id, False))
        held = engine.read(FindAccountDetail(arguments.user_id), SYSTEM).open_tasks
    open_tasks = words(f"；手上还有 {held} 项待办，请转给别人", f"; {counted_words(held, 'task')} still open, hand over to somebody else")
    say(f"✓ {_account(arguments.user_id)} {words('已停用', 'closed')}{open_tasks if held else ''}")
    return 0


def activate(arguments: argparse.Namespace) -> int:
    _run(SetActive(arguments.user_id, True))
    say(f"✓ {_account(arguments.user_id)} {words('已恢复', 'open again')}")
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
    say(f"{found.user_id}\t{_permission_words(found) or words('没有额外权限', 'no permissions beside')}")
    return 0


def _permission_words(account: AccountRow | AccountDetail) -> str:
    held = (
        (account.is_administrator, words("管理员", "administrator")),
        (account.is_analyst, words("流程分析", "process analyst")),
        (account.is_auditor, words("审计", "auditor")),
    )
    return words("、", ", ").join(name for has, name in held if has)


def _account(user_id: str) -> str:
    return words(f"账号 {user_id}", f"Account {user_id}")


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
    return CommandFailed(f"✗ {words(*text).format_map(error.details) if text else error}")


def _asked_password(arguments: argparse.Namespace) -> str | None:
    """From standard input, or typed twice; None keeps the one there is."""
    if getattr(arguments, "keep_password", False):
        return None
    if arguments.password_stdin or not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass(words("密码：", "Password: "))
    if first != getpass.getpass(words("再输入一次：", "Once more: ")):
        raise CommandFailed(words("✗ 两次输入的密码不同", "✗ The two passwords differ"))
    return first


def show(arguments: argparse.Namespace) -> int:
    with opened_engine(Settings.from_environment()) as engine:
        if arguments.roles:
            for role in engine.read(Roles(), SYSTEM):
                say(f"{role.key}\t{words(role.name, role.name_en or role.name)}\t{role.department}")
            return 0
        for user in engine.read(Users(), SYSTEM):
            held = _permission_words(user)
            roles = words("、", ", ").join(words(role.name, role.name_en or role.name) for role in user.roles)
            roles += words(f"（{held}）", f" ({held})") if held else ""
            say("\t".join([user.user_id, user.name, roles, *([] if user.active else [words("停用", "closed")])]))
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
