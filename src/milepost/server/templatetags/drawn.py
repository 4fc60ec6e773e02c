"""Small drawings that stand within a line: values over time."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from milepost.insight.cells import Cell
from milepost.server.templatetags.telling import figure

register = template.Library()


@register.inclusion_tag("web/spark.html")
def spark(cell: Cell | None) -> dict[str, object]:
    """The course of a number over up to thirteen closed periods; nothing where there is none."""
    from milepost.charts.spark import spark as drawn  # noqa: PLC0415 -- loaded with the first drawing

    values = cell.course.values if cell and cell.course else ()
    known = [value for value in values if value is not None]
    if cell is None or len(known) < 2:
        return {"spark": None}
    told = ", ".join(figure(value, cell.unit) for value in known)
    label = _("%(n)d periods: %(told)s") % {"n": len(known), "told": told}
    return {"spark": drawn(values), "label": label}
