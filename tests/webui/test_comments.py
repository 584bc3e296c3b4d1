"""Comments in a browser without scripts: what is typed is kept when refused, nothing typed becomes markup."""

from __future__ import annotations

import pytest

from tests.webui.test_tasklist import Visit, text
from tests.webui.website import Visitor, offered
from webui.staff.comments import linked


@pytest.fixture(scope="module")
def visitor(visitor_of_module: Visit) -> Visit:
    return visitor_of_module


def test_written_mentioned_refused_and_deleted(engine, visitor: Visit):
    (task,) = offered(engine, visitor, "留言甲")
    instance_id = task.partition(".")[0]
    case, address = f"/instances/{instance_id}", f"/instances/{instance_id}/comments"
    li, wu = visitor("liqiang"), visitor("wuhao")
    assert f"/instances/{instance_id}/comments" in li.get(f"/tasks/{task}").text
    refused = li.post(address, {"text": "@吴昊 <script>看</script>"})
    assert refused.status_code == 422
    assert "吴昊 看不到这个流程" in refused.text
    assert "@吴昊 &lt;script&gt;看&lt;/script&gt;</textarea>" in refused.text
    for words in ("", "长" * 4001, "@没有这个人"):
        assert li.post(address, {"text": words}).status_code == 422
    key = {"text": "<script>alert(1)</script>\n见 https://example.org/a?b=1&c=2。", "request_key": "k"}
    for _ in range(2):
        assert (li.post(address, key)).location == case
    page = li.page(case)
    assert page.xpath("//*[@class='comment-text']//script") == []
    assert page.xpath("//*[@class='comment-text']/a/@href") == ["https://example.org/a?b=1&c=2"]
    assert len(page.xpath("//*[@class='comment-text']")) == 1
    changed(li, visitor("auditor"), case, page)
    li.post(f"{case}/copies", {"user_id": "wuhao"})
    assert li.post(address, {"text": "@吴昊 请看"}).status_code == 303
    assert "请看" in text(wu.page(case))
    for action in ("delete", "change"):
        assert wu.post(f"{address}/{action}", {"number": "1", "seen": "x", "text": "x"}).status_code == 404
    assert li.post(f"{address}/delete", {"number": "1"}).status_code == 303
    after = text(li.page(case))
    assert "alert(1)" not in after
    assert "这条留言已由本人删除" in after
    zheng = visitor("zhenglan")
    assert [zheng.get(address).status_code, zheng.post(address, {"text": "x"}).status_code] == [404, 404]
    assert zheng.post(f"{address}/delete", {"number": "2"}).status_code == 404


def changed(writer: Visitor, auditor: Visitor, case: str, page) -> None:
    address = f"{case}/comments/change"
    seen = page.xpath("string(//form[contains(@action, '/comments/change')]//input[@name='seen']/@value)")
    assert writer.post(address, {"number": "1", "seen": seen, "text": ""}).status_code == 422
    assert writer.post(address, {"number": "1", "seen": "x", "text": "<i>改</i>"}).status_code == 409
    assert writer.post(address, {"number": "1", "seen": seen, "text": "<i>改过</i>"}).location == case
    after = writer.page(case)
    assert "已修改" in text(after)
    assert "<i>改过</i>" in text(after)
    assert "alert(1)" not in text(after)
    replayed = text(auditor.page(case.replace("instances", "audit")))
    assert all(words in replayed for words in ("alert(1)", "<i>改过</i>", "修改之前的文字", "与记录的摘要相符"))


@pytest.mark.parametrize(
    "given, html",
    [
        ("javascript:alert(1) <a>", "javascript:alert(1) &lt;a&gt;"),
        ('https://a.example/"onx=1', '<a href="https://a.example/" rel="noopener noreferrer nofollow">https://a.example/</a>&#34;onx=1'),
        ("见http://a.example。好", '见<a href="http://a.example" rel="noopener noreferrer nofollow">http://a.example</a>。好'),
    ],
)
def test_addresses_become_links_and_nothing_else(given, html):
    assert str(linked(given)) == html


def test_beside_a_task_they_are_read_written_and_changed_in_place(engine, visitor: Visit):
    (task,) = offered(engine, visitor, "旁边留言")
    instance_id = task.partition(".")[0]
    li, address = visitor("liqiang"), f"/instances/{instance_id}/comments"
    page = li.page(f"/tasks/{task}")
    assert page.xpath("string(//details[@id='comments']/summary/*[@class='count'])") == "0"
    assert not page.xpath("//details[@id='comments'][@open]")
    given = {"place": "task", "next": f"/tasks/{task}"}
    part = li.post(address, {"text": "看过了", **given}, **{"HX-Request": "true"})
    assert (part.status_code, part.text.lstrip().startswith("<details"), "留言已经写上" in part.text) == (200, True, True)
    refused = li.post(address, {"text": "@没有这个人", **given}, **{"HX-Request": "true"})
    assert (refused.status_code, "@没有这个人</textarea>" in refused.text, "不是任何人" in refused.text) == (422, True, True)
    # Without scripts: back at the task, which says it once.
    assert li.post(address, {"text": "第二条", **given}).location == f"/tasks/{task}"
    page = li.page(f"/tasks/{task}")
    assert page.xpath("//details[@id='comments'][@open]")
    assert "留言已经写上" in text(page)
    assert "留言已经写上" not in text(li.page(f"/tasks/{task}"))
