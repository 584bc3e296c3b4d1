"""Running processes: `advance` turns a snapshot and a stimulus into an outcome. Pure: no database, no clock of its own, no user interface."""

from engine.bpmn.runtime.advance import advance, state_of, visible_variables
from engine.bpmn.runtime.expressions import LOCAL_ZONE, as_moment
from engine.bpmn.runtime.step import InstanceContext
from engine.bpmn.runtime.timers import Schedule, first_due, next_due
from engine.bpmn.runtime.withdraw import last_id

__all__ = [
    "LOCAL_ZONE",
    "InstanceContext",
    "Schedule",
    "advance",
    "as_moment",
    "first_due",
    "last_id",
    "next_due",
    "state_of",
    "visible_variables",
]
