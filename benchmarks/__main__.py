"""Run every case and write RESULTS.md: `python -m benchmarks [--rows N] [--orders N] [--keep] [--only PART]`."""

from __future__ import annotations

import argparse
import json
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks import package, processes, report

HERE = Path(__file__).parent
DATA = HERE / "data"
# What the last runs found, so that one part can be run anew.
FIGURES = DATA / "figures.json"
ROWS, ORDERS = 20_000_000, 20_000_000
ANSWERS = (
    "facts", "sums_together", "sums_milepost", "sums_hand", "sums_pandas", "measure_months",
    "sums_months", "units_months", "answer_months", "measure_cut", "measure_wide",
)  # fmt: skip
CONTESTS = ("repeat", "cohorts", "churn", "resolved", "median")
TRADE = (
    "trade_facts",
    *(f"{name}_{kind}" for name in CONTESTS for kind in ("together", "alone", "hand", "measured")),
    "median_exact", "repeat_pandas",
)  # fmt: skip
ASKING = ("asking_write", "asking_by_hand", "asking_decide")
MAILS = ("asking_mails_by_hand", "asking_mails_1", "asking_mails_2")
STORED = ("answering_sqlite", "answering_postgres", "collected_answers")
# The parameters that the simulated customers are made with.
MADE_WITH = (0.243, 4.414, 0.793, 2.426)
TERMINAL_RUNS = 11

Figures = dict[str, Any]


def main() -> None:
    """Generate the data where it is not kept, run, write the results."""
    parts: dict[str, Callable[[argparse.Namespace], Figures]] = {
        "answers": _answers, "trade": _trade, "lifetime": _lifetime, "terminal": _terminal,
        "asking": _asking, "seeing": _seeing,
    }  # fmt: skip
    asked = _asked(tuple(parts))
    figures: Figures = {}
    if FIGURES.exists():
        figures = json.loads(FIGURES.read_text(encoding="utf-8"))
    figures["load"] = os.getloadavg()[0]
    for part in [asked.only] if asked.only else parts:
        figures |= parts[part](asked)
        DATA.mkdir(exist_ok=True)
        FIGURES.write_text(json.dumps(figures), encoding="utf-8")
    if not {"rows", "orders", "lifetimes", "terminal"} <= figures.keys():
        raise SystemExit("the page waits for the other parts: run them with --only, or all")
    terminal = {
        name: processes.Timing(tuple(timing["seconds"]), timing["peak"])
        for name, timing in figures["terminal"].items()
    }
    page = report.page(
        figures, terminal, rows=figures["rows"], orders=figures["orders"], load=figures["load"]
    )
    (HERE / "RESULTS.md").write_text(page, encoding="utf-8")
    print(f"written: {Path('benchmarks', 'RESULTS.md')}")


def _asked(parts: tuple[str, ...]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS, help="how many answers to generate")
    parser.add_argument("--orders", type=int, default=ORDERS, help="how many orders to generate")
    parser.add_argument(
        "--keep", action="store_true", help="use the data of an earlier run, leave it"
    )
    parser.add_argument("--only", choices=parts, help="run one part, keep the others' figures")
    return parser.parse_args()


def _answers(asked: argparse.Namespace) -> Figures:
    folder = DATA / str(asked.rows)
    _made("write", folder, "answers.parquet", keep=asked.keep)
    found: Figures = {name: processes.case(name, folder) for name in ANSWERS}
    _done(folder, keep=asked.keep)
    return found | {"rows": asked.rows}


def _trade(asked: argparse.Namespace) -> Figures:
    folder = DATA / f"trade-{asked.orders}"
    _made("trade_write", folder, "milepost.yaml", keep=asked.keep)
    found: Figures = {name: processes.case(name, folder) for name in TRADE}
    _done(folder, keep=asked.keep)
    return found | {"orders": asked.orders}


def _lifetime(asked: argparse.Namespace) -> Figures:
    found: Figures = {}
    for name in ("copies", "simulated"):
        folder = DATA / name
        _made(f"{name}_write", folder, "milepost.yaml", keep=asked.keep)
        for kind in ("facts", "orders"):
            found[f"{name}_{kind}"] = processes.case(f"lifetime_{kind}", folder)
    folder = DATA / "copies"
    found["copies_summary"] = processes.case("lifetime_summary", folder)
    found["lifetimes"] = processes.foreign(
        package.REQUIRED,
        Path(package.__file__),
        folder / "summary.csv",
        environment=DATA / "lifetimes",
    )
    if found["lifetimes"]:
        _agree(found["copies_summary"]["model"], found["lifetimes"]["model"], within=1e-4)
    _agree(found["copies_orders"]["model"], found["copies_summary"]["model"], within=1e-4)
    _agree(found["simulated_orders"]["model"], MADE_WITH, within=0.1)
    for name in ("copies", "simulated"):
        _done(DATA / name, keep=asked.keep)
    return found


def _asking(asked: argparse.Namespace) -> Figures:
    found: Figures = {}
    for ending in ("", "_postgres"):
        folder = DATA / f"asking{ending}"
        for name in ASKING:
            found[f"{name}{ending}"] = processes.case(f"{name}{ending}", folder)
        _done(folder, keep=asked.keep)
    for name in MAILS:
        found[name] = processes.case(name, DATA / "mails")
    _done(DATA / "mails", keep=asked.keep)
    for name in STORED:
        folder = DATA / name
        found[name] = processes.case(name, folder)
        if folder.exists():
            _done(folder, keep=asked.keep)
    return found


def _seeing(asked: argparse.Namespace) -> Figures:
    found: Figures = {}
    for case in ("seeing_pages", "seeing_figures"):
        folder = DATA / case
        found[case] = processes.case(case, folder)
        _done(folder, keep=asked.keep)
    return found


def _terminal(_: argparse.Namespace) -> Figures:
    return {"terminal": {name: asdict(t) for name, t in processes.terminal(TERMINAL_RUNS).items()}}


def _made(case: str, folder: Path, last: str, *, keep: bool) -> None:
    if not (keep and (folder / last).exists()):
        processes.case(case, folder)


def _done(folder: Path, *, keep: bool) -> None:
    if not keep:
        shutil.rmtree(folder)


def _agree(found: Sequence[float], wanted: Sequence[float], *, within: float) -> None:
    pairs = zip(found, wanted, strict=True)
    if any(abs(one / other - 1) > within for one, other in pairs):
        raise SystemExit(f"parameters {found} are not {wanted}")


if __name__ == "__main__":
    main()
