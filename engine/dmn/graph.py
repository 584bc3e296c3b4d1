"""Requirements that go round in a circle."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from engine.dmn.report import Report


def report_cycles(requires: Mapping[str, tuple[str, ...]], elements: Mapping[str, etree._Element], report: Report) -> None:
    """One finding for each decision that requires itself, directly or through others."""
    done: set[str] = set()
    for start in requires:
        if start in done:
            continue
        path: list[str] = []
        pending = [(start, iter(requires[start]))]
        while pending:
            current, rest = pending[-1]
            if current not in path:
                path.append(current)
            following = next(rest, None)
            if following is None:
                pending.pop()
                path.pop()
                done.add(current)
            elif following in path:
                names = " → ".join(str(elements[one].get("name")) for one in [*path[path.index(following) :], following])
                report.add("requirement_cycle", elements[current], f"决策的依赖成了环:{names}", "去掉其中一条依赖", element_id=current)
            elif following not in done:
                pending.append((following, iter(requires.get(following, ()))))
