"""Building the book looks for garbage seldom, and an unchanged page is not read again."""

from __future__ import annotations

import gc

import pytest
from sphinx.testing.util import SphinxTestApp


@pytest.fixture
def build(tmp_path):
    """Return `build()`: the names of the pages that are read, for a book with the extension."""
    threshold = gc.get_threshold()
    (tmp_path / "conf.py").write_text("extensions = ['tools.few_collections']\nnumfig = True")

    def read():
        names = []
        app = SphinxTestApp("html", srcdir=tmp_path)
        app.connect("source-read", lambda app, name, source: names.append(name))
        app.build()
        app.cleanup()
        return sorted(names)

    yield read
    gc.set_threshold(*threshold)


def test_a_changed_page_alone_is_read_again(build, tmp_path):
    (tmp_path / "index.rst").write_text("Book\n====\n\n.. toctree::\n\n   one\n   two\n")
    for name in ("one", "two"):
        (tmp_path / f"{name}.rst").write_text("Page\n====\n\nText.\n")
    assert build() == ["index", "one", "two"]
    (tmp_path / "two.rst").write_text("Page\n====\n\nOther text.\n")
    assert build() == ["two"]


def test_many_objects_bring_few_collections(build, tmp_path):
    (tmp_path / "index.rst").write_text("Book\n====\n")
    build()
    before = [generation["collections"] for generation in gc.get_stats()]
    kept = [[number] for number in range(400_000)]
    after = [generation["collections"] for generation in gc.get_stats()]
    assert len(kept) == 400_000
    assert sum(after) - sum(before) <= 1
