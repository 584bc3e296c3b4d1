"""The application factory."""

from __future__ import annotations

from flask import Flask

from engine import ProcessEngine, Settings
from webui import diagrams, files, language, pages, paper, security, words
from webui.analyst import deploying, editor, packs, releasing, working, working_words
from webui.assets import Assets
from webui.auditor import audit, replay, replay_checks
from webui.cookies import PageSessions
from webui.guidance import first_steps
from webui.link import connect
from webui.operations import incident_words, incidents
from webui.people import absence, account, account_log, departments, oidc, people_import, roles, signin, users
from webui.people import words as people_words
from webui.register import exports, imports, merging, record, records
from webui.register import words as register_words
from webui.sandbox import desk, mount, scenarios
from webui.sandbox import words as sandbox_words
from webui.secret import secret_key
from webui.staff import (
    attachments,
    columns,
    comments,
    completing,
    copies,
    copy_words,
    instances,
    list_address,
    mail_address,
    next_task,
    notifications,
    previews,
    saved_lists,
    start,
    task,
    tasklist,
    together,
    withdraw_words,
)

# The modules with pages, a line per room.
ROOMS = (
    (pages, files, paper, diagrams),
    (tasklist, together, completing, next_task, task, start, instances, copies, comments, attachments, previews, notifications, mail_address),
    (list_address, saved_lists, columns),
    (records, record, merging, exports, imports),
    (absence, signin, oidc, account),
    (users, people_import, departments, roles, account_log),
    (packs, deploying, working, releasing, editor, desk, scenarios),
    (audit, replay, replay_checks),
    (incidents,),
    (first_steps,),
)
MAX_REQUEST_BYTES = 4 * 1024 * 1024
MAX_FORM_PARTS = 20_000


def create_app(engine: ProcessEngine | None = None, settings: Settings | None = None) -> Flask:
    """One application over one engine; `engine` None opens the one that the environment names."""
    settings = settings or Settings.from_environment()
    app = Flask(__name__)
    _configure(app, settings)
    app.session_interface = PageSessions()
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    engine = engine or ProcessEngine.open(settings.database_url, migrate=False)
    connect(app, engine)
    mount.prepare(app, engine, settings)
    Assets(app)
    language.prepare(app)
    words.prepare(app)
    incident_words.install(app)
    withdraw_words.install(app)
    people_words.install(app)
    absence.install(app)
    copy_words.install()
    comments.install()
    attachments.install(app, settings)
    notifications.install()
    saved_lists.install()
    app.jinja_env.filters["linked"] = comments.linked
    register_words.install()
    oidc.install(app, settings.oidc)
    working_words.install()
    sandbox_words.install()
    security.prepare(app, settings)
    mount.guard_pages(app)
    for module in (module for room in ROOMS for module in room):
        app.register_blueprint(module.blueprint)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=secret_key(settings),
        MAX_CONTENT_LENGTH=MAX_REQUEST_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_REQUEST_BYTES,
        MAX_FORM_PARTS=MAX_FORM_PARTS,
        SEND_FILE_MAX_AGE_DEFAULT=3600,
        DEMO=settings.demo,
        CONTACT=settings.contact,
        TIME_ZONE=settings.time_zone,
        SENDS_MAIL=settings.mail is not None,
    )
