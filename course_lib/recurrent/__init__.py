"""Recurrent networks that read tokens: one class for a sequence, or one for each of its tokens."""

from course_lib.recurrent.answers import (
    SequenceClassifier,
    SequenceTagger,
    gate_values,
    gradient_norms,
)

__all__ = ["SequenceClassifier", "SequenceTagger", "gate_values", "gradient_norms"]
