"""Settings of this course. nbgrader's own commands and formgrader read them too."""

try:
    from autograder import autograde
    from autograder.preprocessors import GRADING_STEPS, SANITIZING_STEPS
except ImportError as error:
    # nbgrader would go on without these settings, and so without the sandbox.
    raise SystemExit(f"The grader cannot be loaded ({error}): nothing is graded.") from None

# Submissions are received safely, and their code runs in the sandbox, whoever starts the grading.
# From here on that holds even if a line below fails.
autograde.install()

c = get_config()  # noqa: F821, nbgrader defines it
c.Autograde.sanitize_preprocessors = SANITIZING_STEPS
c.Autograde.autograde_preprocessors = GRADING_STEPS

# Formgrader shows what students wrote. None of it runs in the browser of who grades.
c.HTMLExporter.sanitize_html = True
c.HTMLExporter.filters = {"markdown2html": "autograder.feedback.harmless.markdown"}

# What handing in late costs. `course release PS --due WHEN` says from when on,
# `course roster add ID --extra-time HOURS` for whom it is later. Each day begun after due date and
# grace takes this share of the score, up to the most. After a change here: course late PS
c.AssignLatePenalties.plugin_class = "autograder.late.LatePolicy"
c.LatePolicy.grace_minutes = 0
c.LatePolicy.percent_per_day = 0
c.LatePolicy.most_percent = 100

c.CourseDirectory.course_id = "hidden-states"

# What a submission may use up, where it is not the usual. All limits with what they are by default:
# cell_seconds 60, total_seconds 180, cpu_seconds 120, memory_mb 1024, and a few more, which
# `course explain` lists for every grading.
c.ExecuteInSandbox.limits = {"cell_seconds": 60}
