"""A Sphinx extension: links into the lab, which show themselves where the site has one.

A chapter's link stands under its title, a problem set's behind its name, as in ``ps03_hmm``.
"""

from __future__ import annotations

from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from autograder import problem_sets

LAB = "lite/lab/index.html"
WORDS = "open in the browser"
# Written into every build: until it says so, `book/style/site.css` hides the links.
SCRIPT = Path("_static", "lab.js")
SHOW = 'document.documentElement.classList.toggle("has-lab", {});\n'
PAGE = "lab"


def address(path: str) -> str:
    """Return where the lab opens one of its files, from any page of the site."""
    return f"{LAB}?path={path}"


def of_chapter(page: str) -> str:
    """Return the link under a chapter's title, with what parts it from the link before."""
    to = escape(address(f"chapters/{page}.ipynb"))
    return f'<span class="in-lab"> · <a href="{to}">{WORDS.capitalize()}</a></span>'


class LinkProblemSets(SphinxPostTransform):
    """Put a link behind each name of a problem set, in chapters and on the lab's page."""

    default_priority = 500

    def run(self, **options):
        """Change the page."""
        if self.app.builder.format != "html" or not _has_links(self.env.docname):
            return
        for literal in list(self.document.findall(nodes.literal)):
            name = literal.astext()
            if name in problem_sets.names():
                link = nodes.reference("", WORDS, refuri=address(f"{name}/{name}.ipynb"))
                shown = nodes.inline(
                    "", " (", link, nodes.Text(")"), classes=["in-lab", "d-print-none"]
                )
                literal.parent.insert(literal.parent.index(literal) + 1, shown)


class ProblemSets(SphinxDirective):
    """The list of all problem sets, by their titles and names."""

    def run(self) -> list[nodes.Node]:
        """Return the list."""
        items = nodes.bullet_list()
        for name in problem_sets.names():
            source = problem_sets.find(name) / "notebook.md"
            self.env.note_dependency(str(source))
            lines = source.read_text(encoding="utf-8").splitlines()
            title = next(line for line in lines if line.startswith("# ")).removeprefix("# ")
            text = nodes.paragraph("", "", nodes.Text(f"{title}, "), nodes.literal("", name))
            items += nodes.list_item("", text)
        return [items]


def script_for(has_lab: bool) -> str:
    """Return what tells the pages of a site whether there is a lab."""
    return SHOW.format("true" if has_lab else "false")


def show_if_built(site: Path) -> None:
    """Let the pages of a built site show their links into the lab if there is a lab."""
    script = site / SCRIPT
    if script.parent.is_dir():
        script.write_text(script_for((site / LAB).exists()), encoding="utf-8")


def _has_links(page: str) -> bool:
    return page == PAGE or page[:1].isdigit()


def setup(app):
    """Register with Sphinx."""
    app.add_directive("problem-sets", ProblemSets)
    app.add_post_transform(LinkProblemSets)
    app.connect("build-finished", lambda app, error: show_if_built(Path(app.outdir)))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
