"""What was typed survives a sign-in that has expired and a page that is out of date, for the same person only."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest

from engine import SYSTEM, Actor, InputRejected, KeepForm, NotAllowedError, TakeKeptForm
from tests.webui.test_drafts_of_tasks import opened
from tests.webui.website import Visitor

Visit = Callable[[str | None], Visitor]
TYPED = "<i>写了很久</i>的内容"
SHOWN = "&lt;i&gt;写了很久&lt;/i&gt;的内容"
WANG, SUN = Actor("wangfang", "王芳"), Actor("sunlei", "孙磊")
AGAIN = "填写的内容都还在，还没有提交"


@pytest.fixture
def wang(visitor: Visit) -> Visitor:
    return visitor("wangfang")


def sign_out_behind(browser: Visitor) -> None:
    """The session ends while a page is open: its cookie opens nothing any more."""
    for name in ("tuoke_sign_in", "tuoke_session"):
        browser.client.delete_cookie(name)
    assert browser.client.get("/tasks").status_code == 302


def sent_signed_out(browser: Visitor, address: str, fields: dict[str, str]) -> str:
    """Where one is led; what the sign-in page says has been looked at."""
    answer = browser.client.post(address, data={"csrf_token": "x", "_op": "submit", **fields})
    assert answer.status_code == 302
    assert "填写的内容还在" in browser.get(answer.location).text
    return str(answer.location)


def test_the_form_comes_back_after_signing_in_again(wang: Visitor):
    address, here, _ = opened(wang, "过期机械")
    sign_out_behind(wang)
    led_to = sent_signed_out(wang, f"{address}?tab=mine", {"internal_findings": TYPED, **here})
    target = wang.page(led_to).xpath("string(//form[@action='/sign-in']//input[@name='next']/@value)")
    assert target == f"{address}?tab=mine"
    signed_in = wang.post("/sign-in", {"user_id": "wangfang", "password": "secret-word-1", "next": target}, page="/sign-in")
    page = wang.get(signed_in.location)
    assert (page.status_code, SHOWN in page.text, AGAIN in page.text) == (200, True, True)
    assert f'value="{here["_page"]}"' in page.text
    again = wang.get(address).text
    assert (SHOWN in again, AGAIN in again) == (False, False)


def test_files_that_came_with_the_form_are_named_to_be_chosen_again(wang: Visitor):
    address, here, _ = opened(wang, "文件机械")
    sign_out_behind(wang)
    files = {"_file.minutes": (BytesIO(b"minutes"), "<b>会议</b>.txt"), "_file.plan": (BytesIO(b""), "")}
    sent = {"csrf_token": "x", "_op": "submit", "internal_findings": TYPED, **here, **files}
    answer = wang.client.post(address, data=sent, content_type="multipart/form-data")
    signed_in = wang.post("/sign-in", {"user_id": "wangfang", "password": "secret-word-1", "next": address}, page=answer.location)
    page = wang.get(signed_in.location).text
    assert (SHOWN in page, "请重新选择：&lt;b&gt;会议&lt;/b&gt;.txt</p>" in page) == (True, True)
    assert "请重新选择" not in wang.get(address).text


def test_files_sent_from_a_page_out_of_date_are_named_too(wang: Visitor):
    address, here, _ = opened(wang, "旧页机械")
    sent = {"csrf_token": "x", "_op": "submit", "internal_findings": TYPED, **here, "_file.minutes": (BytesIO(b"minutes"), "会议.txt")}
    answer = wang.client.post(address, data=sent, content_type="multipart/form-data")
    assert (answer.status_code, SHOWN in answer.text, "请重新选择：会议.txt" in answer.text) == (400, True, True)


def test_nobody_else_sees_it(wang: Visitor, visitor: Visit):
    address, here, _ = opened(wang, "别人机械")
    sign_out_behind(wang)
    sent_signed_out(wang, address, {"internal_findings": TYPED, **here})
    assert wang.post("/sign-in", {"user_id": "admin", "password": "secret-word-1", "next": address}, page="/sign-in").status_code == 303
    assert TYPED not in wang.get(address).text
    assert SHOWN not in wang.get(address).text
    wang.post("/sign-out", {})
    assert wang.sign_in("wangfang").status_code == 303
    assert SHOWN not in wang.get(address).text


def test_what_no_page_of_ours_sent_is_not_kept(wang: Visitor, engine):
    address, here, _ = opened(wang, "伪造表单")
    sign_out_behind(wang)
    for fields in ({}, {"_page": "forged"}, {"_page": here["_page"] + "x"}, {"_page": here["_page"], "internal_findings": "长" * 400_000}):
        answer = wang.client.post(address, data={"csrf_token": "x", "_op": "submit", "internal_findings": TYPED, **fields})
        assert answer.status_code == 302
        assert "填写的内容还在" not in wang.get(answer.location).text, fields.keys()


@pytest.mark.parametrize("token", ["", "x", "IjBjMGYi.aWx.x"])
def test_a_page_that_is_out_of_date_is_shown_again_with_everything(wang: Visitor, token: str):
    address, here, _ = opened(wang, "过期页面")
    answer = wang.client.post(address, data={"csrf_token": token, "_op": "submit", "internal_findings": TYPED, **here})
    assert (answer.status_code, SHOWN in answer.text, AGAIN in answer.text) == (400, True, True)
    assert SHOWN not in wang.get(address).text
    foreign = wang.client.post(address, data={"csrf_token": token, "_op": "submit", "internal_findings": TYPED})
    assert (foreign.status_code, SHOWN in foreign.text) == (400, False)


def test_forms_that_start_a_process_and_of_records_come_back_as_well(wang: Visitor):
    address = "/start/customer_development"
    token = str(wang.page(address).xpath("string(//input[@name='_page']/@value)"))
    answer = wang.client.post(address, data={"csrf_token": "x", "_op": "submit", "customer_name": TYPED, "_page": token})
    assert (answer.status_code, SHOWN in answer.text, AGAIN in answer.text) == (400, True, True)
    sign_out_behind(wang)
    sent_signed_out(wang, address, {"customer_name": TYPED, "_page": token})
    wang.post("/sign-in", {"user_id": "wangfang", "password": "secret-word-1"}, page="/sign-in")
    assert SHOWN in wang.get(address).text


def test_kept_once_for_an_hour_and_five_at_most(engine, clock):
    secrets = []
    for number in range(7):
        clock.move(seconds=1)
        secrets.append(engine.run(KeepForm("wangfang", "/tasks/x", [("a", str(number)), ("b", " \x00")]), SYSTEM))
    with pytest.raises(NotAllowedError):
        engine.run(KeepForm("wangfang", "/tasks/x", []), WANG)
    with pytest.raises(InputRejected):
        engine.run(KeepForm("nobody", "/tasks/x", []), SYSTEM)
    taken = engine.run(TakeKeptForm(secrets[-1]), WANG)
    assert (taken.address, taken.fields) == ("/tasks/x", (("a", "6"), ("b", " ")))
    assert engine.run(TakeKeptForm(secrets[-1]), WANG) is None
    assert engine.run(TakeKeptForm(secrets[0]), WANG) is None
    assert engine.run(TakeKeptForm(secrets[-2]), SUN) is None
    clock.move(hours=1, minutes=1)
    assert engine.run(TakeKeptForm(secrets[-3]), WANG) is None
