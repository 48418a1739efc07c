"""Reads what `laggard fit` writes: measured times and fitted kinds of delays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .files import LaggardError, format_of, opened, printable, table_of, text_of


@dataclass
class Fits:
    """Tails of measured times and of fits."""

    kinds: list            # the best first
    distances: list
    measured: np.ndarray   # seconds, above
    tails: np.ndarray      # fit, seconds, above

    def tail(self, kind: str) -> np.ndarray:
        """The rows of a fit."""
        return self.tails[self.tails["fit"] == self.kinds.index(kind)]

    def distance(self, kind: str) -> float:
        """The largest distance between the distribution functions."""
        return self.distances[self.kinds.index(kind)]


def open_fits(path) -> Fits:
    """The tables of a file of `laggard fit --output`."""
    def read(path, file):
        if format_of(file) != "laggard-fit":
            raise LaggardError(f"'{path}' has no fits",
                               "its root attribute 'format' is not \"laggard-fit\"",
                               "give a file that `laggard fit --output` wrote")
        fits = table_of(file, "fits", ("fit", "kind", "distance"))
        measured = table_of(file, "measured", ("seconds", "above"))
        tails = table_of(file, "tails", ("fit", "seconds", "above"))
        if any(table is None or len(table) == 0 for table in (fits, measured, tails)):
            raise LaggardError(f"'{path}' has no fits", "a table is missing or empty",
                               "write it again with `laggard fit --output`")
        fits = np.sort(fits, order="fit")
        return Fits([printable(text_of(kind)) for kind in fits["kind"]],
                    [float(distance) for distance in fits["distance"]], measured, tails)

    return opened(path, read, "fit")
