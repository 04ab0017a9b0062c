"""What runs beside the student's code, in the sandbox: standard library and NumPy alone."""

from .probe import probe

__all__ = ["probe"]
