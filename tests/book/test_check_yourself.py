"""Every question of "Check yourself" has answers to choose from, one or more of them right."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = re.findall(r"file: (\d\d-[\w-]+)", (ROOT / "_toc.yml").read_text(encoding="utf-8"))
ANSWER = re.compile(r"^:::\{dropdown\}.*\n(:class-container: right\n)?", re.MULTILINE)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_each_question_has_a_right_answer_and_a_wrong_one(chapter):
    text = (ROOT / "book" / f"{chapter}.md").read_text(encoding="utf-8")
    section = text.split("\n## Check yourself\n", 1)[1].split("\n## ", 1)[0]
    questions = re.split(r"^\*\*(?=\d+\. )", section, flags=re.MULTILINE)[1:]
    assert len(questions) >= 3
    for question in questions:
        right = [bool(mark) for mark in ANSWER.findall(question)]
        assert {True, False} <= set(right), f"mark the right answers of: {question[:60]}"
