"""Values and their JSON form; dates outside Python's years."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.model.values import (
    FarDate,
    FarDateTime,
    Range,
    YearsMonths,
    from_json,
    gather,
    normalize,
    place_in_time,
    shift,
    spread,
    time_text,
    to_json,
)

zones = st.sampled_from([None, UTC, timezone(timedelta(hours=8)), ZoneInfo("Asia/Shanghai")])
far_dates = st.builds(lambda cycle, near: gather(cycle, near), st.integers(-2_000_000, 2_000_000), st.dates(date(2000, 1, 1), date(2399, 12, 31)))
far_moments = st.builds(
    lambda day, clock: gather(spread(day)[0], datetime.combine(spread(day)[1], clock)), far_dates, st.times(timezones=st.just(UTC))
)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.decimals(allow_nan=False, allow_infinity=False, places=6),
    st.text(max_size=10),
    st.dates(),
    st.times(),
    st.datetimes(timezones=zones),
    st.timedeltas(timedelta(days=-(10**6)), timedelta(days=10**6)),
    st.builds(YearsMonths, st.integers(-(10**6), 10**6)),
    far_dates,
    far_moments,
)
values = st.recursive(
    scalars | st.builds(Range, st.integers(0, 9).map(Decimal), st.none() | st.integers(0, 9).map(Decimal), st.booleans(), st.booleans()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3) | st.just("$"), inner, max_size=3),
    max_leaves=6,
)


@given(values)
def test_json_keeps_every_value_and_its_kind(value):
    back = from_json(json.loads(json.dumps(to_json(value))))
    assert back == value
    assert type(back) is type(value)


@given(st.dates(), st.integers(-(10**5), 10**5))
def test_shifting_is_adding_days_where_python_can(day, days):
    try:
        expected = day + timedelta(days=days)
    except OverflowError:
        assert isinstance(shift(day, days), FarDate)
    else:
        assert shift(day, days) == expected


@given(far_dates, st.integers(-(10**9), 10**9))
def test_shifting_there_and_back(day, days):
    assert shift(shift(day, days), -days) == day
    assert place_in_time(shift(day, days)) - place_in_time(day) == days * 86_400_000_000


@given(far_dates, far_dates)
def test_far_dates_are_ordered_by_year_month_day(one, other):
    mine, theirs = (one.year, one.month, one.day), (other.year, other.month, other.day)
    assert (one < other, one > other, one == other) == (mine < theirs, mine > theirs, mine == theirs)


def test_far_values_in_words():
    day = gather(-11, date(2383, 12, 31))
    assert (day, day.isoformat(), day.year) == (FarDate(-11, date(2383, 12, 31)), "-2017-12-31", -2017)
    moment = from_json({"$": "datetime", "v": "99999-12-31T11:22:33.5+08:00"})
    assert isinstance(moment, FarDateTime)
    assert time_text(moment) == "99999-12-31T11:22:33.5+08:00"
    assert (moment.hour, moment.minute, moment.second, moment.utcoffset()) == (11, 22, 33, timedelta(hours=8))
    with pytest.raises(TypeError):
        place_in_time(time(1))


@pytest.mark.parametrize(
    "value, text",
    [
        (time(1, 2, 3, 400000), "01:02:03.4"),
        (datetime(2024, 5, 1, 10, tzinfo=UTC), "2024-05-01T10:00:00Z"),
        (datetime(2024, 5, 1, 10, tzinfo=ZoneInfo("Asia/Shanghai")), "2024-05-01T10:00:00@Asia/Shanghai"),
        (time(1, tzinfo=timezone(timedelta(hours=2, minutes=45, seconds=55))), "01:00:00+02:45:55"),
    ],
)
def test_texts_of_times(value, text):
    assert time_text(value) == text


def test_normalize_takes_plain_python_and_refuses_the_rest():
    assert normalize({"a": (1, 1.5)}) == {"a": [Decimal(1), Decimal("1.5")]}
    with pytest.raises(TypeError):
        normalize(object())


def test_an_unknown_tag_is_refused():
    with pytest.raises(ValueError, match="unknown kind"):
        from_json({"$": "nothing", "v": 1})
