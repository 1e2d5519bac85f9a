"""The console's actions on the command line: text for people, JSON by `--json` as docs/console.json has it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from kiosk.console.text import lines

DEFAULT_CONFIG = Path("/etc/kiosk/kiosk.toml")

Config = Annotated[Path, typer.Option("--config", help="The machine's settings.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Language = Annotated[Literal["zh", "en"], typer.Option("--language", help="Of the words in the result.")]
Yes = Annotated[bool, typer.Option("--yes", help="Don't ask again.")]

Limit = Annotated[int, typer.Option("--limit", help="So many at most.")]

REFUSED, NO_CONSOLE, NOT_IN_ORDER = 1, 2, 3
"""Exit statuses: the action isn't done; no kiosk answers, or a file can't be used; what was tested isn't in order."""


def add_to(app: typer.Typer) -> None:
    """Give `app` a command for each action."""
    for command in (console, *_COMMANDS, *_TESTS):
        app.command()(command)


def console(config: Config = DEFAULT_CONFIG, language: Language = "zh") -> None:
    """The maintenance console in this terminal: board, tests, actions."""
    from kiosk.console import terminal
    from kiosk.console.client import NoConsole, socket_of

    try:
        why = terminal.run(socket_of(config), language=language)
    except NoConsole as error:
        why = str(error)
    if why is not None:
        typer.echo(why, err=True)
        raise typer.Exit(NO_CONSOLE)


def board(config: Config = DEFAULT_CONFIG, as_json: AsJson = False, language: Language = "en") -> None:
    """How the running kiosk is: what is wrong and what to do, paper, disk, work, versions, network."""
    _do(config, "board", {}, as_json=as_json, language=language)


def status(config: Config = DEFAULT_CONFIG, as_json: AsJson = False, language: Language = "en") -> None:
    """One line, and one for each condition. Exit status: 0 nobody has to come now, 3 somebody has to."""
    result = _do(config, "board", {}, as_json=as_json or None, language=language)
    now = [each for each in result["conditions"] if each["urgency"] == "now"]
    if not as_json:
        service = "in service" if result["in_service"] else "out of service"
        typer.echo(f"{result['machine']}: {service}, {len(now)} now, {len(result['conditions']) - len(now)} soon")
        for each in result["conditions"]:
            typer.echo(f"{each['urgency']:4}  {each['id']}  {each['title']}")
    raise typer.Exit(NOT_IN_ORDER if now else 0)


def actions(config: Config = DEFAULT_CONFIG, as_json: AsJson = False, language: Language = "en") -> None:
    """What you may do at the running kiosk."""
    _do(config, "actions", {}, as_json=as_json, language=language)


def out_of_service(config: Config = DEFAULT_CONFIG, as_json: AsJson = False, language: Language = "en") -> None:
    """Serve nobody, from the end of the visit under way on."""
    _do(config, "out_of_service", {}, as_json=as_json, language=language)


def back_in_service(config: Config = DEFAULT_CONFIG, as_json: AsJson = False, language: Language = "en") -> None:
    """Serve again."""
    _do(config, "back_in_service", {}, as_json=as_json, language=language)


def restart(
    config: Config = DEFAULT_CONFIG, as_json: AsJson = False, language: Language = "en", yes: Yes = False
) -> None:
    """End in good order; the service manager starts the kiosk again."""
    _do(config, "restart", {}, as_json=as_json, language=language, yes=yes)


def clear(condition: str, config: Config = DEFAULT_CONFIG, as_json: AsJson = False, language: Language = "en") -> None:
    """Say that a condition was seen to, which no device takes back by itself."""
    _do(config, "clear", {"condition": condition}, as_json=as_json, language=language)


def paper_replaced(config: Config = DEFAULT_CONFIG, as_json: AsJson = False, language: Language = "en") -> None:
    """Put in a new roll of paper, and try it with a test slip."""
    _do(config, "paper_replaced", {}, as_json=as_json, language=language)


def network(config: Config = DEFAULT_CONFIG, as_json: AsJson = False, language: Language = "en") -> None:
    """Test the way to the central server, from the cable up. Exit status: 0 in order, 3 not."""
    result = _do(config, "network", {}, as_json=as_json, language=language)
    raise typer.Exit(0 if result["passed"] else NOT_IN_ORDER)


def operations(
    unsettled: Annotated[
        bool, typer.Option("--unsettled", help="Those alone that the server hasn't heard of.")
    ] = False,
    limit: Limit = 50,
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
    language: Language = "en",
) -> None:
    """The newest operations, by the server's handles of the cards."""
    _do(config, "operations", {"unsettled": unsettled, "limit": limit}, as_json=as_json, language=language)


def records(
    event: Annotated[str, typer.Option("--event", help="One kind alone, such as technician.")] = "",
    limit: Limit = 50,
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
    language: Language = "en",
) -> None:
    """The newest records of the journal."""
    _do(config, "records", {"event": event or None, "limit": limit}, as_json=as_json, language=language)


def log(
    level: Annotated[str, typer.Option("--level", help="At least so grave: debug, info, warning, error.")] = "info",
    event: Annotated[str, typer.Option("--event", help="How the events' names begin.")] = "",
    limit: Limit = 100,
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
    language: Language = "en",
) -> None:
    """The newest events of this run; `journalctl -u kiosk` has older ones."""
    arguments = {"level": level, "event": event, "limit": limit}
    _do(config, "log", arguments, as_json=as_json, language=language)


def settings(
    installed: Annotated[
        bool, typer.Option("--installed", help="The bureau's own file, whatever was applied over it.")
    ] = False,
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
    language: Language = "en",
) -> None:
    """The settings that the kiosk runs with."""
    result = _do(config, "settings", {"installed": installed}, as_json=as_json or None, language=language)
    if not as_json:
        typer.echo(result["text"], nl=False)


def settings_check(
    file: Path, config: Config = DEFAULT_CONFIG, as_json: AsJson = False, language: Language = "en"
) -> None:
    """Compare a file with the settings that run. Exit status: 0 it can be applied, 3 not."""
    result = _do(config, "settings_check", {"text": _read(file)}, as_json=as_json, language=language)
    raise typer.Exit(NOT_IN_ORDER if result["faults"] else 0)


def settings_apply(
    file: Path,
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
    language: Language = "en",
    yes: Yes = False,
) -> None:
    """Start anew with these settings; they go back by themselves unless `settings-confirm` follows within 120 s."""
    _do(config, "settings_apply", {"text": _read(file)}, as_json=as_json, language=language, yes=yes)


def settings_confirm(config: Config = DEFAULT_CONFIG, as_json: AsJson = False, language: Language = "en") -> None:
    """Keep the settings that are on trial."""
    _do(config, "settings_confirm", {}, as_json=as_json, language=language)


Folder = Annotated[Path, typer.Argument(help="The folder that gets the file.")]


def export(
    to: Folder = Path(),
    keep: Annotated[bool, typer.Option("--keep", help="Keep it in the machine: kept-export takes it away.")] = False,
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
    language: Language = "en",
) -> None:
    """What the makers need to see of this machine, enciphered to the bureau's key (`age --decrypt`)."""
    _hand_out(_do(config, "export", {"keep": keep}, as_json=as_json or None, language=language), to, as_json=as_json)


def kept_export(
    to: Folder = Path(), config: Config = DEFAULT_CONFIG, as_json: AsJson = False, language: Language = "en"
) -> None:
    """The newest export that somebody kept in the machine."""
    _hand_out(_do(config, "kept_export", {}, as_json=as_json or None, language=language), to, as_json=as_json)


def _hand_out(result: Mapping[str, Any], to: Path, *, as_json: bool) -> None:
    """Put the file that a result carries into a folder, and print where it is."""
    if as_json:
        return
    import base64

    if result["content"] is None:
        typer.echo(result["name"])
        return
    path = to / result["name"]
    try:
        path.write_bytes(base64.b64decode(result["content"]))
    except OSError as error:
        typer.echo(f"{path}: {error.strerror}", err=True)
        raise typer.Exit(NO_CONSOLE) from None
    typer.echo(path)


_COMMANDS = (
    *(
        board,
        status,
        actions,
        out_of_service,
        back_in_service,
        clear,
        paper_replaced,
        network,
        operations,
        records,
        log,
    ),
    *(settings, settings_check, settings_apply, settings_confirm, export, kept_export, restart),
)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        typer.echo(f"{file}: can't be read ({type(error).__name__})", err=True)
        raise typer.Exit(NO_CONSOLE) from None


def _do(
    config: Path,
    action: str,
    arguments: Mapping[str, object],
    *,
    as_json: bool | None,
    language: str,
    yes: bool = False,
) -> dict[str, Any]:
    """Have one action done and print its result, unless `as_json` is None; exits where it isn't done."""
    from kiosk.console.client import ActionRefused, ConsoleClient, NoConsole, socket_of

    try:
        with ConsoleClient(socket_of(config), language=language) as client:
            try:
                result = client.perform(action, arguments, confirmed=yes, tell=_tell, ask=_ask)
            except ActionRefused as refused:
                if refused.reason != "confirm" or not typer.confirm(refused.why, err=True):
                    raise
                result = client.perform(action, arguments, confirmed=True, tell=_tell, ask=_ask)
    except NoConsole as error:
        typer.echo(error, err=True)
        raise typer.Exit(NO_CONSOLE) from None
    except ActionRefused as refused:
        if as_json:
            typer.echo(json.dumps({"refused": refused.reason, "why": str(refused)}, ensure_ascii=False))
        else:
            typer.echo(f"{refused.reason}: {refused}", err=True)
        raise typer.Exit(REFUSED) from None
    if as_json:
        typer.echo(json.dumps(result, ensure_ascii=False, indent=2))
    elif as_json is not None:
        for line in lines(result):
            typer.echo(line)
    return result


def _tell(words: str) -> None:
    typer.echo(words, err=True)


def _ask(question: str, answers: tuple[str, ...]) -> str:
    return str(typer.prompt(f"{question} [{'/'.join(answers)}]", err=True))


def self_test(device: str, config: Config = DEFAULT_CONFIG, as_json: AsJson = False, language: Language = "en") -> None:
    """Test one device: card_reader, pin_pad, receipt_printer, document_printer, camera, screen, voice, id_reader,
    network or storage."""
    result = _do(config, "self_test", {"device": device}, as_json=as_json, language=language)
    raise typer.Exit(REFUSED if result["result"] == "failed" else 0)


def readiness(config: Config = DEFAULT_CONFIG, as_json: AsJson = False, language: Language = "en") -> None:
    """Test every device. Exit status: 0 may serve, 1 may not."""
    result = _do(config, "readiness", {}, as_json=as_json, language=language)
    raise typer.Exit(0 if result["ready"] else REFUSED)


def self_test_results(config: Config = DEFAULT_CONFIG, as_json: AsJson = False, language: Language = "en") -> None:
    """The newest result of each device's test."""
    _do(config, "self_test_results", {}, as_json=as_json, language=language)


def readiness_report(folder: Path, config: Config = DEFAULT_CONFIG, language: Language = "en") -> None:
    """Put the report of readiness into a folder, as PDF. Exit status: 0 may serve, 1 may not."""
    import base64

    result = _do(config, "readiness_report", {}, language=language, as_json=None)
    file = folder / result["name"]
    file.write_bytes(base64.b64decode(result["pdf"]))
    typer.echo(file)
    raise typer.Exit(0 if result["ready"] else REFUSED)


def print_readiness(config: Config = DEFAULT_CONFIG, as_json: AsJson = False, language: Language = "en") -> None:
    """Print the report of readiness on the machine's own printer."""
    _do(config, "print_readiness", {}, as_json=as_json, language=language)


_TESTS = (self_test, readiness, self_test_results, readiness_report, print_readiness)
