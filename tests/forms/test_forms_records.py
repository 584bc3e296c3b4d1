"""Options from registers: what is offered, what may be chosen, what is kept."""

import json

import pytest

from engine.forms import FormDefinitionRejected, FormRejected, Lookups, Option, load, resolved, submit, view
from tests.forms.sample_form import component, make


class Register:
    """Customers a, b, c; nobody may see suppliers."""

    def __init__(self):
        self.asked = []

    def _options(self, source):
        names = {"a": "苏州精工", "b": "无锡机电", "c": "常州轴承"}
        if source.record_type != "customer":
            return None
        return [Option(key, {"id": key, "label": name} if source.value is None else key, name) for key, name in names.items()]

    def find(self, source, search, limit):
        self.asked.append(("find", search))
        options = self._options(source)
        return None if options is None else [option for option in options if search in option.label][:limit]

    def named(self, source, tokens):
        self.asked.append(("named", tuple(tokens)))
        options = self._options(source)
        return None if options is None else [option for option in options if option.token in tokens]


def picker(kind="select", record="customer", **more):
    custom = {"values.record": record} | more.pop("custom", {})
    return component(kind, "customer", "客户", properties=custom, **more)


A, B = {"id": "a", "label": "苏州精工"}, {"id": "b", "label": "无锡机电"}


def code(form, data, scope=None, lookups=None):
    with pytest.raises(FormRejected) as refusal:
        submit(form, data, scope=scope or {}, lookups=lookups or Lookups(records=Register()))
    return {path: problem.code for path, problem in refusal.value.problems.items()}


def test_a_chosen_record_is_kept_with_its_label():
    known = Lookups(records=Register())
    assert submit(make(picker()), {"customer": "a"}, scope={}, lookups=known) == {"customer": A}
    assert submit(make(picker()), {"customer": {"id": "b", "label": "forged"}}, scope={}, lookups=known) == {"customer": B}
    assert submit(make(picker("taglist")), {"customer": ["b", "a"]}, scope={}, lookups=known) == {"customer": [B, A]}
    assert submit(make(picker()), {"customer": ""}, scope={}, lookups=known) == {"customer": None}
    assert submit(make(picker(custom={"values.value": "credit_code"})), {"customer": "a"}, scope={}, lookups=known) == {"customer": "a"}


@pytest.mark.parametrize("value", ["x", ["a", "b"], {"id": "x", "label": "y"}, {}, 5, True])
def test_what_the_register_does_not_have_is_refused(value):
    assert set(code(make(picker()), {"customer": value}).values()) <= {"choice", "type"}


def test_a_register_that_may_not_be_seen_offers_nothing():
    form = make(picker(record="supplier"))
    assert code(form, {"customer": "a"}) == {"customer": "no_register"}
    assert code(make(picker()), {"customer": "a"}, lookups=Lookups()) == {"customer": "no_register"}
    assert view(form, {"customer": "a"}, {}, lookups=Lookups(records=Register())).items[0].options == ()


def test_what_was_chosen_before_stays_although_it_cannot_be_looked_up():
    old = {"id": "gone", "label": "旧客户"}
    assert submit(make(picker()), {"customer": "gone"}, scope={"customer": old}) == {"customer": old}
    assert submit(make(picker()), {}, scope={"customer": old}) == {"customer": old}
    assert view(make(picker()), None, {"customer": old}, readonly=True).items[0].words == "旧客户"


def test_what_is_recorded_needs_no_register_to_be_executed_again():
    form, known = make(picker("taglist")), Lookups(records=Register())
    whole = resolved(form, {"customer": ["a"]}, known)
    assert whole == {"customer": [A]}
    assert submit(form, whole, scope={}, lookups=Lookups(trusting=True)) == {"customer": [A]}


def test_options_are_searched_on_the_server():
    register = Register()
    field = view(make(picker()), {"customer": "a"}, {}, lookups=Lookups(records=register, asked={"_q.customer": "无锡"}, base="/app")).items[0]
    assert [(option.token, option.label, option.selected) for option in field.options] == [("a", "苏州精工", True), ("b", "无锡机电", False)]
    assert (field.lookup, field.search_name, field.search, field.searchable) == ("/app/options/customer", "_q.customer", "无锡", True)
    labelled = make(picker(custom={"values.label": "short_name", "values.value": "credit_code"}))
    assert view(labelled, None, {}).items[0].lookup == "/options/customer?label=short_name&value=credit_code"


def test_rows_ask_once():
    form = make({"type": "dynamiclist", "label": "行", "path": "rows", "components": [picker()]})
    register = Register()
    shown = view(form, {"rows": [{"customer": A}] * 50}, {}, lookups=Lookups(records=register)).items[0]
    assert len(shown.rows) == 50
    assert [kind for kind, _ in register.asked].count("find") == 1


@pytest.mark.parametrize(
    "wrong, expected",
    [
        ({"custom": {"values.record": "", "values.label": "name"}}, "form_record"),
        ({"custom": {"values.record": "../x"}}, "form_record"),
        ({"custom": {"values.label": "a.b"}}, "form_record"),
        ({"values": [{"label": "A", "value": "a"}]}, "form_options"),
        ({"defaultValue": "a"}, "form_default"),
        ({"kind": "radio"}, "form_options"),
    ],
)
def test_definitions_that_are_refused(wrong, expected):
    with pytest.raises(FormDefinitionRejected) as refusal:
        load(json.dumps({"type": "default", "id": "x", "components": [picker(**wrong)]}).encode(), "x.form")
    assert expected in [found.code for found in refusal.value.findings]
