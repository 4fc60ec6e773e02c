"""A guide as somebody follows it: its blocks, its terminal, its mailbox, and a browser that presses what it says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.docs.test_docs import blocks
from tests.server.serving.conftest import Place, listens, until

# A person's browser: what calls itself headless is set aside as a tool.
PERSON = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
_PICTURES = os.environ.get("PICTURES")
_SCREENS = (("wide", 1280, "light"), ("phone", 320, "dark"))


@dataclass(slots=True)
class Guide:
    """The text of a guide; `block` gives its fenced blocks in order."""

    path: Path

    @property
    def text(self) -> str:
        """All of it."""
        return self.path.read_text(encoding="utf-8")

    def block(self, language: str, number: int = 0) -> str:
        """A fenced block, without the indentation of a list it stands in."""
        return "\n".join(line.strip() for line in blocks(self.path, language)[number].splitlines())

    def table(self) -> dict[str, int]:
        """The scores that people are to give, by name."""
        rows = re.findall(r"^\| (\w+) \| (\d+) \|$", self.text, re.MULTILINE)
        return {name: int(score) for name, score in rows}


@dataclass(slots=True)
class Walker:
    """Somebody at a page who presses only what the guide names in bold."""

    guide: Guide
    page: Page

    def press(self, words: str, *, within: str = "") -> None:
        """Press a button or a link of these words; within a section, if several have them."""
        self._named(words)
        place = self.page.locator("section", has_text=within) if within else self.page
        either = place.get_by_role("button", name=words, exact=True).or_(
            place.get_by_role("link", name=words, exact=True)
        )
        # A form may begin with an unseen button of the same words, for Enter.
        either.locator("visible=true").last.click()

    def fill(self, label: str, value: str) -> None:
        """Fill one field by its label."""
        self._named(label)
        exactly = re.compile(rf"^\s*{re.escape(label)}(\s+\(optional\))?\s*$")
        self.page.get_by_label(exactly).fill(value)

    def look(self, name: str) -> None:
        """Nothing is wider than the screen; pictures for somebody to look at, if wanted."""
        self.page.wait_for_load_state()
        for screen, width, colours in _SCREENS:
            self.page.set_viewport_size({"width": width, "height": 800})
            self.page.emulate_media(color_scheme=colours)  # type: ignore[arg-type]
            if _PICTURES:
                self.page.screenshot(path=Path(_PICTURES) / f"{name}-{screen}.png", full_page=True)
            spill = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert self.page.evaluate(spill) <= 0, (name, screen)
        self.page.set_viewport_size({"width": 1280, "height": 800})

    def _named(self, words: str) -> None:
        assert f"**{words}**" in self.guide.text, f"the guide does not say {words}"


@contextmanager
def walker(guide: Guide, browser: Browser, *, scripts: bool = True) -> Iterator[Walker]:
    """A browser of one's own; nothing may be complained of."""
    context = browser.new_context(
        user_agent=PERSON, reduced_motion="reduce", java_script_enabled=scripts
    )
    page = context.new_page()
    page.set_default_timeout(20_000)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield Walker(guide, page)
    context.close()
    assert complaints == []


def shell(place: Place, command: str) -> str:
    """What a command prints in the guide's second terminal; it must end well."""
    done = subprocess.run(
        ["sh", "-ec", command], cwd=place.folder, env=_environ(place), capture_output=True,
        text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@contextmanager
def running(place: Place, command: str, port: int) -> Iterator[Path]:
    """The guide's first terminal, from when the server answers; the file of what it prints."""
    out = place.folder.parent / "first-terminal"
    with out.open("wb") as stdout:
        process = subprocess.Popen(
            ["sh", "-c", f"exec {command}"], cwd=place.folder, env=_environ(place),
            stdout=stdout, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    try:
        until(lambda: listens(port) or process.poll() is not None, seconds=60)
        assert process.poll() is None, out.read_text()
        yield out
    finally:
        process.terminate()
        process.wait(40)


def _environ(place: Place) -> dict[str, str]:
    """The `milepost` of these tests before any other; its tables as wide as in the guide."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{place.environ['PATH']}"
    return {**place.environ, "PATH": path, "COLUMNS": "80", "NO_COLOR": "1"}
