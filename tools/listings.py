"""A Sphinx extension: a listing cut out of a file ends with its last line of code.

Functions stand two blank lines apart, and so their markers would leave blank lines at the end.
"""

from docutils import nodes


def end_with_code(app, doctree):
    """Drop the blank lines at the end of every `literalinclude`, which alone tells its source."""
    for listing in doctree.findall(nodes.literal_block):
        if "source" in listing:
            listing.rawsource = listing.astext().rstrip()
            listing[:] = [nodes.Text(listing.rawsource)]


def setup(app):
    """Register with Sphinx."""
    app.connect("doctree-read", end_with_code)
    return {"parallel_read_safe": True}
