"""Walk into a box: its namespaces, its limits, its user, its filter of system calls.

All this happens before the process learns a word of the submission, and there is no way back.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import resource
from collections.abc import Mapping

NAMESPACES = ("cgroup", "ipc", "uts", "net", "pid", "mnt")

# From linux/nsfs.h, linux/prctl.h and linux/capability.h.
NS_GET_USERNS = 0xB701
PR_SET_DUMPABLE, PR_SET_NAME, PR_SET_SECCOMP, PR_CAPBSET_DROP = 4, 15, 22, 24
PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 36, 38
SECCOMP_MODE_FILTER = 2
CAPABILITY_VERSION_3 = 0x20080522
INSTRUCTION_BYTES = 8

_libc = ctypes.CDLL(None, use_errno=True)


class CannotEnter(Exception):
    """The process is not in the box as it should be, and must end."""


class _Filter(ctypes.Structure):
    _fields_ = (("count", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def be_a_template() -> None:
    """Become the parent of what the children leave behind: somebody has to wait for its end."""
    _call("prctl", PR_SET_NAME, b"python", 0, 0, 0)
    _call("prctl", PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def enter_namespaces(pid: int) -> None:
    """Go where a process of the box is; children, but not this process, are in its PID namespace.

    The box's mounts, network and so on may belong to another user namespace than the one its
    processes ended up in: that one is entered first, and theirs last.
    """
    own = {name: os.stat(f"/proc/self/ns/{name}").st_ino for name in (*NAMESPACES, "user")}
    theirs = {name: _opened(f"/proc/{pid}/ns/{name}") for name in (*NAMESPACES, "user")}
    owner = fcntl.ioctl(theirs["mnt"], NS_GET_USERNS)
    _join(owner, own["user"])
    for name in NAMESPACES:
        _join(theirs[name], own[name])
    _join(theirs["user"], os.fstat(owner).st_ino)
    for namespace in (owner, *theirs.values()):
        os.close(namespace)


def give_up_privileges(user: int | None, limits: Mapping[str, int], program: bytes) -> None:
    """Become the box's user for good.

    Parameters
    ----------
    user : int or None
        The user to become, or None if the process is that user already.
    limits : mapping of str to int
        What the process may use up, by the names of `prlimit`.
    program : bytes
        The filter of system calls, as the kernel reads it.
    """
    os.setsid()
    for name, value in limits.items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name.upper()}"), (value, value))
    for capability in range(_last_capability() + 1):
        _call("prctl", PR_CAPBSET_DROP, capability, 0, 0, 0)
    if user is not None:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    header = CAPABILITY_VERSION_3.to_bytes(4, "little") + bytes(4)
    _call("capset", header, bytes(24))
    _call("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    instructions = _Filter(len(program) // INSTRUCTION_BYTES, program)
    _call("prctl", PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(instructions), 0, 0)
    # As after the start of any program; the watch outside then sees how much memory it shares.
    _call("prctl", PR_SET_DUMPABLE, 1, 0, 0, 0)


def check(user: int) -> None:
    """Raise `CannotEnter` unless this process is nothing but the box's user."""
    with open("/proc/self/status") as lines:
        status = dict(line.rstrip("\n").split(":\t", 1) for line in lines)
    expected = {
        "Pid": str(os.getpid()),
        "Uid": "\t".join([str(user)] * 4),
        "NoNewPrivs": "1",
        "Seccomp": str(SECCOMP_MODE_FILTER),
        **dict.fromkeys(("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"), "0" * 16),
    }
    for name, value in expected.items():
        if status.get(name) != value:
            raise CannotEnter(f"{name} is {status.get(name)} there, not {value}")


def _join(namespace: int, own: int) -> None:
    """Enter a namespace, unless it is the own one, which cannot be entered again."""
    if os.fstat(namespace).st_ino != own:
        _call("setns", namespace, 0)


def _opened(path: str) -> int:
    return os.open(path, os.O_RDONLY | os.O_CLOEXEC)


def _last_capability() -> int:
    with open("/proc/sys/kernel/cap_last_cap") as number:
        return int(number.read())


def _call(name: str, *arguments) -> None:
    """Call the C library and raise `CannotEnter` if it fails."""
    if getattr(_libc, name)(*arguments) == -1:
        reason = os.strerror(ctypes.get_errno())
        raise CannotEnter(f"{name} {arguments[0]!r} is refused: {reason}")
