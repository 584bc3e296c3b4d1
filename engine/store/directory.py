"""What assignment expressions can ask of a person (engine.bpmn.runtime.people)."""

from __future__ import annotations

import sqlalchemy as sa

from engine.model.values import JsonValue
from engine.store.people import managers_of, person
from engine.store.registers import Department


def person_fields(connection: sa.Connection, user_id: str) -> dict[str, JsonValue] | None:
    """The fields of PERSON_FIELDS as the organisation stands now, None for an unknown account."""
    row = person(connection, user_id)
    if row is None:
        return None
    department = connection.scalar(sa.select(Department.name).where(Department.id == row.department_id)) if row.department_id else None
    managers: list[JsonValue] = list(managers_of(connection, user_id))
    return {
        "id": row.user_id,
        "name": row.name,
        "department": department,
        "departmentHead": row.head_id,
        "manager": row.manager_id,
        "managers": managers,
    }
