"""The one kind of error an instructor is meant to read."""


class CourseError(Exception):
    """Something the user can put right; its message is the line they see.

    Parameters
    ----------
    message : str
        What was expected, what came, and what to do.
    exit_status : int
        2 for a call that could not be carried out, 1 for one carried out with failures.
    """

    def __init__(self, message: str, exit_status: int = 2):
        super().__init__(message)
        self.exit_status = exit_status
