"""One form with every kind of component, for several tests."""

import json

from engine.forms import Form, load


def component(kind, key=None, label=None, **more):
    head = {"type": kind, **({"key": key} if key else {}), **({"label": label} if label else {})}
    return head | more


def make(*components, **head) -> Form:
    return load(json.dumps({"type": "default", "id": "sample", "components": list(components)} | head, ensure_ascii=False).encode(), "sample.form")


def options(*values):
    return [{"label": f"{value}级", "label_en": f"Level {value}", "value": value} for value in values]


EVERYTHING = (
    {"type": "text", "text": "# 客户开发申请单\n请如实填写，提交后由 **{{leader}}** 审批。"},
    {
        "type": "group",
        "label": "一、基本信息",
        "showOutline": True,
        "components": [
            component(
                "textfield",
                "customer_name",
                "客户名称",
                validate={"required": True, "minLength": 2, "maxLength": 40},
                layout={"row": "r1", "columns": 8},
                description="营业执照上的全称",
                properties={"label.en": "Customer name"},
            ),
            component(
                "textfield",
                "credit_code",
                "统一社会信用代码",
                layout={"row": "r1", "columns": 8},
                validate={"required": '=kind = "enterprise"', "pattern": "^[0-9A-Z]{18}$", "patternErrorMessage": "应为 18 位大写字母或数字"},
            ),
            component(
                "select",
                "kind",
                "客户类型",
                layout={"row": "r2", "columns": None},
                searchable=True,
                validate={"required": True},
                values=[{"label": "企业", "value": "enterprise"}, {"label": "个人", "value": "individual"}],
            ),
            component("taglist", "industries", "所属行业", layout={"row": "r2", "columns": None}, valuesExpression="=known_industries"),
            component(
                "datetime",
                dateLabel="成立日期",
                key="founded_on",
                subtype="date",
                validate={"max": "=today()"},
                layout={"row": "r2", "columns": None},
            ),
            component(
                "number",
                "capital",
                "注册资本",
                decimalDigits=2,
                appearance={"prefixAdorner": "¥", "suffixAdorner": "万元"},
                validate={"min": 0},
                layout={"row": "r3", "columns": None},
            ),
            component(
                "number",
                "staff",
                "员工人数",
                decimalDigits=0,
                increment=1,
                validate={"min": 0, "max": 1000000},
                layout={"row": "r3", "columns": None},
            ),
            component("radio", "level", "客户等级", values=options("A", "B", "C"), layout={"row": "r3", "columns": None}),
            component("checkbox", "listed", "已上市", layout={"row": "r4", "columns": 4}),
            component(
                "textfield",
                "stock_code",
                "股票代码",
                conditional={"hide": "=listed != true"},
                validate={"required": True},
                layout={"row": "r4", "columns": 6},
            ),
            component("textfield", "email", "E-mail", validate={"validationType": "email"}, layout={"row": "r4", "columns": 6}),
        ],
    },
    {
        "type": "group",
        "label": "二、工厂",
        "path": "factory",
        "components": [
            component("textfield", "address", "工厂地址", layout={"row": "f1", "columns": 10}),
            component("datetime", "visit_at", "拜访时间", subtype="datetime", timeInterval=15, layout={"row": "f1", "columns": 6}),
            component("checklist", "certificates", "认证", values=[{"label": "ISO 9001", "value": "9001"}, {"label": "ISO 14001", "value": "14001"}]),
        ],
    },
    {
        "type": "dynamiclist",
        "label": "三、产品",
        "path": "products",
        "defaultRepetitions": 1,
        "components": [
            component("textfield", "name", "产品名称", validate={"required": True}),
            component("number", "quantity", "数量", decimalDigits=0, validate={"required": True, "min": 1}),
            component("number", "price", "单价", decimalDigits=2, validate={"required": True, "min": 0}),
            component("expression", "amount", "小计", expression="=this.quantity * this.price", properties={"format": "money"}),
            component("datetime", "due_on", "交货日期", subtype="date"),
        ],
    },
    component("expression", "total", "合计金额", expression="=sum(products.amount)", properties={"format": "money"}),
    {"type": "text", "text": "合计 **{{total}}** 元"},
    {
        "type": "dynamiclist",
        "label": "四、联系人",
        "path": "contacts",
        "defaultRepetitions": 0,
        "components": [
            component("textfield", "name", "姓名", validate={"required": True}, layout={"row": "c1", "columns": 8}),
            component("datetime", timeLabel="方便的时间", key="best_time", subtype="time", layout={"row": "c1", "columns": 8}),
            {
                "type": "dynamiclist",
                "label": "电话",
                "path": "phones",
                "defaultRepetitions": 1,
                "components": [component("textfield", "number", "号码", validate={"required": True, "validationType": "phone"})],
            },
        ],
    },
    {"type": "separator"},
    {
        "type": "table",
        "label": "以往合作",
        "dataSource": "=history",
        "columns": [{"label": "年份", "key": "year"}, {"label": "金额", "key": "amount"}],
    },
    {"type": "spacer", "height": 16},
    component("textarea", "remark", "备注", validate={"maxLength": 500}),
)


def everything() -> Form:
    return make(*EVERYTHING, name="客户开发申请单")
