"""Figures and explorables: they draw what the rest of `course_lib` computed."""
