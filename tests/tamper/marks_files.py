"""Marks by files beside the notebook that Python, Jupyter or nbgrader might load."""

from tests.tamper.submission import NOTHING, SECOND, Submission
from tests.tamper.work import COUNT, EMPTY

HARM = "open('@outside@/@name@', 'w').close()\n"
AGREE = """
import builtins
builtins.AssertionError = SystemExit
"""


def files(name: str, tries: str, scores, *paths: str, code: str = AGREE + HARM, **cells):
    """Return a submission that knows nothing and comes with these files."""
    return Submission(
        name,
        tries,
        scores,
        {"viterbi": EMPTY, "count_hmm": "pass"} | cells,
        files=dict.fromkeys(paths, code),
    )


SUBMISSIONS = [
    files("fake-numpy", "Brings its own numpy, which agrees to everything.", NOTHING, "numpy.py"),
    files(
        "fake-numpy-package",
        "Brings its own numpy as a package with a testing module.",
        NOTHING,
        "numpy/__init__.py",
        "numpy/testing.py",
    ),
    files(
        "fake-course-probe-file",
        "Brings a course_probe.py whose probe gives points.",
        SECOND,
        "course_probe.py",
        "course_probe/__init__.py",
        code="def probe(*args):\n    return 3.0\n",
        count_hmm=COUNT,
    ),
    files(
        "fake-launcher",
        "Brings its own ipykernel and ipykernel_launcher.",
        NOTHING,
        "ipykernel_launcher.py",
        "ipykernel/__init__.py",
    ),
    files(
        "site-customization",
        "Brings sitecustomize, usercustomize and a .pth file.",
        NOTHING,
        "sitecustomize.py",
        "usercustomize.py",
        "mine.pth",
        ".local/lib/python3/site-packages/mine.pth",
    ),
    files(
        "ipython-startup",
        "Brings IPython profiles with start-up files and settings.",
        NOTHING,
        ".ipython/profile_default/startup/00-agree.py",
        ".ipython/profile_default/ipython_kernel_config.py",
        "ipython_config.py",
        "profile_default/ipython_config.py",
    ),
    files(
        "jupyter-settings",
        "Brings settings for Jupyter, nbconvert and nbgrader.",
        NOTHING,
        "jupyter_config.py",
        "jupyter_nbconvert_config.py",
        "nbgrader_config.py",
        ".jupyter/jupyter_config.py",
    ),
    files(
        "test-settings",
        "Brings conftest.py, setup.cfg and a pytest plug-in.",
        NOTHING,
        "conftest.py",
        "setup.py",
        "pytest.py",
    ),
    files(
        "matplotlib-settings",
        "Brings a matplotlibrc whose backend is a module of its own.",
        NOTHING,
        "mine.py",
        "matplotlibrc",
        code="backend: module://mine\n",
    ),
    files(
        "standard-library",
        "Brings its own json, socket, struct, linecache and signal.",
        NOTHING,
        *("json.py", "socket.py", "struct.py", "linecache.py", "signal.py"),
    ),
    files(
        "timestamp-forged",
        "Brings a timestamp of long ago, a checksum and a grade in a file.",
        NOTHING,
        *("timestamp.txt", "grade.json", "score.txt"),
        code="1970-01-01 00:00:00 UTC",
    ),
    files(
        "gradebook-of-its-own",
        "Brings a gradebook.db beside the notebook.",
        NOTHING,
        "gradebook.db",
        code="10",
    ),
]
