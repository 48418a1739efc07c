"""What decoders promise, and the error while answers arrive."""

import unittest

import h5py
import numpy as np
from support import Figures

from laggard import LaggardError
from laggard.figures import anytime, auto, certificates
from laggard import open_results
import synthetic

COLUMNS = ("largest_gap", "lebesgue", "noise_gain")


def add_certificates(path, law, gap=True):
    """Columns of /trials from law(row, generator); a file of version 3."""
    with h5py.File(path, "a") as file:
        old = file["trials"][()]
        rows = np.zeros(len(old), old.dtype.descr + [(name, "f8") for name in COLUMNS])
        for name in old.dtype.names:
            rows[name] = old[name]
        for row in rows:
            row["largest_gap"], row["lebesgue"], row["noise_gain"] = law(row)
        if not gap:
            rows["largest_gap"] = np.nan
        del file["trials"]
        file["trials"] = rows
        file.attrs["format_version"] = 3
    return path


class Certificates(Figures):
    @staticmethod
    def law(row):
        # The error is the square of the gap, whatever the noise gain says.
        return np.sqrt(row["mse"]), 2.0 + row["trial"] % 3, 0.1 + row["trial"] % 5

    def test_the_prediction_is_that_of_the_law(self):
        path = add_certificates(self.write(workers=[16], stragglers=[4]), self.law)
        figure, notes = self.make(certificates, path)
        self.assertEqual([a.get_xlabel() for a in figure.axes],
                         ["largest gap", "Lebesgue constant", "noise gain",
                          "predicted MSE (fit to other trials)"])
        last = self.line(figure.axes[-1], "LeTCC")
        np.testing.assert_allclose(last.get_xdata(), last.get_ydata(), rtol=1e-9)
        self.assertEqual(len(last.get_xdata()), 10)  # the odd ones of 20 trials
        first = self.line(figure.axes[0], "LeTCC")
        np.testing.assert_allclose(first.get_xdata() ** 2, first.get_ydata())
        self.assertRegex(notes[1], r"^LeTCC: .* largest gap 1\.00, .* power law of all of them 1\.00, "
                                   r".* factor of 1\.0$")
        self.no_overlap(figure)

    def test_schemes_without_a_curve_have_no_gap(self):
        path = add_certificates(self.write(workers=[16], stragglers=[4]), self.law, gap=False)
        figure, _ = self.make(certificates, path)
        self.assertEqual(len(figure.axes), 3)

    def test_trials_without_an_error_are_counted(self):
        def changes(rows):
            rows["mse"][rows["trial"] == 3] = 0.0

        path = add_certificates(self.write(workers=[16], stragglers=[4], changes=changes), self.law)
        _, notes = self.make(certificates, path)
        self.assertRegex(notes[0], "1 trial without a finite error above 0 left out")

    def test_noise_alone_has_its_line(self):
        path = add_certificates(self.write(workers=[16], stragglers=[4], sigma=0.5), self.law)
        figure, _ = self.make(certificates, path)
        line = self.line(figure.axes[2], "noise alone")
        np.testing.assert_allclose(line.get_ydata(), 0.25 * np.array(line.get_xdata()))

    def test_a_file_without_them_says_what_to_do(self):
        with self.assertRaisesRegex(LaggardError, "has no certificates .*output/certificates=true"):
            self.make(certificates, self.write())
        self.assertNotIn("certificates", auto.supported(open_results(self.write())))
        path = add_certificates(self.write(), self.law)
        self.assertIn("certificates", auto.supported(open_results(path)))

    def test_ranks(self):
        np.testing.assert_array_equal(certificates.ranks([3.0, 1.0, 3.0, 2.0]), [2.5, 0, 2.5, 1])
        self.assertAlmostEqual(certificates.rank_correlation([1, 2, 3], [1, 8, 9]), 1.0)
        self.assertAlmostEqual(certificates.rank_correlation([1, 2, 3], [9, 8, 1]), -1.0)
        self.assertTrue(np.isnan(certificates.rank_correlation([1, 1], [1, 2])))


ANYTIME = np.dtype([("point", "u4"), ("trial", "u4"), ("received", "u4"), ("arrival_seconds", "f8"),
                    ("mse", "f8"), ("relative_error", "f8"), ("accuracy", "f8")])


def add_anytime(path, error, seconds=1.0, answering=20):
    """error(answers) after every answer of so many of the 20 trials; the j-th comes after j `seconds`."""
    with h5py.File(path, "a") as file:
        rows = []
        for point in file["points"][()]:
            for trial in range(answering):
                for j in range(1, int(point["workers"]) + 1):
                    e = error(j)
                    rows.append((point["point"], trial, j, seconds * j, e * e, e, np.nan))
        file["anytime"] = np.array(rows[::-1], ANYTIME)  # the order of the rows means nothing
        file.attrs["format_version"] = 3
    return path


class Anytime(Figures):
    def test_the_line_is_the_error_of_what_is_there(self):
        path = add_anytime(self.write(workers=[16], stragglers=[0]), lambda j: 1 / j)
        figure, notes = self.make(anytime, path)
        x, y = self.line(figure.axes[0], "BACC").get_data()
        self.assertEqual((x[0], x[-1]), (0.0, 16.0))
        np.testing.assert_allclose(y, 1 / np.maximum(np.floor(x + 1e-9), 1))
        self.assertEqual(figure.axes[0].get_xlabel(), "time (s)")
        figure, _ = self.make(anytime, path, "--against", "answers")
        x, y = self.line(figure.axes[0], "BACC").get_data()
        np.testing.assert_array_equal(x, np.arange(1, 17))
        np.testing.assert_allclose(y, 1 / x)
        self.no_overlap(figure)

    def test_without_delays_answers_are_counted(self):
        path = add_anytime(self.write(workers=[16], stragglers=[0]), lambda j: 1 / j, seconds=0.0)
        figure, _ = self.make(anytime, path)
        self.assertEqual(figure.axes[0].get_xlabel(), "answers")

    def test_trials_without_an_answer_keep_the_error_1(self):
        for answering, expected in ((11, 1 / np.arange(1, 17)), (9, np.ones(16))):
            path = add_anytime(self.write(workers=[16], stragglers=[0]), lambda j: 1 / j, seconds=0.0,
                               answering=answering)
            figure, notes = self.make(anytime, path)
            np.testing.assert_allclose(self.line(figure.axes[0], "BACC").get_ydata(), expected)
            self.assertIn(f"$N$ = 16, $S$ = 0, BACC: {20 - answering} of 20 trials without an answer, "
                          "error 1", notes)
            self.no_overlap(figure)

    def test_a_point_without_any_answer_is_drawn(self):
        path = add_anytime(self.write(workers=[16], stragglers=[0, 4]), lambda j: 1 / j, seconds=0.0)
        with h5py.File(path, "a") as file:
            rows = file["anytime"][()]
            del file["anytime"]
            file["anytime"] = rows[rows["point"] < 2]  # S = 0
        figure, _ = self.make(anytime, path)
        self.assertEqual(self.line(figure.axes[1], "BACC").get_ydata().tolist(), [1.0])
        with self.assertRaisesRegex(LaggardError, "no errors over time .nobody has answered"):
            self.make(anytime, path, "--stragglers", "4")

    def test_exact_estimates_are_said(self):
        path = add_anytime(self.write(workers=[16], stragglers=[0]),
                           lambda j: 0.0 if j >= 12 else np.nan if j == 1 else 1 / j, seconds=0.0)
        figure, notes = self.make(anytime, path)
        self.assertEqual(list(self.line(figure.axes[0], "LeTCC").get_xdata()), list(range(2, 12)))
        self.assertIn("$N$ = 16, $S$ = 0, LeTCC: exact in the middle trial from 12 answers on, "
                      "not drawn there", notes)

    def test_a_file_without_the_table_says_what_to_do(self):
        with self.assertRaisesRegex(LaggardError, "no table /anytime.*output/anytime=true"):
            self.make(anytime, self.write())
        path = self.write(workers=[16])
        self.assertNotIn("anytime", auto.supported(open_results(path)))
        self.assertIn("anytime", auto.supported(open_results(add_anytime(path, lambda j: 1 / j))))


if __name__ == "__main__":
    unittest.main()
