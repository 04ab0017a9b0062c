"""Answers that many submissions of the suite share."""

VITERBI = """
def viterbi(pi, A, B, obs):
    with np.errstate(divide="ignore"):
        log_pi, log_A, log_B = np.log(pi), np.log(A), np.log(B)
    scores, pointers = log_pi + log_B[:, obs[0]], []
    for x in obs[1:]:
        ways = scores[:, None] + log_A
        pointers.append(ways.argmax(axis=0))
        scores = ways.max(axis=0) + log_B[:, x]
    path = [int(scores.argmax())]
    for row in pointers[::-1]:
        path.insert(0, int(row[path[0]]))
    return path
"""
COUNT = """
def count_hmm(states, obs, n_states, n_symbols):
    first = np.zeros(n_states)
    steps, shown = np.zeros((n_states, n_states)), np.zeros((n_states, n_symbols))
    for ys, xs in zip(states, obs):
        first[ys[0]] += 1
        for r, s in zip(ys, ys[1:]):
            steps[r, s] += 1
        for s, m in zip(ys, xs):
            shown[s, m] += 1
    steps[steps.sum(axis=1) == 0] = 1
    shown[shown.sum(axis=1) == 0] = 1
    return (
        first / first.sum(),
        steps / steps.sum(axis=1, keepdims=True),
        shown / shown.sum(axis=1, keepdims=True),
    )
"""
RIGHT = {"viterbi": VITERBI, "count_hmm": COUNT}

# Functions that answer in the right shapes, and know nothing.
EMPTY = """
def viterbi(pi, A, B, obs):
    return [0] * len(obs)
def count_hmm(states, obs, n_states, n_symbols):
    return np.zeros(n_states), np.zeros((n_states, n_states)), np.zeros((n_states, n_symbols))
"""


def attack(code: str) -> dict[str, str]:
    """Return the cells of a submission that attacks first and then answers with nothing."""
    return {"viterbi": code + EMPTY, "count_hmm": "pass"}


def beside(code: str) -> dict[str, str]:
    """Return the cells of a submission that attacks and answers the second exercise honestly."""
    return {"viterbi": code + EMPTY, "count_hmm": COUNT}


def answering(viterbi: str, count_hmm: str) -> dict[str, str]:
    """Return the cells of functions that compute the right answer and return something else.

    ``path`` and ``tables`` name the right answers.
    """
    return {
        "viterbi": f"{VITERBI}\nright_viterbi = viterbi\n"
        "def viterbi(pi, A, B, obs):\n"
        "    path = right_viterbi(pi, A, B, obs)\n"
        f"    return {viterbi}\n",
        "count_hmm": f"{COUNT}\nright_count = count_hmm\n"
        "def count_hmm(states, obs, n_states, n_symbols):\n"
        "    tables = right_count(states, obs, n_states, n_symbols)\n"
        f"    return {count_hmm}\n",
    }
