"""The roster: one truth in the gradebook, extra time beside it, nobody enrolled twice."""

from __future__ import annotations

import pytest

from autograder import roster
from autograder.errors import CourseError
from autograder.roster import Person

ADA = Person("ada", "Ada", "Doe", "ada@x.org", "101", 24.0)


def test_a_person_comes_back_as_enrolled(course):
    assert roster.enrol(course, [ADA, Person("bob")]).new == ["ada", "bob"]
    assert roster.people(course) == [ADA, Person("bob")]
    with course.gradebook() as gradebook:
        student = gradebook.find_student("ada")
        assert (student.lms_user_id, student.email) == ("101", "ada@x.org")


def test_what_is_not_said_stays(course):
    roster.enrol(course, [ADA])
    assert roster.enrol(course, [Person("ada", email="ada@y.org")]).changed == ["ada"]
    assert roster.enrol(course, [Person("ada", last_name="Doe")]).unchanged == ["ada"]
    (person,) = roster.people(course)
    assert person == Person("ada", "Ada", "Doe", "ada@y.org", "101", 24.0)


def test_extra_time_is_given_and_taken_back(course):
    roster.enrol(course, [ADA, Person("bob", extra_hours=1.5)])
    assert roster.extra_hours(course.root) == {"ada": 24.0, "bob": 1.5}
    roster.enrol(course, [Person("ada", extra_hours=0)])
    assert roster.extra_hours(course.root) == {"bob": 1.5}
    assert roster.people(course)[0].extra_hours is None


def test_who_is_known_by_number_or_address_keeps_the_id(course):
    roster.enrol(course, [ADA, Person("bob", email="bob@x.org")])
    found = roster.enrol(
        course,
        [Person("doe17", first_name="Adah", lms_id="101"), Person("b.oneil", email="BOB@x.org")],
    )
    assert found.changed == ["ada", "bob"]
    assert [person.student for person in roster.people(course)] == ["ada", "bob"]
    assert roster.people(course)[0].first_name == "Adah"


@pytest.mark.parametrize(
    ("person", "reason"),
    [
        (Person("-rf"), "an id is made of"),
        (Person("../up"), "an id is made of"),
        (Person(""), "an id is made of"),
        (Person("eve", extra_hours=-1), "a number of hours"),
        (Person("eve", extra_hours=float("nan")), "a number of hours"),
        (Person("eve", lms_id="101", email="bob@x.org"), "ada and bob"),
    ],
)
def test_who_is_left_out(course, person, reason):
    roster.enrol(course, [ADA, Person("bob", email="bob@x.org")])
    (told,) = roster.enrol(course, [person]).left_out
    assert reason in told
    assert len(roster.people(course)) == 2


def test_of_two_lines_the_first_counts(course):
    found = roster.enrol(course, [ADA, Person("ada", "Eve")])
    assert (found.new, len(found.left_out)) == (["ada"], 1)
    assert roster.people(course) == [ADA]


@pytest.mark.parametrize("content", ["student\nada\n", "student,hours\nada,much\n", "a,b\n1,2\n"])
def test_a_broken_file_of_extra_time_is_told(course, content):
    (course.root / roster.EXTRA_TIME).write_text(content)
    with pytest.raises(CourseError, match="must have the columns student,hours"):
        roster.extra_hours(course.root)
