"""`tuoke worker`: runs timers, connectors' jobs and deliveries until it is stopped."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import threading

from engine.cli.console import say
from engine.cli.language import words
from engine.cli.opening import opened_engine
from engine.jobs import run_worker
from engine.settings import Settings


def work(arguments: argparse.Namespace) -> int:
    """With `--with-parent` it also stops when standard input ends, which is when whoever started it is gone, however that happened."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    if arguments.with_parent:
        threading.Thread(target=_wait_for_end_of_input, args=(stop,), daemon=True).start()
    settings = Settings.from_environment()
    with opened_engine(settings, pool_size=arguments.concurrency + 1) as engine:
        if not arguments.with_parent:
            say(words("✓ 作业进程已启动（Ctrl-C 停止）", "✓ The worker is running (Ctrl-C stops it)"))
        run_worker(engine, stop, concurrency=arguments.concurrency, settings=settings)
    return 0


def _wait_for_end_of_input(stop: threading.Event) -> None:
    try:
        while os.read(sys.stdin.fileno(), 4096):
            pass
    except OSError as error:
        logging.getLogger("tuoke.jobs").info("standard input: %s", error)
    stop.set()
