"""Deploying through the page and as a tool: what is wrong is said with place and reason in both languages, and nothing is stored."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.webui.packs_sent import FILES, changed, counts, deploy, encoded, released, small, without, zipped
from tests.webui.website import PASSWORD, Visitor, forget_attempts
from webui.sandbox.mount import EXTENSION

MAIN = "customer_development.bpmn"
Sent = list[tuple[str, bytes]]


def send(client: FlaskClient, files: Sent, **headers: str) -> TestResponse:
    """As a tool does."""
    body, media_type = encoded(files, note="由工具")
    return client.post("/api/deployments", data=body, content_type=media_type, headers=headers)


def as_zip(files: Mapping[str, bytes]) -> Sent:
    return [("pack.zip", zipped(files))]


BAD: dict[str, tuple[Sent, tuple[str, ...], tuple[str, ...]]] = {
    "broken XML": (
        as_zip(FILES | {MAIN: FILES[MAIN][:-200]}),
        (MAIN, "第 ", "XML"),
        (MAIN, "Line ", "XML"),
    ),
    "wrong encoding": (
        as_zip(FILES | {"broken.bpmn": b'<?xml version="1.0" encoding="UTF-8"?><a>\xff\xfe\x00\xd8\x80</a>'}),
        ("broken.bpmn", "怎么改："),
        ("broken.bpmn", "How to mend it"),
    ),
    "missing form": (
        as_zip(without("contact_plan.form")),
        ("carry_out_development.bpmn", "表单 contact_plan 不在流程包中", "制定初步接触计划", "plan_contact", "加入该 .form 文件"),
        ("The form contact_plan is not in the pack", "plan_contact", "Add the .form file"),
    ),
    "FEEL typo": (
        [
            (
                "typo.bpmn",
                small("typo").replace(b'targetRef="end"/>', b'targetRef="end"><conditionExpression>=1 +</conditionExpression></sequenceFlow>'),
            )
        ],
        ("typo.bpmn", "FEEL", "flow", "不正确"),
        ("typo.bpmn", "FEEL expression", "line 1, character"),
    ),
    "unknown element": (
        [
            (
                "odd.bpmn",
                small("odd").replace(b'<endEvent id="end" name="', '<complexGateway id="gate" name="怪网关"/><endEvent id="end" name="'.encode()),
            )
        ],
        ("odd.bpmn", "怪网关", "不支持复杂网关"),
        ("odd.bpmn", "gate", "How to mend it"),
    ),
    "two definitions of one key": (
        [("a.bpmn", small("twice")), ("b.bpmn", small("twice"))],
        ("b.bpmn", "twice", "a.bpmn"),
        ("b.bpmn", "twice", "a.bpmn"),
    ),
    "key of another pack": (
        [("mine.bpmn", small("progress_reporting"))],
        ("mine.bpmn", "流程标识 progress_reporting 已属于流程包 customer_development"),
        ("The process key progress_reporting belongs to the pack customer_development",),
    ),
    "broken form": (
        as_zip(FILES | {"contact_plan.form": b'{"type": "default",'}),
        ("contact_plan.form", "不是合法的 JSON"),
        ("contact_plan.form", "The file is not valid JSON"),
    ),
    "broken decision": (
        as_zip(changed("enterprise_customer_class.dmn", 'hitPolicy="UNIQUE"', 'hitPolicy="SOMETIMES"')),
        ("enterprise_customer_class.dmn", "命中策略“SOMETIMES”不存在", "企业客户分类"),
        ("here is no hit policy “SOMETIMES”", "Use one of UNIQUE, FIRST"),
    ),
    "no zip": ([("pack.zip", b"not a zip at all" * 100)], ("pack.zip", "不是能打开的 zip 压缩包"), ("This is no zip that can be opened",)),
    "outside the pack": (
        [("pack.zip", zipped({"../../etc/cron.d/x": b"x", MAIN: FILES[MAIN]}))],
        ("../../etc/cron.d/x", "指向流程包以外"),
        ("points outside the pack",),
    ),
    "zip bomb": (
        [("bomb.zip", zipped({f"{number}.txt": bytes(9_000_000) for number in range(4)}))],
        ("bomb.zip", "解开后超过 20 MB"),
        ("It unpacks to more than 20 MB",),
    ),
    "file of 11 MB": (
        [("big.bpmn", b"<a>" + b" " * 11_000_000 + b"</a>")],
        ("big.bpmn", "超过上限 10000000 字节"),
        ("big.bpmn", "more than the limit of 10000000"),
    ),
    "several packs": (
        [("two.zip", zipped({"a/pack.toml": b"", "b/pack.toml": b""}))],
        ("有几个流程包:a、b",),
        ("several packs: a, b",),
    ),
    "settings inside": (
        [("odd.zip", zipped({"a/pack.toml": b"", "b.bpmn": small("b")}))],
        ("pack.toml 在文件夹 a 里",),
        ("pack.toml is in the folder a",),
    ),
    "zip among files": (as_zip(FILES) + [("x.bpmn", small("x"))], ("压缩包要单独上传",), ("A zip must be uploaded alone",)),
    "nothing to run": ([("contact_plan.form", FILES["contact_plan.form"])], ("流程包里没有可执行的流程",), ("The pack holds no executable process",)),
}


@pytest.fixture(scope="module")
def admin(visitor_of_module: Callable[[str | None], Visitor]) -> Visitor:
    return visitor_of_module("admin")


@pytest.mark.parametrize("name", BAD)
def test_bad_packs_are_refused_in_words_and_change_nothing(engine, admin: Visitor, name: str):
    sent, chinese, english = BAD[name]
    browser, count = admin, counts(engine)
    before = count()
    for language, words in (("zh", chinese), ("en", english)):
        browser.post("/preferences", {"language": language})
        answer = deploy(browser, sent)
        assert answer.status_code == 422, answer.text[:2000]
        found = answer.text.replace("&#34;", '"').replace("&#39;", "'")
        assert [word for word in words if word not in found] == [], found[found.find("deploy-answer") :][:4000]
        assert ("没有放进去" if language == "zh" else "Not taken") in found
    browser.post("/preferences", {"language": "zh"})
    assert count() == before


@pytest.mark.parametrize("name", BAD)
def test_tools_get_the_same_findings_in_both_languages(engine, admin: Visitor, name: str):
    sent, _, english = BAD[name]
    browser, count = admin, counts(engine)
    before = count()
    answer = send(browser.client, sent, **{"X-CSRFToken": browser.token("/deploy")})
    assert (answer.status_code, answer.mimetype, answer.json["error"]) == (422, "application/json", "definition_rejected")
    findings = answer.json["findings"]
    assert {"code", "severity", "file", "line", "element_id", "element_name", "message", "proposal"} == set(findings[0])
    assert all(finding["message"]["zh"] and finding["message"]["en"] for finding in findings)
    assert any(english[0] in f"{finding['file']} {finding['message']['en']}" for finding in findings)
    assert count() == before


def test_a_fault_is_marked_on_the_drawing(visitor: Callable[[str | None], Visitor]):
    text = deploy(visitor("admin"), as_zip(without("contact_plan.form"))).text
    assert 'class="bpmn-user-task is-wrong" data-element="plan_contact"' in text
    assert text.count("is-wrong") == 1


def test_too_many_bytes_are_refused_before_they_are_read(engine, visitor: Callable[[str | None], Visitor]):
    browser, count = visitor("admin"), counts(engine)
    before = count()
    huge = [("huge.bpmn", bytes(20 * 1024 * 1024))]
    answer = deploy(browser, huge)
    assert (answer.status_code, "提交的内容太大" in answer.text, "一次最多提交 20 MB" in answer.text) == (413, True, True)
    answer = send(browser.client, huge, **{"X-CSRFToken": browser.token("/deploy")})
    assert (answer.status_code, answer.json["title"]) == (413, "提交的内容太大")
    browser.post("/preferences", {"language": "en"})
    assert "At most 20 MB" in deploy(browser, huge).text
    browser.post("/preferences", {"language": "zh"})
    assert count() == before


def test_other_pages_keep_their_own_limit(visitor: Callable[[str | None], Visitor]):
    answer = visitor("admin").post("/preferences", {"theme": "x" * 5_000_000})
    assert (answer.status_code, "一次最多提交 4 MB" in answer.text) == (413, True)


def test_an_upload_without_files_asks_for_them(visitor: Callable[[str | None], Visitor]):
    answer = deploy(visitor("admin"), [])
    assert (answer.status_code, "请先选择文件" in answer.text) == (422, True)


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


def revision(browser: Visitor, key: str) -> str:
    return str(browser.page(f"/packs/{key}/edit/release").xpath("//form[contains(@class, 'release-form')]//input[@name='revision']/@value")[0])


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


def test_names_of_files_from_a_chinese_windows(visitor: Callable[[str | None], Visitor]):
    data = zipped({"AAAAAAAAA": small("windows"), "BBBBBBBBBBBBB": b"-"})
    data = data.replace(b"AAAAAAAAA", "流程.bpmn".encode("gbk")).replace(b"BBBBBBBBBBBBB", "说明\\读我.txt".encode("gbk"))
    answer = released(visitor("admin"), [("windows.zip", data)])
    assert answer.status_code == 303, answer.text[-3000:]
    text = visitor("admin").get("/packs/windows?part=files").text
    assert ("流程.bpmn" in text, "说明/读我.txt" in text) == (True, True)


def signed(user_id: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user_id}:{password}".encode()).decode()}


def test_tools_deploy_with_name_and_password(app, engine):
    client = app.test_client()
    answer = send(client, [("tool.bpmn", small("tool", "工具部署"))], **signed("admin", PASSWORD))
    assert answer.status_code == 201, answer.text
    assert answer.json["processes"] == [{"key": "tool", "version": 1, "name": "工具部署"}]
    assert (answer.json["files"]["added"], answer.json["unchanged"]) == (["tool.bpmn"], False)
    assert "Set-Cookie" not in answer.headers or "tuoke_session" not in answer.headers["Set-Cookie"]
    raw = zipped({"tool.bpmn": small("tool", "工具部署")})
    again = client.post("/api/deployments?note=x", data=raw, content_type="application/zip", headers=signed("admin", PASSWORD))
    assert (again.status_code, again.json["unchanged"]) == (200, True)
    assert client.post("/api/deployments", headers=signed("admin", PASSWORD)).json["error"] == "no_files"


def test_tools_without_right_or_password_are_refused(app, engine):
    forget_attempts(engine)
    client, before = app.test_client(), counts(engine)()

    def outcome(headers: dict[str, str]) -> tuple[int, str]:
        answer = send(client, [("t.bpmn", small("t"))], **headers)
        return answer.status_code, answer.json["error"]

    assert outcome({}) == (401, "signed_out")
    assert outcome(signed("wangfang", PASSWORD)) == (403, "analysts_only")
    assert {outcome(signed("admin", "wrong")) for _ in range(10)} == {(401, "signed_out")}
    assert outcome(signed("admin", "wrong")) == (429, "429")
    assert outcome(signed("admin", PASSWORD)) == (429, "429")
    forget_attempts(engine)
    assert counts(engine)() == before


def test_name_and_password_open_nothing_but_the_tools_addresses(app):
    answer = app.test_client().get("/packs", headers=signed("admin", PASSWORD))
    assert (answer.status_code, answer.location.partition("?")[0]) == (302, "/sign-in")


def test_a_session_without_the_token_deploys_nothing(engine, visitor: Callable[[str | None], Visitor]):
    browser, before = visitor("admin"), counts(engine)()
    answer = send(browser.client, [("t.bpmn", small("t"))])
    assert (answer.status_code, answer.json["error"]) == (400, "csrf")
    assert counts(engine)() == before


def test_the_page_tells_tools_how(visitor: Callable[[str | None], Visitor]):
    text = visitor("admin").get("/deploy").text
    assert "curl -u USER:PASSWORD -F files=@pack.zip" in text
    assert "http://localhost/api/deployments" in text


def test_without_a_note_nothing_is_deployed(visitor: Callable[[str | None], Visitor], engine):
    browser, count = visitor("admin"), counts(engine)
    before = count()
    answer = released(browser, [("noteless.bpmn", small("noteless"))], note=" ")
    assert (answer.status_code, "请写这次改了什么" in answer.text) == (422, True)
    body, media_type = encoded([("noteless.bpmn", small("noteless"))])
    answer = browser.client.post("/api/deployments", data=body, content_type=media_type, headers={"X-CSRFToken": browser.token("/deploy")})
    assert (answer.status_code, answer.get_json()["error"]) == (422, "note_required")
    assert count() == before


def test_an_upload_with_a_red_scenario_is_refused_by_page_and_tool(app, visitor: Callable[[str | None], Visitor], engine):
    scenario = 'name = "走一遍"\nprocess = "tried"\nas = "tester"\nclock = 2026-11-23T09:00:00+08:00\n[expect]\nend = "{end}"\n'
    settings = '[pack]\nkey = "tried"\nname = "试办"\n[[role]]\nkey = "tester"\nname = "试办员"\ncan_start = ["tried"]\n'
    pack = {"pack.toml": settings.encode(), "tried.bpmn": small("tried")}
    sent = {end: as_zip(pack | {"scenarios/walk.toml": scenario.replace("{end}", end).encode()}) for end in ("end", "elsewhere")}
    browser, count = visitor("admin"), counts(engine)
    before = count()
    try:
        answer = send(browser.client, sent["elsewhere"], **{"X-CSRFToken": browser.token("/deploy")})
        [finding] = answer.get_json()["findings"]
        assert (finding["code"], finding["file"]) == ("scenario_failed", "scenarios/walk.toml")
        answer = released(browser, sent["elsewhere"])
        assert (answer.status_code, "有场景没有通过" in answer.text) == (409, True)
        assert count() == before
        done = send(browser.client, sent["end"], **{"X-CSRFToken": browser.token("/deploy")}).get_json()
        assert done["tested"] == {"digest": done["digest"], "scenarios": 1, "percent": 100}
        assert "发布前 1 个场景通过" in browser.get("/packs/tried?part=releases").text
        changed = [("tried.bpmn", small("tried", "改了名"))]
        assert released(browser, changed, into="tried", over=revision(browser, "tried")).status_code == 409, "the red scenario is still in the copy"
    finally:
        app.extensions[EXTENSION].server.stop()
