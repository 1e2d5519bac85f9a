"""Who somebody is: a photo and a whole phone number on record, refused documents, face checks, one-time codes.

Of phones only the last four digits were kept so far. A text can't be sent to those: they go, and the bureau's numbers
come with its next import.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """To this revision."""
    op.drop_column("persons", "phone_tail")  # In place: other tables refer to this one.
    op.add_column("persons", sa.Column("phone", sa.String(length=20), nullable=True))
    op.add_column("persons", sa.Column("photo", sa.LargeBinary(), nullable=True))
    op.create_table(
        "refused_id_cards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kiosk", sa.String(length=63), nullable=False),
        sa.Column("refused_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["kiosk"], ["kiosks.name"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_refused_id_cards_kiosk", "refused_id_cards", ["kiosk", "refused_at"])
    op.create_table(
        "face_checks",
        sa.Column("check_id", sa.String(length=36), nullable=False),
        sa.Column("kiosk", sa.String(length=63), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("evidence_id", sa.String(length=36), nullable=False),
        sa.Column("consent_version", sa.String(length=20), nullable=False),
        sa.Column("guardian", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("judged_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["kiosk"], ["kiosks.name"]),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"]),
        sa.PrimaryKeyConstraint("check_id"),
    )
    op.create_index("ix_face_checks_person", "face_checks", ["person_id", "opened_at"])
    op.create_index("ix_face_checks_kiosk", "face_checks", ["kiosk", "opened_at"])
    op.create_table(
        "one_time_codes",
        sa.Column("code_id", sa.String(length=36), nullable=False),
        sa.Column("kiosk", sa.String(length=63), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("card_id", sa.Integer(), nullable=False),
        sa.Column("key_name", sa.LargeBinary(length=8), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["kiosk"], ["kiosks.name"]),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"]),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"]),
        sa.PrimaryKeyConstraint("code_id"),
    )
    op.create_index("ix_one_time_codes_person", "one_time_codes", ["person_id", "sent_at"])
    op.create_index("ix_one_time_codes_kiosk", "one_time_codes", ["kiosk", "sent_at"])
