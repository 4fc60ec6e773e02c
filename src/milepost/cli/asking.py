"""`milepost people`, `events` and `event`: who may be asked, and what happened to them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from milepost.cli import running
from milepost.errors import DataError, QuestionError

if TYPE_CHECKING:
    from milepost.server.importing.account import Account
    from milepost.server.importing.fields import Kind
    from milepost.server.importing.mapping import Mapping
    from milepost.server.models import Company, Person
    from milepost.server.settings import Settings

people = typer.Typer(help="The people who may be asked.")
events = typer.Typer(help="What happened to people.")

FolderOption = Annotated[Path, typer.Option("--folder", help="The project folder.")]
FileArgument = Annotated[Path, typer.Argument(help="CSV or XLSX with column names.")]
MapOption = Annotated[
    list[str] | None,
    typer.Option(
        "--map", help="COLUMN=FIELD where the guess is wrong; a field, attribute or ignore."
    ),
]
DryOption = Annotated[
    bool, typer.Option("--dry-run", help="Count what it would do; write nothing.")
]
RegionOption = Annotated[
    str | None, typer.Option("--region", help="Country of bare phone numbers, such as DK.")
]
_FOLDER = Path()


@people.command("import")
def import_people(
    file: FileArgument,
    map: MapOption = None,
    dry_run: DryOption = False,
    test: Annotated[
        bool, typer.Option("--test", help="New ones are test people, never counted.")
    ] = False,
    region: RegionOption = None,
    folder: FolderOption = _FOLDER,
) -> None:
    """Take in a file of people; the same file again changes nothing."""
    settings = _opened(folder)
    mapping = _mapping(file, "people", map, region=region, test=test)
    _import(settings, file, mapping, dry_run=dry_run)


@people.command("find")
def find_people(
    text: Annotated[str, typer.Argument(help="The beginning of a name, address, number or id.")],
    format: Annotated[str, typer.Option("--format", help="table or json.")] = "table",
    folder: FolderOption = _FOLDER,
) -> None:
    """Find people by the beginning of what is known of them."""
    _opened(folder)
    from milepost.insight.asking import one_of
    from milepost.server.importing.values import region_of
    from milepost.server.queries.people import search

    one_of("--format", format, ("table", "json"))
    found = search(text, region=region_of(_company().time_zone))
    rows = [_row(person) for person in found.people]
    if format == "json":
        running.write(json.dumps(rows, ensure_ascii=False, indent=2) + "\n")
        return
    running.write("".join("  ".join(row.values()) + "\n" for row in rows) or "nobody found\n")
    if found.more:
        running.write(f"and more; the first {len(rows)} are shown\n")


@events.command("import")
def import_events(
    file: FileArgument,
    map: MapOption = None,
    dry_run: DryOption = False,
    event: Annotated[
        str, typer.Option("--event", help="Their name, where no column holds it.")
    ] = "",
    create: Annotated[bool, typer.Option("--create", help="Add people who are not known.")] = False,
    region: RegionOption = None,
    folder: FolderOption = _FOLDER,
) -> None:
    """Take in a file of events; the same event again is the same event."""
    settings = _opened(folder)
    mapping = _mapping(file, "events", map, region=region, event=event, create=create)
    _import(settings, file, mapping, dry_run=dry_run)


def event(
    name: Annotated[str, typer.Argument(help="What happened: delivered, ticket_opened.")],
    person: Annotated[
        str, typer.Option("--person", help="A customer id, e-mail address or phone.")
    ],
    at: Annotated[str | None, typer.Option("--at", help="When: 2026-05-31 14:30; now.")] = None,
    key: Annotated[
        str | None, typer.Option("--key", help="Your own id of it, so that it counts once.")
    ] = None,
    touchpoint: Annotated[
        str, typer.Option("--touchpoint", "-t", help="Where in the journey.")
    ] = "",
    channel: Annotated[
        str, typer.Option("--channel", help="By which channel, if it was a contact.")
    ] = "",
    detail: Annotated[
        list[str] | None, typer.Option("--detail", help="name=value; travels along.")
    ] = None,
    folder: FolderOption = _FOLDER,
) -> None:
    """Tell of one event that happened to a person."""
    _opened(folder)
    from milepost.server.actions.events import happened
    from milepost.server.importing.values import Unusable, attributes, bounded

    try:
        kept, new = happened(
            bounded(name, 60), _one(person), at=_at(at), key=key and bounded(key, 100),
            touchpoint=bounded(touchpoint, 60), channel=bounded(channel, 16),
            details=attributes(_pairs("--detail", detail)),
        )  # fmt: skip
    except Unusable as wrong:
        raise QuestionError(f"event: {wrong}") from None
    running.write(f"{kept.name}: {'kept' if new else 'was known already'}\n")


def _opened(folder: Path) -> Settings:
    from milepost.server.opening import open_server, require_migrated

    settings = open_server(folder)
    require_migrated()
    return settings


def _mapping(
    file: Path, kind: Kind, changes: Sequence[str] | None, *, region: str | None, **options: Any
) -> Mapping:
    """The guessed mapping with what was said of it. Raises DataError where it does not fit the file."""
    from dataclasses import replace

    from milepost.server.importing import values
    from milepost.server.importing.files import columns
    from milepost.server.importing.mapping import check
    from milepost.server.importing.previewing import guessed

    if not file.is_file():
        raise QuestionError(f"{file}: there is no such file; give a CSV or XLSX file")
    zone = _company().time_zone
    try:
        country = values.region(region) if region else values.region_of(zone)
    except values.Unusable as wrong:
        raise QuestionError(f"--region {region}: {wrong}") from None
    found = guessed(file, kind, region=country, time_zone=zone)
    said = _pairs("--map", changes)
    # Whoever names a column for a field takes it from the one that was guessed.
    left = {
        column: "attribute"
        if target in said.values() and target not in ("attribute", "ignore")
        else target
        for column, target in found.columns.items()
    }
    mapping = replace(found, columns={**left, **said}, **options)
    check(mapping, columns(file))
    return mapping


def _import(settings: Settings, file: Path, mapping: Mapping, *, dry_run: bool) -> None:
    from milepost.server.actions import imports
    from milepost.server.importing import files
    from milepost.server.importing.account import account_of
    from milepost.server.importing.running import rehearse, rejects_of, run
    from milepost.server.worker.queue import worker_name

    for column, target in mapping.columns.items():
        running.write(f"{column} -> {target}\n")
    with running.progress() as show:

        def told(account: Account) -> None:
            show(file.name, "dry run" if dry_run else "import", account.read)

        if dry_run:
            _tell(rehearse(file, mapping, progress=told))
            return
        suffix, worker = files.suffix_of(file.name), worker_name()
        with file.open("rb") as handle:
            job = imports.receive(
                file.name, iter(lambda: handle.read(1 << 20), b""), kind=mapping.kind,
                suffix=suffix, own=settings.own, most=files.MOST_BYTES[suffix],
            )  # fmt: skip
        imports.remap(job, mapping.to_json())
        imports.take(job, worker)
        run(job, worker, settings.own, progress=told)
    if job.state == "failed":
        raise DataError(job.error)
    _tell(account_of(job))
    rejects = rejects_of(settings.own / job.path)
    if rejects.exists():
        running.write(f"what was not taken: {rejects}\n")


def _tell(account: Account) -> None:
    lines = [f"{account.read:,} records read"]
    lines += [f"{count:,} {name}" for name, count in account.counts.items() if count]
    lines += [f"rejected, {count:,}: {reason}" for reason, count in account.reasons.items()]
    lines += [f"left out, {count:,}: {reason}" for reason, count in account.left_out.items()]
    lines += [f"kept, {count:,}, but: {remark}" for remark, count in account.remarks.items()]
    running.write("".join(f"{line}\n" for line in lines))


def _pairs(option: str, given: Sequence[str] | None) -> dict[str, str]:
    found = {}
    for text in given or ():
        name, equals, value = text.rpartition("=") if option == "--map" else text.partition("=")
        if not equals or not name:
            raise QuestionError(f"{option} '{text}': expected name=value")
        found[name] = value
    return found


def _one(text: str) -> Person:
    from milepost.server.importing.values import region_of
    from milepost.server.queries.people import one

    found = one(text, region=region_of(_company().time_zone))
    if found is None:
        raise QuestionError(
            f"--person '{text}': nobody is known by it; give a customer id, e-mail or phone,"
            " or add them with 'milepost people import'"
        )
    return found


def _at(text: str | None) -> datetime | None:
    if text is None:
        return None
    from milepost.server.importing.moments import moment

    return moment(text, _company().time_zone)


def _company() -> Company:
    from milepost.server.models import Company

    return Company.load()


def _row(person: Person) -> dict[str, str]:
    named = {
        "name": person.name,
        "email": person.email,
        "phone": person.phone,
        "external_id": person.external_id,
        "status": person.status,
    }
    return {name: value or "-" for name, value in named.items()}
