"""Values of cases beside their tasks: those that the diagram marks, never what the task's form hides."""

from __future__ import annotations

from engine import SYSTEM, CompleteTask, DeployPack, StartInstance, TaskValues, ValueFields, Worklist
from tests.commands.packs import END, PACK, START, extensions, flows
from tests.commands.people import ADMIN, LI, NOBODY, WANG
from tests.queries.test_worklist_search import form_file

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d"'
    ' targetNamespace="http://example.org/t"><process id="marked" name="有标记" isExecutable="true">'
)
MARKS = extensions('<zeebe:properties><zeebe:property name="tuoke.glance" value="level, price, unknown"/></zeebe:properties>')
FORM = [
    {"id": "l", "type": "select", "key": "level", "label": "等级", "values": [{"label": "核心客户", "value": "A"}]},
    {"id": "p", "type": "number", "key": "price", "label": "底价", "decimalDigits": 2},
]


def task(id: str, group: str, rights: str) -> str:
    properties = f'<zeebe:properties><zeebe:property name="tuoke.fields" value="{rights}"/></zeebe:properties>'
    who = f'<zeebe:assignmentDefinition candidateGroups="{group}"/><zeebe:formDefinition formId="deal"/>'
    return f'<userTask id="{id}" name="{id}">{extensions("<zeebe:userTask/>" + who + properties)}</userTask>'


MARKED = f"""{HEAD}{MARKS}{START}{task("offer", "sales", "price:write")}{task("check", "经理", "price:hidden")}{END}
{flows("start>offer>check>end")}</process></definitions>""".replace(", unknown", "").encode()


def test_what_a_task_hides_is_not_shown_beside_it(engine):
    engine.run(DeployPack({**PACK, "marked.bpmn": MARKED, "deal.form": form_file("deal", FORM)}), SYSTEM)
    number = engine.run(StartInstance("marked", {"level": "A", "price": 12}), ADMIN).instance_id
    engine.run(StartInstance("visit", {"customer": "甲"}), ADMIN)
    rows = engine.read(Worklist("groups"), WANG).rows
    ids, keys = tuple(row.task_id for row in rows), ("price", "level", "secret")
    shown = engine.read(TaskValues("groups", ids, keys), WANG)
    assert [(field.key, field.label) for field in shown.fields] == [("price", "底价"), ("level", "等级")]
    assert {task: {key: value.text for key, value in of.items()} for task, of in shown.values.items()} == {
        f"{number}.2": {"price": "12.00", "level": "核心客户"}
    }
    # Only what is in the actor's own tab.
    assert engine.read(TaskValues("groups", ids, keys), NOBODY).values == {}
    assert engine.read(TaskValues("mine", ids, keys), WANG).values == {}
    assert engine.read(TaskValues("groups", ("forged", "x.1"), keys), WANG).values == {}
    engine.run(CompleteTask(f"{number}.2", {"level": "A", "price": 12}), WANG)
    (row,) = [row for row in engine.read(Worklist("groups"), LI).rows if row.instance_id == number]
    hidden = engine.read(TaskValues("groups", (row.task_id,), keys), LI)
    assert [key for of in hidden.values.values() for key in of] == ["level"]
    assert [field.key for field in engine.read(ValueFields("groups"), LI)] == ["level", "price"]
    assert engine.read(ValueFields("groups"), NOBODY) == ()
