"""Our grader as an autograder of Gradescope's: what is uploaded, and what runs there.

Gradescope gives each submission a container of its own, in which there can be no box. So the
student's code runs there as another user, without the sandbox: it can read neither the oracle, the
reference nor the other's results, nor write the score, but it has the container's network.
"""
