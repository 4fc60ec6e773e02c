"""Rows written by the thousand, without what Django does anew for each of them.

`bulk_create` would take half of an import's time: it compiles a statement anew for every few dozen
rows, and asks every field about every value. Here one statement serves all, and values that look
the same in the database as in Python are not asked about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any

from django.db import connection, connections, models

# Fields whose values look otherwise in the database than in Python.
_FORMED = (models.DateTimeField, models.JSONField, models.UUIDField)
_REMEMBERED = 1_000
_Form = Callable[[Any], object]


def insert(rows: Sequence[models.Model], *, known: bool = False) -> None:
    """Write new rows of one table; they get no ids. `known`: those whose keys are there are passed over."""
    if not rows:
        return
    fields = [field for field in rows[0]._meta.concrete_fields if not field.primary_key]
    columns, places = ", ".join(map(_column, fields)), ", ".join(["%s"] * len(fields))
    text = f"INSERT INTO {_table(rows)} ({columns}) VALUES ({places})"
    _write(f"{text} ON CONFLICT DO NOTHING" if known else text, _cells(rows, fields))


def update(rows: Sequence[models.Model], names: Iterable[str]) -> None:
    """Write columns, by their fields' names, of rows of one table that have ids."""
    if not rows:
        return
    meta = rows[0]._meta
    fields = [meta.get_field(name) for name in names]
    key = meta.get_field("id")
    sets = ", ".join(f"{_column(field)} = %s" for field in fields)
    text = f"UPDATE {_table(rows)} SET {sets} WHERE {_column(key)} = %s"
    _write(text, _cells(rows, [*fields, key]))


def _write(text: str, cells: list[list[Any]]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(text, cells)


def _table(rows: Sequence[models.Model]) -> str:
    return connection.ops.quote_name(rows[0]._meta.db_table)


def _column(field: Any) -> str:
    return connection.ops.quote_name(str(field.column))


def _cells(rows: Sequence[models.Model], fields: Sequence[Any]) -> list[list[Any]]:
    """The fields of each row, as the database takes them."""
    values = attrgetter(*(field.attname for field in fields))
    cells = [list(values(row)) for row in rows]
    for place, field in enumerate(fields):
        if isinstance(field, _FORMED):
            form = _form(field)
            for row in cells:
                row[place] = form(row[place])
    return cells


def _form(field: Any) -> _Form:
    """How a field's values look in the database; those that come again, as moments do, are formed once."""
    # The connection itself: behind its proxy every question of a field takes a detour.
    wrapper = connections[connection.alias]
    if isinstance(field, models.UUIDField):
        return lambda value: field.get_db_prep_save(value, wrapper)
    known: dict[object, object] = {}

    def form(value: Any) -> object:
        key = tuple(value.items()) if isinstance(value, dict) else value
        if key not in known:
            if len(known) > _REMEMBERED:
                known.clear()
            known[key] = field.get_db_prep_save(value, wrapper)
        return known[key]

    return form
