"""Data sets that are too large to ship: fetched once, checked by their hash, kept in a cache."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from course_lib import checks


class Remote(NamedTuple):
    """Where a data set lies, what its file must hash to, and how the file is read."""

    url: str
    sha256: str
    read: Callable[[Path], object]


def fetch(name: str, progress: bool = False):
    """Return a data set, downloading it the first time.

    Parameters
    ----------
    name : {"mnist", "tiny-shakespeare", "olivetti"}
    progress : bool
        Show a progress bar while downloading.

    Returns
    -------
    mnist : tuple
        ``(train images (60000, 1, 28, 28), labels, test images (10000, 1, 28, 28), labels)``,
        intensities in [0, 1].
    tiny-shakespeare : str
        1,115,394 characters.
    olivetti : tuple
        ``(images (400, 1, 64, 64), labels (400,))``: ten pictures of each of forty people.

    Raises
    ------
    OSError
        If the file could not be fetched or stored; what was fetched of it is removed.
    ValueError
        If the file is not the expected one.

    Notes
    -----
    Files are kept in the user's cache folder, or where the environment variable
    ``HIDDEN_STATES_DATA`` points. Source: LeCun 1998 (MNIST); Karpathy 2015 (tiny Shakespeare);
    Samaria 1994 (Olivetti faces).
    """
    remote = DATA_SETS[checks.one_of("name", name, tuple(DATA_SETS))]
    return remote.read(_download(remote, name, progress))


def _download(remote: Remote, name: str, progress: bool) -> Path:
    try:
        import pooch
    except ImportError:
        raise ImportError(
            "fetching data needs pooch; install it with: pip install 'hidden-states[data]'"
        ) from None
    folder = Path(os.environ.get("HIDDEN_STATES_DATA") or pooch.os_cache("hidden-states"))
    # pooch writes to a temporary file and moves it only when its hash is right.
    pooch.get_logger().setLevel("WARNING")
    try:
        return Path(
            pooch.retrieve(
                remote.url,
                known_hash=f"sha256:{remote.sha256}",
                fname=f"{name}{Path(remote.url).suffix}",
                path=folder,
                progressbar=progress,
            )
        )
    except OSError as error:
        raise OSError(
            f"{name} could not be fetched from {remote.url} into {folder}: {error}. "
            "Check the network and the disk, and try again; nothing incomplete was kept."
        ) from error
    except ValueError:
        raise ValueError(
            f"{name}, fetched from {remote.url}, is not the expected file: its SHA-256 is not "
            f"{remote.sha256}. It was not kept; try again later."
        ) from None


def _read_mnist(path: Path):
    with np.load(path) as arrays:
        return tuple(
            arrays[key][:, None] / 255.0 if key.startswith("x") else arrays[key].astype(np.intp)
            for key in ("x_train", "y_train", "x_test", "y_test")
        )


def _read_text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _read_olivetti(path: Path):
    from scipy.io import loadmat

    # The file holds a face a column, each stored column by column.
    faces = loadmat(path)["faces"].T.reshape(400, 1, 64, 64).transpose(0, 1, 3, 2)
    return faces / 255.0, np.repeat(np.arange(40), 10)


DATA_SETS = {
    "mnist": Remote(
        "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz",
        "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
        _read_mnist,
    ),
    "tiny-shakespeare": Remote(
        "https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt",
        "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
        _read_text,
    ),
    "olivetti": Remote(
        "https://ndownloader.figshare.com/files/5976027",
        "b612fb967f2dc77c9c62d3e1266e0c73d5fca46a4b8906c18e454d41af987794",
        _read_olivetti,
    ),
}
