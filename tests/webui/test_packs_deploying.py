"""Deploying through the page and as a tool: what is wrong is said with place and reason in both languages, and nothing is stored."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.webui.packs_sent import FILES, changed, counts, deploy, encoded, released, revision, small, without, zipped
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
    "empty zip": ([("empty.zip", zipped({}))], ("empty.zip", "压缩包里没有文件"), ("empty.zip", "The zip holds no files")),
    "zip of folders": ([("empty.zip", zipped({"a/": b""}))], ("压缩包里没有文件",), ("The zip holds no files",)),
    "picture": ([("图.bpmn", b"\x89PNG\r\n\x1a\n" + bytes(200))], ("图.bpmn", "这是 PNG 文件"), ("This is a PNG file",)),
    "plain text": ([("text.bpmn", "客户开发流程".encode())], ("text.bpmn", "文件内容不是 XML", "客户开发流程"), ("The file is no XML",)),
    "entities": (
        [("laughs.bpmn", b'<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + small("laughs").partition(b"?>")[2])],
        ("laughs.bpmn", "不允许 DOCTYPE 声明"),
        ("A DOCTYPE declaration is not allowed",),
    ),
    "two processes of one id in a file": (
        [("same.bpmn", small("same").replace(b"</process>", b'</process><process id="same" isExecutable="true"/>'))],
        ("same.bpmn", "标识 same 在同一文件中重复"),
        ("same.bpmn",),
    ),
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


def test_tools_that_want_it_are_told_of_every_scenario(app, engine):
    client, headers = app.test_client(), signed("admin", PASSWORD) | {"Accept": "application/x-ndjson"}
    marked = {"customer_development.bpmn": FILES[MAIN].replace('name="潜在客户登记"'.encode(), 'name="潜客登记"'.encode())}
    answer = send(client, as_zip(FILES | marked), **headers)
    assert (answer.status_code, answer.mimetype) == (200, "application/x-ndjson")
    *lines, last = [json.loads(line) for line in answer.text.splitlines()]
    scenarios = sum(name.startswith("scenarios/") and not name.startswith("scenarios/part_") for name in FILES)
    assert [one["done"] for one in lines] == list(range(scenarios + 1))
    assert all(one["passed"] and one["total"] == scenarios for one in lines[1:])
    assert (last["status"], last["pack"], last["unchanged"]) == (201, "customer_development", False)
    refused = send(client, as_zip(FILES | {MAIN: FILES[MAIN][:-200]}), **headers)
    assert refused.status_code == 422 or json.loads(refused.text.splitlines()[-1])["status"] == 422
    assert client.post("/api/deployments", headers={"Accept": "application/x-ndjson"}).status_code == 401


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
