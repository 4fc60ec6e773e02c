"""Whole processes, timed from outside: the cases, and the terminal's commands.

This side imports nothing heavy: a child's peak memory counts from its parent's.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

EXAMPLE = Path(__file__).parent.parent / "examples" / "airport"
MILEPOST = str(Path(sys.executable).with_name("milepost"))


@dataclass(frozen=True, slots=True)
class Timing:
    """Several runs of one thing: seconds of each, and the largest peak memory in bytes."""

    seconds: tuple[float, ...]
    peak: int

    @property
    def median(self) -> float:
        return median(self.seconds)

    @property
    def least(self) -> float:
        return min(self.seconds)


def case(name: str, folder: Path) -> dict[str, Any]:
    """The figures of one case, run in a process of its own."""
    print(f"{name} ...", flush=True)
    command = [sys.executable, "-m", "benchmarks.child", name, str(folder)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def foreign(required: str, script: Path, *arguments: Path, environment: Path) -> dict[str, Any]:
    """The figures of a script run with a package in an environment of its own; empty without it."""
    print(f"{required} ...", flush=True)
    python = environment / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    command = [str(python), "-m", "pip", "install", "--quiet", required]
    if subprocess.run(command, check=False).returncode:
        return {}
    # Its own folder would give the script the neighbours' modules for those of the environment.
    ran = [str(python), "-P", str(script), *map(str, arguments)]
    done = subprocess.run(ran, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def terminal(runs: int) -> dict[str, Timing]:
    """The terminal's commands on the example, each several times after one that is not counted."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "airport"
        shutil.copytree(EXAMPLE, project, ignore=shutil.ignore_patterns("store"))

        def forget() -> None:
            shutil.rmtree(project / "store", ignore_errors=True)

        return {
            "milepost --help": _repeated(["--help"], project, runs),
            "milepost --version": _repeated(["--version"], project, runs),
            "milepost measure, facts ready": _repeated(["measure"], project, runs),
            "milepost measure, no store yet": _repeated(["measure"], project, runs, forget),
        }


def _repeated(
    arguments: Sequence[str], folder: Path, runs: int, before: Callable[[], None] | None = None
) -> Timing:
    print(f"milepost {' '.join(arguments)} ...", flush=True)
    seconds, peaks = [], []
    for _ in range(runs + 1):
        if before:
            before()
        took, peak = _once([MILEPOST, *arguments], folder)
        seconds.append(took)
        peaks.append(peak)
    return Timing(tuple(seconds[1:]), max(peaks[1:]))


def _once(command: Sequence[str], folder: Path) -> tuple[float, int]:
    """Wall seconds and peak memory of one run, by the system's own account of it."""
    started = time.perf_counter()
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL) as child:
        _, status, usage = os.wait4(child.pid, 0)
        took = time.perf_counter() - started
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{' '.join(command)} ended with status {child.returncode}")
    return took, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
