"""Means, intervals and slopes. Numpy only; every random number comes from one fixed seed.

Intervals are 95 % percentile bootstrap intervals over trials, with the percentiles expanded for
small samples (Hesterberg, "What Teachers Should Know About the Bootstrap", The American
Statistician 69, 2015): the plain percentile interval is too narrow by about sqrt((n-1)/n) z/t.
No distribution is assumed, and the interval belongs to the arithmetic mean that is drawn (one on
the log scale would belong to the geometric mean). With few, very skewed trials it still covers
less than 95 %.

The bootstrap costs REPLICATES draws per trial. The weights of the resamples depend on the number of
trials alone, so that points with as many trials share one matrix of them. Above GROUPS = 1000 trials
the trials are first summed in 1000 groups of equal size (but for one trial), and whole groups are
resampled, the mean being the ratio of sums and sizes: trials are independent, and at that number the
interval is within a few percent of the one over trials.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

import numpy as np

REPLICATES = 2000
SEED = 20406300
LEVEL = 0.95
GROUPS = 1000  # more trials than this are resampled in so many groups


@dataclass(frozen=True)
class Estimate:
    """A value with its interval (NaN for fewer than two trials) and the trials behind it."""

    value: float
    low: float
    high: float
    used: int
    dropped: int = 0  # trials that were NaN or infinite

    def map(self, function) -> "Estimate":
        """The estimate of an increasing function of the value."""
        return Estimate(*(float(function(v)) for v in (self.value, self.low, self.high)),
                        self.used, self.dropped)


@dataclass(frozen=True)
class Slope:
    """Least-squares line log y = intercept + slope log x."""

    slope: float
    error: float  # standard error; NaN for two points
    count: int


def student_quantile(probability: float, freedom: int) -> float:
    """Cornish-Fisher expansion of Student's quantile: 3 digits from 5 degrees of freedom on."""
    z = NormalDist().inv_cdf(probability)
    v = float(freedom)
    return (z + (z**3 + z) / (4 * v) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * v**2)
            + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * v**3))


@lru_cache(maxsize=4)
def _weights(count: int) -> np.ndarray:
    """How often each of `count` things is drawn: REPLICATES x count."""
    generator = np.random.default_rng([SEED, count])
    return generator.multinomial(count, np.full(count, 1.0 / count), REPLICATES).astype(float)


def grouped(columns: np.ndarray) -> np.ndarray:
    """Sums of consecutive rows in GROUPS groups; fewer rows stay as they are."""
    if len(columns) <= GROUPS:
        return columns
    return np.add.reduceat(columns, np.arange(GROUPS) * len(columns) // GROUPS)


def resampled_sums(columns: np.ndarray) -> np.ndarray:
    """Sums of `columns` (trials x anything) over bootstrap resamples of the trials, or of groups
    of them where they are many.

    All columns see the same resamples, and so do two calls with as many trials: what is compared
    is compared on the same draws.
    """
    columns = grouped(columns)
    return _weights(len(columns)) @ columns


def interval(replicates: np.ndarray, trials: int) -> tuple:
    """Expanded percentile interval of bootstrap replicates from that many trials."""
    replicates = replicates[np.isfinite(replicates)]
    if trials < 2 or len(replicates) == 0:
        return float("nan"), float("nan")
    t = student_quantile(0.5 + LEVEL / 2, trials - 1)
    tail = NormalDist().cdf(-t * np.sqrt(trials / (trials - 1)))
    low, high = np.quantile(replicates, [tail, 1 - tail])
    return float(low), float(high)


def estimate_mean(values) -> Estimate:
    """Mean over the finite trials with its interval."""
    values = np.asarray(values, dtype=float)
    finite = values[np.isfinite(values)]
    dropped = len(values) - len(finite)
    if len(finite) == 0:
        return Estimate(np.nan, np.nan, np.nan, 0, dropped)
    sums = resampled_sums(np.column_stack([finite, np.ones_like(finite)]))  # groups differ in size
    low, high = interval(sums[:, 0] / sums[:, 1], len(finite))
    return Estimate(float(finite.mean()), low, high, len(finite), dropped)


def estimate_ratio(above, below) -> Estimate:
    """mean(above) / mean(below), paired by trial."""
    return mean_of_ratios(np.asarray(above, float)[None, :], np.asarray(below, float)[None, :])


def mean_of_ratios(above: np.ndarray, below: np.ndarray, transform=None) -> Estimate:
    """Average over the rows of transform(mean(above[row]) / mean(below[row])).

    Rows are conditions (say, values of S), columns are trials; NaN marks a missing trial, and a
    trial counts in a row only where both have it. Trials are resampled as a whole, over all rows
    at once, because a trial has the same data in every row. Rows without a usable ratio are left
    out.
    """
    transform = transform or (lambda ratio: ratio)
    valid = np.isfinite(above) & np.isfinite(below)
    above, below = np.where(valid, above, 0.0), np.where(valid, below, 0.0)
    rows = below.sum(axis=1) > 0
    dropped = int((~valid).sum())
    if not rows.any():
        return Estimate(np.nan, np.nan, np.nan, 0, dropped)
    present = valid.any(axis=0)
    above, below = above[rows][:, present].T, below[rows][:, present].T
    value = transform(above.sum(axis=0) / below.sum(axis=0)).mean()
    with np.errstate(divide="ignore", invalid="ignore"):
        replicates = transform(resampled_sums(above) / resampled_sums(below)).mean(axis=1)
    low, high = interval(replicates, len(above))
    return Estimate(float(value), low, high, len(above), dropped)


def fit_slope(x, y) -> Slope | None:
    """Slope of log y in log x over the positive finite points; None for fewer than two x."""
    x, y = np.asarray(x, float), np.asarray(y, float)
    good = (x > 0) & (y > 0) & np.isfinite(x) & np.isfinite(y)
    if len(np.unique(x[good])) < 2:
        return None
    u, v = np.log(x[good]), np.log(y[good])
    u = u - u.mean()
    slope = float(u @ v / (u @ u))
    residual = v - v.mean() - slope * u
    freedom = len(u) - 2
    error = np.sqrt(residual @ residual / freedom / (u @ u)) if freedom > 0 else np.nan
    return Slope(slope, float(error), len(u))
