"""What the grader asks in problem set 3: cases, the reference's answers, a fair comparison.

The misconceptions are wrong on purpose: an answer that equals one of them tells what its author had
in mind.
"""

from __future__ import annotations

import numpy as np
from comparing import numbers, returned, same_numbers, same_values, values, whole_numbers

from course_lib.hmm import HMM, fit_supervised
from course_lib.hmm.em import expected_counts, maximise

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
        # In both orders, or one state named every day could be right by luck.
        for order in ([0, 1], [1, 0]):
            model = _model(rng, K=2, M=2) | {"pi": np.array(pi)[order], "B": np.array(B)[order]}
            yield model | {"obs": [0]}
    for K, M in [(3, 2), (3, 4), (4, 3), (5, 2)]:
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
    """Products of so many factors are zero in floating point; no state lasts for all days."""
    for K, M, n in [(2, 30, 260), (3, 25, 280)]:
        model = _many_symbols(rng, K, M)
        model["A"] = (model["A"] + np.roll(np.eye(K), 1, axis=1)) / 2
        yield model | {"obs": _days(rng, model, n)}


def viterbi_reference(pi, A, B, obs) -> np.ndarray:
    """Return one of the best paths."""
    return HMM(pi, A, B).viterbi(obs).path


def check_viterbi(answer, expected, pi, A, B, obs):
    """Accept every path that is as probable as the best one."""
    returned("viterbi", answer)
    path = numbers("the path", answer)
    assert path.shape == (len(obs),), (
        f"viterbi must return one state for each of the {len(obs)} observations, "
        f"got an answer of shape {path.shape}"
    )
    path = whole_numbers("the states", path, below=len(pi))
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
    lengths = ", ".join(str(len(record)) for record in states)
    about = f"for {n_states} states, {n_symbols} symbols and records of length {lengths}"
    same_values("count_hmm", answer, expected, ("pi", "A", "B"), about=about, digits=6)


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


# Exercise 3: forward


def one_diary(rng: np.random.Generator):
    """The first diary that the visible check shows."""
    yield next(iter(jasons_days(rng)))


def forward_reference(pi, A, B, obs):
    """Return the table and the likelihood, in logarithms."""
    return HMM(pi, A, B).forward(obs)


def check_forward(answer, expected, pi, A, B, obs):
    """Compare the table day by day, then the likelihood."""
    names = ("log_alpha", "log_likelihood")
    about = f"for {len(obs)} days, {len(pi)} states and {np.shape(B)[1]} symbols"
    same_values("forward", answer, expected, names, about=about, digits=6)


def best_in_place_of_all(pi, A, B, obs):
    log_alpha = _forward(np.log(pi), np.log(A), np.log(B), obs, add=np.maximum)
    return log_alpha, log_alpha[-1].max()


def forward_transposed(pi, A, B, obs):
    return _with_sum(_forward(np.log(pi), np.log(A.T), np.log(B), obs))


def forward_first_day_unseen(pi, A, B, obs):
    return _with_sum(_forward(np.log(pi) - np.log(B[:, obs[0]]), np.log(A), np.log(B), obs))


def forward_no_start(pi, A, B, obs):
    return _with_sum(_forward(np.zeros(len(pi)), np.log(A), np.log(B), obs))


def only_the_first_day_seen(pi, A, B, obs):
    log_B = np.log(B)
    return _with_sum(_forward(np.log(pi) + log_B[:, obs[0]], np.log(A), np.zeros(B.shape), obs))


def forward_no_logarithms(pi, A, B, obs):
    log_alpha, log_likelihood = HMM(pi, A, B).forward(obs)
    return np.exp(log_alpha), np.exp(log_likelihood)


def logarithm_at_the_end(pi, A, B, obs):
    rows = [pi * B[:, obs[0]]]
    for x in obs[1:]:
        rows.append(rows[-1] @ A * B[:, x])
    return np.log(rows), np.log(rows[-1].sum())


def likelihood_of_the_best_end(pi, A, B, obs):
    log_alpha, _ = HMM(pi, A, B).forward(obs)
    return log_alpha, log_alpha[-1].max()


def likelihood_of_all_days(pi, A, B, obs):
    log_alpha, _ = HMM(pi, A, B).forward(obs)
    return log_alpha, np.logaddexp.reduce(log_alpha, axis=None)


def each_day_normalised(pi, A, B, obs):
    log_alpha, log_likelihood = HMM(pi, A, B).forward(obs)
    return log_alpha - np.logaddexp.reduce(log_alpha, axis=1)[:, None], log_likelihood


# Exercise 4: posteriors


def _given_alpha(cases):
    """Return the same cases with the forward table among the arguments, in place of `pi`."""

    def given(rng: np.random.Generator):
        for case in cases(rng):
            log_alpha, _ = forward_reference(**case)
            yield {name: case[name] for name in ("A", "B", "obs")} | {"log_alpha": log_alpha}

    return given


def posteriors_reference(A, B, obs, log_alpha):
    """Return the table of the future in logarithms, and each day's probabilities."""
    log_beta = HMM(np.full(len(A), 1 / len(A)), A, B).backward(obs)
    return log_beta, _gamma(log_alpha, log_beta)


def check_posteriors(answer, expected, A, B, obs, log_alpha):
    """Compare the table from its last day on, as it is filled, then the probabilities."""
    log_beta, gamma = values("posteriors", answer, ("log_beta", "gamma"))
    about = f"for {len(obs)} days, {len(A)} states and {np.shape(B)[1]} symbols"
    same_numbers("log_beta", log_beta, expected[0], about, digits=6, backwards=True)
    same_numbers("gamma", gamma, expected[1], about, digits=6)


def backward_transposed(A, B, obs, log_alpha):
    return _with_gamma(log_alpha, _backward(np.log(A.T), np.log(B)[:, obs]))


def symbol_of_the_same_day(A, B, obs, log_alpha):
    shown = np.roll(np.log(B)[:, obs], 1, axis=1)
    return _with_gamma(log_alpha, _backward(np.log(A), shown))


def backward_unseen(A, B, obs, log_alpha):
    return _with_gamma(log_alpha, _backward(np.log(A), np.zeros((len(A), len(obs)))))


def shown_by_the_wrong_state(A, B, obs, log_alpha):
    log_beta = np.zeros(log_alpha.shape)
    for i in range(len(obs) - 2, -1, -1):
        ahead = np.logaddexp.reduce(np.log(A) + log_beta[i + 1], axis=1)
        log_beta[i] = ahead + np.log(B)[:, obs[i + 1]]
    return _with_gamma(log_alpha, log_beta)


def ends_are_shared(A, B, obs, log_alpha):
    log_beta, gamma = posteriors_reference(A, B, obs, log_alpha)
    return log_beta - np.log(len(A)), gamma


def best_future(A, B, obs, log_alpha):
    return _with_gamma(log_alpha, _backward(np.log(A), np.log(B)[:, obs], add=np.maximum))


def past_alone(A, B, obs, log_alpha):
    log_beta, _ = posteriors_reference(A, B, obs, log_alpha)
    return log_beta, _gamma(log_alpha, np.zeros(log_alpha.shape))


def future_alone(A, B, obs, log_alpha):
    log_beta, _ = posteriors_reference(A, B, obs, log_alpha)
    return log_beta, _gamma(np.zeros(log_beta.shape), log_beta)


def not_normalised(A, B, obs, log_alpha):
    log_beta, _ = posteriors_reference(A, B, obs, log_alpha)
    return log_beta, np.exp(log_alpha + log_beta)


def normalised_over_days(A, B, obs, log_alpha):
    log_beta, _ = posteriors_reference(A, B, obs, log_alpha)
    return log_beta, _gamma(log_alpha.T, log_beta.T).T


def posteriors_no_logarithms(A, B, obs, log_alpha):
    log_beta, gamma = posteriors_reference(A, B, obs, log_alpha)
    return np.exp(log_beta), gamma


def posteriors_in_probabilities(A, B, obs, log_alpha):
    beta = np.ones(log_alpha.shape)
    for i in range(len(obs) - 2, -1, -1):
        beta[i] = A @ (B[:, obs[i + 1]] * beta[i + 1])
    joint = np.exp(log_alpha) * beta
    return np.log(beta), joint / joint.sum(axis=1, keepdims=True)


# Exercise 5: em_step


def two_diaries(rng: np.random.Generator):
    """The two records that the visible check shows."""
    days = list(jasons_days(rng))
    yield _before_step(days[0], [day["obs"] for day in days])


def several_records(rng: np.random.Generator):
    """Other numbers of states than of symbols, and records that begin differently."""
    for K, M, lengths in [(2, 3, [4, 7, 2]), (3, 2, [9, 3, 6, 5]), (3, 4, [12, 5])]:
        model = _model(rng, K, M)
        yield _before_step(model, [_days(rng, model, n) for n in lengths])


def some_of_one_day(rng: np.random.Generator):
    """Some records in which no day follows another, or all of them."""
    for K, M, lengths in [(3, 4, [1, 5, 1, 3]), (2, 3, [1, 1, 1])]:
        model = _model(rng, K, M)
        yield _before_step(model, [_days(rng, model, n) for n in lengths])


def records_with_zeros(rng: np.random.Generator):
    """Left-to-right models, and one with a state that nothing leads to."""
    for case in with_zeros(rng):
        obs = case.pop("obs")
        yield _before_step(case, [obs, _days(rng, case, 4), _days(rng, case, 6)])
    model = _model(rng, 3, 4)
    inner, start = model["A"][:2, :2], model["pi"][:2]
    model["A"] = np.eye(3)
    model["A"][:2, :2] = inner / inner.sum(axis=1, keepdims=True)
    model["pi"] = np.append(start / start.sum(), 0)
    yield _before_step(model, [_days(rng, model, n) for n in (5, 3, 4)])


def long_records(rng: np.random.Generator):
    """Records whose probability is zero in floating point."""
    for K, M, lengths in [(2, 30, [40, 260]), (3, 25, [280, 5])]:
        model = _many_symbols(rng, K, M)
        yield _before_step(model, [_days(rng, model, n) for n in lengths])


def em_step_reference(A, B, xs, log_alphas, log_betas):
    """Return the tables after one step of Baum and Welch.

    The start before the step is read off the first days, up to a factor that does not matter.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        starts = [np.exp(a[0]) / B[:, x[0]] for a, x in zip(log_alphas, xs, strict=True)]
    pi = np.nanmax(np.vstack([starts, np.zeros(len(A))]), axis=0)
    before = HMM(pi / pi.sum(), A, B)
    after = maximise(before, expected_counts(before, *before.joined_observations("xs", xs)))
    return after.pi, after.A, after.B


def check_em_step(answer, expected, A, B, xs, log_alphas, log_betas):
    """Compare the three tables entry by entry."""
    lengths = ", ".join(str(len(x)) for x in xs)
    about = f"for {len(A)} states, {np.shape(B)[1]} symbols and records of length {lengths}"
    same_values("em_step", answer, expected, ("pi", "A", "B"), about=about, digits=6)


def step_without_emission(A, B, xs, log_alphas, log_betas):
    starts, _, shown = _expected(A, B, xs, log_alphas, log_betas)
    _, steps, _ = _expected(A, np.ones(B.shape), xs, log_alphas, log_betas)
    return _after(A, B, starts, steps, shown)


def step_to_the_symbol_before(A, B, xs, log_alphas, log_betas):
    starts, _, shown = _expected(A, B, xs, log_alphas, log_betas)
    _, steps, _ = _expected(A, B, [np.roll(x, 1) for x in xs], log_alphas, log_betas)
    return _after(A, B, starts, steps, shown)


def step_from_the_last_day(A, B, xs, log_alphas, log_betas):
    starts, steps, shown = _expected(A, B, xs, log_alphas, log_betas)
    pi, _, new_B = _after(A, B, starts, steps, shown)
    days = shown.sum(axis=1, keepdims=True)
    return pi, np.where(days > 0, steps / np.where(days > 0, days, 1), A), new_B


def step_transposed(A, B, xs, log_alphas, log_betas):
    starts, steps, shown = _expected(A, B, xs, log_alphas, log_betas)
    return _after(A, B, starts, steps.T, shown)


def step_first_record_starts(A, B, xs, log_alphas, log_betas):
    _, steps, shown = _expected(A, B, xs, log_alphas, log_betas)
    return _after(A, B, _gamma(log_alphas[0], log_betas[0])[0], steps, shown)


def step_all_days_start(A, B, xs, log_alphas, log_betas):
    _, steps, shown = _expected(A, B, xs, log_alphas, log_betas)
    return _after(A, B, shown.sum(axis=1), steps, shown)


def probable_records_count_more(A, B, xs, log_alphas, log_betas):
    records = zip(xs, log_alphas, log_betas, strict=True)
    weighted = [
        [np.exp(np.logaddexp.reduce(a[-1])) * count for count in _expected(A, B, [x], [a], [b])]
        for x, a, b in records
    ]
    return _after(A, B, *map(sum, zip(*weighted, strict=True)))


def mean_of_tables(A, B, xs, log_alphas, log_betas):
    records = zip(xs, log_alphas, log_betas, strict=True)
    tables = [_after(A, B, *_expected(A, B, [x], [a], [b])) for x, a, b in records]
    return tuple(np.mean(table, axis=0) for table in zip(*tables, strict=True))


def most_probable_states_count(A, B, xs, log_alphas, log_betas):
    paths = [_gamma(a, b).argmax(axis=1) for a, b in zip(log_alphas, log_betas, strict=True)]
    return _after(A, B, *_counts(paths, xs, *B.shape))


def step_only_counted(A, B, xs, log_alphas, log_betas):
    return _expected(A, B, xs, log_alphas, log_betas)


def step_equal_rows(A, B, xs, log_alphas, log_betas):
    starts, steps, shown = _expected(A, B, xs, log_alphas, log_betas)
    return _after(
        np.full(A.shape, 1 / len(A)), np.full(B.shape, 1 / B.shape[1]), starts, steps, shown
    )


def step_empty_rows(A, B, xs, log_alphas, log_betas):
    return _after(0 * A, 0 * B, *_expected(A, B, xs, log_alphas, log_betas))


def step_nan_rows(A, B, xs, log_alphas, log_betas):
    return _after(np.nan * A, np.nan * B, *_expected(A, B, xs, log_alphas, log_betas))


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
    "ps03.forward": {
        "example": one_diary,
        "unseen": {
            "sequences of one day": one_day,
            "models where A is not symmetric and K ≠ M": not_symmetric,
            "tables with zeros": with_zeros,
            "long sequences": long_sequences,
        },
        "reference": forward_reference,
        "check": check_forward,
        "misconceptions": [
            (
                best_in_place_of_all,
                "You kept the best path to each state, as Viterbi does. How probable a state is "
                "altogether is the sum over all paths to it.",
            ),
            (
                forward_transposed,
                "You went through A from the column to the row. The row is the state a day comes "
                "from, the column the state it goes to.",
            ),
            (
                forward_first_day_unseen,
                "The first day counts only by its start probability. What was observed on that "
                "day is part of its probability, too.",
            ),
            (
                forward_no_start,
                "The start probabilities play no part. A story begins with the probability of its "
                "first state.",
            ),
            (
                only_the_first_day_seen,
                "After the first day your table follows the states alone. Each day also shows a "
                "symbol, and its probability belongs to the day.",
            ),
            (
                forward_no_logarithms,
                "These are probabilities. The question asks for their logarithms, which stay in "
                "reach when the probabilities are too small for a floating-point number.",
            ),
            (
                logarithm_at_the_end,
                "You took the logarithm at the end, when the products had become zero long "
                "before. Start from logarithms and stay there.",
            ),
            (
                likelihood_of_the_best_end,
                "Your table is right. The likelihood is not that of the best last state: the last "
                "day may be in any of them.",
            ),
            (
                likelihood_of_all_days,
                "Your table is right. Its last row alone has seen all observations; the rows "
                "before belong to shorter stories.",
            ),
            (
                each_day_normalised,
                "Your rows sum to one. They then say how the states share each day, and no longer "
                "how probable the observations up to that day are.",
            ),
        ],
    },
    "ps03.posteriors": {
        "example": _given_alpha(one_diary),
        "unseen": {
            "sequences of one day": _given_alpha(one_day),
            "models where A is not symmetric and K ≠ M": _given_alpha(not_symmetric),
            "tables with zeros": _given_alpha(with_zeros),
            "long sequences": _given_alpha(long_sequences),
        },
        "reference": posteriors_reference,
        "check": check_posteriors,
        "misconceptions": [
            (
                backward_transposed,
                "You went through A from the column to the row. A future starts in the row, "
                "today's state, and goes to the column, tomorrow's.",
            ),
            (
                symbol_of_the_same_day,
                "Your future contains the symbol of the day itself. That one is in alpha already; "
                "the future begins with what the next day shows.",
            ),
            (
                backward_unseen,
                "Your future knows the transitions alone. What the days to come show is what it "
                "is about.",
            ),
            (
                shown_by_the_wrong_state,
                "Tomorrow's symbol is shown by tomorrow's state, not by today's: its probability "
                "belongs inside the sum over the states to go to.",
            ),
            (
                ends_are_shared,
                "Your last row shares one among the states. Behind the last day nothing is left "
                "to be observed, and nothing is certain: probability one in every state.",
            ),
            (
                best_future,
                "You kept the best future. How probable what follows is altogether is the sum "
                "over all futures.",
            ),
            (
                past_alone,
                "Your gamma knows each day and those before it. The days behind it say something "
                "about it, too.",
            ),
            (
                future_alone,
                "Your gamma knows only the days to come. The day itself and those before it are "
                "in alpha.",
            ),
            (
                not_normalised,
                "Your gamma is the probability of the state and of all observations together. "
                "Given the observations, each day must be in some state: its row sums to one.",
            ),
            (
                normalised_over_days,
                "You shared each state among the days. It is each day that is shared among the "
                "states.",
            ),
            (
                posteriors_no_logarithms,
                "Your first table holds probabilities. The question asks for their logarithms.",
            ),
            (
                posteriors_in_probabilities,
                "Your products became too small for a floating-point number. Work with "
                "logarithms, and leave them only when what is left is a share.",
            ),
        ],
    },
    "ps03.em_step": {
        "example": two_diaries,
        "unseen": {
            "several records of different lengths": several_records,
            "records of one day": some_of_one_day,
            "tables with zeros": records_with_zeros,
            "long records": long_records,
        },
        "reference": em_step_reference,
        "check": check_em_step,
        "misconceptions": [
            (
                step_without_emission,
                "Your steps leave out what the day they lead to shows. It is part of the story "
                "between alpha, which ends a day before, and beta, which begins a day after.",
            ),
            (
                step_to_the_symbol_before,
                "A step from one day to the next is followed by the symbol of the next day. "
                "The symbol of the day it leaves is in alpha already.",
            ),
            (
                step_from_the_last_day,
                "You divided the steps by how often a state is expected on any day. A record's "
                "last day is followed by nothing, so it does not count as leaving its state.",
            ),
            (
                step_transposed,
                "Your steps go from the column to the row. Rows are where a step comes from, "
                "columns where it goes.",
            ),
            (
                step_first_record_starts,
                "Your start probabilities know the first record alone. Every record has a start.",
            ),
            (
                step_all_days_start,
                "Your start probabilities count every day. Only a record's first day is a start.",
            ),
            (
                probable_records_count_more,
                "You did not divide by how probable each record is. That a record happened is "
                "certain: a long, improbable one counts with all its days.",
            ),
            (
                mean_of_tables,
                "You made tables from each record and took their mean. Counts are summed over the "
                "records first and divided then, so that a long record says more than a short one.",
            ),
            (
                most_probable_states_count,
                "You let every day be in its most probable state and counted. A day that is hot "
                "with probability 0.3 counts as 0.3 of a hot day and 0.7 of a cold one.",
            ),
            (
                step_only_counted,
                "These are expected counts. Divide each row by its sum to get probabilities.",
            ),
            (
                step_equal_rows,
                "A state about which the records say nothing got equal probabilities. Here it "
                "keeps the row it had.",
            ),
            (
                step_empty_rows,
                "The row of a state without expected counts became zero. Where the records say "
                "nothing, the row stays as it was.",
            ),
            (
                step_nan_rows,
                "You divide zero by zero for a state without expected counts. Where the records "
                "say nothing, the row stays as it was.",
            ),
        ],
    },
}


def _forward(log_start, log_A, log_B, obs, add=np.logaddexp) -> np.ndarray:
    """Fill the forward table from the logarithms; `log_start` knows of no symbol yet."""
    rows = [log_start + log_B[:, obs[0]]]
    for x in obs[1:]:
        rows.append(add.reduce(rows[-1][:, None] + log_A, axis=0) + log_B[:, x])
    return np.array(rows)


def _with_sum(log_alpha):
    return log_alpha, np.logaddexp.reduce(log_alpha[-1])


def _backward(log_A, log_shown, add=np.logaddexp) -> np.ndarray:
    """Fill the backward table; `log_shown[s, i]` is how well state s explains day i."""
    rows = [np.zeros(len(log_A))]
    for shown in log_shown.T[:0:-1]:
        rows.append(add.reduce(log_A + shown + rows[-1], axis=1))
    return np.array(rows[::-1])


def _gamma(log_alpha, log_beta) -> np.ndarray:
    joint = log_alpha + log_beta
    return np.exp(joint - np.logaddexp.reduce(joint, axis=1)[:, None])


def _with_gamma(log_alpha, log_beta):
    return log_beta, _gamma(log_alpha, log_beta)


def _before_step(model: dict, xs: list) -> dict:
    """Return the arguments of a step from this model."""
    hmm = HMM(**{name: model[name] for name in ("pi", "A", "B")})
    return {
        "A": hmm.A,
        "B": hmm.B,
        "xs": [[int(symbol) for symbol in x] for x in xs],
        "log_alphas": [hmm.forward(x)[0] for x in xs],
        "log_betas": [hmm.backward(x) for x in xs],
    }


def _expected(A, B, xs, log_alphas, log_betas):
    """Return the expected counts of starts, steps and symbols."""
    starts, steps, shown = np.zeros(len(A)), np.zeros(A.shape), np.zeros(B.shape)
    with np.errstate(divide="ignore"):
        log_A, log_B = np.log(A), np.log(B)
    for x, log_alpha, log_beta in zip(xs, log_alphas, log_betas, strict=True):
        gamma = _gamma(log_alpha, log_beta)
        starts += gamma[0]
        np.add.at(shown.T, x, gamma)
        arriving = log_B[:, x[1:]].T + log_beta[1:]
        pairs = log_alpha[:-1, :, None] + log_A + arriving[:, None, :]
        steps += np.exp(pairs - np.logaddexp.reduce(log_alpha[-1])).sum(axis=0)
    return starts, steps, shown


def _after(A, B, starts, steps, shown):
    """Return the tables made of counts; a row without any is that of the table before."""

    def share(counts, before):
        totals = counts.sum(axis=1, keepdims=True)
        return np.where(totals > 0, counts / np.where(totals > 0, totals, 1), before)

    return starts / starts.sum(), share(steps, A), share(shown, B)


def _model(rng, K: int, M: int) -> dict:
    """Draw a model whose best path is clear and whose transitions are far from symmetric."""
    return {
        "pi": rng.dirichlet(np.ones(K)),
        "A": rng.dirichlet(np.full(K, 0.5), size=K),
        "B": rng.dirichlet(np.full(M, 0.7), size=K),
    }


def _many_symbols(rng, K: int, M: int) -> dict:
    """Draw a model in which every symbol is rare: few days have a tiny probability together."""
    return _model(rng, K, M) | {"B": rng.dirichlet(np.full(M, 3.0), size=K)}


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
