"""The sandbox: what a submission may do, and the box in which it does it.

`policy.py` says what is allowed. `run_notebook` runs a notebook under it.
"""

from autograder.sandbox.available import check_available
from autograder.sandbox.kernel import BubblewrapProvisioner, SandboxedKernelManager
from autograder.sandbox.policy import Limits
from autograder.sandbox.run import Report, run_notebook

__all__ = [
    "BubblewrapProvisioner",
    "Limits",
    "Report",
    "SandboxedKernelManager",
    "check_available",
    "run_notebook",
]
