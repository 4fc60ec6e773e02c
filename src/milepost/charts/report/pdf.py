"""A report as PDF, printed by the browser that is installed; without one there is none."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from milepost.errors import QuestionError

_BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
)
# The page is one file; nothing else may be looked for, nor the browser call home.
_ALONE = ("--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
          "--disable-background-networking", "--disable-component-update", "--disable-extensions",
          "--host-resolver-rules=MAP * ~NOTFOUND", "--no-pdf-header-footer")  # fmt: skip
_SECONDS = 120


def browser() -> str:
    """The browser that prints. Raises QuestionError where none is found."""
    for name in _BROWSERS:
        if found := shutil.which(name):
            return found
    raise QuestionError(
        "--pdf: no Chromium or Chrome on the PATH, which prints it; install one, or open the report"
        " in any browser and print it there"
    )


def print_pdf(html: Path, pdf: Path, *, program: str) -> None:
    """Print an HTML file, whatever its name ends with. Raises QuestionError where the browser does not."""
    with TemporaryDirectory() as folder:
        # A browser goes by the name: of a file called otherwise it prints the source.
        copy = shutil.copyfile(html, Path(folder).resolve() / "report.html")
        command = [program, *_ALONE, *_sandbox(), f"--user-data-dir={folder}/profile",
                   f"--print-to-pdf={pdf}", copy.as_uri()]  # fmt: skip
        try:
            done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            raise QuestionError(f"--pdf: {program} did not end within {_SECONDS} seconds") from None
    if done.returncode or not pdf.exists() or not pdf.stat().st_size:
        raise QuestionError(
            f"--pdf: {program} printed nothing (status {done.returncode}); open {html} in a browser"
            " and print it there"
        )


def _sandbox() -> list[str]:
    """Chromium's sandbox refuses to run for root, as in most containers."""
    return ["--no-sandbox"] if os.geteuid() == 0 else []
