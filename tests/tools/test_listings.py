"""Listings cut out of a file end with code, and nothing else of a page changes."""

from __future__ import annotations

import re

from sphinx.testing.util import SphinxTestApp

CODE = '''\
# [one]
def one():
    """Return.

    Nothing.
    """

    return {"a": "<b>"}


# [/one]


def two():
    return 2
'''
PAGE = """\
Title
=====

.. literalinclude:: code.py
   :start-after: # [one]
   :end-before: # [/one]

.. literalinclude:: code.py
   :caption: All of it

.. parsed-literal::

   a *word*
"""


def test_a_listing_ends_with_its_last_line_of_code(tmp_path):
    (tmp_path / "conf.py").write_text("extensions = ['tools.listings']")
    (tmp_path / "code.py").write_text(CODE)
    (tmp_path / "index.rst").write_text(PAGE)
    app = SphinxTestApp("html", srcdir=tmp_path)
    app.build()
    html = (app.outdir / "index.html").read_text(encoding="utf-8")
    warnings = app.warning.getvalue()
    app.cleanup()
    assert warnings == ""
    part, whole, parsed = re.findall(r"<pre.*?>(.*?)</pre>", html, re.DOTALL)
    part, whole = (re.sub(r"<.*?>", "", listing) for listing in (part, whole))
    assert part.startswith("def one():\n")
    assert part.endswith('return {"a": "&lt;b&gt;"}\n')
    assert part.count("\n\n") == 2, "blank lines between lines of code stay"
    assert whole.startswith("# [one]\n")
    assert whole.endswith("return 2\n")
    assert "<em>word</em>" in parsed
