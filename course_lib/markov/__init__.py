"""Markov chains: tomorrow depends on today alone (chapter 1).

========  ====================================  =====================================
letter    in code                               meaning
========  ====================================  =====================================
pi        ``MarkovChain.initial``, shape (K,)   P(y_1 = k)
A         ``MarkovChain.transition``, (K, K)    P(y_{t+1} = j | y_t = i): row to column
y         arguments, lists of names             the states that were visited
========  ====================================  =====================================
"""

from course_lib.markov.chain import MarkovChain, count
from course_lib.markov.long_run import stationary
from course_lib.markov.origin import classify

__all__ = ["MarkovChain", "classify", "count", "stationary"]
