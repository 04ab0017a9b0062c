"""What the grader asks in problem set 1: cases, the reference's answers, a fair comparison.

The misconceptions are wrong on purpose: an answer that equals one of them tells what its author had
in mind.
"""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise

import numpy as np
from comparing import numbers, returned, same_numbers, same_values, values

from course_lib import data
from course_lib.markov import MarkovChain, classify
from course_lib.markov import stationary as long_run
from course_lib.ngram import END, START, NGramModel

WEATHER = ["S", "C", "R"]


# Exercise 1: count_chain


def two_winters(rng: np.random.Generator):
    """The records that the visible check shows."""
    for days in data.weather().values():
        yield {"sequences": [days], "states": WEATHER, "smoothing": 0.0}
    yield {"sequences": [data.weather()["Los Angeles"]], "states": WEATHER, "smoothing": 1.0}


def different_lengths(rng: np.random.Generator):
    """Several records of any length."""
    for K, lengths in [(3, [12, 5, 20]), (4, [30, 2, 9, 17])]:
        yield _records(rng, K, lengths)


def with_smoothing(rng: np.random.Generator):
    """More or less than one is added to each count."""
    for K, smoothing in [(3, 0.5), (4, 2.0)]:
        yield _records(rng, K, [9, 14, 5]) | {"smoothing": smoothing}


def never_left_or_seen(rng: np.random.Generator):
    """A state that only ends a record, and one that appears in none."""
    records = _records(rng, 3, [8, 6])
    sequences = [[*sequence, "last"] for sequence in records["sequences"]]
    yield records | {"sequences": sequences, "states": ["never", *records["states"], "last"]}
    a, b = rng.permutation(["zig", "zag"]).tolist()
    yield {"sequences": [[a, b]], "states": [a, b], "smoothing": 0.0}


def sequences_of_one_state(rng: np.random.Generator):
    """Nothing follows, in some records or in all."""
    states = rng.permutation(["fog", "mist", "haze"]).tolist()
    yield {"sequences": [[states[0]], [states[2]], [states[0]]], "states": states, "smoothing": 0.0}
    yield _records(rng, 3, [1, 13, 1, 8, 1])


def count_chain_reference(sequences, states, smoothing):
    """Return the tables of the counted chain."""
    chain = MarkovChain.fit(sequences, states, smoothing)
    return chain.initial, chain.transition


def check_count_chain(answer, expected, sequences, states, smoothing):
    """Compare both tables entry by entry."""
    about = f"for the states {', '.join(states)} and smoothing {smoothing:g}"
    same_values("count_chain", answer, expected, ("initial", "transition"), about=about, digits=6)


def last_state_leaves(sequences, states, smoothing):
    starts, moves = _counted(sequences, states)
    visits = Counter(state for sequence in sequences for state in sequence)
    totals = np.array([[visits[state] + smoothing * len(states)] for state in states])
    shares = np.divide(moves + smoothing, totals, where=totals > 0, out=np.full(moves.shape, 1.0))
    shares[totals[:, 0] == 0] = 1 / len(states)
    return _shares(starts + smoothing), shares


def across_sequences(sequences, states, smoothing):
    starts, _ = _counted(sequences, states)
    _, moves = _counted([[state for sequence in sequences for state in sequence]], states)
    return _shares(starts + smoothing), _shares(moves + smoothing)


def transposed_moves(sequences, states, smoothing):
    starts, moves = _counted(sequences, states)
    return _shares(starts + smoothing), _shares(moves.T + smoothing)


def columns_sum_to_one(sequences, states, smoothing):
    starts, moves = _counted(sequences, states)
    return _shares(starts + smoothing), _shares(moves.T + smoothing).T


def start_from_all_days(sequences, states, smoothing):
    visits = Counter(state for sequence in sequences for state in sequence)
    counts = np.array([visits[state] for state in states])
    return _shares(counts + smoothing), _shares(_counted(sequences, states)[1] + smoothing)


def first_sequence_alone(sequences, states, smoothing):
    starts, _ = _counted(sequences[:1], states)
    return _shares(starts + smoothing), _shares(_counted(sequences, states)[1] + smoothing)


def rows_in_sorted_order(sequences, states, smoothing):
    return count_chain_reference(sequences, sorted(states), smoothing)


def not_smoothed(sequences, states, smoothing):
    return count_chain_reference(sequences, states, 0.0)


def start_not_smoothed(sequences, states, smoothing):
    starts, moves = _counted(sequences, states)
    return _shares(starts), _shares(moves + smoothing)


def total_grows_by_one_share(sequences, states, smoothing):
    def shares(counts):
        totals = counts.sum(axis=-1, keepdims=True) + smoothing
        even = np.full(counts.shape, 1 / len(states))
        return np.divide(counts + smoothing, totals, where=totals > 0, out=even)

    starts, moves = _counted(sequences, states)
    return shares(starts), shares(moves)


def nothing_for_the_unseen(sequences, states, smoothing):
    starts, moves = (counts + smoothing for counts in _counted(sequences, states))
    totals = moves.sum(axis=1, keepdims=True)
    return _shares(starts), moves / np.where(totals > 0, totals, 1)


def nan_for_the_unseen(sequences, states, smoothing):
    starts, moves = (counts + smoothing for counts in _counted(sequences, states))
    return _shares(starts), moves / moves.sum(axis=1, keepdims=True)


def only_counted(sequences, states, smoothing):
    starts, moves = _counted(sequences, states)
    return starts + smoothing, moves + smoothing


# Exercise 2: which_chain


def los_angeles_or_seattle(rng: np.random.Generator):
    """The weather that the visible check shows."""
    chains = [MarkovChain.fit([days], WEATHER, 1.0) for days in data.weather().values()]
    cities = {
        "initials": np.array([chain.initial for chain in chains]),
        "transitions": np.array([chain.transition for chain in chains]),
        "sequence": [0, 0, 1, 2],
    }
    yield cities | {"prior": np.array([0.5, 0.5])}
    yield cities | {"prior": np.array([0.1, 0.9])}


def chains_of_all_sizes(rng: np.random.Generator):
    """Other numbers of chains than of states, and a prior that is not even."""
    for m, K, n in [(2, 3, 6), (3, 4, 4), (4, 2, 7)]:
        chains = _chains(rng, m, K)
        yield chains | {"sequence": _days(rng, chains, n)}


def sequences_of_length_one(rng: np.random.Generator):
    """No move at all: the start and the prior decide."""
    for m, K in [(2, 3), (3, 2)]:
        yield _chains(rng, m, K) | {"sequence": [int(rng.integers(K))]}


def impossible_in_some(rng: np.random.Generator):
    """One chain excludes a move, another excludes the start."""
    for m, K, n in [(4, 3, 5), (5, 4, 6)]:
        chains = _chains(rng, m, K)
        sequence = _days(rng, chains, n)
        step = int(rng.integers(n - 1))
        chains["transitions"][1, sequence[step], sequence[step + 1]] = 0
        chains["initials"][2, sequence[0]] = 0
        for table in (chains["transitions"], chains["initials"]):
            table /= table.sum(axis=-1, keepdims=True)
        yield chains | {"sequence": sequence}


def long_sequences(rng: np.random.Generator):
    """Products of so many factors are zero in floating point, and the chains are much alike."""
    for m, K, n in [(2, 3, 1500), (3, 4, 1200)]:
        chains = _chains(rng, m, K)
        alike, own = chains["transitions"][:1], chains["transitions"]
        chains["transitions"] = 0.98 * alike + 0.02 * own
        yield chains | {"sequence": _days(rng, chains, n)}


def which_chain_reference(initials, transitions, prior, sequence):
    """Return the log probability of the sequence in each chain, and each chain's posterior."""
    states = list(range(len(initials[0])))
    tables = zip(initials, transitions, strict=True)
    chains = {i: MarkovChain(*table, states) for i, table in enumerate(tables)}
    log_probs = np.array([chain.log_prob(sequence) for chain in chains.values()])
    return log_probs, np.array(list(classify(sequence, chains, prior).values()))


def check_which_chain(answer, expected, initials, transitions, prior, sequence):
    """Compare the log probabilities first, then what Bayes' rule makes of them."""
    log_probs, posterior = values("which_chain", answer, ("log_probs", "posterior"))
    right_log_probs, right_posterior = expected
    m, n = len(prior), len(sequence)
    log_probs = numbers("log_probs", log_probs, (m,))
    invented = np.flatnonzero(np.isneginf(right_log_probs) & np.isfinite(log_probs))
    assert len(invented) == 0, (
        f"chain {invented[0]} cannot have made this sequence: its log probability is -inf, "
        f"but log_probs[{invented[0]}] is {log_probs[invented[0]]:.4f}"
    )
    about = f"for a sequence of length {n}"
    same_numbers("log_probs", log_probs, right_log_probs, about, digits=8)
    about = "with the log probabilities right"
    same_numbers("posterior", posterior, right_posterior, about, digits=6)


def start_forgotten(initials, transitions, prior, sequence):
    return _bayes(_moves(transitions, sequence), prior)


def from_column_to_row(initials, transitions, prior, sequence):
    turned = np.swapaxes(transitions, 1, 2)
    return _bayes(_starts(initials, sequence) + _moves(turned, sequence), prior)


def last_move_left_out(initials, transitions, prior, sequence):
    return _bayes(_starts(initials, sequence) + _moves(transitions, sequence[:-1]), prior)


def prior_forgotten(initials, transitions, prior, sequence):
    return _bayes(_log_probs(initials, transitions, sequence), np.ones(len(prior)))


def prior_counted_as_a_day(initials, transitions, prior, sequence):
    log_probs, posterior = _bayes(_log_probs(initials, transitions, sequence), prior)
    return log_probs + np.log(prior), posterior


def prior_added_last(initials, transitions, prior, sequence):
    log_probs, alike = prior_forgotten(initials, transitions, prior, sequence)
    return log_probs, alike * prior


def joint_for_posterior(initials, transitions, prior, sequence):
    log_probs = _log_probs(initials, transitions, sequence)
    return log_probs, np.exp(log_probs) * prior


def winner_takes_all(initials, transitions, prior, sequence):
    log_probs, posterior = _bayes(_log_probs(initials, transitions, sequence), prior)
    return log_probs, np.eye(len(prior))[posterior.argmax()]


def shares_of_logarithms(initials, transitions, prior, sequence):
    log_probs = _log_probs(initials, transitions, sequence)
    joint = log_probs + np.log(prior)
    return log_probs, joint / joint.sum()


def no_logarithms(initials, transitions, prior, sequence):
    likelihoods = initials[:, sequence[0]].copy()
    for now, following in pairwise(sequence):
        likelihoods = likelihoods * transitions[:, now, following]
    return np.log(likelihoods), likelihoods * prior / (likelihoods @ prior)


def logarithms_left_too_early(initials, transitions, prior, sequence):
    log_probs = _log_probs(initials, transitions, sequence)
    joint = np.exp(log_probs) * prior
    return log_probs, joint / joint.sum()


def never_quite_zero(initials, transitions, prior, sequence):
    tiny = 1e-12
    return _bayes(_log_probs(initials + tiny, transitions + tiny, sequence), prior)


# Exercise 3: stationary


def two_climates(rng: np.random.Generator):
    """The chains that the visible check shows."""
    for days in data.weather().values():
        yield {"transition": MarkovChain.fit([days], WEATHER).transition.copy()}


def one_way_chains(rng: np.random.Generator):
    """Chains that come and go on different ways."""
    for K in (2, 3, 5):
        transition = rng.dirichlet(np.full(K, 0.8), size=K)
        transition[:, 0] += 0.5
        yield {"transition": transition / transition.sum(axis=1, keepdims=True)}


def slow_chains(rng: np.random.Generator):
    """Two climates, each hardly ever left, the one four times as often as the other."""
    for sizes in [(1, 1), (2, 3)]:
        K = sum(sizes)
        home = np.repeat([0, 1], sizes)
        leaving = rng.uniform(2e-5, 4e-5) * np.where(home == 0, 1, 4)
        stays = rng.dirichlet(np.ones(K), size=K) * (home[:, None] == home)
        leaves = rng.dirichlet(np.ones(K), size=K) * (home[:, None] != home)
        stays, leaves = (part / part.sum(axis=1, keepdims=True) for part in (stays, leaves))
        transition = (1 - leaving[:, None]) * stays + leaving[:, None] * leaves
        order = rng.permutation(K)
        yield {"transition": transition[np.ix_(order, order)]}


def periodic_chains(rng: np.random.Generator):
    """From one side to the other and back, for ever."""
    for sizes in [(1, 2), (2, 3)]:
        K = sum(sizes)
        side = np.repeat([0, 1], sizes)
        transition = rng.dirichlet(np.ones(K), size=K) * (side[:, None] != side)
        order = rng.permutation(K)
        transition = transition[np.ix_(order, order)]
        yield {"transition": transition / transition.sum(axis=1, keepdims=True)}


def states_left_for_ever(rng: np.random.Generator):
    """Some states lead into the others, and none leads back."""
    for K, gone in [(3, 1), (5, 2)]:
        transition = rng.dirichlet(np.ones(K), size=K) + 0.2
        order = rng.permutation(K)
        transition[np.ix_(order[gone:], order[:gone])] = 0
        yield {"transition": transition / transition.sum(axis=1, keepdims=True)}


def stationary_reference(transition):
    """Return the chain's stationary distribution."""
    return long_run(transition)


def check_stationary(answer, expected, transition):
    """Accept six decimals."""
    returned("stationary", answer)
    found = numbers("stationary's answer", answer, expected.shape)
    assert np.isfinite(found).all(), f"stationary must return probabilities, got {found}"
    assert abs(found.sum() - 1) < 1e-5, (
        f"the probabilities of all states must sum to 1, yours sum to {found.sum():.6f}"
    )
    after = found @ transition
    wrong = np.flatnonzero(np.abs(found - expected) > 1e-6)
    if len(wrong) == 0:
        return
    state, moved = wrong[0], int(np.abs(after - found).argmax())
    raise AssertionError(
        f"state {state} should have {expected[state]:.6f}, got {found[state]:.6f}. One step from "
        f"your distribution, state {moved} has {after[moved]:.6f} in place of {found[moved]:.6f}"
    )


def other_side(transition):
    return np.full(len(transition), 1 / len(transition))


def hundred_steps(transition):
    return np.linalg.matrix_power(transition, 100)[0]


def hundred_steps_from_anywhere(transition):
    return np.linalg.matrix_power(transition, 100).mean(axis=0)


def one_step(transition):
    return transition.mean(axis=0)


def column_sums(transition):
    return transition.sum(axis=0)


def unit_length(transition):
    right = long_run(transition)
    return right / np.linalg.norm(right)


def how_likely_to_stay(transition):
    return transition.diagonal() / transition.diagonal().sum()


# Exercise 4: ngram_die


def what_cows_eat(rng: np.random.Generator):
    """The dice that the visible check shows."""
    cows = {"sentences": data.cows(), "n": 3}
    yield cows | {"context": ("cows", "eat"), "smoothing": 0.0}
    yield cows | {"context": (), "smoothing": 0.0}
    yield cows | {"context": ("cows", "eat"), "smoothing": 1.0}


def within_sentences(rng: np.random.Generator):
    """Contexts of just the right length, from the middle of a sentence or its end."""
    for n in (2, 3):
        sentences = _text(rng, n)
        for end in (-1, len(sentences[0])):
            context = tuple(sentences[0][:end][-n + 1 :])
            yield {"sentences": sentences, "n": n, "context": context, "smoothing": 0.0}


def at_the_start(rng: np.random.Generator):
    """Contexts that are too short, down to none at all."""
    for n, length in [(2, 0), (3, 0), (3, 1), (4, 1)]:
        sentences = _text(rng, n)
        context = tuple(sentences[1][:length])
        yield {"sentences": sentences, "n": n, "context": context, "smoothing": 0.0}


def too_long_contexts(rng: np.random.Generator):
    """Contexts of which only the last words count."""
    for n in (2, 3):
        sentences = _text(rng, n)
        context = tuple(sentences[0][-n - 1 :])
        yield {"sentences": sentences, "n": n, "context": context, "smoothing": 0.0}


def single_words(rng: np.random.Generator):
    """Nothing is conditioned on, whatever the context."""
    for context, smoothing in [((), 0.0), (("moo",), 0.0), ((), 0.5)]:
        yield {"sentences": _text(rng, 1), "n": 1, "context": context, "smoothing": smoothing}


def smoothed_dice(rng: np.random.Generator):
    """A word that never followed can come up, too."""
    for n, smoothing in [(2, 1.0), (3, 0.25), (2, 3.0)]:
        sentences = _text(rng, n)
        context = tuple(sentences[0][-n + 1 :])
        yield {"sentences": sentences, "n": n, "context": context, "smoothing": smoothing}


def unseen_contexts(rng: np.random.Generator):
    """Contexts that no sentence has, without smoothing and with it."""
    for n, smoothing in [(2, 0.5), (3, 2.0), (4, 1.0)]:
        context = ("perhaps",) * (n - 1)
        yield {"sentences": _text(rng, n), "n": n, "context": context, "smoothing": smoothing}


def ngram_die_reference(sentences, n, context, smoothing):
    """Return each word's probability after the context."""
    return NGramModel.fit(sentences, n, smoothing).distribution(context)


def check_ngram_die(answer, expected, sentences, n, context, smoothing):
    """Compare the sides of two dice; a side of probability 0 may be listed or left out."""
    returned("ngram_die", answer)
    assert isinstance(answer, dict), (
        f"ngram_die must return a dictionary of probabilities by word, got {type(answer).__name__}"
    )
    before = f"n = {n}, smoothing = {smoothing:g}, after the context {context!r}"
    for word in sorted(expected.keys() | answer.keys(), key=str):
        share = numbers(f"the probability of {word!r}", answer.get(word, 0.0), ())
        right = expected.get(word, 0.0)
        assert np.isclose(share, right, rtol=1e-6, atol=1e-9), (
            f"{before}, {word!r} should have probability {right:.6g}, got "
            + (f"{share:.6g}" if word in answer else "no such side")
        )


def one_start_marker(sentences, n, context, smoothing):
    return _die(_ngrams(sentences, n, start=1), n, context, smoothing)


def no_end_marker(sentences, n, context, smoothing):
    return _die(_ngrams(sentences, n, end=0), n, context, smoothing)


def one_long_sentence(sentences, n, context, smoothing):
    joined = [[word for sentence in sentences for word in sentence]]
    return _die(_ngrams(joined, n), n, context, smoothing)


def always_bigrams(sentences, n, context, smoothing):
    return ngram_die_reference(sentences, min(n, 2), context, smoothing)


def first_words_of_the_context(sentences, n, context, smoothing):
    return ngram_die_reference(sentences, n, context[: n - 1], smoothing)


def start_is_a_word(sentences, n, context, smoothing):
    return _die(_ngrams(sentences, n), n, context, smoothing, extra=[START])


def end_is_no_word(sentences, n, context, smoothing):
    die = _die(_ngrams(sentences, n), n, context, smoothing)
    if not smoothing:
        return die
    counts = Counter(ngram[-1] for ngram in _after(_ngrams(sentences, n), n, context))
    words = {word for sentence in sentences for word in sentence}
    total = counts.total() + smoothing * len(words)
    return {word: (counts[word] + smoothing) / total for word in words}


def seen_words_alone(sentences, n, context, smoothing):
    counts = Counter(ngram[-1] for ngram in _after(_ngrams(sentences, n), n, context))
    total = counts.total() + smoothing * len(counts)
    return {word: (count + smoothing) / total for word, count in counts.items()}


def total_not_smoothed(sentences, n, context, smoothing):
    ngrams = _ngrams(sentences, n)
    counts = Counter(ngram[-1] for ngram in _after(ngrams, n, context))
    words = {ngram[-1] for ngram in ngrams} if smoothing else counts
    return {word: (counts[word] + smoothing) / max(counts.total(), 1) for word in words}


def share_of_all_ngrams(sentences, n, context, smoothing):
    ngrams = _ngrams(sentences, n)
    counts = Counter(ngram[-1] for ngram in _after(ngrams, n, context))
    words = {ngram[-1] for ngram in ngrams} if smoothing else set(counts)
    total = len(ngrams) + smoothing * len(words)
    return {word: (counts[word] + smoothing) / total for word in words}


def counts_for_shares(sentences, n, context, smoothing):
    counts = Counter(ngram[-1] for ngram in _after(_ngrams(sentences, n), n, context))
    return {word: count + smoothing for word, count in counts.items()}


def unseen_stays_empty(sentences, n, context, smoothing):
    ngrams = _ngrams(sentences, n)
    return _die(ngrams, n, context, smoothing) if _after(ngrams, n, context) else {}


# Exercise 5: perplexity


def dice_by_hand(rng: np.random.Generator):
    """The dice that the visible check shows."""
    six = dict.fromkeys(("1", "2", "3", "4", "5", END), 1 / 6)
    fair = dict.fromkeys((START, "1", "2", "3", "4", "5"), six)
    yield {"dice": fair, "sentences": [["3", "1"], ["5"]]}
    yield {"dice": _cow_dice(), "sentences": [["cows", "eat", "corn"]]}
    yield {"dice": _cow_dice(), "sentences": [["cows", "eat", "clover"]]}


def texts_of_different_lengths(rng: np.random.Generator):
    """Short sentences and long ones."""
    for K, lengths in [(3, [2, 9]), (4, [1, 5, 2, 14])]:
        dice = _dice(rng, K)
        yield {"dice": dice, "sentences": [_sentence(rng, dice, n) for n in lengths]}


def missing_sides(rng: np.random.Generator):
    """A word unknown, a side missing, and a side of probability zero, met and not met."""
    dice = _dice(rng, 3)
    words = _sentence(rng, dice, 4)
    never_empty = {
        word: p / (1 - dice[START][END]) for word, p in dice[START].items() if word != END
    }
    yield {"dice": dice | {START: never_empty}, "sentences": [words]}
    yield {"dice": dice | {"perhaps": {END: 0.0}}, "sentences": [words, words[:1]]}
    yield {"dice": dice, "sentences": [words, [*words, "perhaps"]]}
    yield {"dice": dice, "sentences": [["perhaps", words[0]], words]}
    yield {"dice": dice | {words[-1]: dice[words[-1]] | {END: 0.0}}, "sentences": [words]}


def texts_without_words(rng: np.random.Generator):
    """A sentence that ends before it begins."""
    dice = _dice(rng, 3)
    yield {"dice": dice, "sentences": [[]]}
    yield {"dice": dice, "sentences": [[], _sentence(rng, dice, 3), []]}


def long_texts(rng: np.random.Generator):
    """Products of so many factors are zero in floating point."""
    dice = _dice(rng, 6)
    yield {"dice": dice, "sentences": [_sentence(rng, dice, 900), _sentence(rng, dice, 3)]}
    yield {"dice": dice, "sentences": [_sentence(rng, dice, 7) for _ in range(150)]}


def perplexity_reference(dice, sentences):
    """Return the perplexity per roll."""
    return NGramModel(2, {(word,): die for word, die in dice.items()}).perplexity(sentences)


def check_perplexity(answer, expected, dice, sentences):
    """Compare two numbers, either of which may be infinite."""
    returned("perplexity", answer)
    found = float(numbers("perplexity's answer", answer, ()))
    rolls = sum(len(sentence) + 1 for sentence in sentences)
    if math.isinf(expected):
        assert found == math.inf, (
            f"these dice cannot roll one of the sentences, so the perplexity is inf; got {found:g}"
        )
    assert math.isclose(found, expected, rel_tol=1e-6), (
        f"the perplexity per roll should be {expected:.6g}, got {found:.6g}; number of rolls, ends "
        f"included: {rolls}"
    )


def end_not_rolled(dice, sentences):
    return _perplexity([p for ps in _rolled(dice, sentences) for p in ps[:-1]])


def start_not_rolled(dice, sentences):
    return _perplexity([p for ps in _rolled(dice, sentences) for p in ps[1:]])


def shared_among_words(dice, sentences):
    return _perplexity(_flat(dice, sentences), sum(map(len, sentences)))


def shared_among_sentences(dice, sentences):
    return _perplexity(_flat(dice, sentences), len(sentences))


def mean_over_sentences(dice, sentences):
    return float(np.mean([_perplexity(ps) for ps in _rolled(dice, sentences)]))


def power_of_two(dice, sentences):
    return float(2 ** np.log(_perplexity(_flat(dice, sentences))))


def no_minus(dice, sentences):
    return 1 / _perplexity(_flat(dice, sentences))


def average_of_inverses(dice, sentences):
    return float((1 / np.array(_flat(dice, sentences))).mean())


def inverse_of_average(dice, sentences):
    return float(1 / np.mean(_flat(dice, sentences)))


def impossible_left_out(dice, sentences):
    return _perplexity([p for p in _flat(dice, sentences) if p > 0])


def multiplied(dice, sentences):
    ps = np.array(_flat(dice, sentences))
    return float(ps.prod() ** (-1 / len(ps)))


# Exercise 6: write


def three_rolls(rng: np.random.Generator):
    """The rolls that the visible check shows."""
    for rolls in (
        [0.9, 0.2, 0.1, 0.5],
        [0.3, 0.8, 0.6, 0.5],
        [0.0, 0.5],
        [0.5, 0.5, 0.5, 0.95, 0.0],
    ):
        yield {"dice": _cow_dice(), "rolls": rolls}


def many_rolls(rng: np.random.Generator):
    """Few rolls without an end, and many with one."""
    for K in (3, 5, 8):
        dice = _dice(rng, K, end=0.1)
        for n, ends in [(4, False), (60, True)]:
            words: list[str] = []
            while not words or (len(words) < n) != ends:
                rolls = rng.random(n).tolist()
                words = write_reference(dice, rolls)
            yield {"dice": dice, "rolls": rolls}


def rolls_on_the_edge(rng: np.random.Generator):
    """Eighths are exact in floating point, so a roll can hit a running total."""
    for _ in range(4):
        words = rng.permutation(["ox", "ram", "cow"]).tolist()
        die = dict(zip([*words, END], [0.125, 0.25, 0.5, 0.125], strict=True))
        dice = dict.fromkeys((START, *words), die)
        eighths = np.concatenate([[0, 1, 3], rng.integers(0, 7, size=4)])
        yield {"dice": dice, "rolls": (rng.permutation(eighths) / 8).tolist()}


def sides_of_probability_zero(rng: np.random.Generator):
    """Rolls of 0 and of almost 1, where the first side and the last never come up."""
    for _ in range(3):
        never, *words, neither = rng.permutation(["ox", "ram", "cow", "ewe", "sow"]).tolist()
        shares = [0.0, *rng.dirichlet(np.ones(len(words))), 0.0, 0.0]
        die = dict(zip([never, *words, END, neither], shares, strict=True))
        dice = dict.fromkeys((START, *words, never, neither), die)
        rolls = [0.0, np.nextafter(1.0, 0.0), *rng.random(3)]
        yield {"dice": dice, "rolls": rng.permutation(rolls).tolist()}


def totals_just_below_one(rng: np.random.Generator):
    """Ten tenths, added one by one, are a little less than 1."""
    names = ["ox", "ram", "cow", "ewe", "sow", "pig", "hen", "cat", "dog"]
    for _ in range(3):
        words = rng.permutation(names).tolist()
        die = dict.fromkeys([*words[:5], END, *words[5:]], 0.1)
        dice = dict.fromkeys((START, *words), die)
        yield {"dice": dice, "rolls": [0.25, float(np.nextafter(1.0, 0.0)), 0.75, 0.05]}


def write_reference(dice, rolls):
    """Return the words that the rolls choose: each die is the start of a chain of one roll."""
    words, word = [], START
    for roll in rolls:
        sides, shares = list(dice[word]), list(dice[word].values())
        word = MarkovChain(shares, np.eye(len(sides)), sides).sample(1, _Given([roll]))[0]
        if word == END:
            break
        words.append(word)
    return words


def check_write(answer, expected, dice, rolls):
    """Compare the words one by one."""
    returned("write", answer)
    assert isinstance(answer, (list, tuple)), (
        f"write must return a list of words, got {type(answer).__name__}"
    )
    for word in answer:
        assert isinstance(word, str), f"words are strings, got {type(word).__name__}"
    answer = list(answer)
    for marker in (START, END):
        assert marker not in answer, f"the words come without markers, but {marker!r} is among them"
    for number, (word, right) in enumerate(zip(answer, expected, strict=False)):
        before = ([START, *expected])[number]
        assert word == right, (
            f"word {number + 1} should be {right!r}: the die of {before!r} is rolled with "
            f"{rolls[number]:.6g}; got {word!r}"
        )
    assert len(answer) == len(expected), (
        f"there should be {len(expected)} words from these {len(rolls)} rolls, got {len(answer)}; "
        "the first ones are right"
    )


def end_is_written(dice, rolls):
    words = write_reference(dice, rolls)
    return words if len(words) == len(rolls) else [*words, END]


def start_is_written(dice, rolls):
    return [START, *write_reference(dice, rolls)]


def always_the_first_die(dice, rolls):
    return _written(dice, rolls, lambda before, word: START)


def begins_again(dice, rolls):
    words, word = [], START
    for roll in rolls:
        word = _roll(dice[word], roll)
        if word == END:
            word = START
        else:
            words.append(word)
    return words


def most_probable_word(dice, rolls):
    return _written(dice, rolls, pick=lambda die, roll: max(die, key=die.get))


def not_added_up(dice, rolls):
    def pick(die, roll):
        return next((word for word, p in die.items() if p > roll), END)

    return _written(dice, rolls, pick=pick)


def edge_belongs_below(dice, rolls):
    return _written(dice, rolls, pick=lambda die, roll: _roll(die, roll, side="left"))


def sides_in_sorted_order(dice, rolls):
    sides = {word: dict(sorted(die.items())) for word, die in dice.items()}
    return _written(sides, rolls)


def roll_for_the_start(dice, rolls):
    return _written(dice, rolls[1:])


def last_roll_unused(dice, rolls):
    return _written(dice, rolls[:-1])


EXERCISES = {
    "ps01.count_chain": {
        "example": two_winters,
        "unseen": {
            "several sequences of different lengths": different_lengths,
            "smoothing": with_smoothing,
            "states that were never left or never seen": never_left_or_seen,
            "sequences of one state": sequences_of_one_state,
        },
        "reference": count_chain_reference,
        "check": check_count_chain,
        "misconceptions": [
            (
                last_state_leaves,
                "You divided by how often a state was seen. A sequence's last state is followed by "
                "nothing, so it does not count as leaving its state.",
            ),
            (
                across_sequences,
                "You counted a move from the end of one sequence to the start of the next. "
                "Sequences have nothing to do with each other.",
            ),
            (
                transposed_moves,
                "Your transition table is turned: rows are where a move comes from, columns where "
                "it goes.",
            ),
            (
                columns_sum_to_one,
                "Your columns sum to one. Something follows each state for certain, so it is each "
                "row that must sum to one.",
            ),
            (
                start_from_all_days,
                "Your start probabilities count every day. Only a sequence's first state is a "
                "start.",
            ),
            (
                first_sequence_alone,
                "Your start probabilities know the first sequence alone. Every sequence has a "
                "start.",
            ),
            (
                rows_in_sorted_order,
                "Your rows and columns are in alphabetical order. The question says in which order "
                "the states come.",
            ),
            (
                not_smoothed,
                "You left the smoothing out: it is added to every count, before the division.",
            ),
            (
                start_not_smoothed,
                "You smoothed the transitions and not the start. A state that never began a "
                "sequence may still begin the next one.",
            ),
            (
                total_grows_by_one_share,
                "Your smoothed rows do not sum to one: what is added to every one of the counts is "
                "added to their total as often as there are states.",
            ),
            (
                nothing_for_the_unseen,
                "The row of a state that was never left stays at zero, which is no distribution. "
                "Where nothing is known, everything is equally probable.",
            ),
            (
                nan_for_the_unseen,
                "You divide zero by zero for a state that was never left. Where nothing is known, "
                "everything is equally probable.",
            ),
            (only_counted, "These are counts. Divide each row by its sum to get probabilities."),
        ],
    },
    "ps01.which_chain": {
        "example": los_angeles_or_seattle,
        "unseen": {
            "other numbers of chains than of states": chains_of_all_sizes,
            "sequences of length one": sequences_of_length_one,
            "sequences that some chain cannot make": impossible_in_some,
            "long sequences": long_sequences,
        },
        "reference": which_chain_reference,
        "check": check_which_chain,
        "misconceptions": [
            (
                start_forgotten,
                "The start plays no part. Before the first move, the first state has a probability "
                "of its own.",
            ),
            (
                from_column_to_row,
                "You went through the transitions from the column to the row. The row is the state "
                "a move comes from.",
            ),
            (
                last_move_left_out,
                "You left out the last move: n states are a start and n - 1 moves.",
            ),
            (
                prior_forgotten,
                "The prior plays no part in your posterior. A city you hardly ever hear from needs "
                "stronger evidence.",
            ),
            (
                prior_counted_as_a_day,
                "Your log probabilities contain the prior. They tell what a chain thinks of the "
                "sequence; what you think of the chains comes in with Bayes' rule.",
            ),
            (
                prior_added_last,
                "You divided first and multiplied by the prior afterwards, so the posterior no "
                "longer sums to one. The prior belongs under the sum as well.",
            ),
            (
                joint_for_posterior,
                "These are the probabilities of chain and sequence together. Given the sequence, "
                "the chains' probabilities must sum to one.",
            ),
            (
                winner_takes_all,
                "You name the most probable chain. The posterior says how sure one may be of it.",
            ),
            (
                shares_of_logarithms,
                "You took shares of logarithms. What must be shared out are the probabilities "
                "themselves: logarithms turn the order round.",
            ),
            (
                no_logarithms,
                "Your products became too small for a floating-point number. Add logarithms "
                "instead.",
            ),
            (
                logarithms_left_too_early,
                "Your logarithms are right, and then their exponentials became zero. Only the "
                "differences between them matter for the posterior: take the largest one out "
                "first.",
            ),
            (
                never_quite_zero,
                "You added something tiny to every probability. Zero is zero: its logarithm is "
                "minus infinity, and that chain is out.",
            ),
        ],
    },
    "ps01.stationary": {
        "example": two_climates,
        "unseen": {
            "chains that are not symmetric": one_way_chains,
            "chains that change slowly": slow_chains,
            "periodic chains": periodic_chains,
            "states that are left for ever": states_left_for_ever,
        },
        "reference": stationary_reference,
        "check": check_stationary,
        "misconceptions": [
            (
                other_side,
                "You solved the equation for the other side: with the distribution as a column, "
                "the even one always solves it. The distribution is a row, to the left of the "
                "table.",
            ),
            (
                hundred_steps,
                "You took a hundred steps and hoped. A slow chain needs many more, and a periodic "
                "one never comes to rest: solve the equation instead.",
            ),
            (
                hundred_steps_from_anywhere,
                "You took a hundred steps from every state and hoped. A slow chain needs many "
                "more, and a periodic one never comes to rest: solve the equation instead.",
            ),
            (
                one_step,
                "This is the chain one step after an even start. The stationary distribution stays "
                "the same after any number of steps.",
            ),
            (
                column_sums,
                "You added up the columns, which treats all rows alike. A row counts as much as "
                "its state is visited, which is what you are looking for.",
            ),
            (
                unit_length,
                "Your vector has length one, as eigenvectors come. Probabilities have the sum one.",
            ),
            (
                how_likely_to_stay,
                "You compared how likely each state is to stay. How often a state is visited also "
                "depends on how often the others lead there.",
            ),
        ],
    },
    "ps01.ngram_die": {
        "example": what_cows_eat,
        "unseen": {
            "contexts within a sentence": within_sentences,
            "contexts at the start of a sentence": at_the_start,
            "contexts of more than n - 1 words": too_long_contexts,
            "single words (n = 1)": single_words,
            "smoothing": smoothed_dice,
            "contexts that were never seen": unseen_contexts,
        },
        "reference": ngram_die_reference,
        "check": check_ngram_die,
        "misconceptions": [
            (
                one_start_marker,
                "You put one start marker before each sentence. The first word of an n-gram model, "
                "too, needs n - 1 things before it.",
            ),
            (
                no_end_marker,
                "Your sentences never end. The end is one side of the die: it follows the last "
                "word.",
            ),
            (
                one_long_sentence,
                "You joined the sentences into one. What follows a sentence's last word is its "
                "end, and each sentence starts anew.",
            ),
            (
                always_bigrams,
                "You looked at the last word alone. An n-gram model knows the n - 1 words before.",
            ),
            (
                first_words_of_the_context,
                "From a longer context you kept the first words. The next word depends on those "
                "that stand right before it.",
            ),
            (
                start_is_a_word,
                "The start marker is a side of your die. Nothing is ever followed by the start of "
                "a sentence.",
            ),
            (
                end_is_no_word,
                "With smoothing, the end is no side of your die. The end of a sentence can follow "
                "like any word.",
            ),
            (
                unseen_stays_empty,
                "After a context that was never seen, your die has no sides even with smoothing. "
                "Every word then has the same share.",
            ),
            (
                seen_words_alone,
                "You smoothed only the words that did follow. Smoothing is there for the others: "
                "the whole vocabulary has a share.",
            ),
            (
                total_not_smoothed,
                "Your smoothed die does not sum to one: what is added to every word's count is "
                "added to the total as often as there are words.",
            ),
            (
                share_of_all_ngrams,
                "You divided by the number of all n-grams. Given the context, only those that "
                "begin with it are counted.",
            ),
            (
                counts_for_shares,
                "These are counts. Divide them by their sum to get probabilities.",
            ),
        ],
    },
    "ps01.perplexity": {
        "example": dice_by_hand,
        "unseen": {
            "sentences of different lengths": texts_of_different_lengths,
            "missing sides and sides of probability 0": missing_sides,
            "sentences without a word": texts_without_words,
            "long texts": long_texts,
        },
        "reference": perplexity_reference,
        "check": check_perplexity,
        "misconceptions": [
            (
                end_not_rolled,
                "You did not roll for the ends of the sentences. That a sentence ends is part of "
                "its probability.",
            ),
            (
                start_not_rolled,
                "You did not roll for the first words. They follow the start marker.",
            ),
            (
                shared_among_words,
                "You divided by the number of words. The die was rolled once more in each "
                "sentence, for its end.",
            ),
            (
                shared_among_sentences,
                "You divided by the number of sentences. Perplexity is per roll of the die.",
            ),
            (
                mean_over_sentences,
                "You averaged the sentences' perplexities, so that a short one weighs as much as a "
                "long one. Every roll of the die has the same weight.",
            ),
            (
                power_of_two,
                "You took natural logarithms and then a power of two. One base, both ways.",
            ),
            (
                no_minus,
                "Your perplexity falls when the text is harder to predict: the sign of the "
                "exponent is wrong.",
            ),
            (
                average_of_inverses,
                "You averaged the number of sides. A fair die's sides multiply from roll to roll, "
                "so average the logarithms.",
            ),
            (
                inverse_of_average,
                "You averaged the probabilities. They multiply from roll to roll, so average the "
                "logarithms.",
            ),
            (
                impossible_left_out,
                "You left out what has no probability. A model that rules out what did happen is "
                "infinitely surprised.",
            ),
            (
                multiplied,
                "Your product became too small for a floating-point number. Add logarithms "
                "instead.",
            ),
        ],
    },
    "ps01.write": {
        "example": three_rolls,
        "unseen": {
            "texts that end and texts that run out of rolls": many_rolls,
            "rolls that hit a running total": rolls_on_the_edge,
            "sides of probability zero": sides_of_probability_zero,
            "running totals just below 1": totals_just_below_one,
        },
        "reference": write_reference,
        "check": check_write,
        "misconceptions": [
            (
                end_is_written,
                "You wrote the end down as a word. It only tells that the text is over.",
            ),
            (
                start_is_written,
                "You wrote the start down as a word. It only tells which die comes first.",
            ),
            (
                always_the_first_die,
                "You rolled the same die again and again. Each word chooses the next die.",
            ),
            (
                begins_again,
                "You went on after the end. With the first end the text is over, whatever rolls "
                "are left.",
            ),
            (
                most_probable_word,
                "You took the most probable word, whatever was rolled. A weighted die shows the "
                "others, too, each in proportion.",
            ),
            (
                not_added_up,
                "You compared the roll with each side's own probability. The sides lie one after "
                "the other between 0 and 1: compare it with their running total.",
            ),
            (
                edge_belongs_below,
                "A roll that hits a running total belongs to the next side: each side reaches from "
                "its start up to, but not including, its end.",
            ),
            (
                sides_in_sorted_order,
                "You put the sides in alphabetical order. They lie as the die lists them.",
            ),
            (
                roll_for_the_start,
                "You spent the first roll on the start. The text always begins there; the first "
                "roll is for the first word.",
            ),
            (
                last_roll_unused,
                "Your last roll is not used. Each roll gives a word, or the end.",
            ),
        ],
    },
}


class _Given(np.random.Generator):
    """A generator whose rolls are known beforehand."""

    def __init__(self, rolls):
        super().__init__(np.random.PCG64(0))
        self.rolls = rolls

    def random(self, size=None):
        return np.array(self.rolls)


def _records(rng, K: int, lengths: list[int]) -> dict:
    """Draw records with different starts, which leave each state, more often one way than back.

    The states come in no alphabetical order.
    """
    states = rng.permutation(["sun", "fog", "hail", "wind"][:K]).tolist()
    while states == sorted(states):
        states = rng.permutation(states).tolist()
    starts, ways = rng.permutation(np.eye(K)), rng.dirichlet(np.full(K, 2.0), size=K)
    sequences: list[list[str]] = []
    while not _one_way(sequences) or {state for y in sequences for state in y[:-1]} < set(states):
        sequences = [
            MarkovChain(starts[i % K], ways, states).sample(n, rng) for i, n in enumerate(lengths)
        ]
    return {"sequences": sequences, "states": states, "smoothing": 0.0}


def _one_way(sequences) -> bool:
    """Whether some move is made more often than its reverse."""
    moves = Counter(move for sequence in sequences for move in pairwise(sequence))
    return any(moves[a, b] != moves[b, a] for a, b in list(moves))


def _counted(sequences, states) -> tuple[np.ndarray, np.ndarray]:
    """Count starts, and moves from state to state."""
    starts, moves = np.zeros(len(states)), np.zeros((len(states), len(states)))
    for sequence in sequences:
        path = [states.index(state) for state in sequence]
        starts[path[0]] += 1
        np.add.at(moves, (path[:-1], path[1:]), 1)
    return starts, moves


def _shares(counts) -> np.ndarray:
    """Return each row's shares, equal ones where nothing was counted."""
    totals = counts.sum(axis=-1, keepdims=True)
    return np.where(totals > 0, counts / np.where(totals > 0, totals, 1), 1 / counts.shape[-1])


def _chains(rng, m: int, K: int) -> dict:
    """Draw m chains over K states that are not symmetric, and a prior that prefers one."""
    prior = np.arange(1.0, m + 1) + rng.random(m)
    return {
        "initials": rng.dirichlet(np.ones(K), size=m),
        "transitions": rng.dirichlet(np.full(K, 0.8), size=(m, K)),
        "prior": rng.permutation(prior / prior.sum()),
    }


def _days(rng, chains: dict, n: int) -> list[int]:
    """Draw n states from the first chain, more moves one way than back."""
    initial, transition = chains["initials"][0], chains["transitions"][0]
    chain = MarkovChain(initial, transition, list(range(len(initial))))
    days: list[int] = []
    while not _one_way([days]):
        days = chain.sample(n, rng)
    return days


def _starts(initials, sequence) -> np.ndarray:
    return np.log(initials[:, sequence[0]])


def _moves(transitions, sequence) -> np.ndarray:
    return np.log(transitions[:, sequence[:-1], sequence[1:]]).sum(axis=1)


def _log_probs(initials, transitions, sequence) -> np.ndarray:
    return _starts(initials, sequence) + _moves(transitions, sequence)


def _bayes(log_probs, prior) -> tuple[np.ndarray, np.ndarray]:
    joint = log_probs + np.log(prior)
    weights = np.exp(joint - joint.max())
    return log_probs, weights / weights.sum()


def _text(rng, n: int) -> list[list[str]]:
    """Draw sentences over a few words.

    What follows the last words of the first sentence differs from what follows those before, and
    from what follows if fewer words are looked at.
    """
    words = rng.permutation(["moo", "baa", "oink", "neigh", "cluck", "quack"])[:4].tolist()
    chain = MarkovChain(np.full(4, 0.25), rng.dirichlet(np.ones(4), size=4), words)
    while True:
        sentences = [chain.sample(length, rng) for length in (5, 5, 6, 4, 7, 3, 6)]
        sentences.append(words + words[::-1])
        end = sentences[0][-n - 1 :]
        looks = [(n, end), (n, end[: n - 1]), (max(n - 1, 1), end)]
        die, *others = (NGramModel.fit(sentences, k).distribution(context) for k, context in looks)
        if n == 1 or die not in others:
            return sentences


def _ngrams(sentences, n: int, start: int | None = None, end: int = 1) -> list[tuple]:
    """Return all n-grams of the padded sentences."""
    start = n - 1 if start is None else min(start, n - 1)
    padded = [[START] * start + words + [END] * end for words in sentences]
    return [tuple(words[i : i + n]) for words in padded for i in range(len(words) - n + 1)]


def _after(ngrams: list[tuple], n: int, context) -> list[tuple]:
    """Return the n-grams that begin with a context, padded or cut to n - 1 words."""
    before = tuple([START] * (n - 1) + list(context))[len(context) :]
    return [ngram for ngram in ngrams if ngram[:-1] == before]


def _die(ngrams: list[tuple], n: int, context, smoothing: float, extra=()) -> dict:
    """Return shares of the words after a context, of all that can follow if smoothed."""
    counts = Counter(ngram[-1] for ngram in _after(ngrams, n, context))
    words = {ngram[-1] for ngram in ngrams} | set(extra) if smoothing else set(counts)
    total = counts.total() + smoothing * len(words)
    return {word: (counts[word] + smoothing) / total for word in words}


def _cow_dice() -> dict:
    """Return a bigram model of what cows eat."""
    return {
        START: {"cows": 0.5, "our": 0.5},
        "our": {"cows": 1.0},
        "cows": {"eat": 1.0},
        "eat": {"corn": 4 / 11, "grass": 3 / 11, "hay": 2 / 11, "if": 1 / 11, "which": 1 / 11},
        "corn": {END: 0.75, "and": 0.25},
        "grass": {END: 1.0},
        "hay": {END: 1.0},
        "if": {"cows": 1.0},
        "which": {"cows": 1.0},
        "and": {"hay": 1.0},
    }


def _dice(rng, K: int, end: float = 0.25) -> dict:
    """Draw the dice of a bigram model, whose sides are in no alphabetical order."""
    names = ["ox", "ram", "cow", "ewe", "sow", "pig", "hen", "cat"]
    words = rng.permutation(names)[:K].tolist()
    dice = {}
    for before in (START, *words):
        shares = (1 - end) * rng.dirichlet(np.full(K, 0.8))
        sides = [*zip(words, shares.tolist(), strict=True), (END, end)]
        dice[before] = dict(sides[i] for i in rng.permutation(K + 1))
    return dice


def _sentence(rng, dice: dict, n: int) -> list[str]:
    """Draw n words by the dice, as if none of them ended."""
    sentence = [START]
    while len(sentence) <= n:
        shares = {word: p for word, p in dice[sentence[-1]].items() if word != END}
        p = np.array(list(shares.values()))
        sentence.append(list(shares)[int(rng.choice(len(p), p=p / p.sum()))])
    return sentence[1:]


def _rolled(dice, sentences) -> list[list[float]]:
    """Return the probability of each roll, sentence by sentence."""
    return [
        [
            dice.get(before, {}).get(word, 0.0)
            for before, word in zip([START, *words], [*words, END], strict=True)
        ]
        for words in sentences
    ]


def _flat(dice, sentences) -> list[float]:
    return [p for ps in _rolled(dice, sentences) for p in ps]


def _perplexity(ps: list[float], rolls: int | None = None) -> float:
    return float(np.exp(-np.log(ps).sum() / (len(ps) if rolls is None else rolls)))


def _roll(die: dict, roll: float, side: str = "right") -> str:
    """Return the side that a roll shows."""
    totals = np.cumsum(list(die.values()))
    return list(die)[int(np.searchsorted(totals / totals[-1], roll, side=side))]


def _written(dice, rolls, following=lambda before, word: word, pick=_roll) -> list[str]:
    """Write words until the end comes up; `following` names the next die."""
    words, before = [], START
    for roll in rolls:
        word = pick(dice[before], roll)
        if word == END:
            break
        words.append(word)
        before = following(before, word)
    return words
