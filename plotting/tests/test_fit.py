"""Fits of measured times."""

import contextlib
import io
import unittest

import h5py
import numpy as np
from support import Figures

from laggard import LaggardError
from laggard.cli import run_figure
from laggard.delays import open_fits
from laggard.figures import fit

TEXT = h5py.string_dtype()


def write_fits(path):
    """Exponential times, with the right law first and a wrong one after it."""
    times = -np.log(1 - (np.arange(100) + 0.5) / 100)
    grid = np.geomspace(times[0], times[-1], 50)
    with h5py.File(path, "w") as file:
        file.attrs["format"] = "laggard-fit"
        kinds = np.zeros(2, [("fit", "u4"), ("kind", TEXT), ("distance", "f8")])
        kinds["fit"], kinds["distance"] = [0, 1], [0.005, 0.3]
        kinds["kind"] = ["shifted_exponential", "constant"]
        file["fits"] = kinds
        measured = np.zeros(100, [("seconds", "f8"), ("above", "f8")])
        measured["seconds"], measured["above"] = times, 1 - np.arange(1, 101) / 100
        file["measured"] = measured
        tails = np.zeros(100, [("fit", "u4"), ("seconds", "f8"), ("above", "f8")])
        tails["fit"], tails["seconds"] = np.repeat([0, 1], 50), np.tile(grid, 2)
        tails["above"] = np.concatenate([np.exp(-grid), (grid < 0.7).astype(float)])
        file["tails"] = tails
    return path


class Fit(Figures):
    def draw(self, path, *arguments):
        options = fit.parser().parse_args([str(path), *arguments])
        return fit.make_figure(open_fits(path), options)

    def test_measured_and_fitted_tails(self):
        path = write_fits(self.folder / "fit.h5")
        figure, notes = self.draw(path)
        (axes,) = figure.axes
        self.assertEqual(self.labels(figure), ["measured", "shifted_exponential", "constant"])
        line = self.line(axes, "shifted_exponential")
        np.testing.assert_allclose(line.get_ydata(), np.exp(-line.get_xdata()))
        self.assertEqual((axes.get_xscale(), axes.get_yscale()), ("log", "log"))
        self.assertEqual(notes, ["shifted_exponential: distance 0.005", "constant: distance 0.3"])
        self.no_overlap(figure)

    def test_the_best_alone(self):
        figure, _ = self.draw(write_fits(self.folder / "fit.h5"), "--fits", "1")
        self.assertEqual(self.labels(figure), ["measured", "shifted_exponential"])

    def test_auto_knows_the_file(self):
        path = write_fits(self.folder / "fit.h5")
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            self.assertEqual(run_figure("auto", [str(path), "--dpi", "60"]), 0)
        self.assertEqual([p.name for p in self.folder.glob("*.png")], ["fit-fit.png"])

    def test_other_files_are_refused(self):
        path = self.folder / "other.h5"
        h5py.File(path, "w").close()
        with self.assertRaisesRegex(LaggardError, "has no fits"):
            open_fits(path)


if __name__ == "__main__":
    unittest.main()
