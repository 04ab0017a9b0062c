"""A box in which nothing happens yet, for a runner to walk into."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
from pathlib import Path

from autograder.sandbox import policy
from autograder.sandbox.bubblewrap import Box

END_SECONDS = 30


class PausedBox:
    """A box kept open by `cat`, which says that it is ready and then waits for us to hang up.

    Raises
    ------
    OSError
        bubblewrap could not make the box.
    """

    def __init__(self, box: Box):
        news, news_inside = os.pipe()
        command, descriptors = box.command(["cat"], news_inside, limited=False)
        try:
            self._bubblewrap = subprocess.Popen(
                command,
                bufsize=0,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                pass_fds=(*descriptors, news_inside),
                cwd="/",
                env={"PATH": os.defpath},
                start_new_session=True,
            )
        except OSError:
            os.close(news)
            raise
        finally:
            for descriptor in (*descriptors, news_inside):
                os.close(descriptor)
        with os.fdopen(news) as answer:
            said = answer.read()
        if not said:
            self._bubblewrap.wait()
            raise OSError("bubblewrap could not make the box.")
        self.pid = json.loads(said)["child-pid"]
        self._first = os.pidfd_open(self.pid)

    def __enter__(self) -> PausedBox:
        """Wait until the box is whole."""
        try:
            self._bubblewrap.stdin.write(b"\n")
            if self._bubblewrap.stdout.read(1) != b"\n":
                raise OSError("bubblewrap could not make the box.")
            # For the sockets of a kernel, of which there is none.
            Path(f"{self.root}{policy.CHANNELS}").chmod(0o555)
        except OSError:
            self.__exit__()
            raise
        return self

    @property
    def root(self) -> Path:
        """The root of the box's files, seen from outside."""
        return Path(f"/proc/{self.pid}/root")

    def __exit__(self, *_) -> None:
        """End all that lives in the box."""
        signal.pidfd_send_signal(self._first, signal.SIGKILL)
        over = select.poll()
        over.register(self._first, select.POLLIN)
        over.poll(1000 * END_SECONDS)
        os.close(self._first)
        self._bubblewrap.communicate()
