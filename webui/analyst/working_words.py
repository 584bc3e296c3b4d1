"""Why a change of a working copy was refused, in words that say what to do: keyed by the error's stable code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _

from webui.messages import BY_CODE, when, who

Details = Mapping[str, Any]


def _changed(details: Details) -> tuple[str, str]:
    told = _("%(person)s 在 %(at)s 保存了“%(file)s”。", person=who(details, "by_name"), at=when(details), file=details.get("file"))
    return _("别人刚刚改了这个文件"), told + _("你的修改没有覆盖它，两个版本都在。")


def _removed(details: Details) -> tuple[str, str]:
    person, at = who(details, "by_name"), when(details)
    return _("这个文件已经删除"), _("%(person)s 在 %(at)s 删除了“%(file)s”。", person=person, at=at, file=details.get("file"))


def _renamed(details: Details) -> tuple[str, str]:
    person, at = who(details, "by_name"), when(details)
    return _("这个文件已经改名"), _("%(person)s 在 %(at)s 给“%(file)s”改了名。", person=person, at=at, file=details.get("file"))


def _exists(details: Details) -> tuple[str, str]:
    return _("已经有这个文件"), _("工作副本里已经有“%(file)s”，请换一个名字。", file=details.get("file"))


def _copy_changed(details: Details) -> tuple[str, str]:
    person, at = who(details, "by_name"), when(details)
    return _("工作副本刚刚有变化"), _("%(person)s 在 %(at)s 改了它。请看过现在的内容再操作。", person=person, at=at)


def _in_use(details: Details) -> tuple[str, str]:
    uses = str(details.get("uses", "")).replace("; ", _("；")).replace(": ", _("："))
    more = _("，还有 %(more)s 处", more=details["more"]) if details.get("more") else ""
    return _("还有地方用着它"), _("“%(file)s”用在 %(uses)s%(more)s。先改掉那些地方，再删除或改名。", file=details.get("file"), uses=uses, more=more)


def _too_large(details: Details) -> tuple[str, str]:
    return _("流程包太大"), _("全部文件一共不能超过 %(maximum)s MB。", maximum=details.get("maximum_megabytes"))


def _other_key(details: Details) -> tuple[str, str]:
    key, given = details.get("pack_key"), details.get("given")
    return _("不能改流程包的标识"), _("这个流程包的标识是 %(key)s，pack.toml 里写成了 %(given)s。", key=key, given=given)


def _released_meanwhile(details: Details) -> tuple[str, str]:
    told = _("%(person)s 在 %(at)s 发布了这个流程包。", person=who(details, "by_name"), at=when(details))
    return _("别人刚刚发布了新版本"), told + _("没有发布你的修改。请先取入新的部署，再看一遍差别。")


_WORDS: dict[str, Callable[[Details], tuple[str, str]]] = {
    "settings_edit": lambda details: (_("这一处不能在表单里改"), _("请切换到文本修改，没有内容丢失。")),
    "settings_unreadable": lambda details: (_("pack.toml 有写错的地方"), _("请先在文本里改好，检查结果里写着在哪一行。")),
    "working_file_changed": _changed,
    "working_file_removed": _removed,
    "working_file_renamed": _renamed,
    "working_file_exists": _exists,
    "working_copy_changed": _copy_changed,
    "working_file_in_use": _in_use,
    "working_too_large": _too_large,
    "working_pack_key": _other_key,
    "working_too_many_files": lambda details: (_("文件太多"), _("一个流程包最多 %(maximum)s 个文件。", maximum=details.get("maximum"))),
    "working_file_kind": lambda details: (_("不能改变文件的种类"), _("文件名后面的 .bpmn、.dmn、.form 要保持不变。")),
    "working_settings_needed": lambda details: (_("pack.toml 要保留"), _("它写着流程包的名称、岗位和台账，不能删除或改名。")),
    "no_working_copy": lambda details: (_("没有找到工作副本"), _("它可能已经放弃或发布。请从流程包页面重新开始修改。")),
    "pack_exists": lambda details: (_("已经有这个流程包"), _("标识 %(key)s 已被使用，请换一个，或修改那个流程包。", key=details.get("pack_key"))),
    "bad_pack_key": lambda details: (_("标识不能这样写"), _("标识以小写字母开头，只用小写字母、数字和下划线，例如 customer_visit。")),
    "bad_file_id": lambda details: (_("标识不能这样写"), _("标识以字母开头，只用字母、数字、下划线和连字符，例如 visit_plan。")),
    "required": lambda details: (_("还有内容没有填写"), _("请填写名称。")),
    "pack_released_meanwhile": _released_meanwhile,
    "working_copy_behind": lambda details: (_("工作副本落后于现在的部署"), _("先取入新的部署中的改动，免得把别人的改动退回去。")),
    "nothing_to_release": lambda details: (_("没有可发布的"), _("工作副本和现在运行的版本完全一样。")),
    "scenarios_not_run": lambda details: (_("场景还没有用现在的文件运行"), _("文件在那之后又有改动，或者还没有运行过。请运行全部场景再发布。")),
    "scenarios_failed": lambda details: (_("有场景没有通过"), _("请先改好流程或场景，再运行一遍。没有发布。")),
    "note_required": lambda details: (_("请写这次改了什么"), _("审计和同事会看到这段说明。")),
    "definition_rejected": lambda details: (_("文件不能接受"), _("下面写着哪里不对。没有内容被改动。")),
}


def install() -> None:
    BY_CODE.update(_WORDS)
