from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from engine import ProcessEngine, Settings
from tests.webui.website import HandClock, Visitor, forget_attempts, furnish
from webui import create_app


@pytest.fixture(scope="module")
def clock() -> HandClock:
    return HandClock()


@pytest.fixture(scope="module")
def engine(database_url: str, clock: HandClock) -> Iterator[ProcessEngine]:
    engine = ProcessEngine.open(database_url, clock)
    furnish(engine)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def app(engine: ProcessEngine, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    environment = {"TUOKE_DATA_DIR": str(tmp_path_factory.mktemp("data")), "TUOKE_DEMO": "0"}
    app = create_app(engine, Settings.from_environment(environment))
    app.testing = False
    return app


@pytest.fixture(scope="module")
def visitor_of_module(app: Flask, engine: ProcessEngine) -> Callable[[str | None], Visitor]:
    """visitor("wangfang"): a browser in which she has signed in; visitor(None): nobody has."""

    def open_browser(user_id: str | None) -> Visitor:
        forget_attempts(engine)
        browser = Visitor(app)
        if user_id:
            assert browser.sign_in(user_id).status_code == 303
        return browser

    return open_browser


@pytest.fixture
def visitor(visitor_of_module: Callable[[str | None], Visitor]) -> Callable[[str | None], Visitor]:
    return visitor_of_module
