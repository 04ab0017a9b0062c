"""What grading takes: beside nbgrader, alone and cold, and for ten or a million submissions."""
