"""The rules: what each optimiser does with a gradient."""

from __future__ import annotations

import numpy as np

from course_lib import checks
from course_lib.optim.optimizer import Optimizer


# [sgd]
class SGD(Optimizer):
    """Stochastic gradient descent: a step against the gradient.

    Parameters
    ----------
    lr : float
        Learning rate, the slides' gamma.

    Notes
    -----
    Source: CMU-G, Algorithm 1 stochastic gradient descent.
    """

    def _update(self, theta, g, t):
        theta -= self.lr * g


# [/sgd]


# [momentum]
class Momentum(Optimizer):
    """Roll on: the step is a sum of the past gradients, each counting `beta` of the next.

    Parameters
    ----------
    lr : float
        Learning rate.
    beta : float
        What is left of the velocity after a step, in [0, 1).

    Notes
    -----
    Source: IITK, Momentum based or "look ahead" gradient methods.
    """

    n_memories = 1

    def __init__(self, lr, beta=0.9):
        super().__init__(lr)
        self.beta = _decay("beta", beta)

    def _update(self, theta, g, t, velocity):
        velocity *= self.beta
        velocity += g
        theta -= self.lr * velocity


# [/momentum]


# [nesterov]
class Nesterov(Momentum):
    """Momentum that looks ahead: it steps as far as the velocity will have taken it.

    Parameters
    ----------
    lr : float
        Learning rate.
    beta : float
        What is left of the velocity after a step, in [0, 1).

    Notes
    -----
    Source: IITK, Momentum based or "look ahead" gradient methods.
    """

    def _update(self, theta, g, t, velocity):
        velocity *= self.beta
        velocity += g
        theta -= self.lr * (g + self.beta * velocity)


# [/nesterov]


# [adagrad]
class Adagrad(Optimizer):
    """A learning rate for every number, which shrinks with all the slopes it has seen.

    Parameters
    ----------
    lr : float
        Learning rate.
    eps : float
        Added to the root, so that a number without a slope divides by more than 0.

    Notes
    -----
    Source: IITK, Adaptive learning rates.
    """

    n_memories = 1

    def __init__(self, lr, eps=1e-10):
        super().__init__(lr)
        self.eps = checks.number("eps", eps, above=0)

    def _update(self, theta, g, t, squares):
        squares += g**2
        theta -= self.lr * g / (np.sqrt(squares) + self.eps)


# [/adagrad]


# [rmsprop]
class RMSProp(Optimizer):
    """Adagrad that forgets: a moving mean of the squared slopes in place of their sum.

    Parameters
    ----------
    lr : float
        Learning rate.
    beta : float
        Weight of the past in the moving mean, in [0, 1).
    eps : float
        Added to the root.

    Notes
    -----
    Source: IITK, Adaptive learning rates.
    """

    n_memories = 1

    def __init__(self, lr, beta=0.9, eps=1e-8):
        super().__init__(lr)
        self.beta = _decay("beta", beta)
        self.eps = checks.number("eps", eps, above=0)

    def _update(self, theta, g, t, squares):
        squares *= self.beta
        squares += (1 - self.beta) * g**2
        theta -= self.lr * g / (np.sqrt(squares) + self.eps)


# [/rmsprop]


# [adam]
class Adam(Optimizer):
    """Momentum and RMSProp together, both freed of their start from zero.

    Parameters
    ----------
    lr : float
        Learning rate.
    beta1, beta2 : float
        Weights of the past in the moving means of slopes and of squared slopes, in [0, 1).
    eps : float
        Added to the root.

    Notes
    -----
    The means start at 0: after t steps they hold a share ``1 - beta**t`` of what they should. The
    slide divides both by it; here two numbers, learning rate and eps, are corrected instead of two
    arrays, which is the same. Source: IITK, Adaptive learning rates; Kingma 2015.
    """

    n_memories = 2

    def __init__(self, lr, beta1=0.9, beta2=0.999, eps=1e-8):
        super().__init__(lr)
        self.beta1, self.beta2 = _decay("beta1", beta1), _decay("beta2", beta2)
        self.eps = checks.number("eps", eps, above=0)

    def _update(self, theta, g, t, m, v):
        m *= self.beta1
        m += (1 - self.beta1) * g
        v *= self.beta2
        v += (1 - self.beta2) * g**2
        root_share = (1 - self.beta2**t) ** 0.5
        lr = self.lr * root_share / (1 - self.beta1**t)
        theta -= lr * m / (np.sqrt(v) + self.eps * root_share)


# [/adam]


def _decay(name: str, value) -> float:
    if checks.number(name, value, low=0, high=1) == 1:
        raise ValueError(f"{name} must be less than 1, got {value}")
    return float(value)
