"""Coordinates of a drawing: read with care, turned into SVG paths."""

from __future__ import annotations

import math

from lxml import etree

from engine.bpmn.dialect.names import DC, DI

FARTHEST = 1_000_000.0
CORNER = 8.0
Point = tuple[float, float]
Box = tuple[float, float, float, float]


def number(text: str | None) -> float | None:
    """A finite coordinate; None for anything else."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) and abs(value) <= FARTHEST else None


def bounds_of(shape: etree._Element | None) -> Box | None:
    """x, y, width, height of a shape or label; None when they are missing or no numbers."""
    bounds = shape.find(f"{{{DC}}}Bounds") if shape is not None else None
    values = [number(bounds.get(key)) for key in ("x", "y", "width", "height")] if bounds is not None else []
    x, y, width, height = values if len(values) == 4 else (None, None, None, None)
    if x is None or y is None or width is None or height is None or width < 0 or height < 0:
        return None
    return x, y, width, height


def waypoints_of(edge: etree._Element) -> list[Point]:
    points = [(number(point.get("x")), number(point.get("y"))) for point in edge.iterfind(f"{{{DI}}}waypoint")]
    return [(x, y) for x, y in points if x is not None and y is not None]


def rect(box: Box) -> str:
    return f'x="{box[0]:g}" y="{box[1]:g}" width="{box[2]:g}" height="{box[3]:g}"'


def rounded(points: list[Point]) -> str:
    """A path through the points with rounded corners."""
    path = [f"M{points[0][0]:g} {points[0][1]:g}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        start, end = _towards(corner, before), _towards(corner, after)
        path.append(f"L{start[0]:g} {start[1]:g}Q{corner[0]:g} {corner[1]:g} {end[0]:g} {end[1]:g}")
    return "".join([*path, f"L{points[-1][0]:g} {points[-1][1]:g}"])


def _towards(corner: Point, other: Point) -> Point:
    """The point on the way from `corner` to `other` where its rounding begins."""
    length = math.hypot(other[0] - corner[0], other[1] - corner[1])
    share = min(CORNER, length / 2) / length if length else 0.0
    return corner[0] + (other[0] - corner[0]) * share, corner[1] + (other[1] - corner[1]) * share
