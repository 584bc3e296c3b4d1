"""Hostile and broken files are refused with a finding, whatever the bytes are."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.bpmn.dialect import to_utf8
from engine.bpmn.pack import MAXIMUM_FILES, load_pack
from engine.model.errors import DefinitionRejected
from tests.bpmn.diagrams import END, HEAD, START, codes, diagram, extensions, findings, flows, load, simple, user

GOOD = simple(user())
TEXT = GOOD.decode()
BILLION = '<!DOCTYPE lolz [<!ENTITY a "ha">' + "".join(f'<!ENTITY {"abcdefghij"[n]}{n} "{"&a;" * 10}">' for n in range(9)) + "]>"


@pytest.mark.parametrize(
    "data, code",
    [
        (b"", "file_empty"),
        (b" \n\t", "file_empty"),
        (b"\xef\xbb\xbf", "file_empty"),
        (b"PK\x03\x04 not xml", "xml_other_kind"),
        (b"\x89PNG\r\n\x1a\n\x00\x01", "xml_other_kind"),
        (b"%PDF-1.7\n<a/>", "xml_other_kind"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xml_other_kind"),
        (b"hello", "xml_not_xml"),
        ("\ufeff\n  客户开发 <a/>".encode(), "xml_not_xml"),
        (b"<a><b></a>", "xml_syntax"),
        (GOOD[: len(GOOD) // 2], "xml_syntax"),
        (GOOD.replace(b"isExecutable", b"is\x00Executable"), "xml_illegal_character"),
        (TEXT.replace("流程", "&#0;").encode(), "xml_syntax"),
        (TEXT.replace("流程", "&nothing;").encode(), "xml_syntax"),
        (('<!DOCTYPE d SYSTEM "file:///etc/passwd">' + TEXT).encode(), "xml_doctype"),
        (
            ('<?xml version="1.0"?><!-- <x> --> \n<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + TEXT.replace("流程", "&x;")).encode(),
            "xml_doctype",
        ),
        ((BILLION + TEXT.replace("流程", "&j8;")).encode(), "xml_doctype"),
        (("<a>" * 100_000).encode(), "xml_too_deep"),
        (HEAD.encode() + b'<process id="p" isExecutable="true">' + b"<subProcess>" * 5000, "xml_too_deep"),
        (b"<html/>", "xml_not_bpmn"),
        (b'<definitions xmlns="http://example.org/other"/>', "xml_not_bpmn"),
        (b"\xff\xfe<\x00a", "xml_undecodable"),
        (b'<?xml version="1.0" encoding="UTF-8"?><a>\x81\x8d\x90 \xff</a>', "xml_undecodable"),
        (b"\x00" * 100, "xml_illegal_character"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_broken_file_is_one_clear_finding(data: bytes, code: str) -> None:
    assert code in codes(data)


def test_doctype_in_a_comment_is_only_text() -> None:
    assert codes(b"<!-- <!DOCTYPE x> -->" + GOOD) == []


def test_large_files_and_packs_are_refused_before_they_are_read() -> None:
    large = GOOD + b" " * 20_000_000
    assert codes({"p.bpmn": large}) == ["pack_too_large"]
    assert codes({"p.bpmn": GOOD + b" " * 10_000_000}) == ["file_too_large"]
    assert codes({f"{number}.md": b"" for number in range(MAXIMUM_FILES + 1)}) == ["pack_too_many_files"]


def test_too_many_elements_are_refused() -> None:
    tasks = "".join(f'<task id="t{number}"/>' for number in range(5_001))
    assert "bpmn_too_many_elements" in codes(diagram(START, tasks, END))


def test_a_long_chain_is_read() -> None:
    ids = [f"t{number}" for number in range(2_000)]
    model = load(diagram(START, "".join(f'<task id="{id}"/>' for id in ids), END, flows(">".join(["s", *ids, "e"])))).processes["p"]
    assert len(model.elements) == 2_002


@pytest.mark.parametrize(
    "name", ["../p.bpmn", "/p.bpmn", "a\\p.bpmn", "a/./p.bpmn", "a\x00.bpmn", "c:p.bpmn", "\ud800.bpmn", "", "x" * 300 + ".bpmn"]
)
def test_bad_file_names_are_refused(name: str) -> None:
    found = findings({name: GOOD})
    assert "pack_bad_file_name" in [each.code for each in found]
    assert all(each.message.encode("utf-8") for each in found)


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gbk", "gb2312", "gb18030"]


@pytest.mark.parametrize("encoding, declared", [*((each, True) for each in ENCODINGS), *((each, False) for each in ENCODINGS if each[:2] == "ut")])
def test_chinese_files_in_any_encoding(encoding: str, declared: bool) -> None:
    text = TEXT.replace("办理 u", "填写客户开发申请单")
    head = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>\n' if declared else ""
    pack = load((head + text).encode(encoding))
    assert pack.processes["p"].elements["u"].name == "填写客户开发申请单"
    assert pack.processes["p"].elements["u"].line == (2 if declared else 1)


@pytest.mark.parametrize("encoding", ["windows-1252", "iso-8859-1"])
def test_western_files_in_any_encoding(encoding: str) -> None:
    text = TEXT.replace("办理 u", "Prüfung für Müller").replace("流程", "Ablauf").replace("完成", "fertig")
    head = f'<?xml version="1.0" encoding="{encoding}"?>'
    assert load((head + text).encode(encoding)).processes["p"].elements["u"].name == "Prüfung für Müller"


def test_files_for_the_browser_are_utf_8() -> None:
    for encoding in ENCODINGS:
        text = to_utf8((f'<?xml version="1.0" encoding="{encoding}"?>\n' + TEXT).encode(encoding))
        assert text.decode() == '<?xml version="1.0" encoding="UTF-8"?>\n' + TEXT
    assert to_utf8(b"\xff\xfe<") == b"\xff\xfe<"


@pytest.mark.parametrize("head", ["", '<?xml version="1.0" encoding="UTF-8"?>'])
@pytest.mark.parametrize("encoding, likely", [("gb18030", "gb18030"), ("windows-1252", "windows-1252")])
def test_a_file_that_is_not_in_the_encoding_that_it_declares_is_refused(head: str, encoding: str, likely: str) -> None:
    text = TEXT if encoding == "gb18030" else TEXT.replace("办理 u", "Prüfung für Müller").replace("流程", "Ablauf").replace("完成", "fertig")
    [found] = findings((head + text).encode(encoding))
    assert (found.code, found.values["likely"], found.severity) == ("xml_encoding_wrong", likely, "error")


def test_a_file_in_utf_8_that_declares_something_else_is_read_with_a_warning() -> None:
    pack = load(('<?xml version="1.0" encoding="UTF-16"?>' + TEXT).encode())
    assert [(each.code, each.values["used"]) for each in pack.warnings] == [("xml_encoding_guessed", "utf-8")]
    assert load(('<?xml version="1.0" encoding="nonsense"?>' + TEXT).encode()).processes["p"].name == "流程"
    assert load(('<?xml version="1.0" encoding="rot13"?>' + TEXT).encode()).processes["p"].name == "流程"
    assert load(('<?xml version="1.0" encoding="UTF-16"?>' + TEXT).encode()).processes["p"].name == "流程"


def test_everything_is_found_at_once() -> None:
    body = diagram(
        START, '<complexGateway id="g"/>', user(inner=""), '<scriptTask id="x"/>', flows("s>g>u>x", "x>gone"), definitions='<globalTask id="gt"/>'
    )
    found = codes({"p.bpmn": body, "broken.bpmn": b"<", "broken.form": b"{", "pack.toml": b"[pack"})
    expected = {
        "bpmn_unsupported_complex_gateway",
        "bpmn_nobody",
        "bpmn_missing_extension",
        "bpmn_flow_target",
        "bpmn_no_end",
        "bpmn_unsupported_global_task",
        "xml_syntax",
        "pack_toml_syntax",
    }
    assert expected <= set(found)


SEED = diagram(
    START,
    user(
        children="<multiInstanceLoopCharacteristics>"
        + extensions('<zeebe:loopCharacteristics inputCollection="=l"/>')
        + "</multiInstanceLoopCharacteristics>"
    ),
    '<exclusiveGateway id="g" default="g_e"/>',
    '<boundaryEvent id="b" attachedToRef="u"><timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition></boundaryEvent>',
    '<laneSet id="ls"><lane id="l" name="职员"><flowNodeRef>u</flowNodeRef></lane></laneSet>',
    END,
    flows("s>u>g>e", "g>u:=x", "b>e"),
)
PIECES = [
    b"",
    b"<",
    b">",
    b'"',
    b"=",
    b"&",
    b"${x}",
    b'id="u"',
    b"<subProcess>",
    b"</process>",
    b"\x00",
    b"\xff",
    "中".encode(),
    b"-1",
    b"zeebe:",
    b"camunda:x='1' ",
]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(SEED)), st.integers(0, 40), st.sampled_from(PIECES)), min_size=1, max_size=5))
def test_mutated_files_raise_nothing_else(edits: list[tuple[int, int, bytes]]) -> None:
    data = SEED
    for position, length, piece in edits:
        data = data[:position] + piece + data[position + length :]
    for found in findings({"p.bpmn": data}):
        assert found.message
        assert found.file == "p.bpmn" or found.code == "pack_empty"


NAMES = st.sampled_from(
    [
        "userTask",
        "task",
        "startEvent",
        "endEvent",
        "sequenceFlow",
        "exclusiveGateway",
        "subProcess",
        "boundaryEvent",
        "lane",
        "laneSet",
        "transaction",
    ]
)
TREES = st.recursive(
    st.builds(
        lambda name, id, ref: f'<{name} id="{id}" sourceRef="{id}" targetRef="{ref}" attachedToRef="{ref}"/>',
        NAMES,
        st.sampled_from("abcd"),
        st.sampled_from("abcd"),
    ),
    lambda inner: st.builds(
        lambda name, id, children: f'<{name} id="{id}">{"".join(children)}</{name}>', NAMES, st.sampled_from("abcdefgh"), st.lists(inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(st.lists(TREES, max_size=6))
def test_arbitrary_structures_raise_nothing_else(parts: list[str]) -> None:
    with pytest.raises(DefinitionRejected) as refusal:
        load_pack({"p.bpmn": diagram(*parts, '<complexGateway id="always"/>')})
    assert "bpmn_unsupported_complex_gateway" in [each.code for each in refusal.value.findings]


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["p.bpmn", "p.dmn", "p.form", "pack.toml", "x.bin"]))
def test_arbitrary_bytes_raise_nothing_else(data: bytes, name: str) -> None:
    with pytest.raises(DefinitionRejected) as refusal:
        load_pack({name: data, "bad.bpmn": b""})
    assert "file_empty" in [each.code for each in refusal.value.findings]
