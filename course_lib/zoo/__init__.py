"""The rest of the chart of networks (chapter 19): RBF, Hopfield, Boltzmann, deep belief."""

from course_lib.zoo.boltzmann import RBM
from course_lib.zoo.deep_belief import DeepBeliefNet
from course_lib.zoo.hopfield import Hopfield
from course_lib.zoo.rbf import RBFNetwork

__all__ = ["RBM", "DeepBeliefNet", "Hopfield", "RBFNetwork"]
