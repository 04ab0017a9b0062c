"""What a submission may do. This file is the whole policy; the other modules only carry it out.

A submission runs in a box of its own, which is thrown away afterwards. In the box

- it reads the operating system's programs and libraries and the Python environment, and can change
  neither;
- it finds copies of its own files in the working directory, which is also its home;
- it writes there, in /tmp and in /dev/shm, into memory that is gone when the box is;
- it starts processes and threads, up to a number, and sees no process but its own;
- it has no network, not even this machine's own, and talks to the grader through the sockets of its
  kernel and one of the oracle;
- it runs as a user who owns nothing else, without privileges and without a way to gain any.

It does not see the course, the gradebook, `source/`, other submissions, `course_lib`, the exercises
and the grader, nor the home and the environment of whoever grades. What it uses up is limited by
`Limits`. Calls to the system in `REFUSED` fail with "not permitted", whatever their arguments.

`course doctor` tries all this on the machine at hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from autograder.errors import CourseError


@dataclass(frozen=True)
class Limits:
    """How much a submission may use up; `c.ExecuteInSandbox.limits` in a course's settings."""

    total_seconds: int = 180
    """Wall time of the whole notebook."""
    cell_seconds: int = 60
    """Wall time of one cell, which is then interrupted."""
    cpu_seconds: int = 120
    """Processor time of each process."""
    memory_mb: int = 1024
    """Address space of each process, and memory in use by all of them together."""
    processes: int = 64
    """Processes and threads together."""
    open_files: int = 256
    """Open files of each process."""
    file_mb: int = 64
    """Size of one file."""
    space_mb: int = 128
    """Size of the working directory, and likewise of each other folder it writes in."""
    file_count: int = 20_000
    """Files in each of them."""
    cell_output_kb: int = 4096
    """What one cell may print, plot and show."""
    output_kb: int = 16_384
    """What the whole notebook may print, plot and show."""
    own_files: int = 200
    """Files beside the notebook that are copied into the box."""
    own_files_mb: int = 64
    """Size of these files together."""

    def __post_init__(self):
        for name in (field.name for field in fields(self)):
            value = getattr(self, name)
            if type(value) is not int or value < 1:
                raise CourseError(
                    f"The limit {name} must be a whole number above 0, not {value!r}."
                )

    @classmethod
    def changed(cls, changes: Mapping[str, int]) -> Limits:
        """Return the limits with some of them set otherwise, refusing names that do not exist."""
        known = [field.name for field in fields(cls)]
        for name in changes:
            if name not in known:
                raise CourseError(f"There is no limit {name!r}. There are: {', '.join(known)}.")
        return cls(**changes)


# Of the system, only what programs need to run; not /etc as a whole, not /usr/src, no home.
SYSTEM = (
    *("/usr/bin", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libexec", "/usr/share"),
    *("/usr/local/lib", "/bin", "/lib", "/lib32", "/lib64"),
    *("/etc/alternatives", "/etc/fonts", "/etc/ld.so.cache"),
)

# Our own packages, empty folders wherever the environment holds them.
HIDDEN_PACKAGES = ("course_lib", "autograder")

HOSTNAME = "box"
USER = "student"
HOME = "/home/student"

# The grader's side of the box: the probe, and the folders of the sockets.
GRADER = "/grader"
PROBE = f"{GRADER}/course_probe"
CHANNELS = f"{GRADER}/kernel"
ORACLE = f"{GRADER}/oracle"
ORACLE_SOCKET = f"{ORACLE}/socket"

WRITABLE = (HOME, "/tmp", "/dev/shm", CHANNELS)

# One thread each: a submission's speed must not depend on how many cores the machine has. A set of
# texts has the same order each time: so a grading can be repeated, word by word.
ENVIRONMENT = {
    "HOME": HOME,
    "USER": USER,
    "LOGNAME": USER,
    "LANG": "C.UTF-8",
    "TZ": "UTC",
    "TMPDIR": "/tmp",
    "IPYTHONDIR": "/tmp/ipython",
    "MPLBACKEND": "agg",
    "MPLCONFIGDIR": "/tmp",
    "MALLOC_ARENA_MAX": "2",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",
    "PYTHONNOUSERSITE": "1",
    "PYTHONPATH": GRADER,
    "COURSE_ORACLE": ORACLE_SOCKET,
}

# System calls that are refused, by the reason.
REFUSED = {
    "looking into other processes": (
        *("ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "kcmp"),
        *("pidfd_getfd", "perf_event_open", "lookup_dcookie"),
    ),
    "leaving the box or making boxes inside it": (
        *("unshare", "setns", "mount", "umount", "umount2", "pivot_root", "chroot", "move_mount"),
        *("open_tree", "fsopen", "fsconfig", "fsmount", "fspick", "mount_setattr"),
        *("name_to_handle_at", "open_by_handle_at"),
    ),
    "keyrings, which no namespace separates": ("keyctl", "add_key", "request_key"),
    "memory that no limit counts": (
        *("memfd_create", "memfd_secret", "shmget", "msgget", "semget", "mq_open", "vmsplice"),
    ),
    "wide doors into the kernel, of no use to a notebook": (
        *("bpf", "io_uring_setup", "io_uring_enter", "io_uring_register", "userfaultfd"),
        *("fanotify_init", "personality", "uselib", "modify_ldt", "vm86", "vm86old"),
        *("move_pages", "migrate_pages", "mbind", "set_mempolicy", "syslog", "acct"),
        *("quotactl", "quotactl_fd", "nfsservctl", "sysfs", "vhangup"),
    ),
    "ruling the machine": (
        *("init_module", "finit_module", "delete_module", "create_module", "kexec_load"),
        *("kexec_file_load", "reboot", "swapon", "swapoff", "settimeofday", "stime"),
        *("clock_settime", "clock_adjtime", "adjtimex", "sethostname", "setdomainname"),
        *("iopl", "ioperm"),
    ),
}

# Kinds of sockets that are not refused: Unix, and IPv4, IPv6 and netlink in an empty network.
SOCKETS = (1, 2, 10, 16)
