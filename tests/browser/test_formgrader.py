"""Formgrader: its Autograde button grades as `course grade` does, and an answer is read there."""

from __future__ import annotations

import shutil

import pytest
from playwright.sync_api import expect

from autograder import grading, overview
from autograder.course import Course
from tests.browser.jupyter import lab

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PROBLEM_SET = "ps03_hmm"
NOTEBOOK = f"{PROBLEM_SET}.ipynb"


@pytest.fixture
def course(tmp_path) -> Course:
    """A course: ada handed in the solution, bob what was released, cyd a broken file."""
    made = Course.create(tmp_path / "course")
    made.release(PROBLEM_SET)
    for student, folder in (("ada", "source"), ("bob", "release"), ("cyd", "release")):
        target = made.root / "submitted" / student / PROBLEM_SET / NOTEBOOK
        target.parent.mkdir(parents=True)
        shutil.copy(made.root / folder / PROBLEM_SET / NOTEBOOK, target)
    target.write_text("{")
    return made


def test_the_button_gives_the_scores_of_the_command(course, browser, tmp_path):
    submissions = course.selected(PROBLEM_SET, None)
    by_command = {one.student: one.score for one in grading.grade(course, PROBLEM_SET, submissions)}
    assert by_command["ada"] > by_command["bob"] == 0
    assert by_command["cyd"] is None
    again = Course.create(tmp_path / "again")
    again.release(PROBLEM_SET)
    shutil.copy(course.root / "secret.key", again.root)
    shutil.copytree(course.root / "submitted", again.root / "submitted")

    with lab(again.root, tmp_path / "homes") as address:
        page = browser.new_page()
        page.set_default_timeout(60_000)
        page.goto(f"{address}/formgrader/manage_submissions/{PROBLEM_SET}")
        for student in by_command:
            row = page.locator("tr", has=page.get_by_text(student, exact=True))
            row.locator(".autograde a").click()
            answer = page.locator(".modal.in")
            graded = by_command[student] is not None
            expect(answer.locator(".modal-title")).to_have_text("Success" if graded else "Error")
            if not graded:
                expect(answer).to_contain_text("cyd was not graded: 'ps03_hmm.ipynb' is cut off")
            answer.get_by_role("button", name="OK").click()
            expect(answer).to_have_count(0)

    with again.gradebook() as gradebook:
        by_button = {
            each.student.id: each.score for each in gradebook.assignment_submissions(PROBLEM_SET)
        }
    assert by_button == {
        student: score for student, score in by_command.items() if score is not None
    }


def test_an_answer_in_words_is_read(course, browser, tmp_path):
    for outcome in grading.grade(course, PROBLEM_SET, course.selected(PROBLEM_SET, "ada")):
        before = outcome.score
    with lab(course.root, tmp_path / "homes") as address:
        page = browser.new_page()
        page.set_default_timeout(60_000)
        page.goto(f"{address}/formgrader/gradebook")
        page.get_by_role("link", name=PROBLEM_SET, exact=True).click()
        page.get_by_role("link", name=PROBLEM_SET, exact=True).last.click()
        page.get_by_role("link", name="Submission #1").click()
        points = page.locator(".score.needs_manual_grade")
        points.fill("0.5")
        with page.expect_response(lambda response: "/formgrader/api/grade/" in response.url):
            points.press("Tab")
    found = {one.student: one for one in overview.progress(course, PROBLEM_SET).standings}
    assert found["ada"].cells_waiting == 0
    assert found["ada"].score == before + 0.5
