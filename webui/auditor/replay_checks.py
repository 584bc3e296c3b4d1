"""Beside a replay: verify the case's log, execute it again, take it away."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, abort, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine import CaseFile, CommentsProof, InspectInstances, ProvedComment, ReexecuteInstance, VerifyInstance, is_instance_id
from webui.auditor.audit import asked_format, events_file, made_at
from webui.auditor.replay import replay_page
from webui.language import LANGUAGES, pick
from webui.link import read, run
from webui.messages import is_fragment_request
from webui.security import Access, allow

blueprint = Blueprint("replay_checks", __name__)


@dataclass(frozen=True, slots=True)
class Check:
    """What a check found, in words; `last_hash` is what to compare with one that is kept elsewhere."""

    good: bool
    title: str
    text: str
    last_hash: str = ""


@blueprint.post("/audit/<instance_id>/verify")
@allow(Access.SIGNED_IN)
def verify(instance_id: str) -> ResponseReturnValue:
    found = read(VerifyInstance(instance_id))
    if found.found is None:
        proved = read(CommentsProof(instance_id))
        wrong = _wrong_comments(proved)
        if wrong:
            return _answer(instance_id, Check(False, _("留言与事件日志对不上"), wrong, found.end.hex()))
        text = _("%(events)s 条事件首尾相接，没有被改动、删去、插入或调换；流程现在的状态与事件一致。", events=found.events)
        same = sum(comment.proof == "same" for comment in proved)
        text += _("%(count)s 段留言的文字与记录的摘要相符。", count=same) if same else ""
        return _answer(instance_id, Check(True, _("核对无误"), text, found.end.hex()))
    text = _("%(what)s。共 %(events)s 条事件。", what=pick(found.found.zh, found.found.en), events=found.events)
    return _answer(instance_id, Check(False, _("事件日志核对不上"), text, found.end.hex()))


def _wrong_comments(proved: Sequence[ProvedComment]) -> str:
    """What is wrong with which comment; empty: nothing."""
    words = {"changed": _("文字被改过"), "missing": _("文字不见了"), "unlogged": _("事件里没有它")}
    return str(_("；")).join(_("第 %(number)s 条：%(what)s", number=one.number, what=words[one.proof]) for one in proved if one.proof in words)


@blueprint.post("/audit/<instance_id>/reexecute")
@allow(Access.AUDITORS)
def reexecute(instance_id: str) -> ResponseReturnValue:
    """A difference shows what was recorded, so this is reading the case, too."""
    _require_id(instance_id)
    run(InspectInstances((instance_id,), "replay"))
    done = read(ReexecuteInstance(instance_id))
    if done.difference is None:
        text = _("按记录的输入重新执行了 %(commands)s 个操作，得到的 %(events)s 条事件与记录完全相同。", commands=done.commands, events=done.events)
        return _answer(instance_id, Check(True, _("重演结果一致"), text))
    return _answer(instance_id, Check(False, _("重演结果不同"), pick(done.zh, done.en)))


@blueprint.post("/audit/<instance_id>/case-file")
@allow(Access.SIGNED_IN)
def case_file(instance_id: str) -> ResponseReturnValue:
    _require_id(instance_id)
    wanted = request.form.get("language")
    if wanted not in LANGUAGES:
        abort(400)
    run(InspectInstances((instance_id,), "case_file"))
    pdf = read(CaseFile(instance_id, wanted))
    name = _("案卷") + f"-{instance_id}-{wanted}-{made_at()}.pdf"
    return send_file(io.BytesIO(pdf), "application/pdf", as_attachment=True, download_name=name)


@blueprint.post("/audit/<instance_id>/events")
@allow(Access.SIGNED_IN)
def events(instance_id: str) -> ResponseReturnValue:
    _require_id(instance_id)
    return events_file((instance_id,), asked_format(), _("审计事件-%(instance)s", instance=instance_id))


def _require_id(instance_id: str) -> None:
    if not is_instance_id(instance_id):
        abort(404)


def _answer(instance_id: str, check: Check) -> str:
    if is_fragment_request():
        return render_template("audit/check.html", check=check)
    return replay_page(instance_id, check=check)
