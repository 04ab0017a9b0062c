"""A small made-up language in which a noun's place is what it does, its gender and its number."""

from __future__ import annotations

from itertools import permutations, product

from course_lib import checks

# For each role: its nouns (male and female, each singular and plural), what it does, and to what.
ROLES = {
    "ruler": ("king kings queen queens", "ruling commanding", "realm throne"),
    "adult": ("man men woman women", "building cleaning", "house street"),
    "child": ("boy boys girl girls", "playing learning", "game school"),
    "actor": ("actor actors actress actresses", "rehearsing reciting", "verse stage"),
    "host": ("host hosts hostess hostesses", "greeting serving", "guest table"),
    "heir": ("prince princes princess princesses", "hunting riding", "deer horse"),
}
GENDERS = ("fatherly brotherly manly", "motherly sisterly womanly")
NUMBERS = (("this one that", "is was"), ("these two those", "are were"))
ENDINGS = ("today", "again", "at dawn", "every year", "")


# [grammar_corpus]
def grammar_corpus(n_sentences: int, rng) -> list[list[str]]:
    """Return sentences of a language in which analogies exist, for skip-gram to find.

    A sentence speaks of one noun, say *queens*. Three things about it are drawn independently, and
    each shows in words of its own: the role in the verb and in the thing it is done to, the gender
    in the adjective, the number in the determiner and in the form of *be*. So what surrounds
    *queen* differs from what surrounds *king* just as *woman* differs from *man*.

    Parameters
    ----------
    n_sentences : int
    rng : numpy.random.Generator or int

    Returns
    -------
    list of lists of str
        Such as ``["these", "motherly", "queens", "are", "ruling", "the", "realm"]``.

    Notes
    -----
    Source: CMU-M, Skip-gram Word Embeddings.
    """
    n_sentences = checks.whole("n_sentences", n_sentences)
    rng = checks.generator(rng)

    def pick(choices):
        return choices[rng.integers(len(choices))]

    sentences = []
    for _ in range(n_sentences):
        nouns, verbs, things = pick(list(ROLES.values()))
        gender, number = rng.integers(2), rng.integers(2)
        determiners, forms = NUMBERS[number]
        noun = nouns.split()[2 * gender + number]
        choices = [determiners, GENDERS[gender], noun, forms, verbs, "the", things]
        sentence = [pick(words.split()) for words in choices]
        sentences.append(sentence + pick(ENDINGS).split())
    return sentences


# [/grammar_corpus]


# [grammar_analogies]
def grammar_analogies() -> list[tuple[str, str, str, str]]:
    """Return the analogies that the language of `grammar_corpus` holds by its making.

    Returns
    -------
    list of (a, b, c, d)
        "a is to b as c is to d": from male to female and from singular to plural, for each two
        roles, and back. ``("man", "woman", "king", "queen")`` is one of them.

    Notes
    -----
    Source: CMU-M, Skip-gram Word Embeddings.
    """
    analogies = []
    for one, other in permutations([words.split() for words, _, _ in ROLES.values()], 2):
        for i, j in product(range(4), repeat=2):
            if (i ^ j) in (1, 2):  # the nouns i and j of a role differ in number, or in gender
                analogies.append((one[i], one[j], other[i], other[j]))
    return analogies


# [/grammar_analogies]
