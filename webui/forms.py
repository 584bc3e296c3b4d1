"""Forms of tasks and starts on screen: what is shown, what came back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from flask import abort, current_app, request
from flask_login import current_user

from engine import (
    DraftView,
    FieldProblem,
    Form,
    FormRejected,
    FormRights,
    FormView,
    SameTasks,
    StartView,
    TaskView,
    apply_operation,
    decode_post,
    form_frame,
    form_holds,
    form_view,
)
from webui import files, kept_forms
from webui.form_pages import FRAME, PAGE, REVISION, SEEN, number_of, page_token
from webui.language import language
from webui.link import engine

OPERATION = "_op"
NO_PROBLEMS: Mapping[str, FieldProblem] = {}


@dataclass(frozen=True, slots=True)
class ScreenForm:
    """`view` None: the task has no form. `saved_at`: when the draft that is shown was kept; `revision`: the draft that the page has seen.

    `again`: it was sent and could not be taken; `lost`: names of files that were sent with it. `newer`: another page has saved a draft since; what
    is shown was typed here and is not kept.
    `page`: the token of webui.form_pages.
    """

    view: FormView | None
    editable: bool
    seen_digest: str | None = None
    saved_at: datetime | None = None
    revision: int = 0
    newer: DraftView | None = None
    page: str = field(default_factory=page_token)
    again: bool = False
    lost: tuple[str, ...] = ()

    @property
    def person(self) -> str | None:
        """The account that fills it in, for what a browser keeps of it."""
        return cast(str | None, current_user.get_id())

    @property
    def frame(self) -> str:
        """What the page shows but for what is typed into it; empty when it tells something that is over with the next answer."""
        return form_frame(self.view) if self.view and not self.again and not self.newer else ""

    def stands(self) -> bool:
        """Whether the page that was sent shows all of this already, so that it need not be answered again."""
        seen = request.form.get(SEEN) == str(self.seen_digest)
        return bool(self.view and seen and request.form.get(FRAME) == self.frame and form_holds(self.view, request.form))


def of_task(
    task: TaskView, typed: Mapping[str, Any] | None = None, problems: Mapping[str, FieldProblem] = NO_PROBLEMS, saved_at: datetime | None = None
) -> ScreenForm:
    """The form to fill in while the task can be completed, else what was submitted, for reading. `typed` stands before a draft."""
    if task.form is None:
        return ScreenForm(None, task.can_complete, task.seen_digest)
    if not task.can_complete:
        return ScreenForm(_view(task.form, task.submitted, task.scope, task.rights, readonly=True), False)
    draft = task.draft
    data = typed if typed is not None else (draft.values if draft else None)
    kept_at = saved_at or (draft.saved_at if draft and typed is None else None)
    return ScreenForm(_view(task.form, data, task.scope, task.rights, problems), True, task.seen_digest, kept_at, draft.revision if draft else 0)


def beside_newer(task: TaskView, typed: Mapping[str, Any], seen: int) -> ScreenForm:
    """What was typed here, while another page has saved a draft since; `seen` stays, so that nothing is overwritten unknowingly."""
    return replace(of_task(task, typed), revision=seen, newer=task.draft)


def of_same(same: SameTasks, typed: Mapping[str, Any] | None = None, problems: Mapping[str, FieldProblem] = NO_PROBLEMS) -> ScreenForm:
    """One form for several tasks: it shows what all of them have alike."""
    return ScreenForm(_view(same.form, typed, same.shared_scope(), same.shared_rights(), problems) if same.form else None, True)


def of_start(start: StartView, typed: Mapping[str, Any] | None = None, problems: Mapping[str, FieldProblem] = NO_PROBLEMS) -> ScreenForm:
    return ScreenForm(_view(start.form, typed, start.scope, start.rights, problems) if start.form else None, True)


def typed_text(task: TaskView, typed: Mapping[str, Any]) -> FormView | None:
    """What was typed into a form that can no longer be submitted, for reading and copying."""
    return _view(task.form, typed, task.scope, task.rights, readonly=True) if task.form else None


def for_reading(form: Form, values: Mapping[str, Any], scope: Mapping[str, Any], rights: FormRights | None = None) -> FormView:
    return _view(form, values, scope, rights or {}, readonly=True)


def blank(form: Form, scope: Mapping[str, Any], rights: FormRights) -> FormView:
    """To be filled in by hand, on paper."""
    return _view(form, None, scope, rights, readonly=True, blank=True)


def posted(form: Form | None) -> dict[str, Any]:
    """What the browser sent, as typed. Raises FormRejected when it is more than a form can hold.

    Every form of ours names its operation. A request without it could not be read (another content type, a broken body): status 400, lest nothing
    at all take the place of a draft.
    """
    if OPERATION not in request.form:
        abort(400)
    return decode_post(form, files.taken(form), request.files) if form else {}


def typed_before(form: Form | None) -> dict[str, Any] | None:
    """What was typed into this form and could not be taken, because its sender was signed out or the page out of date."""
    sent = kept_forms.sent() if form else None
    if form is None or sent is None:
        return None
    try:
        return decode_post(form, sent)
    except FormRejected:
        return None


def shown_again(form: Form | None, show: Callable[[Mapping[str, Any] | None], ScreenForm]) -> ScreenForm:
    """`show` of what was typed before, going on from what that page had seen; of None when there is nothing of the kind."""
    typed, sent = typed_before(form), kept_forms.sent()
    shown = show(typed)
    if typed is None or sent is None:
        return shown
    seen, lost = sent.get(SEEN) or shown.seen_digest, tuple(sent.getlist(kept_forms.LOST_FILE))
    return replace(shown, seen_digest=seen, revision=number_of(sent.get(REVISION)), page=sent.get(PAGE, shown.page), again=True, lost=lost)


def after_operation(form: Form | None, typed: dict[str, Any], operation: str, scope: Mapping[str, Any]) -> dict[str, Any]:
    """Rows added or taken away by the button that was pressed."""
    files.refuse()
    return apply_operation(form, typed, operation, scope=scope) if form else typed


def _view(
    form: Form,
    data: Mapping[str, Any] | None,
    scope: Mapping[str, Any],
    rights: FormRights,
    problems: Mapping[str, FieldProblem] = NO_PROBLEMS,
    *,
    readonly: bool = False,
    blank: bool = False,
) -> FormView:
    zone = ZoneInfo(current_app.config["TIME_ZONE"])
    known = files.lookups(form, data)
    return form_view(
        form, data, scope, rights, problems, engine().now(), language=language(), readonly=readonly, zone=zone, lookups=known, blank=blank
    )
