"""Optimisers: what to do with a gradient.

Every rule is PyTorch's of the same settings. `step` updates the parameters in place; it and
`clip_gradients` are the only two functions that change an argument.
"""

from course_lib.optim.optimizer import Optimizer, clip_gradients
from course_lib.optim.rules import SGD, Adagrad, Adam, Momentum, Nesterov, RMSProp

__all__ = [
    "SGD",
    "Adagrad",
    "Adam",
    "Momentum",
    "Nesterov",
    "Optimizer",
    "RMSProp",
    "clip_gradients",
]
