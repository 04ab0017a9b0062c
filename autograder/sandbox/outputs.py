"""The outputs of a cell as they arrive, and no more of them than there is room for."""

from __future__ import annotations

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
        self._printed, self._printed_to = bytearray(), ""

    def taken(self) -> list[NotebookNode]:
        """Return the outputs that are fit to be stored in a notebook."""
        self._add_printed()
        return [output for output in map(_plain, self._outputs) if _is_valid(output)]

    def count(self, size: int) -> None:
        """Count a message of so many bytes."""
        self.size += MESSAGE_BYTES + size
        if self.size > self.room:
            raise TooMuchOutput

    def take(self, kind: str, content: dict) -> None:
        """Take a message, unless it is of a kind that no notebook shows."""
        self._add_printed()
        if kind == "clear_output":
            self._clear_next = True
            if not content.get("wait"):
                self._clear()
        elif kind == "update_display_data":
            self._update(content)
        elif kind in ("stream", "display_data", "execute_result", "error"):
            self._add(kind, content)

    def print(self, name: str, data: bytes) -> None:
        """Count and take what was printed to "stdout" or "stderr"."""
        if name != self._printed_to:
            self._add_printed()
            self._printed_to = name
            self.count(0)
        self._printed += data
        self.size += len(data)
        if self.size > self.room:
            raise TooMuchOutput

    def _add_printed(self) -> None:
        if self._printed:
            text = self._printed.decode(errors="replace")
            self._add("stream", {"name": self._printed_to, "text": text})
            self._printed.clear()

    def _clear(self) -> None:
        self._outputs.clear()
        self._displays.clear()
        self._clear_next = False

    def _add(self, kind: str, content: dict) -> None:
        if self._clear_next:
            self._clear()
        try:
            output = output_from_msg({"header": {"msg_type": kind}, "content": content})
        except (ValidationError, *NONSENSE):
            return
        last = self._outputs[-1] if self._outputs else {}
        if output.output_type == "stream" and last.get("name") == output.name:
            last.text += output.text
            return
        self._outputs.append(output)
        if display := _display_id(content):
            self._displays[display] = output

    def _update(self, content: dict) -> None:
        output = self._displays.get(_display_id(content))
        if output is not None:
            output.data = content.get("data")
            output.metadata = content.get("metadata")


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
