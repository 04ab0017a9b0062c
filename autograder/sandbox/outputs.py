"""Take a cell's outputs as they arrive, and no more of them than there is room for."""

from __future__ import annotations

import asyncio

import zmq
from jupyter_client.asynchronous import AsyncKernelClient
from nbformat import NotebookNode, ValidationError, validate
from nbformat.v4 import output_from_msg

# A message of no content still takes memory and time, so that endless empty ones end too.
MESSAGE_BYTES = 256

# What the libraries raise when a message is not what they expect. Students can send any message.
NONSENSE = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)


class TooMuchOutput(Exception):
    """A cell sent more than there was room for."""


class Outputs:
    """The outputs of one cell.

    Parameters
    ----------
    room : int
        How many bytes of messages may come, whatever they hold.
    """

    def __init__(self, room: int):
        self.room = room
        self.size = 0
        self._outputs: list[NotebookNode] = []
        self._displays: dict[str, NotebookNode] = {}
        self._clear_next = False

    def taken(self) -> list[NotebookNode]:
        """Return the outputs that are fit to be stored in a notebook."""
        return [output for output in map(_plain, self._outputs) if _is_valid(output)]

    async def collect(self, client: AsyncKernelClient, request: str) -> None:
        """Take outputs until the kernel says that it is done with the request."""
        while True:
            message = await self._next(client, client.iopub_channel.socket, request)
            if message["header"]["msg_type"] == "status":
                if message["content"].get("execution_state") == "idle":
                    return
            else:
                self._take(message)

    async def reply(self, client: AsyncKernelClient, request: str) -> dict:
        """Return the content of the kernel's reply to the request."""
        message = await self._next(client, client.shell_channel.socket, request)
        return message["content"]

    async def _next(self, client: AsyncKernelClient, socket, request: str) -> dict:
        """Return the next message that belongs to the request; all that arrive are counted."""
        while True:
            frames = await socket.recv_multipart()
            self.size += MESSAGE_BYTES + sum(map(len, frames))
            if self.size > self.room:
                raise TooMuchOutput
            message = _understood(client, frames)
            if message is not None and message["parent_header"].get("msg_id") == request:
                return message

    def _take(self, message: dict) -> None:
        kind, content = message["header"]["msg_type"], message["content"]
        if kind == "clear_output":
            self._clear_next = True
            if not content.get("wait"):
                self._clear()
        elif kind == "update_display_data":
            self._update(content)
        elif kind in ("stream", "display_data", "execute_result", "error"):
            self._add(message)

    def _clear(self) -> None:
        self._outputs.clear()
        self._displays.clear()
        self._clear_next = False

    def _add(self, message: dict) -> None:
        if self._clear_next:
            self._clear()
        try:
            output = output_from_msg(message)
        except (
            ValidationError,
            AttributeError,
            LookupError,
            RecursionError,
            TypeError,
            ValueError,
        ):
            return
        last = self._outputs[-1] if self._outputs else {}
        if output.output_type == "stream" and last.get("name") == output.name:
            last.text += output.text
            return
        self._outputs.append(output)
        if display := _display_id(message["content"]):
            self._displays[display] = output

    def _update(self, content: dict) -> None:
        output = self._displays.get(_display_id(content))
        if output is not None:
            output.data = content.get("data")
            output.metadata = content.get("metadata")


async def cut(client: AsyncKernelClient) -> None:
    """Return when the channel of outputs is cut, as it is by a message of more bytes than fit."""
    monitor = client.iopub_channel.socket.get_monitor_socket(zmq.EVENT_DISCONNECTED)
    await monitor.recv_multipart()
    # If it was cut because the kernel ended, that is noticed meanwhile.
    await asyncio.sleep(1)


def _understood(client: AsyncKernelClient, frames: list[bytes]) -> dict | None:
    """Return a message with the parts every message must have, or None."""
    try:
        _, parts = client.session.feed_identities(frames)
        message = client.session.deserialize(parts)
    except NONSENSE:
        return None
    needed = (message.get(part) for part in ("header", "parent_header", "content"))
    if not all(isinstance(part, dict) for part in needed):
        return None
    return message if isinstance(message["header"].get("msg_type"), str) else None


def _display_id(content: dict) -> str | None:
    transient = content.get("transient")
    display = transient.get("display_id") if isinstance(transient, dict) else None
    return display if isinstance(display, str) else None


def _plain(output: NotebookNode) -> NotebookNode:
    """Leave out of what was displayed all that is not text: nested data may be of any depth."""
    if "data" in output and isinstance(output.data, dict):
        texts = {kind: data for kind, data in output.data.items() if isinstance(data, str)}
        output.data, output.metadata = NotebookNode(texts), NotebookNode()
    return output


def _is_valid(output: NotebookNode) -> bool:
    try:
        validate(output, ref="output", version=4, version_minor=5)
    except (ValidationError, RecursionError):
        return False
    return True
