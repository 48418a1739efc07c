"""Slopes, intervals and paired ratios against what is known."""

import unittest

import numpy as np
from laggard import stats



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
        for freedom, value in ((1, 12.7062), (2, 4.30265), (5, 2.57058), (20, 2.08596),
                               (120, 1.97993)):
            self.assertAlmostEqual(stats.student_t95(freedom) / value, 1, 3)

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

    def test_the_interval_is_that_of_the_summary(self):
        # The same numbers are in tests/metrics/statistics_test.cpp.
        for count, low, high in ((7, 0.17312925170068025, 0.6760214195048938),
                                 (300, 0.013400087959443616, 0.0324797002494913)):
            e = stats.estimate_mean(1 / np.arange(1, count + 1))
            self.assertAlmostEqual(e.low / low, 1, 13)
            self.assertAlmostEqual(e.high / high, 1, 13)

    def test_a_broken_trial_is_neither_averaged_away_nor_left_out(self):
        e = stats.estimate_mean([1.0, np.nan, 3.0, np.inf])
        self.assertTrue(np.isnan([e.value, e.low, e.high]).all())
        self.assertEqual((e.known, e.used, e.nonfinite), (False, 4, 2))
        self.assertEqual((stats.estimate_mean([]).known, stats.estimate_mean([]).used), (False, 0))

    def test_one_trial_has_no_interval(self):
        e = stats.estimate_mean([2.0])
        self.assertEqual(e.value, 2.0)
        self.assertTrue(np.isnan(e.low))

    def test_many_trials_are_resampled_in_batches(self):
        columns = np.arange(1300.0).reshape(650, 2)
        batches = stats.batches(columns)
        self.assertEqual(len(batches), 256)
        # Trial i is in batch 256 i / 650, rounded down.
        expected = np.zeros((256, 2))
        for i, row in enumerate(columns):
            expected[256 * i // 650] += row
        np.testing.assert_array_equal(batches, expected)
        self.assertIs(stats.batches(batches), batches)

    def test_batches_keep_the_width(self):
        values = np.random.default_rng(6).lognormal(size=20_001)
        e = stats.estimate_mean(values)
        expected = 2 * 1.96 * values.std(ddof=1) / np.sqrt(len(values))
        self.assertAlmostEqual((e.high - e.low) / expected, 1, delta=0.08)
        self.assertEqual((e.value, e.used), (values.mean(), 20_001))

    def test_points_with_as_many_trials_share_the_resamples(self):
        before = stats._weights.cache_info().misses
        for start in range(100):
            stats.estimate_mean(np.arange(start, start + 4999.0))
        self.assertEqual(stats._weights.cache_info().misses - before, 1)


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
        e = stats.estimate_ratio(np.ma.masked_equal([1.0, -1, 2.0, 3.0], -1),
                                 np.ma.masked_equal([2.0, 1.0, 4.0, -1], -1))
        self.assertEqual((e.value, e.used, e.nonfinite), (0.5, 2, 0))

    def test_a_broken_trial_has_no_ratio(self):
        for above, below in (([1.0, np.nan, 2.0], [2.0, 1.0, 4.0]), ([1.0, 1], [np.inf, 1])):
            e = stats.estimate_ratio(above, below)
            self.assertEqual((e.known, e.nonfinite), (False, 1))
        rows = np.ma.masked_all((2, 2))
        rows[:] = [[1, 2], [np.nan, 3]]
        self.assertFalse(stats.mean_of_ratios(rows, np.ones((2, 2))).known)

    def test_a_trial_with_several_values_is_resampled_as_a_whole(self):
        generator = np.random.default_rng(1)
        own = generator.normal(size=40)
        values, trials = np.concatenate([own, own + 1e-9]), np.tile(np.arange(40), 2)
        whole, alone = stats.estimate_mean(values, trials), stats.estimate_mean(own)
        self.assertAlmostEqual(whole.low, alone.low, places=6)
        self.assertAlmostEqual(whole.high, alone.high, places=6)
        self.assertEqual(whole.used, 80)
        self.assertLess(stats.estimate_mean(values).high - whole.value, 0.8 * (whole.high - whole.value))

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
