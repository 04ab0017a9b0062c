"""What the grader asks in problem set 10: cases, the reference's answers, a fair comparison.

The misconceptions are wrong on purpose: an answer that equals one of them tells what its author had
in mind.
"""

from __future__ import annotations

import numpy as np
from comparing import numbers, returned, same_values, values, whole_numbers

from course_lib import losses, seq2seq
from course_lib.activations import softmax
from course_lib.layers.attention import attention_forward
from course_lib.seq2seq.batches import pad as side_by_side

# Exercise 1: decoder_batch


def three_forecasts(rng: np.random.Generator):
    """The targets that the visible check shows."""
    yield {"targets": [[0, 2], [2], [1, 0, 2]], "start": 3, "end": 4, "pad": 5}


def different_lengths(rng: np.random.Generator):
    """The longest target first, last and in the middle."""
    for lengths in ([6, 2, 3], [1, 5], [3, 7, 1, 4, 2]):
        yield _targets(rng, lengths)


def empty_targets(rng: np.random.Generator):
    """The decoder must learn to say nothing, too."""
    for lengths in ([3, 0, 1], [0], [0, 2]):
        yield _targets(rng, lengths)


def equally_long(rng: np.random.Generator):
    """Nothing to pad."""
    for N, T in [(3, 4), (1, 3), (4, 1)]:
        yield _targets(rng, [T] * N)


def ambiguous_padding(rng: np.random.Generator):
    """What is padding cannot be told from its number."""
    for lengths in ([4, 2, 1], [2, 5]):
        case = _targets(rng, lengths)
        yield case | {"pad": case["end"]}
        yield case | {"pad": case["targets"][0][0]}


def decoder_batch_reference(targets, start, end, pad):
    """Return what the decoder reads, what it should write, and which steps count."""
    batch = side_by_side("targets", targets, np.iinfo(np.intp).max)
    edge = np.full((len(targets), 1), start)
    read = np.concatenate([edge, np.where(batch.real, batch.ids, pad)], axis=1)
    due = np.concatenate([np.where(batch.real, batch.ids, pad), edge], axis=1)
    steps = np.arange(due.shape[1])
    due[:, -1] = pad
    due[steps == batch.lengths[:, None]] = end
    return read, due, steps <= batch.lengths[:, None]


def check_decoder_batch(answer, expected, targets, start, end, pad):
    """Compare the three arrays entry by entry."""
    names = ("read", "due", "real")
    found = values("decoder_batch", answer, names)
    for name, value, right in zip(names, found, expected, strict=True):
        array = numbers(name, value, right.shape)
        wrong = np.argwhere(array != right)
        if len(wrong):
            n, t = wrong[0]
            shown = right[n, t] if name != "real" else bool(right[n, t])
            raise AssertionError(
                f"{name}[{n}, {t}] should be {shown}, got {np.asarray(value)[n, t]}: target {n} "
                f"has {len(targets[n])} words, the longest has {max(map(len, targets))}"
            )


def reads_what_is_due(targets, start, end, pad):
    _, due, real = decoder_batch_reference(targets, start, end, pad)
    return due, due, real


def end_forgotten(targets, start, end, pad):
    read = _rows([[start, *words][: len(words)] for words in targets], pad)
    real = _rows([[True] * len(words) for words in targets], False)
    return read, _rows(targets, pad), real


def end_is_read(targets, start, end, pad):
    both = _rows([[start, *words, end] for words in targets], pad)
    return both[:, :-1], both[:, 1:], decoder_batch_reference(targets, start, end, pad)[2]


def end_not_counted(targets, start, end, pad):
    read, due, _ = decoder_batch_reference(targets, start, end, pad)
    return read, due, _rows([[True] * len(words) + [False] for words in targets], False)


def padding_counted(targets, start, end, pad):
    read, due, real = decoder_batch_reference(targets, start, end, pad)
    return read, due, np.ones_like(real)


def told_by_the_number(targets, start, end, pad):
    read, due, _ = decoder_batch_reference(targets, start, end, pad)
    return read, due, due != pad


def padded_in_front(targets, start, end, pad):
    width = max(map(len, targets)) + 1

    def behind(rows, filler):
        return np.array([[filler] * (width - len(row)) + row for row in rows])

    return (
        behind([[start, *words] for words in targets], pad),
        behind([[*words, end] for words in targets], pad),
        behind([[True] * (len(words) + 1) for words in targets], False),
    )


def end_behind_the_padding(targets, start, end, pad):
    read, due, real = decoder_batch_reference(targets, start, end, pad)
    due = np.where(due == end, pad, due)
    due[:, -1] = end
    return read, due, real


def cut_to_the_shortest(targets, start, end, pad):
    width = min(map(len, targets)) + 1
    return tuple(a[:, :width] for a in decoder_batch_reference(targets, start, end, pad))


# Exercise 2: masked_loss


def two_forecasts(rng: np.random.Generator):
    """The scores that the visible check shows."""
    logits = np.zeros((2, 2, 3))
    logits[0, 1, 0] = np.log(2)
    yield {
        "logits": logits,
        "due": np.array([[0, 0], [2, 1]]),
        "real": np.array([[True, True], [True, False]]),
    }


def all_different(rng: np.random.Generator):
    """Batches in which no two numbers are equal."""
    for N, U, K in [(2, 4, 5), (4, 3, 2), (3, 5, 4)]:
        yield _scored(rng, N, U, K)


def single(rng: np.random.Generator):
    """One pair of several steps, one step of several pairs."""
    for N, U, K in [(1, 4, 3), (5, 1, 3)]:
        yield _scored(rng, N, U, K)


def no_class(rng: np.random.Generator):
    """What stands at padded places names no score."""
    for N, U, K, filler in [(3, 4, 2, -1), (2, 5, 3, 3), (4, 3, 5, 99)]:
        case = _scored(rng, N, U, K)
        yield case | {"due": np.where(case["real"], case["due"], filler)}


def large_scores(rng: np.random.Generator):
    """Scores whose exponentials overflow, and due words whose probability underflows."""
    for N, U, K in [(2, 4, 3), (3, 2, 4)]:
        case = _scored(rng, N, U, K)
        logits = rng.permuted(np.tile(np.linspace(-1000, 1000, K), (N, U, 1)), axis=2)
        logits += rng.normal(size=(N, U, K))
        order = logits.argsort(axis=2)
        due = case["due"].copy()
        due[:, 0] = order[:, 0, 0]
        yield case | {"logits": logits, "due": due}
        offsets = rng.permutation(np.linspace(-1000, 1000, N)).reshape(N, 1, 1)
        yield case | {"logits": case["logits"] + offsets}


def masked_loss_reference(logits, due, real):
    """Return the mean over pairs of minus the log probability, and its gradient."""
    loss, d_logits = losses.softmax_cross_entropy(logits[real], due[real])
    words_per_pair = real.sum() / len(logits)
    gradient = np.zeros_like(logits)
    gradient[real] = d_logits * words_per_pair
    return loss * words_per_pair, gradient


def check_masked_loss(answer, expected, logits, due, real):
    """Compare the loss, then its gradient."""
    same_values("masked_loss", answer, expected, ("loss", "gradient"))


def padding_pays(logits, due, real):
    return masked_loss_reference(logits, due, np.ones_like(real))


def mean_over_words(logits, due, real):
    return _scaled(masked_loss_reference(logits, due, real), len(logits) / real.sum())


def mean_over_places(logits, due, real):
    return _scaled(masked_loss_reference(logits, due, real), 1 / real.shape[1])


def sum_over_pairs(logits, due, real):
    return _scaled(masked_loss_reference(logits, due, real), len(logits))


def mean_of_means(logits, due, real):
    loss, gradient = 0.0, np.zeros_like(logits)
    for n in range(len(logits)):
        pair, slope = masked_loss_reference(logits[n : n + 1], due[n : n + 1], real[n : n + 1])
        share = real[n].sum() * len(logits)
        loss, gradient[n] = loss + pair / share, slope[0] / share
    return loss, gradient


def gradient_of_padding(logits, due, real):
    loss, gradient = masked_loss_reference(logits, due, real)
    return loss, np.where(real[..., None], gradient, softmax(logits) / len(logits))


def gradient_of_the_sum(logits, due, real):
    loss, gradient = masked_loss_reference(logits, due, real)
    return loss, gradient * len(logits)


def log_likelihood(logits, due, real):
    return _scaled(masked_loss_reference(logits, due, real), -1)


def overflowing(logits, due, real):
    e = np.exp(logits)
    return _loss_from(e / e.sum(axis=2, keepdims=True), due, real)


def overflowing_everywhere(logits, due, real):
    e = np.exp(logits)
    p = e / e.sum(axis=2, keepdims=True)
    loss, gradient = _loss_from(p, due, real)
    return loss, np.where(real[..., None], gradient, p * 0)


def logarithm_of_zero(logits, due, real):
    return _loss_from(softmax(logits), due, real)


# Exercise 3: beam_search


def a_forecast(rng: np.random.Generator):
    """The table that the visible check shows."""
    p = np.zeros((5, 5))
    p[3, :2] = 0.4, 0.6
    p[0, [2, 4]] = 0.9, 0.1
    p[1, [0, 1, 4]] = 0.5, 0.3, 0.2
    p[2, 4] = p[4, 4] = 1
    table = {"log_p": _log(p), "start": 3, "end": 4}
    yield table | {"width": 2, "max_length": 5}
    yield table | {"width": 1, "max_length": 5}
    yield table | {"width": 2, "max_length": 2}


def greedy_misses(rng: np.random.Generator):
    """The likeliest first word is not the best, and ended sequences take places from others."""
    for n_words, width, max_length in [(3, 2, 6), (4, 3, 6), (5, 4, 7)]:
        while True:
            case = _table(rng, n_words) | {"width": width, "max_length": max_length}
            totals = [total for _, total in beam_search_reference(**case)]
            apart = [total for _, total in ended_stand_apart(**case)]
            if totals[0] > greedy(**case)[0][1] + 0.05 and not np.allclose(totals, apart):
                yield case
                break


def width_1(rng: np.random.Generator):
    """Greedy decoding, until the end comes or the steps are used up."""
    for n_words, max_length in [(2, 9), (3, 8), (4, 8), (5, 7)]:
        yield _table(rng, n_words, to_end=0.6) | {"width": 1, "max_length": max_length}


def too_short(rng: np.random.Generator):
    """Hardly anything ends in time."""
    for n_words, width, max_length in [(3, 3, 2), (4, 3, 3), (3, 4, 4)]:
        yield _table(rng, n_words, to_end=0.15) | {"width": width, "max_length": max_length}


def never_follow(rng: np.random.Generator):
    """So many zeros that fewer sequences are possible than the beam has places."""
    for n_words, width in [(3, 8), (4, 20)]:
        *words, start, end = rng.permutation(n_words + 2)
        if n_words == 3:  # the end's row has no zeros, so a change in its first place would show
            *words, start, end = *rng.permutation(np.arange(1, n_words + 2)), 0
        p = np.zeros((n_words + 2, n_words + 2))
        # Words in a fixed order, some left out: no loops, so every sequence ends.
        for place, row in enumerate([start, *words]):
            following = [*words[place:][:2], end]
            p[row, following] = rng.dirichlet(np.full(len(following), 2.0))
        p[start, end] = 0
        p[start] /= p[start].sum()
        p[end] = rng.dirichlet(np.ones(len(p)))
        case = {"log_p": _log(p), "start": int(start), "end": int(end)}
        yield case | {"width": width, "max_length": n_words + 2}


def every_sequence(rng: np.random.Generator):
    """The beam is so wide that nothing is ever dropped."""
    for n_words, max_length in [(2, 3), (3, 3), (2, 4)]:
        yield _table(rng, n_words) | {"width": 200, "max_length": max_length}


class TableModel:
    """The face of a sequence-to-sequence model, whose next word depends on the last one alone.

    Its words stand in the order of `numbers`, and the end behind them.
    """

    def __init__(self, log_p, start: int, end: int):
        self.numbers = [n for n in range(len(log_p)) if n not in (start, end)] + [end]
        rows = [*self.numbers[:-1], start]
        scores = np.asarray(log_p)[np.ix_(rows, self.numbers)]
        self.scores = np.where(np.isinf(scores), IMPOSSIBLE, scores)
        self.target_vocab = len(rows) - 1

    def encode(self, src) -> dict:
        """Return no more than a beam asks for: there is no source."""
        return {"h": np.zeros((1, 1)), "real": np.ones((1, 1), bool), "state": ()}

    def decode(self, token, encoded, state):
        """Return the scores (N, 1, words and end) of what follows each token (N, 1)."""
        return self.scores[token], state, None


IMPOSSIBLE = -1e9


def beam_search_reference(log_p, start, end, width, max_length):
    """Return what the course's own beam finds."""
    model = TableModel(log_p, start, end)
    return [
        ([model.numbers[token] for token in tokens], total)
        for tokens, total in seq2seq.beam(model, [], width, max_length)
        if total > IMPOSSIBLE / 2
    ]


def check_beam_search(answer, expected, log_p, start, end, width, max_length):
    """Accept any of equally probable sequences; the probabilities must be the best."""
    returned("beam_search", answer)
    assert isinstance(answer, (list, tuple)), (
        f"beam_search must return a list of pairs, got {type(answer).__name__}"
    )
    found = []
    for place, entry in enumerate(answer):
        is_pair = isinstance(entry, (list, tuple)) and len(entry) == 2
        assert is_pair, f"entry {place} must be a pair (sequence, log probability)"
        words = _words(f"the sequence of entry {place}", entry[0], len(log_p), start, end)
        claimed = numbers(f"the log probability of entry {place}", entry[1], ())
        assert len(words) <= max_length, (
            f"entry {place} has {len(words)} words, but max_length is {max_length}"
        )
        actual = _log_prob(words, log_p, start, end, max_length)
        assert actual > -np.inf, f"entry {place}, {words}, is impossible by the table"
        assert np.isclose(claimed, actual, rtol=1e-5, atol=1e-8), (
            f"entry {place}, {words}, has log probability {actual:.6g} by the table"
            f"{', with its end' if len(words) < max_length else ''}, got {claimed:.6g}"
        )
        found.append((words, actual))
    for place, (words, _) in enumerate(found):
        earlier = [other for other, _ in found[:place]]
        assert words not in earlier, f"{words} stands in the list more than once"
    totals, best = [total for _, total in found], [total for _, total in expected]
    assert all(np.diff(totals) <= 1e-9), f"the best must come first, got {_shown(totals)}"
    for place, (total, right) in enumerate(zip(totals, best, strict=False)):
        assert np.isclose(total, right, rtol=1e-6, atol=1e-9), (
            f"with width {width}, entry {place} should be {expected[place][0]} or another with log "
            f"probability {right:.6g}, got {found[place][0]} with {total:.6g}"
        )
    assert len(found) == len(expected), (
        f"with width {width}, the length of the list should be {len(expected)}, got {len(found)}"
    )


def greedy(log_p, start, end, width, max_length):
    return beam_search_reference(log_p, start, end, 1, max_length)


def probabilities(log_p, start, end, width, max_length):
    found = beam_search_reference(log_p, start, end, width, max_length)
    return [(words, float(np.exp(total))) for words, total in found]


def first_words_only(log_p, start, end, width, max_length):
    best = np.argsort(-np.asarray(log_p)[start], kind="stable")[:width]
    found = [([int(word)], log_p[start, word]) for word in best if np.isfinite(log_p[start, word])]
    for place, (words, total) in enumerate(found):
        while words[-1] != end and len(words) < max_length:
            word = int(np.argmax(log_p[words[-1]]))
            words, total = [*words, word], total + log_p[words[-1], word]
        found[place] = ([word for word in words if word != end], total)
    return sorted(found, key=lambda entry: -entry[1])


def end_is_free(log_p, start, end, width, max_length):
    found = beam_search_reference(log_p, start, end, width, max_length)
    return [
        (words, _log_prob(words, log_p, start, end, max_length=len(words))) for words, _ in found
    ]


def goes_on_behind_the_end(log_p, start, end, width, max_length):
    return _search(log_p, start, end, width, max_length, stops=False)


def shows_the_end(log_p, start, end, width, max_length):
    return [
        ([*words, end] if len(words) < max_length else words, total)
        for words, total in beam_search_reference(log_p, start, end, width, max_length)
    ]


def shows_the_start(log_p, start, end, width, max_length):
    found = beam_search_reference(log_p, start, end, width, max_length)
    return [([start, *words], total) for words, total in found]


def worst_first(log_p, start, end, width, max_length):
    return beam_search_reference(log_p, start, end, width, max_length)[::-1]


def mean_per_step(log_p, start, end, width, max_length):
    found = [
        (words, total / min(len(words) + 1, max_length))
        for words, total in beam_search_reference(log_p, start, end, width, max_length)
    ]
    return sorted(found, key=lambda entry: -entry[1])


def ended_stand_apart(log_p, start, end, width, max_length):
    return _search(log_p, start, end, width, max_length, apart=True)


def unfinished_dropped(log_p, start, end, width, max_length):
    found = beam_search_reference(log_p, start, end, width, max_length)
    return [entry for entry in found if len(entry[0]) < max_length]


def end_added_to_all(log_p, start, end, width, max_length):
    found = [
        (words, _log_prob(words, log_p, start, end, max_length=len(words) + 1))
        for words, _ in beam_search_reference(log_p, start, end, width, max_length)
    ]
    return sorted(found, key=lambda entry: -entry[1])


def impossible_kept(log_p, start, end, width, max_length):
    return _search(log_p, start, end, width, max_length, least=-np.inf)


# Exercise 4: attend


def one_look_back(rng: np.random.Generator):
    """The states that the visible check shows."""
    yield {
        "s": np.array([[[1.0, 0.0]]]),
        "h": np.array([[[4.0, np.log(2)], [1.0, 0.0], [9.0, 9.0]]]),
        "real": np.array([[True, True, False]]),
        "W": np.array([[0.0, 1.0], [0.0, 0.0]]),
    }


def attention_shapes(rng: np.random.Generator):
    """No two of the four numbers are equal."""
    for N, U, T, H in [(2, 3, 5, 4), (3, 4, 2, 5), (4, 5, 3, 2)]:
        yield _states(rng, N, U, T, H)


def as_many_steps(rng: np.random.Generator):
    """As many target steps as source steps: a wrong axis has the right shape."""
    for N, T, H in [(2, 3, 4), (3, 4, 2)]:
        yield _states(rng, N, T, T, H)


def padded_sources(rng: np.random.Generator):
    """Some sources are shorter, one holds a single step."""
    for N, U, T, H in [(3, 2, 5, 4), (4, 3, 6, 2)]:
        lengths = rng.permutation([1, T, *rng.integers(2, T, size=N - 2)])
        yield _states(rng, N, U, T, H) | {"real": np.arange(T) < lengths[:, None]}


def large_comparisons(rng: np.random.Generator):
    """The largest score belongs to a real step, or to another; its sign changes with each u."""
    yield _steep(rng, (2, 3, 4, 2), size=850, real=1.0, padding=1.1)
    yield _steep(rng, (3, 2, 5, 3), size=850, real=1.0, padding=-1.0)
    yield _steep(rng, (3, 2, 4, 2), size=450, real=-1.0, padding=1.0)


def attend_reference(s, h, real, W):
    """Return the weights, and what is seen with them."""
    H = s.shape[2]
    _, (_, weights, seen, *_) = attention_forward(s, h, real, W, np.zeros((H, 2 * H)))
    return weights, seen[..., :H]


def check_attend(answer, expected, s, h, real, W):
    """Compare the weights, then the context."""
    same_values("attend", answer, expected, ("weights", "context"))


def looks_at_padding(s, h, real, W):
    return attend_reference(s, h, np.ones_like(real), W)


def masked_too_late(s, h, real, W):
    weights = softmax(s @ W @ h.mT) * real[:, None]
    return weights, weights @ h


def score_of_zero(s, h, real, W):
    weights = softmax(s @ W @ h.mT * real[:, None])
    return weights, weights @ h


def over_target_steps(s, h, real, W):
    weights = softmax(_masked(s @ W @ h.mT, real).mT).mT
    return weights, weights @ h


def transposed(s, h, real, W):
    return attend_reference(s, h, real, W.T)


def without_weights(s, h, real, W):
    return attend_reference(s, h, real, np.eye(len(W)))


def scaled_down(s, h, real, W):
    return attend_reference(s, h, real, W / np.sqrt(len(W)))


def scores_for_weights(s, h, real, W):
    weights = s @ W @ h.mT * real[:, None]
    return weights, weights @ h


def overflowing_weights(s, h, real, W):
    e = np.exp(s @ W @ h.mT) * real[:, None]
    weights = e / e.sum(axis=2, keepdims=True)
    return weights, weights @ h


def overflowing_real_weights(s, h, real, W):
    e = np.where(real[:, None], np.exp(s @ W @ h.mT), 0)
    weights = e / e.sum(axis=2, keepdims=True)
    return weights, weights @ h


def largest_is_padding(s, h, real, W):
    scores = s @ W @ h.mT
    e = np.exp(scores - scores.max(axis=2, keepdims=True)) * real[:, None]
    weights = e / e.sum(axis=2, keepdims=True)
    return weights, weights @ h


EXERCISES = {
    "ps10.decoder_batch": {
        "example": three_forecasts,
        "unseen": {
            "targets of different lengths": different_lengths,
            "empty targets": empty_targets,
            "targets that are all equally long": equally_long,
            "a padding number that the end or a word has, too": ambiguous_padding,
        },
        "reference": decoder_batch_reference,
        "check": check_decoder_batch,
        "misconceptions": [
            (
                reads_what_is_due,
                "Your decoder reads the very word it is to write, so it has nothing to learn. At "
                "each step it knows the words before, and the first one knows only the start.",
            ),
            (
                end_forgotten,
                "Your decoder never learns to stop. Writing the end is a step like any other, one "
                "more than there are words.",
            ),
            (
                end_is_read,
                "In your shorter rows the decoder reads the end. After the end nothing is left to "
                "write, so nothing is read either: there is padding.",
            ),
            (
                end_not_counted,
                "Your mask leaves the end out. Whether the decoder stops at the right moment is "
                "part of what it is to learn.",
            ),
            (
                padding_counted,
                "Your mask counts the padding. It is there only to make the rows equally long, and "
                "nobody wants the decoder to learn it.",
            ),
            (
                told_by_the_number,
                "You recognise padding by its number, but the end or a word can have the same "
                "number. What tells for sure is how long each target is.",
            ),
            (
                padded_in_front,
                "Your padding stands in front. All decoders start at step 0 together; what is "
                "left over comes behind the end.",
            ),
            (
                end_behind_the_padding,
                "Your ends stand in the last column of all rows. A target ends right behind its "
                "own last word.",
            ),
            (
                cut_to_the_shortest,
                "You cut all targets to the length of the shortest. Padding is there so that no "
                "word gets lost.",
            ),
        ],
    },
    "ps10.masked_loss": {
        "example": two_forecasts,
        "unseen": {
            "N, U and K all different": all_different,
            "one pair or one step": single,
            "padding with a number that is no class": no_class,
            "scores as large as 1000": large_scores,
        },
        "reference": masked_loss_reference,
        "check": check_masked_loss,
        "misconceptions": [
            (
                padding_pays,
                "Steps that are not real take part in your loss. What the decoder would write "
                "behind the end of a target does not matter to anybody.",
            ),
            (
                mean_over_words,
                "You divide by the number of words. That is a measure per word; here each pair "
                "counts as a whole, with the sum over its words, and pairs are averaged.",
            ),
            (
                mean_over_places,
                "You divide by all places of the array, padding included, so the loss gets smaller "
                "just because another target of the batch is long.",
            ),
            (
                sum_over_pairs,
                "This is the sum over the pairs. The loss is their mean, so that it does not "
                "depend on the size of the batch.",
            ),
            (
                mean_of_means,
                "You average within each pair first. The log probability of a target is the sum "
                "over its words; only the pairs are averaged.",
            ),
            (
                gradient_of_padding,
                "Your loss is right, but your gradient is not zero at the padding. A score on "
                "which the loss does not depend has the gradient zero.",
            ),
            (
                gradient_of_the_sum,
                "Your loss is a mean over the pairs, but your gradient is that of the sum.",
            ),
            (
                log_likelihood,
                "The sign is turned: this is the mean log probability, which grows as the decoder "
                "gets better. A loss gets smaller.",
            ),
            (
                overflowing,
                "The exponential of a large score is infinite. Softmax does not change when the "
                "same number is subtracted from all scores of a step.",
            ),
            (
                overflowing_everywhere,
                "The exponential of a large score is infinite, and infinity times 0 is not 0: "
                "so even the padding is spoilt. Softmax does not change when the same number is "
                "subtracted from all scores of a step.",
            ),
            (
                logarithm_of_zero,
                "The probability of a due word can be too small for a floating-point number, and "
                "the logarithm of 0 is not its loss. Simplify the logarithm on paper first.",
            ),
        ],
    },
    "ps10.beam_search": {
        "example": a_forecast,
        "unseen": {
            "tables in which greedy decoding misses the best": (4, greedy_misses),
            "width 1": width_1,
            "max_length too short for an end": too_short,
            "words that never follow each other": never_follow,
            "a beam as wide as all sequences": every_sequence,
        },
        "reference": beam_search_reference,
        "check": check_beam_search,
        "misconceptions": [
            (
                greedy,
                "You kept the best word at every step and forgot all others. A beam keeps several "
                "beginnings alive, for a step that is worse now can lead to a better whole.",
            ),
            (
                probabilities,
                "These are probabilities. They get too small when sequences are long; return their "
                "logarithms, which add up.",
            ),
            (
                first_words_only,
                "You chose several first words and then went on greedily from each. At every step "
                "all beginnings and all their continuations compete for the same places.",
            ),
            (
                end_is_free,
                "Your log probabilities leave the end out. To stop right there is also a choice of "
                "the model, and it has its probability.",
            ),
            (
                goes_on_behind_the_end,
                "Your sequences go on behind their end. One that has ended keeps its place and its "
                "log probability, and has no continuations.",
            ),
            (
                shows_the_end,
                "The end is in your sequences. It counts for the log probability, but it is no "
                "word of the translation.",
            ),
            (
                shows_the_start,
                "The start is in your sequences. It is what the first step reads, no word that "
                "was written.",
            ),
            (
                worst_first,
                "Your list is the right one, upside down: the best comes first.",
            ),
            (
                mean_per_step,
                "You divided by the number of steps. That is a way to favour long sequences; here "
                "the plain log probability is asked for.",
            ),
            (
                ended_stand_apart,
                "You put ended sequences aside and filled their places with others. Here an ended "
                "one stays on the beam: it holds its place against the others, or loses it.",
            ),
            (
                unfinished_dropped,
                "Sequences that have not ended in time are missing. They are returned, too, with "
                "the log probability of what was written.",
            ),
            (
                end_added_to_all,
                "You gave an end to sequences that had no step left for it. What was cut off keeps "
                "the log probability of the words alone.",
            ),
            (
                impossible_kept,
                "There are sequences of probability zero in your list. What cannot follow does not "
                "get a place, even when there are places left.",
            ),
        ],
    },
    "ps10.attend": {
        "example": one_look_back,
        "unseen": {
            "N, U, T and H all different": attention_shapes,
            "as many target steps as source steps": as_many_steps,
            "sources of different lengths": padded_sources,
            "scores as large as 1000": large_comparisons,
        },
        "reference": attend_reference,
        "check": check_attend,
        "misconceptions": [
            (
                looks_at_padding,
                "Your decoder looks at steps that are not real. They must have the weight 0.",
            ),
            (
                masked_too_late,
                "You took the padding out after the softmax, and what is left no longer sums to "
                "one. All attention belongs to the real steps.",
            ),
            (
                score_of_zero,
                "You set the scores of the padding to 0, but a score of 0 is not a weight of 0: "
                "its exponential is 1. Which score has the exponential 0?",
            ),
            (
                over_target_steps,
                "Your weights sum to one over the target steps. Each target step shares its own "
                "attention among the source steps.",
            ),
            (
                transposed,
                "W stands the wrong way round: its rows belong to the decoder's state, its columns "
                "to the encoder's.",
            ),
            (
                without_weights,
                "Your scores compare the states as they are. W says which part of the one belongs "
                "to which part of the other.",
            ),
            (
                scaled_down,
                "You divided the scores by the root of H. That is another, later kind of "
                "attention; here the scores are taken as they are.",
            ),
            (
                scores_for_weights,
                "You used the scores themselves as weights. Softmax makes positive shares of them "
                "that sum to one.",
            ),
            (
                overflowing_weights,
                "The exponential of a large score is infinite, and infinity times 0 is not 0: "
                "so even the padding is spoilt. Softmax does not change when the same number is "
                "subtracted from all scores of a target step.",
            ),
            (
                overflowing_real_weights,
                "The exponential of a large score is infinite. Softmax does not change when the "
                "same number is subtracted from all scores of a target step.",
            ),
            (
                largest_is_padding,
                "You subtracted the largest of all scores, which belongs to the padding, and all "
                "real steps got the exponential 0. The padding must not matter here, either.",
            ),
        ],
    },
}


def _targets(rng, lengths: list[int]) -> dict:
    """Draw targets of given lengths; words and marks have any numbers, all different."""
    numbers = rng.permutation(9).tolist()
    start, end, pad, *words = numbers
    targets = [rng.choice(words, size=n).tolist() for n in lengths]
    return {"targets": targets, "start": start, "end": end, "pad": pad}


def _rows(rows, filler) -> np.ndarray:
    """Lay rows of different lengths side by side."""
    width = max(map(len, rows))
    return np.array([[*row, *[filler] * (width - len(row))] for row in rows])


def _scored(rng, N: int, U: int, K: int) -> dict:
    """Draw a batch, one target as long as the array, the others shorter where they can be."""
    lengths = rng.integers(1, U, size=N) if U > 1 else np.ones(N, int)
    lengths[rng.integers(N)] = U
    return {
        "logits": rng.normal(scale=2, size=(N, U, K)),
        "due": rng.integers(K, size=(N, U)),
        "real": np.arange(U) < lengths[:, None],
    }


def _scaled(loss_and_gradient, factor: float):
    return tuple(part * factor for part in loss_and_gradient)


def _loss_from(p, due, real):
    """Return loss and gradient from probabilities, wherever their logarithm leads."""
    rows, steps = np.nonzero(real)
    loss = -np.log(p[rows, steps, due[rows, steps]]).sum() / len(p)
    gradient = np.where(real[..., None], p, 0)
    gradient[rows, steps, due[rows, steps]] -= 1
    return loss, gradient / len(p)


def _log(p) -> np.ndarray:
    with np.errstate(divide="ignore"):
        return np.log(p)


def _table(rng, n_words: int, to_end: float = 1.2) -> dict:
    """Draw log probabilities of the next word; nothing leads back to the start."""
    start, end = rng.permutation(n_words + 2)[:2].tolist()
    share = np.full(n_words + 2, 0.8)
    share[end] = to_end
    p = rng.dirichlet(share, size=n_words + 2)
    p = np.maximum(p, 1e-4)
    p[:, start] = 0
    p[start, end] *= 0.2
    p /= p.sum(axis=1, keepdims=True)
    return {"log_p": _log(p), "start": start, "end": end}


def _log_prob(words, log_p, start, end, max_length: int) -> float:
    """Return a sequence's log probability, with its end if there was a step for it."""
    steps = [start, *words, end] if len(words) < max_length else [start, *words]
    return float(np.asarray(log_p)[steps[:-1], steps[1:]].sum())


def _search(log_p, start, end, width, max_length, stops=True, apart=False, least=None):
    """Search in ways that are nearly right."""
    least = least if least is not None else -1e300
    beam, ended = [([start], 0.0)], []
    for _ in range(max_length):
        grown = [] if apart or not stops else [entry for entry in beam if entry[0][-1] == end]
        for words, total in beam:
            if words[-1] == end and stops:
                continue
            for word in range(len(log_p)):
                if word != start and total + log_p[words[-1], word] >= least:
                    grown.append(([*words, word], total + log_p[words[-1], word]))
        beam = sorted(grown, key=lambda entry: -entry[1])[:width]
        if apart:
            ended += [entry for entry in beam if entry[0][-1] == end]
            beam = [entry for entry in grown if entry[0][-1] != end]
            beam = sorted(beam, key=lambda entry: -entry[1])[:width]
    found = sorted([*beam, *ended], key=lambda entry: -entry[1])[:width]
    return [([word for word in words[1:] if word != end], total) for words, total in found]


def _words(name: str, value, n_numbers: int, start: int, end: int) -> list[int]:
    """Return a sequence as a list of words, or say why it is none."""
    words = whole_numbers(name, value, below=n_numbers, shape=("words",)).tolist()
    for mark, number in (("start", start), ("end", end)):
        assert number not in words, f"{name} must hold words alone, but the {mark} is in {words}"
    return words


def _shown(totals) -> str:
    return ", ".join(f"{total:.4g}" for total in totals[:6])


def _states(rng, N: int, U: int, T: int, H: int) -> dict:
    """Draw states of decoder and encoder; all source steps are real but some at the end."""
    lengths = rng.integers(2, T + 1, size=N)
    lengths[0] = T
    return {
        "s": rng.normal(size=(N, U, H)),
        "h": rng.normal(size=(N, T, H)),
        "real": np.arange(T) < lengths[:, None],
        "W": rng.normal(size=(H, H)),
    }


def _steep(rng, sizes, size: float, real: float, padding: float) -> dict:
    """Draw states whose scores are about `size` times what is given for real steps and others."""
    N, U, T, H = sizes
    is_real = np.arange(T) < T - 1 - rng.integers(2, size=N)[:, None]
    height = np.where(is_real, real * (1 - 0.004 * rng.random((N, T))), padding)
    return {
        "s": (1 + 0.1 * rng.random((N, U, H))) * np.where(np.arange(U) % 2, -1, 1)[:, None],
        "h": height[..., None] * (1 + 0.002 * rng.random((N, T, H))),
        "real": is_real,
        "W": size / H**2 * (1 + 0.1 * rng.random((H, H))),
    }


def _masked(scores, real) -> np.ndarray:
    return np.where(real[:, None], scores, np.finfo(float).min)
