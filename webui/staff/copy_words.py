"""Words for what sending copies may refuse."""

from __future__ import annotations

from flask_babel import gettext as _

from webui.messages import BY_CODE


def install() -> None:
    BY_CODE.update(
        {
            "too_many_readers": lambda details: (_("选的人太多"), _("一次最多抄送 %(maximum)s 人。", maximum=details.get("maximum"))),
        }
    )
