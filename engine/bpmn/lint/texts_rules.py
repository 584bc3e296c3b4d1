"""Messages of the lint rules: diagrams that can be read but make no sense."""

from __future__ import annotations

from engine.bpmn.lint.texts import Text

TEXTS: dict[str, Text] = {
    "bpmn_no_start": Text("没有开始事件", "There is no start event", "加一个开始事件", "Add a start event"),
    "bpmn_several_starts": Text("有多个空开始事件", "There are several none start events", "只保留一个", "Keep one"),
    "bpmn_sub_process_start": Text(
        "子流程必须恰好有一个空开始事件",
        "A sub-process needs exactly one none start event",
        "只保留一个不带触发的开始事件",
        "Keep one start event without a trigger",
    ),
    "bpmn_no_end": Text("没有结束事件", "There is no end event", "加一个有名称的结束事件", "Add a named end event"),
    "bpmn_end_unnamed": Text(
        "结束事件没有名称,实例就没有结果",
        "The end event has no name, so the instance has no outcome",
        "以结果命名,如“成功”",
        "Name it after the outcome",
        "warning",
    ),
    "bpmn_task_unnamed": Text("用户任务没有名称", "The user task has no name", "用“动词+对象”命名", "Name it verb + object", "warning"),
    "bpmn_event_misplaced": Text(
        "{event_zh}事件不能用作{place_zh}", "A {event_en} event cannot be used as {place_en}", "可用:{allowed_zh}", "Possible: {allowed_en}"
    ),
    "bpmn_boundary_host": Text(
        "边界事件没有附在本层的活动上({host})",
        "The boundary event is not on an activity of its level ({host})",
        "附在任务或子流程上",
        "Attach it to an activity",
    ),
    "bpmn_boundary_error_not_interrupting": Text(
        "错误边界事件必须中断", "An error boundary event always interrupts", "设为中断", "Make it interrupting"
    ),
    "bpmn_boundary_twin": Text(
        "同一活动上已有捕获“{caught}”的边界事件", "The activity has a boundary event for “{caught}” already", "合并为一个", "Merge the two"
    ),
    "bpmn_flow_source": Text("顺序流的起点 {reference} 不存在", "The source {reference} of the flow does not exist", "重新连线", "Connect it again"),
    "bpmn_flow_target": Text("顺序流的终点 {reference} 不存在", "The target {reference} of the flow does not exist", "重新连线", "Connect it again"),
    "bpmn_flow_crosses": Text(
        "顺序流穿过了子流程的边界",
        "The flow crosses the border of a sub-process",
        "经子流程的开始和结束事件相连",
        "Connect to the sub-process itself",
    ),
    "bpmn_incoming_not_allowed": Text("{place_zh}不能有流入的顺序流", "{place_en} may have no incoming flow", "删除该顺序流", "Remove the flow"),
    "bpmn_outgoing_not_allowed": Text(
        "结束事件不能有流出的顺序流", "An end event may have no outgoing flow", "改为中间事件,或删除顺序流", "Use an intermediate event"
    ),
    "bpmn_no_outgoing": Text(
        "之后没有连线,流程在此断开", "Nothing follows: the process breaks off here", "连到下一个元素或结束事件", "Connect it to an end event"
    ),
    "bpmn_event_gateway_target": Text(
        "事件网关之后只能是消息、定时、信号捕获事件或接收任务,不能是“{target}”",
        "An event-based gateway leads to catch events and receive tasks only, not to “{target}”",
        "在其间加一个捕获事件",
        "Put a catch event in between",
    ),
    "bpmn_event_gateway_incoming": Text(
        "事件网关之后的“{target}”还有别的流入",
        "“{target}” behind the event-based gateway has other incoming flows",
        "只从事件网关流入",
        "Let it follow the gateway only",
    ),
    "bpmn_event_gateway_boundary": Text(
        "事件网关之后的接收任务“{target}”不能带边界事件",
        "“{target}” behind the event-based gateway may have no boundary events",
        "去掉边界事件",
        "Remove the boundary events",
    ),
    "bpmn_event_gateway_loop": Text(
        "事件网关之后的接收任务“{target}”不能是多实例或循环",
        "“{target}” behind the event-based gateway may not be repeated",
        "去掉多实例或循环标记,或在它之前加一个普通的捕获事件",
        "Remove the multi-instance or loop marker, or put a plain catch event before it",
    ),
    "bpmn_event_gateway_few": Text(
        "事件网关至少要有两条流出", "An event-based gateway needs two outgoing flows", "加一个事件,或不用网关", "Add an event"
    ),
    "bpmn_condition_missing": Text(
        "从网关“{gateway}”流出的顺序流没有条件,也不是默认流",
        "The flow from gateway “{gateway}” has no condition and is not its default",
        "填写条件,或设为默认流",
        "Add a condition or make it the default flow",
    ),
    "bpmn_condition_misplaced": Text(
        "从{place_zh}流出的顺序流不能有条件", "A flow from {place_en} may have no condition", "删除条件,或改用排他网关", "Remove the condition"
    ),
    "bpmn_default_foreign": Text(
        "默认流 {flow} 不是从这里流出的", "The default flow {flow} does not leave this element", "选一条流出的顺序流", "Choose an outgoing flow"
    ),
    "bpmn_default_condition": Text("默认流不能有条件", "A default flow may have no condition", "删除条件", "Remove the condition"),
    "bpmn_default_needless": Text(
        "默认流之外没有条件流,默认流永远不会走",
        "Without conditional flows the default flow is never taken",
        "给其他流加条件,或取消默认",
        "Add conditions",
    ),
    "bpmn_join_waits_for_ever": Text(
        "从“{split}”分出的分支只走一条,并行汇聚会一直等待",
        "Only one of the branches from “{split}” is taken, so the parallel join waits for ever",
        "改用排他网关汇聚",
        "Join with an exclusive gateway",
        "warning",
    ),
    "bpmn_unreachable": Text("从开始事件到不了这里", "It cannot be reached from a start event", "连上它,或删除", "Connect it or remove it"),
    "bpmn_feel_syntax": Text(
        "{place_zh}的 FEEL 表达式 {expression} 不正确:{reason_zh}",
        "The FEEL expression {expression} ({place_en}) is wrong: {reason_en}",
        "改正表达式",
        "Mend the expression",
    ),
    "bpmn_timer_value": Text(
        "定时器的值 {value} 不正确:{reason_zh}", "The timer's value {value} is wrong: {reason_en}", "{example_zh}", "{example_en}"
    ),
    "bpmn_timer_place": Text("{place_zh}不能用{timer_zh}", "{place_en} cannot have {timer_en}", "改用{allowed_zh}", "Use {allowed_en}"),
    "bpmn_no_correlation_key": Text(
        "消息“{message}”没有关联键,无法知道属于哪个实例",
        "The message “{message}” has no correlation key: nobody knows which instance it is for",
        "在消息上填写 zeebe:subscription correlationKey",
        "Fill in zeebe:subscription correlationKey of the message",
    ),
    "bpmn_unknown_form": Text(
        "表单 {form} 不在流程包中", "The form {form} is not in the pack", "加入该 .form 文件,或改正 formId", "Add the .form file"
    ),
    "bpmn_unknown_decision": Text(
        "决策 {decision} 不在流程包中", "The decision {decision} is not in the pack", "加入该 .dmn 文件,或改正 decisionId", "Add the .dmn file"
    ),
    "bpmn_unknown_process": Text(
        "流程 {process} 不在流程包中", "The process {process} is not in the pack", "加入该流程,或改正 processId", "Add the process"
    ),
    "bpmn_called_process_start": Text(
        "被调用的流程 {process} 没有空开始事件",
        "The called process {process} has no none start event",
        "给它加一个空开始事件",
        "Add a none start event",
    ),
    "bpmn_unknown_role": Text(
        "{place_zh}“{role}”不是 pack.toml 中的岗位", "{place_en} “{role}” is no role of pack.toml", "改用:{known}", "Use one of: {known}"
    ),
    "bpmn_unknown_job": Text("不认识的作业类型 {type}", "The job type {type} is unknown", "可用:{known}", "Possible: {known}"),
    "bpmn_missing_header": Text(
        "作业 {type} 缺少任务头 {header}", "The job {type} lacks the header {header}", "在 zeebe:taskHeaders 中补上", "Add it to zeebe:taskHeaders"
    ),
    "bpmn_unknown_header": Text(
        "作业 {type} 不认识任务头 {header}", "The job {type} does not know the header {header}", "可用:{known}", "Possible: {known}"
    ),
    "bpmn_missing_input": Text(
        "作业 {type} 缺少输入变量 {input}", "The job {type} lacks the input {input}", "在输入映射中补上", "Add an input mapping"
    ),
    "bpmn_unknown_record_type": Text(
        "台账 {record} 不在 pack.toml 中", "The record type {record} is not in pack.toml", "可用:{known}", "Possible: {known}"
    ),
    "bpmn_nobody": Text(
        "没有人能办理:没有泳道、办理人、候选组或候选人",
        "Nobody may do it: no lane, assignee, candidate groups or users",
        "放进泳道,或填写候选组",
        "Put it into a lane",
    ),
    "bpmn_unknown_field": Text(
        "tuoke.fields 中的字段 {field} 不在表单 {form} 里",
        "The form {form} has no field {field} (tuoke.fields)",
        "改为表单中的字段",
        "Use a field of it",
    ),
    "bpmn_fields_without_form": Text(
        "有 tuoke.fields 却没有表单", "There is tuoke.fields but no form", "指定表单,或删除 tuoke.fields", "Choose a form"
    ),
    "bpmn_no_outcome_field": Text(
        "tuoke.outcome 中的 {field} 不是表单里的单选",
        "{field} (tuoke.outcome) is no single choice of the form",
        "改为表单中的单选或下拉字段，或删除;可用:{known}",
        "Name a radio or select of the form, or remove it; possible: {known}",
    ),
    "bpmn_no_glance_field": Text(
        "tuoke.glance 中的 {field} 不是表单里的单个短字段",
        "{field} (tuoke.glance) is no single short field of a form",
        "改为表单中的字段，列表、附件和多行文字除外;可用:{known}",
        "Name fields of the forms, no lists, files or long texts; possible: {known}",
    ),
    "bpmn_calls_itself": Text(
        "流程一启动就无条件调用自己,永远不会结束", "The process calls itself at once and for ever", "加上条件或等待", "Add a condition or a wait"
    ),
    "bpmn_call_cycle": Text(
        "流程可能不经等待就循环调用:{path}",
        "Processes may call each other without any wait: {path}",
        "确认循环会结束",
        "Make sure that it ends",
        "warning",
    ),
}
