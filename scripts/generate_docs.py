"""Writes what the documentation can say by itself: command output, the catalogue, the picture.

    python scripts/generate_docs.py            write the files anew
    python scripts/generate_docs.py --check    fail where they are not what would be written

In Markdown a block ```console holds commands (`$ milepost …`) and what they print; they run in a
copy of the example that the page is about. A line `…` stands for lines that are left out.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

from picture import drawn

import milepost as mp
from milepost.engine.definition import boxes_on
from milepost.engine.reader import PASSINGS
from milepost.insight.display import lines_of
from milepost.metrics.catalogue import CATALOGUE, FAMILIES, Family
from milepost.metrics.definition import Metric
from milepost.metrics.quantile import Quantile
from milepost.plan.facts import FACTS, SHARED, FactShape
from milepost.plan.schema import json_schema
from milepost.server.settings import SETTINGS

ROOT = Path(__file__).parents[1]
CONSOLE = re.compile(r"```console\n(.*?)```", re.DOTALL)
# The pages with commands, and the example in which they run.
PAGES = {
    "README.md": "airport",
    "docs/plan.md": "airport",
    "examples/airport/README.md": "airport",
    "examples/shop/README.md": "shop",
    "examples/visits/README.md": "visits",
    "examples/desk/README.md": "desk",
    "docs/cohorts.md": "shop",
    "docs/value.md": "shop",
    "docs/forecast.md": "shop",
    "docs/staff.md": "desk",
    "docs/effect.md": "desk",
}


def main() -> int:
    """Write or check all generated documentation; the exit status."""
    written = {ROOT / name: text for name, text in generated().items()}
    stale = [path for path, text in written.items() if not _same(path, text)]
    if "--check" in sys.argv[1:]:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is not up to date: run 'make docs'")
        return 1 if stale else 0
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(written[path], encoding="utf-8")
        print(f"wrote {path.relative_to(ROOT)}")
    return 0


def generated() -> dict[str, str]:
    """Every generated file with its text."""
    with tempfile.TemporaryDirectory() as folder:
        examples = Path(folder) / "examples"
        shutil.copytree(ROOT / "examples", examples, ignore=shutil.ignore_patterns("store"))
        files = {
            page: _run_blocks(ROOT / page, examples / name)
            for page, name in PAGES.items()
            if (ROOT / page).exists()
        }
        files["docs/scorecard.svg"] = _picture(examples / "airport")
    files["docs/metrics.md"] = _catalogue()
    files["docs/plan-fields.md"] = _fields()
    files["docs/facts.md"] = _facts()
    files["docs/settings.md"] = _settings()
    return files


def _same(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


def _run_blocks(page: Path, folder: Path) -> str:
    return CONSOLE.sub(
        lambda block: f"```console\n{_block(block[1], folder)}```", page.read_text(encoding="utf-8")
    )


def _block(text: str, folder: Path) -> str:
    """The commands of a block with what they print now, cut where the block was cut."""
    parts = re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]
    return "".join(_command(part, folder) for part in parts)


def _command(part: str, folder: Path) -> str:
    command, _, shown = part.partition("\n")
    printed = _printed(command, folder)
    kept = shown.rstrip("\n").split("\n")
    if "…" in kept and len(kept) > 1:
        at = kept.index("…")
        lines = printed.split("\n")
        tail = len(kept) - at - 1
        printed = "\n".join([*lines[:at], "…", *(lines[-tail:] if tail else [])])
    return f"$ {command}\n{printed}\n"


def _printed(command: str, folder: Path) -> str:
    words = shlex.split(command)
    if words[0] == "milepost":
        words = [sys.executable, "-c", "from milepost.cli import main; main()", *words[1:]]
    done = subprocess.run(
        words, cwd=folder, capture_output=True, text=True, check=False,
        env={**os.environ, "COLUMNS": "80", "NO_COLOR": "1"},
    )  # fmt: skip
    return (done.stdout + done.stderr).rstrip("\n")


def _picture(folder: Path) -> str:
    """The example's scorecard as a drawing that loads nothing."""
    answer = mp.open(folder / "milepost.yaml").measure()
    lines = lines_of(answer, width=80, details=False)
    return drawn(lines, columns=80, label="The journey scorecard, as 'milepost measure' prints it")


def _catalogue() -> str:
    """Every metric by family: what it says, how it is made, what it needs, and its SQL."""
    lines = [
        "# The catalogue",
        "",
        (
            f"{len(CATALOGUE)} metrics, generated from their definitions. `milepost metrics NAME` prints one with the SQL"
            " of your plan; `milepost measure NAME` measures it. A plan makes variants of them, and metrics of its own"
            " over any fact ([the plan](plan.md))."
        ),
        "",
        *_HOW_SURE,
        "",
    ]
    for family in FAMILIES:
        lines += [f"## {family.title}", "", family.words, "", *_family(family)]
    return "\n".join(lines) + "\n"


_HOW_SURE = (
    (
        "How sure each is depends on its estimator: a *share* has Wilson's interval (that of Agresti and Coull for"
        " completion, Goodman's where several shares of one whole are read together), a *net share* the adjusted Wald"
        " one, a *mean* Student's t, a *ratio* of two sums the delta method, a *rate* the exact Poisson one, a *quantile*"
        " Woodruff's, or Kaplan and Meier's where some are still open. Repeated answers, orders or calls of one customer"
        " are counted as such. A *total* is fully counted and has no interval: its change is judged by its usual"
        " variation. Windows that are not over are open and counted apart. [How it is computed](statistics.md)."
    ),
)


def _family(family: Family) -> list[str]:
    lines = ["| metric | title | shown in | good | estimator |", "|---|---|---|---|---|"]
    lines += [
        f"| [{m.name}](#{m.name}) | {m.title} | {m.unit} | {m.good} | {m.estimator.name} |"
        for m in family.metrics
    ]
    return lines + [line for metric in family.metrics for line in _metric(metric)] + [""]


def _metric(metric: Metric) -> list[str]:
    lines = ["", f"### {metric.name}", ""]
    lines += [f"**{metric.title}** ({metric.version}). {metric.words}", ""]
    lines += [f"- Formula: {metric.formula}", f"- Signal: {metric.kind}; needs {_reads(metric)}"]
    if metric.parameters:
        stated = ", ".join(f"`{name}: {value}`" for name, value in metric.parameters.items())
        lines.append(f"- A variant may change {stated}")
    if metric.cluster:
        lines.append(f"- Independent units: the {metric.cluster}s, not the customers")
    if metric.boxes:
        lines.append(f"- Boxes: {'; '.join(map(str, boxes_on(metric, None)))}")
    lines += [f"- Mind: {pitfall}" for pitfall in metric.pitfalls]
    sql = ["<details><summary>SQL</summary>", "", "```sql", *_sql(metric), "```", "", "</details>"]
    return [*lines, f"- Source: {metric.source}", "", *sql]


def _sql(metric: Metric) -> list[str]:
    """The definition as its author wrote it: the rows made first, the sums, the condition."""
    lines: list[str] = []
    made = metric.derived
    if made:
        lines += textwrap.wrap(made.words, 96, initial_indent="-- ", subsequent_indent="-- ")
        lines += [f"WITH {made.name} AS (", textwrap.indent(_dedented(made.select), "    "), ")"]
    sums = dict(metric.sums)
    if isinstance(metric.estimator, Quantile):
        sums["value"] = metric.estimator.of
        sums |= {"still_open": metric.estimator.open} if metric.estimator.open else {}
    named = [f"{' '.join(text.split())} AS {name}" for name, text in sums.items()]
    lines += ["SELECT", textwrap.indent(",\n".join(named), "    "), f"FROM {metric.of}"]
    return lines + ([f"WHERE {' '.join(metric.where.split())}"] if metric.where != "TRUE" else [])


def _dedented(text: str) -> str:
    """SQL without the indentation of its place in the source."""
    lines = [line for line in text.splitlines() if line.strip()]
    deep = min(len(line) - len(line.lstrip()) for line in lines)
    return "\n".join(line[deep:].rstrip() for line in lines)


def _reads(metric: Metric) -> str:
    """The facts and columns that a metric cannot do without."""
    columns = [name for name in metric.needs if "." not in name]
    mapped = f" with {', '.join(f'`{name}`' for name in columns)}" if columns else ""
    behind = (
        "any fact that shows who passed a touchpoint"
        if metric.fact == PASSINGS
        else f"`{metric.fact}`"
    )
    others = [
        f"`{wanted}`" for wanted in (*metric.reads[1:], *(n for n in metric.needs if "." in n))
    ]
    others += ["`company.business_hours`"] if metric.in_hours else []
    return f"{behind}{mapped}{' and ' + ', '.join(others) if others else ''}"


def _facts() -> str:
    """Every fact with its columns, and the metrics that are counted from it."""
    shared = ", ".join(f"`{name}` ({kind})" for name, kind in SHARED.items())
    lines = [
        "# The facts",
        "",
        "Generated from the definitions. A source names its `fact` and maps the file's columns onto the columns below.",
        "",
        f"Every fact also takes {shared} and `attributes`.",
        "Under `responses` the answers come from the source's `questions`. A time is a date, or a date and a time of day;",
        "`dated` in the source serves instead of the fact's own time. Seconds may be written `h:mm:ss`.",
        "",
    ]
    for fact in FACTS:
        lines += [*_fact(fact), ""]
    return "\n".join(lines)


def _fact(fact: FactShape) -> list[str]:
    metrics = [f"[{m.name}](metrics.md#{m.name})" for m in CATALOGUE if m.fact == fact.name]
    key = f"one row for each `{fact.key}`" if fact.key else "every record is a row of its own"
    lines = [f"## {fact.name}", "", f"{key[0].upper()}{key[1:]}; its time is `{fact.time}`."]
    if metrics:
        lines += ["", f"Metrics: {', '.join(metrics)}."]
    lines += ["", "| column | type | required |", "|---|---|---|"]
    columns = {fact.key: "text", **fact.columns} if fact.key else fact.columns
    return lines + [
        f"| `{name}` | {kind} | {_needed(fact, name)} |" for name, kind in columns.items()
    ]


def _needed(fact: FactShape, name: str) -> str:
    if name == "response_id":
        return "no: the record's number serves"
    return "yes" if name in fact.required else ""


def _settings() -> str:
    """What whoever hosts the server may set."""
    lines = [
        "# The settings of the server",
        "",
        "Generated from their definition. Each is an environment variable or a line of `server.toml` in the project folder",
        "(`port = 8400`); the environment goes before the file, the file before the default. A secret may also lie in a",
        "file that `…_FILE` names, and is never shown. `milepost doctor` says what is missing.",
        "",
        "| variable | in server.toml | default | what |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| `{s.variable}` | `{s.name}` | {f'`{s.default}`' if s.default else ''} | {s.help}{' Secret.' if s.secret else ''} |"
        for s in SETTINGS
    ]
    return "\n".join(lines) + "\n"


def _fields() -> str:
    """The fields of the plan, from its schema."""
    schema = json_schema()
    lines = ["# The fields of milepost.yaml", "", "Generated from `milepost schema`.", ""]
    parts = {"Plan": schema, **schema.get("$defs", {})}
    for name, part in parts.items():
        if "properties" not in part:
            continue
        lines += [f"## {name}", "", " ".join(part.get("description", "").split()), ""]
        lines += ["| field | required | what |", "|---|---|---|"]
        required = part.get("required", [])
        for field, spec in part["properties"].items():
            lines.append(f"| `{field}` | {'yes' if field in required else ''} | {_kind(spec)} |")
        lines.append("")
    return "\n".join(lines)


def _kind(spec: dict[str, object]) -> str:
    text = str(spec.get("description", ""))
    choices = spec.get("enum")
    if isinstance(choices, list):
        return f"{text} one of {', '.join(map(str, choices))}".strip()
    reference = re.search(r"#/\$defs/(\w+)", str(spec))
    kind = reference[1] if reference else _type(spec)
    return f"{text} ({kind})" if text else kind


def _type(spec: dict[str, object]) -> str:
    if "type" in spec:
        return " or ".join(spec["type"]) if isinstance(spec["type"], list) else str(spec["type"])
    options = spec.get("anyOf")
    if isinstance(options, list):
        return " or ".join(dict.fromkeys(_type(o) for o in options if o.get("type") != "null"))
    return ""


if __name__ == "__main__":
    sys.exit(main())
