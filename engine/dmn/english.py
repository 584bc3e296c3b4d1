"""Every message of decision models in English: findings with their proposals, refusals of an evaluation, reasons of nulls."""

from __future__ import annotations

from engine.feel.english import WORDING as FEEL_WORDING
from engine.model.wording import Wording

_PLACES = {
    "表达式": "the expression", "上下文的条目": "an entry of the context", "函数": "the function", "调用": "the call",
    "调用的参数": "an argument of the call",
    "filter 的 in": "“in” of the filter", "filter 的 match": "“match” of the filter", "循环的 in": "“in” of the loop",
    "循环的 return": "“return” of the loop", "允许值": "the allowed values", "类型约束": "the type constraint", "输出值": "the output values",
    "默认输出": "the default output", "输入": "input", "输出": "output", "其他": "anything else",
    "输入“{0}”的表达式": "the expression of the input “{0}”", "输入“{0}”的允许值": "the allowed values of the input “{0}”",
    "第 {0} 条规则第 {1} 列的条件": "the condition of rule {0} in column {1}", "第 {0} 条规则第 {1} 个输出": "output {1} of rule {0}",
    "第 {0} 列为 {1}": "{1} in column {0}",
}  # fmt: skip

_MESSAGES = {
    "{0}没有表达式": "{0} has no expression",
    "不支持 {0} 函数": "{0} functions are not supported",
    "不支持 importedValues": "importedValues are not supported",
    "关系表的一行有 {0} 格,应有 {1} 格": "a row of the relation has {0} cells instead of {1}",
    "决策的依赖成了环:{0}": "the decisions require each other in a circle: {0}",
    "import“{0}”的种类 {1} 不受支持": "the import “{0}” is of the kind {1}, which is not supported",
    "找不到 import“{0}”的模型(命名空间 {1})": "the model of the import “{0}” (namespace {1}) was not found",
    "import 成了环:{0}": "the imports form a circle: {0}",
    "import 的名称“{0}”重复": "two imports have the name “{0}”",
    "没有类型“{0}”": "there is no type “{0}”",
    "类型“{0}”定义了两次": "the type “{0}” is defined twice",
    "表达式嵌套过深": "an expression is nested too deeply",
    "不认识的元素 {0}": "the element {0} is not known",
    "{0} 缺少 id 或 name": "{0} has no id or no name",
    "决策“{0}”没有决策逻辑": "the decision “{0}” has no logic",
    "业务知识模型“{0}”没有逻辑": "the business knowledge model “{0}” has no logic",
    "决策服务没有输出决策": "the decision service has no output decision",
    "标识“{0}”在第 {1} 行已经用过": "the id “{0}” is used already in line {1}",
    "所引用的“{0}”不存在或种类不符": "“{0}”, which is referred to, does not exist or is of another kind",
    "第 {0} 条与第 {1} 条规则会同时命中,而命中策略是 UNIQUE(唯一)": "rules {0} and {1} can match together, but the hit policy is UNIQUE",
    "第 {0} 条与第 {1} 条规则会同时命中,例如{2},而命中策略是 UNIQUE(唯一)":
        "rules {0} and {1} match together, for example {2}, but the hit policy is UNIQUE",
    "命中策略“{0}”不存在": "there is no hit policy “{0}”",
    "汇总方式“{0}”不能用于命中策略 {1}": "the aggregation “{0}” cannot be used with the hit policy {1}",
    "第 {0} 个输入没有表达式": "input {0} has no expression",
    "决策表没有输出列": "the decision table has no output",
    "命中策略 {0} 需要输出值的次序": "the hit policy {0} needs an order of the output values",
    "有多个输出列时不能汇总": "several outputs cannot be aggregated",
    "{0}为空,按空值(null)处理": "{0} is empty and counts as null",
    "第 {0} 个输出列没有名称": "output {0} has no name",
    "输出列“{0}”出现了两次": "two outputs have the name “{0}”",
    "规则超过 {0} 条": "there are more than {0} rules",
    "第 {0} 条规则有 {1} 个{2}单元格,应有 {3} 个": "rule {0} has {1} {2} cells instead of {3}",
    "表达式语言“{0}”不受支持": "the expression language “{0}” is not supported",
    "{0};此处结果总为空值": "{0}; the result here is always null",
    "文件有 {0} 字节,上限为 {1}": "the file has {0} bytes, {1} at most are read",
    "文件含有 DOCTYPE 声明": "the file has a DOCTYPE",
    "根元素是 {0}(命名空间 {1}),不是 DMN 1.2–1.5 的 definitions": "the root element is {0} (namespace {1}), not definitions of DMN 1.2 to 1.5",
    "不是正确的 XML({0}):{1}": "not well-formed XML ({0}): {1}",
    "XML 嵌套超过 {0} 层": "the XML is nested more than {0} deep",
}  # fmt: skip

_PROPOSALS = {
    "填写表达式": "fill in the expression",
    "改用 FEEL 函数": "use a FEEL function",
    "改为直接书写的表达式": "write the expression itself",
    "补齐或删去单元格": "add or remove cells",
    "去掉其中一条依赖": "remove one of the requirements",
    "只能引入 DMN 模型": "only DMN models can be imported",
    "把该 .dmn 文件放进同一流程包": "put that .dmn file into the same pack",
    "去掉其中一个 import": "remove one of the imports",
    "给每个 import 一个不同的名称": "give every import a name of its own",
    "先修好 {0}": "mend {0} first",
    "改为内置类型,或补上 itemDefinition": "use a built-in type, or add the itemDefinition",
    "改名或删除其中一个": "rename or remove one of them",
    "简化表达式": "simplify the expression",
    "删除该元素": "remove the element",
    "补上 id 与 name": "add id and name",
    "添加决策表或表达式": "add a decision table or an expression",
    "添加函数": "add the function",
    "指定输出决策": "name the output decision",
    "改用不同的 id": "use another id",
    "改为已有元素的 id": "use the id of an element that exists",
    "修改条件使其互斥,或改用 FIRST、COLLECT 等命中策略": "make the conditions exclude each other, or use another hit policy such as FIRST or COLLECT",
    "按 FEEL 语法修改;文本须加半角双引号": "mend it as FEEL wants; strings stand in half-width double quotes",
    "改为 {0} 之一": "use one of {0}",
    "汇总只用于 COLLECT,取 SUM、MIN、MAX 或 COUNT": "aggregations are for COLLECT only: SUM, MIN, MAX or COUNT",
    "填写输入表达式": "fill in the input's expression",
    "添加输出列": "add an output",
    "在输出列中按优先次序列出允许的输出值": "list the allowed values of an output, the most important first",
    "只保留一个输出列,或去掉汇总方式": "keep one output only, or remove the aggregation",
    "填写结果;确要空值请写 null": "fill in the result; write null where null is meant",
    "有多个输出时每列都要有名称": "with several outputs every one needs a name",
    "改名": "rename it",
    "拆分决策表": "split the table",
    "改用 FEEL": "use FEEL",
    "修改表达式": "change the expression",
    "拆分文件": "split the file",
    "删除 DOCTYPE 声明": "remove the DOCTYPE",
    "用 DMN 1.2 以上的建模器另存": "save it again with a modeler for DMN 1.2 or newer",
    "改正那里,或用建模工具重新导出文件": "mend it there, or export the file again with the modelling tool",
    "简化文件": "simplify the file",
}  # fmt: skip

_EVALUATION = {
    "决策表“{0}”没有命中任何规则": "no rule of the decision table “{0}” matched",
    "决策表“{0}”:命中策略是 UNIQUE(唯一),却同时命中规则 {1}": "the hit policy of the decision table “{0}” is UNIQUE, but the rules {1} matched",
    "决策表“{0}”:命中策略是 ANY(任意),命中的规则却给出不同结果:规则 {1}":
        "the hit policy of the decision table “{0}” is ANY, but the rules {1} give different results",
    "值 {0} 不符合类型 {1} 的约束": "the value {0} is against the constraint of the type {1}",
    "值 {0} 不在类型 {1} 的允许值之内": "the value {0} is none of the allowed values of the type {1}",
    "决策嵌套过深": "the decisions are nested too deeply",
    "没有决策“{0}”": "there is no decision “{0}”",
    "决策服务“{0}”的参数是 {1}": "the parameters of the decision service “{0}” are {1}",
    "输入“{0}”的值不在允许值之内": "the value of the input “{0}” is not allowed",
}  # fmt: skip

_WORDING = Wording({**_PLACES, **_MESSAGES, **_PROPOSALS, **_EVALUATION}, FEEL_WORDING)


def english(message: str) -> str:
    """A message of a finding, a proposal or a DmnEvaluationError in English."""
    return _WORDING.english(message)


def sentence(message: str) -> str:
    """The same as a sentence of its own: it starts with a capital, unless it starts with the name of a function."""
    text = english(message)
    return text if "(" in text.partition(" ")[0] else text[:1].upper() + text[1:]
