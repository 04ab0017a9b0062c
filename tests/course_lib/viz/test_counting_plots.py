"""The plots of counted models show the numbers they are given; read back from the drawing."""

import numpy as np
import pytest

pytest.importorskip("matplotlib")

from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch

from course_lib import data
from course_lib.markov import MarkovChain
from course_lib.ngram import NGramModel
from course_lib.viz import counting
from course_lib.viz.style import FAINT, STATES, show

CHAIN = MarkovChain([1, 0, 0], [[0.5, 0.25, 0.25], [0.7, 0.3, 0], [0.1, 0, 0.9]], "CRS")
EATEN = NGramModel.fit(data.cows(), 3).distribution(("cows", "eat"))

PLOTS = {
    "markov_chain": lambda ax: counting.markov_chain(CHAIN, ax=ax),
    "stationary_bars": lambda ax: counting.stationary_bars(CHAIN, ax=ax),
    "next_words": lambda ax: counting.next_words(EATEN, ax=ax),
}


@pytest.mark.parametrize("plot", PLOTS.values(), ids=PLOTS)
def test_every_plot_draws_in_given_axes_or_its_own_and_speaks(plot):
    given = Figure().add_subplot()
    assert plot(given) is given
    own = plot(None)
    assert own is not given
    picture = show(own.figure, own.get_label())
    assert picture.alt == own.get_label() == given.get_label()
    assert picture.alt.endswith(".")


def texts(ax, gid):
    return [text.get_text() for text in ax.texts if text.get_gid() == gid]


def bars(ax):
    """Return [(name, length)] from top to bottom."""
    names = [tick.get_text() for tick in ax.get_yticklabels()]
    order = sorted(range(len(names)), key=lambda i: ax.patches[i].get_y())
    assert ax.yaxis_inverted()
    return [(names[i], ax.patches[i].get_width()) for i in order]


def test_markov_chain_has_a_circle_a_state_and_an_arrow_a_possible_move():
    ax = counting.markov_chain(CHAIN)
    circles = [patch for patch in ax.patches if isinstance(patch, Circle)]
    arrows = [patch for patch in ax.patches if isinstance(patch, FancyArrowPatch)]
    assert texts(ax, "state") == ["C", "R", "S"]
    assert [to_hex(circle.get_edgecolor()) for circle in circles] == list(STATES[:3])
    assert texts(ax, "move") == ["0.5", "0.25", "0.25", "0.7", "0.3", "0.1", "0.9"]
    widths = [arrow.get_linewidth() for arrow in arrows]
    assert np.argsort(widths, kind="stable").tolist() == [5, 1, 2, 4, 0, 3, 6]
    assert ax.get_label() == (
        "A Markov chain with 3 states. From C: C 0.5, R 0.25, S 0.25. "
        "From R: C 0.7, R 0.3. From S: C 0.1, S 0.9."
    )


@pytest.mark.parametrize("K", [1, 2, 3, 4, 6])
def test_arrows_run_from_circle_to_circle_and_nothing_leaves_the_picture(K):
    P = np.full((K, K), 1 / K)
    ax = counting.markov_chain(MarkovChain(P[0], P, range(K)))
    ax.figure.canvas.draw()
    centres = np.array([patch.center for patch in ax.patches if isinstance(patch, Circle)])
    arrows = [patch for patch in ax.patches if isinstance(patch, FancyArrowPatch)]
    assert len(arrows) == K * K
    for arrow, (i, j) in zip(arrows, np.ndindex(K, K), strict=True):
        start, end = arrow._posA_posB
        np.testing.assert_allclose(np.hypot(*(start - centres[i])), counting.RADIUS, rtol=1e-9)
        np.testing.assert_allclose(np.hypot(*(end - centres[j])), counting.RADIUS, rtol=1e-9)
    gaps = np.hypot(*(centres[:, None] - centres).T) + 9 * np.eye(K)
    assert (gaps > 2 * counting.RADIUS).all()
    view = ax.get_window_extent()
    for text in ax.texts:
        x, y = ax.transData.transform(text.get_position())
        assert view.x0 < x < view.x1
        assert view.y0 < y < view.y1


def test_there_and_back_are_two_lines_with_a_label_each():
    P = [[0, 1], [1, 0]]
    ax = counting.markov_chain(MarkovChain([1, 0], P, "ab"))
    there, back = [text for text in ax.texts if text.get_gid() == "move"]
    assert there.get_position()[1] > 0.3
    assert back.get_position()[1] < -0.3
    assert there.get_position()[0] < 0 < back.get_position()[0]  # nearer to the start


def test_stationary_bars_are_the_stationary_distribution():
    ax = counting.stationary_bars(CHAIN)
    assert [name for name, _ in bars(ax)] == ["C", "R", "S"]
    np.testing.assert_array_equal([length for _, length in bars(ax)], CHAIN.stationary())
    assert [to_hex(patch.get_facecolor()) for patch in ax.patches] == list(STATES[:3])
    assert [text.get_text() for text in ax.texts] == [f"{p:.3g}" for p in CHAIN.stationary()]
    assert ax.get_xlim()[1] > max(CHAIN.stationary())


def test_next_words_are_ranked_and_the_rest_share_a_bar():
    mixed = {"x": 0.125, "b": 0.25, "a": 0.25, "c": 0.3125, "y": 0.0625}
    ax = counting.next_words(mixed, top=3)
    assert bars(ax) == [("c", 0.3125), ("b", 0.25), ("a", 0.25), ("2 others", 0.1875)]
    assert [patch.get_alpha() or patch.get_facecolor()[3] for patch in ax.patches] == [
        1,
        1,
        1,
        FAINT,
    ]
    assert ax.get_label() == "What comes next: c 0.312, b 0.25, a 0.25, 2 others 0.188."
    assert len(counting.next_words(mixed).patches) == 5
    assert [name for name, _ in bars(counting.next_words(mixed, top=5))] == list("cbaxy")


def test_ten_words_by_default():
    ax = counting.next_words({str(i): 1 / 16 for i in range(16)})
    assert [name for name, _ in bars(ax)] == [*map(str, range(10)), "6 others"]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: counting.next_words({}), TypeError, "distribution must be a dict of words"),
        (
            lambda: counting.next_words([0.5, 0.5]),
            TypeError,
            "distribution must be a dict of words",
        ),
        (lambda: counting.next_words({"a": 0.5}), ValueError, "distribution must sum to 1"),
        (lambda: counting.next_words({"a": 1}, top=0), ValueError, "top must be at least 1, got 0"),
    ],
)
def test_bad_input_is_refused_by_name(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_forecasts_are_powers_of_the_matrix():
    chain = MarkovChain([1, 0], [[0.9, 0.1], [0.5, 0.5]], ["x", "y"])
    ax = counting.forecasts(chain, "y", days=4)
    lines = [line.get_ydata() for line in ax.lines if len(line.get_ydata()) == 5]
    for k in range(5):
        ahead = np.linalg.matrix_power(chain.transition, k)
        np.testing.assert_allclose([line[k] for line in lines], ahead[:, 1])
    assert "0.1 after x, 0.5 after y" in ax.get_label()
    assert "close to 0.167" in ax.get_label()
    with pytest.raises(ValueError, match="state must be one of"):
        counting.forecasts(chain, "z")
