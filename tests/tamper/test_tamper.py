"""No undeserved mark, no honest mark lost, nothing done outside, nobody else harmed.

Each submission is graded by the `course` command, in a batch between two honest ones. A quick part
is graded always. `make test-tamper` grades all of them, by root, where root runs it, and by an
ordinary user.
"""

from __future__ import annotations

import functools
import os
import shutil

import pytest

from tests.tamper import batches, groups
from tests.tamper.ours import LIMITS, SLACK_SECONDS
from tests.tamper.submission import FULL

MAX_PAGE = 1_000_000
MAX_GRADER_MB = LIMITS["memory_mb"] + 200
QUICK = tuple(one.name for one in groups.ALL if not one.takes_seconds)[::4]
EVERYTHING = tuple(one.name for one in groups.ALL)


@functools.cache
def graded(names: tuple[str, ...], user: int | None) -> list[dict] | Exception:
    """Grade submissions, once in a session, even if that fails."""
    try:
        return batches.grade_together(list(names), user=user)
    except Exception as error:
        return error


@pytest.fixture(scope="module", autouse=True)
def _sandbox():
    if shutil.which("bwrap") is None:
        pytest.skip("bubblewrap is not installed")


def users():
    """Return who grades: root and an ordinary user, or just the one who runs this."""
    if os.geteuid() == 0:
        return [pytest.param(None, id="root"), pytest.param(batches.NOBODY, id="user")]
    return [pytest.param(None, id="user")]


@pytest.mark.parametrize("name", QUICK)
def test_submission(name):
    check(name, graded(QUICK, None))


def test_batch_of_the_quick_ones():
    check_batches(graded(QUICK, None))


@pytest.mark.exhaustive
@pytest.mark.parametrize("user", users())
@pytest.mark.parametrize("name", EVERYTHING)
def test_every_submission(name, user):
    check(name, graded(EVERYTHING, user))


@pytest.mark.exhaustive
@pytest.mark.parametrize("user", users())
def test_batches_of_all(user):
    check_batches(graded(EVERYTHING, user))


def check(name: str, found: list[dict]) -> None:
    """Compare what became of a submission with what it says must become of it."""
    assert not isinstance(found, Exception), found
    submission = groups.find(name)
    result = next(batch["results"][name] for batch in found if name in batch["results"])
    scores, page = result["scores"], result["page"]
    assert scores == (None if submission.scores is None else list(submission.scores)), (
        submission.tries,
        result["refused"],
        result["failures"],
    )
    assert result["harm"] == []
    if submission.scores is None:
        assert result["refused"], "it was refused without a reason"
        assert "/" not in result["refused"].replace("STUDENT/PS", ""), "the reason names a path"
    else:
        assert result["seconds"] <= LIMITS["total_seconds"] + SLACK_SECONDS
    assert 0 < len(page.encode()) < MAX_PAGE
    for words in submission.page_shows:
        assert words in page


def check_batches(found: list[dict]) -> None:
    """Check every batch."""
    assert not isinstance(found, Exception), found
    for batch in found:
        check_batch(batch)


def check_batch(batch: dict) -> None:
    """Check that a batch went to its end, left nothing behind, and told what it refused."""
    assert batch["harm"] == []
    refused = any(result["scores"] is None for result in batch["results"].values())
    assert batch["exit"] == int(refused)
    assert batch["peak_mb"] < MAX_GRADER_MB
    for control in groups.CONTROLS:
        assert batch["results"][control.name]["scores"] == list(FULL)
    assert "Traceback" not in batch["said"]


def test_canaries_can_die():
    """Without the sandbox the same submissions do their harm, and the runner sees it."""
    found = batches.grade(["writes-other-submissions", "calls-home", "daemon"], unsafe=True)
    harm, results = "\n".join(found["harm"]), found["results"]
    assert "submitted/aa-honest" in harm
    assert "was changed" in harm
    assert "a connection b'calls-home'" in harm
    assert "tamper-daemon" in harm
    assert any("it wrote into" in one for one in results["writes-other-submissions"]["harm"])


@pytest.mark.parametrize("what", ["other-submissions", "its-environment"])
def test_secrets_can_be_seen(what):
    """Each alone: what one prints is cut where it is long, and another's work makes it longer."""
    found = batches.grade([f"reads-{what}"], unsafe=True)
    assert "secret of the" in str(found["results"][f"reads-{what}"]["harm"])


def test_a_live_part_of_a_page_is_found():
    from tests.tamper.canaries import LiveParts

    assert LiveParts("<p>&lt;script&gt;pwned</p><script>ours()</script>").found == []
    for page in ("<script>pwned</script>", "<b onclick=x>", "<a href=' javascript:x'>"):
        assert LiveParts(page).found


def test_the_suite_is_as_large_as_it_says():
    names = [one.name for one in groups.ALL]
    assert len(names) == len(set(names)) >= 80
    students = [one.student_id for one in groups.ALL]
    assert len(students) == len(set(students))
    assert all(one.tries.endswith(".") for one in groups.ALL)
