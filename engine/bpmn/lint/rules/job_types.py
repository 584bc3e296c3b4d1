"""Jobs are of a known type, with the headers and inputs that it needs."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.subject import Subject
from engine.model.findings import Finding

CONNECTORS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "record.upsert": (("recordType",), ("values",)),
    "record.find": (("recordType",), ("match",)),
}


def check(subject: Subject) -> Iterator[Finding]:
    """A job of a type that no connector serves would wait for ever; one without its record type, or without the variables that the
    connector works on, would end as an incident."""
    for element in subject.elements("service_task", "send_task"):
        job = element.job
        if job is None or not job.type:
            continue
        if job.type not in CONNECTORS:
            yield subject.report("bpmn_unknown_job", element, type=job.type, known="、".join(CONNECTORS))
            continue
        headers, inputs = CONNECTORS[job.type]
        for header in headers:
            if not job.headers.get(header):
                yield subject.report("bpmn_missing_header", element, type=job.type, header=header)
        for header in job.headers:
            if header not in headers:
                yield subject.report("bpmn_unknown_header", element, type=job.type, header=header, known="、".join(headers))
        given = {mapped.target.partition(".")[0] for mapped in element.inputs}
        for name in inputs:
            if name not in given:
                yield subject.report("bpmn_missing_input", element, type=job.type, input=name)
