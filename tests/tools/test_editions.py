"""Two editions from one source: what problem sets ask for stays out of the student's."""

from __future__ import annotations

import html
import json
import re
from datetime import date

import pytest
from sphinx.errors import ConfigError
from sphinx.testing.util import SphinxTestApp

from autograder import exercise
from tools import folding

TODAY = date(2026, 11, 21)
SETS = folding.closed("student", {}, TODAY)
# A line of a function that problem set 3 asks for, and one of a function that nobody asks for.
ASKED = "back[i, s] = np.argmax(candidates)"
FREE = "paths = product(range(K), repeat=n)"
PAGE = """\
Decoding
========

.. literalinclude:: {0}
   :start-after: # [viterbi_slide]
   :end-before: # [/viterbi_slide]

.. literalinclude:: {0}
   :start-after: # [brute_force]
   :end-before: # [/brute_force]

.. automodule:: course_lib.hmm
   :members: viterbi_slide, brute_force
"""


@pytest.fixture
def build(tmp_path):
    """Return `build(**settings)`: what stands on the page, and on the page of its source."""
    source = tmp_path / "book"
    source.mkdir()
    extensions = ["sphinx.ext.autodoc", "sphinx.ext.viewcode", "sphinx_design", "tools.editions"]
    (source / "conf.py").write_text(f"extensions = {extensions}")
    # Sphinx takes a path that begins with a slash from its source folder.
    library = source / "library"
    library.symlink_to(folding.ROOT / "course_lib")
    (source / "index.rst").write_text(PAGE.format("library/hmm/decoding.py"))

    def make(**settings):
        app = SphinxTestApp("html", srcdir=source, freshenv=False, confoverrides=settings)
        app.build()
        pages = [app.outdir / "index.html", app.outdir / "_modules/course_lib/hmm/decoding.html"]
        texts = [html.unescape(re.sub(r"<[^>]*>", "", page.read_text())) for page in pages]
        warnings = app.warning.getvalue()
        app.cleanup()
        assert not [line for line in warnings.splitlines() if "literalinclude" in line]
        return texts

    return make


def test_the_instructors_edition_shows_everything(build):
    for text in build():
        assert ASKED in text
        assert FREE in text
        assert "Yours to write" not in text


def test_the_students_edition_folds_what_a_problem_set_asks_for(build):
    page, source = build(edition="student")
    for text in (page, source):
        assert ASKED not in text
        assert FREE in text
        assert "def viterbi_slide(pi, A, B, x):" in text
        assert "...  # yours to write: problem set 3, viterbi" in text
    assert "Yours to write: problem set 3, viterbi" in page
    assert "It is folded away." in page


def test_code_opens_on_its_day(build):
    later, today = date(2999, 12, 1), date.today()
    page, _ = build(edition="student", opens={"ps03": later})
    assert "It is folded away until 1 December 2999." in page
    for text in build(edition="student", opens={"ps03": today}):
        assert ASKED in text


def test_a_shared_function_stays_closed_while_one_set_is():
    both = {"ps02": date(2026, 1, 1), "ps04": date(2027, 1, 1)}
    sets = folding.closed("student", both, TODAY)
    assert "ps02" not in sets
    asked = folding.folds(folding.ROOT / "course_lib/layers/dense.py", sets)
    assert "ps04.affine_backward" in {fold.exercise for fold in asked}


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"edition": "teacher"}, "no edition 'teacher'; there are instructor, student"),
        ({"edition": "student", "opens": {"ps3": TODAY}}, "got ps3: 2026-11-21; there are ps01"),
        ({"edition": "student", "opens": {"ps03": "soon"}}, "such as ps03: 2026-12-01"),
    ],
)
def test_a_wrong_setting_is_named(build, settings, said):
    with pytest.raises(ConfigError, match=re.escape(said)):
        build(**settings)


def test_code_that_slips_through_fails_the_build(tmp_path):
    code = (folding.ROOT / "course_lib/hmm/decoding.py").read_text(encoding="utf-8")
    (tmp_path / "page.html").write_text(f"<pre>{html.escape(code)}</pre>")
    cells = [{"source": ["# Viterbi\n", code]}]
    (tmp_path / "page.ipynb").write_text(json.dumps({"cells": cells}))
    (tmp_path / "clean.html").write_text("<pre>nothing</pre>")
    shown = folding.leaks(tmp_path, SETS)
    assert "  page.html: problem set 3, viterbi" in shown
    assert "  page.ipynb: problem set 3, viterbi" in shown
    assert not any("clean" in line for line in shown)
    assert folding.leaks(tmp_path, {}) == []


def test_each_exercise_says_which_code_gives_it_away():
    declared = {
        name for path in exercise.folder().glob("*/exercises.py") for name in exercise.load(path)
    }
    assert declared == set(folding.graded())


def test_what_is_named_is_in_the_library():
    """A name that is not there raises; each that is there has a body to fold."""
    paths = sorted((folding.ROOT / "course_lib").rglob("*.py"))
    found = [fold for path in paths for fold in folding.folds(path, SETS)]
    for name, functions in folding.graded().items():
        assert sum(fold.exercise == name for fold in found) >= len(functions), name
