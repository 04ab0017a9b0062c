"""Examples of each command, for its `--help` and for the book's page of all commands."""

from __future__ import annotations

EXAMPLES = {
    "init": {
        "course init my-course": "a new directory with settings, sources and a gradebook",
        "course init my-course --db postgresql+psycopg://me@db.example.org/course": "grades there",
    },
    "release": {
        "course release ps03_hmm": "the notebook for your students, in release/",
        'course release ps03_hmm --due "2026-12-01 23:59 Europe/Vienna"': "and when it is due",
        "course release ps03_hmm --due none": "the due date taken back",
        "course release ps03_hmm --student ada": "a variant, with numbers of ada's own",
        "course release ps03_hmm --variants": "other numbers for each student, in variants/",
    },
    "collect": {
        "course collect ps03_hmm submissions.zip --from canvas": "what Canvas let you download",
        "course collect ps03_hmm my-folder --from folder": "STUDENT.ipynb or STUDENT/any.ipynb",
    },
    "grade": {
        "course grade ps03_hmm": "everyone",
        "course grade ps03_hmm --student ada --feedback": "one student, with the feedback page",
        "course grade ps03_hmm --again --yes": "all once more, and scores that change overwritten",
        "course grade ps03_hmm --dask tcp://10.0.0.1:8786": "everyone, by a Dask cluster",
        "course grade ps03_hmm --json": "a line for each submission, for another program",
    },
    "feedback": {"course feedback ps03_hmm": "a page for each student, in feedback/"},
    "explain": {
        "course explain ps03_hmm --student ada": "cases, verdicts, limits, versions",
        "course explain ps03_hmm --student ada --replay": "the same cases once more, to compare",
    },
    "status": {
        "course status": "a line for each problem set",
        "course status ps03_hmm": "a line for each student",
        "course status ps03_hmm --json": "the same for a program",
    },
    "late": {"course late ps03_hmm": "after a due date, the policy or extra time has changed"},
    "move": {
        "course move postgresql+psycopg://me@db.example.org/course": "from a file to a server"
    },
    "report": {
        "course report ps03_hmm": "a page in which nobody can be recognised",
        "course report ps03_hmm --names --output mine.html": "one for yourself",
    },
    "similar": {
        "course similar ps03_hmm": "pairs of this class",
        "course similar ps03_hmm --also ../last-year/submitted": "and of last year's with it",
    },
    "export": {
        "course export ps03_hmm": "a table with a column for each graded cell",
        'course export ps03_hmm --to canvas --column "Problem set 3 (4711)"': "into that column",
    },
    "return": {
        "course return ps03_hmm": "a folder for each student",
        "course return ps03_hmm --to moodle": "names that Moodle matches",
    },
    "gradescope": {"course gradescope ps03_hmm": "an autograder to upload"},
    "doctor": {"course doctor": "does the sandbox hold on this machine?"},
    "check": {
        "course check": "every problem set",
        "course check ps03_hmm --save exam.md": "one, with its table in a file",
        "course check ps03_hmm --exercise viterbi": "one exercise, while you write it",
    },
    "rehearse": {
        "course rehearse ps03_hmm": "a made-up class, in rehearsal/",
        "course rehearse ps03_hmm big --students 300 --seed 7": "a large one, in big/",
    },
    "roster add": {
        "course roster add ada --first Ada --last Doe --email ada@example.org": "a student",
        "course roster add ada --extra-time 24": "who may hand in a day later",
        "course roster add ada --extra-time 0": "and no longer",
    },
    "roster import": {"course roster import students.csv": "a table, or what an LMS hands out"},
    "roster list": {"course roster list": "everyone", "course roster list --json": "for a program"},
}


def epilog(command: str) -> str:
    """Return the examples of a command as the end of its help, a line for each."""
    lines = [f"{line}   # {what}" for line, what in EXAMPLES[command].items()]
    return "\n\n".join(["Examples:", *lines])
