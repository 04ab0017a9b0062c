"""Small calls that reach every module of `course_lib`, so that two machines can compare numbers.

Each function takes a random generator, which draws the same on both, and returns what came out.
"""

from __future__ import annotations

import numpy as np

from course_lib import activations, autodiff, data, gradcheck, hmm, layers, losses, optim
from course_lib import train as training
from course_lib.autoencoder import Autoencoder, encoder_8_3_8, pca
from course_lib.conv import LeNet5
from course_lib.deep_regression import DeepGaussianRegression
from course_lib.gan import GAN, discriminator_loss, generator_loss
from course_lib.layers.attention import attention_backward, attention_forward
from course_lib.layers.cells import cell_backward, cell_forward, first_state, first_weights
from course_lib.markov import MarkovChain, classify, count, stationary
from course_lib.mlp import MLP
from course_lib.naive_bayes import NaiveBayes
from course_lib.ngram import NGramModel
from course_lib.perceptron import Perceptron, threshold_network, xor_network
from course_lib.recurrent import SequenceClassifier, SequenceTagger, gate_values, gradient_norms
from course_lib.recursive import RecursiveNet
from course_lib.rnn_lm import RNNLanguageModel
from course_lib.seq2seq import Seq2Seq
from course_lib.vae import VAE, gaussian_kl, reparameterize
from course_lib.word2vec import (
    SkipGram,
    hierarchical_softmax_loss,
    huffman,
    negative_sampling_loss,
    skipgram_pairs,
    softmax_loss,
    subsample,
)
from course_lib.zoo import RBM, DeepBeliefNet, Hopfield, RBFNetwork

WALKS = [["sun", "sun", "rain"], ["rain", "rain", "sun", "sun"]]


def jasons_diary(rng):
    jason = data.ice_cream()
    decoded = jason.viterbi([0, 1, 0])
    return decoded.path, np.exp(decoded.log_prob), hmm.brute_force(jason, [0, 1, 0])


def decoding(rng):
    pi, A, B = rng.dirichlet(np.ones(3)), rng.dirichlet(np.ones(3), 3), rng.dirichlet(np.ones(4), 3)
    model = hmm.HMM(pi, A, B)
    x, y = model.sample(40, rng)
    several = [x[:7], x[7:20], x[20:]]
    # The first is long enough to be cut into pieces.
    long = model.sample(900, rng)[0]
    yield y, model.viterbi(x).log_prob, hmm.viterbi_slide(pi, A, B, x[:5])
    yield [one.log_prob for one in model.viterbi_batch(several)]
    yield model.viterbi(long).path, model.forward(long)[1]
    yield hmm.forward_slide(pi, A, B, x), hmm.backward_slide(pi, A, B, x)
    yield model.forward(x), model.backward(x), model.posteriors(x), model.log_likelihood(several)


def learning_a_model(rng):
    xs, ys = data.ice_cream_diary()
    counted = hmm.fit_supervised(xs, ys, 2, 3, smoothing=0.5)
    learned, likelihoods = hmm.baum_welch(xs, 2, 3, rng, n_iter=5)
    return counted.A, counted.B, learned.pi, learned.A, learned.B, likelihoods


def chains(rng):
    chain = MarkovChain.fit(WALKS, smoothing=1.0)
    other = MarkovChain.fit(WALKS[:1], states=chain.states, smoothing=1.0)
    where = classify(["sun", "rain"], {"one": chain, "other": other})
    return (
        *count(WALKS)[:2],
        chain.log_prob(WALKS[0]),
        stationary(chain.transition),
        list(where.values()),
    )


def counted_words(rng):
    sentences = data.cows()
    model = NGramModel.fit(sentences, n=2, smoothing=0.5)
    yield model.perplexity(sentences), list(model.distribution().values())
    X, y = rng.integers(3, size=(20, 2)), rng.integers(2, size=20)
    yield NaiveBayes.fit(X, y).predict_log_proba(X[:4])


def made_up_data(rng):
    for make in (data.two_moons, data.rings, data.xor, data.blobs, data.polygons):
        yield make(8, rng)
    yield data.synthetic_digits(3, rng, size=16), data.faces(2, rng, size=16)
    yield len(data.grammar_corpus(20, rng)[7]), len(data.sonnets())


def functions_and_losses(rng):
    x, y = rng.normal(size=(4, 3)), rng.integers(2, size=(4, 3))
    for name in ("sigmoid", "tanh", "relu", "softmax", "log_softmax", "d_sigmoid", "d_tanh"):
        yield getattr(activations, name)(100 * x)
    p = activations.softmax(x)
    yield losses.squared_error(x, y), losses.binary_cross_entropy(activations.sigmoid(x), y)
    yield losses.binary_cross_entropy_with_logits(x, y)
    yield losses.softmax_cross_entropy(x, [0, 2, 1, 1])
    yield losses.entropy(p[0]), losses.cross_entropy(p[0], p[1]), losses.kl_divergence(p[0], p[1])


def neurons(rng):
    X, y = data.two_moons(30, rng)
    perceptron = Perceptron(2).fit(X, y, epochs=3)
    net = MLP([2, 4, 2], rng=1)
    yield perceptron.predict(X), threshold_network(xor_network(), [[0, 0], [0, 1], [1, 1]])
    yield net.loss_and_grads(X, y), gradcheck.numerical_gradient(lambda v: (v**3).sum(), X[0])
    for rule in ("SGD", "Momentum", "Nesterov", "Adagrad", "RMSProp", "Adam"):
        model = MLP([2, 4, 2], rng=1)
        training.fit(model, (X, y), getattr(optim, rule)(0.05), epochs=2)
        yield model.params, model.history


def automatic_gradients(rng):
    x = autodiff.Var(rng.normal(size=(3, 2)), "x")
    w = autodiff.Var(rng.normal(size=2), "w")
    loss = ((x * w).sigmoid() + (x * x).mean() - (w.exp() + 1).log()).sum()
    loss.backward()
    yield loss.value, x.grad, w.grad
    yield autodiff.grad(lambda v: (v.tanh() / (v * v + 1)).sum())(rng.normal(size=4))


def dense_layers(rng):
    x, W, b = rng.normal(size=(5, 3)), layers.glorot(4, 3, rng), rng.normal(size=4)
    out, cache = layers.affine_forward(x, W, b)
    yield out, layers.affine_backward(out, cache), layers.he(2, 3, rng)
    kept, cache = layers.dropout_forward(out, 0.4, rng)
    yield kept, layers.dropout_backward(out, cache)
    rows, cache = layers.embedding_forward([[0, 2], [1, 2]], W)
    yield rows, layers.embedding_backward(rows, cache)


def image_layers(rng):
    x, W, b = rng.normal(size=(2, 3, 9, 8)), rng.normal(size=(4, 3, 3, 2)), rng.normal(size=4)
    out, cache = layers.conv2d_forward(x, W, b, stride=1, padding=1)
    yield out, layers.conv2d_backward(out, cache)
    for pool in ("max", "avg"):
        small, cache = getattr(layers, f"{pool}_pool2d_forward")(out, 2)
        yield small, getattr(layers, f"{pool}_pool2d_backward")(small, cache)
    net = LeNet5(rng=2)
    loss, grads = net.loss_and_grads(*data.synthetic_digits(2, rng))
    yield loss, [np.abs(each).sum() for each in grads.values()]


def recurrent_layers(rng):
    x = rng.normal(size=(2, 5, 3))
    for cell in ("rnn", "lstm", "gru"):
        weights = first_weights(cell, 3, 4, rng)
        out, last, cache = cell_forward(cell, x, first_state(cell, 2, 4), *weights)
        yield out, last, cell_backward(cell, out, None, cache)
    s, h, real = rng.normal(size=(2, 3, 4)), rng.normal(size=(2, 5, 4)), np.ones((2, 5), bool)
    out, cache = attention_forward(s, h, real, rng.normal(size=(4, 4)), rng.normal(size=(4, 8)))
    yield out, attention_backward(out, cache)


def sequences(rng):
    x, y = rng.integers(5, size=(3, 6)), rng.integers(2, size=3)
    reader = SequenceClassifier(5, 4, 2, cell="lstm", bidirectional=True)
    yield reader.loss_and_grads(x, y), gradient_norms(SequenceClassifier(5, 4, 2), x[0])
    yield SequenceTagger(5, 4, 2, cell="gru").predict(x)
    yield gate_values(SequenceClassifier(5, 4, 2, cell="gru"), x[0])
    writer = RNNLanguageModel(5, 3, 4)
    yield writer.log_prob(x[0]), writer.fit(x.ravel(), epochs=2, steps=4).sample(8, rng)
    trees = RecursiveNet(5, 3, 2)
    yield trees.loss_and_grads([((0, 4), 2), (1, 3)], [0, 1])


def translation(rng):
    src, tgt = [[2, 3, 4], [4, 2]], [[3, 2], [2, 3, 4, 2]]
    model = Seq2Seq(6, 6, 4, 5, attention=True, rng=3).fit(src, tgt, epochs=3)
    yield model.log_prob(src[0], tgt[0]), model.beam(src[0], 3, 6), model.greedy_batch(src, 6)


def embeddings(rng):
    W_in, W_out, counts = rng.normal(size=(6, 4)), rng.normal(size=(6, 4)), [9, 5, 4, 3, 2, 1]
    tokens = rng.integers(6, size=30)
    centers, contexts = skipgram_pairs(tokens, 2).T
    yield softmax_loss(W_in, W_out, centers, contexts), subsample(tokens, counts, 0.1, rng)
    negatives = rng.integers(6, size=(len(centers), 3))
    yield negative_sampling_loss(W_in, W_out, centers, contexts, negatives)
    yield hierarchical_softmax_loss(W_in, W_out[:5], centers, contexts, huffman(counts))
    sentences = data.grammar_corpus(60, rng)
    for loss in ("negative", "softmax", "hierarchical"):
        model = SkipGram(5, epochs=1, loss=loss).fit(sentences)
        yield model.vectors[:5], [each for _, each in model.most_similar(sentences[0][0], 3)]


def hidden_codes(rng):
    X = rng.normal(size=(12, 5))
    # Rounding grows while a network learns: of 600 epochs, the first few.
    yield pca(X, 2), [rows[:5] for rows in encoder_8_3_8(4)[1].values()]
    yield Autoencoder([5, 3, 5], noise=0.1, sparsity=0.01).fit(X, epochs=3).encode(X)
    mean, log_var, eps = rng.normal(size=(3, 4, 2))
    yield reparameterize(mean, log_var, eps), gaussian_kl(mean, log_var)
    yield VAE(5, 4, 2).loss_and_grads(activations.sigmoid(X), rng.normal(size=(12, 2)))
    yield DeepGaussianRegression([5, 4, 1]).fit(X, X[:, 0], epochs=3).predict(X)


def games(rng):
    yield discriminator_loss(rng.normal(size=5), rng.normal(size=5)), generator_loss([0.3, -2.0])
    yield GAN(2, 4, 2).fit(rng.normal(size=(20, 2)), epochs=2, batch_size=10).sample(5, rng)


def the_zoo(rng):
    X = (rng.random((12, 6)) < 0.5).astype(float)
    machine = RBM(6, 3).fit(X, epochs=2)
    yield machine.free_energy(X), machine.sample(3, rng, steps=5)
    yield DeepBeliefNet([6, 4, 2]).fit(X, epochs=2).transform(X)
    memory = Hopfield(6).fit(2 * X[:2] - 1)
    yield memory.energy(2 * X[3] - 1), memory.recall(2 * X[3] - 1)
    points, labels = data.rings(30, rng)
    yield RBFNetwork(8).fit(points, labels).predict(points)


CALLS = (
    jasons_diary,
    decoding,
    learning_a_model,
    chains,
    counted_words,
    made_up_data,
    functions_and_losses,
    neurons,
    automatic_gradients,
    dense_layers,
    image_layers,
    recurrent_layers,
    sequences,
    translation,
    embeddings,
    hidden_codes,
    games,
    the_zoo,
)


def numbers() -> dict[str, list[float]]:
    """Return all numbers that each call gives, in order."""
    return {call.__name__: numbers_of(call) for call in CALLS}


def numbers_of(call) -> list[float]:
    """Return the numbers that one call gives."""
    return list(_flat(call(np.random.default_rng(len(call.__name__)))))


def _flat(value):
    """Yield the numbers in what a call returned, however deep they lie."""
    if isinstance(value, dict):
        value = value.values()
    if isinstance(value, (np.ndarray, np.generic, float, int)):
        yield from np.ravel(value).astype(float).tolist()
    elif value is not None:
        for each in value:
            yield from _flat(each)
