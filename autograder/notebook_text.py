"""Take the cells out of a file that claims to be a notebook."""

from __future__ import annotations

import base64
import codecs
import json

import nbformat

MAX_CELLS = 1000
MAX_TEXT = 1_000_000
MAX_NESTED = 500_000
AGAIN = "Save it in Jupyter and hand it in again."
PICTURES = {"image/png", "image/jpeg", "image/gif", "image/webp"}
# What a cell of each kind has besides its text.
KINDS = {"code": {"execution_count": None, "outputs": []}, "markdown": {}, "raw": {}}


def cells_of(content: bytes) -> tuple[list[nbformat.NotebookNode], list[str]]:
    """Return the cells of a notebook file, and remarks on what had to be put right.

    Each cell has its text, its pictures if it is Markdown, and its `grade_id`; outputs, counts,
    ids and all other metadata are left behind unread.

    Raises
    ------
    ValueError
        The file is no notebook; the message continues a sentence that begins with its name.
    """
    remarks: list[str] = []
    document = _parse(_decode(content, remarks))
    found = _cells(document, remarks)
    if not found:
        raise ValueError(f"has no cells. {AGAIN}")
    if len(found) > MAX_CELLS:
        raise ValueError(f"has {len(found)} cells, more than the {MAX_CELLS} that are graded.")
    _remark_on_kernel(document, remarks)
    cells = [_cell(cell, number, remarks) for number, cell in enumerate(found, start=1)]
    length = sum(len(cell.source) for cell in cells)
    if length > MAX_TEXT:
        raise ValueError(
            f"has {length:,} characters in its cells, more than the {MAX_TEXT:,} that are graded. "
            "Take long data out of the cells."
        )
    return cells, list(dict.fromkeys(remarks))


def _decode(content: bytes, remarks: list[str]) -> str:
    """Return the text of a file in UTF-8 or, where that is beyond doubt, in another encoding."""
    if not content.strip():
        raise ValueError(f"is empty ({len(content)} bytes). {AGAIN}")
    encoding = json.detect_encoding(content)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        # These bytes are letters in Latin-1 alone; those below them mean other things elsewhere.
        if encoding != "utf-8" or any(0x80 <= byte < 0xA0 for byte in content):
            raise ValueError(f"is not a text in UTF-8, as every notebook is. {AGAIN}") from None
        encoding, text = "latin-1", content.decode("latin-1")
    if encoding != "utf-8":
        known = {"utf-8-sig": "UTF-8 with a byte order mark"}
        remarks.append(
            f"The file was written in {known.get(encoding, codecs.lookup(encoding).name.upper())} "
            "and read as such; notebooks are written in UTF-8."
        )
    return text


def _parse(text: str) -> dict:
    """Return the JSON object that the text is."""
    # Every bracket may become an object of its own, many times larger than its text.
    if text.count("[") + text.count("{") > MAX_NESTED:
        raise ValueError("holds far too many lists. Clear its outputs and hand it in again.")
    try:
        document = json.loads(text)
    except RecursionError:
        raise ValueError(f"is nested too deeply to be a notebook. {AGAIN}") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string"):
            raise ValueError(f"is cut off: it ends in the middle, at {where}. {AGAIN}") from None
        raise ValueError(f"is not a notebook file: no JSON at {where}. {AGAIN}") from None
    except ValueError:
        raise ValueError(f"holds a number too long to be read. {AGAIN}") from None
    if not isinstance(document, dict):
        raise ValueError(f"is not a notebook: it holds {_kind(document)}. {AGAIN}")
    return document


def _cells(document: dict, remarks: list[str]) -> list:
    """Return the list of cells, wherever the notebook's version keeps it."""
    version = document.get("nbformat")
    cells = document.get("cells")
    if version in (2, 3) and cells is None:
        remarks.append(f"The notebook was in the old format {version} and was brought up to date.")
        sheets = document.get("worksheets")
        try:
            return [cell for sheet in sheets for cell in sheet["cells"]]
        except (TypeError, KeyError):
            raise ValueError(f"is not a notebook: it has no list of cells. {AGAIN}") from None
    if version is None and isinstance(cells, list):
        remarks.append("The notebook did not name its format; it was read as format 4.")
    elif version != 4:
        came = f"its format is {version!r:.20}" if "nbformat" in document else "it names no format"
        raise ValueError(f"is not a notebook of format 4: {came}. {AGAIN}")
    if not isinstance(cells, list):
        raise ValueError(f"is not a notebook: it has no list of cells. {AGAIN}")
    return cells


def _cell(cell: object, number: int, remarks: list[str]) -> nbformat.NotebookNode:
    """Return a new cell with what is believed of a submitted one."""
    if not isinstance(cell, dict):
        raise ValueError(f"is damaged: its cell {number} is {_kind(cell)}, not a cell. {AGAIN}")
    kind = cell.get("cell_type")
    text = _text(cell.get("source", cell.get("input", "")), number)
    if kind == "heading":
        kind, text = "markdown", f"# {text}"
    elif kind not in KINDS:
        remarks.append(f"Cell {number} was of an unknown kind; it was read as plain text.")
        kind = "raw"
    if "\r" in text:
        remarks.append("Line ends were brought into one form.")
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if whole != text:
        remarks.append(f"Cell {number} held broken characters; they were replaced.")
    # `v4.new_code_cell` would check each cell against the whole format, which takes a millisecond.
    basics = {"id": f"submitted-{number}", "cell_type": kind, "metadata": {}, "source": whole}
    clean = nbformat.from_dict(basics | KINDS[kind])
    grade_id = _grade_id(cell)
    if grade_id is not None:
        clean.metadata.nbgrader = {"grade_id": grade_id}
    if kind == "markdown":
        pictures = _pictures(cell.get("attachments"))
        if pictures:
            clean.attachments = pictures
    return clean


def _text(source: object, number: int) -> str:
    """Return a cell's text, which may be stored in a list of lines."""
    if source is None:
        return ""
    if isinstance(source, str):
        return source
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        return "".join(source)
    raise ValueError(
        f"is damaged: the text of its cell {number} is {_kind(source)}, not text. {AGAIN}"
    )


def _grade_id(cell: dict) -> str | None:
    for key in ("metadata", "nbgrader", "grade_id"):
        cell = cell.get(key) if isinstance(cell, dict) else None
    return cell if isinstance(cell, str) and cell.isprintable() and len(cell) <= 200 else None


def _pictures(attachments: object) -> dict:
    """Return the pictures pasted into a Markdown cell, as `nbformat` keeps them."""
    if not isinstance(attachments, dict):
        return {}
    pictures = {}
    for name, bundle in attachments.items():
        for kind, data in bundle.items() if isinstance(bundle, dict) else ():
            if name.isprintable() and kind in PICTURES and _is_base64(data):
                pictures[name] = {kind: data}
    return pictures


def _is_base64(data: object) -> bool:
    try:
        base64.b64decode(data.replace("\n", ""), validate=True)
    except (AttributeError, ValueError):
        return False
    return True


def _remark_on_kernel(document: dict, remarks: list[str]) -> None:
    """Say so if the notebook asks for something else than Python 3."""
    metadata = document.get("metadata")
    spec = metadata.get("kernelspec") if isinstance(metadata, dict) else None
    name = spec.get("name") if isinstance(spec, dict) else None
    if name is None:
        remarks.append("The notebook named no kernel; Python 3 was used.")
    elif name != "python3":
        remarks.append(f"The notebook asked for the kernel {str(name)!r:.40}; Python 3 was used.")


def _kind(value: object) -> str:
    if value is None:
        return "nothing"
    kinds = {bool: "a truth value", int: "a number", float: "a number", str: "a text"}
    return kinds.get(type(value), "a list" if isinstance(value, list) else "an object")
