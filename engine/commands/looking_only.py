"""Who audits changes nothing: what a person with that permission, who is no administrator, may still do.

Their own account and how their own pages look, and the record of what they looked into. Everything else is refused here, whatever roles,
tasks or substitutes the account has, and whichever page or program asks.
"""

from __future__ import annotations

from typing import Any

from engine.commands.inspections import InspectInstances
from engine.commands.lists.first_steps import ShowFirstSteps
from engine.commands.lists.list_memory import RememberRecordList
from engine.commands.lists.next_task import OpenNextTask
from engine.commands.people.account import ChangeLanguage, ChangeName, ChangePassword
from engine.commands.people.sessions import EndOtherSessions, EndSession
from engine.commands.talk.copies import MarkCopiesRead
from engine.commands.telling.mail_address import ConfirmMailAddress, SetMailAddress
from engine.commands.telling.notifications import ChooseNotifications, MarkNotificationsRead, OpenNotification
from engine.commands.work import Command
from engine.model.errors import NotAllowedError
from engine.model.identity import Actor, only_looks

_OWN_ACCOUNT = (ChangeLanguage, ChangeName, ChangePassword, ConfirmMailAddress, EndOtherSessions, EndSession, SetMailAddress)
_OWN_PAGES = (ChooseNotifications, MarkCopiesRead, MarkNotificationsRead, OpenNextTask, OpenNotification, RememberRecordList, ShowFirstSteps)
OPEN_TO_AUDITORS: tuple[type[Any], ...] = (InspectInstances, *_OWN_ACCOUNT, *_OWN_PAGES)


def require_may_change(command: Command[Any], actor: Actor) -> None:
    """Raises NotAllowedError("auditor_only_looks")."""
    if only_looks(actor) and not isinstance(command, OPEN_TO_AUDITORS):
        raise NotAllowedError("auditor_only_looks")
