"""Diagrams as the desktop Camunda Modeler writes them for Camunda 8, in a few words: collaboration, lanes, drawing part, zeebe: extensions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import quoteattr

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"'
    ' xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI"'
    ' xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xmlns:modeler="http://camunda.org/schema/modeler/1.0" id="Definitions_1" targetNamespace="http://bpmn.io/schema/bpmn"'
    ' exporter="Camunda Modeler" exporterVersion="5.40.0" modeler:executionPlatform="Camunda Cloud" modeler:executionPlatformVersion="8.8.0">\n'
)


def node(kind: str, id: str, *inner: str, extensions: str = "", name: str | None = None, **attributes: str) -> str:
    """One flow node; `inner` are its BPMN children, `extensions` its zeebe: elements."""
    text = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    more = f"<bpmn:extensionElements>{extensions}</bpmn:extensionElements>" if extensions else ""
    return f'<bpmn:{kind} id="{id}" name={quoteattr(id if name is None else name)}{text}>{more}{"".join(inner)}</bpmn:{kind}>'


def zeebe(kind: str, *inner: str, **attributes: str) -> str:
    text = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<zeebe:{kind}{text}>{''.join(inner)}</zeebe:{kind}>"


def mapping(inputs: Mapping[str, str] | None = None, outputs: Mapping[str, str] | None = None) -> str:
    """`zeebe:ioMapping`: target -> FEEL source without its `=`."""
    rows = [zeebe("input", source="=" + source, target=target) for target, source in (inputs or {}).items()]
    rows += [zeebe("output", source="=" + source, target=target) for target, source in (outputs or {}).items()]
    return zeebe("ioMapping", *rows) if rows else ""


def start(id: str = "s", *inner: str, **rest: str) -> str:
    return node("startEvent", id, *inner, **rest)


def end(id: str = "e", *inner: str, **rest: str) -> str:
    return node("endEvent", id, *inner, **rest)


def user(id: str, *inner: str, io: str = "", more: str = "", **attributes: str) -> str:
    task = zeebe("userTask") + zeebe("assignmentDefinition", candidateGroups="staff") + io + more
    return node("userTask", id, *inner, extensions=task, **attributes)


def script(id: str, expression: str, result: str, *inner: str, io: str = "") -> str:
    return node("scriptTask", id, *inner, extensions=zeebe("script", expression="=" + expression, resultVariable=result) + io)


def service(id: str, *inner: str, inputs: Mapping[str, str] | None = None, outputs: Mapping[str, str] | None = None, retries: str = "3") -> str:
    """A job that looks up customers."""
    io = mapping({"match": "{}", **(inputs or {})}, outputs)
    headers = zeebe("taskHeaders", zeebe("header", key="recordType", value="customer"))
    return node("serviceTask", id, *inner, extensions=zeebe("taskDefinition", type="record.find", retries=retries) + headers + io)


def call(id: str, process: str, *inner: str, io: str = "", **rest: str) -> str:
    return node("callActivity", id, *inner, extensions=zeebe("calledElement", processId=process, **rest) + io)


def sub(id: str, *inner: str, io: str = "", **attributes: str) -> str:
    return node("subProcess", id, *inner, extensions=io, **attributes)


def boundary(id: str, host: str, definition: str, interrupting: bool = True, io: str = "") -> str:
    return node("boundaryEvent", id, definition, extensions=io, attachedToRef=host, cancelActivity="true" if interrupting else "false")


def catch(id: str, definition: str, io: str = "") -> str:
    return node("intermediateCatchEvent", id, definition, extensions=io)


def throw(id: str, definition: str, io: str = "") -> str:
    return node("intermediateThrowEvent", id, definition, extensions=io)


def gateway(kind: str, id: str, **attributes: str) -> str:
    """`kind`: exclusive, parallel, inclusive or eventBased."""
    return node(f"{kind}Gateway", id, **attributes)


def timer(text: str, kind: str = "timeDuration") -> str:
    expression = f'<bpmn:{kind} xsi:type="bpmn:tFormalExpression">{text}</bpmn:{kind}>'
    return f"<bpmn:timerEventDefinition>{expression}</bpmn:timerEventDefinition>"


def refers(kind: str, reference: str = "") -> str:
    attribute = f' {kind}Ref="{reference}"' if reference else ""
    return f"<bpmn:{kind}EventDefinition{attribute}/>"


TERMINATE = "<bpmn:terminateEventDefinition/>"


def message(name: str, key: str | None = "=key") -> str:
    """A message of the file; its id is `m_` and the name."""
    subscription = zeebe("subscription", correlationKey=key) if key else ""
    return f'<bpmn:message id="m_{name}" name="{name}"><bpmn:extensionElements>{subscription}</bpmn:extensionElements></bpmn:message>'


def signal(name: str) -> str:
    return f'<bpmn:signal id="s_{name}" name="{name}"/>'


def error(code: str) -> str:
    return f'<bpmn:error id="e_{code}" name="{code}" errorCode="{code}"/>'


def multiple(collection: str = "items", item: str = "item", output: tuple[str, str] | None = None, until: str = "", sequential: bool = False) -> str:
    """Multi-instance; `output` is (collection, FEEL element)."""
    settings = {"inputCollection": "=" + collection, "inputElement": item}
    if output:
        settings |= {"outputCollection": output[0], "outputElement": "=" + output[1]}
    extensions = f"<bpmn:extensionElements>{zeebe('loopCharacteristics', **settings)}</bpmn:extensionElements>"
    condition = f'<bpmn:completionCondition xsi:type="bpmn:tFormalExpression">={_escape(until)}</bpmn:completionCondition>' if until else ""
    attribute = ' isSequential="true"' if sequential else ""
    return f"<bpmn:multiInstanceLoopCharacteristics{attribute}>{extensions}{condition}</bpmn:multiInstanceLoopCharacteristics>"


def repeated(condition: str = "", maximum: int | None = None, before: bool = False) -> str:
    """Standard loop."""
    limit = f' loopMaximum="{maximum}"' if maximum is not None else ""
    body = f"<bpmn:loopCondition>={_escape(condition)}</bpmn:loopCondition>" if condition else ""
    return f'<bpmn:standardLoopCharacteristics testBefore="{"true" if before else "false"}"{limit}>{body}</bpmn:standardLoopCharacteristics>'


def flows(*chains: str) -> str:
    """`"s>u>e"` connects s with u and u with e; `"a>b:x > 1"` puts a condition on the flow. Ids are `f_a_b`, with `_2` where they repeat."""
    result: list[str] = []
    seen: dict[str, int] = {}
    for chain in chains:
        path, _, condition = chain.partition(":")
        ids = path.split(">")
        body = f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">={_escape(condition)}</bpmn:conditionExpression>' if condition else ""
        for source, target in zip(ids, ids[1:], strict=False):
            name = f"f_{source}_{target}"
            seen[name] = seen.get(name, 0) + 1
            name += f"_{seen[name]}" if seen[name] > 1 else ""
            result.append(f'<bpmn:sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}">{body}</bpmn:sequenceFlow>')
    return "".join(result)


def process(*parts: str, key: str = "p", lanes: Mapping[str, Sequence[str]] | None = None, executable: bool = True) -> str:
    rows = "".join(
        f'<bpmn:lane id="Lane_{key}_{number}" name="{name}">{"".join(f"<bpmn:flowNodeRef>{each}</bpmn:flowNodeRef>" for each in ids)}</bpmn:lane>'
        for number, (name, ids) in enumerate((lanes or {}).items())
    )
    lane_set = f'<bpmn:laneSet id="LaneSet_{key}">{rows}</bpmn:laneSet>' if rows else ""
    flag = "true" if executable else "false"
    return f'<bpmn:process id="{key}" name="流程 {key}" isExecutable="{flag}">{lane_set}{"".join(parts)}</bpmn:process>'


def diagram(*processes: str, definitions: str = "") -> bytes:
    """A file: a pool for each process, definitions, and a drawing."""
    keys = [match[1] for text in processes if (match := re.match(r'<bpmn:process id="([^"]+)"', text))]
    pools = "".join(f'<bpmn:participant id="Pool_{key}" name="{key}" processRef="{key}"/>' for key in keys)
    body = "".join(processes)
    ids = re.findall(r'<bpmn:(?:\w*[tT]ask|\w*Event|\w*Gateway|subProcess|callActivity) id="([^"]+)"', body)
    shapes = "".join(
        f'<bpmndi:BPMNShape id="{id}_di" bpmnElement="{id}"><dc:Bounds x="{100 + 150 * n}" y="{100 - n}" width="100" height="80"/></bpmndi:BPMNShape>'
        for n, id in enumerate(dict.fromkeys(ids))
    )
    collaboration = f'<bpmn:collaboration id="Collaboration_1">{pools}</bpmn:collaboration>'
    plane = f'<bpmndi:BPMNPlane id="BPMNPlane_1" bpmnElement="Collaboration_1">{shapes}</bpmndi:BPMNPlane>'
    drawing = f'<bpmndi:BPMNDiagram id="BPMNDiagram_1">{plane}</bpmndi:BPMNDiagram>'
    return f"{HEAD}{collaboration}{definitions}{body}{drawing}</bpmn:definitions>".encode()


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
