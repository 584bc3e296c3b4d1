from __future__ import annotations

import pytest

from engine import (
    SYSTEM,
    ChangeLanguage,
    ChangePassword,
    ConflictError,
    FormRejected,
    InputRejected,
    NotAllowedError,
    NotFoundError,
    SaveRecord,
    SaveUser,
    SignIn,
    StaleRevision,
)
from tests.commands.people import ADMIN, LI, NOBODY, WANG


def test_an_account_from_sign_in_to_end(engine):
    saved = engine.run(SaveUser("wangfang", "王芳", "correct horse", ["sales"]), SYSTEM)
    assert saved.created
    signed = engine.run(SignIn("wangfang", "correct horse"), SYSTEM)
    assert (signed.actor, signed.language, signed.session_epoch) == (WANG, "zh", 1)
    engine.run(ChangeLanguage("en"), WANG)
    with pytest.raises(NotAllowedError):
        engine.run(ChangePassword("wrong", "battery staple"), WANG)
    engine.run(ChangePassword("correct horse", "battery staple"), WANG)
    signed = engine.run(SignIn("wangfang", "battery staple"), SYSTEM)
    assert (signed.language, signed.session_epoch) == ("en", 2)
    changed = engine.run(SaveUser("wangfang", "王小芳", None, ["manager"]), ADMIN)
    assert not changed.created
    signed = engine.run(SignIn("wangfang", "battery staple"), SYSTEM)
    assert (signed.actor.name, signed.actor.groups, signed.session_epoch) == ("王小芳", frozenset({"manager"}), 2)
    engine.run(SaveUser("wangfang", "王小芳", None, ["manager"], active=False), ADMIN)
    with pytest.raises(NotAllowedError) as refusal:
        engine.run(SignIn("wangfang", "battery staple"), SYSTEM)
    assert refusal.value.code == "wrong_sign_in"


@pytest.mark.parametrize(("user_id", "password"), [("ghost", "whatever"), ("wang\x00", "x"), ("", ""), (None, None), ("keyless", "x" * 300)])
def test_sign_in_says_nothing_about_why(engine, user_id, password):
    engine.run(SaveUser("keyless", "无密码"), SYSTEM)
    with pytest.raises(NotAllowedError) as refusal:
        engine.run(SignIn(user_id, password), SYSTEM)
    assert (refusal.value.code, refusal.value.details) == ("wrong_sign_in", {})


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (SaveUser("系统", "x"), "bad_user_id"),
        (SaveUser("system", "x"), "bad_user_id"),
        (SaveUser("a", " "), "required"),
        (SaveUser("a", "x", "short"), "bad_password"),
        (SaveUser("a", "x", "\ud800" * 9), "bad_text"),
        (SaveUser("a", "x", groups=["pirates"]), "unknown_group"),
        (SaveUser("a", "x", language="fr"), "unknown_language"),
    ],
)
def test_bad_accounts(engine, command, code):
    with pytest.raises(InputRejected) as refusal:
        engine.run(command, SYSTEM)
    assert refusal.value.code == code


def test_only_administrators_make_accounts(engine):
    with pytest.raises(NotAllowedError):
        engine.run(SaveUser("evil", "x", is_administrator=True), WANG)
    with pytest.raises(NotAllowedError):
        engine.run(ChangeLanguage("en"), NOBODY)


def test_a_record_by_hand(engine, rows):
    made = engine.run(SaveRecord("customer", None, {"code": "K-1", "label": "甲"}), LI)
    assert (made.revision, made.created) == (1, True)
    changed = engine.run(SaveRecord("customer", made.record_id, {"label": "乙"}, "更名", 1), LI)
    assert (changed.revision, changed.created) == (2, False)
    same = engine.run(SaveRecord("customer", made.record_id, {"label": "乙"}), LI)
    assert same.revision == 2
    with pytest.raises(StaleRevision):
        engine.run(SaveRecord("customer", made.record_id, {"label": "丙"}, "", 1), LI)
    history = rows("SELECT revision, actor, reason, changes FROM record_changes WHERE record_id = :id ORDER BY revision", id=made.record_id)
    assert (history[1].actor, history[1].reason, history[1].changes) == ("liqiang", "更名", {"label": {"old": "甲", "new": "乙"}})
    assert rows("SELECT title, search FROM records WHERE id = :id", id=made.record_id)[0] == ("乙", "乙")


def test_a_unique_value_belongs_to_one_record(engine):
    first = engine.run(SaveRecord("customer", None, {"code": "K-2", "label": "甲"}), LI)
    for code in ("K-2", "k-2", " Ｋ－２"):
        with pytest.raises(ConflictError) as refusal:
            engine.run(SaveRecord("customer", None, {"code": code, "label": "乙"}), LI)
        assert (refusal.value.code, refusal.value.details["record_id"]) == ("record_exists", first.record_id)
    engine.run(SaveRecord("customer", first.record_id, {"code": "K-3"}), LI)
    assert engine.run(SaveRecord("customer", None, {"code": "K-2"}), LI).created


def test_records_are_for_those_whom_the_pack_names(engine):
    with pytest.raises(NotAllowedError):
        engine.run(SaveRecord("customer", None, {"code": "K-9"}), WANG)
    with pytest.raises(NotFoundError):
        engine.run(SaveRecord("customer", None, {"code": "K-9"}), NOBODY)
    with pytest.raises(NotFoundError):
        engine.run(SaveRecord("pirates", None, {}), ADMIN)
    with pytest.raises(NotFoundError):
        engine.run(SaveRecord("customer", "f" * 32, {"code": "K-9"}), ADMIN)
    for values in ({}, {"code": "K-9", "extra": 1}):
        with pytest.raises(FormRejected):
            engine.run(SaveRecord("customer", None, values), ADMIN)


def test_a_unique_value_too_long_for_an_index(engine):
    engine.run(SaveRecord("customer", None, {"code": "字" * 5000 + "1"}), LI)
    assert engine.run(SaveRecord("customer", None, {"code": "字" * 5000 + "2"}), LI).created
    with pytest.raises(ConflictError):
        engine.run(SaveRecord("customer", None, {"code": "字" * 5000 + "1"}), LI)
