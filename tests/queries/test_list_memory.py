"""A register opens for each person as that person had it remembered."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine import Arrangement, InputRejected, NotFoundError, RecordFilter, RecordList, RememberedRecordList, RememberRecordList
from tests.commands.register_pack import BUYER, CHIEF, OUTSIDER, READER, SETTINGS, deploy
from tests.commands.rivals import compete

WANTED = Arrangement(("name", "kind"), "-limit", (RecordFilter("kind", ("raw", "-")), RecordFilter("since", (), "2026-01-01", "")), True)


@pytest.fixture
def registers(engine):
    deploy(engine)
    return engine


def remembered(engine, actor, record_type="supplier"):
    return engine.read(RememberedRecordList(record_type), actor)


def test_each_person_has_an_own_one_for_each_register(registers):
    registers.run(RememberRecordList("supplier", WANTED), CHIEF)
    assert (remembered(registers, CHIEF), remembered(registers, READER), remembered(registers, READER, "machine")) == (WANTED, None, None)
    registers.run(RememberRecordList("supplier", replace(WANTED, sort="")), CHIEF)
    assert remembered(registers, CHIEF).sort == ""
    registers.run(RememberRecordList("supplier", None), CHIEF)
    registers.run(RememberRecordList("supplier", None), CHIEF)
    assert remembered(registers, CHIEF) is None


def test_fields_that_are_gone_or_hidden_are_left_out_of_the_list(registers):
    registers.run(RememberRecordList("supplier", Arrangement(("rating", "name"), "-rating", (RecordFilter("rating", ("x",)),))), READER)
    deploy(registers, SETTINGS.replace('"limit", "since", "rating"]', '"since"]'))
    kept = remembered(registers, READER)
    page = registers.read(RecordList("supplier", "", 50, 0, kept.filters, kept.sort, kept.columns, kept.archived), READER)
    assert ([column.key for column in page.columns], page.sort, page.filters) == (["name"], "name", ())


def test_who_does_not_see_the_register_keeps_nothing(registers):
    for record_type in ("supplier", "nothing"):
        with pytest.raises(NotFoundError):
            registers.run(RememberRecordList(record_type, WANTED), OUTSIDER)


@pytest.mark.parametrize(
    "wrong",
    [
        replace(WANTED, columns=("x",) * 101),
        replace(WANTED, columns=(1,)),
        replace(WANTED, sort="x" * 201),
        replace(WANTED, filters=(RecordFilter("kind", ("x\x00",)),)),
        replace(WANTED, filters=(RecordFilter(""),)),
        replace(WANTED, filters=(RecordFilter("kind"),) * 21),
        replace(WANTED, filters=(RecordFilter("kind", ("x",) * 101),)),
    ],
)
def test_what_no_page_sends_is_refused(registers, wrong):
    with pytest.raises(InputRejected):
        registers.run(RememberRecordList("supplier", wrong), CHIEF)
    assert remembered(registers, CHIEF) is None


def test_two_windows_at_once_leave_one_of_the_two(registers):
    other = replace(WANTED, sort="name")
    outcomes = compete(registers, [(RememberRecordList("supplier", one), BUYER) for one in (WANTED, other)])
    assert all(outcome.at for outcome in outcomes)
    assert remembered(registers, BUYER) in (WANTED, other)
