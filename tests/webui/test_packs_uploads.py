"""Uploads go into the working copy of their pack: compared, tried and released there; what colleagues changed is told first."""

from __future__ import annotations

from collections.abc import Callable

from tests.webui.packs_sent import counts, deploy, released, revision, small, zipped
from tests.webui.website import Visitor


def test_an_upload_is_compared_tried_and_then_released(engine, visitor: Callable[[str | None], Visitor]):
    browser, count = visitor("admin"), counts(engine)
    before = count()
    whole = [("pack.zip", zipped({"one.bpmn": small("one", "流程一"), "notes/a.toml": b"name = 'a'"}, "文件夹/里面/"))]
    taken = deploy(browser, whole)
    assert (taken.status_code, taken.location, count()) == (303, "/packs/one/edit/release", before)
    sheet = browser.get(taken.location).text
    assert ("已放进工作副本：notes/a.toml、one.bpmn" in sheet, "第一次发布" in sheet) == (True, True)
    first = released(browser, whole, note="第一版 <b>")
    assert (first.status_code, first.location) == (303, "/packs/one?part=releases")
    page = browser.get(first.location).text
    assert "已经发布：流程一 第 1 版" in page
    assert ("第一版 &lt;b&gt;" in page, "第一次部署，2 个文件" in page, "试过的就是部署的文件" in page) == (True, True, True)
    same = deploy(browser, [("one.bpmn", small("one", "流程一"))], into="one")
    assert same.location == "/packs/one?part=releases"
    assert "和现在的部署完全一样，没有产生新版本" in browser.get(same.location).text
    assert browser.client.get("/packs/one/edit").status_code == 404, "no working copy is left behind"
    fragment = deploy(browser, [("a.toml", b""), ("one.bpmn", small("one", "新名字"))], into="one", HX_Request="true")
    assert (fragment.status_code, fragment.headers["HX-Redirect"]) == (200, "/packs/one/edit/release")
    sheet = browser.page("/packs/one/edit/release")
    differing = sheet.xpath("//details[contains(@class, 'changed-file')]//h3/text()")
    assert differing == ["notes/a.toml", "one.bpmn"], "only what differs, a file of a folder in its folder"
    assert "新名字" in browser.get("/packs/one/edit/release").text
    assert released(browser, [("one.bpmn", small("one", "新名字"))], into="one").status_code == 303, "one's own upload is there already"
    assert browser.page("/packs/one?part=files").xpath("//td[contains(., 'notes/a.toml')]")


def test_changes_of_a_colleague_are_told_before_an_upload_goes_over_them(visitor: Callable[[str | None], Visitor]):
    browser, other = visitor("admin"), visitor("analyst")
    released(browser, [("between.bpmn", small("between")), ("readme.md", b"x")])
    assert deploy(other, [("readme.md", "同事的".encode())], into="between").status_code == 303
    mine = [("between.bpmn", small("between", "我的"))]
    answer = deploy(browser, mine, into="between")
    assert answer.status_code == 409
    assert [word for word in ("工作副本里有还没有发布的修改", "readme.md", "什么都没有放进去", "仍然放进去") if word not in answer.text] == []
    over = answer.text.partition('name="over" value="')[2].partition('"')[0]
    assert deploy(browser, mine, into="between", over=str(int(over) + 1)).status_code == 409
    assert released(browser, mine, into="between", over=over).status_code == 303
    assert browser.get("/packs/between/file?name=readme.md").data.decode() == "同事的"
    assert "我的" in browser.get("/packs/between").text


def test_what_was_wrong_already_does_not_keep_a_file_out(visitor: Callable[[str | None], Visitor]):
    browser = visitor("admin")
    released(browser, [("half.bpmn", small("half")), ("other.bpmn", small("other"))])
    assert browser.post("/packs/half/edit", {}).status_code == 303
    unfinished = small("other").replace(b'targetRef="end"', b'targetRef="nowhere"')
    sent = browser.client.get("/packs/half/edit/content?name=other.bpmn").headers["X-Revision"]
    browser.client.post(
        f"/packs/half/edit/content?name=other.bpmn&expected={sent}", data=unfinished, headers={"X-CSRFToken": browser.token("/tasks")}
    )
    mended = [("half.bpmn", small("half", "好的"))]
    assert deploy(browser, mended, into="half").status_code == 409, "what was drawn in the browser is asked about"
    assert deploy(browser, mended, into="half", over=revision(browser, "half")).status_code == 303
    broken = [("half.bpmn", small("half").replace(b'sourceRef="start"', b'sourceRef="gone"'))]
    answer = deploy(browser, broken, into="half", over=revision(browser, "half"))
    assert (answer.status_code, "half.bpmn" in answer.text, "nowhere" in answer.text) == (422, True, False)
    assert browser.page("/packs/half/edit/release").xpath("//button[@disabled and contains(., '发布')]"), "the unfinished file stands against it"


def test_files_alone_find_their_pack(visitor: Callable[[str | None], Visitor]):
    browser = visitor("admin")
    released(browser, [("pack.zip", zipped({"alone.bpmn": small("alone"), "notes/own.md": b"x", "shared.md": b"x"}))])
    assert browser.page("/deploy").xpath("string(//select[@name='into']/option[1]/@value)") == "auto"
    taken = deploy(browser, [("own.md", b"new")], into="auto")
    assert taken.location == "/packs/alone/edit/release"
    assert browser.page(taken.location).xpath("//details[contains(@class, 'changed-file')]//h3/text()") == ["notes/own.md"]
    assert deploy(browser, [("new_one.bpmn", small("new_one"))], into="auto").location == "/packs/new_one/edit/release"
    released(browser, [("other_pack.bpmn", small("other_pack")), ("shared.md", b"y")])
    asked = deploy(browser, [("shared.md", b"z")], into="auto")
    assert (asked.status_code, "几个流程包里都有这个名称的文件" in asked.text) == (422, True)
    broken = deploy(browser, [("pack.zip", b"no zip")], into="auto")
    assert (broken.status_code, "不是能打开的 zip 压缩包" in broken.text) == (422, True)
