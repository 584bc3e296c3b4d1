"""BPMN files -> process models: what is not run is refused here, with file, line, element and reason."""

from engine.bpmn.dialect.decode import to_utf8
from engine.bpmn.dialect.file import FileReading, read_file

__all__ = ["FileReading", "read_file", "to_utf8"]
