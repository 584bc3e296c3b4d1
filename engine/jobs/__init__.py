"""The distributed job engine's side of the engine: timers, connectors' jobs and deliveries, run by workers."""

from engine.jobs.worker import run_worker

__all__ = ["run_worker"]
