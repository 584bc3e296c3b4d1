"""Packs tried out before they are released: scenarios with a clock of their own, what they cover, and runs by hand."""

from engine.trial.outcomes import Difference, ScenarioResult
from engine.trial.runner import ScenarioRunner
from engine.trial.scenario_files import Scenario, ScenarioError, load_scenarios

__all__ = ["Difference", "Scenario", "ScenarioError", "ScenarioResult", "ScenarioRunner", "load_scenarios"]
