"""The picture of a recursive network names its leaves in order, and its labels from the root."""

import pytest

pytest.importorskip("matplotlib")

from course_lib.viz import recursive as draw
from tests.course_lib.viz.reading import fits_a_page, letters

TREE = ((0, 1), (2, (3, 4)))
WORDS = ["not", "very", "good", "a", "film"]


def test_recursive_tree_names_leaves_in_order_and_labels_from_the_root():
    picture = draw.recursive_tree(TREE, WORDS, ["-", "-", "0", "0", "+", "+", "0", "0", "0"])
    fits_a_page(picture)
    assert picture.alt == (
        "A tree of 5 leaves: ((not very) (good (a film))). "
        "Labels, from the root: -, -, 0, 0, +, +, 0, 0, 0."
    )
    told = " ".join(letters(picture)).split()
    assert [word for word in told if word in WORDS] == WORDS
    assert len(told) == 9 + 5
    assert letters(draw.recursive_tree(7)) == ["7"]
    assert draw.recursive_tree([0, (4, 2)]).alt == "A tree of 3 leaves: (0 (4 2))."


BAD = [
    (lambda: draw.recursive_tree((0, 1, 2)), ValueError, "must branch in two"),
    (lambda: draw.recursive_tree((0, 5), WORDS), ValueError, r"tokens must be in 0\.\.4, got 5"),
    (lambda: draw.recursive_tree((0, 1), labels=["+"]), ValueError, "each of the 3 nodes, got 1"),
]


@pytest.mark.parametrize(("call", "error", "message"), BAD)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_a_tree_with_too_many_leaves_is_refused_however_deep():
    tree = 0
    for _ in range(5000):
        tree = (tree, 0)
    with pytest.raises(ValueError, match="leaves must be between 0 and 40, got 5001"):
        draw.recursive_tree(tree)
