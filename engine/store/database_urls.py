"""Which database it is, and as whom: its owner brings the schema up to date, the application works in it."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from urllib.parse import urlsplit

import sqlalchemy as sa

from engine.settings import Settings
from engine.store.application_role import APPLICATION_ROLE, Login
from engine.store.database import Database
from engine.store.embedded_server import EmbeddedServer
from engine.store.migrate import migrate


@dataclass(frozen=True, slots=True)
class DatabaseUrls:
    """`owner` None: the schema belongs to whoever `application` is, or somebody else brings it up to date."""

    application: str
    owner: str | None = None

    @property
    def login(self) -> Login | None:
        """The application's, None when it is the owner's as well."""
        application, owner = sa.make_url(self.application), sa.make_url(self.owner or self.application)
        if application.username == owner.username:
            return None
        return Login(application.username or "", str(application.password or ""))


def database_urls(settings: Settings) -> DatabaseUrls:
    """The embedded server is started when it is the one and does not run."""
    if settings.database_url is not None:
        return DatabaseUrls(settings.database_url, settings.database_owner_url)
    return beside(EmbeddedServer.ensure(settings.data_dir))


def beside(owner: str) -> DatabaseUrls:
    """An owner's URL and that of an application on the same database.

    The application's password follows from the owner's, which cannot be found from it: nothing more to keep, no second file to lose.
    """
    parts = urlsplit(owner)
    password = hmac.new((parts.password or "").encode(), APPLICATION_ROLE.encode(), hashlib.sha256).hexdigest()
    netloc = f"{APPLICATION_ROLE}:{password}@{parts.hostname}:{parts.port}"
    return DatabaseUrls(parts._replace(netloc=netloc).geturl(), owner)


def prepare(urls: DatabaseUrls) -> bool:
    """The schema as this release needs it, and the application's role with its rights. True when anything of the schema was missing.

    Raises what `migrate` raises, and DatabaseUnavailable.
    """
    database = Database(urls.owner or urls.application, pool_size=1)
    try:
        database.read(lambda _connection: None)  # a server that does not answer says so as DatabaseUnavailable
        return migrate(database, urls.login)
    finally:
        database.close()
