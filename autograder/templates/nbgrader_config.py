"""Settings of this course. nbgrader's own commands and formgrader read them too."""

from autograder.preprocessors import FEEDBACK_STEPS, GRADING_STEPS

c = get_config()  # noqa: F821, nbgrader defines it

c.CourseDirectory.course_id = "hidden-states"

# Student code runs in the sandbox, whoever starts the grading.
c.Autograde.autograde_preprocessors = GRADING_STEPS

# Students read what a check found, never the unseen check itself.
c.GenerateFeedback.preprocessors = FEEDBACK_STEPS

# How long one cell may take, in seconds.
c.ExecuteInSandbox.timeout = 60
