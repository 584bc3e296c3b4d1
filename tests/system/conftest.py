from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.system.product import Product, product

PEOPLE = 20


@pytest.fixture(scope="session")
def served() -> Iterator[Product]:
    """One running product for all tests that leave it running; `people` have accounts."""
    with product() as it:
        it.start()
        it.furnish(PEOPLE)
        yield it
        it.stop()


@pytest.fixture(scope="session")
def people() -> list[str]:
    return [f"person{number}" for number in range(PEOPLE)]
