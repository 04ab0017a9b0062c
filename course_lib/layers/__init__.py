"""Layers as pairs of pure functions: forward with a cache, backward with the gradients.

``f_forward(x, *params, **options) -> (out, cache)`` and ``f_backward(dout, cache)``, which returns
one gradient for each array of the forward, in the same order; a single one comes bare.
"""

from course_lib.layers.conv import conv2d_backward, conv2d_forward, conv2d_slide
from course_lib.layers.dense import (
    affine_backward,
    affine_forward,
    relu_backward,
    relu_forward,
    sigmoid_backward,
    sigmoid_forward,
    softmax_backward,
    softmax_forward,
    tanh_backward,
    tanh_forward,
)
from course_lib.layers.dropout import dropout_backward, dropout_forward
from course_lib.layers.embedding import embedding_backward, embedding_forward
from course_lib.layers.gru import gru_backward, gru_forward, gru_step_slide
from course_lib.layers.initial import glorot, he
from course_lib.layers.lstm import lstm_backward, lstm_forward, lstm_step_slide
from course_lib.layers.pool import (
    avg_pool2d_backward,
    avg_pool2d_forward,
    max_pool2d_backward,
    max_pool2d_forward,
)
from course_lib.layers.rnn import rnn_backward, rnn_forward, rnn_step_slide

__all__ = [
    "affine_backward",
    "affine_forward",
    "avg_pool2d_backward",
    "avg_pool2d_forward",
    "conv2d_backward",
    "conv2d_forward",
    "conv2d_slide",
    "dropout_backward",
    "dropout_forward",
    "embedding_backward",
    "embedding_forward",
    "glorot",
    "gru_backward",
    "gru_forward",
    "gru_step_slide",
    "he",
    "lstm_backward",
    "lstm_forward",
    "lstm_step_slide",
    "max_pool2d_backward",
    "max_pool2d_forward",
    "relu_backward",
    "relu_forward",
    "rnn_backward",
    "rnn_forward",
    "rnn_step_slide",
    "sigmoid_backward",
    "sigmoid_forward",
    "softmax_backward",
    "softmax_forward",
    "tanh_backward",
    "tanh_forward",
]
