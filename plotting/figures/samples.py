"""Example images, coded samples and decoded scores of one trial.

Needs `"output": {"predictions": true}`, and `"coded": true` for the coded samples. All schemes of one
combination of the sweep are shown. Originals are spread evenly over the K inputs, coded samples over
the workers. A lost worker has a thick frame and a cross.
"""

from __future__ import annotations


import numpy as np
from matplotlib import pyplot as plt

from .. import layout, series, style
from ..cli import figure_parser, positive
from ..images import LOST, find_stored, has_images, image_row, row_label, shape_of, spread, value_range


def parser():
    """Arguments of this figure."""
    arguments = figure_parser(__name__, __doc__)
    arguments.add_argument("--point", type=int, help="a point; its combination is shown")
    arguments.add_argument("--trial", type=int, help="which trial (default: the first stored)")
    arguments.add_argument("--count", type=positive, default=8, help="images in a row (default 8)")
    arguments.add_argument("--bars", type=positive, default=4, help="inputs with scores (default 4)")
    return arguments


def _draw_images(figure, spec, found, shape, options) -> None:
    """Row of originals, then a row of coded samples per scheme that has them."""
    coded = [(p, s) for p, s in found if "coded" in s]
    rows = [figure.add_subplot(cell) for cell in spec]
    grid = np.array(rows, dtype=object).reshape(1 + len(coded), -1)
    inputs = found[0][1]["inputs"]
    limits = value_range(inputs)
    chosen = spread(options.count, len(inputs))
    image_row(grid[0], inputs, chosen, [f"input {i}" for i in chosen], shape, limits)
    row_label(grid[0][0], "original")
    for row, (point, stored) in zip(grid[1:], coded):
        workers = spread(options.count, len(stored["coded"]))
        image_row(row, stored["coded"], workers, [f"worker {i}" for i in workers], shape, limits,
                   set(np.ravel(stored.get("lost", [])).tolist()))
        row_label(row[0], f"coded,\n{series.scheme_name(point.scheme)}")


def _lost_counts(found) -> str:
    """"60", or "40 to 60": not every scheme has work for all workers."""
    counts = sorted({len(np.ravel(stored.get("lost", []))) for _, stored in found})
    return " to ".join(str(count) for count in dict.fromkeys((counts[0], counts[-1])))


def _draw_scores(axes, scores, places, width, look: dict) -> bool:
    """Bars of one set of scores, of no height where a score is NaN. False if all are."""
    known = np.isfinite(scores)
    axes.bar(places, np.where(known, scores, 0.0), width, **look)
    return bool(known.any())


def _draw_input(axes, found, index: int, styles) -> None:
    """Scores of the model and of every scheme for one input."""
    truth = np.asarray(found[0][1]["truth"][index], float)
    classes = np.arange(len(truth))
    width = 0.84 / (1 + len(found))
    _draw_scores(axes, truth, classes - 0.42 + width / 2, width,
                 {"color": "#999999", "label": "model"})
    missing = []
    for turn, (point, stored) in enumerate(found, start=1):
        name = series.scheme_name(point.scheme)
        look = {"color": styles[name]["color"], "label": f"{name}, decoded"}
        if not _draw_scores(axes, np.asarray(stored["decoded"][index], float),
                            classes - 0.42 + width * (turn + 0.5), width, look):
            missing.append(name)
    if missing:
        axes.text(0.03, 0.97, "no estimate:\n" + "\n".join(layout.wrapped(name, 1.1, 5.5) for name in missing), transform=axes.transAxes,
                  va="top", fontsize=5.5, color=LOST)
    axes.axhline(0, color="black", linewidth=0.5)
    axes.set_title(f"input {index}")
    axes.set_xlabel("class")
    axes.set_xticks(classes if len(classes) <= 10 else classes[::-(-len(classes) // 10)])
    axes.grid(False, axis="x")


def _draw_bars(figure, spec, found, options, styles) -> list:
    """Scores for a few of the inputs shown above."""
    shown = spread(options.count, len(found[0][1]["truth"]))
    drawn = []
    for column, index in enumerate(shown[spread(options.bars, len(shown))]):
        axes = figure.add_subplot(spec[column], sharey=drawn[0] if drawn else None)
        _draw_input(axes, found, index, styles)
        if drawn:
            axes.tick_params(labelleft=False)
        drawn.append(axes)
    drawn[0].set_ylabel("score")
    return drawn


def _missing(found) -> list:
    """Notes on scores that are NaN."""
    notes = []
    for point, stored in found:
        lost = int((~np.isfinite(stored["decoded"])).any(axis=1).sum())
        if lost:
            notes.append(f"{series.scheme_name(point.scheme)}: {lost} of {len(stored['decoded'])} "
                         "inputs without finite scores")
    return notes


def supports(results) -> bool:
    """Whether a file has the data for it, see `plot auto`."""
    return any(has_images(results, point) for point in results.drawn[:1])


def make_figure(results, options):
    """(figure, notes)."""
    found = find_stored(results, options)
    stored = found[0][1]
    shape = shape_of(stored, results.path)
    width = style.WIDTHS[options.columns or 2]
    rows = 1 + sum("coded" in s for _, s in found)
    across = len(spread(options.count, max(len(stored["inputs"]),
                                           *(len(s.get("coded", ())) for _, s in found))))
    left = 0.75
    images = rows * ((width - left) / across + 0.10) * min(1.0, shape[1] / shape[2])
    bars = 1.25
    total = images + bars + 0.75
    figure = plt.figure(figsize=(width, total))
    top = figure.add_gridspec(rows, across, left=left / width, right=0.995, top=1 - 0.14 / total,
                              bottom=1 - (0.14 + images) / total, wspace=0.06, hspace=0.22)
    point = found[0][0]
    notes = [f"$N$ = {point.workers}, $K$ = {point.data_points}, trial {stored['trial']}, "
             f"{_lost_counts(found)} workers lost (crossed out where shown)"] + _missing(found)
    lines = series.group_lines([p for p, _ in found])
    styles = style.line_styles([series.Line(series.scheme_name(p.scheme), p.kind, [p])
                                for line in lines for p in line.points])
    _draw_images(figure, top, found, shape, options)
    count = min(options.bars, options.count, len(stored["truth"]))
    low = figure.add_gridspec(1, count, left=left / width, right=0.995, wspace=0.08,
                              top=(bars + 0.33) / total, bottom=0.33 / total)
    drawn = _draw_bars(figure, low, found, options, styles)
    return layout.place_above(figure, notes, layout.shared_legend(drawn), options.notes), notes
