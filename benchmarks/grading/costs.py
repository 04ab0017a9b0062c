"""What so many submissions cost, from what some of them took: plain arithmetic."""

from __future__ import annotations

from dataclasses import dataclass

HOUR = 3600.0
MEGABYTE = 1000.0  # kB


@dataclass(frozen=True)
class Each:
    """What one submission more takes, wherever it is graded.

    Parameters
    ----------
    cpu : float
        Seconds of all processors, its feedback page included.
    head : float
        Seconds of the one process that receives and writes.
    memory : float
        MB for each worker, whatever there is to grade.
    disk : float
        kB on the disk in the end.
    """

    cpu: float
    head: float
    memory: float
    disk: float

    def cpu_hours(self, submissions: int) -> float:
        """Return the core hours of so many."""
        return submissions * self.cpu / HOUR

    def wall_hours(self, submissions: int, cores: int) -> float:
        """Return how long so many cores take: no less than the one that writes."""
        return submissions * max(self.cpu / cores, self.head) / HOUR

    def disk_gb(self, submissions: int) -> float:
        """Return the room that so many take."""
        return submissions * self.disk / MEGABYTE**2

    def most_cores(self) -> float:
        """Return how many cores one head can keep busy."""
        return self.cpu / self.head


def each_of(classes: list, head: float, workers: int) -> Each:
    """Return what one more takes: the difference of the largest and the smallest class."""
    small, *_, large = sorted(classes, key=lambda one: one.submissions)
    more = large.submissions - small.submissions
    cpu = sum(getattr(large, step).cpu - getattr(small, step).cpu for step in ("grade", "feedback"))
    return Each(cpu / more, head, large.grade.below / workers, sum(large.disk.values()))
