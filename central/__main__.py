"""`python -m central`: run the server, make its keys, publish its description."""

import asyncio
import json
import re
import sys
from pathlib import Path
from typing import Annotated

import structlog
import typer

app = typer.Typer(help=__doc__, add_completion=False, pretty_exceptions_enable=False)

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
    medical_code_pattern: Annotated[
        str | None, typer.Option(help="What a medical-insurance code looks like (regular expression).")
    ] = None,
) -> None:
    """Run the server, over TLS only, until it is told to stop."""
    if context.invoked_subcommand is not None:
        return
    if state is None:
        raise typer.BadParameter("--state is needed")
    from central import keys, personas, serving
    from central.database import open_database, sole_writer
    from central.registry import MEDICAL_CODE, Registry

    # What it says goes to standard error, one JSON object a line; standard output stays empty.
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    for needed in (keys.CERTIFICATE, keys.KEY):
        if not (state / needed).exists():
            raise typer.BadParameter(f"no {needed} in {state}: run `python -m central make-keys` first")
    with sole_writer(state):
        medical = re.compile(medical_code_pattern) if medical_code_pattern else MEDICAL_CODE
        registry = Registry(open_database(state), medical_code=medical)
        people = personas.seed(registry, seed_personas) if seed_personas else {}
        running = serving.serve(
            registry,
            state,
            host=host,
            port=port,
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
def describe(out: Annotated[Path, typer.Argument(help="Where to write the description.")]) -> None:
    """Write the OpenAPI description, as published in docs/central-openapi.json."""
    from central.web import describe as description

    out.write_text(json.dumps(description(), ensure_ascii=False, indent=1) + "\n")


app()
