"""A worker: runs due jobs until it is told to stop. Several may run at once, on several machines."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import AsyncIterator

import procrastinate
import psycopg
import psycopg_pool
from procrastinate.exceptions import ConnectorException

from engine.commands.telling.mails import RemoveOldMails
from engine.jobs.app import build_app
from engine.jobs.recovery import defer_forgotten, remove_left_drafts, remove_old_sandboxes, remove_unused_files, take_over
from engine.model.errors import StorageError
from engine.model.identity import SYSTEM
from engine.process_engine import ProcessEngine
from engine.settings import Settings
from engine.store.job_queue import QUEUE

CONCURRENCY = 4
POLLING_SECONDS = 1.0  # new jobs announce themselves; this is how late a timer may be
HEARTBEAT_SECONDS, DEAD_AFTER_SECONDS = 3.0, 15.0
RECOVERY_SECONDS, FORGOTTEN_EVERY = 5.0, 60
LONGEST_PAUSE_SECONDS = 30.0
_DATABASE_ERRORS = (ConnectorException, psycopg.Error, psycopg_pool.PoolTimeout, StorageError, OSError)
log = logging.getLogger("tuoke.jobs")


def run_worker(
    engine: ProcessEngine, stop: threading.Event, *, concurrency: int = CONCURRENCY, settings: Settings | None = None
) -> None:
    """Run jobs until `stop` is set; jobs that run then are finished first. A database that goes away is waited for.

    Mail goes out by the server of `settings`.
    """
    asyncio.run(_work(engine, stop, concurrency, settings))


async def _work(engine: ProcessEngine, stop: threading.Event, concurrency: int, settings: Settings | None) -> None:
    stopping = asyncio.create_task(asyncio.to_thread(stop.wait))
    clock = asyncio.get_running_loop().time
    pause = 1.0
    while not stopping.done():
        started = clock()
        try:
            await _session(engine, stopping, concurrency, settings)
        except _DATABASE_ERRORS as error:
            log.warning("the worker lost the database: %s", error)
        if clock() - started > LONGEST_PAUSE_SECONDS:
            pause = 1.0
        await asyncio.wait({stopping}, timeout=pause)
        pause = min(pause * 2, LONGEST_PAUSE_SECONDS)


async def _session(engine: ProcessEngine, stopping: asyncio.Task[bool], concurrency: int, settings: Settings | None) -> None:
    """One worker as long as its connections hold. Raises one of _DATABASE_ERRORS, or returns when the worker has stopped."""
    async with _opened(build_app(engine, connections=concurrency + 4, settings=settings)) as app:
        await take_over(app, DEAD_AFTER_SECONDS)
        working = asyncio.create_task(
            app.run_worker_async(
                queues=[QUEUE],
                name="tuoke",
                concurrency=concurrency,
                install_signal_handlers=False,
                fetch_job_polling_interval=POLLING_SECONDS,
                update_heartbeat_interval=HEARTBEAT_SECONDS,
                stalled_worker_timeout=DEAD_AFTER_SECONDS,
                delete_jobs="successful",
            )
        )
        recovering = asyncio.create_task(_recover(app, engine))
        try:
            await asyncio.wait({working, recovering, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            recovering.cancel()
            working.cancel()
            results = await asyncio.gather(working, recovering, return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException) and not isinstance(result, asyncio.CancelledError):
                raise result


async def _recover(app: procrastinate.App, engine: ProcessEngine) -> None:
    for count in range(10**12):
        if count % FORGOTTEN_EVERY == 0:
            await asyncio.to_thread(defer_forgotten, engine)
            await asyncio.to_thread(remove_unused_files, engine)
            await asyncio.to_thread(remove_old_sandboxes, engine)
            await asyncio.to_thread(remove_left_drafts, engine)
            await asyncio.to_thread(engine.run, RemoveOldMails(), SYSTEM)
        await asyncio.sleep(RECOVERY_SECONDS)
        await take_over(app, DEAD_AFTER_SECONDS)


@contextlib.asynccontextmanager
async def _opened(app: procrastinate.App) -> AsyncIterator[procrastinate.App]:
    await app.open_async()
    try:
        yield app
    finally:
        await app.close_async()
