"""The filter of system calls, in the form the kernel and bubblewrap read."""

from __future__ import annotations

import errno
import functools
import os
from collections.abc import Iterable

from autograder.errors import CourseError
from autograder.sandbox import policy

# From linux/sched.h: the flags of clone that make a new namespace.
NEW_NAMESPACE = {
    "CLONE_NEWNS": 0x00020000,
    "CLONE_NEWCGROUP": 0x02000000,
    "CLONE_NEWUTS": 0x04000000,
    "CLONE_NEWIPC": 0x08000000,
    "CLONE_NEWUSER": 0x10000000,
    "CLONE_NEWPID": 0x20000000,
    "CLONE_NEWNET": 0x40000000,
}
# From asm/ioctls.h: these put words into the terminal of whoever grades.
TIOCSTI, TIOCLINUX = 0x5412, 0x541C
LOWER_HALF = 0xFFFFFFFF


@functools.cache
def program() -> bytes:
    """Return the filter as a BPF program. It is built once in a process."""
    seccomp = _library()
    rules = seccomp.SyscallFilter(seccomp.ALLOW)
    refuse = seccomp.ERRNO(errno.EPERM)

    for calls in policy.REFUSED.values():
        for number in numbers(calls).values():
            rules.add_rule(refuse, number)
    for flag in NEW_NAMESPACE.values():
        rules.add_rule(refuse, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, flag, flag))
    # Its flags lie behind a pointer, out of a filter's sight. The C library then takes clone.
    rules.add_rule(seccomp.ERRNO(errno.ENOSYS), "clone3")
    for request in (TIOCSTI, TIOCLINUX):
        rules.add_rule(refuse, "ioctl", seccomp.Arg(1, seccomp.MASKED_EQ, LOWER_HALF, request))
    _allow_sockets(rules, seccomp, policy.SOCKETS)
    return _exported(rules)


def numbers(calls: Iterable[str]) -> dict[str, int]:
    """Return the numbers of these system calls, leaving out those this machine does not have."""
    seccomp = _library()
    found = {call: seccomp.resolve_syscall(seccomp.Arch.NATIVE, call) for call in calls}
    return {call: number for call, number in found.items() if number >= 0}


def _library():
    try:
        import pyseccomp
    except (ImportError, RuntimeError):
        raise CourseError(
            "Student code is only run in a sandbox, and its filter of system calls needs "
            "libseccomp, which is not installed. Install it, for example: "
            "sudo apt-get install libseccomp2, and the Python package pyseccomp"
        ) from None
    return pyseccomp


def _allow_sockets(rules, seccomp, kinds) -> None:
    """Refuse every kind of socket but these: some, such as vsock, know no namespaces."""
    refuse = seccomp.ERRNO(errno.EAFNOSUPPORT)
    for call in ("socket", "socketpair"):
        rules.add_rule(refuse, call, seccomp.Arg(0, seccomp.GT, max(kinds)))
        for kind in set(range(max(kinds))) - set(kinds):
            rules.add_rule(refuse, call, seccomp.Arg(0, seccomp.EQ, kind))


def _exported(rules) -> bytes:
    with os.fdopen(os.memfd_create("seccomp"), "w+b") as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()
