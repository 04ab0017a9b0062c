"""A Sphinx directive that lists the usual mistakes, as the problem sets tell them to students.

The body names exercises, such as ``ps03.viterbi ps03.count_hmm``. Each becomes a list of what the
grader says to its known wrong answers, so that these sentences stand in one place alone.
"""

from __future__ import annotations

from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from autograder import exercise
from autograder.errors import CourseError


class Mistakes(SphinxDirective):
    """One list for each exercise; its function's name stands above where there are several."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """Return the lists."""
        names = self.arguments[0].split()
        shown: list[nodes.Node] = []
        for name in names:
            try:
                path = exercises_file(name)
                self.env.note_dependency(path)
                sentences = misconceptions(name, path)
            except CourseError as error:
                raise self.error(f"mistakes: {error}") from error
            if len(names) > 1:
                shown.append(nodes.paragraph("", "", nodes.literal("", name.partition(".")[2])))
            items = (nodes.list_item("", nodes.paragraph("", each)) for each in sentences)
            shown.append(nodes.enumerated_list("", *items, enumtype="arabic"))
        return shown


def exercises_file(name: str) -> Path:
    """Return the file that declares an exercise such as ``ps03.viterbi``."""
    number = name.partition(".")[0]
    declared = {path.parent.name: path for path in sorted(exercise.folder().glob("*/exercises.py"))}
    for problem_set, path in declared.items():
        if problem_set.partition("_")[0] == number:
            return path
    raise CourseError(f"{name!r} is in no problem set; there are {', '.join(declared)}.")


def misconceptions(name: str, path: Path) -> list[str]:
    """Return what the grader says to an exercise's known wrong answers, each sentence once."""
    exercises = exercise.load(path)
    if name not in exercises:
        raise CourseError(
            f"there is no exercise {name!r}; {path.parent.name} has {', '.join(exercises)}."
        )
    return list(dict.fromkeys(sentence for _, sentence in exercises[name].misconceptions))


def setup(app):
    """Register with Sphinx."""
    app.add_directive("mistakes", Mistakes)
    return {"parallel_read_safe": True}
