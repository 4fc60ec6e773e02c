"""What decides a source's fact, as short hashes: its part of the plan alone, and with its data."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from milepost.engine import reading
from milepost.engine.project import Project
from milepost.errors import DataError
from milepost.plan.model import Source
from milepost.version import __version__


@dataclass(frozen=True, slots=True)
class Print:
    """A source as it stands: `mapping` is of its part of the plan, `whole` of its data too.

    `whole` is empty where the data is not there; `why` says why.
    """

    mapping: str
    whole: str
    why: DataError | None = None


def print_of(project: Project, source: Source) -> Print:
    """The print of a source: its mapping, the company's clock and the version; its files."""
    mapping = _mapping(project, source)
    try:
        return Print(mapping, _hash([mapping, *_data(project, source)]))
    except DataError as error:
        return Print(mapping, "", error)


def _mapping(project: Project, source: Source) -> str:
    company, touchpoints = project.plan.company, [t.name for t in project.plan.touchpoints]
    shape = project.facts.get(source.fact)
    own = [shape.key, shape.time, shape.columns] if shape else None
    stated = source.model_dump(mode="json")
    return _hash([__version__, stated, company.timezone, touchpoints, own])


def _data(project: Project, source: Source) -> list[str]:
    """What tells one state of the data from another. Raises DataError where a file is not there."""
    files = [] if source.collected else [*reading.find_files(source.from_, base=project.base)]
    for join in source.join:
        files += reading.find_files(join.from_, base=project.base)
    found = [reading.fingerprint(files)]
    return [*found, project.collected[source.fact].fingerprint] if source.collected else found


def _hash(decisive: object) -> str:
    text = json.dumps(decisive, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
