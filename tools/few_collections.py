"""A Sphinx extension: let Python look for garbage seldom while a book is built.

After a change in one page Sphinx reads what it keeps of all pages, to number figures. That makes
objects by the hundred thousand, of which none is garbage, and looking for some took most of the
time.
"""

import gc

NEW_OBJECTS = 1_000_000  # between two looks


def setup(app):
    """Register with Sphinx."""
    gc.set_threshold(NEW_OBJECTS)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
