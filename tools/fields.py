"""A Sphinx extension: leave out what Python itself says of a named tuple's fields.

Our docstrings tell what a field is, under "Attributes"; Python's tell its number.
"""


def skip_field(app, what, name, obj, skip, options):
    """Whether autodoc shall leave a member out; None leaves it to others."""
    return True if (getattr(obj, "__doc__", None) or "").startswith("Alias for field") else None


def setup(app):
    """Register with Sphinx."""
    app.setup_extension("sphinx.ext.autodoc")
    app.connect("autodoc-skip-member", skip_field)
    return {"parallel_read_safe": True}
