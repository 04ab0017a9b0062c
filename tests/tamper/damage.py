"""Damage: to other students, to the gradebook, to the machine, to whoever reads the pages."""

from __future__ import annotations

from tests.tamper.submission import (
    NOTHING,
    Submission,
)
from tests.tamper.work import attack

MARK = "MARK = b'@name@ was here'\n"


def writing(*places: str) -> dict[str, str]:
    """Return the cells of a submission that writes into all these files, as far as it can."""
    return attack(
        MARK
        + f"""
import glob, os
for pattern in {places!r}:
    for path in glob.glob(pattern) or [pattern]:
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            os.chmod(path, 0o666)
        except OSError:
            pass
        try:
            with open(path, "ab") as file:
                file.write(MARK)
        except OSError:
            pass
"""
    )


SUBMISSIONS = [
    Submission(
        "writes-other-submissions",
        "Writes into other students' folders, handed in and graded.",
        NOTHING,
        writing("@course@/submitted/*/*/*.ipynb", "@course@/autograded/*/*/*.ipynb"),
    ),
    Submission(
        "writes-gradebook",
        "Gives itself full marks and everyone else none, in the gradebook's own SQL.",
        NOTHING,
        attack("""
import sqlite3
try:
    with sqlite3.connect("@course@/gradebook.db", timeout=1) as gradebook:
        gradebook.execute("update grade set auto_score = 0, manual_score = 0")
        gradebook.execute("update grade_cell set max_score = 1000")
except sqlite3.Error as error:
    print(error)
"""),
    ),
    Submission(
        "writes-course",
        "Writes into the source, the release, the settings, the key and the ledger.",
        NOTHING,
        writing(
            "@course@/source/*/*",
            "@course@/release/*/*",
            "@course@/nbgrader_config.py",
            "@course@/secret.key",
            "@course@/ledger/*/*",
            "@course@/feedback/x/x.html",
        ),
    ),
    Submission(
        "writes-home-and-outside",
        "Writes into the instructor's home and wherever everyone may write.",
        NOTHING,
        writing(
            "@outside@/@name@",
            "@outside@/home/.bashrc",
            "@outside@/home/.ipython/profile_default/startup/1.py",
            "/tmp/@name@",
            "/var/tmp/@name@",
            "/dev/shm/@name@",
            "/etc/cron.d/@name@",
            "/root/.bashrc",
        ),
    ),
    Submission(
        "writes-environment",
        "Writes into NumPy, the grader and the probe where they are installed.",
        NOTHING,
        attack(
            MARK
            + """
import glob, os, sys
places = [os.path.dirname(np.__file__) + "/__init__.py", sys.executable]
places += [f"{folder}/tamper.pth" for folder in sys.path if folder.endswith("packages")]
places += glob.glob("/grader/*") + glob.glob("/grader/*/*")
for place in places:
    for writing in (lambda: open(place, "ab").write(MARK), lambda: os.remove(place),
                    lambda: os.rename(place, place + ".old"), lambda: os.chmod(place, 0o777)):
        try:
            if place != sys.executable and not place.startswith(sys.prefix + "/lib/python"):
                writing()
            else:
                os.close(os.open(place, os.O_WRONLY))
                open("@outside@/@name@", "w").close()
        except OSError:
            pass
"""
        ),
    ),
    Submission(
        "breaks-its-channels",
        "Replaces the sockets and the connection file that tie it to the grader.",
        NOTHING,
        attack("""
import glob, os, shutil
for path in glob.glob("/grader/*/*") + glob.glob("/tmp/hs-*/*/*"):
    try:
        os.remove(path)
        os.symlink("@course@/gradebook.db", path)
    except OSError:
        pass
"""),
    ),
    Submission(
        "files-in-the-channels-folder",
        "Fills the folder of the kernel's sockets with files and links.",
        NOTHING,
        attack("""
import os
for number in range(100):
    try:
        with open(f"/grader/kernel/f{number}", "wb") as file:
            file.write(bytes(1_000_000))
        os.symlink("@course@/secret.key", f"/grader/kernel/l{number}")
    except OSError:
        pass
"""),
    ),
    Submission(
        "signals-the-grader",
        "Sends signals to the grader, its parent and a process of the instructor's.",
        NOTHING,
        attack("""
import os, signal
for process in (os.getppid(), @grader@, *range(2, 40)):
    for number in (signal.SIGUSR1, signal.SIGTERM, signal.SIGKILL):
        try:
            if process != os.getpid():
                os.kill(process, number)
        except OSError:
            pass
"""),
    ),
    Submission(
        "kills-everything",
        "Kills every process it may signal.",
        NOTHING,
        attack("import os\nos.kill(-1, 9)"),
    ),
    Submission(
        "changes-the-kernel",
        "Writes to /proc/sys, /sys and /proc/sysrq-trigger, and makes devices.",
        NOTHING,
        attack("""
import os, stat
for path in ("/proc/sys/kernel/hostname", "/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger",
             "/sys/kernel/mm/transparent_hugepage/enabled", "/proc/1/oom_score_adj"):
    try:
        with open(path, "r+") as file:
            value = file.read()
            file.write(value)
        open("@outside@/@name@", "w").close()
    except OSError:
        pass
try:
    os.mknod("/tmp/disk", 0o600 | stat.S_IFBLK, os.makedev(8, 0))
    open("/tmp/disk", "rb").read(1)
    open("@outside@/@name@", "w").close()
except OSError:
    pass
"""),
    ),
    Submission(
        "gains-privileges",
        "Runs programs that raise privileges, and asks for namespaces, mounts and traces.",
        NOTHING,
        attack("""
import ctypes, os, subprocess
libc = ctypes.CDLL(None)
got = [libc.unshare(0x10000000), libc.unshare(0x20000), libc.ptrace(16, os.getppid(), 0, 0),
       libc.mount(b"none", b"/mnt", b"tmpfs", 0, None), libc.chroot(b"/tmp"), libc.setuid(0)]
for command in (["su", "-c", "id"], ["sudo", "-n", "id"], ["mount", "-t", "tmpfs", "x", "/mnt"],
                ["unshare", "-r", "id"], ["setpriv", "--reuid=0", "id"], ["bwrap", "--version"]):
    try:
        done = subprocess.run(command, capture_output=True, timeout=3, stdin=subprocess.DEVNULL)
        got.append(-1 if b"uid=0" not in done.stdout else 0)
    except (OSError, subprocess.SubprocessError):
        pass
if 0 in got:
    print("PRIVILEGES", got)
"""),
    ),
    Submission(
        "traces-its-parent",
        "Opens the memory of other processes for writing.",
        NOTHING,
        attack("""
import glob
for path in glob.glob("/proc/[0-9]*/mem"):
    if "self" not in path:
        try:
            with open(path, "r+b", buffering=0) as memory:
                memory.seek(4096 * 1024)
                memory.write(b"x")
        except OSError:
            pass
"""),
    ),
]
