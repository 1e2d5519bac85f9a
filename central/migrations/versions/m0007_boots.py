"""How runs of kiosks' programs began; and records of two journals of one kiosk, whose disk was replaced."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "boots",
        sa.Column("kiosk", sa.String(length=63), nullable=False),
        sa.Column("boot", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("heard_at", sa.DateTime(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("version", sa.String(length=50), nullable=False),
        sa.Column("version_before", sa.String(length=50), nullable=True),
        sa.Column("clock_jump_seconds", sa.BigInteger(), nullable=True),
        sa.Column("recovery", sa.String(length=20), nullable=False),
        sa.Column("records", sa.BigInteger(), nullable=False),
        sa.Column("not_done", sa.BigInteger(), nullable=False),
        sa.Column("in_doubt", sa.BigInteger(), nullable=False),
        sa.Column("waiting", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["kiosk"], ["kiosks.name"]),
        sa.PrimaryKeyConstraint("kiosk", "boot", "sequence", "at"),
    )
    op.rename_table("console_actions", "console_actions_0005")
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
        sa.PrimaryKeyConstraint("kiosk", "boot", "sequence", "at"),
    )
    columns = "kiosk, boot, sequence, at, heard_at, action, who, roles, face, denied"
    op.execute(f"INSERT INTO console_actions ({columns}) SELECT {columns} FROM console_actions_0005")
    op.drop_table("console_actions_0005")
