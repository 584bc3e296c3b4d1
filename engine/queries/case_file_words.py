"""The fixed texts of the case file, Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, str | list[str]]] = {
    "zh": {
        "version": "版本",
        "integrity": "完整性",
        "intact": "✓ 全部 {events} 条事件的哈希链在生成本文件时已核对，完整。",
        "broken": "✗ 哈希链从第 {sequence} 条事件起断开：事件日志被改动过，本文件不能作为证据。",
        "last_hash": "末条事件的哈希（SHA-256）：",
        "data": "数据",
        "decisions": "办理记录",
        "files": "文件",
        "files_head": ["名称", "大小", "谁、何时", "摘要（SHA-256）"],
        "file_removed": "已移除：{reason}",
        "file_of_form": "表单里的文件",
        "history": "经过",
        "history_head": ["序号", "时间", "操作者", "事项"],
        "none": "（无）",
        "made": "{name} 于 {at} 生成",
    },
    "en": {
        "version": "version",
        "integrity": "Integrity",
        "intact": "✓ The hash chain of all {events} events was verified when this file was made: complete and unchanged.",
        "broken": "✗ The hash chain is broken from event {sequence} on: the event log was changed, this file is no evidence.",
        "last_hash": "Hash of the last event (SHA-256): ",
        "data": "Data",
        "decisions": "Decisions",
        "files": "Files",
        "files_head": ["Name", "Size", "Who and when", "Digest (SHA-256)"],
        "file_removed": "removed: {reason}",
        "file_of_form": "from a form",
        "history": "History",
        "history_head": ["No.", "Time", "Person", "What happened"],
        "none": "(none)",
        "made": "Made by {name} at {at}",
    },
}
STATUS = {"active": ("进行中", "active"), "completed": ("已结束", "completed"), "terminated": ("已终止", "terminated")}
HEAD = {
    "process": ("流程", "Process"),
    "instance": ("流程实例", "Instance"),
    "business_key": ("业务主键", "Business key"),
    "status": ("状态", "Status"),
    "outcome": ("结果", "Outcome"),
    "reason": ("原因", "Reason"),
    "started": ("发起", "Started"),
    "ended": ("结束时间", "Ended"),
}
DOCUMENT = {
    "title": ("文案名称", "Document"),
    "status": ("受控状态", "Control status"),
    "number": ("编号", "Number"),
    "department": ("执行部门", "Executing department"),
    "supervision": ("监督部门", "Supervising department"),
    "verification": ("考证部门", "Verifying department"),
    "prepared_on": ("编制日期", "Prepared on"),
    "reviewed_on": ("审核日期", "Reviewed on"),
    "approved_on": ("批准日期", "Approved on"),
    "revision_mark": ("修改标记", "Revision mark"),
    "revision_count": ("修改处数", "Revision count"),
    "revised_on": ("修改日期", "Revised on"),
}
