"""Automatic differentiation in reverse mode: run an algorithm on `Var`, then ask for gradients.

The slides' letters: an operation computes ``u = g(v_1, ..., v_N)`` and stores beside the result
its inputs v_j and, for each, the function that turns ``dy/du`` into ``(dy/du)(du/dv_j)``. Running
the algorithm thus writes down its computation graph, and both versions of the backward
pass only walk over it (`reverse`)::

    w, x = Var(2.0, "w"), Var([1.0, 3.0], "x")
    y = (w * x).sigmoid().sum()
    y.backward()
    w.grad, x.grad
"""

from course_lib.autodiff.functions import concatenate, grad, no_grad, softmax_cross_entropy
from course_lib.autodiff.reverse import Graph
from course_lib.autodiff.var import Var

__all__ = ["Graph", "Var", "concatenate", "grad", "no_grad", "softmax_cross_entropy"]
