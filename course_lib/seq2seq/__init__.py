"""Sequence to sequence: an encoder reads, a decoder writes (chapter 16)."""

from course_lib.seq2seq.model import Seq2Seq
from course_lib.seq2seq.search import beam, greedy_batch

__all__ = ["Seq2Seq", "beam", "greedy_batch"]
