"""What the checks of data flow look at: the whole pack as read, without errors so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.bpmn.elements import ProcessModel
from engine.dmn.analysis import ModelShape
from engine.forms import Form
from engine.model.pack import PackSettings


@dataclass(frozen=True, slots=True)
class FlowParts:
    """`decisions` are the models as written, by decision id; `form_files` the file of each form id."""

    settings: PackSettings
    processes: Mapping[str, ProcessModel]
    forms: Mapping[str, Form]
    form_files: Mapping[str, str]
    decisions: Mapping[str, ModelShape]
