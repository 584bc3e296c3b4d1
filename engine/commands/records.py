"""Records of the registers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class RecordSaved:
    record_id: str
    revision: int
    created: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class SaveRecord:
    """Create (`record_id` None) or change a record by hand, validated by its form. Roles in the record type's `edit` may, and administrators.

    Raises FormRejected, ConflictError("record_exists", field, record_id) for a unique value that another record has, StaleRevision.
    """

    record_type: str
    record_id: str | None
    values: Mapping[str, Any]
    reason: str = ""
    seen_revision: int | None = None
