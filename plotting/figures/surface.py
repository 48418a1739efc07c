"""Error over the smoothing parameters, from a tuning file.

A heat map of the MSE over (lambda_encode, lambda_decode) with contours and the optimum. Both axes are
logarithmic; lambda = 0 has a cell of its own before the smallest positive value, set off by a gap.
Contours are drawn around the optimum, at factors of its MSE. Values that do not fill a grid (a refined
search) are interpolated between the pairs that were tried, which are dots. Where other parameters were
searched too, a pair has the least MSE over them.
"""

from __future__ import annotations


import numpy as np
from matplotlib import colors, tri

from .. import layout, series, style
from ..axis import LogAxis
from ..cli import figure_parser, numbers
from ..files import LaggardError

CONTOURS = {1.03: "-", 1.1: "--", 1.5: ":"}  # line style of a factor times the least MSE
_NEEDED = ("point", "lambda_encode", "lambda_decode", "mse")


def parser():
    """Arguments of this figure."""
    arguments = figure_parser(__name__, __doc__)
    arguments.add_argument("--points", type=numbers, metavar="P,P", help="only these points")
    return arguments


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


def _draw_contours(axes, draw, values, least) -> None:
    """Contours at factors of the least MSE; `draw` is axes.contour or tricontour of log MSE."""
    for factor, dashes in CONTOURS.items():
        if not values.min() < factor * least < values.max():
            continue
        draw(levels=[np.log(factor * least)], colors="black", linestyles=dashes, linewidths=0.8)
        axes.plot([], [], color="black", linestyle=dashes, linewidth=0.8,
                  label=f"MSE +{100 * (factor - 1):.0f} %")


def _draw_grid(axes, grid, x, y, norm, least):
    image = _draw_cells(axes, grid, x, y, norm)
    rows, columns = slice(int(y.has_zero), None), slice(int(x.has_zero), None)
    inner = np.ma.masked_invalid(grid[rows, columns])
    if min(inner.shape) >= 3 and inner.count():
        _draw_contours(axes, lambda **look: axes.contour(
            x.place(x.values[columns]), y.place(y.values[rows]), np.ma.log(inner), **look),
            inner.compressed(), least)
    return image


def _triangles(across, up):
    """Triangulation of scattered places; None if they lie on a line."""
    try:
        return tri.Triangulation(across, up) if len(across) >= 3 else None
    except RuntimeError:
        return None


def _draw_scattered(axes, good, x, y, norm, least):
    inside = (good["lambda_encode"] > 0) & (good["lambda_decode"] > 0)
    across, up = x.place(good["lambda_encode"]), y.place(good["lambda_decode"])
    mesh = _triangles(across[inside], up[inside])
    if mesh is not None:
        values = good["mse"][inside]
        axes.tripcolor(mesh, values, shading="gouraud", norm=norm, cmap="viridis_r",
                       rasterized=True)
        _draw_contours(axes, lambda **look: axes.tricontour(
            mesh, np.log(values), **look), values, least)
        axes.plot(across[inside], up[inside], linestyle="none", marker=".", markersize=1.6,
                  color="black", alpha=0.45, label="tried")
    axes.use_sticky_edges = False
    axes.margins(0.03)
    alone = ~inside if mesh is not None else np.full(len(good), True)
    return axes.scatter(across[alone], up[alone], c=good["mse"][alone], norm=norm,
                        cmap="viridis_r", s=16, marker="s", edgecolors="white", linewidths=0.3)


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
    good = rows[np.isfinite(rows["mse"]) & (rows["mse"] > 0)]
    least = float(good["mse"].min())
    norm = colors.LogNorm(least, max(float(good["mse"].max()), least * 1.001))
    grid = grid_of(rows, x, y)
    axes.grid(False)
    axes.set_facecolor("#eeeeee")
    best = _optimum(results, good, index)
    if np.isfinite(grid).mean() > 0.6:
        image = _draw_grid(axes, grid, x, y, norm, least)
    else:
        image = _draw_scattered(axes, good, x, y, norm, least)
    axes.plot(x.place(best[0]), y.place(best[1]), linestyle="none", marker="*", markersize=9,
              color="#D55E00", markeredgecolor="white", markeredgewidth=0.7, label="optimum")
    bar = axes.figure.colorbar(image, ax=axes, pad=0.03, fraction=0.08)
    bar.set_label("MSE")
    if norm.vmax / norm.vmin < 100:
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


def _pairs(rows):
    """The rows with two lambdas; of those that differ in other parameters only, the best one."""
    rows = rows[np.isfinite(rows["lambda_encode"]) & np.isfinite(rows["lambda_decode"])]
    rest = [c for c in ("alpha_power", "degree")
            if c in rows.dtype.names and np.isfinite(rows[c]).any()]
    if not rest:
        return rows
    rows = rows[np.argsort(rows["mse"], kind="stable")]  # NaN comes last
    _, first = np.unique(rows[["lambda_encode", "lambda_decode"]], return_index=True)
    return rows[first]


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
    found = {i: _pairs(rows) for i, rows in found.items()}
    if not any(len(rows) for rows in found.values()):
        raise LaggardError(f"'{results.path}' has no surface to draw",
                           "it was not searched over two lambdas",
                           "read the tables /surface and /optimum, for example with h5py")
    found = {i: rows for i, rows in found.items()
             if (np.isfinite(rows["mse"]) & (rows["mse"] > 0)).any()}
    if not found:
        raise LaggardError(f"'{results.path}' has no surface to draw",
                           "no chosen point has a positive finite MSE", "choose other --points")
    return found


def supports(results) -> bool:
    """Whether a file has the data for it, see `plot auto`."""
    return results.surface is not None and len(results.surface) > 0


def make_figure(results, options):
    """(figure, notes)."""
    surfaces = _rows(results, options.points)
    figure, grid = layout.panel_grid(len(surfaces), options.columns, across=2, share_y=False,
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
    return layout.finish(figure, notes, layout.shared_legend(grid), options.notes), notes
