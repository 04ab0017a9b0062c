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

from course_lib.hmm.batch import viterbi_batch
from course_lib.hmm.decoding import Decoding, brute_force, viterbi, viterbi_slide
from course_lib.hmm.em import Counts, baum_welch, expected_counts_slide, maximise
from course_lib.hmm.inference import backward, backward_slide, forward, forward_slide, posteriors
from course_lib.hmm.learning import fit_supervised
from course_lib.hmm.model import HMM
from course_lib.hmm.sampling import sample

__all__ = [
    "HMM",
    "Counts",
    "Decoding",
    "backward",
    "backward_slide",
    "baum_welch",
    "brute_force",
    "expected_counts_slide",
    "fit_supervised",
    "forward",
    "forward_slide",
    "maximise",
    "posteriors",
    "sample",
    "viterbi",
    "viterbi_batch",
    "viterbi_slide",
]
