"""Word embeddings: skip-gram, its three losses, and analogies (chapter 11)."""

from course_lib.word2vec.huffman import hierarchical_softmax_loss, huffman
from course_lib.word2vec.losses import negative_sampling_loss, softmax_loss
from course_lib.word2vec.pairs import noise_distribution, skipgram_pairs, subsample
from course_lib.word2vec.skipgram import SkipGram

__all__ = [
    "SkipGram",
    "hierarchical_softmax_loss",
    "huffman",
    "negative_sampling_loss",
    "noise_distribution",
    "skipgram_pairs",
    "softmax_loss",
    "subsample",
]
