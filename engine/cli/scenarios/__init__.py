"""Scenarios: what should happen in a process, written as TOML and tried on the engine with a clock of their own."""

from engine.cli.scenarios.files import Scenario, ScenarioError, load_scenarios
from engine.cli.scenarios.runner import ScenarioResult, ScenarioRunner

__all__ = ["Scenario", "ScenarioError", "ScenarioResult", "ScenarioRunner", "load_scenarios"]
