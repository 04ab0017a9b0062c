"""The grader's own exam: does every exercise tell right answers from wrong ones, and say why?"""

from autograder.check.report import Report, Row
from autograder.check.run import check

__all__ = ["Report", "Row", "check"]
