"""A real server on a free port with a demo store of its own, and the system's Chromium."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import URLError

from playwright.sync_api import Browser, Download, Page, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from sctrain.ui.titles import SECTIONS, TITLES

ROOT = Path(__file__).parents[2]
CHROMIUM = Path("/usr/bin/chromium")
# Without these Chromium looks for the network, which a closed machine answers slowly.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 60_000
"""Milliseconds to wait for a chart: the first one on a busy machine takes half a minute."""


@contextmanager
def serving(folder: Path, *commands: list[str]) -> Iterator[str]:
    """The address of a running sctrain whose store in `folder` was filled by these commands."""
    environment = _environment(folder)
    for command in commands:
        sctrain(folder, *command)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    with (folder / "server.log").open("w") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait(f"http://127.0.0.1:{port}/_stcore/health")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


def sctrain(folder: Path, *command: str) -> None:
    """Run a command on the store in `folder`."""
    subprocess.run([sys.executable, "-m", "sctrain", *command], cwd=ROOT, env=_environment(folder), check=True)


def _environment(folder: Path) -> dict[str, str]:
    return os.environ | {"SCTRAIN_DB": f"sqlite:///{folder / 'browser.db'}"}


def organiser(folder: Path) -> str:
    """The path with which a browser becomes the organiser's of the store in `folder`."""
    log = (folder / "server.log").read_text()
    return re.findall(r"/enter/\S+", log)[0]


def _wait(address: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(address) as answer:
                if answer.read() == b"ok":
                    return
        except URLError:
            time.sleep(0.2)
    raise TimeoutError(f"{address} did not answer in a minute")


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium, headless."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


def settled(page: Page) -> Page:
    """The page, once its finding and its charts are drawn and nothing has been added for a moment.

    What is worked out in the background is waited for.
    """
    page.locator("h1").first.wait_for(timeout=PATIENCE)  # by role it is not found while a menu is open
    page.get_by_test_id("stProgress").wait_for(state="detached", timeout=4 * PATIENCE)
    idle = page.get_by_test_id("stApp").and_(page.locator("[data-test-script-state='notRunning']"))
    charts, seen = page.get_by_test_id("stVegaLiteChart"), -1
    while seen != charts.count():
        seen = charts.count()
        page.wait_for_timeout(400)
        idle.wait_for(timeout=PATIENCE)
    for chart in charts.all():
        chart.locator("svg, canvas").first.wait_for(timeout=PATIENCE)
    return page


def downloaded(page: Page, button: str) -> Download:
    """What a button of this name gives; clicked again, as people do, where a page drawn anew swallowed the click."""
    for patience in (10_000, 20_000):
        with suppress(PlaywrightTimeout):
            return _clicked(page, button, patience)
    return _clicked(page, button, PATIENCE)


def _clicked(page: Page, button: str, patience: int) -> Download:
    with page.expect_download(timeout=patience) as given:
        page.get_by_role("button", name=button, exact=True).first.click()
    return given.value


def turn_to(page: Page, name: str) -> None:
    """Open another page by the navigation, as a visitor does."""
    section = next(section for section, names in SECTIONS.items() if name in names)
    page.get_by_test_id("stTopNavSection").filter(has_text=section).click()
    page.get_by_test_id("stTopNavDropdownLink").filter(has_text=TITLES[name]).click()
