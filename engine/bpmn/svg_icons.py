"""Symbols of BPMN as SVG paths. `f` in a style means filled with the line's colour, `n` not filled."""

from __future__ import annotations

# On tasks: 16 by 16, origin at the top left.
TASKS = {
    "userTask": ("n", '<circle cx="8" cy="5" r="3.2"/><path d="M2 15c0-6 12-6 12 0z"/>'),
    "serviceTask": (
        "n",
        '<circle cx="8" cy="8" r="2.6"/><path d="M8 1v3M8 12v3M1 8h3M12 8h3M3 3l2.1 2.1M10.9 10.9L13 13M13 3l-2.1 2.1M3 13l2.1-2.1"/>',
    ),
    "scriptTask": ("n", '<path d="M4 1h10c-3 3 3 9 0 14H4c3-5-3-11 0-14zM5 5h6M5.5 8h6M6 11h6"/>'),
    "businessRuleTask": ("n", '<path d="M1 2h14v12H1zM1 6h14M5 6v8M1 10h14"/>'),
    "sendTask": ("f", '<path d="M1 3h14v10H1z"/><path d="M1 3l7 5.5L15 3" stroke="{paper}"/>'),
    "receiveTask": ("n", '<path d="M1 3h14v10H1zM1 3l7 5.5L15 3"/>'),
    "manualTask": ("n", '<path d="M1 6l4-4h3l-2 3h9v2h-6M9 7h6v2H9M9 9h5v2H9M9 11h4v2H5l-4-3z"/>'),
}
# In events: origin in the middle, about 16 wide.
EVENTS = {
    "messageEventDefinition": '<path d="M-8-5.5h16v11h-16z"/><path d="M-8-5.5l8 6 8-6" stroke="{inner}"/>',
    "timerEventDefinition": '<circle r="9"/><path d="M0-6v6l4 2M0-9v2M0 7v2M-9 0h2M7 0h2"/>',
    "errorEventDefinition": '<path d="M-8 8l5-15 5 8 6-10-4 16-6-8z"/>',
    "signalEventDefinition": '<path d="M0-8.5l8.5 14.5h-17z"/>',
    "conditionalEventDefinition": '<path d="M-6.5-8h13v16h-13z"/><path d="M-4.5-4h9M-4.5 0h9M-4.5 4h9" stroke="{inner}"/>',
    "escalationEventDefinition": '<path d="M0-9l7 16-7-6-7 6z"/>',
    "linkEventDefinition": '<path d="M-9-3.5H1V-8l8 8-8 8V3.5H-9z"/>',
    "compensateEventDefinition": '<path d="M0-7v14l-8-7zM8-7v14l-8-7z"/>',
    "cancelEventDefinition": '<path d="M-8-5l3-3 5 5 5-5 3 3-5 5 5 5-3 3-5-5-5 5-3-3 5-5z"/>',
    "terminateEventDefinition": '<circle r="9"/>',
    "multiple": '<path d="M0-9l8.6 6.2-3.3 10.1H-5.3l-3.3-10.1z"/>',
}
# In gateways: origin in the middle. Stroke width, then the drawing.
GATEWAYS = {
    "exclusiveGateway": (3.2, '<path d="M-6-7.5L6 7.5M6-7.5L-6 7.5"/>'),
    "parallelGateway": (3.2, '<path d="M0-11v22M-11 0h22"/>'),
    "inclusiveGateway": (2.6, '<circle r="9.5"/>'),
    "eventBasedGateway": (1.1, '<circle r="12"/><circle r="9.5"/><path d="M0-6l5.7 4.1-2.2 6.8h-7l-2.2-6.8z"/>'),
    "complexGateway": (3.0, '<path d="M0-11v22M-11 0h22M-8-8l16 16M8-8l-16 16"/>'),
}
# At the lower border of activities: 12 by 12, origin at the top left.
MARKERS = {
    "parallel": '<path d="M2 1v10M6 1v10M10 1v10" stroke-width="2"/>',
    "sequential": '<path d="M1 2h10M1 6h10M1 10h10" stroke-width="2"/>',
    "loop": '<path d="M4 11a5 5 0 1 1 4 0M4 11l-.5-3.2M4 11l-3 .2" stroke-width="1.4"/>',
    "collapsed": '<path d="M0 0h12v12H0zM6 2.5v7M2.5 6h7"/>',
    "compensation": '<path d="M6 1v10L0 6zM12 1v10L6 6z"/>',
    "adhoc": '<path d="M1 7c2-4 4-3 5-1s3 3 5-1" stroke-width="1.8"/>',
}
