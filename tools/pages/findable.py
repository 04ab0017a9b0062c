"""What a site has besides its pages: the page for lost readers, and the map for search engines."""

from __future__ import annotations

import json
from xml.sax.saxutils import escape

MAP = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
{places}
</urlset>
"""
ROBOTS = """User-agent: *
Allow: /
Sitemap: {map}
"""
ENTRIES = "index_entries.json"


def lost_page(app):
    """Tell Sphinx to write 404.html, which a host shows in place of a page that is not there."""
    # It is shown at any depth, where links that are relative lead astray.
    yield "404", {"root": address(app, "")}, "404.html"


def write_site_files(app, error) -> None:
    """Write the first page, and, once the site has an address, the map of all others."""
    if error or app.builder.name != "html":
        return
    first = app.outdir / app.builder.get_target_uri(app.config.root_doc)
    (app.outdir / "index.html").write_bytes(first.read_bytes())
    if not app.config.html_baseurl:
        return
    pages = sorted(app.builder.get_target_uri(name) for name in app.env.found_docs)
    places = "\n".join(f"  <url><loc>{escape(address(app, page))}</loc></url>" for page in pages)
    (app.outdir / "sitemap.xml").write_text(MAP.format(places=places), encoding="utf-8")
    robots = ROBOTS.format(map=address(app, "sitemap.xml"))
    (app.outdir / "robots.txt").write_text(robots, encoding="utf-8")


def recall_entries(app, env) -> None:
    """Give Sphinx the index entries of pages that it does not write again: it forgets them."""
    kept = app.doctreedir / ENTRIES
    if kept.exists():
        for page, entries in json.loads(kept.read_text(encoding="utf-8")).items():
            if page in env.all_docs:
                env._search_index_index_entries.setdefault(page, list(map(tuple, entries)))


def keep_entries(app, error) -> None:
    """Note what `recall_entries` will ask for."""
    entries = json.dumps(app.env._search_index_index_entries)
    (app.doctreedir / ENTRIES).write_text(entries, encoding="utf-8")


def address(app, file: str) -> str:
    """Return where a file of the site will be, or nothing if nobody has told."""
    root = app.config.html_baseurl
    return f"{root.rstrip('/')}/{file}" if root else ""
