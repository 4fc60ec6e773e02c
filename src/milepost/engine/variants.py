"""What can be wrong with the metrics a plan makes of the catalogue's: their names, base and boxes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from milepost.errors import hint
from milepost.metrics.boxes import Boxes, end_of, label
from milepost.metrics.catalogue import BUILT_IN
from milepost.metrics.definition import IN_BOTTOM, Metric
from milepost.metrics.own import variant
from milepost.plan.askings import Asking
from milepost.plan.load import Draft
from milepost.plan.mistakes import Mistake
from milepost.plan.model import OwnMetric, Plan
from milepost.plan.questions import Scale, scales_named
from milepost.plan.reading import Place


def variants(
    draft: Draft, plan: Plan, askings: Mapping[str, tuple[Asking, ...]]
) -> Iterator[Mistake]:
    """Every mistake of a plan's own metrics that the catalogue and the questions asked bring out."""
    built_in = {name.lower(): name for name in BUILT_IN}
    for index, own in enumerate(plan.metrics):
        place: Place = ("metrics", index)
        taken = built_in.get(own.name.lower())
        if taken:
            yield (
                (*place, "name"),
                f"metric '{own.name}' is a metric of the catalogue; choose another name",
            )
        base = BUILT_IN.get(own.variant_of or "")
        if own.variant_of is None:
            continue
        if base is None:
            yield (*place, "variant_of"), _no_base(own, plan)
        elif draft.sound(place):
            asked = askings.get(base.question_type or "", ())
            told = draft.sound(("sources",)) and "responses" not in plan.collected
            yield from _changes(own, base, asked, place, known=told)


def _no_base(own: OwnMetric, plan: Plan) -> str:
    wanted = own.variant_of or ""
    bases = {other.name: other.variant_of or "" for other in plan.metrics}
    if own.variant_of == own.name:
        return f"metric '{own.name}' is a variant of itself; name one of the catalogue"
    if bases.get(wanted):
        base = bases[wanted]
        named = f"name '{base}' here" if base in BUILT_IN else "name one of the catalogue"
        return f"variant_of: '{own.variant_of}' is a variant itself; {named}"
    return f"metric '{own.variant_of}' is unknown{hint(wanted, BUILT_IN)}"


def _changes(
    own: OwnMetric, base: Metric, asked: tuple[Asking, ...], place: Place, *, known: bool
) -> Iterator[Mistake]:
    strange = [name for name in own.parameters if name not in base.parameters]
    for name in strange:
        yield (*place, name), f"metric '{own.name}': '{base.name}' has no '{name}'{_takes(base)}"
    if base.boxes is None:
        if own.boxes or not (base.parameters or strange):
            text = f"'{base.name}' has no boxes that a variant could change{_takes(base)}"
            yield place, f"metric '{own.name}': {text}"
        elif not own.parameters:
            yield place, f"metric '{own.name}' changes nothing{_takes(base)}"
        return
    if strange:
        return
    if not own.boxes:
        yield place, f"metric '{own.name}' changes nothing; state 'boxes', such as {{5: [5, 5]}}"
    changed = variant(base, own)
    seen: dict[Scale, str] = {}
    for key, box in own.boxes.items():
        at = (*place, "boxes", key)
        here = [asking for asking in asked if asking.scale in scales_named(key)]
        if not here and known:
            yield at, _nowhere(key, base, asked)
        wrong = _box_text(key, box, changed, here, seen)
        if wrong:
            yield at, wrong
        seen |= {asking.scale: key for asking in here if asking.scale}


def _takes(base: Metric) -> str:
    """What a variant of a metric may change besides its boxes."""
    stated = ", ".join(f"'{name}: {value}'" for name, value in base.parameters.items())
    return f"; state another {stated}" if stated else ""


def _nowhere(key: str, base: Metric, asked: tuple[Asking, ...]) -> str:
    scales = ", ".join(label(scale) for scale in sorted({a.scale for a in asked if a.scale}))
    on = f"; it is asked on {scales}" if scales else ""
    return f"boxes: no question asks '{base.question_type}' on the scale {key}{on}"


def _box_text(
    key: str, box: Scale, changed: Metric, here: list[Asking], seen: Mapping[Scale, str]
) -> str | None:
    """What is wrong with a box where its scale is asked."""
    shown = f"boxes: [{box[0]}, {box[1]}]"
    for asking in here:
        scale = asking.scale or box
        if scale in seen:
            return f"boxes: '{key}' and '{seen[scale]}' are both the scale {label(scale)}; keep one"
        if not scale[0] <= box[0] <= box[1] <= scale[1]:
            return f"{shown} is off the scale {label(scale)} of '{asking.name}'"
        if box == scale:
            return f"{shown} is all of the scale {label(scale)}; keep its good end"
        if end_of(box, scale) != asking.good:
            best = scale[1] if asking.good == "high" else scale[0]
            return f"{shown} is not at the good end of '{asking.name}'; expected to hold {best}"
        boxes = changed.boxes.of(scale, good=asking.good) if changed.boxes else None
        if boxes and _counts_bottom(changed) and _overlap(boxes):
            low, high = boxes.bottom
            return f"{shown} overlaps the bottom box [{low}, {high}], which is subtracted"
    return None


def _counts_bottom(metric: Metric) -> bool:
    return any(IN_BOTTOM in text for text in metric.sums.values())


def _overlap(boxes: Boxes) -> bool:
    return boxes.top[0] <= boxes.bottom[1] and boxes.bottom[0] <= boxes.top[1]
