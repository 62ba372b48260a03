"""A real Chromium with no network, for the tests that open pages.

``$GEOMAP_CHROMIUM`` names the program; else Debian's or Google's is looked for. Without one the tests skip and say so.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field

import pytest

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DESKTOP = {"width": 1400, "height": 900}
PHONE = {"width": 390, "height": 844}


def chromium_path():
    """The browser's path, or None."""
    return os.environ.get("GEOMAP_CHROMIUM") or next(filter(None, map(shutil.which, PROGRAMS)), None)


@dataclass
class Opened:
    """A page with all that it asked for and complained of."""

    page: object
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def assert_quiet(self):
        assert self.requests == []
        assert self.complaints == []
        assert self.dialogs == []


@pytest.fixture(scope="session")
def chromium():
    """The running browser, one for all."""
    path = chromium_path()
    if path is None:
        pytest.skip("no Chromium: scripts/install-system-packages installs it, or set GEOMAP_CHROMIUM")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install -e .[dev]")
    as_root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(
            executable_path=path, args=["--host-resolver-rules=MAP * ~NOTFOUND", "--disable-gpu", *as_root]
        )
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium):
    """``open_page(path, size)`` opens a map's file and waits until it is drawn; `hash` is the state in its link."""
    contexts = []

    def opened(path, size=None, *, hash="", scheme="light"):
        context = chromium.new_context(viewport=size or DESKTOP, reduced_motion="reduce", color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(8000)
        seen = Opened(page)
        own = path.resolve().as_uri()
        page.on("request", lambda request: _note(seen.requests, request.url, own))
        page.on(
            "console", lambda line: seen.complaints.append(line.text) if line.type in {"error", "warning"} else None
        )
        page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        page.on("dialog", lambda dialog: (seen.dialogs.append(dialog.message), dialog.dismiss()))
        page.goto(f"{own}#{hash}" if hash else own)
        page.wait_for_selector("html[data-geomap=ready]")
        return seen

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def opened(scene, open_page):
    """The `scene` of a module, opened; it must have asked for nothing and complained of nothing."""
    seen = open_page(scene)
    yield seen
    seen.assert_quiet()


def _note(requests, url, own):
    # The page's own file, and images that it carries in itself.
    if url.partition("#")[0] != own and not url.startswith("data:image/"):
        requests.append(url)
