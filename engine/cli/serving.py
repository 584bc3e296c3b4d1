"""`tuoke serve`: everything in one command — database, packs, accounts, worker, web server."""

from __future__ import annotations

import argparse
import errno
import importlib
import logging
import resource
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType
from typing import Any, NoReturn

from engine.cli.console import CommandFailed, complain, say, step
from engine.cli.language import words
from engine.cli.opening import open_engine, standing_text
from engine.cli.packs import deploy_folder, deployment_text, pack_folders
from engine.cli.people import make_demo_accounts
from engine.model.identity import SYSTEM
from engine.process_engine import ProcessEngine
from engine.queries.people.accounts import Users
from engine.settings import Settings
from engine.store.application_role import role_standing
from engine.store.database_urls import database_urls
from engine.store.embedded_server import EmbeddedServer
from engine.store.trial_server import TrialServer

WEB_THREADS = 16
MOST_CONNECTIONS, OTHER_FILES, IDLE_SECONDS = 2000, 500, 60
# The application refuses more than 4 MB with words; what is far beyond is not even received.
MAX_HEADER_BYTES, MAX_BODY_BYTES = 64 * 1024, 64 * 1024 * 1024
WEB_APPLICATION = ("webui", "create_app")  # found when it is needed: the engine knows nothing of the web
WORKER_STOP_SECONDS = 20.0
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 60.0
log = logging.getLogger("tuoke.serve")


class _Stop(Exception):
    """Somebody asked to stop."""


def serve(arguments: argparse.Namespace) -> int:
    settings = Settings.from_environment()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    try:
        with ExitStack() as stack:
            _run(stack, settings, arguments.check)
    except _Stop:
        say(words("已停止", "Stopped"))
    return 0


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    # Once is enough: what follows is the orderly end.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    raise _Stop


def _run(stack: ExitStack, settings: Settings, check_only: bool) -> None:
    listening = stack.enter_context(_reserved(settings))
    with step(words("启动数据库", "Start the database")), _usable(settings):
        urls = database_urls(settings)
    if settings.database_url is None:
        stack.callback(_stop_database, settings, urls.owner or urls.application)
    stack.callback(TrialServer(settings.data_dir).stop)
    with step(words("检查数据库结构", "Check the database")):
        engine = open_engine(urls, WEB_THREADS)
    stack.callback(engine.close)
    standing = engine.database.read(role_standing)
    if not standing.append_only:
        complain(standing_text(standing))
    prepare(engine, settings)
    with step(words("启动网页服务与作业进程", "Start the web server and the worker")):
        server = _web_server(engine, settings, listening)
        stack.callback(_close_web_server, server)
        stack.enter_context(_worker())
    ready, stop = words("拓客已就绪：", "Tuoke is ready: "), words("按 Ctrl-C 停止。", "Ctrl-C stops it.")
    say(f"\n{ready}{address(settings)}\n{stop}")
    if not check_only:
        server.run()


@contextmanager
def _usable(settings: Settings) -> Iterator[None]:
    """Says which folder it is, and what to do, when the data folder cannot be made or written."""
    try:
        yield
    except OSError as error:
        folder, reason = settings.data_dir, f"{error.strerror or error} ({error.filename})"
        why = words(f"数据文件夹 {folder} 不能使用：{reason}", f"The data folder {folder} cannot be used: {reason}")
        mend = words("修好它的权限，或换一个文件夹，例如", "Mend its permissions, or choose another folder, for example")
        raise CommandFailed(f"✗ {why}\n  {mend} TUOKE_DATA_DIR=~/tuoke-data make run") from error


def prepare(engine: ProcessEngine, settings: Settings) -> None:
    """Packs and accounts: nothing is done twice."""
    folders = pack_folders(settings.processes_dir)
    if not folders:
        complain(f"! {settings.processes_dir} {words('中没有流程包', 'holds no process pack')}")
    for folder in folders:
        with step(words(f"部署流程包 {folder.name}", f"Deploy the pack {folder.name}")):
            deployment = deploy_folder(engine, folder, only_new=True)
        if deployment.superseded:
            zh = f"流程包 {deployment.pack_key}：这些文件以前部署过，后来又部署了别的，现行版本不变；要换回来：tuoke deploy --note 换回来 {folder}"
            en = f"Pack {deployment.pack_key}: another version was deployed since, and stays; to go back: tuoke deploy --note back {folder}"
            say(f"  {words(zh, en)}")
        else:
            say(f"  {deployment_text(deployment)}")
    if settings.demo:
        with step(words("准备演示账号", "Make the demo accounts")):
            make_demo_accounts(engine)
    elif not engine.read(Users(), SYSTEM):
        zh = "还没有账号；用 tuoke user add 账号 --name 姓名 --admin 建立第一个管理员"
        complain(f"! {words(zh, 'There are no accounts; tuoke user add LOGIN --name NAME --admin makes the first administrator')}")


def address(settings: Settings) -> str:
    """What to open in a browser on this machine."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.host, settings.host)
    return f"http://{f'[{host}]' if ':' in host and not host.startswith('[') else host}:{settings.port}/"


@contextmanager
def _reserved(settings: Settings) -> Iterator[socket.socket]:
    """The socket that the web server will listen on, taken first: a port in use is told before anything else is done."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((settings.host, settings.port))
            # Two sockets may be bound to one port until one of them listens; from here on it is ours.
            listening.listen(1024)
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            in_use = words("已被占用；可能已有一个拓客在运行", "is in use; perhaps this program runs already")
            unusable = words(f"不能使用（{settings.host}）：", f"cannot be used ({settings.host}): ")
            why = in_use if taken else f"{unusable}{error.strerror or error}"
            other = 8001 if settings.port != 8001 else 8002
            mend = words("停止占用它的程序，或换一个端口，例如", "Stop whatever uses it, or choose another port, for example")
            raise CommandFailed(f"✗ {words('端口', 'Port')} {settings.port} {why}\n  {mend} TUOKE_PORT={other} make run") from error
        yield listening


def _web_server(engine: ProcessEngine, settings: Settings, listening: socket.socket) -> Any:
    try:
        waitress = importlib.import_module("waitress")
        create_app: Callable[..., Any] = getattr(importlib.import_module(WEB_APPLICATION[0]), WEB_APPLICATION[1])
    except ImportError as error:
        told = words("找不到网页部分", "The web part is missing")
        raise CommandFailed(f"✗ {told} ({'.'.join(WEB_APPLICATION)}): {error}") from error
    app = create_app(engine=engine, settings=settings)
    return waitress.create_server(
        app,
        sockets=[listening],
        threads=WEB_THREADS,
        ident="tuoke",
        clear_untrusted_proxy_headers=not settings.trusted_proxies,
        connection_limit=_most_connections(),
        asyncore_use_poll=True,
        channel_timeout=IDLE_SECONDS,
        max_request_header_size=MAX_HEADER_BYTES,
        max_request_body_size=MAX_BODY_BYTES,
    )


def _most_connections() -> int:
    """Many, within what the system lets us open: a browser keeps up to six that it does not use, and one that finds no place waits."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    files = MOST_CONNECTIONS + OTHER_FILES if hard == resource.RLIM_INFINITY else min(MOST_CONNECTIONS + OTHER_FILES, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, hard))
    return max(files - OTHER_FILES, files // 2)


def _close_web_server(server: Any) -> None:
    """Requests that are being answered are finished first, up to five seconds."""
    server.task_dispatcher.shutdown()
    server.close()


@contextmanager
def _worker() -> Iterator[None]:
    """A worker process, started anew whenever it ends before its time. It ends with us: its standard input does.

    The first one has been started when this says that all is ready.
    """
    stopping = threading.Event()
    keeper = threading.Thread(target=_keep_worker, args=(_start_worker(), stopping), name="worker keeper")
    keeper.start()
    try:
        yield
    finally:
        stopping.set()
        keeper.join(WORKER_STOP_SECONDS + 5)


def _start_worker() -> subprocess.Popen[bytes]:
    """In a session of its own: Ctrl-C at the terminal reaches us alone, and we tell it."""
    return subprocess.Popen(
        [sys.executable, "-m", "engine.cli", "worker", "--with-parent"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True
    )


def _keep_worker(process: subprocess.Popen[bytes], stopping: threading.Event) -> None:
    pause = FIRST_PAUSE_SECONDS
    while True:
        _watch(process, stopping)
        if stopping.is_set():
            return
        code = process.returncode
        en = f"The worker ended unexpectedly ({code}) and starts again in {pause:.0f} s"
        complain(f"! {words(f'作业进程意外结束（{code}），{pause:.0f} 秒后重新启动', en)}")
        if stopping.wait(pause):
            return
        pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
        process = _start_worker()


def _watch(process: subprocess.Popen[bytes], stopping: threading.Event) -> None:
    """Until the process has ended: by itself, or because we asked it to."""
    while process.poll() is None and not stopping.wait(0.1):
        continue
    if process.stdin:
        process.stdin.close()
    try:
        process.wait(WORKER_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        log.warning("the worker did not stop in time")
        process.kill()
        process.wait()


def _stop_database(settings: Settings, url: str) -> None:
    """Unless somebody else uses it: another worker, an analyst's deployment."""
    probe = ProcessEngine.open(url, pool_size=1, migrate=False)
    others = probe.database.read(
        lambda connection: int(
            connection.exec_driver_sql(
                "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            ).scalar_one()
        )
    )
    probe.close()
    if others:
        say(words(f"数据库仍有 {others} 个连接在用，保持运行", f"The database goes on running: others use it ({others})"))
        return
    EmbeddedServer(settings.data_dir).stop()
