"""The tables on the slides, generated data, and loaders for what is too large to ship."""

from course_lib.data.tables import ice_cream, ice_cream_diary

__all__ = ["ice_cream", "ice_cream_diary"]
