"""What the grader asks in problem set 3: cases, the reference's answers, a fair comparison.

The misconceptions are wrong on purpose: an answer that equals one of them tells what its author had
in mind.
"""

from __future__ import annotations

import numpy as np

from course_lib.hmm import HMM, fit_supervised

# Exercise 1: viterbi


def jasons_days(rng: np.random.Generator):
    """The two diaries that the visible check shows."""
    jason = {
        "pi": np.array([0.5, 0.5]),
        "A": np.array([[0.8, 0.2], [0.2, 0.8]]),
        "B": np.array([[0.5, 0.4, 0.1], [0.1, 0.2, 0.7]]),
    }
    yield jason | {"obs": [0, 1, 0]}
    yield jason | {"obs": [2, 2, 1]}


def one_day(rng: np.random.Generator):
    """Start and symbol disagree: now the one, now the other is stronger."""
    stronger_start = [0.9, 0.1], [[0.4, 0.6], [0.6, 0.4]]
    stronger_symbol = [0.6, 0.4], [[0.2, 0.8], [0.8, 0.2]]
    for pi, B in (stronger_start, stronger_symbol):
        order = rng.permutation(2)
        model = _model(rng, K=2, M=2) | {"pi": np.array(pi)[order], "B": np.array(B)[order]}
        yield model | {"obs": [0]}
    for K, M in [(3, 2), (3, 4)]:
        yield _model(rng, K, M) | {"obs": [int(rng.integers(M))]}


def not_symmetric(rng: np.random.Generator):
    """Models with other numbers of states than of symbols, all transitions one way."""
    for K, M, n in [(2, 3, 5), (3, 2, 6), (3, 5, 9), (4, 3, 12), (5, 2, 12)]:
        model = _model(rng, K, M)
        yield model | {"obs": _days(rng, model, n)}


def with_zeros(rng: np.random.Generator):
    """Left-to-right models: the way back is impossible."""
    for K, M, n in [(3, 3, 7), (4, 2, 9)]:
        A = np.triu(rng.dirichlet(np.ones(K), size=K))
        model = {
            "pi": np.eye(K)[0],
            "A": A / A.sum(axis=1, keepdims=True),
            "B": rng.dirichlet(np.full(M, 0.8), size=K),
        }
        yield model | {"obs": _days(rng, model, n)}


def long_sequences(rng: np.random.Generator):
    """Products of so many factors are zero in floating point."""
    for K, M, n in [(2, 3, 2000), (3, 2, 1500)]:
        model = _model(rng, K, M)
        yield model | {"obs": _days(rng, model, n)}


def viterbi_reference(pi, A, B, obs) -> np.ndarray:
    """Return one of the best paths."""
    return HMM(pi, A, B).viterbi(obs).path


def check_viterbi(answer, expected, pi, A, B, obs):
    """Accept every path that is as probable as the best one."""
    assert answer is not None, "viterbi returned None: does it end with a return?"
    path = np.asarray(answer)
    assert path.shape == (len(obs),), (
        f"viterbi must return one state for each of the {len(obs)} observations, "
        f"got an answer of shape {path.shape}"
    )
    assert path.dtype.kind in "iuf", f"viterbi must return state numbers, got {path.dtype}"
    assert ((path >= 0) & (path < len(pi)) & (path == np.floor(path))).all(), (
        f"states must be whole numbers from 0 to {len(pi) - 1}, got {path.min()} to {path.max()}"
    )
    path = path.astype(int)
    best, yours = _log_prob(expected, pi, A, B, obs), _log_prob(path, pi, A, B, obs)
    if yours >= best - 1e-6 * max(1, abs(best)):
        return
    day = int(np.argmax(path != expected))
    raise AssertionError(
        f"there is a more probable path through these {len(obs)} days: yours has log probability "
        f"{yours:.4f}, the best has {best:.4f}. They part on day {day + 1}, where yours is in "
        f"state {path[day]} and the best in state {expected[day]}"
    )


def transposed_transitions(pi, A, B, obs):
    return _walk(np.log(pi) + np.log(B[:, obs[0]]), np.log(A.T), np.log(B), obs)


def first_day_unseen(pi, A, B, obs):
    return _walk(np.log(pi), np.log(A), np.log(B), obs)


def no_start(pi, A, B, obs):
    return _walk(np.log(B[:, obs[0]]), np.log(A), np.log(B), obs)


def wrong_axis(pi, A, B, obs):
    return _walk(np.log(pi) + np.log(B[:, obs[0]]), np.log(A), np.log(B), obs, axis=1)


def greedy(pi, A, B, obs):
    path = [int(np.argmax(pi * B[:, obs[0]]))]
    for x in obs[1:]:
        path.append(int(np.argmax(A[path[-1]] * B[:, x])))
    return path


def each_day_alone(pi, A, B, obs):
    return B[:, obs].argmax(axis=0)


def never_walked_back(pi, A, B, obs):
    score = np.log(pi) + np.log(B[:, obs[0]])
    path = [int(score.argmax())]
    for x in obs[1:]:
        score = (score[:, None] + np.log(A)).max(axis=0) + np.log(B[:, x])
        path.append(int(score.argmax()))
    return path


def backwards(pi, A, B, obs):
    return _walk(np.log(pi) + np.log(B[:, obs[0]]), np.log(A), np.log(B), obs)[::-1]


def no_logarithms(pi, A, B, obs):
    score, back = pi * B[:, obs[0]], []
    for x in obs[1:]:
        candidates = score[:, None] * A
        back.append(candidates.argmax(axis=0))
        score = candidates.max(axis=0) * B[:, x]
    return _walk_back(score, back)


# Exercise 2: count_hmm


def jasons_diary(rng: np.random.Generator):
    """The two records that the visible check shows."""
    yield {
        "states": [
            ["CH".index(day) for day in days] for days in ("CCCCHHHHCCHHH", "HHHCCHHCCHHHC")
        ],
        "obs": [[int(n) - 1 for n in cones] for cones in ("1211233332312", "3222231112322")],
        "n_states": 2,
        "n_symbols": 3,
    }


def different_lengths(rng: np.random.Generator):
    """Records of any length, where the states are not equally frequent."""
    for K, lengths in [(2, [4, 7, 2]), (3, [20, 3, 30, 9])]:
        yield _records(rng, K, K, lengths)


def records_of_one_day(rng: np.random.Generator):
    """No day follows another, in some records or in all."""
    yield {"states": [[1], [0], [1]], "obs": [[0], [1], [1]], "n_states": 2, "n_symbols": 2}
    yield _records(rng, 3, 3, [1, 6, 1, 8])


def never_left_or_seen(rng: np.random.Generator):
    """A state that only ends a record, and one that appears in none."""
    yield {"states": [[0, 1]], "obs": [[1, 2]], "n_states": 3, "n_symbols": 3}
    records = _records(rng, 3, 4, [8, 5])
    yield records | {"states": [[*ys[:-1], 3] for ys in records["states"]], "n_states": 5}


def other_numbers(rng: np.random.Generator):
    """More symbols than states, and fewer."""
    for K, M in [(2, 5), (4, 2)]:
        yield _records(rng, K, M, [25, 40])


def count_hmm_reference(states, obs, n_states, n_symbols):
    """Return the three tables of the counted model."""
    counted = fit_supervised(obs, states, n_states, n_symbols)
    return counted.pi, counted.A, counted.B


def check_count_hmm(answer, expected, states, obs, n_states, n_symbols):
    """Compare the three tables entry by entry."""
    assert answer is not None, "count_hmm returned None: does it end with a return?"
    assert isinstance(answer, (tuple, list)), (
        f"count_hmm must return the three tables (pi, A, B), got {type(answer).__name__}"
    )
    assert len(answer) == 3, f"count_hmm must return three tables (pi, A, B), got {len(answer)}"
    lengths = ", ".join(str(len(record)) for record in states)
    for name, table, right in zip(("pi", "A", "B"), answer, expected, strict=True):
        table = np.asarray(table, dtype=float)
        assert table.shape == right.shape, (
            f"{name} must have shape {right.shape}, got {table.shape}"
        )
        wrong = np.argwhere(~np.isclose(table, right, rtol=1e-6, atol=1e-9))
        assert len(wrong) == 0, (
            f"for records of length {lengths}, {n_states} states and {n_symbols} symbols, "
            f"{name}{wrong[0].tolist()} should be {right[tuple(wrong[0])]:.4f}, "
            f"got {table[tuple(wrong[0])]:.4f}"
        )


def last_day_leaves(states, obs, n_states, n_symbols):
    starts, steps, shown = _counts(states, obs, n_states, n_symbols)
    return _rows(starts), _rows(steps, shown.sum(axis=1, keepdims=True)), _rows(shown)


def across_records(states, obs, n_states, n_symbols):
    starts, _, shown = _counts(states, obs, n_states, n_symbols)
    _, steps, _ = _counts([np.concatenate(states)], [np.concatenate(obs)], n_states, n_symbols)
    return _rows(starts), _rows(steps), _rows(shown)


def columns_sum_to_one(states, obs, n_states, n_symbols):
    starts, steps, shown = _counts(states, obs, n_states, n_symbols)
    return _rows(starts), _rows(steps.T).T, _rows(shown.T).T


def transposed_steps(states, obs, n_states, n_symbols):
    starts, steps, shown = _counts(states, obs, n_states, n_symbols)
    return _rows(starts), _rows(steps.T), _rows(shown)


def start_from_all_days(states, obs, n_states, n_symbols):
    _, steps, shown = _counts(states, obs, n_states, n_symbols)
    return _rows(shown.sum(axis=1)), _rows(steps), _rows(shown)


def start_from_first_record(states, obs, n_states, n_symbols):
    _, steps, shown = _counts(states, obs, n_states, n_symbols)
    return np.eye(n_states)[states[0][0]], _rows(steps), _rows(shown)


def one_more_of_each(states, obs, n_states, n_symbols):
    starts, steps, shown = _counts(states, obs, n_states, n_symbols)
    return _rows(starts + 1), _rows(steps + 1), _rows(shown + 1)


def nothing_for_the_unseen(states, obs, n_states, n_symbols):
    return tuple(
        counts / np.maximum(counts.sum(axis=-1, keepdims=True), 1)
        for counts in _counts(states, obs, n_states, n_symbols)
    )


def nan_for_the_unseen(states, obs, n_states, n_symbols):
    return tuple(
        counts / counts.sum(axis=-1, keepdims=True)
        for counts in _counts(states, obs, n_states, n_symbols)
    )


def only_counted(states, obs, n_states, n_symbols):
    return _counts(states, obs, n_states, n_symbols)


EXERCISES = {
    "ps03.viterbi": {
        "example": jasons_days,
        "unseen": {
            "sequences of one day": one_day,
            "models where A is not symmetric and K ≠ M": not_symmetric,
            "tables with zeros": with_zeros,
            "long sequences": long_sequences,
        },
        "reference": viterbi_reference,
        "check": check_viterbi,
        "misconceptions": [
            (
                transposed_transitions,
                "You went through A from the column to the row. The row is the state a day comes "
                "from, the column the state it goes to.",
            ),
            (
                first_day_unseen,
                "The first day counts only by its start probability. What was observed on that "
                "day says something about its state, too.",
            ),
            (
                no_start,
                "The start probabilities play no part. The first day's score is how probable a "
                "state is at the start, and how well it explains the first observation.",
            ),
            (
                wrong_axis,
                "You looked for the best state to go to. The recursion asks the other way round: "
                "given where a day is, from which state did the best path come?",
            ),
            (
                greedy,
                "You took the best next state each day and never looked back. A step that is "
                "worse today can be the way to a better path: keep the best score of every state.",
            ),
            (
                each_day_alone,
                "You explained each day by itself. A path also pays for its transitions from day "
                "to day.",
            ),
            (
                never_walked_back,
                "You took the best state of each day as its score stood that day. Only the last "
                "day's best is final: from there, walk back along the states that won.",
            ),
            (
                backwards,
                "Your path is the right one, from the last day to the first. Turn it round.",
            ),
            (
                no_logarithms,
                "Your products became too small for a floating-point number, and all paths look "
                "alike at zero. Add logarithms instead.",
            ),
        ],
    },
    "ps03.count_hmm": {
        "example": jasons_diary,
        "unseen": {
            "records of different lengths": different_lengths,
            "records of one day": records_of_one_day,
            "states that were never left or never seen": never_left_or_seen,
            "K ≠ M": other_numbers,
        },
        "reference": count_hmm_reference,
        "check": check_count_hmm,
        "misconceptions": [
            (
                last_day_leaves,
                "You divided the transitions by how often a state was seen. A record's last day "
                "is followed by nothing, so it does not count as leaving its state.",
            ),
            (
                across_records,
                "You counted a step from the last day of one record to the first of the next. "
                "Records have nothing to do with each other.",
            ),
            (
                columns_sum_to_one,
                "Your columns sum to one. Given the state a day is in, the row's probabilities of "
                "what follows, or of what is shown, must sum to one.",
            ),
            (
                transposed_steps,
                "Your A is the transpose of the right one: rows are where a step comes from, "
                "columns where it goes.",
            ),
            (
                start_from_all_days,
                "Your start probabilities count every day. Only a record's first day is a start.",
            ),
            (
                start_from_first_record,
                "Your start probabilities know the first record alone. Every record has a start.",
            ),
            (
                one_more_of_each,
                "You added one to every count. That is smoothing, a good idea elsewhere; here the "
                "tables are the plain shares of what was counted.",
            ),
            (
                nothing_for_the_unseen,
                "The row of a state without counts stays at zero, which is no distribution. Where "
                "nothing is known, everything is equally probable.",
            ),
            (
                nan_for_the_unseen,
                "You divide zero by zero for a state without counts. Where nothing is known, "
                "everything is equally probable.",
            ),
            (
                only_counted,
                "These are counts. Divide each row by its sum to get probabilities.",
            ),
        ],
    },
}


def _model(rng, K: int, M: int) -> dict:
    """Draw a model whose best path is clear and whose transitions are far from symmetric."""
    return {
        "pi": rng.dirichlet(np.ones(K)),
        "A": rng.dirichlet(np.full(K, 0.5), size=K),
        "B": rng.dirichlet(np.full(M, 0.7), size=K),
    }


def _days(rng, model: dict, n: int) -> np.ndarray:
    """Draw n observations from a model, so that some path explains them."""
    return HMM(**model).sample(n, rng)[0]


def _log_prob(path, pi, A, B, obs) -> float:
    with np.errstate(divide="ignore"):
        steps = np.log(A[path[:-1], path[1:]]).sum()
        return np.log(pi[path[0]]) + steps + np.log(B[path, obs]).sum()


def _walk(first, log_A, log_B, obs, axis=0) -> list[int]:
    """Decode as the slides do, from the first day's scores on."""
    score, back = first, []
    for x in obs[1:]:
        candidates = score[:, None] + log_A
        back.append(candidates.argmax(axis=axis))
        score = candidates.max(axis=axis) + log_B[:, x]
    return _walk_back(score, back)


def _walk_back(score, back) -> list[int]:
    path = [int(score.argmax())]
    for winners in reversed(back):
        path.append(int(winners[path[-1]]))
    return path[::-1]


def _records(rng, K: int, M: int, lengths: list[int]) -> dict:
    """Draw records in which some states and symbols are more frequent than others."""
    states, symbols = rng.dirichlet(np.full(K, 3.0)), rng.dirichlet(np.full(M, 3.0), size=K)
    paths = [rng.choice(K, size=n, p=states) for n in lengths]
    return {
        "states": [path.tolist() for path in paths],
        "obs": [[int(rng.choice(M, p=symbols[y])) for y in path] for path in paths],
        "n_states": K,
        "n_symbols": M,
    }


def _counts(states, obs, n_states: int, n_symbols: int):
    """Count starts, steps from state to state, and symbols shown by each state."""
    starts, steps = np.zeros(n_states), np.zeros((n_states, n_states))
    shown = np.zeros((n_states, n_symbols))
    for ys, xs in zip(states, obs, strict=True):
        starts[ys[0]] += 1
        np.add.at(steps, (ys[:-1], ys[1:]), 1)
        np.add.at(shown, (ys, xs), 1)
    return starts, steps, shown


def _rows(counts, totals=None):
    """Return each row's shares, equal ones where nothing was counted."""
    totals = counts.sum(axis=-1, keepdims=True) if totals is None else totals
    return np.where(totals > 0, counts / np.maximum(totals, 1), 1 / counts.shape[-1])
