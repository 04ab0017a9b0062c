"""Tables of students: one's own, and those of Canvas, Moodle and Gradescope."""

from __future__ import annotations

import pytest

from autograder.errors import CourseError
from autograder.lms import export, rosters
from autograder.lms.grades import Grade
from autograder.roster import Person

CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,Problem set 3 (4711)
,,,,,Manual Posting
    Points Possible,,,,,10
"Doe, Ada",101,S-1,ada@x.org,Lecture,
"O'Neil, Bob",102,,,Lecture,7
"Student, Test",999,,abcdef,Lecture,
"""
MOODLE = "\ufeffFirst name;Last name;ID number;Email address;PS 3\nAda;Doe;;ada@x.org;-\n"
WORKSHEET = "Identifier,Full name,Email address,Status\nParticipant 7,Ada Mae Doe,ada@x.org,No\n"
GRADESCOPE = "Name,SID,Email,Role\nAda Doe,17,ada@x.org,Student\nTim,,tim@x.org,Instructor\n"
OWN = "id,first_name,last_name,email,lms_user_id,extra_hours\nada,Ada,Doe,ada@x.org,101,24\n"


@pytest.fixture
def read(tmp_path):
    def read(content: str | bytes):
        path = tmp_path / "table.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return rosters.read(path)

    return read


@pytest.mark.parametrize(
    ("content", "kind", "people"),
    [
        (
            CANVAS,
            "Canvas",
            [
                Person("ada@x.org", "Ada", "Doe", "ada@x.org", "101"),
                Person("102", "Bob", "O'Neil", "", "102"),
            ],
        ),
        (MOODLE, "Moodle", [Person("ada@x.org", "Ada", "Doe", "ada@x.org")]),
        (WORKSHEET, "Moodle", [Person("ada@x.org", "Ada Mae", "Doe", "ada@x.org")]),
        (GRADESCOPE, "Gradescope", [Person("17", "Ada", "Doe", "ada@x.org")]),
        (OWN, "a table of your own", [Person("ada", "Ada", "Doe", "ada@x.org", "101", 24.0)]),
        (OWN.encode("utf-16"), "a table of your own", None),
    ],
)
def test_each_kind_is_recognised(read, content, kind, people):
    found, listed, left_out = read(content)
    assert (found, left_out) == (kind, [])
    assert people is None or listed == people


def test_what_canvas_is_given_it_gives_back(tmp_path):
    """The table we export for a system names the same students when it is read as a roster."""
    ada = Grade("ada", "Ada", "Doe", "ada@x.org", "101", score=7.0, max_score=10.0)
    for kind, lms_id in (("canvas", "101"), ("gradescope", "")):
        export.write(tmp_path / "table.csv", kind, "ps03_hmm", [ada])
        _, (person,), left_out = rosters.read(tmp_path / "table.csv")
        assert (person.student, person.last_name, person.lms_id) == ("ada", "Doe", lms_id)
        assert left_out == []


def test_a_line_without_an_id_is_told_with_its_number(read):
    _, people, left_out = read("id,last_name,extra_hours\nada,Doe,\n,Roe,\nbob,Moe,long\n")
    assert [person.student for person in people] == ["ada"]
    assert left_out == [
        "line 3: Roe has no id",
        "line 4: extra time must be a number of hours, got 'long'",
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b"a,b\n1,2\n", "has none of the columns"),
        ("id,name\nada,Zoë\n".encode("latin-1"), "Save it as CSV UTF-8"),
    ],
)
def test_what_is_no_roster(read, content, told):
    with pytest.raises(CourseError, match=told):
        read(content)
