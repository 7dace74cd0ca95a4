"""Agents and telephony.

This file is edited in place until the first release.
"""

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Nothing yet; the tables come with their packages."""


def downgrade() -> None:
    raise NotImplementedError("Steps go forward; restore a backup to go back.")
