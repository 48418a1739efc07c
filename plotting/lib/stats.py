"""Means, intervals and slopes, by the rules of /summary (src/metrics/statistics.hpp).

A trial that is not finite makes the mean, the median and the interval of its point NaN: it is
neither averaged away nor left out. The number of such trials is told.

Intervals are 95 % percentile bootstrap intervals of the arithmetic mean over the trials, with the
percentiles expanded for small samples (Hesterberg, "What Teachers Should Know About the Bootstrap",
The American Statistician 69, 2015): the plain percentile interval is too narrow by about
sqrt((n-1)/n) z/t. No distribution is assumed. With few, very skewed trials the interval covers less
than 95 %.

More than BATCHES trials are resampled in so many batches of neighbours. The resamples depend on the
number of trials alone, and they are the program's own: the same random numbers, so that a figure
shows the interval that `laggard summary` prints.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import erfc, sqrt, tan, pi

import numpy as np

REPLICATES = 2000
BATCHES = 256
_SEED = 20406300
_BOOTSTRAP = 10  # number of the random stream, core/random.hpp


@dataclass(frozen=True)
class Estimate:
    """A value with its interval (NaN for fewer than two trials) and the trials behind it."""

    value: float
    low: float
    high: float
    used: int           # trials
    nonfinite: int = 0  # those that are NaN or infinite: if there is one, the value is NaN

    def map(self, function) -> "Estimate":
        """The estimate of an increasing function of the value."""
        return Estimate(*(float(function(v)) for v in (self.value, self.low, self.high)),
                        self.used, self.nonfinite)

    @property
    def known(self) -> bool:
        """Whether there is a value."""
        return bool(np.isfinite(self.value))


@dataclass(frozen=True)
class Slope:
    """Least-squares line log y = intercept + slope log x."""

    slope: float
    error: float  # standard error; NaN for two points
    count: int


def student_t95(degrees: float) -> float:
    """Two-sided 95 % quantile of Student's t (Hill's expansion, CACM algorithm 396)."""
    tail = 0.05
    if degrees < 1.5:
        return 1 / tan(tail * pi / 2)
    if degrees < 2.5:
        return sqrt(2 / (tail * (2 - tail)) - 2)
    a = 1 / (degrees - 0.5)
    b = 48 / (a * a)
    c = ((20700 * a / b - 98) * a - 16) * a + 96.36
    d = ((94.5 / (b + c) - 3) / b + 1) * sqrt(a * pi / 2) * degrees
    y = (d * tail) ** (2 / degrees)
    if y > 0.05 + a:
        x = -1.959963984540054  # normal quantile of tail / 2
        y = x * x
        if degrees < 5:
            c += 0.3 * (degrees - 4.5) * (x + 0.6)
        c += (((0.05 * d * x - 5) * x - 7) * x - 2) * x + b
        y = (((((0.4 * y + 6.3) * y + 36) * y + 94.5) / c - y - 3) / b + 1) * x
        y = np.expm1(a * y * y)
    else:
        y = ((1 / (((degrees + 6) / (degrees * y) - 0.089 * d - 0.822) * (degrees + 2) * 3)
              + 0.5 / (degrees + 4)) * y - 1) * (degrees + 1) / (degrees + 2) + 1 / y
    return float(sqrt(degrees * y))


def random_words(trial: int, count: int) -> np.ndarray:
    """The first words of the program's bootstrap stream for so many trials: Philox4x32-10 with the
    key `_SEED` and the counter (block, 0, trial, _BOOTSTRAP)."""
    blocks = -(-count // 2)
    mask = np.uint64(0xFFFFFFFF)
    counter = [np.arange(blocks, dtype=np.uint64), *(np.full(blocks, v, np.uint64)
                                                     for v in (0, trial, _BOOTSTRAP))]
    key = [_SEED, 0]
    for _ in range(10):
        first, second = counter[0] * np.uint64(0xD2511F53), counter[2] * np.uint64(0xCD9E8D57)
        counter = [(second >> np.uint64(32)) ^ counter[1] ^ np.uint64(key[0]), second & mask,
                   (first >> np.uint64(32)) ^ counter[3] ^ np.uint64(key[1]), first & mask]
        key = [(key[0] + 0x9E3779B9) & 0xFFFFFFFF, (key[1] + 0xBB67AE85) & 0xFFFFFFFF]
    pairs = [counter[1] << np.uint64(32) | counter[0], counter[3] << np.uint64(32) | counter[2]]
    return np.stack(pairs, axis=1).ravel()[:count]


def _indices(count: int, size: int) -> np.ndarray:
    """REPLICATES x size numbers below `size`, drawn for a sample of `count` trials."""
    need = REPLICATES * size
    if size == BATCHES:  # every byte of a word is one
        return random_words(count, need // 8).astype("<u8").view(np.uint8).reshape(REPLICATES, size)
    # Lemire's method: the few products with a low word below the threshold are drawn again.
    threshold = (2**32 - size) % size
    drawn = need
    while True:
        products = (random_words(count, drawn) >> np.uint64(32)) * np.uint64(size)
        kept = products[(products & np.uint64(0xFFFFFFFF)) >= threshold]
        if len(kept) >= need:
            return (kept[:need] >> np.uint64(32)).astype(np.int64).reshape(REPLICATES, size)
        drawn += 64


@lru_cache(maxsize=4)
def _weights(count: int) -> np.ndarray:
    """How often each batch of `count` trials is drawn: REPLICATES x batches."""
    size = min(count, BATCHES)
    places = _indices(count, size).astype(np.int64) + size * np.arange(REPLICATES)[:, None]
    return np.bincount(places.ravel(), minlength=REPLICATES * size).reshape(
        REPLICATES, size).astype(float)


def batches(columns: np.ndarray) -> np.ndarray:
    """Sums of neighbouring rows in BATCHES batches; fewer rows stay as they are."""
    if len(columns) <= BATCHES:
        return columns
    return np.add.reduceat(columns, -(-np.arange(BATCHES) * len(columns) // BATCHES))


def resampled_sums(columns: np.ndarray) -> np.ndarray:
    """Sums of `columns` (trials x anything) over the resamples of the trials."""
    return _weights(len(columns)) @ batches(columns)


def interval(replicates: np.ndarray, trials: int) -> tuple:
    """Percentiles of the replicates, expanded for `trials`; NaN for fewer than two."""
    n = min(trials, BATCHES)
    if n < 2 or not np.isfinite(replicates).all():
        return np.nan, np.nan
    t = student_t95(n - 1) * sqrt(n / (n - 1))
    tail = 0.5 * erfc(t / sqrt(2))
    low, high = np.quantile(replicates, (tail, 1 - tail))
    return float(low), float(high)


def by_trial(columns: np.ndarray, trials) -> np.ndarray:
    """Sums of the rows of each trial; None: each row is a trial."""
    if trials is None:
        return columns
    own, place = np.unique(trials, return_inverse=True)
    if len(own) == len(columns):
        return columns
    sums = np.zeros((len(own), columns.shape[1]))
    np.add.at(sums, place, columns)
    return sums


def estimate_mean(values, trials=None) -> Estimate:
    """Mean with its interval. `trials`: to which trial each value belongs, where a trial has several
    (of pooled points). It is resampled as a whole, because they share its data."""
    values = np.asarray(values, dtype=float)
    broken = int((~np.isfinite(values)).sum())
    if len(values) == 0 or broken:
        return Estimate(np.nan, np.nan, np.nan, len(values), broken)
    rows = by_trial(np.column_stack([values, np.ones_like(values)]), trials)
    sums = resampled_sums(rows)  # batches differ in size
    low, high = interval(sums[:, 0] / sums[:, 1], len(rows))
    return Estimate(float(values.mean()), low, high, len(values))


def estimate_ratio(above, below) -> Estimate:
    """mean(above) / mean(below), paired by trial; see mean_of_ratios."""
    return mean_of_ratios(np.ma.atleast_2d(above), np.ma.atleast_2d(below))


def mean_of_ratios(above, below, transform=None) -> Estimate:
    """Average over the rows of transform(mean(above[row]) / mean(below[row])).

    Rows are conditions (say, values of S), columns are trials. A masked entry is a trial that is
    missing, and a trial counts in a row only where both have it. One that is not finite makes the
    result NaN. Trials are resampled as a whole, over all rows at once, because a trial has the same
    data in every row. Rows with a reference of 0 are left out.
    """
    transform = transform or (lambda ratio: ratio)
    valid = ~(np.ma.getmaskarray(above) | np.ma.getmaskarray(below))
    above = np.where(valid, np.ma.getdata(above), 0.0)
    below = np.where(valid, np.ma.getdata(below), 0.0)
    broken = int((~(np.isfinite(above) & np.isfinite(below))).sum())
    rows = below.sum(axis=1) > 0
    present = valid.any(axis=0)
    if broken or not rows.any():
        return Estimate(np.nan, np.nan, np.nan, int(present.sum()), broken)
    above, below = above[rows][:, present].T, below[rows][:, present].T
    value = transform(above.sum(axis=0) / below.sum(axis=0)).mean()
    with np.errstate(divide="ignore", invalid="ignore"):
        replicates = transform(resampled_sums(above) / resampled_sums(below)).mean(axis=1)
    low, high = interval(replicates, len(above))
    return Estimate(float(value), low, high, len(above))


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
