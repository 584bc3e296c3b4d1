"""DMN 1.3–1.5 decision models, on FEEL.

`load` reads and checks a file, `DecisionModel.evaluate` gives a decision's value with the rules that matched and the values they saw.
"""

from engine.dmn.loader import load
from engine.dmn.model import Decision, DecisionModel, Knowledge, Service, Variable
from engine.dmn.records import DecisionEvaluation, DecisionResult, DmnEvaluationError, DmnRejected

__all__ = [
    "Decision",
    "DecisionEvaluation",
    "DecisionModel",
    "DecisionResult",
    "DmnEvaluationError",
    "DmnRejected",
    "Knowledge",
    "Service",
    "Variable",
    "load",
]
