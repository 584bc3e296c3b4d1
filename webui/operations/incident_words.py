"""Why a process stands still, in words that say what to do: keyed by the incident's stable code."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from flask_babel import gettext as _

# What happened, and how to go on. Words are asked for when shown: the language is the reader's.
_WORDS: dict[str, Callable[[], tuple[str, str]]] = {
    "no_flow_taken": lambda: (_("没有一条出线的条件成立"), _("补上缺少的数据后重试，或给网关画一条默认顺序流。")),
    "join_waits_for_ever": lambda: (_("汇合网关等的分支不会再到了"), _("终止这个流程，并请流程分析人员改正图中的分支与汇合。")),
    "expression_failed": lambda: (_("表达式算不出来"), _("补上缺少的数据后重试，或请流程分析人员改正表达式。")),
    "expression_not_boolean": lambda: (_("条件的结果不是“是”或“否”"), _("多半是条件用到的数据还没有值；补上后重试。")),
    "expression_not_list": lambda: (_("多实例的集合不是列表"), _("补上列表后重试。")),
    "expression_not_names": lambda: (_("候选人或候选组不是文字"), _("改正后重试。")),
    "expression_not_text": lambda: (_("这里需要文字"), _("改正数据后重试。")),
    "expression_not_time": lambda: (_("这里需要日期、时间或时长"), _("改正数据后重试。")),
    "expression_not_cycle": lambda: (_("定时器的周期写法不对"), _("应形如 R/P7D；请流程分析人员改正。")),
    "cycle_too_short": lambda: (_("定时器的周期太短"), _("周期至少一秒；请流程分析人员改正。")),
    "expression_not_whole_number": lambda: (_("这里需要范围内的整数"), _("改正数据后重试。")),
    "correlation_key_missing": lambda: (_("消息的关联键没有值"), _("补上关联键用到的数据后重试。")),
    "value_not_storable": lambda: (_("算出来的值不能保存"), _("函数不能作为流程变量；请流程分析人员改正表达式。")),
    "decision_failed": lambda: (_("决策表给不出结果"), _("补上决策的输入后重试，或请流程分析人员改正决策表。")),
    "unknown_decision": lambda: (_("找不到决策"), _("请流程分析人员改正后重新部署。")),
    "unhandled_error": lambda: (_("抛出的 BPMN 错误没有被捕获"), _("请流程分析人员在图上加一个错误边界事件。")),
    "calls_too_deep": lambda: (_("流程调用自己太多层"), _("终止这个流程，并请流程分析人员改正调用。")),
    "too_many_instances": lambda: (_("多实例的数量太多"), _("缩短列表后重试。")),
    "too_many_tokens": lambda: (_("同时进行的步骤太多"), _("终止这个流程，并请流程分析人员改正图。")),
    "step_limit_reached": lambda: (_("流程在不停地转圈"), _("图中的循环没有等待也没有出口；请流程分析人员改正。")),
    "ambiguous_record": lambda: (_("台账里有不止一条这样的记录"), _("合并台账里重复的记录后重试。")),
    "missing_header": lambda: (_("连接器缺少设置"), _("请流程分析人员改正后重新部署。")),
    "missing_input": lambda: (_("连接器缺少输入"), _("补上数据后重试。")),
    "no_such_form": lambda: (_("台账没有表单"), _("请流程分析人员改正后重新部署。")),
    "unknown_connector": lambda: (_("没有这种连接器"), _("请流程分析人员改正后重新部署。")),
    "unknown_record_field": lambda: (_("台账没有这个字段"), _("请流程分析人员改正后重新部署。")),
}


def incident_words(code: str) -> tuple[str, str]:
    """(what happened, what to do) of an incident's code; a connector's own code speaks through its message."""
    words = _WORDS.get(code)
    return words() if words else (_("这一步没有成功"), _("查明原因后重试。"))


def install(app: Flask) -> None:
    app.jinja_env.globals["incident_words"] = incident_words
