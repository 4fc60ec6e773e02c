"""What is told beside numbers, as sentences with holes: pages say them in their reader's language."""

from __future__ import annotations

MIXED_AT = (
    "'{kind}' was asked at '{place}' on different scales, {scales}: each answer counts by the boxes"
    " of its own, and there is no mean"
)
MIXED = (
    "'{kind}' was asked of the company on different scales, {scales}: each answer counts by the"
    " boxes of its own, and there is no mean"
)
ENDS_EARLY = (
    "the data of {fact} ends on {last}, {missing} days before {period} does: its numbers lack what"
    " came later"
)
RECORDS_REJECTED = (
    "{lost} of {of} records of '{source}' were rejected ({share}); 'milepost check' shows why"
)
GROUPS_REJECTED = (
    "{lost} of {of} groups in '{source}' were rejected ({share}); 'milepost check' shows why"
)
ANSWERS_REJECTED = (
    "{lost} of {of} answers of '{source}' were rejected ({share}); 'milepost check' shows why"
)
# In the order of an account's losses.
REJECTED = (RECORDS_REJECTED, GROUPS_REJECTED, ANSWERS_REJECTED)
UNWEIGHTED = (
    "weights are known of some sources only: answers of {sources} count 1 each beside the weighted"
    " ones; --unweighted counts all alike"
)
NOTHING_COLLECTED = "nothing collected yet"
LEFT_OUT = "left out, for their rows do not tell it: {metrics}"
REDEFINED = (
    "the definition of {metric} changed: {before} until {day}, now {now}; 'milepost history"
    " {metric}' shows what was told"
)
BECAME = "definition {before} became {now}"

SENTENCES = (
    MIXED_AT, MIXED, ENDS_EARLY, *REJECTED, UNWEIGHTED, NOTHING_COLLECTED, LEFT_OUT, REDEFINED, BECAME,
)  # fmt: skip
