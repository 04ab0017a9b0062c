"""All submissions of the suite, by group."""

from __future__ import annotations

from tests.tamper import (
    broken,
    damage,
    damage_files,
    denial,
    denial_amounts,
    honest,
    honest_notebooks,
    leak,
    marks,
)
from tests.tamper.submission import FULL, Submission
from tests.tamper.work import RIGHT

GROUPS: dict[str, list[Submission]] = {
    "marks": marks.SUBMISSIONS,
    "damage": damage.SUBMISSIONS + damage_files.SUBMISSIONS,
    "leak": leak.SUBMISSIONS,
    "denial": denial.SUBMISSIONS + denial_amounts.SUBMISSIONS,
    "broken": broken.SUBMISSIONS,
    "honest": honest.SUBMISSIONS + honest_notebooks.SUBMISSIONS,
}
ALL = [submission for group in GROUPS.values() for submission in group]

# Graded first and last in every batch: nobody may harm them, and nobody may stop the batch.
CONTROLS = (
    Submission("aa-honest", "Is somebody else's right work, which is graded first.", FULL, RIGHT),
    Submission("zz-honest", "Is somebody else's right work, which is graded last.", FULL, RIGHT),
)


def find(name: str) -> Submission:
    """Return the submission of this name."""
    return next(submission for submission in ALL if submission.name == name)
