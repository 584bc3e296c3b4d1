"""Task lists with a name: one's own, shared with a role by whoever leads it, and what becomes of them."""

from __future__ import annotations

from dataclasses import replace
from threading import Barrier, Thread

import pytest

from engine import (
    SYSTEM,
    AccountEvents,
    Actor,
    ChangeList,
    ConflictError,
    InputRejected,
    ManagedLists,
    NotAllowedError,
    NotFoundError,
    OpeningList,
    OpenWithList,
    RemoveList,
    SaveDepartment,
    SavedListOf,
    SavedLists,
    SaveList,
    SaveUser,
    ShareableRoles,
)
from engine.model.errors import EngineError
from tests.commands.people import ADMIN, LI, NOBODY, SUN, WANG

URGENT = {"tab": "groups", "priority": "high", "sort": "due"}


@pytest.fixture
def engine(engine):
    for actor in (WANG, SUN, LI, NOBODY):
        engine.run(SaveUser(actor.user_id, actor.name, groups=tuple(sorted(actor.groups))), SYSTEM)
    engine.run(SaveUser(ADMIN.user_id, ADMIN.name, is_administrator=True), SYSTEM)
    with engine.database.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM saved_lists")
        connection.exec_driver_sql("DELETE FROM remembered_lists")
    return engine


def names(engine, actor: Actor) -> list[str]:
    return [row.name for row in engine.read(SavedLists(), actor)]


def leads(engine, head: Actor) -> None:
    """`head` is the head of a department above the one of Sun, who sells."""
    engine.run(SaveDepartment("market", "市场部", head_id=head.user_id), SYSTEM)
    engine.run(SaveDepartment("east", "华东组", parent_id="market"), SYSTEM)
    engine.run(SaveUser(SUN.user_id, SUN.name, groups=("sales",), department_id="east"), SYSTEM)


def test_a_list_of_ones_own_is_saved_renamed_replaced_and_removed(engine):
    saved = engine.run(SaveList(" 急件 ", URGENT), WANG)
    assert saved.created
    (row,) = engine.read(SavedLists(), WANG)
    assert (row.name, row.role, dict(row.asked), row.revision) == ("急件", None, URGENT, 1)
    assert names(engine, SUN) == []
    with pytest.raises(NotFoundError):
        engine.read(SavedListOf(saved.list_id), ADMIN)
    engine.run(ChangeList(saved.list_id, 1, name="加急"), WANG)
    with pytest.raises(ConflictError) as late:
        engine.run(ChangeList(saved.list_id, 1, name="早先的"), WANG)
    assert late.value.code == "stale_revision"
    assert late.value.details["by_name"] == WANG.name
    with pytest.raises(ConflictError) as taken:
        engine.run(SaveList("加急 ", {"tab": "mine"}), WANG)
    assert (taken.value.code, taken.value.details["name"]) == ("list_name_taken", "加急")
    replaced = engine.run(SaveList("加急", {"tab": "mine"}, replace=True), WANG)
    assert (replaced.list_id, replaced.created, dict(engine.read(SavedListOf(saved.list_id), WANG).asked)) == (saved.list_id, False, {"tab": "mine"})
    for stranger in (SUN, ADMIN):
        with pytest.raises(NotFoundError):
            engine.run(RemoveList(saved.list_id), stranger)
    engine.run(RemoveList(saved.list_id), WANG)
    assert names(engine, WANG) == []


def test_names_are_compared_without_case_and_width_and_each_owner_has_its_own(engine):
    engine.run(SaveList("ABC", URGENT), WANG)
    other = engine.run(SaveList("其他", URGENT), WANG)
    for same in ("abc", "ＡＢＣ"):
        with pytest.raises(ConflictError):
            engine.run(SaveList(same, URGENT), WANG)
        with pytest.raises(ConflictError):
            engine.run(ChangeList(other.list_id, 1, name=same), WANG)
    engine.run(SaveList("abc", URGENT), SUN)
    engine.run(SaveList("abc", URGENT, "sales"), ADMIN)
    assert names(engine, SUN) == ["abc", "abc"]


def test_who_leads_a_role_shares_with_it_and_its_people_cannot_change_it(engine):
    for actor in (WANG, LI):
        with pytest.raises(NotAllowedError):
            engine.run(SaveList("周会", URGENT, "sales"), actor)
    leads(engine, LI)
    assert [role.key for role in engine.read(ShareableRoles(), LI)] == ["sales"]
    shared = engine.run(SaveList("周会", URGENT, "sales"), LI)
    assert names(engine, WANG) == names(engine, SUN) == ["周会"]
    assert names(engine, NOBODY) == []
    for change in (ChangeList(shared.list_id, 1, name="别的"), RemoveList(shared.list_id)):
        with pytest.raises(NotAllowedError):
            engine.run(change, WANG)
        with pytest.raises(NotFoundError):
            engine.run(change, NOBODY)
    engine.run(ChangeList(shared.list_id, 1, opens=True), ADMIN)
    managed = engine.read(ManagedLists(), LI)
    assert ([row.name for row in managed.shared], managed.changeable) == (["周会"], {"sales"})
    assert engine.read(ManagedLists(), WANG).changeable == frozenset()
    # Who leads nobody any more changes nothing any more.
    engine.run(SaveDepartment("market", "市场部", head_id=None), SYSTEM)
    with pytest.raises(NotFoundError):
        engine.run(RemoveList(shared.list_id), LI)
    kinds = [row.kind for row in engine.read(AccountEvents(), ADMIN).rows if row.subject_type == "role"]
    assert kinds[:2] == ["shared_list_changed", "list_shared"]


def test_a_supervisor_leads_the_roles_of_direct_reports(engine):
    engine.run(SaveUser(SUN.user_id, SUN.name, groups=("sales",), manager_id=NOBODY.user_id), SYSTEM)
    assert [role.key for role in engine.read(ShareableRoles(), NOBODY)] == ["sales"]
    engine.run(SaveUser(SUN.user_id, SUN.name, groups=("sales",), manager_id=NOBODY.user_id, active=False), SYSTEM)
    assert engine.read(ShareableRoles(), NOBODY) == ()


def test_the_list_opens_as_chosen_else_as_the_role_says_else_plain(engine):
    assert engine.read(OpeningList(), WANG) is None
    first = engine.run(SaveList("甲", URGENT, "sales"), ADMIN).list_id
    second = engine.run(SaveList("乙", URGENT, "sales"), ADMIN).list_id
    engine.run(ChangeList(first, 1, opens=True), ADMIN)
    assert engine.read(OpeningList(), WANG).name == "甲"
    engine.run(ChangeList(second, 1, opens=True), ADMIN)
    assert engine.read(OpeningList(), WANG).name == "乙"
    own = engine.run(SaveList("自己的", {"tab": "mine"}), WANG).list_id
    engine.run(OpenWithList(own), WANG)
    assert (engine.read(OpeningList(), WANG).name, engine.read(OpeningList(), SUN).name) == ("自己的", "乙")
    engine.run(RemoveList(own), WANG)
    assert engine.read(OpeningList(), WANG).name == "乙"
    engine.run(OpenWithList(None), WANG)
    assert engine.read(OpeningList(), WANG) is None
    with pytest.raises(NotFoundError):
        engine.run(OpenWithList(first), NOBODY)
    # Without the role the list is gone; the choice does not open it any more.
    engine.run(OpenWithList(first), SUN)
    assert engine.read(OpeningList(), replace(SUN, groups=frozenset())) is None
    # A list of one's own begins with nobody else.
    engine.run(ChangeList(engine.run(SaveList("丙", URGENT), SUN).list_id, 1, opens=True), SUN)
    assert not any(row.opens for row in engine.read(SavedLists(), SUN) if row.role is None)


@pytest.mark.parametrize(
    ("name", "asked", "role", "code"),
    [
        ("", URGENT, "", "required"),
        ("长" * 61, URGENT, "", "too_long"),
        ("x", {"tab": "nowhere"}, "", "bad_list"),
        ("x", {"due": "someday"}, "", "bad_list"),
        ("x", {"after": "cursor"}, "", "bad_list"),
        ("x", {"tab": "mine", "sort": "closed"}, "", "bad_list"),
        ("x", {"q": "字" * 201}, "", "too_long"),
        ("x", URGENT, "nobodys_role", "unknown_group"),
    ],
)
def test_what_cannot_be_a_list_is_refused(engine, name, asked, role, code):
    with pytest.raises(InputRejected) as refused:
        engine.run(SaveList(name, asked, role), ADMIN)
    assert refused.value.code == code


def test_two_who_save_the_same_name_at_once_make_one(engine):
    barrier, came = Barrier(2), []

    def save(number: int) -> None:
        barrier.wait()
        try:
            came.append(engine.run(SaveList("同时", {"tab": "mine", "q": str(number)}, "sales"), ADMIN).created)
        except EngineError as error:
            came.append(error.code)

    threads = [Thread(target=save, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, came)) == ["True", "list_name_taken"]
    assert names(engine, WANG) == ["同时"]


def test_two_who_change_the_same_list_at_once_do_not_overwrite_each_other(engine):
    shared = engine.run(SaveList("抢改", URGENT, "sales"), ADMIN).list_id
    barrier, came = Barrier(2), []

    def rename(name: str) -> None:
        barrier.wait()
        try:
            engine.run(ChangeList(shared, 1, name=name), ADMIN)
            came.append(name)
        except EngineError as error:
            came.append(error.code)

    threads = [Thread(target=rename, args=(name,)) for name in ("左", "右")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "stale_revision" in came
    assert names(engine, WANG) == [next(name for name in came if name != "stale_revision")]
