"""Whose file is this? What each system puts into the names of what it hands out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath

import yaml

from autograder.errors import CourseError
from autograder.lms.archive import Entry

METADATA = "submission_metadata.yml"


@dataclass(frozen=True)
class Claim:
    """What a name says of the student: any of these may be missing.

    Parameters
    ----------
    entry : Entry
    file : str
        The name that the student gave the file.
    lms_id, name, email, student : str
        The system's number, the name as written there, the e-mail, the student's id.
    order : int
        Of several files of one student the one with the highest counts.
    late : bool
        Whether the system marks it as late.
    submitted : datetime or None
        When, if the system says so.
    label : str
        The name by which the system knows the submission, for the way back.
    sure : bool
        Whether `student` is an id that an instructor wrote, also if the gradebook has none such.
    """

    entry: Entry
    file: str
    lms_id: str = ""
    name: str = ""
    email: str = ""
    student: str = ""
    order: int = 0
    late: bool = False
    submitted: datetime | None = None
    label: str = ""
    sure: bool = False


CANVAS = re.compile(
    r"(?P<late1>LATE_)?(?:anon_(?P<anonymous>\w+?)|(?P<name>[^_]+)_(?P<late2>LATE_)?(?P<user>\d+))"
    r"_(?:question_\d+_)?"
    r"(?P<attachment>\d+)_(?P<file>.+)"
)
MOODLE = re.compile(r"(?P<name>.+)_(?P<participant>\d+)_assignsubmission_file(?:_(?P<file>.*))?")
RESUBMITTED = re.compile(r"-\d+(?=\.ipynb$)")


def canvas(entries: Iterable[Entry]) -> Iterable[Claim]:
    """Read ``sortablename[_LATE]_userid_attachmentid_filename``."""
    for entry in entries:
        found = CANVAS.fullmatch(entry.path.name)
        if found is None:
            continue
        yield Claim(
            entry,
            RESUBMITTED.sub("", found["file"]),
            lms_id=found["user"] or found["anonymous"],
            name=found["name"] or "",
            order=int(found["attachment"]),
            label=entry.path.name,
            late=bool(found["late1"] or found["late2"]),
        )


def moodle(entries: Iterable[Entry]) -> Iterable[Claim]:
    """Read ``Full name_participant_assignsubmission_file_/filename``, or without the folder."""
    for entry in entries:
        *folders, file = entry.path.parts
        found = MOODLE.fullmatch(folders[0] if folders else file)
        if found is not None:
            yield Claim(
                entry,
                file if folders else found["file"] or file,
                name=found["name"],
                label="{name}_{participant}_assignsubmission_file_".format(**found.groupdict()),
            )


def gradescope(entries: Iterable[Entry]) -> Iterable[Claim]:
    """Read ``submission_metadata.yml``, which says who handed in which folder."""
    entries = list(entries)
    described = [entry for entry in entries if entry.path.name == METADATA]
    if len(described) != 1:
        raise CourseError(
            f"A download from Gradescope holds one {METADATA}; here are {len(described)}. "
            "Download it with Export Submissions."
        )
    root = described[0].path.parent
    try:
        submissions = yaml.safe_load(described[0].read())
        submitters = {
            root / folder: ((about[":submitters"] or [{}])[0], _moment(about.get(":created_at")))
            for folder, about in submissions.items()
        }
    except (yaml.YAMLError, AttributeError, KeyError, TypeError, UnicodeDecodeError):
        raise CourseError(f"{METADATA} does not say who handed in what.") from None
    for entry in entries:
        for folder, (who, moment) in submitters.items():
            if folder in entry.path.parents:
                said = {key: str(who.get(f":{key}") or "") for key in ("name", "email", "sid")}
                yield Claim(
                    entry,
                    entry.path.name,
                    name=said["name"],
                    email=said["email"],
                    student=said["sid"],
                    submitted=moment,
                    label=folder.name,
                )


def _moment(said: object) -> datetime | None:
    """Return a time as YAML reads it, which leaves UTC unsaid."""
    if not isinstance(said, datetime):
        return None
    return said if said.tzinfo else said.replace(tzinfo=UTC)


def folder(entries: Iterable[Entry]) -> Iterable[Claim]:
    """Read ``STUDENT/filename`` or ``STUDENT.ipynb``."""
    for entry in entries:
        *folders, file = entry.path.parts
        student = folders[0] if folders else PurePosixPath(file).stem
        yield Claim(entry, file, student=student, label=student, sure=True)


SYSTEMS: dict[str, Callable[[Iterable[Entry]], Iterable[Claim]]] = {
    "canvas": canvas,
    "folder": folder,
    "gradescope": gradescope,
    "moodle": moodle,
}


def plain(name: str) -> str:
    """Return a name's letters alone, as Canvas writes them: ``Doe, Jané`` is ``doejane``."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if letter.isalnum())
