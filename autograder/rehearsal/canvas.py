"""A made-up class as Canvas hands it out: its gradebook, and its downloads of submissions."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path

from autograder import problem_sets
from autograder.lms.names import plain
from autograder.rehearsal.classroom import Classroom, HandIn
from autograder.roster import Person

ROSTER, WHEN_DUE, DAYS_LATER = "students.csv", "submissions.zip", "submissions-later.zip"
# The number that Canvas would have given the assignment; it stands behind the column's name.
ASSIGNMENT = 4711
DOWNLOADED = (2026, 10, 13, 9, 0, 0)
SECTION = "Hidden States, group 1"
TEST_STUDENT = ("Student, Test", "20999", "", "4f1d0c7e", SECTION, "")
FIRST_ATTACHMENT, AGAIN = 310_000, 5_000


def write(classroom: Classroom, problem_set: Path, folder: Path) -> list[Path]:
    """Write the class list and both downloads into a folder, and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    cells = problem_sets.source_notebook(problem_set).cells
    points = sum(cell.metadata.get("nbgrader", {}).get("points", 0) for cell in cells)
    roster, when_due, later = (folder / name for name in (ROSTER, WHEN_DUE, DAYS_LATER))
    with roster.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(_roster(classroom.people, column(problem_set.name), points))
    for path, hand_ins in ((when_due, classroom.when_due), (later, classroom.days_later)):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for hand_in in hand_ins:
                # With the time of day, it would be another archive each time.
                entry = zipfile.ZipInfo(_name(hand_in), DOWNLOADED)
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, hand_in.content)
    return [roster, when_due, later]


def column(problem_set: str) -> str:
    """Return the name of the problem set's column in Canvas' gradebook."""
    return f"{problem_set} ({ASSIGNMENT})"


def _roster(people: list[Person], column: str, points: float) -> list[tuple]:
    """Return Canvas' gradebook of a class without grades, its own two odd lines among them."""
    header = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section", column)
    possible = ("    Points Possible", "", "", "", "", f"{points:g}")
    students = [
        (f"{who.last_name}, {who.first_name}", who.lms_id, "", who.student, SECTION, "")
        for who in people
    ]
    return [header, possible, *students, TEST_STUDENT]


def _name(hand_in: HandIn) -> str:
    """Return ``sortablename[_LATE]_userid_attachmentid_filename``."""
    who, file = hand_in.person, Path(hand_in.file)
    attachment = FIRST_ATTACHMENT + int(who.lms_id) % AGAIN + AGAIN * hand_in.again
    late = "_LATE" if hand_in.late else ""
    again = "-1" if hand_in.again else ""
    name = plain(who.last_name + who.first_name)
    return f"{name}{late}_{who.lms_id}_{attachment}_{file.stem}{again}{file.suffix}"
