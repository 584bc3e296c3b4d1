"""What goes wrong with accounts and departments, in words; and the kinds of changes to them. Keyed by stable codes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask import Flask
from flask_babel import gettext as _

from webui.messages import BY_CODE, Texts, isolated
from webui.people.people_form import attributes
from webui.words import stamp

# As changes are recorded.
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+\d\d:\d\d")


def _bad_user_id(details: Mapping[str, Any]) -> Texts:
    return _("账号不能用"), _("账号只能用小写字母、数字和 . _ - @，以字母或数字开头，最多 64 个字符。")


def _user_exists(details: Mapping[str, Any]) -> Texts:
    return _("已经有这个账号"), _("它是 %(name)s 的，请换一个。", name=details.get("name"))


def _person_exists(details: Mapping[str, Any]) -> Texts:
    name = isolated(str(details.get("name") or ""))
    return _("已经有这个账号"), _("它是 %(name)s 的。要修改时，请在选列时勾选。", name=name)


def _department_exists(details: Mapping[str, Any]) -> Texts:
    return _("已经有这个标识"), _("它是“%(name)s”的，请换一个。", name=details.get("name"))


def _department_in_use(details: Mapping[str, Any]) -> Texts:
    text = _("里面还有 %(people)s 人和 %(parts)s 个下级部门，请先移走。", people=details.get("people"), parts=details.get("parts"))
    return _("这个部门还不能删除"), text


def _too_many(details: Mapping[str, Any]) -> Texts:
    if details.get("guarded"):
        text = _("别处有人多次试过这个账号。请用以前登录过的设备或网络登录；急用时请管理员重设密码，一次性密码不受影响。")
        return _("暂时不能从这里登录"), text
    if (details.get("seconds") or 0) > 60:
        return _("尝试的次数太多"), _("为了账号安全，请过一小时再试。忘记密码时请联系管理员重设。")
    return _("尝试的次数太多"), _("为了账号安全，请过一分钟再试。")


_WORDS: dict[str, Callable[[Mapping[str, Any]], Texts]] = {
    "bad_user_id": _bad_user_id,
    "user_exists": _user_exists,
    "person_exists": _person_exists,
    "person_twice": lambda details: (_("文件里前面的行已有这个账号"), _("请只留一行。")),
    "person_closed": lambda details: (_("这个账号已经停用"), _("请先恢复它再导入。")),
    "several_departments": lambda details: (_("不止一个部门叫这个名字"), _("请写部门的标识。")),
    "several_roles": lambda details: (_("不止一个岗位叫这个名字"), _("请写岗位的标识。")),
    "unknown_user": lambda details: (_("没有这个人"), _("请从在用的账号里选一个。")),
    "several_people": lambda details: (_("不止一个人叫这个名字"), _("请从列表里选，或写账号。")),
    "unknown_department": lambda details: (_("没有这个部门"), _("它可能刚被删除，请重新选择。")),
    "unknown_group": lambda details: (_("没有这个岗位"), _("岗位由流程包规定，它可能刚有变化，请重新选择。")),
    "supervision_circle": lambda details: (_("这样会绕成一圈"), _("这个人直接或间接归他管，不能再做他的上级。")),
    "department_circle": lambda details: (_("这样会绕成一圈"), _("上级部门不能是它自己或它的下级。")),
    "auditor_acts": lambda details: (_("审计人员不能有岗位"), _("审计人员只看不改。请去掉岗位和流程分析权限，或不给审计权限。")),
    "auditor_cannot_act": lambda details: (_("这个人是审计人员"), _("审计人员只看不改，不能办理待办，也不能代理别人。请选别人。")),
    "auditor_only_looks": lambda details: (_("审计人员只看不改"), _("你的账号可以查看、核对和带走全部记录，但不能办理、发起或修改。")),
    "last_administrator": lambda details: (_("这是最后一个管理员"), _("至少要有一个在用的管理员，请先让另一个人成为管理员。")),
    "bad_department_id": lambda details: (_("部门标识不能用"), _("标识只能用小写字母、数字和 - _，以字母或数字开头。")),
    "department_exists": _department_exists,
    "department_in_use": _department_in_use,
    "wrong_number": lambda details: (_("数字不对"), _("应为 %(low)s 到 %(high)s。", low=details.get("minimum"), high=details.get("maximum"))),
    "common_password": lambda details: (_("这个密码太容易猜到"), _("很多人用过它，或它就是你的名字。请换一个，比如几个不相干的词。")),
    "same_password": lambda details: (_("新密码和原密码一样"), _("请换一个。")),
    "one_time_password_expired": lambda details: (_("一次性密码已经过期"), _("请联系管理员再给一个。")),
    "password_change_needed": lambda details: (_("请先换一个密码"), _("你是用一次性密码登录的。打开“我的账号”换成自己的密码后再继续。")),
    "account_closed": lambda details: (_("这个账号已经停用"), _("需要时请联系管理员恢复。")),
    "no_account_here": lambda details: (_("这里没有你的账号"), _("统一登录认识你，但拓客里还没有对应的账号。请联系管理员建立。")),
    "too_many_attempts": _too_many,
}


def install(app: Flask) -> None:
    BY_CODE.update(_WORDS)
    app.jinja_env.globals["attributes"] = attributes
    app.jinja_env.filters.update(account_event=kind_words, account_field=field_words, account_value=shown_words)


def kind_words(kind: str) -> str:
    """What an event of the log of accounts says that happened."""
    words = {
        "user_created": _("账号已建立"),
        "user_changed": _("账号已修改"),
        "user_deactivated": _("账号已停用"),
        "user_reactivated": _("账号已恢复"),
        "password_reset": _("密码已重设"),
        "password_changed": _("自己改了密码"),
        "sessions_ended": _("登录已全部结束"),
        "identity_linked": _("统一登录已关联"),
        "mail_address_set": _("邮箱已登记"),
        "department_created": _("部门已建立"),
        "department_changed": _("部门已修改"),
        "department_removed": _("部门已删除"),
        "substitute_set": _("已请代理人"),
        "substitute_ended": _("代理已结束"),
        "work_handed_over": _("待办已移交"),
        "list_shared": _("已共享待办列表"),
        "shared_list_changed": _("共享的待办列表已修改"),
        "shared_list_removed": _("共享的待办列表已删除"),
    }
    return str(words.get(kind, kind))


def field_words(field: str) -> str:
    """What a changed field is called on screen."""
    words = {
        "name": _("名称"),
        "name_en": _("英文名称"),
        "is_administrator": _("管理员"),
        "is_analyst": _("流程分析人员"),
        "is_auditor": _("审计人员"),
        "language": _("语言"),
        "active": _("在用"),
        "department_id": _("部门"),
        "manager_id": _("直属上级"),
        "groups": _("岗位"),
        "password": _("密码"),
        "parent_id": _("上级部门"),
        "head_id": _("负责人"),
        "number": _("次序"),
        "sessions": _("登录"),
        "subject": _("统一登录的标识"),
        "mail_address": _("邮箱"),
        "source": _("导入自"),
        "substitution": _("代理的编号"),
        "substitute_id": _("代理人"),
        "from_at": _("开始"),
        "until": _("到"),
        "process_keys": _("限于流程"),
        "reason": _("原因"),
        "ended_at": _("提前结束于"),
        "handover": _("移交的编号"),
        "to_user": _("接手人"),
        "tasks": _("待办数"),
        "lasting": _("以后的待办也移交"),
        "list": _("列表的名称"),
        "asked": _("列表的条件"),
        "opens": _("打开待办时显示"),
    }
    return str(words.get(field, field))


def value_words(value: Any) -> str:
    """An old or new value, for reading; a dash for none."""
    if value is None or value == "" or value == []:
        return "—"
    if isinstance(value, bool):
        return str(_("是") if value else _("否"))
    if isinstance(value, list):
        return str(_("、")).join(str(item) for item in value)
    if isinstance(value, dict):
        return str(_("、")).join(f"{name}={item}" for name, item in value.items())
    return str(value)


def shown_words(value: Any) -> str:
    """The same on screen: a recorded moment by the clock of this place."""
    is_moment = isinstance(value, str) and _MOMENT.fullmatch(value)
    return stamp(datetime.fromisoformat(value)) if is_moment else value_words(value)
