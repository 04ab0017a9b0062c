"""Submissions with passages alike: evidence for a person to look at, never a verdict."""
