"""The fields of a person as administrators fill them in: from the account, or as typed, and what is wrong beside each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from engine import AccountDetail, EngineError, InputRejected, Member, SaveUser
from webui.messages import Problem, describe

MOST_OFFERED = 1_000
_IN_BRACKETS = re.compile(r".*[(\uff08]([^()\uff08\uff09]+)[)\uff09]\s*")


@dataclass(frozen=True, slots=True)
class PersonFields:
    """What stands in the form. `manager` is “name (login)”, or what was typed instead."""

    user_id: str = ""
    name: str = ""
    language: str = "zh"
    department_id: str = ""
    manager: str = ""
    groups: tuple[str, ...] = ()
    is_administrator: bool = False
    is_analyst: bool = False
    is_auditor: bool = False
    seen: str = ""


def of_account(account: AccountDetail, people: Iterable[Member], former: str) -> PersonFields:
    """`former`: the name of a manager who is not active any more."""
    names = {member.user_id: member.name for member in people}
    manager = written(Member(account.manager_id, names.get(account.manager_id, former))) if account.manager_id else ""
    return PersonFields(
        account.user_id,
        account.name,
        account.language,
        account.department_id or "",
        manager,
        account.groups,
        account.is_administrator,
        account.is_analyst,
        account.is_auditor,
        account.seen,
    )


def as_typed(form: MultiDict[str, str], user_id: str) -> PersonFields:
    return PersonFields(
        user_id,
        form.get("name", ""),
        form.get("language", "zh"),
        form.get("department_id", ""),
        form.get("manager", ""),
        tuple(form.getlist("groups")),
        "is_administrator" in form,
        "is_analyst" in form,
        "is_auditor" in form,
        form.get("seen", ""),
    )


def command_of(fields: PersonFields, people: Iterable[Member], active: bool) -> SaveUser:
    """Raises InputRejected for a manager who is nobody, or whose name several have."""
    return SaveUser(
        fields.user_id.strip(),
        fields.name,
        groups=fields.groups,
        is_administrator=fields.is_administrator,
        language=fields.language,
        active=active,
        is_analyst=fields.is_analyst,
        is_auditor=fields.is_auditor,
        department_id=fields.department_id or None,
        manager_id=meant(fields.manager, people, "manager_id"),
        seen=fields.seen or None,
    )


def written(member: Member) -> str:
    return f"{member.name} ({member.user_id})"


def offered(people: Sequence[Member]) -> list[str]:
    """What a browser proposes while one types; nothing where that would weigh more than the page: a whole name or login is understood, too."""
    return [written(member) for member in people] if len(people) <= MOST_OFFERED else []


def meant(text: str, people: Iterable[Member], field: str) -> str | None:
    """The login of the person whom a text names: by “name (login)”, by login, or by a name that only one has. Raises InputRejected."""
    text = text.strip()
    if not text:
        return None
    inside = _IN_BRACKETS.fullmatch(text)
    if inside:
        return inside[1].strip()
    known = list(people)
    found = [member.user_id for member in known if member.user_id == text] or [member.user_id for member in known if member.name == text]
    if len(found) != 1:
        raise InputRejected("several_people" if found else "unknown_user", field=field, user_id=text[:100])
    return found[0]


def problems_of(error: EngineError, status: int) -> tuple[dict[str, Problem], Problem | None]:
    """(what to say beside which field, what to say above all)"""
    problem, field = describe(error, status), error.details.get("field")
    if error.code == "required":
        problem = Problem(status, _("这里不能空着"), _("请填写后再保存。"), error.code)
    return ({str(field): problem}, None) if field else ({}, problem)


def attributes(problems: Mapping[str, Problem], name: str) -> Markup:
    """What marks an input whose value was refused, and leads to the words beside it."""
    return Markup(' aria-invalid="true" aria-describedby="{}-problem" data-focus').format(name) if name in problems else Markup("")
