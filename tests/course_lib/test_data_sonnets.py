"""The sonnets are whole, clean, and a reader's own copy."""

import re

from course_lib import data


def test_twenty_sonnets_of_fourteen_verses():
    poems = data.sonnets()
    assert [len(poem) for poem in poems] == [14] * 20
    assert poems[3][0] == ["shall", "i", "compare", "thee", "to", "a", "summer's", "day"]
    assert poems[17][0] == ["let", "me", "not", "to", "the", "marriage", "of", "true", "minds"]


def test_words_are_lower_case_letters_with_marks_inside():
    words = [word for poem in data.sonnets() for verse in poem for word in verse]
    assert len(words) == 2278
    assert all(re.fullmatch(r"[a-z'-]+", word) for word in words)


def test_every_verse_is_as_long_as_five_feet_allow():
    lengths = {len(verse) for poem in data.sonnets() for verse in poem}
    assert lengths <= set(range(5, 12))


def test_a_change_stays_with_who_made_it():
    data.sonnets()[0].clear()
    assert len(data.sonnets()[0]) == 14
