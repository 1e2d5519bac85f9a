"""Operations get a life of their own: intent, states, evidence, the issuer's authority, cases."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_OPEN = sa.text("state IN ('open', 'authorised', 'in_doubt')")


def upgrade() -> None:
    """To this revision."""
    _widen_cards_and_kiosks()
    _carry_operations_over()
    op.create_table(
        "evidence",
        sa.Column("evidence_id", sa.String(length=36), nullable=False),
        sa.Column("kiosk", sa.String(length=63), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("card_id", sa.Integer(), nullable=True),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("operation_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["kiosk"], ["kiosks.name"]),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"]),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"]),
        sa.PrimaryKeyConstraint("evidence_id"),
    )
    op.create_index("ix_evidence_expires_at", "evidence", ["expires_at"])
    op.create_table(
        "authorisations",
        sa.Column("path", sa.String(length=120), nullable=False),
        sa.Column("operation_id", sa.String(length=36), nullable=False),
        sa.Column("card_id", sa.Integer(), nullable=False),
        sa.Column("kiosk", sa.String(length=63), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("random", sa.LargeBinary(length=8), nullable=False),
        sa.Column("last_counter", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["operation_id"], ["operations.operation_id"]),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"]),
        sa.ForeignKeyConstraint(["kiosk"], ["kiosks.name"]),
        sa.PrimaryKeyConstraint("path"),
    )
    op.create_index("ix_authorisations_operation_id", "authorisations", ["operation_id"])
    op.create_index("ix_authorisations_card", "authorisations", ["card_id", "at"])
    op.create_index("ix_authorisations_kiosk", "authorisations", ["kiosk", "at"])
    op.create_table(
        "pads",
        sa.Column("pad", sa.String(length=20), nullable=False),
        sa.Column("counter", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("pad"),
    )
    op.create_table(
        "taken",
        sa.Column("path", sa.String(length=120), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.Column("taken_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("path"),
    )
    op.drop_table("staff_calls")


def _widen_cards_and_kiosks() -> None:
    with op.batch_alter_table("cards") as cards:
        cards.add_column(sa.Column("status_before_loss", sa.Integer(), nullable=True))
        cards.add_column(sa.Column("lifecycle_before_loss", sa.String(length=2), nullable=True))
        cards.add_column(sa.Column("algorithm", sa.String(length=4), nullable=False, server_default="3DES"))
        cards.add_column(sa.Column("key_factor", sa.String(length=16), nullable=True))
        cards.add_column(sa.Column("version", sa.BigInteger(), nullable=False, server_default="0"))
    with op.batch_alter_table("kiosks") as kiosks:
        kiosks.add_column(sa.Column("journal_boot", sa.BigInteger(), nullable=True))
        kiosks.add_column(sa.Column("journal_sequence", sa.BigInteger(), nullable=True))
        kiosks.add_column(sa.Column("journal_hash", sa.String(length=64), nullable=True))


def _carry_operations_over() -> None:
    """What was only reported so far: a report in doubt is a case for a person, since nothing was opened for it."""
    op.drop_index("ix_operations_card_id", "operations")
    op.drop_index("ix_operations_kiosk", "operations")
    op.rename_table("operations", "reports")
    op.create_table(
        "operations",
        sa.Column("operation_id", sa.String(length=36), nullable=False),
        sa.Column("kiosk", sa.String(length=63), nullable=False),
        sa.Column("boot", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("card_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("tries_before", sa.Integer(), nullable=True),
        sa.Column("supersedes", sa.String(length=36), nullable=True),
        sa.Column("evidence", sa.String(length=100), nullable=False),
        sa.Column("card_version", sa.BigInteger(), nullable=True),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("card_seen_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"]),
        sa.ForeignKeyConstraint(["kiosk"], ["kiosks.name"]),
        sa.PrimaryKeyConstraint("operation_id"),
    )
    op.create_index("ix_operations_card_id", "operations", ["card_id"])
    op.create_index("ix_operations_kiosk", "operations", ["kiosk"])
    op.create_index(
        "one_open_operation_a_card",
        "operations",
        ["card_id"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_table(
        "cases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("operation_id", sa.String(length=36), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("closed_as", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["operation_id"], ["operations.operation_id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("operation_id", "reason"),
    )
    op.execute(
        "INSERT INTO operations (operation_id, kiosk, boot, sequence, card_id, kind, state, evidence,"
        " opened_at, card_seen_at, ended_at)"
        " SELECT operation_id, kiosk, boot, sequence, card_id, kind,"
        " CASE outcome WHEN 'in_doubt' THEN 'escalated' ELSE outcome END, '', taken_at, taken_at, taken_at"
        " FROM reports"
    )
    op.execute(
        "INSERT INTO cases (operation_id, reason, opened_at)"
        " SELECT operation_id, 'never_opened', opened_at FROM operations WHERE state = 'escalated'"
    )
    op.drop_table("reports")
