"""Measured and fitted tails of the times of workers, from a file of `laggard fit`.

The share of the times above each time, on logarithmic axes. The steps are what was measured; times
that never came are in by the product-limit estimate. The lines are the kinds of delays with the
parameters that `laggard fit` has found, the best first. `--fits` sets how many of them are drawn.
"""

from __future__ import annotations

from .. import layout, style
from ..cli import draw, figure_parser, positive
from ..delays import open_fits

_DRAWN = 4


def parser():
    """Arguments of this figure."""
    arguments = figure_parser(__name__, __doc__, filters=False)
    arguments.add_argument("--fits", type=positive, default=_DRAWN, metavar="COUNT",
                           help=f"number of fits to draw, the best first (default {_DRAWN})")
    return arguments


def make_figure(fits, options):
    """(figure, notes)."""
    figure, (axes,) = layout.panel_grid(1, options.columns)
    drawn = fits.kinds[:options.fits]
    looks = style.line_styles([style.Named(name) for name in drawn])
    measured = fits.measured
    axes.step(measured["seconds"], measured["above"], where="post", color="black",
              label="measured")
    for name in drawn:
        tail = fits.tail(name)
        axes.plot(tail["seconds"], tail["above"], label=name, color=looks[name]["color"],
                  linestyle=looks[name]["linestyle"])
    positive_shares = measured["above"][measured["above"] > 0]
    least = positive_shares.min() if len(positive_shares) else 0.5
    axes.set_ylim(0.5 * least, 1.3)
    axes.set_yscale("log")
    if measured["seconds"].min() > 0:
        axes.set_xscale("log")
    axes.set_xlabel("time (s)")
    axes.set_ylabel("share of longer times")
    notes = [f"{name}: distance {fits.distance(name):.3g}" for name in drawn]
    return layout.finish(figure, notes, layout.shared_legend([axes]), options.notes), notes


def run(options, progress) -> None:
    """Draws the figure."""
    draw(make_figure, open_fits(options.files[0]), options, progress)
