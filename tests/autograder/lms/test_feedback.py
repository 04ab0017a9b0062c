"""The way back: names that each system's own importer matches, and pages that can be opened."""

from __future__ import annotations

import json
import re
import zipfile

import nbformat
import pytest

from autograder.errors import CourseError
from autograder.late import handed_in_at
from autograder.lms import feedback, origins
from autograder.lms.collect import collect
from autograder.roster import Person, enrol
from tests.autograder.conftest import PROBLEM_SET

PAGE = "<!DOCTYPE html><body><main><h1>Well done, ada</h1></main></body>"
# How Moodle splits the names of what it is given: full name, participant, and the plug-in.
MOODLE = re.compile(r"[^_]+_(\d+)_assignsubmission_file_/[^/]+")


@pytest.fixture
def returned(course, tmp_path):
    """Collect a download, write feedback for everyone, pack it, and return the archive's files."""

    def returned(download: dict, system: str, to: str | None = None):
        enrol(course, [Person("ada", "Ada", "Doe", lms_id="1234"), Person("bob", "Bob", "Roe")])
        path = tmp_path / "download.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in download.items():
                archive.writestr(name, content)
        collect(course, PROBLEM_SET, path, system)
        for student in ("ada", "bob"):
            page = course.root / "feedback" / student / PROBLEM_SET / f"{PROBLEM_SET}.html"
            page.parent.mkdir(parents=True)
            page.write_text(PAGE)
        packed = feedback.pack(course, PROBLEM_SET, to or system, tmp_path / "back.zip")
        with zipfile.ZipFile(tmp_path / "back.zip") as archive:
            return packed, {name: archive.read(name).decode() for name in archive.namelist()}

    return returned


def test_moodle_finds_the_participant_in_the_name(returned):
    download = {"Ada Doe_657737_assignsubmission_file_/ps03_hmm.ipynb": "ada's"}
    packed, files = returned(download, "moodle")
    ((name, content),) = files.items()
    assert MOODLE.fullmatch(name)[1] == "657737"
    assert content == PAGE
    assert packed.students == ["ada"]
    assert "bob: the submission was not collected from moodle" in packed.left_out[0]


def test_nobody_came_from_there(returned, tmp_path):
    download = {"Ada Doe_657737_assignsubmission_file_/ps03_hmm.ipynb": "ada's"}
    with pytest.raises(CourseError, match="No submission of ps03_hmm was collected from canvas"):
        returned(download, "moodle", to="canvas")
    assert not (tmp_path / "back.zip").exists()


def test_moodles_flat_names_come_back_as_folders(returned):
    download = {"Ada Doe_657737_assignsubmission_file_ps03_hmm.ipynb": "ada's"}
    _, files = returned(download, "moodle")
    assert [MOODLE.fullmatch(name)[1] for name in files] == ["657737"]


def test_canvas_finds_student_and_file_and_shows_a_notebook(returned):
    """Canvas shows what it gets under the name of what was handed in, which is a notebook's."""
    download = {"doeada_LATE_1234_77_ps03_hmm-1.ipynb": "ada's"}
    _, files = returned(download, "canvas")
    ((name, content),) = files.items()
    assert re.findall(r"_(\d+)(?=_)", name) == ["1234", "77"]
    notebook = nbformat.reads(content, as_version=4)
    nbformat.validate(notebook)
    assert "<h1>Well done, ada</h1>" in notebook.cells[0].outputs[0].data["text/html"]


def test_a_folder_needs_no_system(returned):
    packed, files = returned({"ada.ipynb": "ada's"}, "folder")
    assert files == {f"{student}/ps03_hmm.html": PAGE for student in ("ada", "bob")}
    assert packed.left_out == []


def test_the_latest_name_counts(course, tmp_path):
    enrol(course, [Person("ada", "Ada", "Doe", lms_id="1234")])
    for attachment in ("55", "77"):
        path = tmp_path / "download.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(f"doeada_1234_{attachment}_ps03_hmm.ipynb", attachment)
        collect(course, PROBLEM_SET, path, "canvas")
    known = origins.of(course.root, PROBLEM_SET)
    assert known == {"ada": origins.Origin("canvas", "doeada_1234_77_ps03_hmm.ipynb")}


def test_gradescope_says_when_it_was_handed_in(course, tmp_path):
    root = tmp_path / "export"
    (root / "submission_1").mkdir(parents=True)
    (root / "submission_1" / "ps03_hmm.ipynb").write_text("first")
    metadata = "submission_1:\n  :submitters: [{':sid': ada}]\n  :created_at: {}\n"
    enrol(course, [Person("ada")])
    folder = course.root / "submitted" / "ada" / PROBLEM_SET

    said = metadata.replace("{}", "2026-12-01 23:30:00.123456789 +01:00")
    (root / "submission_metadata.yml").write_text(said)
    collect(course, PROBLEM_SET, root, "gradescope")
    assert f"{handed_in_at(folder)}" == "2026-12-01 22:30:00"

    (root / "submission_1" / "ps03_hmm.ipynb").write_text("second")
    (root / "submission_metadata.yml").write_text(metadata.replace("{}", "soon"))
    collect(course, PROBLEM_SET, root, "gradescope")
    assert handed_in_at(folder) is None, "the time of another submission is not this one's"


def test_without_feedback_there_is_nothing_to_pack(course, tmp_path):
    with pytest.raises(CourseError, match="First: course feedback ps03_hmm"):
        feedback.pack(course, PROBLEM_SET, "folder", tmp_path / "back.zip")
    assert not list(tmp_path.glob("back.zip*"))


def test_a_broken_memory_is_told(course):
    path = course.root / "collected" / f"{PROBLEM_SET}.json"
    path.parent.mkdir()
    path.write_text(json.dumps({"ada": "canvas"}))
    with pytest.raises(CourseError, match="collect the download again"):
        origins.of(course.root, PROBLEM_SET)
