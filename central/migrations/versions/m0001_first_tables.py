"""The first tables: persons, cards, codes, kiosks and what they report."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "kiosks",
        sa.Column("name", sa.String(length=63), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("version", sa.String(length=50), nullable=True),
        sa.Column("boot", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("outbox_length", sa.BigInteger(), nullable=True),
        sa.Column("conditions", sa.JSON(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "persons",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("social_security_number", sa.String(length=18), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("phone_tail", sa.String(length=4), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("social_security_number"),
    )
    op.create_table(
        "cards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("handle", sa.String(length=36), nullable=False),
        sa.Column("card_identification_code", sa.String(length=32), nullable=False),
        sa.Column("card_number", sa.String(length=9), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("application_status", sa.Integer(), nullable=False),
        sa.Column("lifecycle", sa.String(length=2), nullable=False),
        sa.Column("loss_reason", sa.String(length=40), nullable=True),
        sa.Column("loss_until", sa.Date(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("collected_on", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("bank", sa.String(length=100), nullable=False),
        sa.Column("financial_activated", sa.Boolean(), nullable=False),
        sa.Column("financial_deadline", sa.Date(), nullable=True),
        sa.Column("initial_pin", sa.Boolean(), nullable=False),
        sa.Column("pin_blocked", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["persons.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("card_identification_code"),
        sa.UniqueConstraint("handle"),
    )
    op.create_index("ix_cards_card_number", "cards", ["card_number"])
    op.create_index("ix_cards_person_id", "cards", ["person_id"])

    op.create_table(
        "e_card_codes",
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["persons.id"],
        ),
        sa.PrimaryKeyConstraint("code_hash"),
    )
    op.create_table(
        "events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("kiosk", sa.String(length=63), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["kiosk"],
            ["kiosks.name"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "staff_calls",
        sa.Column("call_id", sa.String(length=36), nullable=False),
        sa.Column("kiosk", sa.String(length=63), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("taken_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["kiosk"],
            ["kiosks.name"],
        ),
        sa.PrimaryKeyConstraint("call_id"),
    )
    op.create_table(
        "operations",
        sa.Column("operation_id", sa.String(length=36), nullable=False),
        sa.Column("kiosk", sa.String(length=63), nullable=False),
        sa.Column("boot", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("card_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.Column("taken_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["card_id"],
            ["cards.id"],
        ),
        sa.ForeignKeyConstraint(
            ["kiosk"],
            ["kiosks.name"],
        ),
        sa.PrimaryKeyConstraint("operation_id"),
    )
    op.create_index("ix_operations_card_id", "operations", ["card_id"])
    op.create_index("ix_operations_kiosk", "operations", ["kiosk"])
