"""DMN 1.2–1.5 decision models, on FEEL.

`load` reads and checks a file, `DecisionModel.evaluate` gives a decision's value with the rules that matched and the values they saw.

>>> from decimal import Decimal
>>> model = load(
...     '''<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="客户分类" namespace="urn:example">
...     <decision id="level" name="客户等级"><decisionTable id="t" hitPolicy="FIRST">
...       <input id="i" label="年采购额"><inputExpression id="e"><text>amount</text></inputExpression></input>
...       <output id="o" name="level"/>
...       <rule id="r1"><inputEntry id="c1"><text>&gt;= 1000000</text></inputEntry><outputEntry id="o1"><text>"核心"</text></outputEntry></rule>
...       <rule id="r2"><inputEntry id="c2"><text>-</text></inputEntry><outputEntry id="o2"><text>"普通"</text></outputEntry></rule>
...     </decisionTable></decision></definitions>'''.encode(),
...     "customer.dmn",
... )
>>> result = model.evaluate("level", {"amount": Decimal(2_000_000)})
>>> result.value
'核心'
>>> result.evaluations[0].matched_rules, result.evaluations[0].inputs
((1,), (('年采购额', Decimal('2000000')),))

A file with an error is refused, every finding at once:

>>> try:
...     load(b"<definitions/>", "customer.dmn")
... except DmnRejected as refused:
...     print(refused.findings[0].code)
not_dmn
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
