"""LeNet-5 as an explorable: what each layer makes of a digit while it is drawn in other ways."""

from __future__ import annotations

import html
from collections.abc import Mapping

import numpy as np

from course_lib import checks, data
from course_lib.conv import LeNet5
from course_lib.viz.explorable import Explorable, bundle, whole

KNOBS = {
    "scale": (0.5, 0.6, 0.8, 1.0, 1.2),
    "stroke": (0.03, 0.05, 0.09, 0.15, 0.2),
    "squeeze": (0.4, 0.6, 0.8, 1.0, 1.3),
    "noise": (0.0, 0.2, 0.4),
}
PLAIN = (3, 2, 3, 0)
"""The place of each knob's usual value."""
DRAWN = 60
"""Digits of a setting that are read to count the right answers."""
HAND, OTHER_HANDS = 5, 6
"""Seeds of the handwriting that is shown and of that which is counted."""
LEVELS = "0123456789"


class Knobs(Explorable):
    """The explorable that :func:`knobs` returns.

    Its keys are ``"digit:scale,stroke,squeeze,noise"``, each knob the place of its value.
    """

    module = "knobs"
    _esm = bundle("knobs")
    keys_like = '"7:3,2,3,0"'

    def __init__(self, networks: Mapping[str, LeNet5], digits, **traits):
        self.networks = dict(networks)
        self.counted: dict[tuple, list[int]] = {}
        self.drawn: dict[tuple, tuple] = {}
        settings = {
            "title": "What LeNet-5 sees",
            "knobs": [{"name": name, "values": values} for name, values in KNOBS.items()],
            "plain": PLAIN,
            "digits": digits,
            "networks": list(self.networks),
            "drawn": DRAWN,
        }
        keys = [
            f"{digit}:{','.join(map(str, places))}"
            for digit in digits
            for places in _one_knob_turned()
        ]
        frames = {key: self.frame(key) for key in keys}
        super().__init__(settings=settings, frames=frames, choice=keys[0], step=0, **traits)

    def frame(self, key: str) -> dict:
        """Return the picture, the last network's maps, and what each network says of it."""
        digit, places = self.parts(key, whole(high=9), _places)
        images, labels = self._drawn(places)
        image = images[labels == digit][:1]
        maps = list(self.networks.values())[-1].feature_maps(image)
        return {
            "picture": shades(image[0, 0], 0, 1),
            "maps": {
                name: [shades(one, -1, 1) for one in values[0]] for name, values in maps.items()
            },
            "says": [
                np.rint(100 * network.forward(image)[0]).astype(int).tolist()
                for network in self.networks.values()
            ],
            "right": self._right(places),
        }

    def _drawn(self, places: tuple) -> tuple:
        """Return the ten digits of one hand; the knobs change nothing else."""
        if places not in self.drawn:
            self.drawn[places] = data.synthetic_digits(10, HAND, **_values(places))
        return self.drawn[places]

    def _right(self, places: tuple) -> list[int]:
        """Count, for each network, how many digits drawn by other hands it reads."""
        if places not in self.counted:
            images, labels = data.synthetic_digits(DRAWN, OTHER_HANDS, **_values(places))
            self.counted[places] = [
                int((network.predict(images) == labels).sum()) for network in self.networks.values()
            ]
        return self.counted[places]

    def told(self) -> list[str]:
        """Return what each network says of the shown digit, in a sentence."""
        frame = self.frames[self.choice]
        return [
            f"{name}: says {int(np.argmax(says))} ({max(says)} %), "
            f"reads {right} of {DRAWN} digits drawn like this."
            for name, says, right in zip(self.networks, frame["says"], frame["right"], strict=True)
        ]

    def summary(self) -> str:
        digit, places = self.parts(self.choice, whole(high=9), _places)
        knobs = ", ".join(f"{name} {value:g}" for name, value in _values(places).items())
        return f"A {digit} with {knobs}. {' '.join(self.told())}"

    def fallback(self) -> str:
        rows = "".join(f"<li>{html.escape(line)}</li>" for line in self.told())
        title = html.escape(self.settings["title"])
        return (
            f"<p><strong>{title}</strong></p><p>{html.escape(self.summary().split('. ')[0])}.</p>"
            f"<ul>{rows}</ul>"
        )


def knobs(networks: Mapping[str, LeNet5], digits=(4, 7, 8)) -> Knobs:
    """Return drawn digits with four knobs, the maps LeNet-5 makes of them, and its answers.

    Parameters
    ----------
    networks : dict of str to LeNet5
        By what they have learned from. All of them answer; the maps shown are the last one's.
        Each reads ten digits of 32 x 32 pixels.
    digits : sequence of int
        The digits to choose from.

    Notes
    -----
    A page stores one turned knob at a time; in a live notebook all can be turned.
    Source: CMU-M, LeNet5 demos.
    """
    if not networks:
        raise ValueError("networks must hold at least one network, got none")
    for name, network in networks.items():
        if (network.n_classes, network.image_size) != (10, 32):
            raise ValueError(
                f"networks must read ten digits of 32 x 32 pixels, got, for {name!r}, {network!r}"
            )
    digits = checks.integers("digits", digits, ("n",), high=10)
    return Knobs(networks, digits.tolist())


def shades(image: np.ndarray, low: float, high: float) -> list[str]:
    """Return a picture as text, a line a row and a letter of `LEVELS` a pixel.

    Parameters
    ----------
    image : (H, W) ndarray
    low, high : float
        The values of the first and of the last letter.
    """
    share = (np.clip(image, low, high) - low) / (high - low)
    numbers = np.rint(share * (len(LEVELS) - 1)).astype(int)
    return ["".join(LEVELS[n] for n in row) for row in numbers]


def _one_knob_turned():
    """Yield the usual places, and those with one knob turned, in every way."""
    yield PLAIN
    for k, values in enumerate(KNOBS.values()):
        for place in range(len(values)):
            if place != PLAIN[k]:
                yield (*PLAIN[:k], place, *PLAIN[k + 1 :])


def _values(places: tuple) -> dict[str, float]:
    return {
        name: values[place] for (name, values), place in zip(KNOBS.items(), places, strict=True)
    }


def _places(text: str) -> tuple[int, ...]:
    read = [whole(high=len(values) - 1) for values in KNOBS.values()]
    return tuple(one(place) for one, place in zip(read, text.split(","), strict=True))
