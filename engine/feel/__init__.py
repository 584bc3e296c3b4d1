"""FEEL, the expression language of DMN 1.5: text to compiled expression to value.

>>> from decimal import Decimal
>>> from engine.feel import compile
>>> compile("金额 * 1.06").evaluate({"金额": Decimal(100)})
Decimal('106.00')
>>> compile("date(2024, 13, 1)").evaluate_with_notes({})
(None, (Note(code='not_a_date', position=5, message='没有第 13 月'),))

Nothing here reads files, clocks or the network, and nothing is handed to Python's eval.
"""

from engine.feel.errors import FeelError, FeelEvaluationError, FeelLimitExceeded, FeelSyntaxError, Note
from engine.feel.expression import Expression, UnaryTests, compile, compile_unary, strip_marker
from engine.feel.limits import LIMITS, Limits
from engine.feel.printer import print_expression
from engine.feel.values import FeelFunction, text

__all__ = [
    "LIMITS",
    "Expression",
    "FeelError",
    "FeelEvaluationError",
    "FeelFunction",
    "FeelLimitExceeded",
    "FeelSyntaxError",
    "Limits",
    "Note",
    "UnaryTests",
    "compile",
    "compile_unary",
    "print_expression",
    "strip_marker",
    "text",
]
