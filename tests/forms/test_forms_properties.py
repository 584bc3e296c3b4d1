"""Whatever is sent: a refusal or values, never another error; and values that were accepted are accepted again, unchanged."""

import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from engine.forms import FormDefinitionRejected, FormRejected, apply_operation, decode_post, load, submit, view
from engine.forms.view_model import FieldView, GroupView, ListView
from engine.model.values import from_json, to_json
from tests.forms.sample_form import component, everything, make

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
FORM = everything()
OPEN = make(
    component("textfield", "text", "T"),
    component("textarea", "lines", "L"),
    component("number", "number", "N"),
    component("number", "money", "M", decimalDigits=2),
    component("datetime", "day", "D", subtype="date"),
    component("datetime", "clock", "C", subtype="time"),
    component("datetime", "moment", "O", subtype="datetime"),
    component("checkbox", "tick", "K"),
    component("select", "one", "E", values=[{"label": "a", "value": "a"}, {"label": "2", "value": 2}]),
    component("taglist", "some", "S", valuesExpression='=["x", 1.5, date("2026-01-01")]'),
    component("textfield", "extra", "X", conditional={"hide": "=tick != true"}),
    {"type": "group", "path": "inner.deep", "components": [component("textfield", "text", "T")]},
    {
        "type": "dynamiclist",
        "path": "rows",
        "components": [
            component("textfield", "text", "T"),
            component("checkbox", "tick", "K"),
            component("expression", "double", "2", expression="=number * 2"),
            {"type": "dynamiclist", "path": "rows", "components": [component("number", "n", "N")]},
        ],
    },
)
SHANGHAI = ZoneInfo("Asia/Shanghai")
LINE = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=30)
ROW = st.fixed_dictionaries(
    {}, optional={"text": LINE, "tick": st.booleans(), "rows": st.lists(st.fixed_dictionaries({}, optional={"n": st.integers(0, 99)}), max_size=3)}
)
SENT = st.fixed_dictionaries(
    {},
    optional={
        "text": LINE,
        "lines": st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\r\n\t"), max_size=40),
        "number": st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=4)
        | st.integers(-(10**20), 10**20),
        "money": st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=2),
        "day": st.dates(),
        "clock": st.times().map(lambda value: value.replace(fold=0)),
        "moment": st.datetimes(min_value=datetime(1992, 1, 1), max_value=datetime(2200, 1, 1)),
        "tick": st.booleans(),
        "one": st.sampled_from(["a", "2", "", None, Decimal(2)]),
        "some": st.lists(st.sampled_from(["x", "1.5", "2026-01-01"]), max_size=4),
        "extra": LINE,
        "inner": st.fixed_dictionaries({}, optional={"deep": st.fixed_dictionaries({}, optional={"text": LINE})}),
        "rows": st.lists(ROW, max_size=4),
    },
)
SCALAR = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.text(max_size=20)
    | st.dates()
    | st.times()
    | st.datetimes()
    | st.sampled_from(["", " ", "1,0", "2026-01-01", "true", "enterprise"])
)
NAMES = st.sampled_from(sorted(FORM.keys | {"name", "price", "quantity", "phones", "number", "address", "certificates", "", "unknown"})) | st.text(
    max_size=5
)
ANYTHING = st.recursive(SCALAR, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=5), max_leaves=25)
RIGHTS = st.dictionaries(
    NAMES | st.sampled_from(["*", "products.price", "factory.address"]), st.sampled_from(["read", "write", "hidden"]), max_size=4
)


def problems_of(action):
    """What a refusal names; nothing when there was none."""
    try:
        action()
    except FormRejected as refusal:
        return refusal.problems
    return {}


def findings_of(definition):
    try:
        load(definition, "f.form")
    except FormDefinitionRejected as refusal:
        return refusal.findings
    return ()


def controls(items):
    for item in items:
        if isinstance(item, FieldView):
            yield from _control(item)
        elif isinstance(item, GroupView):
            yield from controls(item.items)
        elif isinstance(item, ListView):
            if item.marker:
                yield item.marker, ""
            for row in item.rows:
                yield row.marker, ""
                yield from controls(row.items)


def _control(item):
    """What the browser would post for one field."""
    if item.kind == "readonly":
        yield from ((item.name, value) for value in item.carried)
    elif item.kind == "checkbox":
        yield from [(item.name, "")] + ([(item.name, "true")] if item.ticked else [])
    elif item.kind in ("radio", "checklist", "taglist", "select"):
        yield item.name, ""
        yield from ((item.name, option.token) for option in item.options if option.selected)
    else:
        yield item.name, item.value.replace("\n", "\r\n")


@given(SENT)
def test_accepted_values_are_stable(sent):
    kept = submit(OPEN, sent, scope={}, now=NOW)
    assert submit(OPEN, kept, scope={}, now=NOW) == kept
    assert submit(OPEN, kept, scope=kept, now=NOW) == kept
    assert submit(OPEN, {}, scope=kept, now=NOW) == kept
    assert from_json(to_json(kept)) == kept
    assert submit(OPEN, kept, scope={}, now=NOW, partial=True).keys() <= kept.keys()


@given(SENT)
def test_view_and_post_give_back_what_was_submitted(sent):
    kept = submit(OPEN, sent, scope={}, now=NOW)
    posted = MultiDict(list(controls(view(OPEN, kept, {}, now=NOW).items)))
    assert submit(OPEN, decode_post(OPEN, posted), scope={}, now=NOW) == kept


@given(ANYTHING.filter(lambda data: isinstance(data, dict)), RIGHTS, st.booleans(), ANYTHING.filter(lambda data: isinstance(data, dict)))
@settings(max_examples=200, deadline=None)
def test_random_data_is_refused_or_accepted(data, rights, partial, scope):
    problems = problems_of(lambda: submit(FORM, data, scope=scope, rights=rights, now=NOW, partial=partial))
    shown = view(FORM, data, scope, rights, problems, NOW)
    assert len(shown.problems) == len(problems)
    view(FORM, None, scope, rights, now=NOW, readonly=True, language="en")


@given(
    st.lists(
        st.tuples(st.sampled_from(["contacts-0-name", "contacts-0-phones-1-number", "products", "products-0", "staff"]) | st.text(), st.text()),
        max_size=8,
    )
)
@settings(deadline=None)
def test_random_posts_are_refused_or_accepted(pairs):
    def post():
        data = decode_post(FORM, MultiDict(pairs))
        submit(FORM, apply_operation(FORM, data, "add:contacts", scope={}), scope={}, now=NOW)

    assert problems_of(post).keys() >= {"customer_name", "kind"} or any(name not in {"products", "products-0", "staff"} for name, _ in pairs)


@given(st.binary(max_size=60) | st.text(alphabet='{}[]",:\\ \n1.e-atruenl', max_size=40).map(str.encode))
def test_random_files_are_refused(data):
    assert findings_of(data)


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["type", "key", "path", "validate", "values", "label", "components", "text", "properties"]), ANYTHING, max_size=6
        ),
        max_size=4,
    )
)
@settings(deadline=None)
def test_random_components_are_refused_or_load(components):
    definition = json.dumps({"type": "default", "id": "f", "components": components}, default=str).encode("utf-8", "replace")
    assert all(finding.message and finding.proposal for finding in findings_of(definition))


def test_the_kinds_of_values():
    kept = submit(OPEN, {"day": "2026-01-01", "clock": "08:00", "moment": "2026-01-01T08:00", "number": "1"}, scope={}, now=NOW)
    assert kept["day"] == date(2026, 1, 1)
    assert kept["clock"] == time(8)
    assert kept["moment"] == datetime(2026, 1, 1, 8, tzinfo=SHANGHAI)
