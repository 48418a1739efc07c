"""Draws every figure that a file supports: PREFIX-convergence.png and .pdf, and so on."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

import laggard_images

import plot_accuracy
import plot_coded
import plot_completion
import plot_convergence
import plot_curves
import plot_gantt
import plot_lambda
import plot_samples
import plot_stragglers
import plot_surface
import plot_tradeoff
import table
from laggard_cli import draw, figure_parser, guarded, read, with_progress
from laggard_results import LaggardError, is_training
from laggard_series import WAIT_PARAMETERS, loss_level

SCRIPTS = {"convergence": plot_convergence, "stragglers": plot_stragglers,
           "accuracy": plot_accuracy, "lambda": plot_lambda, "surface": plot_surface,
           "samples": plot_samples, "coded": plot_coded, "tradeoff": plot_tradeoff,
           "completion": plot_completion, "gantt": plot_gantt}


def parser():
    """Arguments of this script."""
    arguments = figure_parser("auto", "everything that the file supports")
    arguments.set_defaults(output=None)
    return arguments


def supported(results) -> list:
    """Names of the figures that a file has the data for."""
    points = results.drawn
    names = []
    if len({p.workers for p in points}) > 1:
        names.append("convergence")
    if len({loss_level(p) for p in points}) > 1 or (points and not names):
        names.append("stragglers")
    if plot_accuracy.recorded(points, "accuracy") or plot_accuracy.recorded(points, "agreement"):
        names.append("accuracy")
    if plot_lambda.swept(points):
        names.append("lambda")
    if results.surface is not None and len(results.surface):
        names.append("surface")
    if any(_has_images(results, p) for p in points[:1]):
        names.append("samples")
        if "coded" in results.predictions(points[0]):
            names.append("coded")
    if _has_times(points):
        names += ["tradeoff", "completion"]
    if points and results.worker_rows(points[0]) is not None:
        names.append("gantt")
    return names


def _has_times(points) -> bool:
    """Whether the wait policy is swept, and somebody is waited for."""
    waits = {tuple(repr(p.setting(w)) for w in ("/wait/kind", *WAIT_PARAMETERS)) for p in points}
    return len(waits) > 1 and any(np.nanmax(p.column("completion_seconds"), initial=0) > 0
                                  for p in points)


def _has_images(results, point) -> bool:
    stored = results.predictions(point)
    return stored is not None and "inputs" in stored and laggard_images.image_shape(
        stored["shape"], int(stored["inputs"][0].size)) is not None


def _options(module, options, prefix: str, name: str):
    """The options of one script, with the common ones taken over."""
    its = module.parser().parse_args([options.file])
    for common in ("schemes", "workers", "stragglers", "columns", "dpi", "notes"):
        if hasattr(its, common):
            setattr(its, common, getattr(options, common))
    its.output = f"{prefix}-{name}"
    return its


def _draw_all(options, progress) -> None:
    """Draws what there is; one figure that fails does not keep the others."""
    prefix = options.output or str(Path(options.file).with_suffix(""))
    if is_training(options.file):
        draw("curves", plot_curves.make_figure, [options.file],
             _options(plot_curves, options, prefix, "curves"), progress)
        return
    results = read(options.file, progress)
    names = supported(results)
    failed = []
    for name in names:
        try:
            draw(name, SCRIPTS[name].make_figure, results,
                 _options(SCRIPTS[name], options, prefix, name), progress)
        except LaggardError as error:
            failed.append(error)
            print(f"note: no {name}: {error}")
    if results.drawn:
        try:
            print("\n" + table.make_table(results, _options(table, options, prefix, "table")),
                  end="")
        except LaggardError as error:
            print(f"note: no table: {error}")
    if len(failed) == len(names):
        raise failed[0] if failed else LaggardError(
            f"'{options.file}' has nothing to plot", "no finished trial and no tuning surface",
            "run it, or go on with `laggard run --resume`")


def main(argv=None) -> int:
    """Entry point."""
    def action(arguments):
        options = parser().parse_args(arguments)
        with_progress(lambda progress: _draw_all(options, progress))

    return guarded(action, argv)


if __name__ == "__main__":
    sys.exit(main())
