"""A Sphinx extension: let the program that sets formulas take its time to start on a busy machine.

sphinxcontrib-katex connects as soon as its socket file exists, which may be before node listens to
it, and then gives up. This tries again until it is answered.
"""

import socket
import subprocess
import time

from sphinxcontrib import katex

SECONDS = 60.0


def start_server_process(server, rundir, timeout):
    """Start the program, and return it with a socket connected to it."""
    path = rundir / "katex.sock"
    command = server.build_command(socket=path)
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, stdin=pipe, stdout=pipe, cwd=rundir)
    until = time.monotonic() + timeout
    while True:
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.connect(str(path))
            return process, connection
        except (FileNotFoundError, ConnectionRefusedError):
            connection.close()
            if time.monotonic() > until:
                raise server.timeout_error(timeout) from None
            time.sleep(0.01)


def setup(app):
    """Register with Sphinx."""
    katex.KaTeXServer.start_server_process = classmethod(start_server_process)
    katex.STARTUP_TIMEOUT = katex.RENDER_TIMEOUT = SECONDS
    return {"parallel_read_safe": True}
