"""What kiosks count, and what was done at their maintenance consoles."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """To this revision."""
    op.add_column("kiosks", sa.Column("counters", sa.JSON(), nullable=False, server_default="{}"))
    op.create_table(
        "console_actions",
        sa.Column("kiosk", sa.String(length=63), nullable=False),
        sa.Column("boot", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("heard_at", sa.DateTime(), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("roles", sa.String(length=64), nullable=False),
        sa.Column("face", sa.String(length=20), nullable=False),
        sa.Column("denied", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["kiosk"], ["kiosks.name"]),
        sa.PrimaryKeyConstraint("kiosk", "boot", "sequence"),
    )
