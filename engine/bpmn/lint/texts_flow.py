"""Messages of the checks of data flow: names, types and rules that do not fit together."""

from __future__ import annotations

from dataclasses import replace

from engine.bpmn.lint.texts import Text

_IN_ZH, _IN_EN = "{place_zh} {expression} 第 {position} 个字符:", "{place_en} {expression}, character {position}: "


def _text(zh: str, en: str, proposal_zh: str, proposal_en: str, *, error: bool = False) -> Text:
    """A message about a place in an expression."""
    return Text(_IN_ZH + zh, _IN_EN + en, proposal_zh, proposal_en, "error" if error else "warning")


_SURE: dict[str, Text] = {
    "flow_unknown_function": _text(
        "没有名为“{name}”的函数", "there is no function “{name}”", "改正函数名{meant_zh}", "Correct the function's name{meant_en}", error=True
    ),
    "flow_bad_literal": _text(
        "@“{text}”不是日期、时间或时长({reason_zh}),结果总为空值",
        "@“{text}” is no date, time or duration ({reason_en}): the result is always null",
        "改正该值",
        "Correct it",
        error=True,
    ),
    "flow_wrong_operands": _text(
        "{left_zh}与{right_zh}不能用 {operator} 运算,结果总为空值",
        "{left_en} and {right_en} do not go with {operator}: the result is always null",
        "改用同类的值,或先转换(number()、string()、date())",
        "Use values of one kind, or convert them (number(), string(), date())",
        error=True,
    ),
    "flow_wrong_arguments": _text(
        "函数 {name} 的参数个数或名称不对,结果总为空值",
        "wrong number or names of arguments for {name}: the result is always null",
        "写作 {forms}",
        "Write {forms}",
        error=True,
    ),
    "flow_wrong_argument": _text(
        "函数 {name} 的参数 {parameter} 应为{wanted_zh},却是{given_zh}",
        "argument {parameter} of {name} must be {wanted_en}, but is {given_en}",
        "改用{wanted_zh}",
        "Use {wanted_en}",
        error=True,
    ),
    "flow_never_equal": _text(
        "{left_zh}与{right_zh}种类不同,“{operator}”永远不成立",
        "{left_en} and {right_en} are of different kinds: “{operator}” never holds",
        "改用同类的值;数字不加引号,文本加引号",
        "Use values of one kind; numbers without quotes, text in quotes",
        error=True,
    ),
}
TEXTS: dict[str, Text] = {
    **_SURE,
    "flow_unknown_function_perhaps": replace(_SURE["flow_unknown_function"], severity="warning"),
    "flow_bad_literal_perhaps": replace(_SURE["flow_bad_literal"], severity="warning"),
    "flow_wrong_operands_perhaps": replace(_SURE["flow_wrong_operands"], severity="warning"),
    "flow_wrong_arguments_perhaps": replace(_SURE["flow_wrong_arguments"], severity="warning"),
    "flow_wrong_argument_perhaps": replace(_SURE["flow_wrong_argument"], severity="warning"),
    "flow_never_equal_perhaps": replace(_SURE["flow_never_equal"], severity="warning"),
    "flow_unknown_type": _text(
        "没有名为“{name}”的类型", "there is no type “{name}”", "改为 FEEL 的类型,如 number", "Use a type of FEEL, such as number"
    ),
    "flow_unknown_member": _text(
        "{owner_zh}没有成员“{name}”,结果总为空值",
        "{owner_en} has no member “{name}”: the result is always null",
        "改正成员名{meant_zh}",
        "Correct the member's name{meant_en}",
    ),
    "flow_not_a_function": _text(
        "“{name}”不是函数,而是{given_zh}", "“{name}” is no function but {given_en}", "去掉括号,或改正名称", "Remove the parentheses"
    ),
    "flow_not_countable": _text(
        "不能从{left_zh}数到{right_zh}", "cannot count from {left_en} to {right_en}", "用整数或日期作循环的两端", "Use whole numbers or dates"
    ),
    "flow_not_boolean": _text(
        "{part_zh}应为布尔值,却是{given_zh}", "{part_en} must be boolean, but is {given_en}", "写成比较,如 x = 1", "Write a comparison, such as x = 1"
    ),
    "flow_never_value": _text(
        "“{operator}”的两边没有共同的值:{value} 不在 {options} 之中",
        "the two sides of “{operator}” have no value in common: {value} is not among {options}",
        "改为其中一个值{meant_zh}",
        "Use one of these values{meant_en}",
    ),
    "flow_unknown_name_meant": _text(
        "没有名为“{name}”的变量", "there is no variable “{name}”", "是否为“{proposal}”?请改正", "Was “{proposal}” meant? Correct it"
    ),
    "flow_unknown_name": _text(
        "没有元素写入变量“{name}”,值总为空{elements}",
        "nothing writes the variable “{name}”: it is always null{elements}",
        "改正名称,或在此之前用表单、脚本、映射写入",
        "Correct the name, or write it before with a form, a script or a mapping",
    ),
    "flow_name_elsewhere": _text(
        "变量“{name}”只在“{elements}”之内可见",
        "the variable “{name}” can be seen inside “{elements}” only",
        "在该元素加输出映射",
        "Add an output mapping to that element",
    ),
    "flow_name_from_outside": _text(
        "没有元素写入变量“{name}”,只能由启动者给出",
        "nothing writes the variable “{name}”; only whoever starts the process can give it",
        "为开始事件配上含该字段的表单,或改正名称",
        "Give the start event a form with this field, or correct the name",
    ),
    "flow_not_yet_written": _text(
        "变量“{name}”由“{writers}”写入,但没有任何路径先经过那里",
        "the variable “{name}” is written by “{writers}”, and no path leads there before",
        "调整次序,或先判断 {name} = null",
        "Change the order, or test {name} = null first",
    ),
    "flow_wrong_result": Text(
        "{place_zh} {expression} 应得出{wanted_zh},却是{given_zh}",
        "{place_en} {expression} must give {wanted_en}, but gives {given_en}",
        "改为得出{wanted_zh}的表达式",
        "Write an expression that gives {wanted_en}",
    ),
    "flow_wrong_result_perhaps": Text(
        "{place_zh} {expression} 应得出{wanted_zh},按已知的类型却是{given_zh}",
        "{place_en} {expression} must give {wanted_en}, but going by what is known it gives {given_en}",
        "改为得出{wanted_zh}的表达式",
        "Write an expression that gives {wanted_en}",
        "warning",
    ),
    "flow_form_unknown_name": _text(
        "表单“{form}”没有字段“{name}”,用到它的任务也都没有该变量",
        "the form “{form}” has no field “{name}”, and none of the tasks that show it has such a variable",
        "改正名称,或在任务之前写入该变量",
        "Correct the name, or write the variable before the task",
    ),
    "flow_form_not_boolean": Text(
        "{place_zh} {expression} 应得出布尔值,却是{given_zh},因此永远不成立",
        "{place_en} {expression} must give true or false, but gives {given_en}, so it never holds",
        "写成比较,如 x = 1",
        "Write a comparison, such as x = 1",
        "warning",
    ),
    "flow_connector_input_kind": Text(
        "连接器 {type} 的输入 {name} 应为上下文,却是{given_zh}",
        "The input {name} of the connector {type} must be a context, but is {given_en}",
        "写成 {{字段: 值, …}}",
        "Write {{field: value, …}}",
    ),
    "flow_connector_field": Text(
        "输入 {name} 中的“{field}”不是台账表单 {form} 的字段",
        "“{field}” in the input {name} is no field of the register's form {form}",
        "改为 {meant}",
        "Use {meant}",
    ),
    "flow_connector_field_perhaps": Text(
        "输入 {name} 中的“{field}”不是台账表单 {form} 的字段,永远查不到",
        "“{field}” in the input {name} is no field of the register's form {form} and never finds anything",
        "改为 {meant}",
        "Use {meant}",
        "warning",
    ),
    "flow_decision_input": Text(
        "决策 {decision}({model})读取的“{name}”在此处从未写入",
        "The decision {decision} ({model}) reads “{name}”, which nothing has written here",
        "在此之前写入该变量,或用输入映射给出;相近的变量:{meant}",
        "Write the variable before, or give it in an input mapping; similar: {meant}",
        "warning",
    ),
    "flow_decision_kind": Text(
        "决策“{decision}”的输入“{input}”应为{wanted_zh},此处给出的是{given_zh},没有规则会命中",
        "The input “{input}” of the decision “{decision}” must be {wanted_en}, but {given_en} is supplied here: no rule matches",
        "改正输入的类型,或先转换",
        "Correct the type of the input, or convert the value",
    ),
    "flow_decision_kind_perhaps": Text(
        "决策“{decision}”的输入“{input}”应为{wanted_zh},按已知的类型给出的是{given_zh}",
        "The input “{input}” of the decision “{decision}” must be {wanted_en}; going by what is known, {given_en} is supplied",
        "改正输入的类型,或先转换",
        "Correct the type of the input, or convert the value",
        "warning",
    ),
    "flow_never_of_type": Text(
        "“{label}”的值是{given_zh},不属于声明的类型({wanted_zh}),结果总为空值",
        "The value of “{label}” is {given_en}, which is not of the declared type ({wanted_en}): the result is always null",
        "改正该值,或改正声明的类型",
        "Correct the value, or the declared type",
        "warning",
    ),
    "flow_output_not_listed": Text(
        "{place_zh}是{given_zh},不在允许的输出值({wanted_zh})之内",
        "The {place_en} is {given_en}, which is none of the allowed output values ({wanted_en})",
        "改为其中一个值,或把它列入允许的输出值",
        "Use one of them, or list it among the allowed output values",
        "warning",
    ),
    "flow_rule_never_matches": Text(
        "规则 {rule} 永远不会命中:输入“{input}”不可能满足 {cell}",
        "Rule {rule} never matches: the input “{input}” cannot satisfy {cell}",
        "改正该单元格,或删除规则",
        "Correct the cell, or remove the rule",
        "warning",
    ),
    "flow_rule_covered": Text(
        "规则 {rule} 永远不起作用:能命中它的输入都先由规则 {others} 处理({policy})",
        "Rule {rule} never takes effect: whatever it matches goes to rule {others} first ({policy})",
        "调整规则次序,或删除规则",
        "Change the order of the rules, or remove the rule",
        "warning",
    ),
    "flow_rules_contradict": Text(
        "规则 {one} 与 {other} 会同时命中而结果不同(命中策略 ANY),例如 {witness}",
        "Rules {one} and {other} match together with different results (hit policy ANY), for example {witness}",
        "修改条件使其互斥,或使结果相同",
        "Make the conditions exclude each other, or the results equal",
    ),
    "flow_gap": Text(
        "决策表没有覆盖所有输入,例如 {witness} 时没有结果",
        "The table does not cover all inputs: {witness} has no result",
        "补上规则,或设默认输出",
        "Add a rule, or a default output",
        "warning",
    ),
    "flow_gap_at_task": Text(
        "决策表没有覆盖任务“{task}”可能给出的输入,例如 {witness} 时没有结果",
        "The table does not cover what “{task}” may supply: {witness} has no result",
        "补上规则,或设默认输出",
        "Add a rule, or a default output",
        "warning",
    ),
}
