"""The people of demo mode: who they are, so that the sign-in page can show them and `tuoke serve` can make them."""

from __future__ import annotations

from typing import NamedTuple

DEMO_PASSWORD = "tuoke-demo"


class DemoPerson(NamedTuple):
    user_id: str
    name: str


# The roles of the deployed packs take them in order: the first role two, so that there is somebody to compete with, every other one.
DEMO_PEOPLE = tuple(
    DemoPerson(*person)
    for person in (
        ("wangfang", "王芳"),
        ("sunlei", "孙磊"),
        ("liqiang", "李强"),
        ("zhaomin", "赵敏"),
        ("chenjing", "陈静"),
        ("zhouwei", "周伟"),
        ("wuhao", "吴昊"),
        ("zhenglan", "郑岚"),
        ("linfeng", "林峰"),
        ("huangmei", "黄梅"),
        ("gaoyuan", "高远"),
        ("hexue", "何雪"),
        ("guoliang", "郭亮"),
        ("luodan", "罗丹"),
        ("songkai", "宋凯"),
        ("tangyun", "唐云"),
    )
)
DEMO_ADMINISTRATOR = DemoPerson("admin", "系统管理员")
DEMO_ANALYST, DEMO_AUDITOR = DemoPerson("analyst", "流程分析员"), DemoPerson("auditor", "审计员")
DEMO_USER_IDS = frozenset(person.user_id for person in (*DEMO_PEOPLE, DEMO_ADMINISTRATOR, DEMO_ANALYST, DEMO_AUDITOR))
