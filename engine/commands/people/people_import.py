"""Many accounts at once from a table: each row is checked as if somebody had typed it, and all that are accepted are saved in one transaction."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from engine.commands.input import checked_text
from engine.commands.people.users import SaveUser
from engine.commands.records.record_import_rows import ImportRow
from engine.commands.rights import require_administrator
from engine.commands.telling.mail_address import SetMailAddressOf, mail_address_of
from engine.commands.work import Work
from engine.model.errors import ConflictError, InputRejected
from engine.model.identity import Actor
from engine.model.people_import import CHANGED, CREATED, REFUSED, SAME, ImportedPerson, PeopleImported, PersonFinding
from engine.store.accounts import AccountEvent
from engine.store.people import account_digest, account_state, lock_people
from engine.store.registers import Department, Group, User

MOST_ROWS = 2000
DIGEST_SIGNS = 16
CIRCLE = "supervision_circle"
_SEVERAL = re.compile(r"[、,，;；\n]")


@dataclass(slots=True)
class _Row:
    number: int
    cells: Mapping[str, str]
    user_id: str
    before: Mapping[str, Any] | None = None
    findings: list[PersonFinding] = field(default_factory=list)
    line: ImportedPerson | None = None


@dataclass(frozen=True, slots=True)
class ImportPeople:
    """Create accounts and, with `update`, change those that are there; cells: user_id, name, department, roles, manager, mail.

    Administrators only.

    Empty cells change nothing; roles name all that the person has. Departments, roles and supervisors go by key, login or name; a supervisor may
    stand further down. Permissions, passwords and closed accounts stay as they are, so whoever administers goes on doing so. `check` only says
    what would happen; `whole`: one refused row refuses all; `one_time_passwords`: new accounts get one. `seen` is that of a check: an account that
    somebody changed since is refused with who and when. At most 2000 rows.
    """

    rows: Sequence[ImportRow]
    file_name: str
    update: bool = False
    whole: bool = False
    check: bool = False
    one_time_passwords: bool = True
    seen: Mapping[str, str] | None = None

    def execute(self, work: Work, actor: Actor) -> PeopleImported:
        require_administrator(actor)
        checked_text(self.file_name, "file_name")
        if not 1 <= len(self.rows) <= MOST_ROWS:
            raise InputRejected("wrong_number", field="rows", minimum=1, maximum=MOST_ROWS)
        lock_people(work.connection)
        rows = [_read(row) for row in self.rows]
        seen = self._compare(work, rows)
        attempt = work.connection.begin_nested()
        self._save(work, actor, rows)
        lines = tuple(row.line or _refused(row) for row in rows)
        written = not self.check and not (self.whole and any(line.outcome == REFUSED for line in lines))
        if written:
            attempt.commit()
        else:
            attempt.rollback()
            lines = tuple(_without_password(line) for line in lines)
        return PeopleImported(lines, written, work.now, seen)

    def _compare(self, work: Work, rows: Sequence[_Row]) -> dict[str, str]:
        """What each account was like before; rows that are not about one account alone, or about one that changed meanwhile, are refused."""
        seen: dict[str, str] = {}
        for row in rows:
            if row.findings:
                continue
            if not row.user_id:
                row.findings.append(PersonFinding("user_id", "required"))
                continue
            if row.user_id in seen:
                row.findings.append(PersonFinding("user_id", "person_twice"))
                continue
            row.before = account_state(work.connection, row.user_id)
            seen[row.user_id] = account_digest(row.before)[:DIGEST_SIGNS] if row.before else "-"
            if self.seen is not None and self.seen.get(row.user_id, seen[row.user_id]) != seen[row.user_id]:
                row.findings.append(PersonFinding("", "stale_revision", _last_change(work, row)))
            elif row.before is not None and not self.update:
                row.findings.append(PersonFinding("user_id", "person_exists", {"name": row.before["name"]}))
            elif row.before is not None and not row.before["active"]:
                row.findings.append(PersonFinding("user_id", "person_closed"))
        return seen

    def _save(self, work: Work, actor: Actor, rows: Sequence[_Row]) -> None:
        """Those whose supervisor stands further down wait until that row is done; who waits for each other is told so."""
        names = _Names.of(work)
        waiting = [row for row in rows if not row.findings]
        while waiting:
            coming = {word for row in waiting for word in (row.user_id, row.cells.get("name", "")) if word}
            later = [row for row in waiting if not self._save_one(work, actor, row, names, coming - _own_words(row))]
            if len(later) == len(waiting):
                for row in later:
                    row.findings.append(PersonFinding("manager", CIRCLE))
                return
            waiting = later

    def _save_one(self, work: Work, actor: Actor, row: _Row, names: _Names, coming: set[str]) -> bool:
        """False: not yet, because the supervisor is not there yet, or still stands below. Each row is saved whole or not at all."""
        manager = row.cells.get("manager", "")
        if manager in coming and not names.person(manager):
            return False
        own = work.connection.begin_nested()
        try:
            saved = self._command(row, names).execute(work, actor)
            mail = self._mail(work, actor, row)
        except (InputRejected, ConflictError) as error:
            own.rollback()
            if error.code == CIRCLE:
                return False
            row.findings.append(PersonFinding(_column(error), error.code, error.details))
            return True
        own.commit()
        after = account_state(work.connection, row.user_id) or {}
        names.add(row.user_id, after["name"])
        changes = {name: (row.before[name] if row.before else None, value) for name, value in after.items()}
        told = {name: change for name, change in changes.items() if change[0] != change[1] and change[1] not in (None, [], False)}
        told |= mail
        outcome = CREATED if row.before is None else CHANGED if told else SAME
        row.line = ImportedPerson(row.number, outcome, row.user_id, after["name"], told, (), saved.one_time_password)
        return True

    def _mail(self, work: Work, actor: Actor, row: _Row) -> dict[str, tuple[Any, Any]]:
        """The change of the address, which its owner is then asked to prove."""
        if not row.cells.get("mail"):
            return {}
        before = mail_address_of(work.connection, row.user_id)
        changed = SetMailAddressOf(row.user_id, row.cells["mail"]).execute(work, actor)
        return {"mail_address": (before, row.cells["mail"])} if changed else {}

    def _command(self, row: _Row, names: _Names) -> SaveUser:
        """Raises InputRejected for words that name nothing, or more than one."""
        before: dict[str, Any] = dict(row.before) if row.before else {"name": "", "active": True}
        given: dict[str, Any] = {}
        if name := row.cells.get("name", ""):
            given["name"] = name
        if department := row.cells.get("department", ""):
            given["department_id"] = names.department(department)
        if roles := [part for part in map(str.strip, _SEVERAL.split(row.cells.get("roles", ""))) if part]:
            given["groups"] = tuple(names.role(role) for role in roles)
        if manager := row.cells.get("manager", ""):
            given["manager_id"] = names.manager(manager)
        fresh = {"one_time_password": self.one_time_passwords and row.before is None, "source": self.file_name[:200]}
        return SaveUser(row.user_id, **{**before, **given, **fresh})


@dataclass(slots=True)
class _Names:
    """What departments, roles and active people are called: word -> keys."""

    departments: dict[str, set[str]]
    roles: dict[str, set[str]]
    people: dict[str, set[str]]
    logins: set[str]

    @classmethod
    def of(cls, work: Work) -> _Names:
        departments = work.connection.execute(sa.select(Department.id, Department.name, Department.name_en)).all()
        roles = work.connection.execute(sa.select(Group.key, Group.name, Group.name_en)).all()
        people = work.connection.execute(sa.select(User.id, User.name).where(User.active)).all()
        return cls(_by_word(departments), _by_word(roles), _by_word([(row.id, row.name) for row in people]), {row.id for row in people})

    def add(self, user_id: str, name: str) -> None:
        self.people.setdefault(name, set()).add(user_id)
        self.logins.add(user_id)

    def person(self, word: str) -> set[str]:
        return {word} if word in self.logins else self.people.get(word, set())

    def department(self, word: str) -> str:
        return _one(self.departments.get(word, set()), word, "department", "unknown_department", "several_departments")

    def role(self, word: str) -> str:
        return _one(self.roles.get(word, set()), word, "roles", "unknown_group", "several_roles")

    def manager(self, word: str) -> str:
        return _one(self.person(word), word, "manager", "unknown_user", "several_people")


def _by_word(rows: Sequence[Sequence[str]]) -> dict[str, set[str]]:
    """By key where one is so called, else by name."""
    found: dict[str, set[str]] = {}
    for key, *names in rows:
        for name in names:
            if name:
                found.setdefault(name, set()).add(key)
    return found | {row[0]: {row[0]} for row in rows}


def _one(found: set[str], word: str, column: str, unknown: str, several: str) -> str:
    if len(found) != 1:
        raise InputRejected(several if found else unknown, field=column, given=word[:100])
    return next(iter(found))


def _read(row: ImportRow) -> _Row:
    cells = {str(name): str(text).strip() for name, text in row.cells.items() if str(text).strip()}
    read = _Row(row.number, cells, cells.get("user_id", "")[:100])
    read.findings += [PersonFinding(name, code) for name, code in row.unread.items()]
    for name, text in cells.items():
        try:
            checked_text(text, name, maximum=2000)
        except InputRejected as error:
            read.user_id = ""
            read.findings.append(PersonFinding(name, error.code, {"field": name}))
    return read


def _own_words(row: _Row) -> set[str]:
    return {row.user_id, row.cells.get("name", "")}


def _column(error: InputRejected | ConflictError) -> str:
    columns = {"department_id": "department", "groups": "roles", "manager_id": "manager", "address": "mail"}
    field = str(error.details.get("field", ""))
    return columns.get(field, field)


def _last_change(work: Work, row: _Row) -> dict[str, Any]:
    """Who changed the account, and when."""
    mine = (AccountEvent.subject_type == "user", AccountEvent.subject_id == row.user_id)
    statement = sa.select(AccountEvent.actor, AccountEvent.at).where(*mine).order_by(AccountEvent.number.desc()).limit(1)
    last = work.connection.execute(statement).one_or_none()
    if last is None:
        return {}
    name = work.user_names([last.actor])[last.actor]
    return {"by": last.actor, "by_name": name, "at": last.at.isoformat(), "title": row.before["name"] if row.before else row.user_id}


def _refused(row: _Row) -> ImportedPerson:
    name = row.cells.get("name", "")[:200] or (row.before["name"] if row.before else "")
    return ImportedPerson(row.number, REFUSED, row.user_id, name, {}, tuple(row.findings))


def _without_password(line: ImportedPerson) -> ImportedPerson:
    return ImportedPerson(line.number, line.outcome, line.user_id, line.name, line.changes, line.findings)
