"""One source built: its fact's file, its rejects and the account of its records."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from milepost.engine.database import MEMORY, connected, said
from milepost.engine.mapping.build import build
from milepost.engine.mapping.job import Job, Progress
from milepost.engine.prints import Print, print_of
from milepost.engine.project import Project
from milepost.engine.reading.plain import wrong
from milepost.engine.store import Built
from milepost.plan.facts import collected
from milepost.plan.model import Source


def build_source(project: Project, index: int, wanted: Print, progress: Progress) -> Built:
    """Build the plan's source of an index, as its print says that it stands.

    Raises MappingError where its mapping does not fit, DataError where it cannot be read.
    """
    if wanted.why:
        raise wanted.why
    source = project.plan.sources[index]
    name = f"{source.name}-{wanted.whole}.parquet"
    with _told(source), project.store.scratch() as scratch, connected(scratch, tries=True) as con:
        shape, own = project.facts[source.fact], source.collected
        job = Job(
            source=source, place=("sources", index), fact=collected(shape) if own else shape,
            company=project.plan.company, base=project.base, scratch=scratch,
            touchpoints=tuple(t.name for t in project.plan.touchpoints),
            progress=progress,
            collected=project.collected[source.fact] if own else None,
        )  # fmt: skip
        account = build(
            con, job, target=project.store.facts / name,
            rejects=project.store.rejects_of(source.name),
        )  # fmt: skip
    if print_of(project, source).whole != wanted.whole:
        raise wrong(
            f"source '{source.name}': {source.from_} or a look-up changed while it was read;"
            " try again when nothing writes to it"
        )
    size = (project.store.facts / name).stat().st_size
    return Built(name, wanted.mapping, wanted.whole, size, account)


# What DuckDB raises for a damaged file or a full disk; all else is a defect.
_OUTSIDE = (duckdb.OperationalError, duckdb.DataError, duckdb.InvalidInputException)


@contextmanager
def _told(source: Source) -> Iterator[None]:
    """Say in one line what outside of Milepost keeps a source from being built."""
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise wrong(
            f"source '{source.name}': {source.from_} cannot be built within {MEMORY} of memory"
            f" ({said(error)}); shorten the texts that its expressions make, or make room on the"
            " disk for what does not fit"
        ) from None
    except duckdb.Error as error:
        # A damaged Parquet page comes as the bare root of DuckDB's errors.
        if not isinstance(error, _OUTSIDE) and type(error) is not duckdb.Error:
            raise
        raise wrong(
            f"source '{source.name}': {source.from_} cannot be built"
            f" ({said(error)}); is a file damaged, or the disk full?"
        ) from None
