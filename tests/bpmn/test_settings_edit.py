"""pack.toml changed through its form: what was asked is in the file, and every other line and comment stands as it did."""

from __future__ import annotations

import difflib
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.bpmn.dialect.settings import SettingsReader
from engine.bpmn.settings_edit import edited
from engine.model.errors import InputRejected

PACK = Path(__file__).parents[2] / "processes" / "customer_development" / "pack.toml"
TEXT = PACK.read_text(encoding="utf-8")
SMALL = """# the pack
[pack]
key = "p"  # stays
name = "包"

# who
[[role]]
key = "a"
name = "甲"
duties = [
  # first
  "one", "two",
  # second
  "three",
]

# the second role
[[role]]
key = "b"
name = "乙"

# registers
[[record]]
key = "r"
name = "台"
form = "f"

# who sees the phone
[record.rights.phone]
read = ["a"]

# the end
"""


def changed(before: str, after: str) -> tuple[list[str], list[str]]:
    """(lines gone, lines new)"""
    lines = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    return [line[2:] for line in lines if line.startswith("- ")], [line[2:] for line in lines if line.startswith("+ ")]


def comments(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip().startswith("#")]


def test_no_edit_changes_no_byte():
    assert edited(TEXT, []) == TEXT
    assert edited(SMALL, [{"set": ["role", 1, "name"], "value": "乙"}]) == SMALL


def test_a_name_changes_its_line_only_and_keeps_the_comment_behind_it():
    after = edited(TEXT, [{"set": ["document", "title"], "value": "新方案"}, {"set": ["pack", "name_en"], "value": 'The "new" one'}])
    gone, new = changed(TEXT, after)
    assert [line.split("=")[0].strip() for line in gone] == ["name_en", "title"]
    assert new == ['name_en = "The \\"new\\" one"', 'title = "新方案"                    # 文案名称']


def test_dates_and_counts_keep_their_kind():
    asked = [{"set": ["document", "revised_on"], "value": "2027-01-02"}, {"set": ["document", "revision_count"], "value": 3}]
    after = tomllib.loads(edited(TEXT, asked))
    assert (after["document"]["revised_on"].isoformat(), after["document"]["revision_count"]) == ("2027-01-02", 3)


def test_a_new_entry_stands_with_the_others_and_before_the_comment_of_what_follows():
    after = edited(SMALL, [{"set": ["role", 0, "can_start"], "value": ["go"]}, {"set": ["record", 0, "create"], "value": []}])
    assert '  "three",\n]\ncan_start = ["go"]\n\n# the second role\n[[role]]' in after
    assert 'form = "f"\ncreate = []\n\n# who sees the phone\n' in after


def test_a_list_with_comments_keeps_them_and_their_places():
    after = edited(SMALL, [{"set": ["role", 0, "duties"], "value": ["one", "three", "four"]}])
    assert comments(after) == comments(SMALL)
    assert tomllib.loads(after)["role"][0]["duties"] == ["one", "three", "four"]
    assert after.index("# first") < after.index('"one"') < after.index("# second") < after.index('"three"')


def test_a_new_role_comes_after_the_others_and_a_removed_one_leaves_the_comments_of_its_neighbours():
    after = edited(SMALL, [{"add": "role", "value": {"key": "c", "name": "丙"}}])
    assert 'name = "乙"\n\n[[role]]\nkey = "c"\nname = "丙"\n\n# registers\n[[record]]' in after
    gone = edited(SMALL, [{"remove": "role", "index": 0}])
    assert "# the second role\n[[role]]" in gone
    assert [role["key"] for role in tomllib.loads(gone)["role"]] == ["b"]
    none = edited(gone, [{"remove": "role", "index": 0}, {"remove": "record", "index": 0}])
    assert comments(none) == ["# the pack", "# who", "# the second role", "# registers", "# the end"]


def test_rights_of_a_field_come_and_go_as_a_table():
    path = ["record", 0, "rights", "mail address"]
    after = edited(SMALL, [{"set": [*path, "read"], "value": ["b"]}, {"set": [*path, "write"], "value": ["a"]}])
    assert 'read = ["a"]\n\n[record.rights."mail address"]\nread = ["b"]\nwrite = ["a"]\n\n# the end\n' in after
    assert edited(after, [{"set": path, "value": None}]) == SMALL
    assert "rights" not in tomllib.loads(edited(SMALL, [{"set": ["record", 0, "rights", "phone"], "value": None}]))["record"][0]


def test_other_ways_of_writing_the_same_are_kept_too():
    text = 'pack = { key = "p", name = "包" } # inline\n[[record]]\nkey = "r"\nrights.phone.read = ["a"]\nduplicates = { name = ["n"] }\n'
    edits: list[dict[str, Any]] = [
        {"set": ["pack", "name"], "value": "新"},
        {"set": ["record", 0, "rights", "phone", "read"], "value": ["b"]},
        {"set": ["record", 0, "duplicates", "telephone"], "value": ["phone"]},
    ]
    after = edited(text, edits)
    assert after.startswith('pack = { key = "p", name = "新" } # inline\n')
    duplicates = {"name": ["n"], "telephone": ["phone"]}
    assert tomllib.loads(after)["record"][0] == {"key": "r", "rights": {"phone": {"read": ["b"]}}, "duplicates": duplicates}


def test_windows_line_ends_stay():
    after = edited(SMALL.replace("\n", "\r\n"), [{"set": ["pack", "name"], "value": "新"}])
    assert after == SMALL.replace("包", "新").replace("\n", "\r\n")


@pytest.mark.parametrize(
    "edit",
    [
        {"set": ["pack", "key"], "value": "other"},
        {"set": ["role", 0, "key"], "value": "other"},
        {"set": ["role", 9, "name"], "value": "x"},
        {"set": ["role", -1, "name"], "value": "x"},
        {"set": ["role", True, "name"], "value": "x"},
        {"set": ["role", 0, "salary"], "value": "x"},
        {"set": ["role", 0, "duties"], "value": "x"},
        {"set": ["role", 0, "duties", 0], "value": "x"},
        {"set": ["role", 0, "name"], "value": ["x"]},
        {"set": ["role", 0, "name"], "value": "\ud800"},
        {"set": ["record", 0, "rights", "phone"], "value": {"read": []}},
        {"set": ["record", 0, "rights", "phone", "delete"], "value": []},
        {"set": ["document", "revision_count"], "value": "3"},
        {"set": "pack", "value": "x"},
        {"add": "pack", "value": {}},
        {"add": "role", "value": {"key": 1}},
        {"add": "role", "value": {"duplicates": []}},
        {"remove": "role", "index": 2},
        {},
    ],
)
def test_what_cannot_be_edited_is_refused(edit: dict[str, Any]):
    with pytest.raises(InputRejected) as refused:
        edited(SMALL, [edit])
    assert refused.value.code == "settings_edit"


def test_a_file_that_is_no_toml_is_left_alone():
    with pytest.raises(InputRejected) as refused:
        edited(SMALL + "[[role\n", [{"set": ["pack", "name"], "value": "x"}])
    assert refused.value.code == "settings_unreadable"


words = st.text("ab名\"'\\#[]= \t\n\u2028", max_size=6)
lists = st.lists(st.sampled_from(["one", "two", "three", "four", "五", '"', "#"]), max_size=5, unique=True)


def sets(*steps: st.SearchStrategy[Any] | str, value: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    path = st.tuples(*(st.just(step) if isinstance(step, str) else step for step in steps)).map(list)
    return st.builds(lambda path, value: {"set": path, "value": value}, path, value)


ROLE, RECORD, FIELD = st.integers(0, 2), st.integers(0, 1), st.sampled_from(["phone", "a b"])
edits = st.one_of(
    sets("pack", st.sampled_from(["name", "name_en"]), value=st.none() | words),
    sets("document", st.sampled_from(["title", "status", "revised_on"]), value=st.none() | words),
    sets("role", ROLE, st.sampled_from(["duties", "can_start"]), value=lists),
    sets("record", RECORD, st.sampled_from(["list", "create", "view"]), value=st.none() | lists),
    sets("record", RECORD, "rights", FIELD, "read", value=lists),
    sets("record", RECORD, "rights", FIELD, value=st.none()),
    sets("record", RECORD, "duplicates", st.sampled_from(["name", "text"]), value=lists),
    st.builds(lambda kind, key, name: {"add": kind, "value": {"key": key, "name": name}}, st.sampled_from(["role", "record"]), words, words),
)


@given(st.sampled_from([SMALL, TEXT]), st.lists(edits, max_size=8))
@settings(max_examples=80, deadline=None)
def test_any_edits_do_what_they_say_and_lose_no_comment(text: str, asked: list[dict[str, Any]]):
    """`edited` itself compares the values; refused are only edits of a role or register that is not there."""
    done: list[dict[str, Any]] = []
    for edit in asked:
        try:
            text_after = edited(text, [*done, edit])
        except InputRejected:
            plain = tomllib.loads(edited(text, done))
            assert "set" in edit
            assert edit["set"][0] in ("role", "record")
            assert edit["set"][1] >= len(plain.get(edit["set"][0], []))
            continue
        done.append(edit)
        assert set(comments(text)) <= set(comments(text_after))
    reader = SettingsReader()
    reader.read(edited(text, done).encode())
    assert not [one for one in reader.findings if one.code == "pack_toml_syntax"]
