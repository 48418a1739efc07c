"""Training curves of one network, or of several laid over each other.

Loss, accuracy and learning rate against the epoch, from the results/train-NAME.h5 that `laggard train`
writes, or from a checkpoint. Several files are laid over each other: a colour and a marker for each
file, dashes for the training, solid lines for the validation. The ring is the epoch of the best
validation accuracy, the first of several; `laggard train` keeps the weights of that epoch.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib import ticker

from .. import layout, style
from ..cli import draw, figure_parser, names
from ..files import LaggardError
from ..trainings import open_curves, training_task

PANELS = (("loss", ("train_loss", "validation_loss")),
          ("accuracy", ("train_accuracy", "validation_accuracy")),
          ("learning_rate", ("learning_rate",)))
CODE_LOSSES = {"mse-base": "squared error of logits", "kl-base": "KL divergence (nat)"}


def parser():
    """Arguments of this figure."""
    arguments = figure_parser(__name__, __doc__, filters=False, several=True)
    arguments.add_argument("--x", choices=("epoch", "seconds"), default="epoch",
                           help="x: epochs, or time since the start")
    arguments.add_argument("--labels", metavar="A,B", type=names,
                           help="names of the files in the legend")
    return arguments


def _loss_name(task) -> str:
    kind = task.get("kind", "classifier")
    if kind == "parity":
        return CODE_LOSSES["mse-base"]
    return CODE_LOSSES.get(task.get("loss"), "loss (nat)") if kind == "code" else "loss (nat)"


def _score_name(task) -> str:
    """Parts of codes are scored by the reconstructions that have the deployed model's class."""
    return "reconstruction accuracy" if task.get("kind") in ("parity", "code") else "accuracy"


def _shared(names, otherwise: str) -> str:
    return names[0] if len(set(names)) == 1 else otherwise


def best_row(rows) -> int | None:
    """Row of the best validation accuracy, else of the least validation loss; None without any."""
    for score in (rows["validation_accuracy"], -rows["validation_loss"]):
        if np.isfinite(score).any():
            return int(np.argmax(np.where(np.isfinite(score), score, -np.inf)))
    return None


def _names(files, wanted) -> list:
    """What the legend calls the files: their names without what `laggard train` puts before."""
    if wanted:
        if len(wanted) != len(files):
            raise LaggardError(f"--labels has {len(wanted)} names", f"there are {len(files)} files",
                               "name each file once")
        return wanted
    found = [Path(f).stem for f in files]
    found = [n[len("train-"):] if n.startswith("train-") else n for n in found]
    return found if len(set(found)) == len(found) else [str(f) for f in files]


def _draw_file(panels, rows, x, look, label: str) -> None:
    best = best_row(rows)
    for axes, (_, columns) in zip(panels, PANELS):
        for column in columns:
            training = column.startswith("train")
            known = np.isfinite(rows[column])
            if not known.any():
                continue
            axes.plot(x[known], rows[column][known], color=look["color"],
                      linestyle=(0, (3, 1.5)) if training else "-", alpha=0.75 if training else 1,
                      marker=None if training else look["marker"], label=None if training else label,
                      markevery=max(1, int(known.sum()) // 12), linewidth=0.9 if training else 1.2)
        if best is not None and len(columns) > 1:
            axes.plot(x[best], rows[columns[1]][best], linestyle="none", marker="o", markersize=7.5,
                      markerfacecolor="none", markeredgecolor=look["color"], markeredgewidth=1.0)


def _span(values) -> float:
    values = values[np.isfinite(values) & (values > 0)]
    return values.max() / values.min() if len(values) else 1.0


def _dress(axes, name: str, label: str, options, rows) -> None:
    axes.set_ylabel(label)
    axes.set_xlabel("epoch" if options.x == "epoch" else "time (s)")
    if options.x == "epoch":
        axes.xaxis.get_major_locator().set_params(integer=True)
    if name == "loss" and _span(np.concatenate([r["train_loss"] for r in rows])) > 20:
        style.log_y(axes)
    if name == "learning_rate":
        # Of the files' largest: a schedule that ends at zero is no reason for logarithms.
        if _span(np.array([np.nanmax(r["learning_rate"], initial=0) for r in rows])) > 20:
            style.log_y(axes)
        else:
            axes.set_ylim(bottom=0)
            axes.yaxis.set_major_formatter(ticker.FuncFormatter(lambda v, _: f"{v:.4g}"))


def _note(name: str, rows, score: str) -> str:
    best, last = best_row(rows), rows[-1]
    if best is None:
        return (f"{name}: {len(rows)} epochs, no validation, training {score} "
                f"{100 * last['train_accuracy']:.2f} %")
    row = rows[best]
    return (f"{name}: best of {len(rows)} epochs is {row['epoch']}, validation {score} "
            f"{100 * row['validation_accuracy']:.2f} %, loss {row['validation_loss']:.4g}; "
            f"{np.nansum(rows['seconds']):.0f} s in all")


def make_figure(files, options):
    """(figure, notes)."""
    tables = [open_curves(path) for path in files]
    labels = _names(files, options.labels)
    styles = style.line_styles([style.Named(label) for label in labels])
    figure, panels = layout.panel_grid(3, options.columns, share_y=False, panel_height=1.9)
    for name, rows in zip(labels, tables):
        x = np.cumsum(np.nan_to_num(rows["seconds"])) if options.x == "seconds" else rows["epoch"]
        _draw_file(panels, rows, x.astype(float), styles[name], name)
    tasks = [training_task(path) for path in files]
    scores = [_score_name(task) for task in tasks]
    quantities = (_shared([_loss_name(task) for task in tasks], "loss"),
                  _shared(scores, "accuracy"), "learning rate")
    for axes, (name, _), label in zip(panels, PANELS, quantities):
        _dress(axes, name, label, options, tables)
    for text, look in (("training", (0, (3, 1.5))), ("validation", "-")):
        panels[0].plot([], [], color=style.GREY, linestyle=look, label=text)
    notes = [_note(*each) for each in zip(labels, tables, scores)]
    return layout.finish(figure, notes, layout.shared_legend(panels), options.notes), notes


def run(options, progress) -> None:
    """Draws the curves of all files."""
    draw(make_figure, options.files, options, progress)
