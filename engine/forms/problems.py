"""What can be wrong with a field, in words. One table, both languages; codes are stable."""

from __future__ import annotations

from engine.model.errors import FieldProblem

_MESSAGES: dict[str, tuple[str, str]] = {
    "required": ("此项必填", "This field is required"),
    "type": ("内容的类型不正确", "The value has the wrong type"),
    "bad_characters": ("含有不能保存的字符", "Contains characters that cannot be stored"),
    "line_break": ("此项只能填一行", "Only one line is allowed"),
    "too_long": ("最多 {limit} 个字符，现有 {length} 个", "At most {limit} characters, now {length}"),
    "too_short": ("至少 {limit} 个字符，现有 {length} 个", "At least {limit} characters, now {length}"),
    "pattern": ("格式不正确", "The format is not right"),
    "pattern_timeout": (
        "格式检查用时过长，请联系流程管理员修改此表单的正则表达式",
        "Checking the format took too long; the form's pattern must be changed",
    ),
    "email": ("邮箱格式不正确", "Not a valid e-mail address"),
    "phone": ("电话格式不正确", "Not a valid telephone number"),
    "number": ("请输入数字", "Enter a number"),
    "number_size": ("数字过长，最多 {limit} 位", "The number is too long, at most {limit} digits"),
    "too_many_digits": ("最多 {limit} 位小数", "At most {limit} decimals"),
    "too_small": ("不得小于 {limit}", "Must not be less than {limit}"),
    "too_large": ("不得大于 {limit}", "Must not be more than {limit}"),
    "increment": ("须为 {step} 的整数倍", "Must be a multiple of {step}"),
    "date": ("日期格式不正确，例如 2026-01-31", "Not a valid date, for example 2026-01-31"),
    "time": ("时间格式不正确，例如 14:30", "Not a valid time, for example 14:30"),
    "datetime": ("日期时间格式不正确，例如 2026-01-31 14:30", "Not a valid date and time, for example 2026-01-31 14:30"),
    "no_such_time": ("当地没有这个时刻（夏令时切换）", "This local time does not exist (daylight saving)"),
    "too_early": ("不得早于 {limit}", "Must not be before {limit}"),
    "too_late": ("不得晚于 {limit}", "Must not be after {limit}"),
    "date_past": ("不得早于今天", "Must not be in the past"),
    "choice": ("请选择列表中的值", "Choose a value from the list"),
    "too_many_options": ("选项超过 {limit} 个，无法显示", "More than {limit} options, cannot be shown"),
    "too_slow": ("表单规则用时过长，请减少行数，或请流程管理员简化规则", "The form's rules took too long; use fewer rows or simplify the rules"),
    "unknown_field": ("表单中没有此项", "The form has no such field"),
    "too_many_problems": ("问题过多，此处只列出前 {limit} 个", "Too many problems; only the first {limit} are listed"),
    "read_only": ("此项只读，不能修改", "This field is read-only and cannot be changed"),
    "time_step": ("时间须为 {minutes} 分钟的整数倍", "The time must be a multiple of {minutes} minutes"),
    "too_few_rows": ("至少 {limit} 行", "At least {limit} rows"),
    "file_unknown": ("附件不存在、已被清理，或不是你上传的，请重新上传", "The file does not exist, was removed, or is not yours; upload it again"),
    "file_type": ("“{name}”的类型不符，只接受 {accept}", "“{name}” is not of an accepted type ({accept})"),
    "file_content": ("“{name}”的内容与扩展名不符", "The content of “{name}” is not what its name says"),
    "file_size": ("“{name}”超过 {megabytes} MB", "“{name}” is larger than {megabytes} MB"),
    "file_empty": ("“{name}”是空文件", "“{name}” is empty"),
    "too_many_files": ("最多 {limit} 个附件", "At most {limit} files"),
    "too_many_uploads": ("你上传后没有提交的附件太多，请先提交或移除一些", "You have uploaded too many files that are not submitted yet"),
    "no_register": ("没有可查看的台账，请联系管理员", "There is no register that you may see; ask an administrator"),
    "too_many_rows": ("最多 {limit} 行", "At most {limit} rows"),
    "rows_fixed": ("不能增加或删除行，应为 {count} 行", "Rows cannot be added or removed; there must be {count}"),
    "too_many_fields": ("提交的数据项过多，最多 {limit} 项", "Too many values were sent, at most {limit}"),
    "rule_failed": ("表单规则无法计算：{reason}", "A rule of the form could not be evaluated: {reason_en}"),
}
CODES = frozenset(_MESSAGES)


def problem_text(problem: FieldProblem, language: str = "zh") -> str:
    """The sentence for people. A pattern's own message, written by the analyst, goes first. Raises KeyError on a code that forms do not know."""
    values = problem.values
    if problem.code == "pattern":
        own = (values.get("message_en") if language == "en" else None) or values.get("message")
        if own:
            return str(own)
    return _MESSAGES[problem.code][1 if language == "en" else 0].format_map(values)
