"""Drive the system's Chromium through Playwright's client; no browser is ever downloaded."""

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tests.services.components import need

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# Run as root and in a container, and never call home.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--disable-features=OptimizationHints,MediaRouter,Translate",
)


@contextlib.contextmanager
def running_chromium() -> Iterator["Browser"]:
    """Start a headless browser; Playwright's loop lives in this thread until it ends, so no async test may run meanwhile."""
    program = need("chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(program), args=list(FLAGS), headless=True)
        try:
            yield browser
        finally:
            browser.close()


def find_violations(page: "Page") -> list[str]:
    """Let axe-core judge the page as it stands: each violation of accessibility as its rule and its place."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['html']}" for one in found for node in one["nodes"]]
