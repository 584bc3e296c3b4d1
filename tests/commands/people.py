"""Who acts in the tests."""

from engine import Actor

WANG = Actor("wangfang", "王芳", frozenset({"sales"}))
SUN = Actor("sunlei", "孙磊", frozenset({"sales"}))
LI = Actor("liqiang", "李强", frozenset({"manager"}))
NOBODY = Actor("nobody", "路人")
ADMIN = Actor("admin", "管理员", is_administrator=True)
