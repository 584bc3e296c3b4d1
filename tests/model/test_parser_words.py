"""What the parsers say about broken files, in both languages: every kind of mistake has words of its own, at a line and a column."""

from __future__ import annotations

import re
import tomllib

import pytest
from lxml import etree

from engine.bpmn.dialect import read_file
from engine.bpmn.dialect.settings import SettingsReader
from engine.bpmn.lint import finding_text
from engine.dmn import DmnRejected, load
from engine.model.parser_words import toml_reason, xml_reason

CHINESE = re.compile(r"[\u3400-\u9fff]")
XML = {
    "<a>": "<a> 没有结束",
    "<a>\n<b></a>": "第 2 行开始的 <b> 没有结束,却遇到 </a>",
    "<a": "第 1 行的 <a 没有写完",
    "<a b=c/>": "引号",
    '<a b="1" b="2"/>': "属性 b 写了两次",
    "<a>&x;</a>": "&x; 没有定义",
    "<a>&</a>": "&amp;",
    '<a x:b="1"/>': "前缀 x:",
    '<a b="<"/>': "&lt;",
    "<a/><b/>": "最外层的元素结束之后",
    "<a b/>": "属性 b 没有值",
    "<!-- a -- b --><a/>": "注释",
    "<1/>": "元素的名称",
    "<a>]]></a>": "]]>",
    '<a xmlns:x=""/>': "没有地址",
    "<a>\x01</a>": "不允许的字符",
    "<a>&#0;</a>": "不允许的字符",
    '<?xml version="9"?><a/>': "XML 声明",
    "<a><![CDATA[x</a>": "CDATA",
    "<a><!-- x</a>": "注释",
    '<a b="1"c="2"/>': "空格",
    "<x:a/>": "前缀 x:",
}
TOML = {
    "a = 1 2": "一行只能写一项",
    "a\n": "要有 =",
    "a = ": "值的写法不对",
    "a = [1": "列表没有结束",
    "a = {b = 1": "{…} 没有结束",
    'a = "x': "缺少引号",
    'a = "\\q"': "\\ 写法不对",
    "[a\n": "[…] 没有结束",
    "[[a]\n": "[[…]] 没有结束",
    "[a]\n[a]": "表写了两次",
    "a = 1\na = 2": "同一个键",
    "a = 2026-02-30": "没有这个日期",
    "= 1": "这一行的写法不对",
    "a.= 1": "键的写法不对",
    "a = x": "值的写法不对",
    "# \x01": "不允许的字符",
    'a = "\\u12"': "\\ 写法不对",
    "a = {b = 1, b = 2}": "同一个键",
}


@pytest.mark.parametrize("text", XML)
def test_every_mistake_in_xml_has_its_words(text: str):
    with pytest.raises(etree.XMLSyntaxError) as refused:
        etree.fromstring(text.encode())
    reason = xml_reason(refused.value.msg or "", refused.value.position)
    assert XML[text] in reason.zh
    assert reason.en
    assert not CHINESE.search(reason.en + reason.place_en)
    assert re.fullmatch(r"第 \d+ 行第 \d+ 列", reason.place)


@pytest.mark.parametrize("text", TOML)
def test_every_mistake_in_toml_has_its_words(text: str):
    with pytest.raises(tomllib.TOMLDecodeError) as refused:
        tomllib.loads(text)
    reason = toml_reason(str(refused.value))
    assert TOML[text] in reason.zh
    assert not CHINESE.search(reason.en + reason.place_en)
    assert reason.en != str(refused.value)


def test_a_reason_that_nobody_foresaw_is_still_said():
    assert xml_reason("Something new, line 3, column 4", (3, 4)).zh == "XML 的写法不对"
    assert toml_reason("Something new (at line 3, column 4)").place == "第 3 行第 4 列"


def test_findings_say_it_in_the_language_of_the_reader():
    reader = SettingsReader()
    reader.read(b'[pack]\nkey = "a\n')
    found = {finding for finding in reader.findings if finding.code == "pack_toml_syntax"}.pop()
    assert found.line == 2
    assert found.message == "pack.toml 不是正确的 TOML(第 2 行第 9 列):有不允许的字符"
    assert finding_text(found, "en") == "pack.toml is not valid TOML (line 2, column 9): There is a character that is not allowed"
    [broken] = read_file(b"<definitions>\n<a></definitions>", "x.bpmn").findings
    assert (broken.line, broken.message) == (2, "不是正确的 XML(第 2 行第 18 列):第 2 行开始的 <a> 没有结束,却遇到 </definitions>")
    with pytest.raises(DmnRejected) as refused:
        load(b"<definitions>\n<a></definitions>", "x.dmn")
    [dmn] = refused.value.findings
    assert (dmn.line, dmn.message.partition("(")[0]) == (2, "不是正确的 XML")
    assert dmn.message_en is not None
    assert dmn.message_en.startswith("Not well-formed XML (line 2, column 18)")
