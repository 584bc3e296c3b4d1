"""Messages about files: bytes, XML, pack.toml, what the pack holds."""

from __future__ import annotations

from engine.bpmn.lint.texts import Text

TEXTS: dict[str, Text] = {
    "file_empty": Text("文件是空的", "The file is empty", "重新导出该文件", "Export the file again"),
    "file_too_large": Text(
        "文件大小 {size_bytes} 字节,超过上限 {limit_bytes} 字节",
        "The file has {size_bytes} bytes, more than the limit of {limit_bytes}",
        "去掉内嵌图片等多余内容,或拆成几个流程",
        "Remove embedded pictures, or split it into several processes",
    ),
    "file_too_many_findings": Text(
        "问题超过 {limit} 个,其余不再列出",
        "More than {limit} problems; the others are not listed",
        "先解决已列出的问题",
        "Mend those that are listed first",
    ),
    "pack_too_large": Text(
        "流程包共 {size_bytes} 字节,超过上限 {limit_bytes} 字节",
        "The pack has {size_bytes} bytes, more than the limit of {limit_bytes}",
        "拆成几个流程包",
        "Split it into several packs",
    ),
    "pack_too_many_files": Text(
        "流程包有 {count} 个文件,超过上限 {limit}", "The pack has {count} files, more than {limit}", "拆成几个流程包", "Split the pack"
    ),
    "pack_empty": Text(
        "流程包里没有可执行的流程",
        "The pack holds no executable process",
        "加入 .bpmn 文件,并把流程设为可执行",
        "Add a .bpmn file and mark its process executable",
    ),
    "pack_bad_file_name": Text(
        "文件名 {name} 不允许",
        "The file name {name} is not allowed",
        "使用流程包内的相对路径,不含 .. 和控制字符",
        "Use a path inside the pack, without ..",
    ),
    "pack_unknown_file": Text(
        "流程包不使用这种文件,已忽略",
        "The pack makes no use of this kind of file",
        "只保留 .bpmn、.dmn、.form、pack.toml 和 scenarios/*.toml",
        "Keep .bpmn, .dmn, .form, pack.toml and scenarios/*.toml",
        "warning",
    ),
    "pack_file_kind": Text(
        "流程包里不放这种文件",
        "A pack holds no files of this kind",
        "可以放 .bpmn、.dmn、.form、pack.toml、scenarios/*.toml、图片和说明(.md、.txt、.pdf)",
        "It holds .bpmn, .dmn, .form, pack.toml, scenarios/*.toml, pictures and notes (.md, .txt, .pdf)",
    ),
    "xml_undecodable": Text(
        "无法识别文件的文字编码", "The character encoding of the file cannot be recognised", "以 UTF-8 编码重新保存", "Save it as UTF-8"
    ),
    "xml_other_kind": Text(
        "这是 {kind} 文件,只是文件名像流程图或决策表",
        "This is a {kind} file; only its name is that of a diagram or decision",
        "从建模工具导出 .bpmn 或 .dmn 再上传",
        "Export a .bpmn or .dmn file from the modelling tool",
    ),
    "xml_not_xml": Text(
        "文件内容不是 XML,开头是“{start}”",
        "The file is no XML; it begins with “{start}”",
        "用建模工具重新导出该文件",
        "Export the file again with the modelling tool",
    ),
    "xml_encoding_wrong": Text(
        "文件声明的编码是 {declared}(没有声明即 UTF-8),但内容不是;看起来是 {likely}",
        "The file declares the encoding {declared} (UTF-8 where nothing is declared) but is not in it; it looks like {likely}",
        "以 UTF-8 编码重新保存,或在第一行声明真正的编码",
        "Save it as UTF-8, or declare its real encoding in the first line",
    ),
    "xml_encoding_guessed": Text(
        "文件声明的编码是 {declared},实际按 {used} 读取",
        "The file declares the encoding {declared} but was read as {used}",
        "以 UTF-8 编码重新保存",
        "Save it as UTF-8",
        "warning",
    ),
    "xml_illegal_character": Text(
        "含有 XML 不允许的字符 {character}", "Contains the character {character}, which XML does not allow", "删除该字符", "Remove it"
    ),
    "xml_doctype": Text(
        "不允许 DOCTYPE 声明(可能引用外部文件)", "A DOCTYPE declaration is not allowed", "删除 DOCTYPE 声明", "Remove the DOCTYPE declaration"
    ),
    "xml_syntax": Text(
        "不是正确的 XML({place}):{reason}",
        "Not well-formed XML ({place_en}): {reason_en}",
        "改正那里,或用建模工具重新导出该文件",
        "Mend it there, or export the file again with the modelling tool",
    ),
    "xml_too_deep": Text("XML 嵌套太深", "The XML is nested too deeply", "减少子流程的嵌套层数", "Nest fewer sub-processes"),
    "xml_not_bpmn": Text(
        "不是 BPMN 2.0 文件:根元素是 {root}",
        "Not a BPMN 2.0 file: the root element is {root}",
        "从建模工具导出 BPMN 2.0 XML",
        "Export BPMN 2.0 XML from the modelling tool",
    ),
    "bpmn_too_many_elements": Text(
        "流程有 {count} 个元素,超过上限 {limit}",
        "The process has {count} elements, more than {limit}",
        "用调用活动拆成几个流程",
        "Split it with call activities",
    ),
    "pack_toml_syntax": Text(
        "pack.toml 不是正确的 TOML({place}):{reason}",
        "pack.toml is not valid TOML ({place_en}): {reason_en}",
        "改正那里",
        "Mend it there",
    ),
    "pack_unknown_key": Text("pack.toml 中的键 {key} 未知", "The key {key} in pack.toml is unknown", "可用的键:{known}", "Known keys: {known}"),
    "pack_missing_key": Text("pack.toml 缺少 {key}", "pack.toml lacks {key}", "补上该键", "Add the key"),
    "pack_wrong_type": Text("pack.toml 的 {key} 应为{expected}", "{key} in pack.toml should be {expected_en}", "改正该值", "Mend the value"),
    "pack_bad_key": Text(
        "pack.toml 的 {key} 的值 {value} 不是标识(小写字母、数字、下划线,以字母开头)",
        "{key} in pack.toml: {value} is not an identifier (lower-case letters, digits, underscore, first a letter)",
        "改用英文标识",
        "Use an ASCII identifier",
    ),
    "pack_duplicate_key": Text(
        "pack.toml 中 {key} 的 {value} 重复", "{value} occurs twice for {key} in pack.toml", "改名或删除其中一个", "Rename or remove one"
    ),
    "pack_unknown_duty": Text(
        "岗位“{role}”的职责 {element} 不是流程包中的元素",
        "The duty {element} of role “{role}” is no element of the pack",
        "改为元素标识",
        "Use an element id",
    ),
    "pack_unknown_process": Text(
        "岗位“{role}”可发起的流程 {process} 不存在", "Role “{role}” may start {process}, which does not exist", "改为流程标识", "Use a process key"
    ),
    "pack_unknown_role": Text(
        "台账“{record}”的 {key} 中没有岗位 {role}", "{key} of record “{record}” names the unknown role {role}", "改为岗位标识", "Use a role key"
    ),
    "pack_unknown_form": Text(
        "台账“{record}”的表单 {form} 不存在", "The form {form} of record “{record}” does not exist", "加入该表单", "Add the form"
    ),
    "pack_unknown_field": Text(
        "台账“{record}”的 {key} 中,字段 {field} 不在表单 {form} 里",
        "{key} of record “{record}” names {field}, which form {form} lacks",
        "改为表单中的字段",
        "Use a field of the form",
    ),
    "form_unknown_register": Text(
        "values.record 指的台账 {record} 不在 pack.toml 中",
        "values.record names the register {record}, which is not in pack.toml",
        "可用的台账：{known}；或在 pack.toml 中加入 [[record]]",
        "Registers of the pack: {known}; or add a [[record]] to pack.toml",
    ),
    "form_unknown_register_field": Text(
        "{property} 指的 {field} 不是台账“{record}”的顶层字段",
        "{property} names {field}, which is no top-level field of the register “{record}”",
        "可用的字段：{known}",
        "Fields of the register: {known}",
    ),
    "form_register_value": Text(
        "values.value 指的 {field} 不存文字，不能代表台账“{record}”中的一条记录",
        "values.value names {field}, which holds no text and cannot stand for a record of “{record}”",
        "改为文字字段，或删除 values.value（值为记录的 id 与标题）",
        "Name a text field, or remove values.value (the value is then id and title of the record)",
    ),
    "form_register_value_twice": Text(
        "values.value 指的 {field} 在台账“{record}”中不唯一，几条记录会分不开",
        "values.value names {field}, which is not unique in “{record}”: records may be taken for each other",
        "在 pack.toml 中把它列入 unique，或删除 values.value",
        "List it under unique in pack.toml, or remove values.value",
        "warning",
    ),
    "pack_duplicate_process": Text(
        "流程标识 {process} 在文件 {other} 中已经定义",
        "The process key {process} is defined in {other} already",
        "改用另一个流程标识",
        "Use another process id",
    ),
    "pack_duplicate_decision": Text(
        "决策标识 {decision} 在文件 {other} 中已经定义",
        "The decision {decision} is defined in {other} already",
        "改用另一个决策标识",
        "Use another decision id",
    ),
    "pack_duplicate_form": Text(
        "表单标识 {form} 在文件 {other} 中已经定义", "The form {form} is defined in {other} already", "改用另一个表单标识", "Use another form id"
    ),
}
