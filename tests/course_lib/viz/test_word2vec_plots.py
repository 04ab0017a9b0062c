"""The pictures of word embeddings: windows, pairs, points and parallelograms."""

import numpy as np
import pytest

pytest.importorskip("matplotlib")

from course_lib.viz import word2vec as draw
from course_lib.word2vec import huffman, skipgram_pairs
from tests.course_lib.viz.reading import count_styled, fits_a_page, letters

WORDS = ["man", "woman", "king", "queen"]
# Words on a parallelogram in a plane of space.
VECTORS = np.array([[0, 0], [1, 3], [4, 0], [5, 3]]) @ [[1.0, 0, 1], [0, 2, 0]] + 7


def test_embedding_names_every_word_and_the_share_of_variance():
    picture = draw.embedding(WORDS, VECTORS)
    fits_a_page(picture)
    assert [text for text in letters(picture) if text in WORDS] == WORDS
    assert picture.alt == (
        "4 words in the plane of two principal components, which hold 100% of the variance: "
        "man, woman, king, queen."
    )
    spread = np.diag([3.0, 2.0, 1.0, 0.0])
    share = draw.embedding(list("abcd"), spread).alt.split("hold ")[1].split("%")[0]
    variances = np.sort(np.linalg.eigvalsh(np.cov(spread.T)))[::-1]
    assert int(share) == round(100 * variances[:2].sum() / variances.sum())


def test_the_answer_to_an_analogy_is_a_cross():
    told = draw.embedding(WORDS, VECTORS, tuple(WORDS)).alt
    assert told.endswith("woman minus man plus king, lies 0% of that step away from queen.")
    moved = VECTORS.copy()
    moved[3] += (moved[3] - moved[2]) / 4
    told = draw.embedding(WORDS, moved, tuple(WORDS)).alt
    assert "lies 20% of that step away from queen." in told
    picture = draw.embedding(WORDS, VECTORS, tuple(WORDS))
    fits_a_page(picture)
    assert count_styled(picture, "stroke: #d55e00", "stroke-dasharray") == 2


def test_labels_keep_clear_of_each_other():
    pair = draw.embedding(["left", "right"], [[0.0, 0], [1, 0]])
    at = {}
    for text in pair.svg.split("<text")[1:]:
        word = text.partition(">")[2].partition("<")[0]
        if word in ("left", "right"):
            at[word] = float(text.partition(' x="')[2].partition('"')[0])
    assert abs(at["left"] - at["right"]) > 60


def test_labels_keep_clear_of_the_parallelogram():
    corners = [[4.0, 0], [0, 0], [4, 1], [0, 1]]
    picture = draw.embedding(WORDS, corners, tuple(WORDS))
    sides = {}
    for text in picture.svg.split("<text")[1:]:
        word = text.partition(">")[2].partition("<")[0]
        anchor = text.partition("text-anchor: ")[2].partition('"')[0]
        sides[word] = anchor
    assert [sides[word] for word in WORDS] == ["start", "end", "start", "end"]


def test_window_boxes_each_center_and_lists_its_pairs():
    tokens = ["we", "like", "the", "old", "town"]
    picture = draw.sliding_window(tokens, 2)
    fits_a_page(picture, most=40_000)
    pairs = skipgram_pairs(np.arange(5), 2)
    listed = [text for text in letters(picture) if text.startswith("(")]
    told = [part for line in listed for part in line.replace(") (", ")  (").split("  ")]
    assert told == [f"({tokens[a]}, {tokens[b]})" for a, b in pairs]
    assert count_styled(picture, "stroke: #0072b2", "stroke-dasharray") == len(pairs) == 14
    assert count_styled(picture, "stroke: #d55e00", "fill: #d55e00") == 5
    assert picture.alt.startswith("A window of 2 words to either side slides over: we like the")
    assert "It makes 14 pairs" in picture.alt


def test_huffman_tree_writes_each_words_code_along_its_way():
    words, counts = ["the", "of", "king", "deer"], [9, 4, 2, 1]
    picture = draw.huffman_tree(words, counts)
    fits_a_page(picture)
    codes = ["".join(map(str, code)) for code in huffman(counts)[1]]
    listed = ", ".join(f"{word} {code}" for word, code in zip(words, codes, strict=True))
    assert picture.alt == (
        f"The Huffman tree of 4 words, 1.62 turns to a word on average. Codes: {listed}."
    )
    found = letters(picture)
    assert found.count("0") == found.count("1") == 3  # two branches at each of three inner nodes
    named = {text.split()[0]: text.split()[1] for text in found if " " in text}
    assert named == {"the": "9", "of": "4", "king": "2", "deer": "1"}


BAD = [
    (lambda: draw.huffman_tree(["a"], [1]), ValueError, "must be between 2 and 40, got 1"),
    (lambda: draw.huffman_tree(["a", "b"], [1]), ValueError, r"counts must have shape \(2,\)"),
    (lambda: draw.huffman_tree(["a", "b"], [1, -1]), ValueError, "counts must not be negative"),
    (lambda: draw.embedding(["a"], [[1, 2]]), ValueError, "must be between 2 and 60, got 1"),
    (lambda: draw.embedding(["a", "a"], VECTORS[:2]), ValueError, "words must be .* different"),
    (lambda: draw.embedding(WORDS, VECTORS[:3]), ValueError, r"vectors must have shape \(4, D\)"),
    (
        lambda: draw.embedding(WORDS, VECTORS, ("man", "woman", "king", "boy")),
        ValueError,
        "analogy must name four of the words, got 'boy'",
    ),
    (
        lambda: draw.embedding(WORDS, VECTORS, ("man", "woman")),
        ValueError,
        "analogy must be 4 different names",
    ),
    (lambda: draw.sliding_window("a b", 1), TypeError, "tokens must be a list, got str"),
    (lambda: draw.sliding_window(["a"], 1), ValueError, "must be between 2 and 10, got 1"),
    (lambda: draw.sliding_window(["a", "b"], 0), ValueError, "window must be at least 1, got 0"),
]


@pytest.mark.parametrize(("call", "error", "message"), BAD)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
