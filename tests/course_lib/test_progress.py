"""Every model that learns for long shows its progress on request, and is silent otherwise."""

import numpy as np
import pytest

from course_lib.conv import LeNet5
from course_lib.deep_regression import DeepGaussianRegression
from course_lib.recurrent import SequenceClassifier, SequenceTagger
from course_lib.recursive import RecursiveNet
from course_lib.rnn_lm import RNNLanguageModel
from course_lib.seq2seq import Seq2Seq
from course_lib.zoo import RBM, DeepBeliefNet

LEARNERS = {
    "LeNet5": (LeNet5(2, image_size=16), np.ones((2, 1, 16, 16)), [0, 1]),
    "SequenceClassifier": (SequenceClassifier(3, 2, 2), [[0, 1]], [1]),
    "SequenceTagger": (SequenceTagger(3, 2, 2), [[0, 1]], [[1, 0]]),
    "RNNLanguageModel": (RNNLanguageModel(3, 2, 2), [0, 1, 2]),
    "Seq2Seq": (Seq2Seq(3, 3, 2, 2), [[0], [1, 2]], [[1], [0]]),
    "RecursiveNet": (RecursiveNet(3, 2, 2), [(0, 1), 2], [0, 1]),
    "DeepGaussianRegression": (DeepGaussianRegression([1, 2, 1]), [[0.0], [1.0]], [1.0, 0.0]),
    "RBM": (RBM(3, 2), np.eye(3)),
    "DeepBeliefNet": (DeepBeliefNet([3, 2]), np.eye(3)),
}


@pytest.mark.parametrize(("model", "data"), [(m, d) for m, *d in LEARNERS.values()], ids=LEARNERS)
def test_progress_is_shown_only_on_request(model, data, capsys):
    assert model.fit(*data, epochs=3) is model
    assert capsys.readouterr() == ("", "")
    model.fit(*data, epochs=3, progress=True)
    assert "3/3" in capsys.readouterr().err
