"""Messages about what a diagram contains that is not run, or cannot be read."""

from __future__ import annotations

from engine.bpmn.lint.texts import Text

_REDRAW_ZH = "改用受支持的元素"
_REDRAW_EN = "Use a supported element"

TEXTS: dict[str, Text] = {
    "bpmn_missing_id": Text("{element} 没有标识(id)", "{element} has no id", "给它一个唯一的标识", "Give it a unique id"),
    "bpmn_duplicate_id": Text(
        "标识 {id} 在同一文件中重复(第 {other_line} 行)", "The id {id} occurs twice (line {other_line})", "改用唯一的标识", "Use a unique id"
    ),
    "bpmn_not_executable": Text(
        "流程“{process}”没有设为可执行,已跳过",
        "Process “{process}” is not marked executable and is skipped",
        "要运行它,请设 isExecutable=true",
        "Set isExecutable=true to run it",
        "warning",
    ),
    "bpmn_foreign_extension": Text(
        "命名空间 {namespace} 的扩展没有运行含义,已忽略", "Extensions of {namespace} have no meaning at run time", severity="warning"
    ),
    "bpmn_unsupported_element": Text("不支持元素 {element}", "The element {element} is not supported", _REDRAW_ZH, _REDRAW_EN),
    "bpmn_unsupported_complex_gateway": Text(
        "不支持复杂网关", "Complex gateways are not supported", "改用排他、并行或包容网关", "Use exclusive, parallel or inclusive gateways"
    ),
    "bpmn_unsupported_event_sub_process": Text(
        "不支持事件子流程", "Event sub-processes are not supported", "改用子流程上的边界事件", "Use boundary events on a sub-process"
    ),
    "bpmn_unsupported_transaction": Text(
        "不支持事务子流程", "Transactions are not supported", "改用普通子流程和错误边界事件", "Use a sub-process with error events"
    ),
    "bpmn_unsupported_ad_hoc": Text("不支持临时(ad-hoc)子流程", "Ad-hoc sub-processes are not supported", "把顺序画出来", "Draw the order"),
    "bpmn_unsupported_compensation": Text(
        "不支持补偿", "Compensation is not supported", "把撤销步骤画成普通任务", "Draw the undoing as ordinary tasks"
    ),
    "bpmn_unsupported_escalation": Text("不支持升级事件", "Escalation events are not supported", "改用错误或信号事件", "Use error or signal events"),
    "bpmn_unsupported_conditional": Text(
        "不支持条件事件", "Conditional events are not supported", "改用网关、消息或信号", "Use a gateway, message or signal"
    ),
    "bpmn_unsupported_link": Text("不支持链接事件", "Link events are not supported", "用顺序流直接相连", "Connect with a sequence flow"),
    "bpmn_unsupported_cancel": Text("不支持取消事件", "Cancel events are not supported", "改用错误事件", "Use error events"),
    "bpmn_unsupported_instantiate": Text(
        "不支持由接收任务或事件网关启动流程",
        "Instantiating receive tasks and gateways are not supported",
        "改用消息开始事件",
        "Use message start events",
    ),
    "bpmn_unsupported_parallel_event_gateway": Text(
        "不支持并行的事件网关",
        "Parallel event gateways are not supported",
        "改用排他类型,或并行网关后接事件",
        "Use the exclusive type, or a parallel gateway",
    ),
    "bpmn_unsupported_parallel_multiple": Text(
        "不支持并行多重事件", "Parallel multiple events are not supported", "用并行网关连接各事件", "Use a parallel gateway"
    ),
    "bpmn_unsupported_multiple": Text(
        "一个事件只能有一种触发", "An event may have one definition only", "拆成几个事件", "Split it into several events"
    ),
    "bpmn_unsupported_data_association": Text(
        "不支持数据关联",
        "Data associations are not supported",
        "用变量和输入/输出映射;数据对象可只作图示",
        "Use variables and mappings; data objects may stay as drawings",
    ),
    "bpmn_unsupported_resource_role": Text(
        "不支持 BPMN 的资源角色({element})",
        "BPMN resource roles ({element}) are not supported",
        "用泳道,或 zeebe:assignmentDefinition 指定办理人和候选组",
        "Use lanes or zeebe:assignmentDefinition",
    ),
    "bpmn_unsupported_global_task": Text(
        "不支持全局任务", "Global tasks are not supported", "改为流程中的任务或单独的流程", "Use a task in the process, or a process of its own"
    ),
    "bpmn_unsupported_choreography": Text("不支持编排图", "Choreographies are not supported", "改画流程图", "Draw a process"),
    "bpmn_unsupported_quantity": Text("不支持 {attribute}={value}", "{attribute}={value} is not supported", "改为 1", "Use 1"),
    "bpmn_unsupported_attribute": Text(
        "不支持属性 {attribute}={value}", "The attribute {attribute}={value} is not supported", "删除该属性", "Remove it"
    ),
    "bpmn_bad_boolean": Text(
        "属性 {attribute} 的值 {value} 不是 true 或 false", "{attribute}={value} is neither true nor false", "改正该值", "Mend it"
    ),
    "bpmn_engine_extension": Text(
        "{name} 是其他引擎({vendor})的执行扩展,这里不会运行",
        "{name} is an execution extension of another engine ({vendor}) and would not run",
        "删除它,改用 zeebe: 扩展和 FEEL",
        "Remove it; use zeebe: elements and FEEL",
    ),
    "bpmn_unsupported_zeebe": Text(
        "不支持扩展元素 zeebe:{element}", "The extension element zeebe:{element} is not supported", "删除它,或用受支持的元素表达", "Remove it"
    ),
    "bpmn_misplaced_zeebe": Text(
        "zeebe:{element} 不能用在这里", "zeebe:{element} has no meaning here", "删除它,或改变任务类型", "Remove it or change the type of the task"
    ),
    "bpmn_repeated_zeebe": Text("zeebe:{element} 出现了多次", "zeebe:{element} occurs more than once", "只保留一个", "Keep one"),
    "bpmn_zeebe_attribute": Text(
        "不支持 zeebe:{element} 的属性 {attribute}={value}",
        "{attribute}={value} of zeebe:{element} is not supported",
        "删除该属性",
        "Remove the attribute",
    ),
    "bpmn_zeebe_missing": Text("zeebe:{element} 缺少 {attribute}", "zeebe:{element} lacks {attribute}", "补上该值", "Add it"),
    "bpmn_missing_extension": Text("缺少 zeebe:{element}", "zeebe:{element} is missing", "在属性面板中补上", "Add it in the properties panel"),
    "bpmn_foreign_expression": Text(
        "表达式 {expression} 不是 FEEL",
        "The expression {expression} is not FEEL",
        "写成以 = 开头的 FEEL,如 =金额 > 1000",
        "Write FEEL that starts with =",
    ),
    "bpmn_expression_needs_feel": Text(
        "这里要写 FEEL 表达式,而不是文字 {expression}", "FEEL is needed here, not the text {expression}", "以 = 开头", "Start it with ="
    ),
    "bpmn_expression_not_static": Text(
        "这里不能用表达式 {expression}", "The expression {expression} is not possible here", "直接写出值", "Write the value itself"
    ),
    "bpmn_empty_expression": Text("表达式为空", "The expression is empty", "填写或删除它", "Fill it in or remove it"),
    "bpmn_script_language": Text(
        "不支持这种脚本({language})", "Scripts in {language} are not supported", "改用 zeebe:script 和 FEEL 表达式", "Use zeebe:script with FEEL"
    ),
    "bpmn_unknown_reference": Text("引用的 {reference} 不存在", "{reference} does not exist", "改为文件中存在的标识", "Refer to an id of this file"),
    "bpmn_missing_reference": Text("没有指定 {attribute}", "{attribute} is missing", "选择或新建所引用的对象", "Choose what it refers to"),
    "bpmn_missing_event_name": Text("{kind_zh}没有名称", "The {kind_en} has no name", "给它一个名称", "Give it a name"),
    "bpmn_missing_error_code": Text("错误没有错误代码", "The error has no error code", "填写 errorCode", "Fill in errorCode"),
    "bpmn_timer_kind": Text(
        "定时器必须恰好有一个时间定义",
        "A timer needs exactly one definition of time",
        "填写日期、时长或周期之一",
        "Fill in a date, duration or cycle",
    ),
    "bpmn_loop_cardinality": Text(
        "多实例不支持 {element}",
        "{element} of a multi-instance activity is not supported",
        "用 zeebe:loopCharacteristics 的 inputCollection,如 =for i in 1..3 return i",
        "Use inputCollection of zeebe:loopCharacteristics, such as =for i in 1..3 return i",
    ),
    "bpmn_loop_unbounded": Text(
        "循环既没有条件也没有最大次数",
        "The loop has neither a condition nor a maximum",
        "填写 loopCondition 或 loopMaximum",
        "Fill in loopCondition or loopMaximum",
    ),
    "bpmn_loop_output": Text(
        "outputCollection 和 outputElement 要么都写,要么都不写",
        "outputCollection and outputElement belong together",
        "补上另一个",
        "Add the other one",
    ),
    "bpmn_bad_number": Text(
        "{attribute} 的值 {value} 不是 {low} 到 {high} 的整数", "{attribute}={value} is no whole number from {low} to {high}", "改正该值", "Mend it"
    ),
    "bpmn_bad_variable": Text(
        "{name} 不能作变量名",
        "{name} is not a variable name",
        "以字母或汉字开头,只含字母、汉字、数字、下划线",
        "Start with a letter; letters, digits and _ only",
    ),
    "bpmn_unknown_property": Text("属性键 {key} 未知", "The property {key} is unknown", "可用的键:{known}", "Known keys: {known}"),
    "bpmn_duplicate_property": Text("属性键 {key} 重复", "The property {key} occurs twice", "只保留一个", "Keep one"),
    "bpmn_misplaced_property": Text("属性 {key} 不能用在这里", "The property {key} has no meaning here", "删除它", "Remove it"),
    "bpmn_bad_field_rights": Text(
        "tuoke.fields 中的“{part}”不正确",
        "“{part}” in tuoke.fields is wrong",
        "写成“字段:read|write|hidden”,用逗号分隔",
        "Write field:read|write|hidden, with commas",
    ),
    "bpmn_job_and_message": Text(
        "发送任务不能既有 taskDefinition 又有消息", "A send task has either a taskDefinition or a message", "只保留一个", "Keep one"
    ),
    "bpmn_flow_mismatch": Text(
        "{direction} 引用的顺序流 {flow} 并不连接该元素",
        "{direction} names the flow {flow}, which is not connected to the element",
        "重新连线",
        "Connect it again",
    ),
    "bpmn_lane_reference": Text(
        "泳道引用的元素 {reference} 不在流程中", "The lane names {reference}, which is not in the process", "重新导出该文件", "Export again"
    ),
    "bpmn_lane_partition": Text(
        "元素同时属于泳道“{first}”和“{second}”", "The element is in the lanes “{first}” and “{second}”", "只放在一条泳道里", "Put it into one lane"
    ),
    "bpmn_extension_required": Text("文件要求理解扩展 {name}", "The file demands that {name} is understood", "删除该扩展", "Remove the extension"),
}
