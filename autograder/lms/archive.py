"""Read what a learning management system hands out, believing nothing about it."""

from __future__ import annotations

import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from autograder.errors import CourseError

MEGABYTE = 2**20
MOST_FILES = 50_000
MOST_BYTES = 4096 * MEGABYTE
MOST_BYTES_OF_ONE = 64 * MEGABYTE
# What a Mac puts beside the files that people mean.
OF_A_MAC = ("__MACOSX", ".DS_Store")


class Damaged(Exception):
    """A file that cannot be read; the message names it."""


@dataclass(frozen=True)
class Entry:
    """One file of an archive or a folder; nothing of it has been unpacked."""

    path: PurePosixPath
    size: int
    source: zipfile.ZipFile | Path

    def read(self) -> bytes:
        """Return the content, never more than the size that was promised.

        Raises
        ------
        Damaged
            The content is not what the archive says of it.
        """
        try:
            return self._read()
        except (OSError, zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise Damaged(f"{str(self.path)!r}: it cannot be read ({error})") from None

    def _read(self) -> bytes:
        if isinstance(self.source, Path):
            descriptor = os.open(self.source / self.path, os.O_RDONLY | os.O_NOFOLLOW)
            with os.fdopen(descriptor, "rb") as file:
                return file.read(self.size)
        with self.source.open(str(self.path)) as file:
            return file.read(self.size)


@contextmanager
def entries(path: Path) -> Iterator[tuple[list[Entry], list[str]]]:
    """Open a zip archive or a folder, for the block.

    Parameters
    ----------
    path : Path

    Yields
    ------
    files : list of Entry
        Ordinary files, in the order of their names.
    left_out : list of str
        What was passed over, each with the reason: links, paths that lead out, files too large.
    """
    if path.is_dir():
        yield _without_macs(*_of_folder(path))
        return
    if not path.is_file():
        raise CourseError(f"{path} is neither a zip archive nor a folder.")
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile:
        raise CourseError(
            f"{path} cannot be read as a zip archive. Download it again, or unpack it and name "
            "the folder."
        ) from None
    with archive:
        yield _without_macs(*_of_archive(archive))


def _of_archive(archive: zipfile.ZipFile) -> tuple[list[Entry], list[str]]:
    members = [member for member in archive.infolist() if not member.is_dir()]
    _check_amount(len(members), sum(member.file_size for member in members))
    files, left_out, seen = [], [], set()
    for member in sorted(members, key=lambda member: member.filename):
        path = PurePosixPath(member.filename)
        kind = stat.S_IFMT(member.external_attr >> 16)
        if path.is_absolute() or ".." in path.parts or "\\" in member.filename:
            reason = "its path leads out of the archive"
        elif kind not in (0, stat.S_IFREG):
            reason = "it is a link or a special file"
        elif member.flag_bits & 1:
            reason = "it is encrypted"
        elif member.filename in seen:
            reason = "there are two of that name"
        else:
            reason = _too_large(member.file_size)
        seen.add(member.filename)
        if reason:
            left_out.append(f"{member.filename!r}: {reason}")
        else:
            files.append(Entry(path, member.file_size, archive))
    return files, left_out


def _of_folder(root: Path) -> tuple[list[Entry], list[str]]:
    files, left_out, total = [], [], 0
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not Path(folder, name).is_symlink())
        for name in sorted(names):
            found = Path(folder, name)
            status, path = found.lstat(), PurePosixPath(found.relative_to(root).as_posix())
            ordinary = stat.S_ISREG(status.st_mode)
            reason = _too_large(status.st_size) if ordinary else "it is a link or a special file"
            if reason:
                left_out.append(f"{str(path)!r}: {reason}")
                continue
            total += status.st_size
            files.append(Entry(path, status.st_size, root))
            _check_amount(len(files), total)
    return files, left_out


def _without_macs(files: list[Entry], left_out: list[str]) -> tuple[list[Entry], list[str]]:
    return [file for file in files if not set(OF_A_MAC) & set(file.path.parts)], left_out


def _check_amount(files: int, size: int) -> None:
    if files > MOST_FILES or size > MOST_BYTES:
        raise CourseError(
            f"That is {files:,} files of {size / MEGABYTE:,.0f} MB; at most {MOST_FILES:,} files "
            f"of {MOST_BYTES / MEGABYTE:,.0f} MB are taken at once."
        )


def _too_large(size: int) -> str | None:
    if size <= MOST_BYTES_OF_ONE:
        return None
    return f"it has {size / MEGABYTE:,.0f} MB, more than {MOST_BYTES_OF_ONE / MEGABYTE:,.0f}"
