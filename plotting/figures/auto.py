"""Every figure that the file supports, and the table.

Draws PREFIX-convergence.png and .pdf and so on, and prints the table.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from .. import images, series
from ..cli import draw, figure_parser, load, read
from ..files import LaggardError
from ..losses import loss_level
from ..trainings import is_training


def parser():
    """Arguments of this figure."""
    return figure_parser(__name__, __doc__)


def supported(results) -> list:
    """Names of the figures that a file has the data for."""
    points = results.drawn
    names = []
    if len({p.workers for p in points}) > 1:
        names.append("convergence")
    if len({loss_level(p) for p in points}) > 1 or (points and not names):
        names.append("stragglers")
    if any(load("accuracy").recorded(points, column) for column in ("accuracy", "agreement")):
        names.append("accuracy")
    if load("lambda").swept(points):
        names.append("lambda")
    if results.surface is not None and len(results.surface):
        names.append("surface")
    if any(_has_images(results, p) for p in points[:1]):
        names.append("samples")
        if "coded" in results.predictions(points[0]):
            names.append("coded")
    if _has_times(points):
        names += ["tradeoff", "completion"]
    if series.recorded(points, "lebesgue"):
        names.append("certificates")
    if points and results.anytime_rows(points[0]) is not None:
        names.append("anytime")
    if points and results.worker_rows(points[0]) is not None:
        names.append("gantt")
    return names


def _has_times(points) -> bool:
    """Whether the wait policy is swept, and the master waits."""
    waits = {repr(sorted((key, repr(value)) for key, value in {**p.config, **p.parameters}.items()
                         if key.startswith("/wait/"))) for p in points}
    return len(waits) > 1 and any(np.nanmax(p.column("completion_seconds"), initial=0) > 0
                                  for p in points)


def _has_images(results, point) -> bool:
    stored = results.predictions(point)
    return stored is not None and "inputs" in stored and images.image_shape(
        stored["shape"], int(stored["inputs"][0].size)) is not None


def _options(figure, options, prefix: str):
    """The options of one figure, with the common ones taken over."""
    its = figure.parser().parse_args(options.files)
    for common in ("schemes", "workers", "stragglers", "columns", "dpi", "notes"):
        if hasattr(its, common):
            setattr(its, common, getattr(options, common))
    its.output = f"{prefix}-{its.figure}"
    return its


def run(options, progress) -> None:
    """Draws what there is; one figure that fails does not keep the others."""
    path = options.files[0]
    prefix = options.output or str(Path(path).with_suffix(""))
    if is_training(path):
        curves = load("curves")
        draw(curves.make_figure, [path], _options(curves, options, prefix), progress)
        return
    results = read(path, progress)
    names = supported(results)
    failed = []
    for name in names:
        figure = load(name)
        try:
            draw(figure.make_figure, results, _options(figure, options, prefix), progress)
        except LaggardError as error:
            failed.append(error)
            print(f"note: no {name}: {error}")
    if results.drawn:
        table = load("table")
        try:
            print("\n" + table.make_table(results, _options(table, options, prefix)), end="")
        except LaggardError as error:
            print(f"note: no table: {error}")
    if len(failed) == len(names):
        raise failed[0] if failed else LaggardError(
            f"'{path}' has nothing to plot", "it has no finished trial and no tuning surface",
            "run it, or resume it with `laggard run --resume`")
