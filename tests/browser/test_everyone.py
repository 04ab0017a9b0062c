"""Everyone can use the site: axe looks at every page for what shuts readers out, light and dark."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.browser.test_site import DRAWN

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
HTML = ROOT / "_build" / "html"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
# One page of each kind is looked at each time, all others by `make test-slow`.
SAMPLE = [
    *("index.html", "03-hidden-markov-models.html", "14-lstm-and-gru.html", "instructors.html"),
    *("glossary.html", "slides.html", "api-counting.html", "genindex.html", "search.html"),
    *("404.html", "_modules/course_lib/markov/chain.html"),
]
PAGES = sorted(
    path.relative_to(HTML).as_posix()
    for path in [*HTML.glob("*.html"), *HTML.glob("_modules/*.html")]
)
CALM = 400  # milliseconds after which style/scrolling.js has looked at what was opened
OPEN_ALL = "document.querySelectorAll('details').forEach((details) => (details.open = true))"
# Inside of formulas and drawings all is hidden from those who listen: their words stand beside it.
# A cell of a trellis says "Day 1, cold: score 0.25" where the eye reads "C" over "0.25": the rule
# on names asks for the very letters, which would help nobody.
LOOK = """
async (options) => {
  const where = { exclude: [".katex-html", ".cell_output svg[role=img] > *"] };
  axe.configure({ rules: [
    { id: "label-content-name-mismatch", selector: "a, button, summary, [role=button]:not(g)" },
  ] });
  const found = await axe.run(where, { ...options, resultTypes: ["violations"] });
  const told = ({ target, html, any }) =>
    `${target} ${html.slice(0, 160)} (${any.map(({ message }) => message).join(" ")})`;
  return found.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.slice(0, 5).map(told).join(" ")}`);
}
"""
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}


def look_at(browser, serve, pages) -> dict[str, list[str]]:
    """Return what axe has to say to pages with all their dropdowns open, in light and in dark."""
    site, found = serve(HTML), {}
    # Colors are measured at rest, and without the site's policy, which would not let axe in.
    context = browser.new_context(reduced_motion="reduce", bypass_csp=True)
    for name in pages:
        page = context.new_page()
        page.goto(f"{site}/{name}")
        page.wait_for_function(DRAWN)
        page.evaluate(OPEN_ALL)
        page.wait_for_timeout(CALM)
        page.add_script_tag(path=AXE)
        found[f"{name}, light"] = page.evaluate(LOOK, {})
        page.evaluate("document.documentElement.dataset.theme = 'dark'")
        found[f"{name}, dark"] = page.evaluate(LOOK, COLOURS)
        page.close()
    context.close()
    return {name: violations for name, violations in found.items() if violations}


def test_axe_finds_nothing_serious_on_a_page_of_each_kind(browser, serve):
    found = look_at(browser, serve, SAMPLE)
    assert found == {}, json.dumps(found, indent=2)


@pytest.mark.slow
def test_axe_finds_nothing_serious_on_any_other_page(browser, serve):
    found = look_at(browser, serve, [name for name in PAGES if name not in SAMPLE])
    assert found == {}, json.dumps(found, indent=2)
