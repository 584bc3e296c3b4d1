"""Registers of pack.toml that can be kept, and ones that cannot."""

from __future__ import annotations

import json

from tests.bpmn.lint.rule_parts import GOOD, PACK_TOML, RECORD, Case, settings

_FORM = {
    "type": "default",
    "id": "f",
    "components": [
        {"type": "textfield", "key": "name", "label": "名称"},
        {"type": "textfield", "key": "code", "label": "编号", "validate": {"required": True}},
        {"type": "number", "key": "amount", "label": "金额"},
        {"type": "filepicker", "key": "files", "label": "文件"},
    ],
}
EDITED = RECORD + 'title = "name"\nedit = ["staff"]\n'


def fields(extra: str) -> dict[str, bytes]:
    return {"pack.toml": (PACK_TOML + extra).encode(), "f.form": json.dumps(_FORM).encode()}


def case(code: str, valid: str, invalid: str) -> Case:
    return Case(code, GOOD, GOOD, fields(EDITED + valid), fields(EDITED + invalid))


RECORD_CASES: dict[str, list[Case]] = {
    "record_fields": [
        Case(
            "pack_unknown_way",
            GOOD,
            GOOD,
            settings(RECORD + '[record.duplicates]\nname = ["name"]\n'),
            settings(RECORD + '[record.duplicates]\nsound = ["name"]\n'),
        ),
        case("pack_unfit_field", 'filters = ["amount"]\nsort = "-amount"\n', 'filters = ["files"]\n'),
        case("pack_unfit_text", 'people = ["name"]\n', 'people = ["amount"]\n'),
        case("pack_unfit_text", '[record.duplicates]\ntelephone = ["code"]\n', '[record.duplicates]\ntelephone = ["files"]\n'),
    ],
    "record_rights": [
        case("pack_restricted_title", '[record.rights.amount]\nwrite = ["staff"]\n', '[record.rights.name]\nwrite = ["staff"]\n'),
        case("pack_right_without_edit", '[record.rights.amount]\nwrite = ["staff"]\n', '[record.rights.amount]\nwrite = ["other"]\n'),
        case("pack_role_without_edit", 'create = ["staff"]\n', 'create = ["other"]\n'),
        case("pack_creator_without_field", '[record.rights.code]\nwrite = ["staff"]\n', '[record.rights.code]\nread = ["staff"]\n'),
    ],
}
