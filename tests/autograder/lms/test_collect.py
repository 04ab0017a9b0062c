"""Downloads of each system: real names, the roster, and archives that mean harm."""

from __future__ import annotations

import io
import stat
import zipfile

import pytest

from autograder.errors import CourseError
from autograder.lms import archive
from autograder.lms.collect import collect
from tests.autograder.conftest import PROBLEM_SET

STUDENTS = {
    "ada": {"first_name": "Ada", "last_name": "Doe", "lms_user_id": "1234"},
    "bob": {"first_name": "Bob", "last_name": "O'Neil", "email": "bob@x.org"},
    "cy1": {"first_name": "Cy", "last_name": "Young"},
    "cy2": {"first_name": "Cy", "last_name": "Young"},
    "jane": {"first_name": "Jané", "last_name": "Smith"},
}


@pytest.fixture
def roster(course):
    with course.gradebook() as gradebook:
        for student, about in STUDENTS.items():
            gradebook.update_or_create_student(student, **about)
    return course


@pytest.fixture
def download(tmp_path):
    def make(files: dict[str, bytes | str]):
        path = tmp_path / "download.zip"
        with zipfile.ZipFile(path, "w") as out:
            for name, content in files.items():
                out.writestr(name, content)
        return path

    return make


def handed_in(course, student) -> str | None:
    path = course.root / "submitted" / student / PROBLEM_SET / f"{PROBLEM_SET}.ipynb"
    return path.read_text() if path.is_file() else None


def test_canvas_resubmissions_late_marks_and_names(roster, download):
    path = download(
        {
            "doeada_1234_55_ps03_hmm.ipynb": "first",
            "doeada_LATE_1234_77_ps03_hmm-1.ipynb": "second",
            "doeada_1234_66_notes.txt": "no notebook",
            "oneilbob_999_60_My_Homework.ipynb": "bob's",
            "youngcy_888_61_ps03_hmm.ipynb": "whose?",
            "LATE_anon_4321_62_ps03_hmm.ipynb": "nobody's",
        }
    )
    found = collect(roster, PROBLEM_SET, path, "canvas")
    assert found.new == ["ada", "bob"]
    assert found.late == ["ada"]
    assert handed_in(roster, "ada") == "second"
    assert handed_in(roster, "bob") == "bob's"
    assert len(found.left_out) == 2
    assert "cy1, cy2 are all called" in " ".join(found.left_out)
    assert "nobody in the gradebook is known by '4321'" in " ".join(found.left_out)


def test_moodle_folders(roster, download):
    path = download(
        {
            "Ada Doe_657737_assignsubmission_file_/ps03_hmm.ipynb": "ada's",
            "Ada Doe_657737_assignsubmission_file_/other.ipynb": "scratch",
            "Jané Smith_657738_assignsubmission_file_ps03_hmm.ipynb": "jane's",
            "Ada Doe_657737_assignsubmission_onlinetext_/onlinetext.html": "hello",
        }
    )
    found = collect(roster, PROBLEM_SET, path, "moodle")
    assert found.new == ["ada", "jane"]
    assert handed_in(roster, "ada") == "ada's"
    assert handed_in(roster, "jane") == "jane's"


def test_gradescope_metadata(roster, download):
    metadata = """
submission_1:
  :submitters:
  - :name: Somebody Else
    :email: BOB@x.org
    :sid: ''
submission_2:
  :submitters:
  - {":name": Ada, ":sid": ada, ":email": a@x}
"""
    path = download(
        {
            "assignment_9_export/submission_metadata.yml": metadata,
            "assignment_9_export/submission_1/ps03_hmm.ipynb": "bob's",
            "assignment_9_export/submission_2/work/ps03_hmm.ipynb": "ada's",
        }
    )
    assert collect(roster, PROBLEM_SET, path, "gradescope").new == ["ada", "bob"]
    assert handed_in(roster, "bob") == "bob's"
    with pytest.raises(CourseError, match="one submission_metadata.yml; here are 0"):
        collect(roster, PROBLEM_SET, download({"a.ipynb": ""}), "gradescope")
    broken = {"submission_metadata.yml": "[1, 2", "s/ps03_hmm.ipynb": ""}
    with pytest.raises(CourseError, match="does not say who handed in what"):
        collect(roster, PROBLEM_SET, download(broken), "gradescope")


def test_a_folder_needs_no_roster_but_sound_ids(course, tmp_path):
    for name in ("eve", "-rf", ".ssh", "a b"):
        (tmp_path / "in" / name).mkdir(parents=True)
        (tmp_path / "in" / name / "ps03_hmm.ipynb").write_text(name)
    (tmp_path / "in" / "zoe.ipynb").write_text("zoe")
    (tmp_path / "in" / "link").symlink_to("/etc")
    (tmp_path / "in" / "mal.ipynb").symlink_to("/etc/passwd")
    found = collect(course, PROBLEM_SET, tmp_path / "in", "folder")
    assert found.new == ["eve", "zoe"]
    assert len(found.left_out) == 4
    assert not (course.root / "submitted" / "mal").exists()


def test_again_changes_nothing_and_what_is_replaced_is_kept(roster, download):
    path = download({"doeada_1234_55_ps03_hmm.ipynb": "first"})
    assert collect(roster, PROBLEM_SET, path, "canvas").new == ["ada"]
    assert collect(roster, PROBLEM_SET, path, "canvas").unchanged == ["ada"]
    path = download({"doeada_1234_56_ps03_hmm-1.ipynb": "second"})
    assert collect(roster, PROBLEM_SET, path, "canvas").replaced == ["ada"]
    assert handed_in(roster, "ada") == "second"
    (kept,) = (roster.root / "replaced" / "ada" / PROBLEM_SET).iterdir()
    assert kept.read_text() == "first"


def test_archives_that_mean_harm(course, tmp_path, monkeypatch):
    path = tmp_path / "evil.zip"
    link = zipfile.ZipInfo("eve/ps03_hmm.ipynb")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as out:
        out.writestr("../../outside.ipynb", "out")
        out.writestr("/etc/outside.ipynb", "out")
        out.writestr("..\\outside.ipynb", "out")
        out.writestr(link, "/etc/passwd")
        out.writestr("mal/ps03_hmm.ipynb", b"0" * 3000, zipfile.ZIP_DEFLATED)
        out.writestr("sue/ps03_hmm.ipynb", "fine")
    monkeypatch.setattr(archive, "MOST_BYTES_OF_ONE", 2000)
    found = collect(course, PROBLEM_SET, path, "folder")
    assert found.new == ["sue"]
    assert len(found.left_out) == 5
    assert not list(tmp_path.rglob("outside*"))
    monkeypatch.setattr(archive, "MOST_BYTES", 2000)
    with pytest.raises(CourseError, match="at most"):
        collect(course, PROBLEM_SET, path, "folder")


def test_a_bomb_that_lies_about_its_size_is_left_out(course, tmp_path):
    plain, path = io.BytesIO(), tmp_path / "bomb.zip"
    with zipfile.ZipFile(plain, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("eve.ipynb", b"0" * 1_000_000)
    size = (1_000_000).to_bytes(4, "little")
    path.write_bytes(plain.getvalue().replace(size, (10).to_bytes(4, "little")))
    found = collect(course, PROBLEM_SET, path, "folder")
    assert found.new == []
    assert "'eve.ipynb': it cannot be read" in found.left_out[0]


def test_wrong_files(course, tmp_path):
    with pytest.raises(CourseError, match="neither a zip archive nor a folder"):
        collect(course, PROBLEM_SET, tmp_path / "nothing.zip", "canvas")
    (tmp_path / "text.zip").write_text("no archive")
    with pytest.raises(CourseError, match="cannot be read as a zip archive"):
        collect(course, PROBLEM_SET, tmp_path / "text.zip", "canvas")


def test_a_namesake_of_another_number_is_somebody_else(roster, download):
    found = collect(
        roster,
        PROBLEM_SET,
        download({"doeada_1234_55_ps03_hmm.ipynb": "ada's", "doeada_4321_66_ps03_hmm.ipynb": "no"}),
        "canvas",
    )
    assert handed_in(roster, "ada") == "ada's"
    (reason,) = found.left_out
    assert "it has the number 4321, but ada has 1234" in reason


def test_whoever_hands_in_no_notebook_is_told(roster, download):
    path = download({"doeada_1234_55_photo.pdf": "", "doeada_1234_55_notes.txt": ""})
    found = collect(roster, PROBLEM_SET, path, "canvas")
    assert found.left_out == ["ada: no notebook, but 'notes.txt', 'photo.pdf'"]
    assert handed_in(roster, "ada") is None


def test_names_that_the_system_does_not_give_are_told(roster, download):
    path = download({"doeada_1234_55_ps03_hmm.ipynb": "", "extra/solution.ipynb": ""})
    found = collect(roster, PROBLEM_SET, path, "canvas")
    assert found.left_out == ["'extra/solution.ipynb': canvas gives no file such a name"]
    path = download({"Ada Doe_657737_assignsubmission_file_/ps03_hmm.ipynb": ""})
    with pytest.raises(CourseError, match="does not look like a download from canvas: none of its"):
        collect(roster, PROBLEM_SET, path, "canvas")


def test_a_mac_is_no_student(course, download):
    files = {"sue/ps03_hmm.ipynb": "", "__MACOSX/sue/._ps03_hmm.ipynb": "", "sue/.DS_Store": ""}
    found = collect(course, PROBLEM_SET, download(files), "folder")
    assert (found.new, found.left_out) == (["sue"], [])
