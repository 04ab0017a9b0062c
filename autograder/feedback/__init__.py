"""The page a student reads: points, what went wrong, and the notebook as it was graded."""
