"""Forms: a .form file (form-js schema) to fields that screen, plain post, JSON, print and PDF share.

`load` reads and checks a definition, `view` makes it ready to show, `decode_post` and `apply_operation` take what a browser sends, and `submit`
validates it whoever calls. Nothing else of this project is needed.

>>> import json
>>> from decimal import Decimal
>>> amount = {"type": "number", "key": "amount", "label": "金额", "decimalDigits": 2, "validate": {"required": True, "max": "=limit"}}
>>> files = {"type": "filepicker", "key": "files", "label": "合同", "accept": ".pdf"}
>>> form = load(json.dumps({"type": "default", "id": "order", "components": [amount, files]}).encode(), "order.form")
>>> submit(form, {"amount": "1,234.50"}, scope={"limit": Decimal(5000)})
{'amount': Decimal('1234.5'), 'files': []}
>>> try:
...     submit(form, {"amount": "5001"}, scope={"limit": Decimal(5000)})
... except FormRejected as refusal:
...     print({path: problem_text(problem) for path, problem in refusal.problems.items()})
{'amount': '不得大于 5000'}

The data of an interface is checked by the same function: JSON values go in as they are, and one refusal names every field.

>>> try:
...     submit(form, json.loads('{"amount": true, "colour": "red"}'), scope={})
... except FormRejected as refusal:
...     print({path: problem.code for path, problem in refusal.problems.items()})
{'colour': 'unknown_field'}

A view has every text, state and attribute, for any template: screen, print or PDF.

>>> shown = view(form, {"amount": "5001"}, {"limit": Decimal(5000)}, language="zh")
>>> [(field.kind, field.name, field.label, field.value, field.required) for field in shown.items]
[('number', 'amount', '金额', '5,001.00', True), ('filepicker', 'files', '合同', '', False)]
>>> view(form, None, {"amount": Decimal("1234.5")}, readonly=True).items[0].words
'1,234.50'

Files are named by ids; what they are comes from whoever keeps them, never from the client. The same goes for records to choose from (`Records`).

>>> contract = {"id": "0" * 32, "name": "合同.pdf", "size": 1200, "type": "application/pdf", "digest": "ab" * 32}
>>> known = Lookups(files={contract["id"]: contract})
>>> submit(form, {"amount": 1, "files": [contract["id"]]}, scope={}, lookups=known)["files"][0]["name"]
'合同.pdf'
>>> try:
...     submit(form, {"amount": 1, "files": ["f" * 32]}, scope={}, lookups=known)
... except FormRejected as refusal:
...     print(problem_text(refusal.problems["files"], "en"))
The file does not exist, was removed, or is not yours; upload it again

What a definition cannot have is refused when it is loaded, with the line, the reason and a proposal.

>>> try:
...     load(b'{"type": "default", "id": "x", "components": [{"type": "iframe"}]}', "x.form")
... except FormDefinitionRejected as refusal:
...     print(refusal.findings[0].code, refusal.findings[0].line)
form_component 1
"""

from engine.forms.components import Component, Field, FileField, Form, Option, RecordSource
from engine.forms.evaluation import DEFAULT_ZONE, FormRights, Right
from engine.forms.file_types import HEAD_BYTES, IMAGES, PreviewKind, accepted, clean_name, fits_name, preview_kind, size_text, sniff
from engine.forms.frame import frame, holds
from engine.forms.limits import LIMITS, Limits
from engine.forms.loader import FormDefinitionRejected, load
from engine.forms.looked_up import file_ids, resolved
from engine.forms.lookups import Lookups, NoRecords, is_file
from engine.forms.post import UPLOADS, apply_operation, decode_post, file_field, operation_of, removed_file
from engine.forms.problems import problem_text
from engine.forms.submit import submit
from engine.forms.together import differing, for_one_case_only, same_scope, shared_answer, shared_rights
from engine.forms.view import view
from engine.forms.view_model import FormView
from engine.model.errors import FieldProblem, FormRejected

__all__ = [
    "DEFAULT_ZONE",
    "HEAD_BYTES",
    "IMAGES",
    "LIMITS",
    "UPLOADS",
    "Component",
    "Field",
    "FieldProblem",
    "FileField",
    "Form",
    "FormDefinitionRejected",
    "FormRejected",
    "FormRights",
    "FormView",
    "Limits",
    "Lookups",
    "NoRecords",
    "Option",
    "PreviewKind",
    "RecordSource",
    "Right",
    "accepted",
    "apply_operation",
    "clean_name",
    "decode_post",
    "differing",
    "file_field",
    "file_ids",
    "fits_name",
    "for_one_case_only",
    "frame",
    "holds",
    "is_file",
    "load",
    "operation_of",
    "preview_kind",
    "problem_text",
    "removed_file",
    "resolved",
    "same_scope",
    "shared_answer",
    "shared_rights",
    "size_text",
    "sniff",
    "submit",
    "view",
]
