"""Coded samples and their spectra."""

import unittest

import h5py
import numpy as np
from support import Figures

from laggard import LaggardError
from laggard.figures import coded
import synthetic


class Spectra(unittest.TestCase):
    def test_white_noise_and_a_wave(self):
        noise = np.random.default_rng(0).standard_normal((40, 1, 28, 28))
        self.assertAlmostEqual(coded.high_share(noise), 1 - np.pi / 16, delta=0.01)
        t = np.arange(32)
        for cycles, share in ((4, 0), (12, 1)):
            wave = np.tile(np.sin(2 * np.pi * cycles * t / 32), (1, 1, 32, 1))
            self.assertAlmostEqual(coded.high_share(wave), share, 6)
        self.assertTrue(np.isnan(coded.high_share(np.ones((1, 1, 4, 4)))))

    def test_broken_samples_do_not_count(self):
        images = np.random.default_rng(0).standard_normal((3, 1, 8, 8))
        share = coded.high_share(images[1:])
        images[0] = np.nan
        self.assertEqual(coded.high_share(images), share)

    def test_along_the_workers(self):
        t = np.pi * np.arange(65) / 64
        frequency, shares = coded.along_workers(np.cos(16 * t)[:, None] * np.ones((1, 5)))
        self.assertAlmostEqual(frequency[np.argmax(shares)], 0.25, delta=0.03)
        self.assertAlmostEqual(shares.sum(), 1)


class Coded(Figures):
    def test_a_row_per_scheme_and_the_shares(self):
        path = synthetic.add_predictions(self.write(trials=1))
        figure, notes = self.make(coded, path)
        self.assertEqual(sum(bool(a.images) for a in figure.axes), 3 * 8)
        shares = [float(n.split(": ")[1].split(" %")[0]) for n in notes[1:]]
        self.assertGreater(shares[0], 3 * shares[1])  # BACC's samples have the noise
        self.assertEqual(self.labels(figure), ["inputs", "BACC", "LeTCC"])
        self.no_overlap(figure)

    def test_colour(self):
        path = synthetic.add_predictions(self.write(trials=1), side=9, channels=3)
        figure, _ = self.make(coded, path, "--pick", "0,5", "--columns", "1")
        images = [a.images[0].get_array() for a in figure.axes if a.images]
        self.assertEqual([i.shape for i in images], [(9, 9, 3)] * 6)
        red, green, _ = np.moveaxis(np.asarray(images[0]), -1, 0)
        self.assertGreater(red.sum(), green.sum())
        self.no_overlap(figure)

    def test_encoders_in_place_of_samples(self):
        path = synthetic.add_predictions(self.write(trials=1), coded=False)
        encoder = np.full((16, 8), 1 / 8)
        matrices = synthetic.write_matrices(self.folder / "m.h5", {"letcc": encoder})
        figure, notes = self.make(coded, path, "--matrices", str(matrices))
        with h5py.File(path) as file:
            mean = file["predictions/1/0/inputs"][()].mean(axis=0)
        shown = [a.images[0].get_array() for a in figure.axes if a.images][8]
        np.testing.assert_allclose(np.asarray(shown).ravel(), mean, atol=0.01)
        self.assertEqual(len(notes), 2)
        synthetic.write_matrices(self.folder / "m.h5", {"letcc": encoder[:, :5]})
        with self.assertRaisesRegex(LaggardError, "takes 5 inputs, the trial has 8"):
            self.make(coded, path, "--matrices", str(matrices))
        with self.assertRaisesRegex(LaggardError, "has no matrices"):
            self.make(coded, path, "--matrices", str(path))

    def test_a_scheme_with_fewer_workers(self):
        path = synthetic.add_predictions(self.write(trials=1))
        with h5py.File(path, "a") as file:
            samples = file["predictions/0/0/coded"][:8]
            del file["predictions/0/0/coded"]
            file["predictions/0/0/coded"] = samples
        figure, _ = self.make(coded, path)
        unused = [a for a in figure.axes if a.texts and a.texts[0].get_text() == "unused"]
        self.assertEqual(len(unused), 4)

    def test_what_is_missing_is_said(self):
        with self.assertRaisesRegex(LaggardError, "no stored predictions"):
            self.make(coded, self.write(trials=1))
        path = synthetic.add_predictions(self.write(trials=1), coded=False)
        with self.assertRaisesRegex(LaggardError, "no coded samples.*output/coded=true"):
            self.make(coded, path)
        path = synthetic.add_predictions(self.write(trials=1))
        with self.assertRaisesRegex(LaggardError, "no worker 99 .the trial has 16"):
            self.make(coded, path, "--pick", "3,99")


if __name__ == "__main__":
    unittest.main()
