"""The process that runners are forked from, and what a runner does: no code of the grader.

The grader starts it as a copy of this folder, with the standard library, IPython and NumPy alone.
"""
