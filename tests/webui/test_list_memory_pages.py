"""The register opens as one had it remembered; an address always shows what it says."""

from __future__ import annotations

from collections.abc import Callable

from tests.webui.customers import customer
from tests.webui.website import Visitor

Open = Callable[[str | None], Visitor]
ASKED = "cols=customer_name&cols=email&sort=-registered_on&f.customer_level=重要客户"


def test_columns_order_and_filters_are_remembered_until_forgotten(engine, visitor: Open):
    customer(engine, "L-1", "一般的")
    customer(engine, "L-2", "重要的", customer_level="重要客户")
    browser = visitor("sunlei")
    assert not browser.page("/records/customer").xpath("//form[contains(@class, 'register-memory')]")
    action = browser.page(f"/records/customer?{ASKED}&q=的").xpath("//form[contains(@class, 'register-memory')]/@action")[0]
    posted = browser.post(action, {})
    assert posted.status_code == 303
    assert "已记住" in browser.page(posted.location).text_content()
    led = browser.get("/records/customer")
    assert led.status_code == 302
    assert "q=" not in led.location
    page = browser.page(led.location)
    assert page.xpath("//a[@class='row-link']//text()") == ["重要的"]
    assert len(page.xpath("//table//th")) == 3
    assert "这是你记住的样子" in page.text_content()
    plain = browser.page("/records/customer?all=1")
    assert len(plain.xpath("//a[@class='row-link']")) == 2
    assert plain.xpath("//form[contains(@class, 'register-memory')]//a/@href") == [led.location]
    assert visitor("wangfang").get("/records/customer").status_code == 200
    forgotten = browser.post(page.xpath("//form[contains(@class, 'register-memory')]/@action")[0], {"forget": "1"})
    assert forgotten.status_code == 303
    assert browser.get("/records/customer").status_code == 200


def test_the_plain_list_may_be_remembered_too_and_leads_nowhere(visitor: Open):
    browser = visitor("liqiang")
    for forget in ({}, {"forget": "1"}):
        posted = browser.post("/records/customer/remember", forget)
        assert (posted.status_code, posted.location) == (303, "/records/customer?all=1")
        assert browser.get("/records/customer").status_code == 200
    assert visitor("wuhao").post("/records/customer/remember", {}).status_code == 404
