"""Forms: a .form file (form-js schema) to fields that screen, plain post, API, print and PDF share.

`load` reads and checks a definition, `view` makes it ready to show, `decode_post` and `apply_operation` take what a browser sends, and `submit`
validates it whoever calls.

>>> import json
>>> from decimal import Decimal
>>> amount = {"type": "number", "key": "amount", "label": "金额", "decimalDigits": 2, "validate": {"required": True, "max": "=limit"}}
>>> form = load(json.dumps({"type": "default", "id": "order", "components": [amount]}).encode(), "order.form")
>>> submit(form, {"amount": "1,234.50"}, scope={"limit": Decimal(5000)})
{'amount': Decimal('1234.5')}
>>> try:
...     submit(form, {"amount": "5001"}, scope={"limit": Decimal(5000)})
... except FormRejected as refusal:
...     print({path: problem_text(problem) for path, problem in refusal.problems.items()})
{'amount': '不得大于 5000'}
"""

from engine.forms.components import Component, Field, Form
from engine.forms.evaluation import DEFAULT_ZONE, FormRights, Right
from engine.forms.limits import LIMITS, Limits
from engine.forms.loader import FormDefinitionRejected, load
from engine.forms.post import apply_operation, decode_post, operation_of
from engine.forms.problems import problem_text
from engine.forms.submit import submit
from engine.forms.view import view
from engine.forms.view_model import FormView
from engine.model.errors import FieldProblem, FormRejected

__all__ = [
    "DEFAULT_ZONE",
    "LIMITS",
    "Component",
    "Field",
    "FieldProblem",
    "Form",
    "FormDefinitionRejected",
    "FormRejected",
    "FormRights",
    "FormView",
    "Limits",
    "Right",
    "apply_operation",
    "decode_post",
    "load",
    "operation_of",
    "problem_text",
    "submit",
    "view",
]
