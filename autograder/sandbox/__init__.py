"""The sandbox: what a submission may do, and the box in which it does it.

`policy.py` says what is allowed. `run_notebook` runs a notebook under it, in a kernel of its own;
`run_quickly` does the same by a copy of a process that has everything imported, where that is
possible, and `quickest` is one of the two.
"""

from autograder.sandbox.available import check_available
from autograder.sandbox.kernel import BubblewrapProvisioner, SandboxedKernelManager
from autograder.sandbox.policy import Limits
from autograder.sandbox.quick import run_quickly
from autograder.sandbox.report import Report
from autograder.sandbox.roads import prepare, quickest, why_not_quickly
from autograder.sandbox.run import run_notebook

__all__ = [
    "BubblewrapProvisioner",
    "Limits",
    "Report",
    "SandboxedKernelManager",
    "check_available",
    "prepare",
    "quickest",
    "run_notebook",
    "run_quickly",
    "why_not_quickly",
]
