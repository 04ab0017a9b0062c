"""Grade the same submissions with ours and with plain nbgrader, and write the book's table.

`python -m tests.tamper.table` takes half an hour and writes `book/measured/tamper.md`. What it
finds it keeps in `_build/tamper.json` at once, and goes on from there; remove that to measure anew.
"""

from __future__ import annotations

import json
import statistics
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.tamper import batches, groups, plain_box
from tests.tamper.batches import AT_A_TIME, REPOSITORY
from tests.tamper.plain import HIDDEN
from tests.tamper.submission import FULL, Submission

RAW = REPOSITORY / "_build" / "tamper.json"
PAGE = REPOSITORY / "book" / "measured" / "tamper.md"
FIRST, LAST = (control.name for control in groups.CONTROLS)
# How many are graded in one go; where one can end the run for all, each is graded alone.
TOGETHER = {"marks": 12, "honest": 12, "broken": 12, "leak": 6, "damage": 1, "denial": 1}
ALL_TOGETHER = dict.fromkeys(TOGETHER, 30)
COLUMNS = (
    "undeserved marks",
    "marks lost",
    "a zero where none was earned",
    "harm",
    "batch stopped",
)
REPEATS = 3
TIMED = [one.name for one in groups.GROUPS["honest"] if not one.takes_seconds][:10]


def main() -> None:
    """Measure what has not been measured yet, and write the page."""
    RAW.parent.mkdir(exist_ok=True)
    found = json.loads(RAW.read_text()) if RAW.exists() else {"ours": {}, "nbgrader": {}}
    with tempfile.TemporaryDirectory(prefix="hst-", dir="/tmp") as folder:
        template = plain_box.make_template(Path(folder) / "made")
        Path(folder).chmod(0o755)
        for who, grade, parts in (
            ("ours", ours, _parts(ALL_TOGETHER)),
            ("nbgrader", lambda names: plain(names, template), _parts(TOGETHER)),
        ):
            open_parts = [part for part in parts if not found[who].keys() >= set(part)]
            with ThreadPoolExecutor(AT_A_TIME) as pool:
                for wrong in pool.map(grade, open_parts):
                    found[who] |= wrong
                    RAW.write_text(json.dumps(found, indent=1))
                    write(found)
        if "seconds" not in found:
            found["seconds"] = seconds(template)
    RAW.write_text(json.dumps(found, indent=1))
    write(found)


def ours(names: list[str]) -> dict[str, list[str]]:
    """Return what was wrong with each submission under our grader."""
    return judged(batches.grade(names), names)


def plain(names: list[str], template: Path) -> dict[str, list[str]]:
    """Return what was wrong with each submission under plain nbgrader."""
    batch = plain_box.grade(names, template)
    if len(names) > 1 and (batch is None or _is_muddled(batch, names)):
        return {name: wrong for one in names for name, wrong in plain([one], template).items()}
    if batch is None:
        return {names[0]: ["batch stopped", "harm"]}
    return judged(batch, names)


def _parts(sizes: dict[str, int]) -> Iterator[list[str]]:
    for group, submissions in groups.GROUPS.items():
        for start in range(0, len(submissions), sizes[group]):
            yield [one.name for one in submissions[start : start + sizes[group]]]


def _is_muddled(batch: dict, names: list[str]) -> bool:
    """Whether something happened to others, and it is not clear who did it."""
    others = [batch["results"][control]["scores"] != list(FULL) for control in (FIRST, LAST)]
    return any(others) or any(not any(name in harm for name in names) for harm in batch["harm"])


def judged(batch: dict, names: list[str]) -> dict[str, list[str]]:
    """Return the columns that each submission of a batch falls under."""
    alone = len(batch["results"]) == 3
    found = {}
    for name in names:
        if name not in batch["results"]:
            continue
        result, wrong = batch["results"][name], _marks(groups.find(name), batch["results"][name])
        harm = [one for one in batch["harm"] if alone or name in one]
        harmed = alone and batch["results"][FIRST]["scores"] != list(FULL)
        if harm or harmed or [one for one in result["harm"] if HIDDEN not in one]:
            wrong.append("harm")
        if alone and batch["results"][LAST]["scores"] != list(FULL):
            wrong.append("batch stopped")
        found[name] = wrong
    return found


def _marks(submission: Submission, result: dict) -> list[str]:
    scores, wanted = result["scores"], submission.scores
    if wanted is None:
        if scores is None:
            return []
        return ["undeserved marks"] if any(scores) else ["a zero where none was earned"]
    if scores is None:
        return ["marks lost"] if any(wanted) else []
    pairs = [(score or 0, want) for score, want in zip(scores, wanted, strict=False)]
    more = len(scores) > len(wanted) or any(score > want for score, want in pairs)
    less = any(score < want for score, want in pairs)
    return ["undeserved marks"] * more + ["marks lost"] * less


def seconds(template: Path) -> dict[str, float]:
    """Return the median seconds per honest submission, start of the program included."""
    taken = {"ours": [], "nbgrader": []}
    for _ in range(REPEATS):
        taken["ours"].append(batches.grade(TIMED)["seconds"])
        taken["nbgrader"].append(plain_box.grade(TIMED, template)["seconds"])
    return {who: statistics.median(times) / (len(TIMED) + 2) for who, times in taken.items()}


def write(found: dict) -> None:
    """Write the page: a row a group, then a row a submission."""
    lines = [f"| group | submissions | {' | '.join(COLUMNS)} |"]
    lines.append("| --- " * (2 + len(COLUMNS)) + "|")
    for group, submissions in groups.GROUPS.items():
        names = [one.name for one in submissions]
        counts = [
            f"{_count(found['ours'], names, column)} : {_count(found['nbgrader'], names, column)}"
            for column in COLUMNS
        ]
        lines.append(f"| {group} | {len(names)} | {' | '.join(counts)} |")
    lines += ["", "In each pair, ours stands before plain nbgrader's.", ""]
    if times := found.get("seconds"):
        lines += [
            f"An honest submission takes {times['ours']:.2f} seconds to grade with ours, and "
            f"{times['nbgrader']:.2f} with plain nbgrader: the median of {REPEATS} runs, each of "
            f"{len(TIMED) + 2} submissions one after the other.",
            "",
        ]
    lines += [":::{dropdown} Every submission", ""]
    lines += ["| submission | what it tries | ours | nbgrader |", "| --- | --- | --- | --- |"]
    for one in groups.ALL:
        told = [
            ", ".join(found[who].get(one.name, ["?"])) or "held" for who in ("ours", "nbgrader")
        ]
        lines.append(f"| {one.name} | {one.tries} | {' | '.join(told)} |")
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text("\n".join([*lines, ":::", ""]))


def _count(found: dict[str, list[str]], names: list[str], column: str) -> str:
    """Return how many submissions fall under a column, or that they have not been graded yet."""
    if not found.keys() >= set(names):
        return "?"
    return str(sum(column in found[name] for name in names))


if __name__ == "__main__":
    main()
