"""Filepickers and images: what a file is by its content, what a form takes, and what it refuses."""

import base64
import io
import json
import struct
import zipfile
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from engine.forms import (
    LIMITS,
    FormDefinitionRejected,
    FormRejected,
    Lookups,
    accepted,
    clean_name,
    decode_post,
    file_field,
    file_ids,
    fits_name,
    is_file,
    load,
    operation_of,
    removed_file,
    resolved,
    sniff,
    submit,
    view,
)
from engine.forms.file_types import checked_address, extension, size_text
from tests.forms.sample_form import component, make


def png(width=1, height=1):
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = b"".join(b"\x00" + b"\x40\x80\xc0" * width for _ in range(height))
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def packed(*names):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


DOCX = packed("[Content_Types].xml", "_rels/.rels", "word/document.xml")
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CONTENTS = [
    (png(), "image/png"),
    (b"\xff\xd8\xff\xe0JFIF", "image/jpeg"),
    (b"GIF89a....", "image/gif"),
    (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
    (b"\x00\x00\x00\x20ftypheic\x00\x00\x00\x00", "image/heic"),
    (b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00", "image/avif"),
    (b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00", "video/mp4"),
    (b"%PDF-1.7\n", "application/pdf"),
    (DOCX, WORD),
    (packed("a.txt"), "application/zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "application/x-ole-storage"),
    (b"MZ\x90\x00", "application/vnd.microsoft.portable-executable"),
    (b"\x7fELF\x02", "application/x-executable"),
    ("客户名称,等级\n苏州,A\n".encode(), "text/plain"),
    ("客户名称,等级\n苏州,A\n".encode("gb18030"), "text/plain"),
    ("客户".encode("utf-16"), "text/plain"),
    (b"<!DOCTYPE html><p>x", "text/html"),
    (b"  <script>alert(1)</script>", "text/html"),
    (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "image/svg+xml"),
    (b"<!-- x --><svg onload='alert(1)'/>", "image/svg+xml"),
    (b'<?xml version="1.0"?><a/>', "text/xml"),
    (b"\x00\x01\x02\x03", "application/octet-stream"),
]


@pytest.mark.parametrize("content, kind", CONTENTS)
def test_a_content_says_what_it_is(content, kind):
    assert sniff(content) == kind


@pytest.mark.parametrize(
    "name, content, accept, yes",
    [
        ("合同.pdf", b"%PDF-1.7", (".pdf",), True),
        ("合同.PDF", b"%PDF-1.7", (".pdf",), True),
        ("合同.pdf", b"MZ\x90\x00", (".pdf",), False),
        ("合同.exe", b"%PDF-1.7", (".pdf",), False),
        ("照片.png", png(), ("image/*",), True),
        ("照片.HEIC", b"\x00\x00\x00\x20ftypheic", ("image/*",), True),
        ("照片.heic", b"\x00\x00\x00\x20ftypisom", ("image/*",), False),
        ("图.svg", b"<svg/>", ("image/*",), False),
        ("照片.jpg", png(), ("image/*",), False),
        ("表.docx", DOCX, (WORD,), True),
        ("表.docx", DOCX, (".doc", ".docx"), True),
        ("表.csv", b"a,b\n", ("text/csv",), True),
        ("图纸.dwg", b"AC1032\x00", (".dwg",), True),
        ("x.zip", b"%PDF-", (), True),
        ("无扩展名", b"%PDF-", ("application/pdf",), True),
    ],
)
def test_accept_goes_by_name_and_content(name, content, accept, yes):
    assert accepted(name, sniff(content), accept) is yes


def test_a_program_is_not_called_a_document():
    assert not fits_name("账单.pdf", sniff(b"MZ\x90"))
    assert not fits_name("图.png", sniff(b"<svg onload=x>"))
    assert fits_name("账单.任意", sniff(b"MZ\x90"))


@pytest.mark.parametrize(
    "given_name, kept",
    [
        ("C:\\桌面\\报价 单.pdf", "报价 单.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("\x00\n", "未命名"),
        ("..", "未命名"),
        ("", "未命名"),
    ],
)
def test_names_are_kept_without_what_could_mislead(given_name, kept):
    assert clean_name(given_name) == kept


@given(st.text())
def test_any_name_becomes_a_name(text):
    name = clean_name(text)
    assert 0 < len(name) <= 200
    assert clean_name(name) == name
    assert not set(name) & set("/\\\r\n\x00")


@given(st.binary(max_size=300))
def test_any_content_has_a_type(content):
    kind = sniff(content)
    assert "/" in kind
    assert accepted("x." + extension("x.bin"), kind, ()) is True


@pytest.mark.parametrize("size, text", [(0, "0 B"), (812, "812 B"), (12_345, "12.3 KB"), (999_999, "1.0 MB"), (4_000_000, "4.0 MB")])
def test_sizes_in_words(size, text):
    assert size_text(size) == text


def file(number=1, name="合同.pdf", kind="application/pdf", size=1200):
    return {"id": f"{number:032x}", "name": name, "size": size, "type": kind, "digest": "ab" * 32}


PICKER = component("filepicker", "files", "附件", multiple=True, accept=".pdf,.docx")
KNOWN = Lookups({file(number)["id"]: file(number) for number in range(1, 30)})


def code(form, data, **options):
    with pytest.raises(FormRejected) as refusal:
        submit(form, data, **{"scope": {}} | options)
    return {path: problem.code for path, problem in refusal.value.problems.items()}


def test_ids_of_uploads_become_files():
    form = make(PICKER)
    assert submit(form, {"files": [file(1)["id"], file(2)["id"], file(1)["id"]]}, scope={}, lookups=KNOWN) == {"files": [file(1), file(2)]}
    assert submit(form, {}, scope={}, lookups=KNOWN) == {"files": []}


def test_what_a_client_says_of_a_file_does_not_count():
    forged = file(1, name="evil.html", kind="text/html")
    assert submit(make(PICKER), {"files": [forged]}, scope={}, lookups=KNOWN)["files"] == [file(1)]


@pytest.mark.parametrize("value", ["f" * 32, [file(77)], [{}], [None, 5], ["../x"], [["a"]], "x", [file(1)]])
def test_unknown_files_are_refused(value):
    assert code(make(PICKER), {"files": value}) == {"files": "file_unknown"}


@pytest.mark.parametrize("value", [5, True, 1.5])
def test_no_list_is_refused(value):
    assert code(make(PICKER), {"files": value}) == {"files": "type"}


def test_files_that_are_there_may_stay_and_go():
    form, scope = make(PICKER), {"files": [file(1), file(2)]}
    assert submit(form, {"files": [file(2)["id"]]}, scope=scope) == {"files": [file(2)]}
    assert submit(form, {"files": []}, scope=scope) == {"files": []}
    assert submit(form, {}, scope=scope) == {"files": [file(1), file(2)]}


def test_limits_of_a_field():
    single = make(component("filepicker", "files", "附件"))
    assert code(single, {"files": [file(1), file(2)]}, lookups=KNOWN) == {"files": "too_many_files"}
    many = [file(number)["id"] for number in range(1, LIMITS.files + 2)]
    assert code(make(PICKER), {"files": many}, lookups=KNOWN) == {"files": "too_many_files"}
    assert len(submit(make(PICKER), {"files": many[:-1]}, scope={}, lookups=KNOWN)["files"]) == LIMITS.files
    wrong = Lookups({file(1)["id"]: file(1, "程序.exe", "application/vnd.microsoft.portable-executable")})
    assert code(make(PICKER), {"files": [file(1)["id"]]}, lookups=wrong) == {"files": "file_type"}
    assert code(make(PICKER | {"validate": {"required": True}}), {"files": []}) == {"files": "required"}


def test_rights_and_read_only():
    form, scope = make(PICKER), {"files": [file(1)]}
    assert submit(form, {"files": [file(1)["id"]]}, scope=scope, rights={"files": "read"}) == {}
    assert code(form, {"files": []}, scope=scope, rights={"files": "read"}) == {"files": "read_only"}
    assert code(form, {"files": [file(1)["id"]]}, scope=scope, rights={"files": "hidden"}) == {"files": "read_only"}
    cells = [PICKER | {"readonly": True}, component("textfield", "note", "注")]
    rows = make({"type": "dynamiclist", "label": "行", "path": "rows", "components": cells})
    before = {"rows": [{"files": [file(1)], "note": "a"}, {"files": [file(2)], "note": "b"}]}
    moved = {"rows": [{"files": ["", file(2)["id"]], "note": "b"}]}
    assert submit(rows, moved, scope=before) == {"rows": [{"files": [file(2)], "note": "b"}]}
    assert code(rows, {"rows": [{"files": [file(9)["id"]], "note": "b"}]}, scope=before) == {"rows.0.files": "read_only"}


def test_files_move_with_their_rows():
    form = make({"type": "dynamiclist", "label": "行", "path": "rows", "components": [PICKER]})
    before = {"rows": [{"files": [file(1)]}, {"files": [file(2)]}]}
    assert submit(form, {"rows": [{"files": [file(2)["id"]]}]}, scope=before) == {"rows": [{"files": [file(2)]}]}


def test_what_is_recorded_is_whole_and_can_be_executed_again():
    form = make(PICKER, {"type": "dynamiclist", "label": "行", "path": "rows", "components": [PICKER]})
    data = {"files": [file(1)["id"]], "rows": [{"files": [file(2)["id"]]}]}
    assert file_ids(form, data) == {file(1)["id"], file(2)["id"]}
    whole = resolved(form, data, KNOWN)
    assert whole == {"files": [file(1)], "rows": [{"files": [file(2)]}]}
    assert data["files"] == [file(1)["id"]]
    assert submit(form, whole, scope={}, lookups=Lookups(trusting=True)) == submit(form, data, scope={}, lookups=KNOWN)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)


@given(ANYTHING)
def test_no_value_crashes_a_form_with_files(value):
    form = make(PICKER, {"type": "dynamiclist", "label": "行", "path": "rows", "components": [PICKER]})
    for data in ({"files": value}, {"rows": value}, {"rows": [{"files": value}]}):
        resolved(form, data, KNOWN)
        assert isinstance(file_ids(form, data), frozenset)
        view(form, data, {"files": value, "rows": value})
        kept = []
        with suppress(FormRejected):
            kept = submit(form, data, scope={}, lookups=KNOWN)["files"]
        assert all(is_file(item) for item in kept)


def test_posts_and_removal():
    form = make(PICKER, {"type": "dynamiclist", "label": "行", "path": "rows", "components": [PICKER]})
    posted = MultiDict([("files", ""), ("files", file(1)["id"]), ("_op", "refresh"), ("_op", f"remove:files:{file(1)['id']}")])
    assert decode_post(form, posted, ["_file.files"]) == {"files": [file(1)["id"]]}
    assert (operation_of(posted), removed_file(posted)) == (f"remove:files:{file(1)['id']}", ("files", file(1)["id"]))
    assert removed_file(MultiDict([("_op", "remove:files:../x")])) is None
    assert decode_post(form, MultiDict(), ["forged"]) == {"forged": ""}
    assert file_field(form, "rows-3-files") is not None
    assert file_field(form, "files").accept == (".pdf", ".docx")
    assert [file_field(form, name) for name in ("", "rows", "rows-x-files", "rows-0", "none", "files-0-files")] == [None] * 6


def test_files_are_shown_with_names_sizes_and_previews():
    lookups = Lookups({file(1)["id"]: file(1, "照片.png", "image/png"), file(2)["id"]: file(2)}, base="/app")
    form = make(component("filepicker", "files", "附件", multiple=True))
    field = view(form, {"files": [file(1)["id"], file(2)["id"]]}, {}, lookups=lookups).items[0]
    assert [(shown.name, shown.size, shown.address, shown.preview) for shown in field.files] == [
        ("照片.png", "1.2 KB", f"/app/files/{file(1)['id']}", True),
        ("合同.pdf", "1.2 KB", f"/app/files/{file(2)['id']}", False),
    ]
    assert field.files[0].remove_operation == f"remove:files:{file(1)['id']}"
    read = view(form, None, {"files": [file(1)]}, readonly=True).items[0]
    assert (read.kind, read.words, read.files[0].remove_operation) == ("readonly", "合同.pdf (1.2 KB)", "")


def findings(*components, files=None):
    with pytest.raises(FormDefinitionRejected) as refusal:
        load(json.dumps({"type": "default", "id": "x", "components": list(components)}).encode(), "x.form", files or {})
    return [found.code for found in refusal.value.findings]


DATA_ADDRESS = "data:image/png;base64," + base64.b64encode(png()).decode()


def test_images():
    form = make({"type": "image", "source": DATA_ADDRESS, "alt": "公司标志", "properties": {"alt.en": "Logo"}})
    assert (view(form, None, {}).items[0].address, view(form, None, {}, language="en").items[0].alt) == (DATA_ADDRESS, "Logo")
    own = load(b'{"type": "default", "id": "x", "components": [{"type": "image", "source": "logo.png", "alt": "a"}]}', "x.form", {"logo.png": png()})
    assert view(own, None, {}).items[0].address == DATA_ADDRESS
    shown = make({"type": "image", "source": "=files[1]", "alt": "照片"})
    address = view(shown, None, {"files": [file(1, "a.png", "image/png")]}).items[0].address
    assert address == f"/files/{file(1)['id']}?inline=1"
    for value in ([], [file(1)], "javascript:alert(1)", "https://example.com/a.png", "data:text/html;base64,PHNjcmlwdD4="):
        assert view(make({"type": "image", "source": "=v", "alt": "a"}), None, {"v": value, "files": []}).items[0].address == ""


@pytest.mark.parametrize(
    "wrong, expected",
    [
        ({"source": DATA_ADDRESS}, "form_missing_property"),
        ({"source": "https://example.com/a.png", "alt": "a"}, "form_image"),
        ({"source": "data:image/svg+xml;base64,PHN2Zy8+", "alt": "a"}, "form_image"),
        ({"source": "data:image/png;base64,AAAA", "alt": "a"}, "form_image"),
        ({"source": "fehlt.png", "alt": "a"}, "form_image"),
        ({"alt": "a"}, "form_image"),
        ({"source": "=1 +", "alt": "a"}, "form_feel"),
    ],
)
def test_images_that_are_refused(wrong, expected):
    assert findings({"type": "image", **wrong}) == [expected]


def test_an_image_file_of_the_pack_must_be_one():
    assert findings({"type": "image", "source": "logo.png", "alt": "a"}, files={"logo.png": b"<svg/>"}) == ["form_image"]


@pytest.mark.parametrize(
    "wrong, expected",
    [
        ({"accept": "pdf"}, "form_accept"),
        ({"accept": "=types"}, "form_accept"),
        ({"multiple": "=x"}, "form_property_type"),
        ({"defaultValue": []}, "form_unknown_property"),
    ],
)
def test_filepickers_that_are_refused(wrong, expected):
    assert expected in findings(component("filepicker", "files", "附件", **wrong))


def test_addresses_are_made_anew_from_their_bytes():
    lying = "data:image/gif;base64," + base64.b64encode(png()).decode()
    assert checked_address(lying, 10_000) == DATA_ADDRESS
    assert checked_address(DATA_ADDRESS, 10) is None
