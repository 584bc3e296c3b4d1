"""The engine on the database that the settings name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from engine.cli.console import CommandFailed
from engine.cli.language import words
from engine.model.errors import StorageError
from engine.process_engine import ProcessEngine
from engine.settings import Settings
from engine.store.application_role import RoleStanding
from engine.store.database_urls import DatabaseUrls, database_urls

_WORDS = {
    "schema_newer": (
        "数据库属于更新的版本（{revision}），这个版本不能用它；请更新程序",
        "The database belongs to a newer release ({revision}) that this one cannot use: update the program",
    ),
    "schema_older": (
        "数据库结构是 {revision}，需要 {needed}，而这个数据库角色不能修改结构；请带上 TUOKE_DATABASE_OWNER_URL（表的所有者）运行一次 tuoke migrate",
        "The database is at {revision}, {needed} is needed, and this role may not change it: "
        "run tuoke migrate once with TUOKE_DATABASE_OWNER_URL (who owns the tables)",
    ),
    "role_missing": (
        "没有数据库角色 {role}，而表的所有者不能建立角色；请数据库管理员运行一次（… 换成 TUOKE_DATABASE_URL 里的密码）：\n  {statement};",
        "There is no database role {role}, and the owner of the tables may not make roles. "
        "A database administrator runs this once (… is the password of TUOKE_DATABASE_URL):\n  {statement};",
    ),
}
_REASONS = {
    "superuser": ("是数据库的超级用户", "is a superuser of the database"),
    "owner": ("是表的所有者", "owns the tables"),
    "privileged": ("有修改或删除已记录内容的权限", "may change or delete what was recorded"),
    "powerful": ("能给自己更多的权限", "can give itself more rights"),
}


def standing_text(standing: RoleStanding) -> str:
    """A line that says what the application's role could do, and how to give it less."""
    if standing.append_only:
        less = words("只能读取和追加事件，不能修改或删除", "it can read and append events, not change or delete them")
        return f"✓ {_role(standing)}{words('：', ': ')}{less}"
    reasons = words("，", ", ").join(words(*_REASONS[reason]) for reason in standing.reasons)
    return f"! {_role(standing)} {reasons}" + words(
        "：能够绕过保护改动事件。请把 TUOKE_DATABASE_URL 换成单独的角色，所有者写在 TUOKE_DATABASE_OWNER_URL，再运行 tuoke migrate",
        ": it can get around the protection of events. Give TUOKE_DATABASE_URL a role of its own, "
        "name the owner in TUOKE_DATABASE_OWNER_URL, and run tuoke migrate",
    )


def _role(standing: RoleStanding) -> str:
    return words(f"数据库角色 {standing.role}", f"Database role {standing.role}")


def open_engine(urls: DatabaseUrls, pool_size: int = 4) -> ProcessEngine:
    """The engine on a database that answers and has this release's schema. Raises DatabaseUnavailable, CommandFailed."""
    engine = ProcessEngine.open(urls.application, pool_size=pool_size, migrate=False, owner_url=urls.owner)
    try:
        engine.migrate()
    except StorageError as error:
        engine.close()
        if error.code not in _WORDS:
            raise
        raise CommandFailed(f"✗ {words(*_WORDS[error.code]).format(**error.details)}") from error
    except Exception:
        engine.close()
        raise
    return engine


@contextmanager
def opened_engine(settings: Settings, pool_size: int = 4) -> Iterator[ProcessEngine]:
    engine = open_engine(database_urls(settings), pool_size)
    try:
        yield engine
    finally:
        engine.close()
