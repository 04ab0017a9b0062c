"""Pictures to look at: real handwritten digits, drawn digits with four knobs, and drawn faces."""

from __future__ import annotations

import numpy as np

from course_lib import checks
from course_lib.data import strokes

POSES = ("left", "straight", "right", "up")


def digits() -> tuple[np.ndarray, np.ndarray]:
    """Return real handwriting: scikit-learn's bundled digits.

    Returns
    -------
    images : (1797, 1, 8, 8) ndarray
        Intensities in [0, 1].
    labels : (1797,) ndarray of int

    Notes
    -----
    Source: Alpaydin 1998 (optical recognition of handwritten digits).
    """
    try:
        from sklearn.datasets import load_digits
    except ImportError:
        raise ImportError(
            "the real digits come with scikit-learn; install it with: "
            "pip install 'hidden-states[data]'"
        ) from None
    bundled = load_digits()
    return bundled.images[:, None] / 16.0, bundled.target.astype(np.intp)


def synthetic_digits(
    n: int,
    rng,
    size: int = 32,
    scale: float = 1.0,
    stroke: float = 0.09,
    squeeze: float = 1.0,
    noise: float = 0.0,
) -> tuple[np.ndarray, np.ndarray]:
    """Draw digits as a pen would, each a little differently: the knobs of the LeNet demos.

    Parameters
    ----------
    n : int
        How many; the ten digits in turn, then shuffled.
    rng : numpy.random.Generator or int
    size : int
        Pixels along an edge.
    scale : float
        Size of the digit; 1 fills about two thirds of the picture's height.
    stroke : float
        Width of the pen, as a share of the picture's edge.
    squeeze : float
        Width of the digit against its height; below 1 it is narrow.
    noise : float
        Share of pixels that are replaced by black or white.

    Returns
    -------
    images : (n, 1, size, size) ndarray
        White ink (1) on black (0).
    labels : (n,) ndarray of int

    Notes
    -----
    Source: UW and CMU-M, LeNet-5's robustness demonstrations.
    """
    n, size = checks.whole("n", n, low=1), checks.whole("size", size, low=8)
    for name, value in (("scale", scale), ("stroke", stroke), ("squeeze", squeeze)):
        checks.number(name, value, above=0)
    checks.number("noise", noise, low=0, high=1)
    rng = checks.generator(rng)

    labels = rng.permutation(np.arange(n) % 10)
    pixels = strokes.pixel_centres(size)
    images = np.empty((n, 1, size, size))
    for image, label in zip(images, labels, strict=True):
        segments = _handwritten(DIGITS[label], rng, scale, squeeze)
        width = stroke * rng.uniform(0.85, 1.15)
        distance = strokes.distance_to_segments(pixels, segments)
        image[0] = strokes.ink(distance, width, 1 / size).reshape(size, size)
    speckled = rng.random(images.shape) < noise
    return np.where(speckled, rng.integers(2, size=images.shape), images), labels


def faces(n: int, rng, size: int = 32) -> tuple[np.ndarray, np.ndarray]:
    """Draw faces that look left, straight ahead, right, or up: the head-pose network's data.

    Heads differ in place, size, shade, hair, expression and sunglasses, none of which tells the
    pose. Left and right are as the viewer sees them.

    Parameters
    ----------
    n : int
        How many; the four poses in turn, then shuffled.
    rng : numpy.random.Generator or int
    size : int
        Pixels along an edge.

    Returns
    -------
    images : (n, 1, size, size) ndarray
        Intensities in [0, 1].
    labels : (n,) ndarray of int
        0 left, 1 straight, 2 right, 3 up.

    Notes
    -----
    Source: CMU-M, learned hidden units for head pose.
    """
    n, size = checks.whole("n", n, low=1), checks.whole("size", size, low=16)
    rng = checks.generator(rng)
    labels = rng.permutation(np.arange(n) % len(POSES))
    images = np.stack([_face(POSES[label], rng, size) for label in labels])
    return images[:, None], labels


def _handwritten(segments: np.ndarray, rng, scale: float, squeeze: float) -> np.ndarray:
    """Bring a digit from its box around the origin to a slightly different place and slant."""
    angle, slant = rng.normal(0, 0.08), rng.normal(0, 0.12)
    height = 0.66 * scale * rng.uniform(0.92, 1.08)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    shape = np.array([[squeeze, -slant], [0, 1]]) * height
    wobble = rng.normal(0, 0.012, size=segments.shape)
    return (segments + wobble) @ (turn @ shape).T + 0.5 + rng.normal(0, 0.025, size=2)


def _face(pose: str, rng, size: int) -> np.ndarray:
    x, y = strokes.pixel_centres(size).T
    soft = 1.5 / size
    picture = np.full(size * size, rng.uniform(0, 0.35))

    def paint(shade: float, centre, radii) -> None:
        """Paint a soft-edged ellipse over the picture."""
        (cx, cy), (rx, ry) = centre, radii
        outside = (np.hypot((x - cx) / rx, (y - cy) / ry) - 1) * min(rx, ry)
        cover = np.clip(0.5 - outside / soft, 0, 1)
        picture[:] = picture * (1 - cover) + shade * cover

    skin, hair = rng.uniform(0.55, 0.95), rng.uniform(0.05, 0.45)
    dark = skin * rng.uniform(0.15, 0.45)
    big = rng.uniform(0.9, 1.1)
    middle = np.array([0.5, 0.53]) + rng.normal(0, 0.03, size=2)
    turn = {"left": (-0.11, 0), "right": (0.11, 0), "up": (0, -0.11)}.get(pose, (0, 0))
    front = middle + turn + rng.normal(0, 0.012, size=2)

    paint(hair, middle - (0, 0.07 * big), (0.29 * big, 0.33 * big))
    paint(skin, middle, (0.25 * big, 0.33 * big))
    glasses = rng.random() < 0.3
    apart = 0.1 * big
    for side in (-1, 1):
        eye = front + (side * apart, -0.09 * big)
        paint(*((0.05, eye, (0.085, 0.055)) if glasses else (dark, eye, (0.042, 0.026))))
    paint(skin * 0.75, front + (0, 0.03 * big), (0.028 * big, 0.06 * big))
    mouth = rng.uniform(0.012, 0.045)
    paint(dark, front + (0, 0.16 * big), (rng.uniform(0.06, 0.1) * big, mouth))
    return np.clip(picture + rng.normal(0, 0.03, size=picture.shape), 0, 1).reshape(size, size)


def _digit(*lines) -> np.ndarray:
    return np.concatenate([strokes.polyline(line) for line in lines])


# Each digit lies in a box from -0.5 to 0.5 around the origin, with y growing downwards.
DIGITS = (
    _digit(strokes.arc((0, 0), (0.28, 0.5), (0, 360), 20)),
    _digit([(-0.16, -0.3), (0.04, -0.5), (0.04, 0.5)]),
    _digit(
        np.vstack([strokes.arc((0, -0.24), (0.28, 0.26), (-170, 40)), [(-0.28, 0.5), (0.3, 0.5)]])
    ),
    _digit(
        strokes.arc((-0.02, -0.25), (0.27, 0.25), (-150, 90)),
        strokes.arc((-0.02, 0.23), (0.3, 0.27), (-90, 150)),
    ),
    _digit([(0.12, 0.5), (0.12, -0.5), (-0.3, 0.18), (0.32, 0.18)]),
    _digit(
        [(0.26, -0.5), (-0.2, -0.5), (-0.24, -0.06)],
        strokes.arc((-0.02, 0.18), (0.3, 0.32), (-135, 140)),
    ),
    _digit(
        strokes.arc((0.3, 0.22), (0.58, 0.72), (-100, -180)),
        strokes.arc((0, 0.22), (0.28, 0.28), (0, 360), 16),
    ),
    _digit([(-0.3, -0.5), (0.3, -0.5), (-0.08, 0.5)]),
    _digit(
        strokes.arc((0, -0.26), (0.23, 0.24), (0, 360), 16),
        strokes.arc((0, 0.24), (0.28, 0.26), (0, 360), 16),
    ),
    _digit(
        strokes.arc((0, -0.22), (0.28, 0.28), (0, 360), 16),
        strokes.arc((-0.3, -0.22), (0.58, 0.72), (0, 80)),
    ),
)
