"""Secrets: solutions, keys, other students' work, the grader's environment and memory, a network.

Whatever these submissions find they print. The runner then looks for the secrets in all that a
student gets to see, and for visitors at its port.
"""

from tests.tamper.submission import NOTHING, Submission
from tests.tamper.work import attack


def reading(*patterns: str) -> dict[str, str]:
    """Return the cells of a submission that prints all the files of these names."""
    return attack(f"""
import glob
for pattern in {patterns!r}:
    for path in glob.glob(pattern, include_hidden=True):
        try:
            with open(path, "rb") as file:
                print(path, file.read(300_000))
        except OSError as error:
            print(type(error).__name__)
""")


SUBMISSIONS = [
    Submission(
        "reads-solutions",
        "Prints the instructor's notebooks.",
        NOTHING,
        reading("@course@/source/*/*"),
    ),
    Submission(
        "reads-gradebook-and-key",
        "Prints the gradebook, the key, the settings and the ledger.",
        NOTHING,
        reading("@course@/*", "@course@/ledger/*/*"),
    ),
    Submission(
        "reads-other-submissions",
        "Prints what others handed in, as it was and as it was graded.",
        NOTHING,
        reading("@course@/submitted/*/*/*", "@course@/autograded/*/*/*", "@course@/.*/*/*/*"),
    ),
    Submission(
        "reads-home",
        "Prints the instructor's home.",
        NOTHING,
        reading("@outside@/home/*", "@outside@/home/*/*", "/root/*", "/home/*/*"),
    ),
    Submission(
        "reads-passwords",
        "Prints the system's users and passwords.",
        NOTHING,
        reading("/etc/shadow", "/etc/passwd", "/etc/hostname", "/etc/machine-id", "/etc/hosts"),
    ),
    Submission(
        "reads-processes",
        "Prints environment, command line, mounts and open files of every process.",
        NOTHING,
        reading(*(f"/proc/*/{name}" for name in ("environ", "cmdline", "mountinfo", "maps"))),
    ),
    Submission(
        "reads-its-environment",
        "Prints its own environment, arguments and modules.",
        NOTHING,
        attack("import os, sys\nprint(dict(os.environ), sys.argv, sys.path, list(sys.modules))"),
    ),
    Submission(
        "reads-descriptors",
        "Reads whatever files the grader left open for it.",
        NOTHING,
        attack("""
import os
for number in range(3, 256):
    try:
        print(number, os.readlink(f"/proc/self/fd/{number}"))
        os.set_blocking(number, False)
        print(os.pread(number, 100_000, 0))
    except (OSError, ValueError):
        pass
"""),
    ),
    Submission(
        "reads-memory",
        "Reads the memory of its parent and of the process beside it.",
        NOTHING,
        attack("""
import os
for process in {os.getppid(), 1, 2, @grader@} - {os.getpid()}:
    try:
        with open(f"/proc/{process}/maps") as maps, open(f"/proc/{process}/mem", "rb") as memory:
            for line in maps:
                if " rw-p " in line:
                    start, end = (int(part, 16) for part in line.split()[0].split("-"))
                    memory.seek(start)
                    page = memory.read(min(end - start, 2_000_000))
                    at = page.find(b"secret")
                    if at >= 0:
                        print(page[at - 100: at + 200])
    except OSError as error:
        print(type(error).__name__)
"""),
    ),
    Submission(
        "imports-the-reference",
        "Imports the reference solutions, the grader and the exercises.",
        NOTHING,
        {
            "viterbi": """
import importlib, inspect
for name in ("course_lib.hmm", "autograder.oracle", "autograder.ledger", "nbgrader.api"):
    try:
        print(inspect.getsource(importlib.import_module(name)))
    except Exception as error:
        print(name, type(error).__name__)
def viterbi(pi, A, B, obs):
    from course_lib.hmm import HMM
    return HMM(pi, A, B).viterbi(obs).path
""",
            "count_hmm": """
def count_hmm(states, obs, n_states, n_symbols):
    from course_lib.hmm import fit_supervised
    model = fit_supervised(obs, states, n_states, n_symbols)
    return model.pi, model.A, model.B
""",
        },
    ),
    Submission(
        "searches-the-disk",
        "Walks the whole file system for notebooks, exercises and keys.",
        NOTHING,
        attack("""
import os, time
end = time.monotonic() + 2.5
for top, folders, names in os.walk("/"):
    folders[:] = [name for name in folders if name not in ("proc", "sys", "usr", "lib", "share")]
    for name in names:
        if name.endswith((".ipynb", ".key", ".db", "exercises.py", ".pem", "id_rsa")):
            try:
                with open(os.path.join(top, name), "rb") as file:
                    print(top, name, file.read(20_000))
            except OSError:
                pass
    if time.monotonic() > end:
        break
"""),
        takes_seconds=True,
    ),
    Submission(
        "shows-the-hidden-tests",
        "Prints the text of every cell, also of the hidden checks, when they have run.",
        NOTHING,
        attack("pass"),
        own_cells=("print('\\n'.join(In))\nprint(dict(globals()))",),
    ),
    Submission(
        "tells-by-raising",
        "Puts the running check's text and its caller's variables into an exception.",
        NOTHING,
        {
            "viterbi": """
import sys
def viterbi(*args, **kwargs):
    frame = sys._getframe(1)
    raise ValueError(str(In[-1])[-800:] + str(frame.f_locals)[:800])
""",
            "count_hmm": """
def count_hmm(*args, **kwargs):
    raise ValueError(str(In[-1]))
""",
        },
    ),
    Submission(
        "asks-the-oracle-for-answers",
        "Asks the oracle for expected answers, verdicts and seeds.",
        NOTHING,
        attack("""
import os, socket, time
try:
    from course_probe import codec
    for name in ("ps03.viterbi.expected", "ps03.viterbi/seed", "../secret.key", "ps03.viterbi"):
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(3)
            line.connect(os.environ["COURSE_ORACLE"])
            codec.send(line, codec.encode(name), time.monotonic() + 3)
            for _ in range(3):
                print(codec.decode(codec.receive(line, time.monotonic() + 3)))
                for reply in (("exception", "E", "m", []), None):
                    codec.send(line, codec.encode(reply), time.monotonic() + 3)
except Exception as error:
    print(type(error).__name__)
"""),
    ),
    Submission(
        "calls-home",
        "Connects to a port of this machine over TCP, on every address.",
        NOTHING,
        attack("""
import socket
for host in ("127.0.0.1", "localhost", "0.0.0.0", "::1", socket.gethostname()):
    try:
        with socket.create_connection((host, @port@), timeout=1) as line:
            line.sendall(b"@name@")
    except OSError as error:
        print(type(error).__name__)
"""),
    ),
    Submission(
        "sends-packets",
        "Sends UDP packets, asks for names, opens raw, packet and other sockets.",
        NOTHING,
        attack("""
import socket
for host in ("127.0.0.1", "10.0.2.2", "255.255.255.255"):
    try:
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"@name@", (host, @port@))
    except OSError:
        pass
for kind in (socket.AF_PACKET, socket.AF_VSOCK, 38, 16):
    try:
        socket.socket(kind, socket.SOCK_RAW)
    except OSError:
        pass
try:
    print("RESOLVED", socket.getaddrinfo("example.org", 80))
except OSError:
    pass
"""),
    ),
    Submission(
        "local-sockets",
        "Connects to the machine's own services through Unix sockets.",
        NOTHING,
        attack("""
import glob, socket
for path in ["/run/dbus/system_bus_socket", "/var/run/docker.sock", "/run/systemd/private",
             "\\0tamper-@port@", *glob.glob("/tmp/**/*sock*", recursive=True)]:
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(1)
            line.connect(path)
            line.sendall(b"@name@")
            print("CONNECTED", path)
    except OSError:
        pass
"""),
    ),
    Submission(
        "keyrings-and-shared-memory",
        "Reads the session's keyring and System V shared memory.",
        NOTHING,
        attack("""
import ctypes
libc = ctypes.CDLL(None)
room = ctypes.create_string_buffer(4096)
if libc.syscall(250, 11, -3, room, 4096, 0) >= 0:
    print("KEYRING", room.raw[:40])
for key in range(0x5EC0, 0x5EC8):
    if libc.shmget(key, 0, 0) >= 0:
        print("SHARED", key)
"""),
    ),
]
