"""A Sphinx extension: what a page has besides its text, so that all can read, find and share it."""

from __future__ import annotations

import course_lib

from . import accessible, findable, frames, head, names, styles, together


def tell_version(app, config) -> None:
    """Let the footer name the package that the book was built with."""
    config.version = config.release = course_lib.__version__


def setup(app):
    """Register with Sphinx."""
    app.connect("config-inited", tell_version)
    app.add_transform(names.Names)
    app.add_post_transform(together.Together)
    app.connect("env-check-consistency", names.refuse_unknown)
    app.connect("html-page-context", head.complete, priority=900)
    app.connect("html-page-context", accessible.mend)
    app.connect("html-page-context", frames.set_apart)
    app.connect("html-collect-pages", findable.lost_page)
    # Behind sphinx_external_toc, whose first page is empty and only leads to the next one.
    app.connect("build-finished", findable.write_site_files, priority=900)
    app.connect("env-updated", findable.recall_entries)
    app.connect("build-finished", findable.keep_entries)
    app.connect("build-finished", styles.bundle, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
