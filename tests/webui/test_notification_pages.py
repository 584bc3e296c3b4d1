"""The bell and what is behind it, in a browser without scripts."""

from __future__ import annotations

import pytest

from engine import SYSTEM, AssignTask, FindAccount, Notifications, SetMailAddress, TellOfDue
from engine.commands.telling.mails import FailMail, TakeMail
from tests.webui.test_tasklist import Visit, text
from tests.webui.website import offered


@pytest.fixture(scope="module")
def visitor(visitor_of_module: Visit) -> Visit:
    return visitor_of_module


def bell(browser) -> tuple[str, str]:
    """(what stands at it, its label)"""
    (link,) = browser.page("/help").xpath("//a[contains(@class, 'bell')]")
    return text(link).strip(), str(link.get("aria-label"))


def newest(engine, user_id: str):
    return engine.read(Notifications(), engine.read(FindAccount(user_id), SYSTEM).actor).rows[0]


def test_told_opened_and_marked_as_read(engine, visitor: Visit):
    (task,) = offered(engine, visitor, "通知甲公司")
    case = f"/instances/{task.partition('.')[0]}"
    li, wu = visitor("liqiang"), visitor("wuhao")
    assert bell(wu) == ("", "通知")
    assert "还没有通知" in text(wu.page("/notifications"))
    li.post(f"{case}/copies", {"user_id": "wuhao"})
    li.post(f"{case}/comments", {"text": "@吴昊 <b>请看</b>"})
    assert bell(wu) == ("2", "通知，2 条未读")
    page = wu.page("/notifications")
    words = [text(each) for each in page.xpath("//*[@class='told-words']")]
    assert "的留言里提到了你" in words[0]
    assert "抄送给你" in words[1]
    assert page.xpath("//*[@class='told-excerpt']//b") == []
    assert len(page.xpath("//li[@class='is-unread']")) == 2
    address = page.xpath("//ol[@class='told-list']//a/@href")[0]
    assert li.get(address).status_code == 404
    assert bell(wu)[0] == "2"
    assert wu.get(address).location == f"{case}#comment-1"
    assert bell(wu)[0] == "1"
    assert wu.get(address).status_code == 302
    up_to = wu.page("/notifications").xpath("//input[@name='up_to']/@value")[0]
    li.post(f"{case}/comments", {"text": "@吴昊 还有"})
    assert wu.post("/notifications/read", {"up_to": up_to}).location == "/notifications"
    assert bell(wu)[0] == "1"


def test_each_kind_leads_to_its_place(engine, visitor: Visit):
    (task,) = offered(engine, visitor, "通知乙公司")
    wu, li = visitor("wuhao"), visitor("liqiang")
    li.post(f"/instances/{task.partition('.')[0]}/copies", {"user_id": "wuhao"})
    found = newest(engine, "wuhao")
    assert wu.get(f"/notifications/{found.notification_id}").location == f"/instances/{task.partition('.')[0]}"
    engine.run(AssignTask(task, "wuhao", "试"), engine.read(FindAccount("admin"), SYSTEM).actor)
    found = newest(engine, "wuhao")
    assert "交给你办理：通知乙公司" in text(wu.page("/notifications"))
    assert wu.get(f"/notifications/{found.notification_id}").location == f"/tasks/{task}"
    assert wu.get(f"/tasks/{task}").status_code == 200
    for wrong in ("0", str(2**70)):
        assert wu.get(f"/notifications/{wrong}").status_code == 404
    assert wu.post("/notifications/read", {"up_to": str(2**70)}).status_code == 422


def test_what_one_wants_to_be_told(engine, visitor: Visit):
    (task,) = offered(engine, visitor, "通知丙公司")
    case, zhou = f"/instances/{task.partition('.')[0]}", visitor("zhenglan")
    assert len(zhou.page("/account").xpath("//input[@name='kind'][@checked]")) == 8
    assert "没有设置发邮件的服务器" in text(zhou.page("/account").xpath("//section[@aria-labelledby='notifications']")[0])
    assert zhou.page("/account").xpath("//input[@name='by_mail' or @name='address']") == []
    assert zhou.post("/account/notifications", {"kind": "mentioned", "due_hours": "4"}).location == "/account"
    assert zhou.page("/account").xpath("//input[@name='kind'][@checked]/@value") == ["mentioned"]
    assert zhou.page("/account").xpath("//select[@name='due_hours']/option[@selected]/@value") == ["4"]
    assert zhou.post("/account/notifications", {"kind": "mentioned", "due_hours": "5"}).status_code == 422
    assert zhou.post("/account/notifications", {"kind": "gossip", "due_hours": "4"}).status_code == 422
    visitor("liqiang").post(f"{case}/copies", {"user_id": "zhenglan"})
    assert bell(zhou) == ("", "通知")


def test_tasks_are_told_in_words_and_lead_to_the_task(engine, clock, visitor: Visit):
    li = visitor("liqiang")
    kinds = [str(each) for each in li.page("/account").xpath("//input[@name='kind']/@value")]
    assert "incident" not in kinds
    assert "incident" in visitor("admin").page("/account").xpath("//input[@name='kind']/@value")
    li.post("/account/notifications", {"kind": kinds, "due_hours": "24"})
    (task,) = offered(engine, visitor, "通知丁公司")
    page = li.page("/notifications")
    assert text(page.xpath("//*[@class='told-words']")[0]) == "“确认目标客户”可以认领：通知丁公司（企业）"
    assert "到期" in text(page.xpath("//*[@class='told-text']")[0])
    assert li.get(page.xpath("//ol[@class='told-list']//a/@href")[0]).location == f"/tasks/{task}"
    li.post(f"/tasks/{task}/claim", {})
    li.post("/account/notifications", {"kind": ["due_soon", "overdue"], "due_hours": "24"})
    clock.move(days=1, minutes=1)
    engine.run(TellOfDue(), SYSTEM)
    assert "“确认目标客户”快到期了：通知丁公司" in text(li.page("/notifications").xpath("//*[@class='told-words']")[0])
    clock.move(days=1)
    engine.run(TellOfDue(), SYSTEM)
    li.client.set_cookie("tuoke_language", "en")
    assert "“Confirm the target customer” is overdue" in text(li.page("/notifications").xpath("//*[@class='told-words']")[0])
    assert bell_in_english(li) == "Notifications, 1 unread"


def bell_in_english(browser) -> str:
    return str(browser.page("/help").xpath("//a[contains(@class, 'bell')]/@aria-label")[0])


def test_an_address_for_mail_and_what_goes_there(engine, clock, app, visitor: Visit):
    app.config["SENDS_MAIL"] = True
    wu = visitor("wuhao")
    assert "还没有你的邮箱" in text(wu.page("/account").xpath("//section[@aria-labelledby='notifications']")[0])
    wrong = wu.post("/account/mail", {"address": "wuhao"})
    assert wrong.status_code == 422
    assert "这不是邮箱地址" in wrong.text
    assert 'value="wuhao"' in wrong.text
    assert wu.post("/account/mail", {"address": "wuhao@example.com"}).location == "/account"
    assert wu.page("/account").xpath("//input[@name='by_mail']") == []
    assert "刚刚发过验证码" in wu.post("/account/mail", {"address": "wuhao@example.com"}).text
    for code in ("", "0"):
        refused = wu.post("/account/mail/confirm", {"code": code})
        assert refused.status_code == 422
        assert "验证码不对" in refused.text
    with engine.database.engine.begin() as connection:
        code = connection.exec_driver_sql("SELECT mail_code FROM notification_settings WHERE user_id = 'wuhao'").scalar_one()
    assert wu.post("/account/mail/confirm", {"code": code}).location == "/account"
    checked = wu.page("/account").xpath("//input[@name='by_mail'][@checked]/@value")
    assert checked == ["arrived", "assigned", "overdue", "mentioned"]
    wu.post("/account/notifications", {"kind": "mentioned", "by_mail": "copied", "mail_offered": "1", "due_hours": "4"})
    assert wu.page("/account").xpath("//input[@name='by_mail'][@checked]/@value") == ["copied"]
    wu.post("/account/notifications", {"kind": "mentioned", "due_hours": "4"})
    assert wu.page("/account").xpath("//input[@name='by_mail'][@checked]/@value") == ["copied"]
    assert wu.post("/account/mail", {"address": "wuhao@example.com", "remove": "1"}).location == "/account"
    assert wu.page("/account").xpath("//input[@name='by_mail']") == []
    app.config["SENDS_MAIL"] = False


def test_administrators_see_mail_that_fails_and_have_it_sent_again(engine, clock, visitor: Visit):
    admin = visitor("admin")
    assert admin.page("/incidents").xpath("//*[@id='mails']") == []
    clock.move(minutes=5)
    engine.run(SetMailAddress("li@example.com"), engine.read(FindAccount("liqiang"), SYSTEM).actor)
    number = engine.run(TakeMail(), SYSTEM)
    engine.run(FailMail(number, "550 <b>no such mailbox</b>", final=True), SYSTEM)
    page = admin.page("/incidents")
    (section,) = page.xpath("//section[@aria-labelledby='mails']")
    assert all(part in text(section) for part in ("李强", "li@example.com", "550 <b>no such mailbox</b>", "不再尝试"))
    assert visitor("liqiang").post("/incidents/mails/retry", {}).status_code == 403
    assert admin.post("/incidents/mails/retry", {}).location == "/incidents"
    assert admin.page("/incidents").xpath("//*[@id='mails']") == []
    assert engine.run(TakeMail(), SYSTEM) == number


def test_the_number_is_sent_only_when_it_has_changed_and_keeps_nobody_signed_in(engine, visitor: Visit):
    (task,) = offered(engine, visitor, "通知戊公司")
    case, li, zhou = f"/instances/{task.partition('.')[0]}", visitor("liqiang"), visitor("zhouwei")
    first = zhou.get("/notifications/bell")
    assert first.json == {"unread": 0, "shown": "", "label": "通知", "news": "有新的通知"}
    assert zhou.get("/notifications/bell", **{"If-None-Match": first.headers["ETag"]}).status_code == 304
    li.post(f"{case}/copies", {"user_id": "zhouwei"})
    second = zhou.get("/notifications/bell", **{"If-None-Match": first.headers["ETag"]})
    assert (second.status_code, second.json["unread"], second.json["label"]) == (200, 1, "通知，1 条未读")
    with engine.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE sessions SET last_seen_at = last_seen_at - interval '1 hour' WHERE user_id = 'zhouwei'")
    seen = "SELECT max(last_seen_at) FROM sessions WHERE user_id = 'zhouwei'"
    before = engine.database.read(lambda connection: connection.exec_driver_sql(seen).scalar_one())
    zhou.get("/notifications/bell")
    assert engine.database.read(lambda connection: connection.exec_driver_sql(seen).scalar_one()) == before
    zhou.get("/help")
    assert engine.database.read(lambda connection: connection.exec_driver_sql(seen).scalar_one()) > before
    assert visitor(None).get("/notifications/bell", **{"HX-Request": "true"}).status_code == 401
