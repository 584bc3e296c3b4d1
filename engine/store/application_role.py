"""The role that web and worker processes connect as: it adds to what is only ever appended, and can change, remove or redefine none of it.

The owner of the tables brings the schema up to date and does nothing else. What a table allows follows from the table itself: one with the trigger
`refuse_change` is only read and appended to, so a new one cannot be forgotten here.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from psycopg import sql

from engine.model.errors import StorageError
from engine.store.database import driver_connection

APPLICATION_ROLE = "tuoke_app"
_ATTRIBUTES = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS NOINHERIT"
# Who may append to the event log works for us: migrations give these roles what new tables need.
_GRANTEES = """
SELECT DISTINCT grantee::regrole::text FROM pg_class, aclexplode(relacl)
WHERE oid = to_regclass('events') AND privilege_type = 'INSERT' AND grantee <> relowner AND grantee <> 0
"""
# Only tables whose privileges are not what they should be, so that nothing is written when all is well.
_TABLES = """
WITH wanted AS (
    SELECT class.oid, class.relname, class.relacl,
        CASE WHEN class.relname = 'alembic_version' THEN ARRAY['SELECT']
            WHEN EXISTS (SELECT FROM pg_trigger WHERE tgrelid = class.oid AND tgname = 'refuse_change') THEN ARRAY['INSERT', 'SELECT']
            ELSE ARRAY['DELETE', 'INSERT', 'SELECT', 'UPDATE'] END AS privileges
    FROM pg_class class WHERE class.relnamespace = current_schema()::regnamespace AND class.relkind IN ('r', 'p')
)
SELECT relname, privileges FROM wanted
WHERE privileges IS DISTINCT FROM (
    SELECT array_agg(privilege_type ORDER BY privilege_type) FROM aclexplode(relacl) WHERE grantee = (SELECT oid FROM pg_roles WHERE rolname = :role)
)
"""
_STANDING = """
WITH guarded AS (
    SELECT class.oid, class.relowner FROM pg_class class JOIN pg_trigger ON tgrelid = class.oid AND tgname = 'refuse_change'
    WHERE class.relnamespace = current_schema()::regnamespace
)
SELECT current_user AS role, rolsuper AS superuser, rolcreaterole OR rolbypassrls OR rolreplication AS powerful,
    EXISTS (SELECT FROM guarded WHERE pg_has_role(current_user, relowner, 'MEMBER')) AS owner,
    EXISTS (SELECT FROM guarded WHERE has_table_privilege(oid, 'UPDATE, DELETE, TRUNCATE, TRIGGER')
        OR has_any_column_privilege(oid, 'UPDATE')) AS privileged,
    EXISTS (SELECT FROM pg_roles member WHERE member.rolname IN ('pg_write_all_data', 'pg_execute_server_program', 'pg_write_server_files')
        AND pg_has_role(current_user, member.oid, 'MEMBER')) AS member
FROM pg_roles WHERE rolname = current_user
"""


@dataclass(frozen=True, slots=True)
class Login:
    """A role of the database server and its password."""

    role: str
    password: str


@dataclass(frozen=True, slots=True)
class RoleStanding:
    """The role of a connection, and what it could do to the event log if it wanted; no reasons: nothing but read and append.

    Reasons: `superuser`, `owner` (of such a table, or a member of its owner), `privileged` (may change rows of one), `powerful` (may become more).
    """

    role: str
    reasons: tuple[str, ...]

    @property
    def append_only(self) -> bool:
        return not self.reasons


def role_standing(connection: sa.Connection) -> RoleStanding:
    """Of the role that this connection works as; one statement."""
    row = connection.execute(sa.text(_STANDING)).one()
    found = {"superuser": row.superuser, "owner": row.owner, "privileged": row.privileged, "powerful": row.powerful or row.member}
    if row.superuser:  # has every other right by that
        return RoleStanding(row.role, ("superuser",))
    return RoleStanding(row.role, tuple(reason for reason, holds in found.items() if holds))


def creation_text(login: Login) -> str:
    """The statement that makes the role."""
    statement = sql.SQL("CREATE ROLE {} " + _ATTRIBUTES + " PASSWORD {}")
    return statement.format(sql.Identifier(login.role), sql.Literal(login.password)).as_string(None)


def ensure_role(connection: sa.Connection, login: Login) -> None:
    """As owner: make the role when the server does not have it. Raises StorageError("role_missing") when this owner may make none."""
    if connection.execute(sa.text("SELECT FROM pg_roles WHERE rolname = :role"), {"role": login.role}).first() is not None:
        return
    if not connection.scalar(sa.text("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user")):
        raise StorageError("role_missing", role=login.role, statement=creation_text(Login(login.role, "…")))
    driver_connection(connection).execute(creation_text(login).encode())


def grant(connection: sa.Connection, role: str) -> bool:
    """As owner: give `role` what the application needs, and take what it has beyond that. True when anything was otherwise.

    Two at once get in each other's way: under the lock of migrations.
    """
    tables = connection.execute(sa.text(_TABLES), {"role": role}).all()
    if not tables:
        return False
    name, driver = sql.Identifier(role), driver_connection(connection)
    driver.execute(sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(sql.Identifier(_schema(connection)), name))
    for table in tables:
        driver.execute(sql.SQL("REVOKE ALL ON {} FROM {}").format(sql.Identifier(table.relname), name))
        privileges = sql.SQL(", ").join(map(sql.SQL, table.privileges))
        driver.execute(sql.SQL("GRANT {} ON {} TO {}").format(privileges, sql.Identifier(table.relname), name))
    driver.execute(sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {} TO {}").format(sql.Identifier(_schema(connection)), name))
    return True


def grant_again(connection: sa.Connection) -> None:
    """As owner, after a migration: whoever has worked with this database goes on."""
    for (role,) in connection.execute(sa.text(_GRANTEES)).all():
        grant(connection, role)


def _schema(connection: sa.Connection) -> str:
    return str(connection.scalar(sa.text("SELECT current_schema()")))
