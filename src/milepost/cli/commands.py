"""The commands and their options; each is a thin shell around the rooms below."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from milepost.cli import asking, members, running, surveying
from milepost.cli.usage import UsageError, complaint
from milepost.errors import MilepostError
from milepost.version import __version__

app = typer.Typer(
    name="milepost",
    help="Customer experience along the whole journey, each number with its uncertainty.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

PlanOption = Annotated[Path, typer.Option("--plan", "-p", help="The plan file.")]
PointOption = Annotated[
    list[str] | None, typer.Option("--touchpoint", "-t", help="Only this touchpoint.")
]
SinceOption = Annotated[str | None, typer.Option("--since", help="First day, YYYY-MM-DD.")]
UntilOption = Annotated[
    str | None, typer.Option("--until", help="First day no longer counted, YYYY-MM-DD.")
]
WhereOption = Annotated[
    str | None, typer.Option("--where", help="A condition, such as \"country = 'DK'\".")
]
FormatOption = Annotated[str, typer.Option("--format", help="table or json.")]
FolderOption = Annotated[Path, typer.Option("--folder", help="The project folder.")]
INTERRUPTED = 130
_PLAN = Path("milepost.yaml")
_REPORT = Path("report.html")
_FOLDER = Path()
_DEMO = Path("milepost-demo")
_FORMATS = (
    "table, json, csv or parquet. CSV is exact: in a spreadsheet, import its text columns as text,"
    " for a value may begin with '='."
)


def run() -> int:
    """Run the command line, and give its exit status; a mistake of the user's is one line."""
    try:
        status: int = app(standalone_mode=False, prog_name="milepost") or 0
    except (KeyboardInterrupt, typer.Abort):
        status = INTERRUPTED
    except UsageError as error:
        names = [
            command.callback.__name__ for command in app.registered_commands if command.callback
        ]
        names += [group.name for group in app.registered_groups if group.name]
        status = running.refuse(complaint(error, names, sys.argv[1:]))
    except MilepostError as error:
        status = running.report(error)
    except RuntimeError as error:
        # So does DuckDB tell of Ctrl-C.
        if str(error) != "Query interrupted":
            raise
        status = INTERRUPTED
    return status


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    """Customer experience along the whole journey, each number with its uncertainty."""
    if version:
        running.write(f"milepost {__version__}\n")
    elif context.invoked_subcommand is None:
        typer.echo(context.get_help(), err=True)
        raise typer.Exit(running.WRONG_PLAN)


@app.command()
def init(
    data: Annotated[Path, typer.Argument(help="A file of survey answers: CSV, XLSX, Parquet, …")],
    plan: PlanOption = _PLAN,
    force: Annotated[bool, typer.Option("--force", help="Replace a plan that is there.")] = False,
) -> None:
    """Look at a data file and write a commented starter plan; say what was guessed."""
    from milepost.cli.starting import start

    running.write(start(data, plan, force=force) + "\n")


@app.command()
def check(
    plan: PlanOption = _PLAN,
    format: FormatOption = "table",
) -> None:
    """Check the plan and its data, and print the account of every record."""
    from milepost.cli.checking import check as run

    raise typer.Exit(run(plan, format=format))


@app.command()
def measure(
    metrics: Annotated[
        list[str] | None,
        typer.Argument(help="Metrics to measure; none: the journey scorecard.", show_default=False),
    ] = None,
    plan: PlanOption = _PLAN,
    touchpoint: PointOption = None,
    by: Annotated[
        list[str] | None, typer.Option("--by", help="Cut by a segment (repeat or a,b).")
    ] = None,
    every: Annotated[
        str | None, typer.Option("--every", help="day, week, month, quarter, year or all.")
    ] = None,
    rolling: Annotated[
        str | None, typer.Option("--rolling", help="A window up to now, such as 90d.")
    ] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    where: WhereOption = None,
    against: Annotated[
        str, typer.Option("--against", help="Compare with previous, year_ago or rest.")
    ] = "previous",
    pooled: Annotated[
        bool, typer.Option("--pooled", help="Pool all touchpoints, and say so.")
    ] = False,
    unweighted: Annotated[
        bool, typer.Option("--unweighted", help="Count every answer once.")
    ] = False,
    details: Annotated[
        bool, typer.Option("--details", help="Show p, n_eff and method too.")
    ] = False,
    format: Annotated[str, typer.Option("--format", help=_FORMATS)] = "table",
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Write to a file instead.")
    ] = None,
) -> None:
    """Measure metrics, or print the journey scorecard of the latest complete period."""
    from milepost.cli.measuring import run
    from milepost.insight.asking import one_touchpoint, question_of

    question = question_of(
        mark="--", metrics=metrics or (), touchpoint=one_touchpoint(touchpoint or ()),
        by=[name.strip() for part in by or () for name in part.split(",")], every=every,
        rolling=rolling, since=since, until=until, where=where, against=against, pooled=pooled,
        unweighted=unweighted,
    )  # fmt: skip
    run(plan, question, details=details, format=format, out=out)


@app.command()
def report(
    out: Annotated[Path, typer.Option("--out", "-o", help="The file to write.")] = _REPORT,
    pdf: Annotated[
        bool, typer.Option("--pdf", help="Print it too, with the Chromium that is installed.")
    ] = False,
    plan: PlanOption = _PLAN,
    every: Annotated[
        str | None, typer.Option("--every", help="day, week, month, quarter, year or all.")
    ] = None,
    since: SinceOption = None,
    until: UntilOption = None,
) -> None:
    """Write the scorecard with trends, segments, data and definitions as one file."""
    from milepost.cli.reporting import report as run
    from milepost.insight.asking import question_of

    run(plan, question_of(mark="--", every=every, since=since, until=until), out=out, pdf=pdf)


@app.command()
def history(
    metric: Annotated[str, typer.Argument(help="The metric whose history is wanted.")],
    plan: PlanOption = _PLAN,
    touchpoint: PointOption = None,
    format: FormatOption = "table",
) -> None:
    """Show what was measured of a metric before, and what has changed since."""
    from milepost.cli.modelling import history as run

    run(plan, metric, touchpoint=touchpoint, format=format)


@app.command()
def forecast(
    metric: Annotated[str, typer.Argument(help="A count, such as orders or contact_volume.")],
    plan: PlanOption = _PLAN,
    ahead: Annotated[
        str, typer.Option("--ahead", help="How far ahead, such as 28d or 4w.")
    ] = "28d",
    touchpoint: PointOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    where: WhereOption = None,
    format: FormatOption = "table",
) -> None:
    """Forecast a count by day, and tell how far such forecasts were off."""
    from milepost.cli.modelling import forecast as run

    run(plan, metric, ahead=ahead, touchpoint=touchpoint, since=since, until=until, where=where,
        format=format)  # fmt: skip


@app.command()
def staff(
    plan: PlanOption = _PLAN,
    service: Annotated[
        str, typer.Option("--service", help="80/20: 80 % of calls answered within 20 seconds.")
    ] = "80/20",
    handle_seconds: Annotated[
        float | None,
        typer.Option("--handle-seconds", help="How long a call takes; else the data's mean."),
    ] = None,
    shrinkage: Annotated[
        float, typer.Option("--shrinkage", help="Per cent of paid time not at work.")
    ] = 30,
    quantile: Annotated[
        float, typer.Option("--quantile", help="Staff for this percentile of an hour's calls.")
    ] = 80,
    channel: Annotated[
        str | None, typer.Option("--channel", help="The channel of the calls; else phone.")
    ] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    where: Annotated[
        str | None, typer.Option("--where", help="A condition, such as \"team = 'sales'\".")
    ] = None,
    format: FormatOption = "table",
) -> None:
    """Tell how many agents the calls need, by weekday and hour."""
    from milepost.cli.modelling import staff as run

    run(plan, service=service, handle_seconds=handle_seconds, shrinkage=shrinkage,
        quantile=quantile, channel=channel, since=since, until=until, where=where,
        format=format)  # fmt: skip


@app.command()
def effect(
    initiative: Annotated[
        str | None, typer.Argument(help="An initiative of the plan.", show_default=False)
    ] = None,
    plan: PlanOption = _PLAN,
    every: Annotated[str, typer.Option("--every", help="day, week or month.")] = "week",
    control: Annotated[
        str | None,
        typer.Option("--control", help="Rows it cannot have touched: a condition, or country=SE."),
    ] = None,
    by: Annotated[
        str | None, typer.Option("--by", help="The segment whose values are units, such as store.")
    ] = None,
    skip: Annotated[int, typer.Option("--skip", help="Leave out so many days of the launch.")] = 0,
    price: Annotated[
        bool, typer.Option("--price", help="The share price alone; without a name its beta.")
    ] = False,
    since: SinceOption = None,
    until: UntilOption = None,
    where: WhereOption = None,
    format: FormatOption = "table",
) -> None:
    """Tell whether an initiative worked: its metric before and after, and the share price."""
    from milepost.cli.modelling import effect as run

    run(plan, initiative, every=every, control=control, by=by, skip=skip, price=price, since=since,
        until=until, where=where, format=format)  # fmt: skip


@app.command()
def cohorts(
    plan: PlanOption = _PLAN,
    fact: Annotated[
        str, typer.Option("--fact", help="orders, visits, …; subscriptions: who is still there.")
    ] = "orders",
    every: Annotated[
        str, typer.Option("--every", help="day, week, month, quarter or year.")
    ] = "month",
    since: Annotated[
        str | None, typer.Option("--since", help="Cohorts from this day on, YYYY-MM-DD.")
    ] = None,
    until: UntilOption = None,
    where: WhereOption = None,
    ahead: Annotated[
        int | None, typer.Option("--ahead", help="Project contracts for so many periods.")
    ] = None,
    format: FormatOption = "table",
) -> None:
    """Tell which share of new customers is back, or still there, so many periods later."""
    from milepost.cli.modelling import cohorts as run

    run(plan, fact=fact, every=every, since=since, until=until, where=where, ahead=ahead,
        format=format)  # fmt: skip


@app.command()
def value(
    plan: PlanOption = _PLAN,
    by: Annotated[str | None, typer.Option("--by", help="Cut by a segment.")] = None,
    months: Annotated[int, typer.Option("--months", help="How far ahead, in months.")] = 24,
    discount: Annotated[
        float, typer.Option("--discount", help="Per cent a year by which later money counts less.")
    ] = 10,
    until: Annotated[
        str | None, typer.Option("--until", help="First day the models do not know, YYYY-MM-DD.")
    ] = None,
    where: Annotated[
        str | None,
        typer.Option("--where", help="A condition on orders, such as \"country = 'DK'\"."),
    ] = None,
    format: FormatOption = "table",
) -> None:
    """Tell what customers brought, what they may still bring, and what it cost to win them."""
    from milepost.cli.modelling import value as run

    run(plan, by=by or (), months=months, discount=discount, until=until, where=where,
        format=format)  # fmt: skip


@app.command()
def metrics(
    name: Annotated[str | None, typer.Argument(help="One metric.", show_default=False)] = None,
    plan: PlanOption = _PLAN,
    format: FormatOption = "table",
) -> None:
    """List the catalogue, or print one metric's definition, formula, SQL and source."""
    from milepost.cli.catalogue import listing, page

    text = listing(plan, format=format) if name is None else page(name, plan, format=format)
    running.write(f"{text}\n")


@app.command()
def serve(
    folder: FolderOption = _FOLDER,
    port: Annotated[
        int | None, typer.Option("--port", min=1, max=65535, help="Listen on this port instead.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would be done, and change nothing.")
    ] = False,
    no_backup: Annotated[
        bool, typer.Option("--no-backup", help="Bring the database up without a copy of before.")
    ] = False,
) -> None:
    """Serve the pages that ask customers and show what they say, with a worker."""
    from milepost.cli.serving import serve as run

    run(folder, port=port, dry_run=dry_run, backup=not no_backup)


@app.command()
def worker(folder: FolderOption = _FOLDER) -> None:
    """Run one more worker: it sends, imports and decides; as many as wanted."""
    from milepost.cli.serving import work

    work(folder)


@app.command()
def doctor(folder: FolderOption = _FOLDER, format: FormatOption = "table") -> None:
    """Say what is wrong with the server's set-up, and what to do about it."""
    from milepost.cli.serving import doctor as run

    raise typer.Exit(run(folder, format=format))


@app.command()
def backup(folder: FolderOption = _FOLDER) -> None:
    """Copy the server's database into .milepost/backups, while it runs."""
    from milepost.cli.serving import back_up

    back_up(folder)


@app.command()
def bounces(
    mails: Annotated[
        list[Path] | None,
        typer.Argument(help="Files or maildirs; none: one mail from standard input."),
    ] = None,
    folder: FolderOption = _FOLDER,
) -> None:
    """Take in mails that came back, so that dead addresses are asked no more."""
    from milepost.cli.bouncing import bounces as run

    run(folder, mails or ())


@app.command()
def demo(
    folder: Annotated[
        Path, typer.Argument(help="The folder to make; it must not be there yet.")
    ] = _DEMO,
    seed: Annotated[
        int, typer.Option("--seed", min=0, help="Another company of the same kind.")
    ] = 7,
    password: Annotated[
        str | None,
        typer.Option("--password", help="The administrator's password; else a random one is told."),
    ] = None,
) -> None:
    """Make a company to look at: eighteen months of a shop that never was, with planted truths."""
    from milepost.cli.demonstrating import demo as run

    run(folder, seed=seed, password=password)


@app.command()
def schema() -> None:
    """Print the JSON Schema of the plan, for editors."""
    import json

    from milepost.plan.schema import json_schema

    running.write(json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n")


app.add_typer(asking.people, name="people")
app.add_typer(asking.events, name="events")
app.add_typer(surveying.survey, name="survey")
app.add_typer(members.member, name="member")
app.command()(asking.event)
