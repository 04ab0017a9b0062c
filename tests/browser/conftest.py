"""What every browser test needs: Chromium, pages that must stay clean, and folders on localhost."""

from __future__ import annotations

import functools
import shutil
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright

from course_lib.viz.explorable import WEB
from tools.serve import SiteHandler

BROWSERS = ["chromium", "chromium-browser", "google-chrome"]
# Chromium would look up its maker's hosts at every start; as root it needs --no-sandbox.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Test</title><link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="_static/explorable.css">
<script type="module" src="_static/start.js"></script>
<style>body {{ font-family: sans-serif; margin: 1rem; }}</style></head>
<body>{figures}<p id="after">After the figures.</p></body></html>"""


# One for each module: while Playwright runs, an event loop does, and other tests want their own.
@pytest.fixture(scope="module")
def browser():
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        pytest.fail(f"Install one of {', '.join(BROWSERS)} for these tests.", pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def new_page(browser):
    """Open pages, ``new_page(width=360, color_scheme="dark")``; all of them must stay clean."""
    problems, contexts = [], []

    def open_page(width=1000, height=900, **options):
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        watch(page, problems)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not problems, "\n".join(problems)


@pytest.fixture
def page(new_page):
    """A page that fails its test on a console error or a request that leaves this machine."""
    return new_page()


def watch(page, problems: list[str]) -> None:
    """Note whatever a reader's console would show, and every request to another machine."""

    def on_console(message):
        if message.type in {"error", "warning"}:
            problems.append(f"console: {message.text}")

    def on_request(request):
        address = urlsplit(request.url)
        local = address.hostname in {"127.0.0.1", "localhost"}
        if not local and address.scheme not in {"data", "blob"}:
            problems.append(f"leaves this machine: {request.url}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: problems.append(f"uncaught: {error}"))
    page.on("request", on_request)


class Host(SimpleHTTPRequestHandler):
    """Serves files as they are, and says nothing."""

    log_message = SiteHandler.log_message


@pytest.fixture(scope="module")
def serve():
    """Serve folders: ``serve(folder)`` returns an address without a slash at its end.

    A host that is not `strict` forbids no scripts.
    """
    servers = []

    def start(folder, strict=True) -> str:
        handler = functools.partial(SiteHandler if strict else Host, directory=str(folder))
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def address(tmp_path, serve):
    """Put explorables on a page as a book does: ``address(trellis())`` returns where it is."""

    def write(*explorables) -> str:
        shutil.copytree(WEB, tmp_path / "_static", dirs_exist_ok=True)
        figures = "\n".join(explorable.to_html() for explorable in explorables)
        (tmp_path / "index.html").write_text(PAGE.format(figures=figures), encoding="utf-8")
        return f"{serve(tmp_path)}/index.html"

    return write
