"""Slopes, intervals and paired ratios against what is known."""

import time
import unittest

import numpy as np
import support  # noqa: F401 (first: it makes the scripts importable)

import laggard_stats as stats


class Slopes(unittest.TestCase):
    def test_exact_power_law(self):
        x = np.array([16, 32, 64, 128])
        fit = stats.fit_slope(x, 3.0 * x**-2.5)
        self.assertAlmostEqual(fit.slope, -2.5, 12)
        self.assertAlmostEqual(fit.error, 0, 7)

    def test_standard_error(self):
        # Residuals 1, -2, 1 (times d) about a line on u = 0, 1, 2: s^2 = 6 d^2, Sxx = 2.
        fit = stats.fit_slope(np.exp([0, 1, 2]), np.exp([0.01, 0.98, 2.01]))
        self.assertAlmostEqual(fit.slope, 1.0, 12)
        self.assertAlmostEqual(fit.error, 0.01 * np.sqrt(3), 12)

    def test_what_cannot_be_fitted(self):
        self.assertIsNone(stats.fit_slope([16], [1]))
        self.assertIsNone(stats.fit_slope([16, 32], [1, 0]))
        self.assertIsNone(stats.fit_slope([16, 32], [1, np.nan]))
        self.assertTrue(np.isnan(stats.fit_slope([16, 32], [1, 2]).error))


class Intervals(unittest.TestCase):
    def test_student_quantile(self):
        for freedom, value in ((5, 2.5706), (19, 2.0930), (100, 1.9840)):
            self.assertAlmostEqual(stats.student_quantile(0.975, freedom), value, 2)

    def test_same_data_same_interval(self):
        values = np.random.default_rng(0).lognormal(size=20)
        self.assertEqual(stats.estimate_mean(values), stats.estimate_mean(values))

    def test_normal_coverage(self):
        generator = np.random.default_rng(3)
        hits = 0
        for _ in range(300):
            e = stats.estimate_mean(10 + generator.standard_normal(20))
            hits += e.low <= 10 <= e.high
        self.assertGreater(hits / 300, 0.91)  # 0.95 less three standard errors
        self.assertLess(hits / 300, 0.99)

    def test_width_is_that_of_student(self):
        values = np.random.default_rng(4).standard_normal(30)
        e = stats.estimate_mean(values)
        expected = 2 * 2.045 * values.std(ddof=1) / np.sqrt(30)
        self.assertAlmostEqual((e.high - e.low) / expected, 1, 1)

    def test_nonfinite_trials_are_counted(self):
        e = stats.estimate_mean([1.0, np.nan, 3.0, np.inf])
        self.assertEqual((e.value, e.used, e.dropped), (2.0, 2, 2))
        self.assertEqual(stats.estimate_mean([np.nan]).used, 0)

    def test_one_trial_has_no_interval(self):
        e = stats.estimate_mean([2.0])
        self.assertEqual(e.value, 2.0)
        self.assertTrue(np.isnan(e.low))

    def test_many_trials_are_resampled_in_groups(self):
        columns = np.arange(5000.0).reshape(2500, 2)
        groups = stats.grouped(columns)
        self.assertEqual(len(groups), 1000)  # of 2 and 3
        np.testing.assert_array_equal(groups.sum(axis=0), columns.sum(axis=0))
        self.assertIs(stats.grouped(groups), groups)

    def test_groups_keep_the_width(self):
        values = np.random.default_rng(6).lognormal(size=20_001)
        e = stats.estimate_mean(values)
        expected = 2 * 1.96 * values.std(ddof=1) / np.sqrt(len(values))
        self.assertAlmostEqual((e.high - e.low) / expected, 1, delta=0.08)
        self.assertEqual((e.value, e.used), (values.mean(), 20_001))

    def test_many_points_take_no_time(self):
        generator = np.random.default_rng(7)
        start = time.perf_counter()
        for _ in range(100):
            stats.estimate_mean(generator.random(5000))
        self.assertLess(time.perf_counter() - start, 4)


class Ratios(unittest.TestCase):
    def test_pairing_removes_what_is_common(self):
        generator = np.random.default_rng(1)
        below = np.exp(generator.standard_normal(40))
        e = stats.estimate_ratio(0.7 * below, below)
        self.assertAlmostEqual(e.value, 0.7)
        self.assertAlmostEqual(e.high - e.low, 0)

    def test_mean_of_ratios(self):
        below = np.ones((2, 4))
        above = np.array([[0.25] * 4, [1.0] * 4])
        self.assertAlmostEqual(stats.mean_of_ratios(above, below, np.sqrt).value, 0.75)

    def test_only_common_trials_count(self):
        e = stats.estimate_ratio([1.0, np.nan, 2.0], [2.0, 1.0, 4.0])
        self.assertEqual((e.value, e.used, e.dropped), (0.5, 2, 1))

    def test_exact_reference_is_left_out(self):
        above, below = np.ones((2, 3)), np.array([[0.0] * 3, [2.0] * 3])
        self.assertAlmostEqual(stats.mean_of_ratios(above, below).value, 0.5)
        self.assertTrue(np.isnan(stats.estimate_ratio([1.0], [0.0]).value))

    def test_coverage(self):
        generator = np.random.default_rng(5)
        hits = 0
        for _ in range(300):
            below = 2 + generator.standard_normal((3, 20)) * 0.3
            above = 0.8 * below + 0.2 * generator.standard_normal((3, 20))
            e = stats.mean_of_ratios(above, below)
            hits += e.low <= 0.8 <= e.high
        self.assertGreater(hits / 300, 0.91)


if __name__ == "__main__":
    unittest.main()
