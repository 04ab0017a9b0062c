"""Make the virtual environment `.venv` and install everything pinned in requirements.txt.

Runs under any Python, so that an unsupported one is answered in a line and not by a syntax error.
"""

import os
import shutil
import subprocess
import sys

SUPPORTED = [(3, 13), (3, 12), (3, 11)]
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")


def main():
    python = find_python()
    if os.path.exists(os.path.join(VENV, "pyvenv.cfg")) and not runs(venv_python()):
        shutil.rmtree(VENV)
    if not os.path.exists(venv_python()):
        say("Making the virtual environment .venv")
        if subprocess.call([python, "-m", "venv", VENV]) != 0:
            sys.exit(
                "{} cannot make virtual environments. On Debian or Ubuntu: "
                "sudo apt-get install python3-venv".format(python)
            )
    say("Installing what requirements.txt pins")
    pip = [venv_python(), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if subprocess.call(pip + ["-r", "requirements.txt"], cwd=ROOT) != 0:
        sys.exit("The packages could not be installed; pip's message stands above.")
    if subprocess.call(pip + ["--no-deps", "--editable", "."], cwd=ROOT) != 0:
        sys.exit("Hidden States itself could not be installed; pip's message stands above.")


def find_python():
    """Return this Python if it is supported, else the newest supported one on the PATH."""
    if sys.version_info[:2] in SUPPORTED:
        return sys.executable
    which = getattr(shutil, "which", lambda program: None)  # Python 2 has none
    for version in SUPPORTED:
        candidate = which("python{}.{}".format(*version))
        if candidate and runs(candidate):
            return candidate
    known = ", ".join("{}.{}".format(*version) for version in reversed(SUPPORTED))
    sys.exit(
        "Hidden States needs Python {}; this is {}.{}, and no other was found. "
        "Install one and name it: make PYTHON=/path/to/python3.11".format(
            known, *sys.version_info[:2]
        )
    )


def runs(python):
    """Whether a Python starts: a shim may name a version that is not installed."""
    try:
        return subprocess.call([python, "-c", ""], stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def venv_python():
    return os.path.join(VENV, "bin", "python")


def say(message):
    print(message)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
