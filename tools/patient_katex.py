"""A Sphinx extension: let the program that sets formulas take its time to start on a busy machine.

sphinxcontrib-katex connects as soon as its socket file exists, which may be before node listens to
it, and then gives up. The way it goes on other systems waits until it is answered.
"""

from sphinxcontrib import katex

SECONDS = 60.0


def setup(app):
    """Register with Sphinx."""
    katex.KaTeXServer.start_server_process = katex.KaTeXServer.start_network_socket
    katex.STARTUP_TIMEOUT = katex.RENDER_TIMEOUT = SECONDS
    return {"parallel_read_safe": True}
