"""Measure pages with Lighthouse, as a phone on a slow network meets them, and keep to our bounds.

python tools/measure_pages.py [03-hidden-markov-models.html ...]
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path

from tools.serve import HTML, SiteHandler

PROGRAM = Path(__file__).parent / "lighthouse" / "node_modules" / ".bin" / "lighthouse"
BROWSERS = ["chromium", "chromium-browser", "google-chrome"]
BOUNDS = {"performance": 90, "accessibility": 100, "best-practices": 95, "seo": 95}
TIMES = {
    "first-contentful-paint": "first text",
    "largest-contentful-paint": "largest text",
    "total-blocking-time": "blocked",
    "cumulative-layout-shift": "jumps",
    "total-byte-weight": "loaded",
}
MEASURES = 2


def main() -> None:
    if not (HTML / "index.html").exists():
        sys.exit("There is no built site yet. First: make book")
    pages = sys.argv[1:] or sorted(path.name for path in HTML.glob("[0-9][0-9]-*.html"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(SiteHandler, directory=str(HTML)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(
        row("page", *BOUNDS, *TIMES.values()), row(*["---"] * (1 + len(BOUNDS | TIMES))), sep="\n"
    )
    failed = []
    for name in pages:
        # A busy machine spoils a measurement, so a bad one is taken once more.
        for _ in range(MEASURES):
            report = measure(f"http://localhost:{server.server_port}/{name}")
            scores = [round(100 * report["categories"][each]["score"]) for each in BOUNDS]
            short = below(scores)
            if not short:
                break
        times = (report["audits"][each].get("displayValue", "") for each in TIMES)
        print(row(name, *scores, *times), flush=True)
        failed += [f"{name}: {each}" for each in [*short, *(reasons(report) if short else [])]]
    server.shutdown()
    if failed:
        sys.exit("\nBelow the bounds:\n" + "\n".join(failed))


def measure(address: str) -> dict:
    """Return Lighthouse's report on a page."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    command = [
        *(str(PROGRAM), address, "--output=json", "--quiet"),
        f"--only-categories={','.join(BOUNDS)}",
        "--chrome-flags=--headless=new --no-sandbox --disable-gpu --disable-background-networking",
    ]
    environment = {**os.environ, "CHROME_PATH": browser or ""}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"Lighthouse could not measure {address}:\n{done.stderr}")
    return json.loads(done.stdout)


def below(scores: list[int]) -> list[str]:
    """Return the scores that are too low, in words."""
    pairs = zip(BOUNDS.items(), scores, strict=True)
    return [
        f"{name} is {score}, at least {bound} is asked"
        for (name, bound), score in pairs
        if score < bound
    ]


def reasons(report: dict) -> list[str]:
    """Return what Lighthouse holds against a page."""
    audits = {
        each["id"]: report["audits"][each["id"]]
        for name in BOUNDS
        for each in report["categories"][name]["auditRefs"]
        if each["weight"]
    }
    return [
        f"  {audit['title']} {audit.get('displayValue', '')}".rstrip()
        for audit in audits.values()
        if audit["score"] is not None and audit["score"] < 0.9
    ]


def row(*cells) -> str:
    """Return a line of a Markdown table."""
    return f"| {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    main()
