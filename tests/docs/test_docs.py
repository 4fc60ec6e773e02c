"""The documentation says what is true now: examples run, generated pages are up to date."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import textwrap
import tomllib
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from milepost.cli.commands import app
from milepost.metrics.catalogue import CATALOGUE
from milepost.plan.load import read_plan
from milepost.server.settings import read as read_settings
from tests.conftest import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.md")])
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)
# At a line's start, after its path or prompt, or after another command.
COMMAND = re.compile(r"(?:^ *|^\$ |bin/|; |do |&& )milepost +([a-z][^;#&\n]*)", re.MULTILINE)
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")


def blocks(page: Path, language: str) -> list[str]:
    found = BLOCK.findall(page.read_text(encoding="utf-8"))
    return [text for kind, text in found if kind == language]


def test_generated_pages_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/generate_docs.py", "--check"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout + done.stderr == ""


def test_python_examples_run(tmp_path: Path) -> None:
    shutil.copytree(
        ROOT / "examples" / "airport", tmp_path / "a", ignore=shutil.ignore_patterns("store")
    )
    examples = [text for page in PAGES for text in blocks(page, "python")]
    assert len(examples) >= 2
    for text in examples:
        subprocess.run([sys.executable, "-W", "error", "-c", text], cwd=tmp_path / "a", check=True)


def test_yaml_examples_are_valid_plans(tmp_path: Path) -> None:
    for page in PAGES:
        for number, text in enumerate(blocks(page, "yaml")):
            path = tmp_path / f"{page.stem}-{number}.yaml"
            whole = text if "company:" in text else f"company: {{name: A}}\n{text}"
            path.write_text(whole, encoding="utf-8")
            assert read_plan(path).findings == (), page


def test_settings_in_examples_are_accepted(tmp_path: Path) -> None:
    examples = [(page, text) for page in PAGES for text in blocks(page, "toml")]
    assert len(examples) >= 4
    for page, text in examples:
        (tmp_path / "server.toml").write_text(textwrap.dedent(text), encoding="utf-8")
        assert read_settings(tmp_path, environ={}), page


def test_commands_in_examples_exist_with_their_options() -> None:
    found = [
        (page, words)
        for page in PAGES
        for language in ("sh", "console", "ini")
        for text in blocks(page, language)
        for words in COMMAND.findall(text)
    ]
    assert len(found) >= 30
    for page, words in found:
        _known(page, words.split())


def _known(page: Path, words: list[str]) -> None:
    """Walk from the program through its groups to a command, and look at its options."""
    command: Any = get_command(app)
    while words and hasattr(command, "commands"):
        name = words.pop(0)
        assert name in command.commands, f"{page.name}: milepost {name}"
        command = command.commands[name]
    options = {option for each in command.params for option in each.opts}
    for word in words:
        if word.startswith("-") and not re.match(r"-\d", word):
            assert word.partition("=")[0] in options, f"{page.name}: {command.name} {word}"


def test_pictures_are_small_and_shown() -> None:
    shown = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    pictures = list((ROOT / "docs" / "pictures").iterdir())
    assert pictures
    for picture in pictures:
        assert f"pictures/{picture.name}" in shown
        assert picture.stat().st_size < 60_000


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if not target.startswith(("http://", "https://")):
            assert (page.parent / target).exists(), target


def test_every_decision_is_listed() -> None:
    index = (ROOT / "docs/adr/README.md").read_text(encoding="utf-8")
    for page in (ROOT / "docs/adr").glob("0*.md"):
        assert f"({page.name})" in index
        assert len(page.read_text(encoding="utf-8").splitlines()) <= 40


def test_the_readme_counts_the_metrics() -> None:
    for page in ("README.md", "CHANGELOG.md"):
        assert f"{len(CATALOGUE)} metrics" in (ROOT / page).read_text(encoding="utf-8")


def test_architecture_is_short_and_knows_every_room() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 150
    for room in (ROOT / "src" / "milepost").iterdir():
        if room.is_dir() and room.name != "__pycache__":
            assert f"── {room.name}/" in text


def test_the_lock_file_names_no_index_and_has_hashes() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in text
    assert "index" not in text.replace("uc-micro", "")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for dependency in project["dependencies"]:
        name = re.split(r"[<>=\[]", dependency)[0].lower().replace("_", "-")
        assert re.search(rf"^{re.escape(name)}==\S+ \\$", text, re.MULTILINE), name
    assert text.count("--hash=sha256:") > 100
