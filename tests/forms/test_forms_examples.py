"""The examples in the documentation of engine.forms are run."""

import doctest

import engine.forms


def test_examples():
    result = doctest.testmod(engine.forms)
    assert result.attempted > 3
    assert result.failed == 0
