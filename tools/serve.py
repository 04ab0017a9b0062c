"""Serve the built site on this machine alone, and print its address last.

python tools/serve.py --port 8000
"""

from __future__ import annotations

import argparse
import errno
import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HTML = Path(__file__).resolve().parent.parent / "_build" / "html"


class QuietHandler(SimpleHTTPRequestHandler):
    """Files without a log line each, so that the address stays the last line."""

    def log_message(self, format, *args):
        """Say nothing."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=8000)
    port = parser.parse_args().port
    if not (HTML / "index.html").exists():
        sys.exit("There is no built site yet. First: make book")
    try:
        server = ThreadingHTTPServer(
            ("127.0.0.1", port), partial(QuietHandler, directory=str(HTML))
        )
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
