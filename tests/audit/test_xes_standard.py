"""An export in XES against what the standard (IEEE 1849) asks of a file: order, names, types, extensions, globals, classifiers, lifecycle."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from lxml import etree

from engine import SYSTEM, AttachFiles, CompleteTask, DeployPack, KeepFile, ProcessEngine, RemoveAttachment, SaveUser, StartInstance
from engine.audit.export import ExportEvents
from tests.commands.packs import PACK
from tests.commands.people import ADMIN, LI, WANG

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
# An XML name without a colon; names of extensions and classifiers are such.
PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_.:-]*")
LIFECYCLE = {"assign", "ate_abort", "autoskip", "complete", "manualskip", "pi_abort", "reassign", "resume", "schedule", "start", "suspend"}
LIFECYCLE |= {"unknown", "withdraw"}


def whole_number(text: str) -> bool:
    return -(2**63) <= int(text) < 2**63


def moment(text: str) -> bool:
    return datetime.fromisoformat(text).tzinfo is not None


TYPES = {"string": lambda text: True, "int": whole_number, "date": moment}


@pytest.fixture(scope="module")
def engine(database_url):
    engine = ProcessEngine.open(database_url)
    engine.run(DeployPack(PACK), SYSTEM)
    for person in (WANG, LI):
        engine.run(SaveUser(person.user_id, person.name, None, tuple(person.groups)), SYSTEM)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def case(engine):
    """Refused once, with a file that was added and taken away."""
    case = engine.run(StartInstance("visit", {"customer": "甲"}), ADMIN).instance_id
    engine.run(CompleteTask(f"{case}.2", {"aim": "看", "cost": "1.50"}), WANG)
    engine.run(AttachFiles(case, (engine.run(KeepFile("合同\x01.pdf", PDF), WANG).id,)), WANG)
    engine.run(RemoveAttachment(case, 1, "传错了"), WANG)
    engine.run(CompleteTask(f"{case}.3", {"ok": False}), LI)
    return case


@pytest.fixture(params=["zh", "en"])
def log(request, engine, case):
    with engine.read(ExportEvents((case,), "xes", request.param), ADMIN).file as file:
        return etree.fromstring(file.read())


def named(nodes):
    return {node.get("key"): node.get("value") for node in nodes if node.get("key")}


def test_parts_stand_in_the_order_of_the_standard(log):
    tags = [etree.QName(node).localname for node in log]
    order = ["extension", "global", "classifier", "string", "trace"]
    assert tags == sorted(tags, key=order.index)
    assert float(log.get("xes.version")) > 1
    for trace in log.findall("{*}trace"):
        kinds = [etree.QName(node).localname == "event" for node in trace]
        assert kinds == sorted(kinds)


def test_names_are_names_and_values_are_of_their_type(log):
    for node in log.iter("{*}string", "{*}int", "{*}date", "{*}float", "{*}boolean", "{*}id", "{*}list"):
        assert KEY.fullmatch(node.get("key")), node.get("key")
        assert TYPES[etree.QName(node).localname](node.get("value"))
    for node in (*log.findall("{*}extension"), *log.findall("{*}classifier")):
        assert PLAIN_NAME.fullmatch(node.get("name"))
    for holder in (*log.iter("{*}event"), *log.iter("{*}trace")):
        keys = [node.get("key") for node in holder if node.get("key")]
        assert len(keys) == len(set(keys))


def test_what_is_used_is_declared_and_what_is_declared_is_there(log):
    prefixes = {node.get("prefix") for node in log.findall("{*}extension")}
    used = {node.get("key").partition(":")[0] for node in log.iter() if ":" in (node.get("key") or "")}
    assert used == prefixes
    of_all = {node.get("scope"): set(named(node)) for node in log.findall("{*}global")}
    assert set(of_all) == {"trace", "event"}
    for scope, keys in of_all.items():
        for holder in log.iter(f"{{*}}{scope}"):
            assert keys <= set(named(holder))
    for classifier in log.findall("{*}classifier"):
        assert set(classifier.get("keys").split()) <= of_all["event"]


def test_the_lifecycle_is_the_standard_one_and_time_goes_on(log):
    events = [named(event) for event in log.iter("{*}event")]
    assert {event["lifecycle:transition"] for event in events} <= LIFECYCLE
    times = [datetime.fromisoformat(event["time:timestamp"]) for event in events]
    assert times == sorted(times)
    numbers = [int(event["sequence"]) for event in events]
    assert numbers == sorted(set(numbers))


def test_files_are_told_with_digest_and_reason(log):
    events = [named(event) for event in log.iter("{*}event")]
    added, removed = [event for event in events if "attachment_name" in event]
    assert {added["concept:name"], removed["concept:name"]} in ({"添加附件", "移除附件"}, {"Attachment added", "Attachment removed"})
    assert (added["attachment_name"], removed["attachment_reason"], added["org:resource"]) == ("合同.pdf", "传错了", "王芳")
    assert added["attachment_digest"] == removed["attachment_digest"] != ""
