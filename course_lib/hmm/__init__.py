"""Hidden Markov models: decode, count, learn (chapters 3 and 4).

========  ==========================  =====================================
letter    in code                     meaning
========  ==========================  =====================================
pi        ``HMM.pi``, shape (K,)      P(y_1 = k)
A         ``HMM.A``, shape (K, K)     P(y_{t+1} = j | y_t = i)
B         ``HMM.B``, shape (K, M)     P(x_t = m | y_t = k)
x, y      arguments, shape (n,)       observations, hidden states
========  ==========================  =====================================
"""

from course_lib.hmm.decoding import Decoding, brute_force, viterbi, viterbi_slide
from course_lib.hmm.learning import fit_supervised
from course_lib.hmm.model import HMM

__all__ = ["HMM", "Decoding", "brute_force", "fit_supervised", "viterbi", "viterbi_slide"]
