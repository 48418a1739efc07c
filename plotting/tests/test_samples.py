"""Example images and decoded scores of one trial."""

import unittest

import h5py
import numpy as np
from support import Figures

from laggard import LaggardError, images
from laggard.figures import samples
import synthetic


class Samples(Figures):
    def test_rows_and_bars(self):
        path = synthetic.add_predictions(self.write(trials=1))
        figure, _ = self.make(samples, path)
        self.assertEqual(sum(bool(a.images) for a in figure.axes), 3 * 8)
        self.assertEqual(sum(bool(a.patches) for a in figure.axes), 4)
        self.assertEqual(self.labels(figure), ["model", "BACC, decoded", "LeTCC, decoded"])
        self.no_overlap(figure)

    def test_without_coded_samples_and_shape(self):
        path = synthetic.add_predictions(self.write(trials=1), coded=False, shape=False)
        figure, _ = self.make(samples, path, "--count", "5")
        self.assertEqual(sum(bool(a.images) for a in figure.axes), 5)

    def test_scores_that_are_nan(self):
        def spoil(file):
            file["predictions/0/0/decoded"][...] = np.nan
            file["predictions/1/0/decoded"][2, 3] = np.nan

        path = synthetic.add_predictions(self.write(trials=1))
        with h5py.File(path, "a") as file:
            spoil(file)
        figure, notes = self.make(samples, path)
        self.assertEqual(notes[1:], ["BACC: 8 of 8 inputs without finite scores",
                                     "LeTCC: 1 of 8 inputs without finite scores"])
        bars = [a for a in figure.axes if a.patches]
        self.assertTrue(all("no estimate:\nBACC" == a.texts[0].get_text() for a in bars))
        self.assertTrue(np.isfinite(bars[0].get_ylim()).all())
        self.no_overlap(figure)

    def test_the_stored_shape_wins_over_a_guess(self):
        path = synthetic.add_predictions(self.write(trials=1))
        with h5py.File(path, "a") as file:
            for point in file["predictions"]:
                file[f"predictions/{point}/0/shape"][...] = [1, 9, 16]
        figure, _ = self.make(samples, path)
        image = next(a.images[0] for a in figure.axes if a.images)
        self.assertEqual(image.get_array().shape, (9, 16))

    def test_shapes(self):
        self.assertEqual(images.image_shape((3, 32, 32), 3072), (3, 32, 32))
        self.assertEqual(images.image_shape(None, 784), (1, 28, 28))
        self.assertEqual(images.image_shape(None, 3072), (3, 32, 32))
        self.assertIsNone(images.image_shape(None, 1))
        self.assertIsNone(images.image_shape(None, 50))

    def test_no_predictions(self):
        with self.assertRaisesRegex(LaggardError, "no stored predictions.*output/coded"):
            self.make(samples, self.write(trials=1))


if __name__ == "__main__":
    unittest.main()
