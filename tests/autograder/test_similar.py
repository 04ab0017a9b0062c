"""Passages alike: found under other names, and not where everyone was given them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from autograder.errors import CourseError
from autograder.similar import page, pairs
from autograder.similar.works import Work
from tests.autograder.conftest import PROBLEM_SET, source_of

ADA = """
def viterbi(pi, A, B, obs):
    best = np.log(pi) + np.log(B[:, obs[0]])
    back = []
    for symbol in obs[1:]:
        scores = best[:, None] + np.log(A)
        back.append(scores.argmax(axis=0))
        best = scores.max(axis=0) + np.log(B[:, symbol])
    path = [int(best.argmax())]
    for pointers in reversed(back):
        path.append(int(pointers[path[-1]]))
    return path[::-1]
"""
RENAMED = "# my own idea\n" + (
    ADA.replace("best", "delta").replace("back", "psi").replace("scores", "m").replace("path", "q")
)
BOB = """
def viterbi(start, step, emit, seen):
    table = [{s: (start[s] * emit[s][seen[0]], None) for s in range(len(start))}]
    while len(table) < len(seen):
        last, symbol = table[-1], seen[len(table)]
        table.append({})
        for s in range(len(start)):
            p, before = max((last[r][0] * step[r][s], r) for r in last)
            table[-1][s] = p * emit[s][symbol], before
    s = max(table[-1], key=lambda s: table[-1][s][0])
    answer = [s]
    while len(answer) < len(seen):
        s = table[len(seen) - len(answer)][s][1]
        answer.insert(0, s)
    return answer
"""


def names(found) -> list[set[str]]:
    return [{pair.one.name, pair.other.name} for pair in found]


def test_other_names_and_comments_hide_nothing():
    found = pairs.alike([Work("ada", ADA), Work("bob", BOB), Work("eve", RENAMED)], [])
    assert names(found) == [{"ada", "eve"}]
    assert found[0].share > 0.95


def test_what_everyone_was_given_is_no_evidence():
    assert pairs.alike([Work("ada", ADA), Work("eve", RENAMED)], [ADA]) == []


def test_what_many_have_is_an_idiom():
    many = [Work(f"student{number}", ADA) for number in range(pairs.COMMON + 1)]
    assert pairs.alike(many, []) == []
    assert len(pairs.alike(many[:-1], [])) == pairs.COMMON * (pairs.COMMON - 1) / 2


def test_other_terms_are_compared_with_this_one_alone():
    old = [Work(f"old/{name}", ADA, is_ours=False) for name in "ab"]
    assert names(pairs.alike([Work("eve", RENAMED), *old], [])) == [
        {"eve", "old/a"},
        {"eve", "old/b"},
    ]


def test_the_passages_are_marked_and_harmless():
    evil = ADA.replace("back = []", 'back = "<script>alert(1)</script>"')
    (pair,) = pairs.alike([Work("ada", evil), Work("<b>eve", RENAMED)], [])
    text = page.render("ps03_hmm", pairs.Found([pair], compared=2))
    assert "<script>" not in text
    assert "<b>eve" not in text
    assert "&lt;b&gt;eve" in text
    one = text.split("<pre")[1]
    marked = [piece.split("</mark>")[0] for piece in one.split("<mark>")[1:]]
    assert any("scores.argmax(axis=0)" in piece for piece in marked)
    assert not any("alert" in piece for piece in marked), "this passage is Ada's alone"


def test_from_submissions_to_pairs(course, hand_in, tmp_path):
    hand_in("ada", {"viterbi": ADA})
    hand_in("bob", {"viterbi": BOB})
    hand_in("sol", source_of(course))
    last_term = tmp_path / "spring" / "submitted" / "old" / PROBLEM_SET
    last_term.parent.mkdir(parents=True)
    shutil.move(hand_in("old", {"viterbi": RENAMED}).parent, last_term)
    (course.root / "submitted" / "empty" / PROBLEM_SET).mkdir(parents=True)
    found = pairs.find(course, PROBLEM_SET, [tmp_path / "spring" / "submitted"], most=20)
    assert names(found.pairs) == [{"ada", "spring/old"}]
    assert found.compared == 4
    assert "empty: There is no notebook" in found.left_out[0]


def test_another_term_must_have_the_problem_set(course, tmp_path):
    with pytest.raises(CourseError, match="holds no submissions of ps03_hmm"):
        pairs.find(course, PROBLEM_SET, [tmp_path], most=20)


def test_the_same_passages_are_found_in_every_process():
    code = (
        "from autograder.similar.pairs import _prints; print(sorted(_prints(TEXT, set()).hashes))"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code.replace("TEXT", repr(ADA))],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1
