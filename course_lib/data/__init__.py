"""The tables on the slides, generated data, and loaders for what is too large to ship."""

from course_lib.data.grammar import grammar_analogies, grammar_corpus
from course_lib.data.images import digits, faces, synthetic_digits
from course_lib.data.points import blobs, polygons, rings, two_moons, xor
from course_lib.data.remote import fetch
from course_lib.data.sonnets import sonnets
from course_lib.data.tables import cows, ice_cream, ice_cream_diary, one_hot, weather

__all__ = [
    "blobs",
    "cows",
    "digits",
    "faces",
    "fetch",
    "grammar_analogies",
    "grammar_corpus",
    "ice_cream",
    "ice_cream_diary",
    "one_hot",
    "polygons",
    "rings",
    "sonnets",
    "synthetic_digits",
    "two_moons",
    "weather",
    "xor",
]
