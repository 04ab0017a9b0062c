"""A Sphinx extension: each chapter as a notebook, to download or to open elsewhere.

The notebooks lie beside the pages. Colab and Binder open them from the branch that the site is
published on, once `repository` in _config.yml says where the course is.
"""

from __future__ import annotations

import re
from html import escape
from pathlib import Path

from sphinx.errors import ConfigError

from tools import chapter_notebooks, lab_links

BRANCH = "gh-pages"
GITHUB = re.compile(r"https://github\.com/([\w.-]+/[\w.-]+?)(\.git)?/?")


def links(page: str, repository: str) -> list[tuple[str, str]]:
    """Return what stands under a chapter's title: each link's words and its address."""
    found = [("Download as notebook", f"{page}.ipynb")]
    if repository:
        name = on_github(repository)
        colab = f"https://colab.research.google.com/github/{name}/blob/{BRANCH}/{page}.ipynb"
        binder = f"https://mybinder.org/v2/gh/{name}/{BRANCH}?urlpath=lab/tree/{page}.ipynb"
        found += [("Open in Colab", colab), ("Open in Binder", binder)]
    return found


def on_github(repository: str) -> str:
    """Return a repository's owner and name: ``"someone/course"``."""
    found = GITHUB.fullmatch(repository)
    if not found:
        raise ConfigError(
            "repository in _config.yml must be an address like https://github.com/someone/course, "
            f"got {repository!r}; Colab and Binder look there. Left empty, there are no such links."
        )
    return found[1]


def add_links(app, pagename, templatename, context, doctree) -> None:
    """Put the links under the title of a page that is a notebook."""
    if doctree is None or "kernelspec" not in app.env.metadata[pagename]:
        return
    shown = " · ".join(
        f'<a href="{escape(address)}"{"" if "://" in address else " download"}>{words}</a>'
        for words, address in links(pagename, app.config.repository)
    )
    row = f'<p class="launch d-print-none">{shown}{lab_links.of_chapter(pagename)}</p>'
    context["body"] = context["body"].replace("</h1>", f"</h1>\n{row}", 1)
    app.written_chapters.append(pagename)


def write_notebooks(app, error) -> None:
    """Write the notebooks of the chapters whose pages were written, beside these."""
    if error is None and app.builder.name == "html":
        chapters = [Path(app.env.doc2path(name)) for name in app.written_chapters]
        chapter_notebooks.write(app.outdir, chapters, app.config.closed, app.config.repository)


def setup(app):
    """Register with Sphinx."""
    app.add_config_value("repository", "", "html")
    app.written_chapters = []
    app.connect("html-page-context", add_links)
    # Before `editions` looks whether anything is shown that is closed.
    app.connect("build-finished", write_notebooks, priority=400)
    return {"parallel_read_safe": True}
