"""The 8-3-8 encoder as an explorable: its training curves, and its codes on the cube."""

from __future__ import annotations

import html

import numpy as np

from course_lib.autoencoder import encoder_8_3_8
from course_lib.viz.explorable import Explorable, bundle, whole

STARTS = 6
"""How many starts a page stores."""

# Most happens early, so most of the epochs that are shown are early ones.
EPOCHS = (*range(1, 40, 2), *range(40, 200, 5), *range(200, 401, 10))


class Encoder(Explorable):
    """The explorable that :func:`encoder` returns. Its keys are the numbers of the starts."""

    module = "encoder"
    _esm = bundle("encoder")
    keys_like = '"3"'

    def __init__(self, **traits):
        settings = {
            "title": "Eight patterns through three units",
            "patterns": ["".join(map(str, row)) for row in np.eye(8, dtype=int)],
            "epochs": list(EPOCHS),
            "starts": STARTS,
        }
        frames = {str(start): self.frame(str(start)) for start in range(STARTS)}
        super().__init__(settings=settings, frames=frames, choice="0", step=0, **traits)

    def frame(self, key: str) -> dict:
        """Return a training run, one entry for each of `EPOCHS`.

        Returns
        -------
        dict
            ``errors`` [step][output], squared and summed over the patterns; ``codes``
            [step][pattern][unit], the hidden values; ``weights`` [step][unit][input], the bias
            first; ``distinct`` [step], how many different codes they round to.
        """
        (start,) = self.parts(key, whole())
        _, history = encoder_8_3_8(start)
        shown = np.array(EPOCHS) - 1
        codes = history["codes"][shown]
        return {
            "errors": history["errors"][shown].round(3).tolist(),
            "codes": codes.round(3).tolist(),
            "weights": history["weights"][shown].round(2).tolist(),
            "distinct": [len(np.unique(code.round(), axis=0)) for code in codes],
        }

    def final_codes(self) -> list[tuple[str, list[float], str]]:
        """Return each pattern, its hidden values in the end, and the bits they round to."""
        last = self.frames[self.choice]["codes"][-1]
        return [
            (pattern, values, "".join(str(round(value)) for value in values))
            for pattern, values in zip(self.settings["patterns"], last, strict=True)
        ]

    def summary(self) -> str:
        frame = self.frames[self.choice]
        codes = ", ".join(bits for *_, bits in self.final_codes())
        return (
            f"Start {int(self.choice) + 1}: after {EPOCHS[-1]} epochs {frame['distinct'][-1]} "
            f"different codes for eight patterns: {codes}."
        )

    def fallback(self) -> str:
        rows = "".join(
            f"<tr><th>{pattern}</th><td>{' '.join(f'{value:.2f}' for value in values)}</td>"
            f"<td>{bits}</td></tr>"
            for pattern, values, bits in self.final_codes()
        )
        return (
            f"<p><strong>{html.escape(self.settings['title'])}</strong></p>"
            "<table><thead><tr><th>Pattern</th><th>Hidden values</th><th>Rounded</th></tr></thead>"
            f"<tbody>{rows}</tbody></table><p>{html.escape(self.summary())}</p>"
        )


def encoder() -> Encoder:
    """Return the training of the 8-3-8 encoder, epoch by epoch, from several starts.

    Notes
    -----
    Each start is a seed of `autoencoder.encoder_8_3_8`. Source: CMU-M, Learning Hidden Layer
    Representations.
    """
    return Encoder()
