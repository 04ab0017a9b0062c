"""NumPy reference solutions, one module an idea. Importing this package needs NumPy alone."""

__version__ = "0.1.0"

from course_lib import data, hmm

__all__ = ["data", "hmm"]
