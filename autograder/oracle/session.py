"""Question the student's functions: a connection a probe, one case at a time, one verdict each."""

from __future__ import annotations

import contextlib
import select
import socket
import time

from autograder.exercise import Category, Exercise
from autograder.inside import codec
from autograder.oracle.judge import Attempt, Judge, cases_of

# What a kernel may need to say whom it asks for, and to send what was computed in time.
GRACE = 2.0

NOT_PLAIN = (
    "The answer must be made of numbers, texts, lists, tuples, dictionaries and NumPy arrays of "
    "numbers"
)


class Session:
    """The oracle of one submission.

    Parameters
    ----------
    exercises : dict of str to Exercise
    seed : str
        What this submission's cases are drawn from.
    """

    def __init__(self, exercises: dict[str, Exercise], seed: str):
        self.seed = seed
        self.probes = {
            name: (exercise, categories)
            for exercise in exercises.values()
            for name, categories in exercise.probes().items()
        }
        self.verdicts: dict[str, dict] = {}
        self.notes: list[str] = []

    def serve(self, listener: socket.socket, control: socket.socket) -> None:
        """Answer probes until the other end of `control` is closed or shut."""
        while True:
            ready, _, _ = select.select([listener, control], [], [])
            if control in ready:
                return
            connection, _ = listener.accept()
            with connection, contextlib.suppress(OSError, codec.CodecError):
                self.answer(connection)

    def answer(self, connection: socket.socket) -> None:
        """Ask one probe all its questions; who asks for nothing, or again, is told nothing."""
        name = codec.decode(codec.receive(connection, _soon()))
        if isinstance(name, str) and name in self.probes and name not in self.verdicts:
            exercise, categories = self.probes[name]
            self.verdicts[name] = self._examine(connection, exercise, categories)
        codec.send(connection, codec.encode(None), _soon())

    def report(self) -> dict:
        """Return all that the grader is told."""
        return {
            "verdicts": self.verdicts,
            "notes": list(dict.fromkeys(self.notes)),
            "probes": sorted(self.probes),
        }

    def _examine(
        self, connection: socket.socket, exercise: Exercise, categories: tuple[Category, ...]
    ) -> dict:
        """Ask every case of every category, as long as there is somebody who answers."""
        asking = Asking(connection, Judge(exercise, self.notes))
        counts = []
        for category in categories:
            questions = cases_of(exercise, category, self.seed)
            # Each category has its share of the time, and what those before it left over.
            asking.seconds += exercise.seconds / len(categories)
            attempts = asking.ask(category, questions)
            right = sum(attempt.is_right for attempt in attempts)
            counts.append(
                {
                    "name": category.name,
                    "weight": category.weight,
                    "asked": len(attempts),
                    "right": right,
                    "is_right": right == len(questions),
                }
            )
        return {
            "categories": counts,
            "seconds": round(exercise.seconds - asking.seconds, 3),
            "failure": asking.judge.failure(asking.attempts),
        }


class Asking:
    """One probe's questions; `seconds` are what the student's function has left."""

    def __init__(self, connection: socket.socket, judge: Judge):
        self.connection = connection
        self.judge = judge
        self.seconds = 0.0
        self.attempts: list[Attempt] = []
        self.is_answering = True

    def ask(self, category: Category, questions: list[bytes]) -> list[Attempt]:
        """Return an attempt for each question that was asked."""
        attempts = []
        for number, question in enumerate(questions, start=1):
            if not self.is_answering:
                break
            attempt = Attempt(category.name, number, question)
            attempts.append(attempt)
            reply = self._exchange(attempt)
            if reply is not None:
                self._judge(attempt, *reply)
            if attempt.kind == "too slow":
                break
        self.attempts += attempts
        return attempts

    def _exchange(self, attempt: Attempt) -> tuple[bytes, bytes] | None:
        """Send a question; return the reply and the arguments as the function left them.

        Only the function's own time counts, not that of judging its answers.
        """
        seconds = max(self.seconds, 0.01)
        start = time.monotonic()
        try:
            return self.reply(attempt.question, seconds)
        except TimeoutError:
            self._too_slow(attempt)
        except (OSError, codec.CodecError):
            attempt.fail("crashed", "The notebook's Python ended while the function was at work.")
        finally:
            self.seconds -= time.monotonic() - start
        self.is_answering = False
        return None

    def reply(self, question: bytes, seconds: float) -> tuple[bytes, bytes]:
        """Return what the function replies, and its arguments as it left them."""
        latest = time.monotonic() + seconds + GRACE
        codec.send(self.connection, codec.encode(seconds), latest)
        codec.send(self.connection, question, latest)
        return codec.receive(self.connection, latest), codec.receive(self.connection, latest)

    def _judge(self, attempt: Attempt, reply: bytes, after: bytes) -> None:
        try:
            said = codec.decode(reply)
        except (codec.CodecError, MemoryError):
            said = None
        match said:
            case ("answer", answer):
                attempt.answer = answer
                self.judge.judge(attempt, after)
            case ("exception", str(kind), str(message), list(lines)):
                told = f"{kind}: {message}" if message else kind
                attempt.fail("exception", "\n".join([told, *map(str, lines)]))
            case ("not plain data", str(reason)):
                attempt.fail("not plain data", f"{NOT_PLAIN}: {reason}.")
            case ("too slow",):
                self._too_slow(attempt)
            case ("out of memory",):
                attempt.fail("out of memory", "The function needs more memory than there is.")
            case _:
                attempt.fail("not plain data", f"{NOT_PLAIN}.")

    def _too_slow(self, attempt: Attempt) -> None:
        attempt.fail(
            "too slow",
            f"No answer came in time: all cases together may take "
            f"{self.judge.exercise.seconds:g} seconds, and each kind of them has its share.",
        )


def _soon() -> float:
    return time.monotonic() + GRACE
