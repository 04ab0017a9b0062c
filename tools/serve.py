"""Serve the built site on this machine alone, and print its address last.

python tools/serve.py --port 8000
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import gzip
import sys
from functools import lru_cache, partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HTML = Path(__file__).resolve().parent.parent / "_build" / "html"
TEXTS = {".css", ".html", ".ipynb", ".js", ".json", ".md", ".svg", ".txt", ".xml"}
# What a strict host forbids; the book's page on publishing tells it to others. Formulas and
# pictures place their parts by style attributes, and all else is a file of the site.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'self'"
)
# The lab runs Python in the page: by scripts made on the fly, WebAssembly and workers. Unless they
# lie in the site, it fetches Pyodide and packages from their own hosts.
LAB = "/lite/"
LAB_POLICY = (
    "default-src 'self'; "
    "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob: https://cdn.jsdelivr.net; "
    "worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self' data: blob: https://cdn.jsdelivr.net "
    "https://pypi.org https://files.pythonhosted.org; form-action 'self'; base-uri 'self'; "
    "frame-ancestors 'self'"
)


class SiteHandler(SimpleHTTPRequestHandler):
    """Files as a good host serves them: texts are compressed, and a lost reader gets 404.html."""

    protocol_version = "HTTP/1.1"

    def handle(self):
        """Answer, and say nothing of a reader who has left before all had come."""
        with contextlib.suppress(ConnectionError):
            super().handle()

    def do_GET(self):
        """Answer with a file, compressed where it is a text and the reader can take it so."""
        path = Path(self.translate_path(self.path))
        if self.path.partition("?")[0].endswith("/"):
            path /= "index.html"
        if path.suffix in TEXTS and path.is_file():
            self.send_text(HTTPStatus.OK, path)
        else:
            super().do_GET()

    def send_text(self, status: HTTPStatus, path: Path):
        """Send a text, compressed if the reader can take it so."""
        accepted = "gzip" in self.headers.get("Accept-Encoding", "")
        body = packed(path, path.stat().st_mtime_ns) if accepted else path.read_bytes()
        self.send_response(status)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Vary", "Accept-Encoding")
        if accepted:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(body)

    def send_error(self, code, message=None, explain=None):
        """Show the site's own page where there is no such file."""
        lost = Path(self.directory, "404.html")
        if code == HTTPStatus.NOT_FOUND and self.command == "GET" and lost.is_file():
            self.send_text(HTTPStatus.NOT_FOUND, lost)
        else:
            super().send_error(code, message, explain)

    def end_headers(self):
        """Forbid what a strict host forbids."""
        policy = LAB_POLICY if LAB in self.path else POLICY
        self.send_header("Content-Security-Policy", policy)
        super().end_headers()

    def log_message(self, format, *args):
        """Say nothing, so that the address stays the last line."""


@lru_cache(maxsize=256)
def packed(path: Path, changed: int) -> bytes:
    """Return a file compressed; one that has changed since is compressed anew."""
    return gzip.compress(path.read_bytes())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--folder", type=Path, default=HTML)
    arguments = parser.parse_args()
    port, folder = arguments.port, arguments.folder
    if not (folder / "index.html").exists():
        sys.exit("There is no built site yet. First: make book")
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), partial(SiteHandler, directory=folder))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            sys.exit(f"Port {port} is in use. Choose another: make site PORT={port + 1}")
        sys.exit(f"Port {port} cannot be used: {error.strerror}. Try: make site PORT=8000")
    except OverflowError:
        sys.exit(f"{port} is no port; ports go from 1 to 65535. Try: make site PORT=8000")
    print("Stop with Ctrl-C. The site is at", flush=True)
    print(f"http://localhost:{server.server_port}/", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print()


if __name__ == "__main__":
    main()
