"""Marks that are not deserved: by Python, the kernel, the oracle, answers, metadata and files."""

from tests.tamper import (
    marks_answers,
    marks_files,
    marks_kernel,
    marks_kinds,
    marks_metadata,
    marks_oracle,
    marks_python,
)

SUBMISSIONS = [
    *marks_python.SUBMISSIONS,
    *marks_kernel.SUBMISSIONS,
    *marks_oracle.SUBMISSIONS,
    *marks_answers.SUBMISSIONS,
    *marks_kinds.SUBMISSIONS,
    *marks_metadata.SUBMISSIONS,
    *marks_files.SUBMISSIONS,
]
