from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect
from werkzeug.serving import make_server

from engine import DEMO_PASSWORD, SYSTEM, DeployPack, ProcessEngine, SaveUser, Settings
from tests.e2e.desk import Desk
from tests.webui.website import PACK_FOLDER, PEOPLE
from webui import create_app

# A busy machine is slow, not wrong.
PATIENCE_MILLISECONDS = 20_000
expect.set_options(timeout=PATIENCE_MILLISECONDS)
BUILT = Path(__file__).resolve().parents[2] / "webui" / "static" / "dist" / "manifest.json"
MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="module")
def engine(database_url: str) -> Iterator[ProcessEngine]:
    """The process pack and its people, on a Monday morning that does not end."""
    engine = ProcessEngine.open(database_url, lambda: MORNING)
    files = {path.name: path.read_bytes() for path in PACK_FOLDER.iterdir() if path.suffix in {".bpmn", ".dmn", ".form", ".toml"}}
    engine.run(DeployPack(files), SYSTEM)
    for user_id, (name, role) in PEOPLE.items():
        engine.run(SaveUser(user_id, name, DEMO_PASSWORD, groups=(role,)), SYSTEM)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def app(engine: ProcessEngine, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    assert BUILT.exists(), "browser files are not built: make test builds them"
    environment = {"TUOKE_DATA_DIR": str(tmp_path_factory.mktemp("data")), "TUOKE_DEMO": "1"}
    return create_app(engine, Settings.from_environment(environment))


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def desks(browser: Browser, address: str, engine: ProcessEngine) -> Iterator[Desk]:
    """Opens a browser for each person that is asked for; scripts' errors and refused content fail the test."""
    desk = Desk(browser, address, engine)
    yield desk
    desk.close()
