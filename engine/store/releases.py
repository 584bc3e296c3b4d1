"""The table of releases: what had been tried before a deployment, and the working copy that it came from."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.tables import Base


class Release(Base):
    """`tested_digest` names the files that the scenarios ran with, as the deployment's own digest names what was deployed: an auditor compares them.

    `scenarios` passed then; of `coverable` elements and flows they went through `covered`. `base_deployment_id` is what ran before (None: nothing),
    `copy_id` None when a tool brought the files.
    """

    __tablename__ = "releases"

    deployment_id: Mapped[str] = mapped_column(ForeignKey("deployments.id"), primary_key=True)
    copy_id: Mapped[str | None] = mapped_column(ForeignKey("working_copies.id"))
    copy_revision: Mapped[int | None]
    base_deployment_id: Mapped[str | None] = mapped_column(ForeignKey("deployments.id"))
    tested_digest: Mapped[str]
    tested_by: Mapped[str]
    tested_at: Mapped[datetime]
    scenarios: Mapped[int]
    covered: Mapped[int]
    coverable: Mapped[int]
