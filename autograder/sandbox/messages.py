"""Take what a kernel says about one request, as it arrives."""

from __future__ import annotations

import asyncio

import zmq
from jupyter_client.asynchronous import AsyncKernelClient

from autograder.sandbox.outputs import NONSENSE, Outputs


async def collect(client: AsyncKernelClient, request: str, outputs: Outputs) -> None:
    """Take outputs until the kernel says that it is done with the request."""
    while True:
        message = await _next(client, client.iopub_channel.socket, request, outputs)
        kind, content = message["header"]["msg_type"], message["content"]
        if kind != "status":
            outputs.take(kind, content)
        elif content.get("execution_state") == "idle":
            return


async def reply(client: AsyncKernelClient, request: str, outputs: Outputs) -> dict:
    """Return the content of the kernel's reply to the request."""
    message = await _next(client, client.shell_channel.socket, request, outputs)
    return message["content"]


async def cut(client: AsyncKernelClient) -> None:
    """Return when the channel of outputs is cut, as it is by a message of more bytes than fit."""
    monitor = client.iopub_channel.socket.get_monitor_socket(zmq.EVENT_DISCONNECTED)
    await monitor.recv_multipart()
    # If it was cut because the kernel ended, that is noticed meanwhile.
    await asyncio.sleep(1)


async def _next(client: AsyncKernelClient, socket, request: str, outputs: Outputs) -> dict:
    """Return the next message that belongs to the request; all that arrive are counted."""
    while True:
        frames = await socket.recv_multipart()
        outputs.count(sum(map(len, frames)))
        message = _understood(client, frames)
        if message is not None and message["parent_header"].get("msg_id") == request:
            return message


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
