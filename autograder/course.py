"""A course directory: an ordinary nbgrader course that belongs to the instructor."""

from __future__ import annotations

import os
import re
import sysconfig
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError
from traitlets.config import PyFileConfigLoader

from autograder import autograde, database, ledger, problem_sets
from autograder.errors import CourseError
from autograder.turns import turn

CONFIG = "nbgrader_config.py"
SETTING = "c.CourseDirectory.db_url"


@dataclass(frozen=True)
class Course:
    """The directory `root`, which holds nbgrader's configuration, notebooks and gradebook."""

    root: Path

    def __post_init__(self):
        # nbgrader starts alembic by name, which fails where nobody activated the environment.
        scripts = sysconfig.get_path("scripts")
        if scripts not in os.environ["PATH"].split(os.pathsep):
            os.environ["PATH"] = f"{scripts}{os.pathsep}{os.environ['PATH']}"

    @classmethod
    def create(cls, root: Path, db_url: str | None = None) -> Course:
        """Make a new course with the source of every problem set; never touch an existing one.

        Its gradebook is a file in it, or in the database that a URL names, which must be empty.
        """
        if (root / CONFIG).exists():
            raise CourseError(f"{root} is a course already. Nothing was changed.")
        if root.exists() and not root.is_dir():
            raise CourseError(f"{root} is a file; a course needs a directory. Nothing was changed.")
        settings = resources.files("autograder").joinpath("templates", CONFIG).read_text()
        if db_url is not None:
            settings += database_setting(db_url)
            with database.opened(CourseDirectory(db_url=db_url)) as gradebook:
                database.check_empty(gradebook, db_url)
        try:
            root.mkdir(parents=True, exist_ok=True)
            (root / CONFIG).write_text(settings)
        except OSError as error:
            raise CourseError(f"{root} cannot be written: {error.strerror}.") from None
        course = cls(root.resolve())
        for name in problem_sets.names():
            course.write_source(name)
        ledger.key_of(course.root)
        with course.gradebook():
            pass
        return course

    @classmethod
    def open(cls, root: Path) -> Course:
        """Return the course at `root`, or say that there is none."""
        if not (root / CONFIG).is_file():
            raise CourseError(
                f"{root.resolve()} is not a course: it has no {CONFIG}. Go to your course's "
                "directory, name it with --course DIR, or make one: course init DIR"
            )
        return cls(root.resolve())

    def gradebook(self) -> AbstractContextManager[Gradebook]:
        """Open nbgrader's gradebook, as a context manager."""
        return database.opened(self.nbgrader().coursedir)

    def move_gradebook(self, db_url: str) -> int:
        """Copy the gradebook into an empty database, and use that from now on.

        The settings change last. Returns how many rows were copied; where they were, they stay.
        """
        setting, here = database_setting(db_url), self.nbgrader().coursedir
        there = CourseDirectory(db_url=db_url, course_id=here.course_id)
        with turn(self.root):
            copied = database.copy(here, there)
            with (self.root / CONFIG).open("a") as settings:
                settings.write(setting)
        return copied

    def nbgrader(self) -> NbGraderAPI:
        """Return nbgrader's own API, with this course's configuration and our safe grading."""
        autograde.install()
        try:
            config = PyFileConfigLoader(CONFIG, path=str(self.root)).load_config()
        except Exception as error:
            raise CourseError(
                f"{self.root / CONFIG} cannot be read ({type(error).__name__}: {error}). Mend it, "
                "or move it away and take the one that `course init` makes in a new directory."
            ) from None
        config.CourseDirectory.root = str(self.root)
        return NbGraderAPI(coursedir=CourseDirectory(config=config), config=config)

    def source_of(self, name: str) -> Path:
        """Return where the instructor's notebook of a problem set lies."""
        return self.root / "source" / name / f"{name}.ipynb"

    def write_source(self, name: str) -> Path:
        """Write the instructor's notebook of a problem set, unless the course has one already."""
        path = self.source_of(name)
        if not path.exists():
            notebook = problem_sets.source_notebook(problem_sets.find(name))
            path.parent.mkdir(parents=True, exist_ok=True)
            nbformat.write(notebook, path)
        return path

    def release(self, name: str) -> Path:
        """Make the students' version of a problem set and return its folder."""
        if not (self.root / "source" / name).is_dir():
            self.write_source(name)
        result = self.nbgrader().generate_assignment(name, force=True, create=True)
        if not result["success"]:
            raise CourseError(f"{name} could not be released: {last_line(result)}")
        return self.root / "release" / name

    def is_released(self, name: str) -> bool:
        """Whether the gradebook knows the problem set."""
        with self.gradebook() as gradebook:
            return any(assignment.name == name for assignment in gradebook.assignments)

    def check_released(self, name: str) -> None:
        """Refuse a problem set that the gradebook does not know yet."""
        if self.is_released(name):
            return
        if not (self.root / "source" / name).is_dir():
            problem_sets.find(name)
        raise CourseError(
            f"{name} has not been released in this course. First: course release {name}"
        )

    def submissions(self, name: str) -> dict[str, Path]:
        """Return the notebook that each student handed in, whether or not the file exists."""
        folders = sorted((self.root / "submitted").glob(f"*/{name}"))
        return {folder.parent.name: folder / f"{name}.ipynb" for folder in folders}

    def selected(self, name: str, student: str | None) -> dict[str, Path]:
        """Return the submissions asked for: one student's, or everyone's."""
        self.check_released(name)
        submissions = self.submissions(name)
        where = f"{self.root}/submitted/{student or 'STUDENT'}/{name}/{name}.ipynb"
        if student is not None and student not in submissions:
            raise CourseError(f"{student} has handed in nothing for {name}; looked for {where}")
        if not submissions:
            raise CourseError(f"Nobody has handed in {name} yet; submissions belong at {where}")
        return submissions if student is None else {student: submissions[student]}


def database_setting(db_url: str) -> str:
    """Return the lines of a course's settings that name its database, which hold no password."""
    try:
        password = make_url(db_url).password
    except ArgumentError:
        raise CourseError(
            f"{db_url!r} is no database's URL. It looks like postgresql+psycopg://USER@HOST/DATABASE"
        ) from None
    if password is not None:
        raise CourseError(
            "A password on the command line is seen by others. Leave it out of the URL, and put it "
            "into ~/.pgpass, as PostgreSQL's own programs have it, or into PGPASSWORD."
        )
    return f"\n# Grades are in this database, and not in gradebook.db.\n{SETTING} = {db_url!r}\n"


def last_line(result: dict) -> str:
    """Return the line of nbgrader's log that says what went wrong."""
    errors = [line for line in result.get("log", "").splitlines() if line.startswith("[ERROR]")]
    lines = errors or (result.get("error") or "unknown error").strip().splitlines()
    if "above traceback" in lines[-1]:
        # It points at a log that nobody sees; the first exception in there is the cause.
        causes = re.findall(r"^ +[\w.]+(?:Error|Exception): .+", result["log"], re.MULTILINE)
        lines += [line.strip() for line in causes[:1]]
    # Of an exception, its message alone is for people.
    return re.sub(r"^\[ERROR\] |^[\w.]+(?:Error|Exception): ", "", lines[-1])
