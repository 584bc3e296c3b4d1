"""What many tests need: databases (one embedded PostgreSQL per session, copies of a migrated template in it) and a browser."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
from playwright.sync_api import Browser, sync_playwright
from psycopg import sql

# What the command line says is compared with Chinese words, whatever the machine speaks.
os.environ["TUOKE_LANGUAGE"] = "zh"
# The engine is imported where it is used: tests that need no database run without loading it.
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Nothing but the pages under test is to be fetched; --no-sandbox because Chromium refuses to run as root with it.
BROWSER_OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update"]
FOLDERS = Path(tempfile.gettempdir()) / f"tuoke-tests-{os.getuid()}"


@pytest.fixture(scope="session")
def database_server() -> Iterator[str]:
    """The URL of an empty server's administrative database. Servers that killed sessions left behind are removed."""
    from engine.store.embedded_server import EmbeddedServer

    for folder in FOLDERS.glob("*"):
        if not Path("/proc", folder.name).exists():
            EmbeddedServer(folder).stop()
            # Another process of the same run may be at it as well.
            shutil.rmtree(folder, ignore_errors=True)
    folder = FOLDERS / str(os.getpid())
    yield EmbeddedServer.ensure(folder)
    EmbeddedServer(folder).stop()
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def database_template(database_server: str) -> Iterator[str]:
    """The name of a database with the current schema and no rows."""
    from engine.store.database_urls import beside, prepare

    with _created(database_server) as url:
        prepare(beside(url))
        yield urlsplit(url).path[1:]


@pytest.fixture(scope="module")
def database_url(database_server: str, database_template: str) -> Iterator[str]:
    """A database of this module's own, migrated, as the application sees it; its tests share it. Owner's rights: tests/owner.py."""
    from engine.store.database_urls import beside

    with _created(database_server, database_template) as url:
        yield beside(url).application


@pytest.fixture
def fresh_database_url(database_server: str, database_template: str) -> Iterator[str]:
    """A database of this test's own, migrated, as the application sees it."""
    from engine.store.database_urls import beside

    with _created(database_server, database_template) as url:
        yield beside(url).application


@pytest.fixture
def empty_database_url(database_server: str) -> Iterator[str]:
    """A database of this test's own, without any table, as its owner."""
    with _created(database_server) as url:
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The machine's headless Chromium, else Playwright's own."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=BROWSER_OPTIONS)
        yield chromium
        chromium.close()


@contextmanager
def _created(server: str, template: str = "template1") -> Iterator[str]:
    """Dropped at the end, whoever is still connected."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
    yield urlsplit(server)._replace(path=f"/{name}").geturl()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
