"""A Sphinx extension: what a cell has printed is shown as it was printed.

A kernel sends it in pieces that end anywhere. myst_nb ends each of them with a line break, so the
pieces are joined before it sees them.
"""

from myst_nb.core import render
from myst_nb.core.utils import coalesce_streams


def joined(outputs: list) -> list:
    """Return a cell's outputs, pieces of the same stream that follow each other as one."""
    found = []
    for output in outputs:
        last = found[-1] if found else None
        if last and output["output_type"] == "stream" and last.get("name") == output["name"]:
            last["text"] += output["text"]
        else:
            found.append(output.copy())
    return coalesce_streams(found)


def setup(app):
    """Register with Sphinx."""
    render.coalesce_streams = joined
    return {"parallel_read_safe": True}
