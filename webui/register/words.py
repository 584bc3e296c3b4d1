"""What went wrong with registers, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from webui.messages import BY_CODE, Texts


def _fields(details: Mapping[str, Any]) -> Texts:
    title = _("有的内容你不能决定")
    if not details.get("fields"):
        return title, _("这样合并会丢掉你不能修改的字段里的内容。请换一条留下，或由可以修改的岗位来合并。")
    return title, _("标着“你不能改”的字段会丢掉内容。请换一条留下，或由可以修改的岗位来合并。")


def install() -> None:
    BY_CODE.update(
        record_archived=lambda details: (_("这条记录已经停用"), _("停用的记录不能修改。需要时先恢复使用。")),
        record_in_use=lambda details: (_("这条记录正在使用"), _("它没有停用，不需要恢复。")),
        may_not_edit=lambda details: (_("你不能修改这本台账"), _("谁可以修改由流程规定。需要时请联系管理员。")),
        may_not_create=lambda details: (_("你不能手工新建"), _("记录由流程登记，或由规定的岗位新建。需要时请联系管理员。")),
        may_not_archive=lambda details: (_("你不能停用记录"), _("谁可以停用由流程规定。需要时请联系管理员。")),
        record_merged=lambda details: (_("这条记录已经并入另一条"), _("请打开留下的那条记录再操作。")),
        may_not_edit_fields=_fields,
        same_record=lambda details: (_("这是同一条记录"), _("请选择两条不同的记录。")),
    )
