"""The store keeps what it acknowledged."""

import sqlite3
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from central import cards
from central.database import DATABASE, InUse, WalRefused, open_database, sole_writer
from central.registry import Registry
from central.tables import Table


def test_migrations_make_the_tables_that_the_code_uses(tmp_path: Path) -> None:
    engine = open_database(tmp_path)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Table.metadata) == []
    engine.dispose()


def test_a_commit_is_synced_to_a_rollback_journal(tmp_path: Path) -> None:
    engine = open_database(tmp_path)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 3  # EXTRA
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "delete"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    engine.dispose()


def test_write_ahead_mode_is_refused(tmp_path: Path) -> None:
    open_database(tmp_path).dispose()
    connection = sqlite3.connect(tmp_path / DATABASE)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.close()
    with pytest.raises(WalRefused):
        open_database(tmp_path)


def test_what_was_committed_outlives_the_process(tmp_path: Path) -> None:
    engine = open_database(tmp_path)
    secret = Registry(engine).admit("kiosk-1")
    engine.dispose()
    engine = open_database(tmp_path)
    assert Registry(engine).kiosk_of(secret) == "kiosk-1"
    engine.dispose()


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    open_database(tmp_path).dispose()
    assert (tmp_path / DATABASE).stat().st_mode & 0o077 == 0


def test_one_process_writes(tmp_path: Path) -> None:
    """A second server on the same directory is told so, whichever process asks."""
    with sole_writer(tmp_path):
        with pytest.raises(InUse), sole_writer(tmp_path):
            pass
        arguments = ["--state", tmp_path, "--kiosk", "k", "--secret-file", tmp_path / "secret"]
        second = subprocess.run([sys.executable, "-m", "central", "make-keys", *arguments], capture_output=True)
    assert second.returncode != 0
    assert b"another central server" in second.stderr


def test_reports_of_before_become_operations(tmp_path: Path) -> None:
    """What was in doubt is a case for a person, since nothing can settle it any more."""
    from alembic import command
    from alembic.config import Config

    from central import cases, database

    engine = database.connect(tmp_path)
    config = Config()
    config.set_main_option("script_location", str(Path(database.__file__).parent / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.exec_driver_sql(
            "INSERT INTO kiosks (name, secret_hash, boot, sequence, conditions) VALUES ('k', x'00', 3, 4, '{}')"
        )
        connection.exec_driver_sql("INSERT INTO persons (id, social_security_number, name) VALUES (1, '1', 'x')")
        connection.exec_driver_sql(
            "INSERT INTO cards (id, person_id, handle, card_identification_code, card_number, region,"
            " application_status, lifecycle, bank, financial_activated, initial_pin, pin_blocked)"
            " VALUES (1, 1, 'h', 'c', 'n', 'r', 1, '04', 'b', 1, 1, 0)"
        )
        for id, outcome in enumerate(("done", "not_done", "in_doubt", "in_doubt")):
            connection.exec_driver_sql(
                "INSERT INTO operations VALUES (?, 'k', 1, 2, 1, 'pin_change', ?, x'', x'', '2026-01-01 00:00:00')",
                (str(id), outcome),
            )
    engine.dispose()
    registry = Registry(open_database(tmp_path))
    with registry.transaction() as transaction:
        states = transaction.connection.exec_driver_sql("SELECT state FROM operations ORDER BY operation_id")
        assert [row.state for row in states] == ["done", "not_done", "escalated", "escalated"]
        assert [(case.operation_id, case.reason) for case in cases.listing(transaction)] == [
            ("2", "never_opened"),
            ("3", "never_opened"),
        ]
        card = transaction.connection.exec_driver_sql(
            "SELECT version, algorithm, key_factor, pin_blocked FROM cards"
        ).one()
        assert tuple(card) == (0, "3DES", None, 0)
    registry.engine.dispose()


def test_people_of_before_stay_without_what_was_not_known(tmp_path: Path) -> None:
    """Their cards, too; of a phone only its last digits were kept, which nobody can send to."""
    from alembic import command
    from alembic.config import Config

    from central import database

    engine = database.connect(tmp_path)
    config = Config()
    config.set_main_option("script_location", str(Path(database.__file__).parent / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        connection.exec_driver_sql(
            "INSERT INTO persons (id, social_security_number, name, phone_tail) VALUES (1, '1', 'x', '8000')"
        )
        connection.exec_driver_sql(
            "INSERT INTO cards (id, person_id, handle, card_identification_code, card_number, region,"
            " application_status, lifecycle, bank, financial_activated, initial_pin, pin_blocked)"
            " VALUES (1, 1, '11111111-1111-4111-8111-111111111111', 'c', 'n', '990100', 1, '04', 'b', 1, 1, 0)"
        )
    engine.dispose()
    registry = Registry(open_database(tmp_path))
    with registry.transaction() as transaction:
        person = transaction.connection.exec_driver_sql("SELECT * FROM persons").one()._mapping
        assert dict(person) == {
            "id": 1,
            "social_security_number": "1",
            "name": "x",
            "birth_date": None,
            "phone": None,
            "photo": None,
            "address": None,
        }
        card = cards.by_handle(transaction, UUID("11111111-1111-4111-8111-111111111111"))
        assert card is not None
        assert cards.record(transaction, card).phone_tail is None
    registry.engine.dispose()


def test_what_was_done_at_consoles_before_stays(tmp_path: Path) -> None:
    """Its table is made anew."""
    from alembic import command
    from alembic.config import Config

    from central import database, machines

    engine = database.connect(tmp_path)
    config = Config()
    config.set_main_option("script_location", str(Path(database.__file__).parent / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0005")
        connection.exec_driver_sql(
            "INSERT INTO kiosks (name, secret_hash, boot, sequence, conditions) VALUES ('k', x'00', 3, 4, '{}')"
        )
        connection.exec_driver_sql(
            "INSERT INTO console_actions VALUES"
            " ('k', 3, 4, '2026-01-01 00:00:00', '2026-01-01 00:00:01', 'restart', 'li', 'technician', 'socket', 0)"
        )
    engine.dispose()
    registry = Registry(open_database(tmp_path))
    with registry.transaction() as transaction:
        [kiosk] = machines.listing(transaction)
    [action] = kiosk["console_actions"]
    assert (action["action"], action["who"], action["denied"]) == ("restart", "li", False)
    assert (kiosk["name"], kiosk["boots"]) == ("k", [])
    registry.engine.dispose()
