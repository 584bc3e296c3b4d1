"""Events as sentences, in Chinese and English."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from engine.dmn.english import english
from engine.forms import DEFAULT_ZONE
from engine.forms.display import plain_words
from engine.model.identity import HANDED_OVER, SYSTEM
from engine.model.values import JsonValue, from_json
from engine.queries.cases.command_words import command_words
from engine.queries.cases.decision_words import Deciding, remark
from engine.queries.incident_details import details_in_words
from engine.queries.labels import element_names, element_of, label_words, pack_fields
from engine.queries.value_words import value_words
from engine.store.checked_log import ReadEvent

if TYPE_CHECKING:

    from engine.bpmn.pack import Pack
    from engine.forms import Component


class Sentence(NamedTuple):
    """`detail` is in the words of whoever wrote it; an empty `detail_en` means that it reads the same in English."""

    zh: str
    en: str
    detail: str = ""
    technical: bool = False
    detail_en: str = ""


@dataclass(frozen=True)
class Words:
    """What sentences need to know: the pack, and names of people by user id."""

    pack: Pack
    names: Mapping[str, str]
    deciding: Deciding

    @cached_property
    def fields(self) -> Mapping[str, Component]:
        return pack_fields(self.pack)

    def sentence(self, event: ReadEvent) -> Sentence:
        told = _SENTENCES[event.kind](self, event)
        sentence = told if isinstance(told, Sentence) else Sentence(*told)
        if event.actor == SYSTEM.user_id and sentence.en.startswith(SYSTEM.name):
            sentence = sentence._replace(en=f"The system{sentence.en.removeprefix(SYSTEM.name)}")
        return self._with_absent(sentence, event) if event.on_behalf_of else sentence

    def _with_absent(self, sentence: Sentence, event: ReadEvent) -> Sentence:
        """Both names of who acted for somebody absent."""
        actor, absent = self.actor(event), self.person(event.on_behalf_of)
        if not sentence.zh.startswith(actor):
            return sentence
        zh, en = sentence.zh.removeprefix(actor), sentence.en.removeprefix(actor)
        return sentence._replace(zh=f"{actor}（代 {absent}）{zh}", en=f"{actor} (for {absent}){en}")

    def actor(self, event: ReadEvent) -> str:
        return self.person(event.actor)

    def person(self, user_id: str | None) -> str:
        return self.names.get(user_id or "", user_id or "")

    def element(self, event: ReadEvent) -> tuple[str, str]:
        """Names in both languages; the Chinese one where there is no English."""
        zh, en = element_names(self.pack, event.process_key, event.element_id)
        return zh, en or zh

    def process(self, key: str | None) -> tuple[str, str]:
        model = self.pack.processes.get(key or "")
        return (model.name, model.name_en or model.name) if model else (key or "", key or "")


    def variable(self, name: str) -> tuple[str, str]:
        """As the form calls it that asks for it, else by its name."""
        field = self.fields.get(name)
        zh = label_words(field, "zh") if field else ""
        return zh or name, (label_words(field, "en") if field else "") or zh or name


def _kind(words: Words, event: ReadEvent) -> str:
    element = element_of(words.pack, event.process_key, event.element_id)
    return element.kind if element else ""


def _command(_words: Words, event: ReadEvent) -> Sentence:
    zh, en = command_words(str(event.data.get("type", "")))
    return Sentence(f"操作：{zh}", f"Action: {en}", technical=True)


def _started(words: Words, event: ReadEvent) -> Sentence:
    zh, en = words.process(event.process_key)
    if event.data.get("starter") is None:
        return Sentence(f"系统启动了“{zh}”", f"“{en}” was started by the system")
    return Sentence(f"{words.actor(event)} 发起了“{zh}”", f"{words.actor(event)} started “{en}”")


def _entered(words: Words, event: ReadEvent) -> Sentence:
    zh, en = words.element(event)
    if _kind(words, event) == "call_activity":
        return Sentence(f"进入“{zh}”", f"“{en}” began")
    return Sentence(f"到达“{zh}”", f"Reached “{en}”", technical=True)


def _left(words: Words, event: ReadEvent) -> Sentence:
    zh, en = words.element(event)
    if event.data.get("outcome") == "cancelled":
        return Sentence(f"“{zh}”已取消", f"“{en}” was cancelled", technical=_kind(words, event) != "user_task")
    return Sentence(f"离开“{zh}”", f"Left “{en}”", technical=True)


def _changed(words: Words, event: ReadEvent) -> Sentence:
    told = [words.variable(name) for name in event.data["changes"]]
    return Sentence(f"数据改变：{'、'.join(zh for zh, _ in told)}", f"Data changed: {', '.join(en for _, en in told)}", technical=True)


def _opened(words: Words, event: ReadEvent) -> Sentence:
    zh, en = words.element(event)
    assignee = event.data.get("assignee")
    groups = event.data.get("candidate_groups") or []
    roles = [words.pack.settings.role(group) for group in groups]
    who_zh = words.person(assignee) if assignee else "、".join(role.name if role else group for role, group in zip(roles, groups, strict=True))
    who_en = (
        words.person(assignee)
        if assignee
        else ", ".join((role.name_en or role.name) if role else group for role, group in zip(roles, groups, strict=True))
    )
    return Sentence(f"“{zh}”等 {who_zh or '管理员'} 办理", f"“{en}” waits for {who_en or 'an administrator'}", technical=True)


def _claimed(words: Words, event: ReadEvent) -> Sentence:
    zh, en = words.element(event)
    return Sentence(f"{words.actor(event)} 认领了“{zh}”", f"{words.actor(event)} claimed “{en}”")


def _unclaimed(words: Words, event: ReadEvent) -> Sentence:
    zh, en = words.element(event)
    return Sentence(f"{words.actor(event)} 交还了“{zh}”", f"{words.actor(event)} gave “{en}” back")


def _assigned(words: Words, event: ReadEvent) -> Sentence:
    zh, en = words.element(event)
    person = words.person(event.data.get("assignee"))
    reason = str(event.data.get("reason") or "")
    if event.actor == SYSTEM.user_id and reason == HANDED_OVER:
        absent = words.person(event.data.get("previous"))
        return Sentence(f"{absent} 的工作已移交，“{zh}”转给 {person}", f"{absent}'s work was handed over: “{en}” went to {person}")
    return Sentence(f"{words.actor(event)} 把“{zh}”转给 {person}", f"{words.actor(event)} assigned “{en}” to {person}", reason)


def _copied(words: Words, event: ReadEvent) -> Sentence:
    people = [words.person(each) for each in event.data.get("to") or ()]
    note = str(event.data.get("note") or "")
    return Sentence(f"{words.actor(event)} 抄送给 {'、'.join(people)}", f"{words.actor(event)} sent a copy to {', '.join(people)}", note)


def _commented(words: Words, event: ReadEvent) -> Sentence:
    number = event.data.get("comment")
    return Sentence(f"{words.actor(event)} 写了留言（第 {number} 条）", f"{words.actor(event)} wrote a comment (no. {number})")


def _comment_changed(words: Words, event: ReadEvent) -> Sentence:
    number = event.data.get("comment")
    return Sentence(f"{words.actor(event)} 修改了自己的留言（第 {number} 条）", f"{words.actor(event)} changed their comment (no. {number})")


def _comment_deleted(words: Words, event: ReadEvent) -> Sentence:
    number = event.data.get("comment")
    return Sentence(f"{words.actor(event)} 删除了自己的留言（第 {number} 条）", f"{words.actor(event)} deleted their comment (no. {number})")


def _attached(words: Words, event: ReadEvent) -> Sentence:
    name = event.data.get("name")
    return Sentence(f"{words.actor(event)} 添加了附件“{name}”", f"{words.actor(event)} attached “{name}”")


def _detached(words: Words, event: ReadEvent) -> Sentence:
    name, reason = event.data.get("name"), str(event.data.get("reason") or "")
    return Sentence(f"{words.actor(event)} 移除了附件“{name}”", f"{words.actor(event)} removed the attachment “{name}”", reason)


def _completed(words: Words, event: ReadEvent) -> Sentence:
    zh, en = words.element(event)
    form = words.pack.forms.get(event.data.get("form_id") or "")
    values = event.data.get("values") or {}
    if form is None:
        return Sentence(f"{words.actor(event)} 办理了“{zh}”", f"{words.actor(event)} completed “{en}”")
    chosen_zh, chosen_en = words.deciding.outcome(event.process_key, event.element_id, form, values)
    said_zh, said_en = remark(form, values)
    head_zh, head_en = f"{words.actor(event)} 办理了“{zh}”", f"{words.actor(event)} completed “{en}”"
    told = (f"{head_zh}：{chosen_zh}" if chosen_zh else head_zh, f"{head_en}: {chosen_en}" if chosen_en else head_en)
    return Sentence(*told, said_zh, detail_en=said_en)


def _withdrawn(words: Words, event: ReadEvent) -> Sentence:
    zh, en = words.element(event)
    return Sentence(f"{words.actor(event)} 撤回了“{zh}”的办理", f"{words.actor(event)} withdrew the completion of “{en}”")


def _timer_scheduled(words: Words, event: ReadEvent) -> Sentence:
    zh, en = words.element(event)
    due = _moment(event.data.get("due_at"))
    return Sentence(f"“{zh}”定于 {due}", f"“{en}” is due at {due}", technical=True)


def _timer_fired(words: Words, event: ReadEvent) -> Sentence:
    zh, en = words.element(event)
    return Sentence(f"“{zh}”的时间到了", f"The time for “{en}” has come")


def _subscribed(words: Words, event: ReadEvent) -> Sentence:
    zh, en = words.element(event)
    return Sentence(f"“{zh}”开始等待“{event.data.get('name')}”", f"“{en}” waits for “{event.data.get('name')}”", technical=True)


def _received(words: Words, event: ReadEvent) -> Sentence:
    zh, en = words.element(event)
    what_zh, what_en = ("消息", "message") if event.kind == "message_received" else ("信号", "signal")
    name = event.data.get("name") or ""
    return Sentence(f"“{zh}”收到{what_zh}“{name}”", f"“{en}” received the {what_en} “{name}”")


def _thrown(words: Words, event: ReadEvent) -> Sentence:
    zh, en = words.element(event)
    what_zh, what_en = ("消息", "message") if event.kind == "message_thrown" else ("信号", "signal")
    name = event.data.get("name") or ""
    return Sentence(f"“{zh}”发出{what_zh}“{name}”", f"“{en}” sent the {what_en} “{name}”")


def _job_created(words: Words, event: ReadEvent) -> Sentence:
    zh, en = words.element(event)
    return Sentence(f"“{zh}”交给系统执行（{event.data.get('type')}）", f"“{en}” was handed to the system ({event.data.get('type')})", technical=True)


def _job_completed(words: Words, event: ReadEvent) -> Sentence:
    zh, en = words.element(event)
    return Sentence(f"系统完成了“{zh}”", f"The system completed “{en}”")


def _job_failed(words: Words, event: ReadEvent) -> Sentence:
    zh, en = words.element(event)
    left = int(event.data.get("retries") or 0)
    return Sentence(
        f"“{zh}”没有成功，还会重试 {left} 次", f"“{en}” failed, {left} retries left", str(event.data.get("message") or ""), technical=True
    )


def _decision(words: Words, event: ReadEvent) -> Sentence:
    evaluations = event.data.get("evaluations") or [{}]
    last = evaluations[-1]
    name = str(last.get("decision_name") or event.data.get("decision_id") or "")
    element = element_of(words.pack, event.process_key, event.element_id)
    # A table has no English name; the step that asks it has one. What it gives is said as the form says it that shows it.
    name_en, result = (element.name_en or name, element.result_variable) if element else (name, None)
    shown = words.fields.get(result or "")
    zh, en = (value_words(shown, from_json(last.get("output")), language) for language in ("zh", "en"))
    reasons = [str(one) for one in event.data.get("reasons") or ()]
    why, why_en = "；".join(reasons), "; ".join(map(english, reasons))
    return Sentence(
        f"按决策表“{name}”得出：{zh or '（无）'}{f'（{why}）' if why else ''}",
        f"Decision “{name_en}”: {en or '(none)'}{f' ({why_en})' if why else ''}",
    )


def _error(words: Words, event: ReadEvent) -> Sentence:
    zh, en = words.element(event)
    code = event.data.get("code") or ""
    return Sentence(f"“{zh}”报出错误 {code}", f"“{en}” threw the error {code}", str(event.data.get("message") or ""))


def _incident(words: Words, event: ReadEvent) -> Sentence:
    zh, en = words.element(event)
    told, told_en = details_in_words(str(event.data.get("message") or event.data.get("code") or ""))
    return Sentence(f"“{zh}”出现异常", f"“{en}” has an incident", told, detail_en=told_en)


def _resolved(words: Words, event: ReadEvent) -> Sentence:
    zh, en = words.element(event)
    return Sentence(f"{words.actor(event)} 重试了“{zh}”", f"{words.actor(event)} retried “{en}”")


def _ended(words: Words, event: ReadEvent) -> Sentence:
    outcome = str(event.data.get("outcome") or "")
    process = event.process_key
    en = element_names(words.pack, process, event.data.get("end_element_id"))[1] or outcome
    reason = str(event.data.get("reason") or "")
    return Sentence(f"流程结束：{outcome}" if outcome else "流程结束", f"The process ended: {en}" if en else "The process ended", reason)


def _terminated(words: Words, event: ReadEvent) -> Sentence:
    return Sentence(f"{words.actor(event)} 终止了流程", f"{words.actor(event)} terminated the process", str(event.data.get("reason") or ""))


def _moment(value: JsonValue) -> str:
    return plain_words(from_json(value), "zh", DEFAULT_ZONE)


_SENTENCES: dict[str, Callable[[Words, Any], Sentence]] = {
    "command": _command,
    "instance_started": _started,
    "activity_entered": _entered,
    "activity_left": _left,
    "variables_changed": _changed,
    "task_opened": _opened,
    "task_claimed": _claimed,
    "task_unclaimed": _unclaimed,
    "task_assigned": _assigned,
    "task_completed": _completed,
    "copy_sent": _copied,
    "comment_written": _commented,
    "comment_changed": _comment_changed,
    "comment_deleted": _comment_deleted,
    "attachment_added": _attached,
    "attachment_removed": _detached,
    "completion_withdrawn": _withdrawn,
    "timer_scheduled": _timer_scheduled,
    "timer_fired": _timer_fired,
    "subscription_opened": _subscribed,
    "message_received": _received,
    "signal_received": _received,
    "message_thrown": _thrown,
    "signal_thrown": _thrown,
    "job_created": _job_created,
    "job_completed": _job_completed,
    "job_failed": _job_failed,
    "decision_evaluated": _decision,
    "error_thrown": _error,
    "incident_raised": _incident,
    "incident_resolved": _resolved,
    "instance_completed": _ended,
    "instance_terminated": _terminated,
}
