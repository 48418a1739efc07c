"""MSE over (lambda_encode, lambda_decode), from a tuning file: heat map, contours, the optimum.

Both axes are logarithmic; lambda = 0 has a cell of its own before the smallest positive value,
set off by a gap. Contours are drawn around the optimum, at factors of its MSE. Values that do not
fill a grid (a refined search) are drawn as dots.
"""

from __future__ import annotations

import sys

import numpy as np
from matplotlib import colors, ticker

import laggard_series as series
import laggard_style as style
from laggard_cli import figure_main, figure_parser
from laggard_results import LaggardError

CONTOURS = {1.03: "-", 1.1: "--", 1.5: ":"}  # line style of a factor times the least MSE
_NEEDED = ("point", "lambda_encode", "lambda_decode", "mse")


def parser():
    """Arguments of this script."""
    arguments = figure_parser("surface", "MSE over the smoothing parameters of a tuning file")
    arguments.add_argument("--points", type=lambda t: [int(v) for v in t.split(",")],
                           help="only these points")
    return arguments


class LogAxis:
    """Positions of lambda values on a log axis with a place for zero."""

    def __init__(self, values):
        self.values = np.unique(values)
        positive = self.values[self.values > 0]
        self.has_zero = len(positive) < len(self.values)
        logs = np.log10(positive) if len(positive) else np.array([0.0])
        self.step = float(np.median(np.diff(logs))) if len(logs) > 1 else 1.0
        self.zero = logs[0] - 1.8 * self.step
        self.last = logs[-1]

    def place(self, value) -> np.ndarray:
        """Position of values: log10, or the place of zero."""
        value = np.asarray(value, float)
        return np.where(value > 0, np.log10(np.where(value > 0, value, 1.0)), self.zero)

    def blocks(self) -> list:
        """(slice into values, cell edges): zero on its own, then the positive ones."""
        zeros = int(self.has_zero)
        found = []
        if self.has_zero:
            half = self.step / 2
            found.append((slice(0, 1), np.array([self.zero - half, self.zero + half])))
        if len(self.values) > zeros:
            at = self.place(self.values[zeros:])
            middle = (at[1:] + at[:-1]) / 2
            first = at[0] - (middle[0] - at[0] if len(middle) else self.step / 2)
            last = at[-1] + (at[-1] - middle[-1] if len(middle) else self.step / 2)
            found.append((slice(zeros, None), np.concatenate([[first], middle, [last]])))
        return found

    def dress(self, axis) -> None:
        """Ticks 0 and powers of ten."""
        low = np.ceil(self.place(self.values[int(self.has_zero):]).min() - 1e-9) \
            if len(self.values) > int(self.has_zero) else 0
        whole = np.arange(low, np.floor(self.last + 1e-9) + 1)
        whole = whole[::max(1, -(-len(whole) // 6))]
        places = ([self.zero] if self.has_zero else []) + list(whole)
        labels = (["0"] if self.has_zero else []) + [f"$10^{{{int(w)}}}$" for w in whole]
        axis.set_major_locator(ticker.FixedLocator(places))
        axis.set_major_formatter(ticker.FixedFormatter(labels))


def grid_of(rows, x: LogAxis, y: LogAxis) -> np.ndarray:
    """mse[y, x]; NaN where there is no row."""
    grid = np.full((len(y.values), len(x.values)), np.nan)
    grid[np.searchsorted(y.values, rows["lambda_decode"]),
         np.searchsorted(x.values, rows["lambda_encode"])] = rows["mse"]
    return grid


def _draw_cells(axes, grid, x, y, norm):
    image = None
    for rows, y_edges in y.blocks():
        for columns, x_edges in x.blocks():
            image = axes.pcolormesh(x_edges, y_edges, np.ma.masked_invalid(grid[rows, columns]),
                                    norm=norm, cmap="viridis_r", rasterized=True)
    return image


def _draw_contours(axes, grid, x, y, least) -> None:
    rows, columns = slice(int(y.has_zero), None), slice(int(x.has_zero), None)
    inner = np.ma.masked_invalid(grid[rows, columns])
    if min(inner.shape) < 3 or not inner.count() or least <= 0:
        return
    for factor, dashes in CONTOURS.items():
        if not inner.min() < factor * least < inner.max():
            continue
        axes.contour(x.place(x.values[columns]), y.place(y.values[rows]), inner,
                     levels=[factor * least], colors="black", linestyles=dashes, linewidths=0.8)
        axes.plot([], [], color="black", linestyle=dashes, linewidth=0.8,
                  label=f"MSE +{100 * (factor - 1):.0f} %")


def _optimum(results, rows, index: int):
    """(lambda_encode, lambda_decode, mse): the recorded optimum, else the least of the rows."""
    table = results.optimum
    if table is not None and {"point", "lambda_encode", "lambda_decode"} <= set(table.dtype.names):
        found = table[table["point"] == index]
        if len(found):
            mse = found["mse"][0] if "mse" in table.dtype.names else np.nan
            return float(found["lambda_encode"][0]), float(found["lambda_decode"][0]), float(mse)
    best = rows[np.nanargmin(rows["mse"])]
    return float(best["lambda_encode"]), float(best["lambda_decode"]), float(best["mse"])


def _draw_panel(axes, results, rows, index: int) -> str:
    """Draws one surface; returns the note on its optimum."""
    x, y = LogAxis(rows["lambda_encode"]), LogAxis(rows["lambda_decode"])
    good = rows[np.isfinite(rows["mse"])]
    positive = good["mse"][good["mse"] > 0]
    norm = colors.LogNorm(positive.min(), max(positive.max(), positive.min() * 1.001))
    grid = grid_of(rows, x, y)
    axes.grid(False)
    axes.set_facecolor("#eeeeee")
    best = _optimum(results, good, index)
    if np.isfinite(grid).mean() > 0.6:
        image = _draw_cells(axes, grid, x, y, norm)
        _draw_contours(axes, grid, x, y, float(positive.min()))
    else:
        image = axes.scatter(x.place(good["lambda_encode"]), y.place(good["lambda_decode"]),
                             c=good["mse"], norm=norm, cmap="viridis_r", s=14)
    axes.plot(x.place(best[0]), y.place(best[1]), linestyle="none", marker="*", markersize=9,
              color="#D55E00", markeredgecolor="white", markeredgewidth=0.7, label="optimum")
    bar = axes.figure.colorbar(image, ax=axes, pad=0.03, fraction=0.08)
    bar.set_label("MSE")
    if norm.vmax / norm.vmin < 20:
        style.within_decade(bar.ax.yaxis, np.log10(norm.vmax / norm.vmin))
    x.dress(axes.xaxis)
    y.dress(axes.yaxis)
    axes.set_xlabel(r"encoder smoothing $\lambda_e$")
    axes.set_ylabel(r"decoder smoothing $\lambda_d$")
    return (f"optimum $\\lambda_e$ = {best[0]:.3g}, $\\lambda_d$ = {best[1]:.3g}, "
            f"MSE = {best[2]:.3g}")


def _title(results, index: int) -> str:
    for p in results.points:
        if p.index == index:
            return (f"{series.scheme_name(p.scheme)}, $N$ = {p.workers}, $K$ = {p.data_points}, "
                    f"$S$ = {p.stragglers}")
    return f"point {index}"


def _rows(results, wanted):
    """point -> rows of /surface with a drawable MSE."""
    surface = results.surface
    if surface is None or len(surface) == 0:
        raise LaggardError(f"'{results.path}' has no tuning surface",
                           "the table /surface is missing or empty",
                           "give a file that a tuning run wrote")
    missing = [c for c in _NEEDED if c not in surface.dtype.names]
    if missing:
        raise LaggardError(f"cannot read /surface of '{results.path}'",
                           f"it has no column {', '.join(missing)}", "write it with this version")
    found = {int(i): surface[surface["point"] == i] for i in np.unique(surface["point"])
             if not wanted or int(i) in wanted}
    found = {i: rows for i, rows in found.items()
             if (np.isfinite(rows["mse"]) & (rows["mse"] > 0)).any()}
    if not found:
        raise LaggardError(f"'{results.path}' has no surface to draw",
                           "no chosen point has a positive finite MSE", "choose other --points")
    return found


def make_figure(results, options):
    """(figure, notes)."""
    surfaces = _rows(results, options.points)
    figure, grid = style.panel_grid(len(surfaces), options.columns, across=2, share_y=False,
                                    panel_height=2.6)
    notes = []
    for axes, (index, rows) in zip(grid, surfaces.items()):
        title = _title(results, index)
        axes.set_title(title)
        note = _draw_panel(axes, results, rows, index)
        notes.append(f"{title}: {note}" if len(surfaces) > 1 else note)
        failed = int((~np.isfinite(rows["mse"])).sum())
        if failed:
            notes.append(f"{title}: {failed} of {len(rows)} without a finite MSE, drawn grey")
    return style.finish(figure, notes, style.shared_legend(grid), options.notes), notes


if __name__ == "__main__":
    sys.exit(figure_main("surface", parser, make_figure, None))
