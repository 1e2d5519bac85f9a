"""`python -m central`: run the server, make its keys, publish its description."""

import asyncio
import json
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import structlog
import typer

from kiosk.uplink.contract.access import Role

if TYPE_CHECKING:
    from central.authority import Authority
    from central.registry import Registry
    from central.transaction import Transaction

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)
staff = typer.Typer(help="The accounts of those who sit at the staff's desk.", no_args_is_help=True)
app.add_typer(staff, name="staff")

State = Annotated[Path, typer.Option(help="Where the server keeps its database and keys.")]


@app.callback(invoke_without_command=True)
def serve(
    context: typer.Context,
    state: Annotated[Path | None, typer.Option(help="Where the database and the keys are.")] = None,
    host: Annotated[str, typer.Option(help="The address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port; 0 takes a free one.")] = 0,
    port_file: Annotated[Path | None, typer.Option(help="Gets the port once the server answers.")] = None,
    seed_personas: Annotated[Path | None, typer.Option(help="Virtual people, as JSON.")] = None,
    bench_control: Annotated[Path | None, typer.Option(help="A socket for the bench; never in service.")] = None,
    settings: Annotated[Path | None, typer.Option(help="The bureau's settings (TOML).")] = None,
    certificate: Annotated[
        Path | None, typer.Option(help="The chain that kiosks see (PEM); `server.pem` in the state.")
    ] = None,
    key: Annotated[Path | None, typer.Option(help="Its key (PEM); `server-key.pem` in the state.")] = None,
    issuer_keys: Annotated[
        Path | None, typer.Option(help="The issuer's keys (mode 0600); `issuer-keys` in the state, if it is there.")
    ] = None,
    token_module: Annotated[Path | None, typer.Option(help="The PKCS#11 module of a token that holds them.")] = None,
    token_label: Annotated[str, typer.Option(help="The token's label.")] = "issuer",
    token_pin_file: Annotated[Path | None, typer.Option(help="Holds the token's user PIN (mode 0600).")] = None,
) -> None:
    """Run the server, over TLS only, until it is told to stop."""
    if context.invoked_subcommand is not None:
        return
    if state is None:
        raise typer.BadParameter("--state is needed")
    from central import keys, outlets, personas, policy, serving
    from central.authority.software import FILE
    from central.database import open_database, sole_writer
    from central.registry import Registry
    from central.settings import Settings, load
    from central.sms import VirtualPhones

    # What it says goes to standard error, one JSON object a line; standard output stays empty.
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    certificate, key = certificate or state / keys.CERTIFICATE, key or state / keys.KEY
    for needed in (certificate, key):
        if not os.access(needed, os.R_OK):
            raise typer.BadParameter(f"{needed} can't be read: put it there; for a bench `make-keys` makes one")
    try:
        bureau = load(settings) if settings else Settings()
        policy_of = policy.load(bureau, settings.parent) if settings else policy.as_shipped
        where = outlets.load(settings.parent / bureau.outlets) if settings and bureau.outlets else None
    except (OSError, ValueError) as error:
        typer.echo(f"{settings}: can't be used\n{error}", err=True)
        raise typer.Exit(2) from None
    with sole_writer(state):
        registry = Registry(
            open_database(state),
            settings=bureau,
            policy_of=policy_of,
            outlets=where,
            authority=_authority(issuer_keys, state / FILE, token_module, token_label, token_pin_file),
            sms=VirtualPhones() if bench_control else None,  # In service: what speaks to the bureau's own sender.
        )
        people = personas.seed(registry, seed_personas) if seed_personas else {}
        running = serving.serve(
            registry,
            host=host,
            port=port,
            certificate=certificate,
            key=key,
            port_file=port_file,
            bench_control=bench_control,
            people=people,
        )
        asyncio.run(running)


@app.command()
def make_keys(
    state: State,
    kiosk: Annotated[str, typer.Option(help="The kiosk's name.")],
    secret_file: Annotated[Path, typer.Option(help="Gets the kiosk's secret (mode 0600).")],
) -> None:
    """Make throw-away keys for a server on this machine, and a kiosk's secret. What is there and fits stays."""
    from pydantic import TypeAdapter

    from central import keys
    from central.database import open_database, sole_writer
    from central.registry import Registry
    from kiosk.uplink.contract import KioskName

    TypeAdapter(KioskName).validate_python(kiosk)
    with sole_writer(state):
        registry = Registry(open_database(state))
        if not keys.serve_for_a_month(state):
            keys.make_server_keys(state)
        if not secret_file.exists() or registry.kiosk_of(secret_file.read_text()) != kiosk:
            keys.write_private(secret_file, registry.admit(kiosk).encode())


@app.command()
def admit(
    state: State,
    kiosk: Annotated[str, typer.Argument(help="Its name: lower-case letters, digits, hyphens.")],
    secret_file: Annotated[Path, typer.Option(help="Gets its secret (mode 0600); never one that is there.")],
) -> None:
    """Admit a kiosk, or give one a new secret. The server may be running.

    A running server takes the new secret at once, and no longer takes the old one from the moment at which the new one
    is used, or from its next start.
    """
    from pydantic import TypeAdapter, ValidationError

    from central import keys
    from central.database import InUse, open_database, sole_writer
    from central.registry import Registry
    from kiosk.uplink.contract import KioskName

    try:
        TypeAdapter(KioskName).validate_python(kiosk)
    except ValidationError:
        raise typer.BadParameter("the name must be of lower-case letters, digits and hyphens") from None
    if secret_file.exists():
        raise typer.BadParameter(f"{secret_file} is there already")
    try:
        with sole_writer(state):
            secret = Registry(open_database(state)).admit(kiosk)
    except InUse:
        secret = _beside(state).admit(kiosk)
    keys.write_private(secret_file, secret.encode())


@staff.command()
def add(
    state: State,
    name: Annotated[str, typer.Argument(help="The clerk's: lower-case letters, digits, dots, hyphens.")],
) -> None:
    """Open an account, or give one a new secret, which is printed once. The server may be running.

    Sessions that were begun with an older secret end.
    """
    from central.staff import accounts

    with _writing(state) as transaction:
        try:
            typer.echo(accounts.put(transaction, name))
        except accounts.NameRefused as error:
            raise typer.BadParameter(str(error)) from None


@staff.command()
def close(state: State, name: Annotated[str, typer.Argument(help="The clerk's.")]) -> None:
    """Let somebody in no more, from this moment. What they decided stays theirs. The server may be running."""
    from central.staff import accounts

    with _writing(state) as transaction:
        if not accounts.close(transaction, name):
            raise typer.BadParameter("no such open account")


@staff.command(name="list")
def list_accounts(state: State) -> None:
    """List all accounts that there ever were, one JSON object a line; never a secret. The server may be running."""
    from central.staff import accounts

    with _writing(state) as transaction:
        for account in accounts.listing(transaction):
            typer.echo(json.dumps(dict(account._mapping), default=str))


@app.command()
def fill_token(
    issuer_keys: Annotated[Path, typer.Option(help="The issuer's keys (mode 0600).")],
    token_module: Annotated[Path, typer.Option(help="The PKCS#11 module of the token.")],
    token_pin_file: Annotated[Path, typer.Option(help="Holds the token's user PIN (mode 0600).")],
    token_label: Annotated[str, typer.Option(help="The token's label.")] = "issuer",
) -> None:
    """Put the issuer's 3DES keys into a PKCS#11 token, from where nobody gets them out; an HSM has its own ceremony."""
    from central.authority import KeysRefused, SoftwareKeys
    from central.authority.token import put_keys

    try:
        put_keys(token_module, token_label, token_pin_file, SoftwareKeys.load(issuer_keys))
    except KeysRefused as error:
        raise typer.BadParameter(str(error)) from None


@app.command(name="cases")
def list_cases(
    state: State,
    closed: Annotated[bool, typer.Option(help="Also those that a person is done with.")] = False,
) -> None:
    """List what waits for a person, one JSON object a line. The server may be running."""
    from central import cases

    with _beside(state).transaction() as transaction:
        listed = cases.listing(transaction, closed=closed)
    for case in listed:
        typer.echo(json.dumps(dict(case._mapping), default=str))
    if not listed:  # Where a person reads it: whatever reads the lines finds none.
        typer.echo("there are no cases" if closed else "no case waits for a person", err=True)


@app.command()
def close_case(
    state: State,
    case: Annotated[int, typer.Argument(help="Its id.")],
    what: Annotated[str, typer.Option(help="What became of it; never data of a citizen.", prompt=True)],
) -> None:
    """Take a case off the list. The server may be running."""
    from central import cases

    with _beside(state).transaction() as transaction:
        if not cases.close_case(transaction, case, what[:200]):
            raise typer.BadParameter("no such open case")


@app.command(name="machines")
def list_machines(state: State) -> None:
    """List the kiosks, one JSON object a line: what stands, what they counted, how they last began, and the console.

    The server may be running.
    """
    from central import machines

    with _beside(state).transaction() as transaction:
        for machine in machines.listing(transaction):
            typer.echo(json.dumps(machine, default=str))


@app.command()
def forget_journal(
    state: State,
    kiosk: Annotated[str, typer.Option(help="The kiosk's name.")],
) -> None:
    """Forget where a kiosk's journal ended: its disk was replaced for good reason. The server may be running."""
    from central import machines

    with _beside(state).transaction() as transaction:
        if not machines.forget_journal(transaction, kiosk):
            raise typer.BadParameter("no such kiosk")


@app.command()
def grant(
    nonce: Annotated[str, typer.Argument(help="The 16 letters and digits on the machine's screen.")],
    state: State,
    machine: Annotated[str, typer.Option(help="The machine's name, as on its screen.")],
    role: Annotated[Role, typer.Option(help="As what they may come in, as on its screen.")],
    key: Annotated[Path, typer.Option(help="The operations centre's key (Ed25519, PEM, mode 0600).")],
    picture: Annotated[Path | None, typer.Option(help="Gets the code as a QR picture (PNG).")] = None,
) -> None:
    """Let somebody in at a machine whose clock is wrong; print the code that they hold before its camera.

    Good once, for 15 minutes, until the machine starts again. It is noted with the machine's events. The server may be
    running.
    """
    import re

    from central import grants
    from kiosk.uplink.contract.access import NONCE

    heard = re.sub(r"[\s-]", "", nonce).upper()
    if re.fullmatch(NONCE, heard) is None:
        raise typer.BadParameter("the nonce is of 16 letters A to Z and digits 2 to 7")
    try:
        centre = grants.load_key(key)
        with _beside(state).transaction() as transaction:
            code = grants.give(transaction, centre, heard, machine, role)
    except grants.KeyRefused as error:
        raise typer.BadParameter(str(error)) from None
    except grants.NoSuchMachine:
        raise typer.BadParameter(f"no machine {machine} is admitted here") from None
    if picture is not None:
        grants.draw(code, picture)
    typer.echo(code)


def _authority(
    key_file: Path | None, usual: Path, module: Path | None, label: str, pin_file: Path | None
) -> "Authority | None":
    """Whoever speaks for the issuer: a token (with a key file beside it for SM4), a key file, or nobody."""
    from central.authority import Authority, KeysRefused, SoftwareKeys

    try:
        software = SoftwareKeys.load(key_file or usual) if key_file or usual.exists() else None
        if module is None:
            return software and Authority(software)
        from central.authority.token import TokenKeys

        if pin_file is None:
            raise typer.BadParameter("--token-pin-file is needed with --token-module")
        return Authority(TokenKeys(module, label, pin_file, sm4=software))
    except KeysRefused as error:
        raise typer.BadParameter(str(error)) from None


@contextmanager
def _writing(state: Path) -> "Iterator[Transaction]":
    """A transaction at the server's database, beside a server that runs or without one."""
    from central.database import InUse, open_database, sole_writer
    from central.registry import Registry

    with ExitStack() as held:
        try:
            held.enter_context(sole_writer(state))
            registry = Registry(open_database(state))
        except InUse:
            registry = _beside(state)
        yield held.enter_context(registry.transaction())


def _beside(state: Path) -> "Registry":
    """The registry of a server that may be running: SQLite lets one write at a time."""
    from central.database import DATABASE, connect
    from central.registry import Registry

    if not (state / DATABASE).exists():
        raise typer.BadParameter(f"no {DATABASE} in {state}")
    return Registry(connect(state))


@app.command()
def describe(out: Annotated[Path, typer.Argument(help="Where to write the description.")]) -> None:
    """Write the OpenAPI description, as published in docs/central-openapi.json."""
    from central.web import describe as description

    out.write_text(json.dumps(description(), ensure_ascii=False, indent=1) + "\n")


@app.command()
def draw(document: Annotated[Path, typer.Argument(help="Whose drawn parts are made anew.")]) -> None:
    """Draw the states into a document, as published in docs/operations.md and docs/applications.md."""
    from central.state_diagram import draw as drawn

    document.write_text(drawn(document), encoding="utf-8")


app()
