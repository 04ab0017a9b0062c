"""Read what a student handed in, believing nothing about it but the text of its cells.

Every file is opened once, never through a link and never waiting, and never read beyond a limit:
what is checked is what is read. What can be put right is, with a remark for the feedback; the
rest is refused in a sentence that says what to do.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from pathlib import Path, PurePosixPath

import nbformat
from nbgrader.converters.base import NbGraderException
from nbgrader.utils import parse_utc

from autograder import notebook_text

MEGABYTE = 1_000_000
MAX_NOTEBOOK = 20 * MEGABYTE
MAX_TOTAL = 50 * MEGABYTE
MAX_FILES = 200
MAX_DEPTH = 8
TIMESTAMP = "timestamp.txt"
# What editors and operating systems leave behind, in folders and in files.
LEFT_BEHIND = {".ipynb_checkpoints", "__pycache__", "__MACOSX", ".DS_Store", "Thumbs.db"}


class Refused(NbGraderException):
    """A submission that cannot be graded; the message says why, and what its author should do."""


def examine(folder: Path, name: str) -> nbformat.NotebookNode:
    """Return the notebook in a submitted folder, cleaned of all that is not believed.

    Parameters
    ----------
    folder : Path
        ``submitted/STUDENT/PS``.
    name : str
        The notebook's name without its ending, which is the problem set's.

    Returns
    -------
    notebook : NotebookNode
        Cells with their text and `grade_id` alone. ``metadata.submission`` is ours: the file's
        name, its `sha256` and the `remarks` on what was put right.
    """
    with _refusing_unreadable():
        return _examine(folder, name, _files(folder))


def receive(folder: Path, name: str, target: Path) -> None:
    """Write a clean copy of a submission: the examined notebook and the plain files beside it."""
    with _refusing_unreadable():
        files = _files(folder)
        notebook = _examine(folder, name, files)
        own = _own_files(folder, files, notebook.metadata.submission.remarks)
    # That a copy cannot be written is no fault of the submission.
    for path, content in own.items():
        copy = target / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(content)
    target.mkdir(parents=True, exist_ok=True)
    # Without a check of what `_examine` has built cell by cell.
    (target / f"{name}.ipynb").write_text(f"{nbformat.v4.writes(notebook)}\n", encoding="utf-8")


def shown(name: object) -> str:
    """Return a name from a submission on one line, in quotes, with nothing unprintable in it."""
    text = repr(str(name))
    return text if len(text) <= 80 else f"{text[:77]}...'"


@contextlib.contextmanager
def _refusing_unreadable():
    """Turn what the system says about a file into a refusal."""
    try:
        yield
    except OSError as error:
        what = Path(os.fsdecode(error.filename)).name if error.filename else "a file"
        raise Refused(
            f"{shown(what)} cannot be read ({error.strerror}). Hand it in again."
        ) from None


def _own_files(
    folder: Path, files: list[PurePosixPath], remarks: list[str]
) -> dict[PurePosixPath, bytes]:
    """Return the files beside the notebook, without those that cannot be used."""
    found = {}
    for path in files:
        if path.suffix.lower() == ".ipynb":
            continue
        if not str(path).isprintable():
            remarks.append(f"The file {shown(path)} was left out for its name.")
            continue
        content = _read(folder, path, MAX_TOTAL)
        if str(path) == TIMESTAMP and not _is_time(content):
            remarks.append(f"{TIMESTAMP} names no time; it was not used.")
            continue
        found[path] = content
    return found


def _examine(folder: Path, name: str, files: list[PurePosixPath]) -> nbformat.NotebookNode:
    wanted = f"{name}.ipynb"
    path = _find(files, wanted, is_folder=(folder / wanted).is_dir())
    content = _read(folder, path, MAX_NOTEBOOK)
    remarks = []
    if str(path) != wanted:
        remarks.append(f"The notebook {shown(path)} was taken for {wanted}.")
    others = sorted(str(other) for other in _notebooks(files) if other != path)
    if others:
        remarks.append(f"Only {wanted} was graded, not {', '.join(map(shown, others[:3]))}.")
    try:
        cells, repairs = notebook_text.cells_of(content)
    except ValueError as error:
        raise Refused(f"{shown(path)} {error}") from None
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata.submission = {
        "file": str(path).encode(errors="replace").decode(),
        "sha256": hashlib.sha256(content).hexdigest(),
        "remarks": remarks + repairs,
    }
    return nbformat.from_dict(notebook)


def _find(files: list[PurePosixPath], wanted: str, is_folder: bool) -> PurePosixPath:
    """Return the notebook to grade: the one of the right name, or else the only one."""
    candidates = _notebooks(files)
    if PurePosixPath(wanted) in candidates:
        return PurePosixPath(wanted)
    named = [path for path in candidates if path.name == wanted]
    for one in (named, candidates):
        if len(one) == 1:
            return one[0]
    if candidates:
        found = ", ".join(shown(path) for path in candidates[:5])
        raise Refused(
            f"There is no {wanted}, and which of {found} to grade is not clear. "
            f"Hand in one notebook, named {wanted}."
        )
    if is_folder:
        raise Refused(f"{wanted} is a folder, not a notebook. Hand in the notebook itself.")
    found = ", ".join(shown(path) for path in files[:5]) or "nothing"
    raise Refused(f"There is no notebook {wanted}; found {found}. Hand in {wanted}.")


def _notebooks(files: list[PurePosixPath]) -> list[PurePosixPath]:
    return [path for path in files if path.suffix.lower() == ".ipynb"]


def _files(folder: Path) -> list[PurePosixPath]:
    """Return the plain files of a submission, sorted; refuse a folder that holds anything else."""
    for directory in (folder.parent, folder):
        if directory.is_symlink():
            raise Refused(
                f"The folder {shown(directory.name)} is a link. Hand in a folder with the notebook."
            )
    found, total, entries = [], 0, 0
    for top, folders, names, descriptor in os.fwalk(folder, onerror=_fail):
        inside = PurePosixPath(os.path.relpath(top, folder))
        if len(inside.parts) > MAX_DEPTH:
            raise Refused(f"Folders lie in folders more than {MAX_DEPTH} deep. Hand in fewer.")
        for name in sorted(folders + names):
            status = os.stat(name, dir_fd=descriptor, follow_symlinks=False)
            _check_kind(inside / name, status.st_mode)
            if stat.S_ISREG(status.st_mode) and name not in LEFT_BEHIND:
                found.append(inside / name)
                total += status.st_size
        folders[:] = [name for name in folders if name not in LEFT_BEHIND]
        entries += len(folders) + len(names)
        if entries > MAX_FILES:
            raise Refused(
                f"There are more than {MAX_FILES} files. Hand in the notebook and what it needs."
            )
    if total > MAX_TOTAL:
        raise Refused(
            f"The files take {_size(total)}, more than the {_size(MAX_TOTAL)} allowed. "
            "Hand in the notebook and what it needs."
        )
    return sorted(found)


def _check_kind(path: PurePosixPath, mode: int) -> None:
    """Refuse whatever is neither a plain file nor a folder."""
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
        return
    kinds = {stat.S_IFLNK: "a link", stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket"}
    kind = kinds.get(stat.S_IFMT(mode), "a device")
    raise Refused(f"{shown(path)} is {kind}, not a plain file. Hand in plain files alone.")


def _read(folder: Path, path: PurePosixPath, limit: int) -> bytes:
    """Read a file below a folder, without a link on the way and no further than the limit."""
    with contextlib.ExitStack() as stack:
        here = None
        for part in (folder, *path.parts[:-1]):
            here = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=here)
            stack.callback(os.close, here)
        descriptor = os.open(
            path.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY, dir_fd=here
        )
        file = stack.enter_context(open(descriptor, "rb"))
        status = os.fstat(descriptor)
        _check_kind(path, status.st_mode)
        content = b"" if status.st_size > limit else file.read(limit + 1)
        size = max(status.st_size, len(content))
    if size > limit:
        raise Refused(
            f"{shown(path)} takes {_size(size)}, more than the {_size(limit)} allowed. "
            "Clear the notebook's outputs, save it and hand it in again."
        )
    return content


def _fail(error: OSError) -> None:
    raise error


def _is_time(content: bytes) -> bool:
    try:
        return parse_utc(content.decode().strip()) is not None
    except (ValueError, OverflowError):
        return False


def _size(count: int) -> str:
    return f"{count / MEGABYTE:.1f} MB"
