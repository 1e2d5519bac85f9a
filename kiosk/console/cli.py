"""The program `kiosk`: serves citizens, and answers a technician on the command line."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

# structlog loads rich, where it is installed, for coloured traces that a kiosk never prints: 28 ms of the start, 3 MB.
sys.modules.setdefault("rich", None)  # type: ignore[arg-type]

import typer  # noqa: E402

from kiosk.console import commands, policy_commands  # noqa: E402

if TYPE_CHECKING:
    from kiosk.settings import Settings

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
app.add_typer(policy_commands.app, name="policy")

_DEFAULT = commands.DEFAULT_CONFIG
Config = commands.Config


@app.callback()
def main() -> None:
    """Self-service kiosk for the social security card."""


@app.command()
def run(config: Config = _DEFAULT) -> None:
    """Serve citizens. Exit status: 0 when told to stop, 1 after a fault, 2 where the settings can't be used."""
    settings = _settings(config, files=True)
    from kiosk import log
    from kiosk.app import run as serve
    from kiosk.applied_settings import settings_at_start

    log.configure(settings.log.level)
    serve(settings_at_start(config, settings), config)


@app.command()
def check(config: Config = _DEFAULT) -> None:
    """Read the settings and the files that they name, and say what is wrong. Exit status: 0, or 2 for any fault."""
    settings = _settings(config)
    typer.echo(f"{config}: good")
    from datetime import UTC, datetime

    from kiosk.console import named_files

    findings = list(named_files.look(config, settings, datetime.now(UTC)))
    for found in findings:
        typer.echo(f"{config}: {found.key}: {found.words}", err=not found.good)
    if not all(found.good for found in findings):
        raise typer.Exit(2)


@app.command()
def refusals() -> None:
    """Print every refusal as Markdown: code, words in both languages, what to do instead."""
    from kiosk.console import refusal_table

    typer.echo(refusal_table.document(), nl=False)


@app.command()
def information(config: Config = _DEFAULT) -> None:
    """What this machine is, which card readers it sees, and how a PIN reaches the card."""
    from drivers.card_reader.errors import CardReaderError
    from drivers.card_reader.reader import installed_readers

    settings = _settings(config)
    path = {
        "reader": "reader: the card reader takes the PIN itself (PC/SC part 10); the PIN never enters this computer",
        "pad": "pad: a separate pad, whose block this computer opens with the pad's own key; not ISO 9564 conformant",
    }[settings.pin_pad.path]
    typer.echo(f"machine      {settings.machine.name}, number {settings.machine.number}")
    typer.echo(f"central      {settings.central.url}")
    typer.echo(f"region       {settings.policy_source.region}, its rules since {settings.policy_since}")
    try:
        readers = installed_readers() or ["none"]
    except CardReaderError:
        readers = ["not known: the PC/SC service (pcscd) doesn't answer"]
    for reader in readers:
        typer.echo(f"card reader  {reader}")
    typer.echo(f"PIN path     {path}")
    typer.echo(f"journal      {settings.storage.directory}")


@app.command()
def journal(config: Config = _DEFAULT) -> None:
    """Check the journal's chain and count what is kept. Stop the kiosk first. Exit status: 0 whole, 1 not, 2 unread."""
    from kiosk.console.journal import NotNow, examine

    try:
        lines, whole = examine(_settings(config))
    except NotNow as error:
        typer.echo(error, err=True)
        raise typer.Exit(2) from None
    for line in lines:
        typer.echo(line)
    raise typer.Exit(0 if whole else 1)


@app.command()
def recover(config: Config = _DEFAULT) -> None:
    """Recover once more by hand, and have what was set aside sent again. Stop the kiosk first. Exit status: 0 or 2."""
    from kiosk import log
    from kiosk.console.journal import NotNow
    from kiosk.console.journal import recover as recover_now

    settings = _settings(config)
    log.configure(settings.log.level)
    try:
        lines = recover_now(settings)
    except NotNow as error:
        typer.echo(error, err=True)
        raise typer.Exit(2) from None
    for line in lines:
        typer.echo(line)


commands.add_to(app)


def _settings(config: Path, *, files: bool = False) -> "Settings":
    from kiosk.settings import SettingsError, check_files, load  # Imported late: a terminal does without.

    try:
        settings = load(config)
        if files:
            check_files(config, settings)
        return settings
    except SettingsError as error:
        for line in error.lines:
            typer.echo(line, err=True)
        raise typer.Exit(2) from None
