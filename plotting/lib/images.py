"""Images out of /predictions: finding them, their shape, rows of them. Channels come first."""

from __future__ import annotations

import math

import numpy as np

from . import layout, series
from .files import LaggardError

LOST = "#D55E00"


def image_shape(recorded, length: int):
    """(channels, height, width) of a flat image, as recorded or guessed; None if it is no image."""
    if recorded and math.prod(recorded) == length:
        shape = tuple(recorded)
        return shape if len(shape) == 3 else (1, *shape) if len(shape) == 2 else None
    for channels in (1, 3):
        side = math.isqrt(length // channels)
        if side >= 4 and channels * side * side == length:
            return channels, side, side
    return None


def has_images(results, point) -> bool:
    """Whether the inputs of a point were recorded, and are images."""
    stored = results.predictions(point)
    return stored is not None and "inputs" in stored and image_shape(
        stored["shape"], int(stored["inputs"][0].size)) is not None


def spread(count: int, total: int) -> np.ndarray:
    """`count` indices spread evenly over range(total)."""
    return np.unique(np.linspace(0, total - 1, min(count, total)).round().astype(int))


def find_stored(results, options) -> list:
    """What the options --point and --trial choose: [(point, its predictions)] of one combination."""
    for first in series.chosen(results, options):
        stored = results.predictions(first, options.trial)
        if stored is None or not {"inputs", "truth", "decoded"} <= set(stored):
            continue
        found = [(p, results.predictions(p, stored["trial"])) for p in results.drawn
                 if p.combination == first.combination
                 and (not options.schemes or p.scheme in options.schemes)]
        return [(p, s) for p, s in found if s is not None and "decoded" in s]
    raise LaggardError(f"'{results.path}' has no stored predictions for this choice",
                       "/predictions lacks the point or the trial",
                       'run with --set /output/predictions=true and /output/coded=true')


def _show(axes, flat, shape, limits) -> None:
    image = np.asarray(flat, float).reshape(shape)
    if shape[0] not in (1, 3):
        image = image.mean(axis=0, keepdims=True)
    image = np.clip((image - limits[0]) / max(limits[1] - limits[0], 1e-300), 0, 1)
    if len(image) == 3:
        axes.imshow(np.moveaxis(image, 0, -1), interpolation="nearest")
    else:
        axes.imshow(image[0], cmap="gray", vmin=0, vmax=1, interpolation="nearest")
    axes.set_xticks([])
    axes.set_yticks([])
    axes.grid(False)
    for spine in axes.spines.values():
        spine.set_linewidth(0.3)


def image_row(axes_row, images, indices, names, shape, limits, lost=()) -> None:
    for axes in axes_row[len(indices):]:
        axes.set_visible(False)
    for axes, index, name in zip(axes_row, indices, names):
        if index >= len(images):  # a scheme that uses fewer workers
            axes.set_axis_off()
            axes.text(0.5, 0.5, "unused", ha="center", va="center", fontsize=5.5, color="#666666",
                      transform=axes.transAxes)
            continue
        _show(axes, images[index], shape, limits)
        room = axes.get_position().width * axes.figure.get_figwidth()
        if layout.inches_of(name, 5.5) > room:  # "worker 12" is too wide for a small image
            name = name.split()[-1]
        axes.set_title(name, fontsize=5.5, pad=1.5)
        if index in lost:
            axes.plot([0.02, 0.98], [0.02, 0.98], color=LOST, linewidth=1.2,
                      transform=axes.transAxes)
            for spine in axes.spines.values():
                spine.set(linewidth=1.6, edgecolor=LOST)


def row_label(axes, name: str, about: str = "") -> None:
    """The name of a row to the left of it, a long one shortened; below it what is said `about` it."""
    box, (width, height) = axes.get_position(), axes.figure.get_size_inches()
    lines = int(box.height * height / 0.11) - (1 + about.count("\n") if about else 0)
    text = layout.wrapped(name, box.x0 * width - 0.12, 6.5, lines=max(1, lines)) + (f"\n{about}" if about else "")
    axes.annotate(text, (0, 0.5), (-5, 0), xycoords="axes fraction", textcoords="offset points",
                  ha="right", va="center", fontsize=6.5)


def shape_of(stored, path) -> tuple:
    """(channels, height, width) of the stored inputs."""
    length = int(np.prod(stored["inputs"].shape[1:]))
    shape = image_shape(stored["shape"], length)
    if shape is None:
        raise LaggardError(f"the inputs of '{path}' are not images",
                           f"{length} numbers each, of shape {stored['shape'] or 'unknown'}",
                           "this figure needs image data")
    return shape


def value_range(inputs) -> tuple:
    """One grey scale for inputs and coded samples: ringing must be seen."""
    return float(np.nanmin(inputs)), float(np.nanmax(inputs))
