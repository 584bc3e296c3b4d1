"""Words for what sending copies may refuse."""

from __future__ import annotations

from flask_babel import gettext as _

from webui.messages import BY_CODE


def install() -> None:
    BY_CODE.update(
        {
            "nobody_has_role": lambda details: (_("岗位上没有别人"), _("选中的岗位现在没有别的人，请另选岗位或直接选人。没有抄送给任何人。")),
            "too_many_readers": lambda details: (_("选的人太多"), _("一次最多抄送 %(maximum)s 人。", maximum=details.get("maximum"))),
        }
    )
