"""`kiosk policy`: is a file of regional rules right, and what does it mean."""

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from kiosk.text import Text

if TYPE_CHECKING:  # The rules' models take as long as a whole terminal, which does without.
    from kiosk.uplink.contract.policy import Policies, ServiceKind

app = typer.Typer(no_args_is_help=True, help="The rules of every region: policy.toml.")

_DEFAULT = Path("/etc/kiosk/policy.toml")


@app.command()
def check(file: Annotated[Path, typer.Argument(help="The rules.")] = _DEFAULT) -> None:
    """Read the rules and say what is wrong with them: line, key, what was expected. Exit status: 0 or 2."""
    policies = _policies(file)
    typer.echo(f"{file}: good; regions {', '.join(dict.fromkeys(each.code for each in policies.region))}")


@app.command()
def explain(
    service: Annotated[str, typer.Argument(help="What a citizen asks for, such as change_pin.")],
    region: Annotated[str, typer.Option(help="Whose rules.")] = "default",
    date: Annotated[datetime.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="On which day; today.")] = None,
    language: Annotated[Literal["zh", "en"], typer.Option(help="The explanation's.")] = "zh",
    file: Annotated[Path, typer.Option(help="The rules.")] = _DEFAULT,
) -> None:
    """Tell in words what a service asks, does and refuses in a region. Exit status: 0 or 2."""
    from kiosk.uplink.contract.policy import ServiceKind, UnknownRegion

    if service not in list(ServiceKind):
        typer.echo(f"no service {service}; there are {', '.join(ServiceKind)}", err=True)
        raise typer.Exit(2)
    policies, day = _policies(file), (date or datetime.datetime.now()).date()
    try:
        lines = list(_explanation(policies, ServiceKind(service), region, day, language))
    except UnknownRegion:
        known = ", ".join(dict.fromkeys(each.code for each in policies.region))
        typer.echo(f"{file}: no region {region}; it has {known}", err=True)
        raise typer.Exit(2) from None
    for line in lines:
        typer.echo(line)


def _policies(file: Path) -> "Policies":
    from kiosk.policy import PolicyError, load_policies

    try:
        return load_policies(file)
    except PolicyError as error:
        for line in error.lines:
            typer.echo(line, err=True)
        raise typer.Exit(2) from None


def _explanation(
    policies: "Policies", service: "ServiceKind", region: str, day: datetime.date, language: str
) -> Iterator[str]:
    from kiosk.console import policy_words
    from kiosk.language import say, say_date
    from kiosk.text import T

    def words(text: Text) -> str:
        return say(text, language)

    told = policy_words.explain(service, policies.of(region, day))
    sections = policies.sections(region)
    name = (sections[0].name_en if language == "en" else sections[0].name) if sections else region
    yield f"{words(policy_words.NAMES[service])} — {name} ({region}), {say_date(day, language)}"
    if told.asked:
        yield ""
        yield words(T("核对身份，任选一种：")) if len(told.asked) > 1 else words(T("核对身份："))
        yield from ("  - " + " + ".join(map(words, way)) for way in told.asked)
    refused = [*map(words, told.refused), *(f"{words(case.title)} ({case.code})" for case in told.cases)]
    for heading, lines in ((T("怎么办："), [*map(words, told.done)]), (T("不办的："), refused)):
        if lines:
            yield ""
            yield words(heading)
            yield from (f"  - {line}" for line in lines)
