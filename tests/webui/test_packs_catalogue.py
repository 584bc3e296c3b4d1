"""The catalogue of packs: everything in a pack is shown, and can be taken away and brought back unchanged."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest

from tests.webui.packs_sent import FILES, deploy, zipped
from tests.webui.website import Visitor, start_of, submitted

PACK = "/packs/customer_development"
PARTS = ("diagrams", "decisions", "forms", "records", "roles", "scenarios", "files", "releases")


@pytest.fixture(scope="module")
def admin(visitor_of_module: Callable[[str | None], Visitor]) -> Visitor:
    return visitor_of_module("admin")


@pytest.fixture(scope="module", autouse=True)
def whole_pack(engine) -> None:
    from engine import SYSTEM, DeployPack

    engine.run(DeployPack(FILES, "带场景"), SYSTEM)


def test_the_list_says_what_is_deployed_and_what_runs(admin: Visitor, visitor: Callable[[str | None], Visitor]):
    assert visitor("wangfang").post("/start/customer_development", submitted(start_of("individual_success"))).status_code == 303
    page = admin.page("/packs")
    assert page.xpath("//nav//a[@href='/packs' and @aria-current='page']")
    text = " ".join(page.text_content().split())
    assert "客户开发" in text
    assert "共部署 2 次" in text
    assert "带场景" in text
    row = page.xpath("//tr[td/a[normalize-space()='客户开发']]")[0].text_content()
    assert ("第 2 版" in row, "1" in row) == (True, True)


def test_staff_see_neither_the_entry_nor_the_pages(visitor: Callable[[str | None], Visitor]):
    staff = visitor("wangfang")
    assert not staff.page("/tasks").xpath("//nav//a[@href='/packs']")
    assert staff.get(PACK).status_code == 403


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_part_opens_in_both_languages(admin: Visitor, part: str, language: str):
    admin.post("/preferences", {"language": language})
    page = admin.page(f"{PACK}?part={part}")
    assert page.xpath("//nav[contains(@class, 'pack-tabs')]/a[@aria-current='page']")
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids)), sorted(one for one in ids if ids.count(one) > 1)
    admin.post("/preferences", {"language": "zh"})


def test_called_processes_open_in_place(admin: Visitor):
    page = admin.page(PACK)
    assert len(page.xpath("//div[@class='diagram']")) == 1
    details = page.xpath("//details[@hx-get]")
    assert len(details) == 6
    carried_out = next(one for one in details if "客户开发实施" in one.text_content())
    fragment = admin.get(carried_out.get("hx-get"), **{"HX-Request": "true"})
    assert (fragment.status_code, "<!doctype" in fragment.text) == (200, False)
    assert 'data-diagram-xml="/diagrams/carry_out_development/' in fragment.text
    assert "进展汇报" in fragment.text
    whole = admin.page(carried_out.xpath(".//a/@href")[0])
    assert whole.xpath("//h1")[0].text_content() == "客户开发实施"
    target = page.xpath("//div[@class='diagram']/@data-diagram")[0]
    assert all(f'"#{one.xpath(".//div/@id")[0]}"' in target for one in details)


def test_decision_tables_can_be_read(admin: Visitor):
    page = admin.page(f"{PACK}?part=decisions")
    tables = page.xpath("//table[@class='decision-table']")
    assert [len(table.xpath("./tbody/tr")) for table in tables] == [7, 13]
    assert "城市新兴白领中产阶层" in tables[1].text_content()


def test_forms_are_shown_as_the_task_shows_them_in_both_languages(admin: Visitor):
    page = admin.page(f"{PACK}?part=forms&form=development_application&use=fill_application")
    preview = page.xpath("//fieldset[@disabled]")[0]
    assert preview.xpath(".//textarea")
    assert "申请" in preview.text_content()
    english = admin.page(f"{PACK}?part=forms&form=development_application&use=review_application&language=en").xpath("//fieldset[@disabled]")[0]
    assert english.get("lang") == "en"
    assert "Why this customer should be developed" in english.text_content()
    assert preview.xpath(".//textarea/@name") != english.xpath(".//textarea/@name")
    assert admin.get(f"{PACK}?part=forms&form=nothing").status_code == 404


def test_every_form_can_be_previewed(admin: Visitor):
    links = admin.page(f"{PACK}?part=forms").xpath("//nav[contains(@class, 'form-list')]/a/@href")
    assert len(links) == sum(name.endswith(".form") for name in FILES)
    for link in links:
        assert admin.get(f"{link}&language=en").status_code == 200, link


def test_roles_registers_and_scenarios_are_listed(admin: Visitor):
    roles = " ".join(admin.page(f"{PACK}?part=roles").text_content().split())
    assert ("营销专员" in roles, "公司内部渠道收集信息" in roles) == (True, True)
    assert "客户识别码" in admin.get(f"{PACK}?part=records").text
    assert "申请退回修改两次后批准" in admin.get(f"{PACK}?part=scenarios").text
    assert "SC-KH-001" in admin.get(PACK).text


def test_a_download_brought_back_is_the_same_pack(admin: Visitor):
    answer = admin.get(f"{PACK}/pack.zip")
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    assert "customer_development.zip" in answer.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == FILES
    again = deploy(admin, [("back.zip", answer.data)])
    assert "没有产生新版本" in admin.get(again.location).text
    assert "没有产生新版本" in admin.get(deploy(admin, [("git.zip", zipped(FILES, "customer_development/"))]).location).text


def test_one_file_is_byte_for_byte(admin: Visitor):
    answer = admin.get(f"{PACK}/file?name=scenarios/individual_success.toml")
    assert (answer.data, answer.headers["Content-Disposition"]) == (
        FILES["scenarios/individual_success.toml"],
        "attachment; filename*=UTF-8''individual_success.toml",
    )
    assert admin.get(f"{PACK}/file?name=../secret").status_code == 404


def test_an_older_deployment_says_that_it_is_one(admin: Visitor):
    links = admin.page(f"{PACK}?part=releases").xpath("//p[contains(@class, 'release-links')]/a[1]/@href")
    older = admin.get(links[-1])
    assert (older.status_code, "这是以前的部署" in older.text) == (200, True)
    assert "这是以前的部署" not in admin.get(PACK).text
    assert admin.get(f"{PACK}?deployment=nothing").status_code == 404


def test_everything_that_a_pack_says_of_a_register_is_shown(visitor: Callable[[str | None], Visitor]):
    page = visitor("analyst").page("/packs/customer_development?part=records")
    facts = {row.xpath("string(dt)").strip(): " ".join(row.xpath("string(dd)").split()) for row in page.xpath("//dl[@class='facts']/div")}
    assert facts["可以新建和导入"] == "营销主管、营销部经理"
    assert facts["列表的次序"] == "最近更新的在前"
    assert facts["填人的字段"] == "客户开发人员、跟踪负责人"
    assert "同信用代码：统一社会信用代码" in facts["疑似重复"]
    assert "部门经理审核意见：营销部经理 可填" in facts["限制的字段"]


def test_a_register_is_shown_as_each_role_will_see_it(admin: Visitor):
    page = admin.page(f"{PACK}?part=records&record=customer&role=marketing_specialist")
    seen = page.xpath("//section[@id='seen']")[0]
    assert [one.text_content() for one in seen.xpath(".//thead//th")][:3] == ["客户名称", "客户类型", "客户类别"]
    assert "可以搜索：客户名称、客户识别码" in seen.text_content()
    fields = {one.get("name"): one for one in seen.xpath(".//*[@name]")}
    assert "customer_name" in fields
    assert "supervisor_opinion" not in fields, "read only: shown, not asked for"
    outside = admin.page(f"{PACK}?part=records&record=customer&role=technical_department").xpath("//section[@id='seen']")[0]
    assert "这个岗位看不到这个台账" in outside.text_content()
    assert not outside.xpath(".//*[@name]")
    assert admin.get(f"{PACK}?part=records&record=nothing&role=nothing").status_code == 200
