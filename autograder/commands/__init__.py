"""What the `course` command can do: a module for each group of its commands."""
