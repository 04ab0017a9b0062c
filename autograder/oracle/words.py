"""Short texts about values, for a student to read."""

from __future__ import annotations

import numpy as np

MAX_TEXT = 400
MAX_MESSAGE = 1000


def shown(value, limit: int = MAX_TEXT) -> str | None:
    """Return a value in a line or two, or None where it is too large to look at."""
    if _size(value) > limit:
        return None
    text = _text(value)
    return text if len(text) <= limit else None


def shown_arguments(arguments: dict) -> str | None:
    """Return ``name = value, ...``, or None where that is too large to look at."""
    texts = {name: shown(value) for name, value in arguments.items()}
    if None in texts.values():
        return None
    text = ", ".join(f"{name} = {text}" for name, text in texts.items())
    return text if len(text) <= MAX_TEXT else None


def plain(text: str, limit: int = MAX_MESSAGE) -> str:
    """Return a text without what only a terminal understands, and of bounded length."""
    text = "".join(letter for letter in text if letter.isprintable() or letter == "\n")
    return text if len(text) <= limit else f"{text[: limit - 3]}..."


def _size(value) -> int:
    """Return about how many letters a value takes, at least."""
    if isinstance(value, np.ndarray):
        return value.size
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(_size(key) + _size(item) for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return sum(map(_size, value))
    return 1


def _text(value) -> str:
    if isinstance(value, np.ndarray) and not value.size:
        return f"an array of shape {value.shape}"
    if isinstance(value, (np.ndarray, np.generic)):
        value = value.tolist()
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {_text(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_text, value)) + "]"
    if isinstance(value, tuple):
        return "(" + ", ".join(map(_text, value)) + ("," if len(value) == 1 else "") + ")"
    return f"{value:.5g}" if isinstance(value, float) else plain(repr(value))
