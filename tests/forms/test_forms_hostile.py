"""Whatever is sent: values that can be kept, or a refusal that names fields and says why. Never another error, never half a value."""

import json
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from engine.forms import FormRejected, apply_operation, decode_post, problem_text, submit, view
from engine.model.values import from_json, normalize, to_json
from tests.forms.sample_form import component, everything, make
from tests.forms.test_forms_components import SCHEMA, minimal

FORM = make(
    *(minimal(kind) | {"key": f"f_{kind}"} for kind in SCHEMA if "key" in SCHEMA[kind] and kind != "expression"),
    component("number", "fixed", "定", readonly=True),
    {"type": "group", "path": "boss", "components": [component("textfield", "name", "姓名")]},
    {
        "type": "dynamiclist",
        "path": "rows",
        "components": [
            component("number", "n", "数"),
            {"type": "dynamiclist", "path": "inner", "components": [component("textfield", "t", "文")]},
            component("expression", "double", "倍", expression="=this.n * 2"),
        ],
    },
)
KEYS = [*sorted(FORM.keys), "rows", "boss", "name", "n", "inner", "t", "_op", "csrf_token", "__class__", "", "\x00", "\ud800", "f_text.x", "rows-0-n"]
NUMBERS = [float("nan"), float("inf"), -float("inf"), 10**400, Decimal("NaN"), Decimal("1e999999")]
NASTY = [*NUMBERS, "\x00", "\ud800", "9" * 300, "1e99", "１，２", "\u202e", "=1+1"]
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30), st.sampled_from(NASTY), st.binary(max_size=5))
DATA = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(KEYS), inner, max_size=5)),
    max_leaves=15,
)
SCOPE = {"fixed": Decimal(3), "rows": [{"n": Decimal(1), "inner": [{"t": "x"}]}]}


def storable(values):
    """What was accepted is kept and read back as it is, and the database can hold it."""
    text = json.dumps({name: to_json(value) for name, value in values.items()}, ensure_ascii=False, allow_nan=False)
    assert "\\u0000" not in text
    text.encode()
    assert {name: from_json(value) for name, value in json.loads(text).items()} == {name: normalize(value) for name, value in values.items()}


def told(refusal):
    assert refusal.problems
    for path, problem in refusal.problems.items():
        assert isinstance(path, str)
        assert problem_text(problem, "zh")
        assert problem_text(problem, "en")


def both_ways(data):
    for partial in (False, True):
        try:
            storable(submit(FORM, data, scope=SCOPE, partial=partial))
        except FormRejected as refusal:
            told(refusal)


@given(st.dictionaries(st.sampled_from(KEYS), DATA, max_size=8))
@settings(max_examples=300, deadline=None)
def test_data_of_an_interface(data):
    both_ways(data)
    view(FORM, data, SCOPE)
    view(FORM, data, SCOPE, readonly=True, language="en")


PARTS = st.sampled_from([*KEYS, "0", "1", "999999", "9999999", "-1", "rows", "inner", "boss.name"])
NAMES = st.one_of(st.sampled_from(KEYS), st.lists(PARTS, min_size=1, max_size=6).map("-".join), st.text(max_size=12))
TEXTS = st.one_of(st.text(max_size=20), st.sampled_from([text for text in NASTY if isinstance(text, str)]))


OPERATIONS = st.one_of(st.text(max_size=20), st.sampled_from(["add:rows", "add:rows-0-inner", "del:rows:0"]))


@given(st.lists(st.tuples(NAMES, TEXTS), max_size=15), OPERATIONS)
@settings(max_examples=300, deadline=None)
def test_what_a_browser_might_post(pairs, operation):
    """Names twice, rows that are not there, operations on nothing."""
    try:
        data = decode_post(FORM, MultiDict(pairs))
        data = apply_operation(FORM, data, operation, scope=SCOPE)
    except FormRejected as refusal:
        told(refusal)
        return
    both_ways(data)
    view(FORM, data, SCOPE)


@given(st.dictionaries(st.sampled_from(sorted(everything().keys)), DATA, max_size=6), st.sampled_from(["read", "hidden"]))
@settings(max_examples=150, deadline=None)
def test_rights_hold_against_everything(data, right):
    """Nothing that may only be read is ever set, and nothing hidden is ever shown."""
    secret = "只给主管看的底价"
    form = everything()
    scope = {"customer_name": secret}
    try:
        assert submit(form, data, scope=scope, rights={"customer_name": right}, partial=True).get("customer_name", secret) == secret
    except FormRejected as refusal:
        told(refusal)
    if right == "hidden":
        others = {name: value for name, value in data.items() if name != "customer_name"}
        assert secret not in repr(view(form, others, scope, {"customer_name": right}))
