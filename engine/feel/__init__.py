"""FEEL, the expression language of DMN 1.5: text to compiled expression to value.

>>> from decimal import Decimal
>>> from engine.feel import compile
>>> compile("金额 * 1.06").evaluate({"金额": Decimal(100)})
Decimal('106.00')
>>> compile("date(2024, 13, 1)").evaluate_with_notes({})
(None, (Note(code='not_a_date', position=5, message='没有第 13 月'),))

Cells of decision tables are unary tests; a reason is kept for every null; refusals have a place and a Chinese message:

>>> compile_unary("[18..65), > 100").test(Decimal(30), {})
True
>>> compile("客户.等级").evaluate_with_notes({"客户": {}})[1][0].message
'上下文中没有“等级”'
>>> try:
...     compile("金额 ＞ 1000")
... except FeelSyntaxError as error:
...     print(error)
第 1 行第 4 个字符:“＞”中的“＞”是全角符号,请改为半角的 >
>>> compile("9 ** 9999999").evaluate({}) is None
True
>>> compile("for i in 1..10**12 return i").evaluate({})
Traceback (most recent call last):
    ...
engine.feel.errors.FeelLimitExceeded: 循环超过 100000 次

Messages are Chinese; `english` gives the English of every one of them:

>>> english(compile("客户.等级").evaluate_with_notes({"客户": {}})[1][0].message)
'the context has no “等级”'

Nothing here reads files, clocks or the network, and nothing is handed to Python's eval.
"""

from engine.feel.english import english, reason_en
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
    "english",
    "print_expression",
    "reason_en",
    "strip_marker",
    "text",
]
