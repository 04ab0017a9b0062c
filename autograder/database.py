"""Open the gradebook wherever its database is, and say in a line what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from nbgrader.api import Base, Gradebook
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import delete, insert, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from autograder.errors import CourseError

AT_ONCE = 1000


@contextmanager
def opened(coursedir: CourseDirectory) -> Iterator[Gradebook]:
    """Lend a course's gradebook; if the connection is lost meanwhile, that is told as well."""
    gradebook = connected(coursedir)
    try:
        yield gradebook
    except OperationalError as error:
        raise unusable(coursedir.db_url, error) from None
    finally:
        gradebook.close()


def connected(coursedir: CourseDirectory) -> Gradebook:
    """Return a course's gradebook, for the caller to close.

    Raises
    ------
    CourseError
        There is no such database, or it does not let us in. No password is told.
    """
    url = coursedir.db_url
    try:
        return Gradebook(url, coursedir.course_id)
    except ArgumentError:
        raise CourseError(
            "The settings' CourseDirectory.db_url is no database's URL. It looks like "
            "postgresql+psycopg://USER@HOST/DATABASE"
        ) from None
    except ModuleNotFoundError as error:
        raise CourseError(
            f"The gradebook {shown(url)} needs the package {error.name}: "
            "pip install 'hidden-states[postgres]'"
        ) from None
    except DBAPIError as error:
        raise unusable(url, error) from None


def copy(source: CourseDirectory, target: CourseDirectory) -> int:
    """Copy a gradebook into an empty one, all or nothing; return how many rows there are."""
    with opened(source) as old, opened(target) as new:
        check_empty(new, target.db_url)
        copied = 0
        for table in reversed(Base.metadata.sorted_tables):
            new.db.execute(delete(table))
        for table in Base.metadata.sorted_tables:
            rows = old.db.execute(select(table)).mappings()
            for some in rows.partitions(AT_ONCE):
                new.db.execute(insert(table), [dict(row) for row in some])
                copied += len(some)
        new.db.commit()
        return copied


def check_empty(gradebook: Gradebook, url: str) -> None:
    """Refuse a database that holds a course."""
    if gradebook.assignments or gradebook.students:
        raise CourseError(
            f"{shown(url)} holds a gradebook already, and each course needs a database of its own. "
            "Make an empty one and name it: createdb NAME"
        )


def unusable(url: str, error: DBAPIError) -> CourseError:
    """Return what to tell of a database that refuses."""
    reason = " ".join(str(error.orig).split())
    return CourseError(f"The gradebook {shown(url)} cannot be used: {reason}")


def shown(url: str) -> str:
    """Return a database's URL without its password."""
    return make_url(url).render_as_string(hide_password=True)
