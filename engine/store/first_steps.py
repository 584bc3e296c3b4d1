"""Who has put the first steps aside."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from engine.store.tables import Base


class HiddenFirstSteps(Base):
    """A row: the person does not want to see them any more."""

    __tablename__ = "hidden_first_steps"

    user_id: Mapped[str] = mapped_column(primary_key=True)
    hidden_at: Mapped[datetime]
