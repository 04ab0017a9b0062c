"""Sample students are put onto the release, and what is said of them is understood."""

from __future__ import annotations

import json

import pytest

from autograder import problem_sets, students
from autograder.errors import CourseError

NAME = "ps03_hmm"


@pytest.fixture
def sample(tmp_path):
    """Write one sample student beside a copy of the problem set, and read it."""

    def sample(text: str, own_file: bytes | None = None) -> students.Sample:
        folder = tmp_path / NAME
        (folder / "students").mkdir(parents=True)
        for name in ("notebook.md", "exercises.py"):
            (folder / name).symlink_to(problem_sets.find(NAME) / name)
        (folder / "students" / "ada.md").write_text(text, encoding="utf-8")
        if own_file is not None:
            (folder / "students" / "ada.ipynb").write_bytes(own_file)
        (found,) = students.samples(folder)
        return found

    return sample


WORK = """---
who: Ada, who moves things about.
score: {viterbi_unseen: 0.75}
says: [a sentence]
deleted: [count_question]
---

A text of her own, before everything.

```{code-cell}
:cell: viterbi

def viterbi(): return "first"
```

```{code-cell}
mine = "behind viterbi"
```

```{code-cell}
:cell: count_hmm
:after: setup

def count_hmm(): return "moved"
```

```{code-cell}
:after: count_unseen

mine = "further down"
```
"""


def cells_of(sample: students.Sample) -> list[tuple[str | None, str]]:
    cells = json.loads(sample.work)["cells"]
    named = (cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in cells)
    return [(name, "".join(cell["source"])) for name, cell in zip(named, cells, strict=True)]


def test_only_what_the_student_changed_differs_from_the_release(sample):
    cells = cells_of(sample(WORK))
    names = [name for name, _ in cells]
    sources = dict(cells)
    assert cells[0] == (None, "A text of her own, before everything.")
    assert sources["viterbi"] == 'def viterbi(): return "first"'
    assert cells[names.index("viterbi") + 1] == (None, 'mine = "behind viterbi"')
    assert cells[names.index("setup") + 1] == ("count_hmm", 'def count_hmm(): return "moved"')
    assert cells[names.index("count_unseen") + 1] == (None, 'mine = "further down"')
    assert "count_question" not in names
    assert "raise NotImplementedError()" in sources["forward"]
    assert "probe(" not in "".join(sources.values())


def test_the_same_file_is_handed_in_every_time(sample, tmp_path):
    one = sample(WORK)
    assert students.samples(tmp_path / NAME) == [one]


def test_cells_that_are_not_named_must_have_full_points(sample):
    found = sample(WORK)
    assert found.score["viterbi_unseen"] == 0.75
    assert (found.score["viterbi_visible"], found.score["count_unseen"]) == (2, 3)
    assert "words" not in found.score, "what a person grades is left out"
    assert (found.says, found.refused) == (("a sentence",), None)


def test_a_file_of_its_own_is_handed_in_as_it_is(sample):
    found = sample("---\nwho: Cem.\nrefused: is not\n---\n", own_file=b"\xff no notebook")
    assert (found.work, found.refused, found.score) == (b"\xff no notebook", "is not", None)


@pytest.mark.parametrize(
    ("front", "body", "told"),
    [
        ("who: A\nscore: full\nsay: x", "", "the front matter knows no say"),
        ("score: full", "", "`who` must say"),
        ("who: A", "", "either `score` or `refused`"),
        ("who: A\nscore: full\nrefused: x", "", "either `score` or `refused`"),
        ("who: A\nscore: some", "", "`score` must be full, a number, or points"),
        ("who: A\nscore: {vitrebi: 1}", "", "no cell vitrebi is graded; there are viterbi_vis"),
        ("who: A\nscore: full\ndeleted: [x]", "", "the release has no cell 'x'"),
        ("who: A\nscore: 1", '+++ {"cell": "y"}\n\ntext\n', "the release has no cell 'y'"),
    ],
)
def test_what_cannot_be_understood_is_named(sample, front, body, told):
    with pytest.raises(CourseError, match=f"^{NAME}, students/ada.md: .*{told}"):
        sample(f"---\n{front}\n---\n\n{body}")


def test_a_file_of_its_own_leaves_no_place_for_cells(sample):
    with pytest.raises(CourseError, match=r"ada.ipynb is handed in as it is"):
        sample("---\nwho: A\nscore: full\n---\n\nA text.\n", own_file=b"")
