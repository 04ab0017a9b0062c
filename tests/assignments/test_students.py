"""Each problem set's sample students get the score and the words they must get."""

from __future__ import annotations

import json

import pytest

from autograder import grading, ledger, problem_sets, students
from autograder.course import Course

AT_LEAST = {"careful", "hurried", "half", "usual_mistake", "out_of_order", "broken"}
# What must stand on no page: the grader's own lines and names.
HIDDEN = ("probe(", "course_probe", "course_lib", "HIDDEN TESTS", "BEGIN SOLUTION")


@pytest.fixture
def course(name, tmp_path, monkeypatch) -> Course:
    """A course with this problem set alone."""
    with monkeypatch.context() as patch:
        patch.setattr(problem_sets, "names", lambda: [name])
        course = Course.create(tmp_path / "course")
    # Cases are drawn from it: a score that is right by chance must be so every time.
    (course.root / ledger.KEY).write_text("0" * 64)
    return course


@pytest.mark.slow
@pytest.mark.parametrize("name", problem_sets.names())
def test_sample_students(course, name):
    samples = {sample.name: sample for sample in students.samples(problem_sets.find(name))}
    assert samples.keys() >= AT_LEAST, f"{name}/students needs more of them"
    course.release(name)
    for sample in samples.values():
        path = course.root / "submitted" / sample.name / name / f"{name}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(sample.work)

    submissions = course.selected(name, None)
    outcomes = {outcome.student: outcome for outcome in grading.grade(course, name, submissions)}
    amiss = {
        student: told
        for student, sample in samples.items()
        if (told := amiss_with(course, name, sample, outcomes[student]))
    }
    assert not amiss, json.dumps(amiss, indent=1, ensure_ascii=False)

    assert len(list(grading.feedback(course, name, submissions))) == len(samples)
    for student in samples:
        page = course.root / "feedback" / student / name / f"{name}.html"
        shown = page.read_text(encoding="utf-8")
        assert [word for word in HIDDEN if word in shown] == [], page


def amiss_with(course: Course, name: str, sample: students.Sample, outcome) -> list[str]:
    """Return where a sample student's grade is not what it must be."""
    if sample.refused is not None:
        if outcome.refused is None:
            return [f"graded with {outcome.score:g} points, not refused"]
        if sample.refused not in outcome.refused:
            return [f"refused for another reason: {outcome.refused}"]
        return []
    if outcome.refused is not None:
        return [f"refused: {outcome.refused}"]
    scores = scores_of(course, name, sample.name)
    amiss = []
    if isinstance(sample.score, dict):
        amiss += [
            f"{cell} got {scores[cell]:g} points, not {points:g}"
            for cell, points in sample.score.items()
            if scores[cell] != pytest.approx(points, abs=0.01)
        ]
    elif sum(scores.values()) != pytest.approx(sample.score, abs=0.01):
        amiss.append(f"{sum(scores.values()):g} points in all, not {sample.score:g}: {scores}")

    record = ledger.read(course.root, name, sample.name)
    failures = [probe["failure"] for probe in record["probes"].values() if probe["failure"]]
    named = {failure["misconception"] for failure in failures if failure["misconception"]}
    told = [*record["remarks"], *(failure["message"] for failure in failures), *named]
    said = [" ".join(text.split()) for text in told]
    amiss += [
        f"was not told {words!r}"
        for words in sample.says
        if not any(words in text for text in said)
    ]
    amiss += [
        f"was told, and need not be: {sentence}"
        for sentence in named
        if not any(words in sentence for words in sample.says)
    ]
    return amiss + ([f"was told: {said}"] if amiss else [])


def scores_of(course: Course, name: str, student: str) -> dict[str, float]:
    """Return a student's points in each cell that was graded by machine."""
    with course.gradebook() as gradebook:
        grades = gradebook.find_submission(name, student).notebooks[0].grades
        return {grade.name: grade.auto_score for grade in grades if grade.auto_score is not None}
