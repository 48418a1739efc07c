"""What the workers see under each scheme, and its spectra.

The coded samples of one trial: a row for each scheme, the same workers in each row. This needs image
data and `"output": {"predictions": true, "coded": true}`. Where a file has no coded samples,
`--matrices FILE` (of `laggard matrices`) gives the encoders, and the samples are encoder times
inputs.

The high-frequency share is the part of the images' spectral power (without their mean) above half of
the Nyquist frequency, over all workers; white noise has 0.8. On the lower left are the spectra over
rings of equal frequency, relative to those of the inputs: where a line rises, the code adds noise of
that frequency. On the lower right is the spectrum along the workers, pixel by pixel (cosine transform
over the worker index, shares of the whole). It shows how rough the curve is that the code draws
through the inputs. Mixing images hardly changes their own spectrum.
"""

from __future__ import annotations


import numpy as np
from matplotlib import pyplot as plt

from .. import layout, series, style
from ..cli import figure_parser, numbers, positive
from ..images import find_stored, has_images, image_row, row_label, shape_of, spread, value_range
from ..files import LaggardError
from ..trainings import open_encoders

HIGH = 0.5  # of the Nyquist frequency
_RINGS = 14
_BANDS = 24


def parser():
    """Arguments of this figure."""
    arguments = figure_parser(__name__, __doc__)
    arguments.add_argument("--point", type=int, help="a point; its combination is shown")
    arguments.add_argument("--trial", type=int, help="which trial (default: the first stored)")
    arguments.add_argument("--count", type=positive, default=8,
                           help="workers in a row (default 8)")
    arguments.add_argument("--pick", metavar="W,W", type=numbers, help="these workers")
    arguments.add_argument("--matrices", metavar="FILE", help="encoders, where the result file has "
                           "no coded samples")
    return arguments


def spectrum(images: np.ndarray) -> tuple:
    """(frequency of every bin in units of Nyquist, mean power) of images x channels x h x w."""
    height, width = images.shape[-2:]
    centred = images - images.mean(axis=(-2, -1), keepdims=True)
    power = (np.abs(np.fft.fft2(centred)) ** 2).reshape(-1, height, width).mean(axis=0)
    up, across = np.fft.fftfreq(height)[:, None], np.fft.fftfreq(width)[None, :]
    return 2 * np.hypot(up, across), power


def high_share(images: np.ndarray) -> float:
    """Part of the power above HIGH; NaN for images without structure."""
    frequency, power = spectrum(images[np.isfinite(images).all(axis=(1, 2, 3))])
    total = power.sum()
    return float(power[frequency > HIGH].sum() / total) if total > 0 else float("nan")


def rings(images: np.ndarray) -> tuple:
    """(frequency, mean power) averaged over rings up to the Nyquist frequency."""
    frequency, power = spectrum(images[np.isfinite(images).all(axis=(1, 2, 3))])
    count = min(_RINGS, min(images.shape[-2:]) // 2)
    edges = np.linspace(1e-9, 1 + 1e-9, count + 1)
    ring = np.digitize(frequency, edges)
    filled = [r for r in range(1, count + 1) if (ring == r).any()]
    middle = (edges[1:] + edges[:-1]) / 2
    return middle[[r - 1 for r in filled]], np.array([power[ring == r].mean() for r in filled])


def _coded(found, options, path) -> list:
    """[(point, coded samples, lost workers)] of the schemes that have them."""
    encoders = open_encoders(options.matrices) if options.matrices else {}
    rows = []
    for point, stored in found:
        coded = stored.get("coded")
        encoder = encoders.get(point.scheme)
        if coded is None and encoder is not None:
            if encoder.shape[1] != len(stored["inputs"]):
                raise LaggardError(f"'{options.matrices}' does not fit '{path}'",
                                   f"its encoder of '{point.scheme}' takes {encoder.shape[1]} "
                                   f"inputs, the trial has {len(stored['inputs'])}",
                                   "write the matrices with the same configuration")
            coded = encoder @ stored["inputs"].reshape(len(stored["inputs"]), -1)
        if coded is not None:
            rows.append((point, coded, set(np.ravel(stored.get("lost", [])).tolist())))
    if not rows:
        raise LaggardError(f"'{path}' has no coded samples", "/predictions has no data set 'coded'",
                           "run with --set /output/coded=true, or give --matrices FILE")
    return rows


def _workers(rows, options) -> list:
    """Workers shown: those that every scheme has, as far as that goes."""
    most = max(len(coded) for _, coded, _ in rows)
    if options.pick:
        wrong = [w for w in options.pick if not 0 <= w < most]
        if wrong:
            raise LaggardError(f"there is no worker {wrong[0]}", f"the trial has {most}",
                               f"--pick numbers from 0 to {most - 1}")
        return options.pick
    return spread(options.count, most).tolist()


def along_workers(samples: np.ndarray) -> tuple:
    """(frequency in units of Nyquist, share of the power) of the cosine transform over workers."""
    count = len(samples)
    centred = samples - samples.mean(axis=0)
    power = (np.fft.rfft(np.concatenate([centred, centred[-2:0:-1]]), axis=0).real ** 2).sum(axis=1)
    edges = np.unique(np.linspace(0, count, min(count, _BANDS) + 1).astype(int))[:-1]
    shares = np.add.reduceat(power, edges) / (power.sum() or 1.0)
    middle = (edges + np.append(edges[1:], count) - 1) / 2 / max(1, count - 1)
    return middle, shares


def _draw_spectra(pair, inputs, rows, shape, styles) -> None:
    left, right = pair
    frequency, base = rings(inputs.reshape(-1, *shape))
    left.axhline(1, color=style.GREY, linestyle="--", linewidth=0.9, label="inputs")
    for point, coded, _ in rows:
        coded, name = np.asarray(coded, float), series.scheme_name(point.scheme)
        look = {"label": name, "markevery": 2, **styles[name]}
        _, power = rings(coded.reshape(-1, *shape))
        left.plot(frequency, power / np.maximum(base, 1e-12 * base.max()), **look)
        if len(coded) > 2:
            right.plot(*along_workers(coded.reshape(len(coded), -1)), **look)
    left.axvspan(HIGH, 1, color="#f2f2f2", zorder=0)
    left.set_xlabel("frequency in the image / Nyquist")
    left.set_ylabel("power / inputs' power")
    right.set_xlabel("frequency along the workers / Nyquist")
    right.set_ylabel("share of the power")
    for axes in pair:
        axes.set_xlim(0, 1)
        style.log_y(axes)


def _layout(rows: int, across: int, shape, options):
    """(figure, grid of image axes, the two axes of spectra)."""
    width = style.WIDTHS[options.columns or 2]
    wide = width > 5
    left, down = 1.15 if wide else 0.95, 1 if wide else 2
    curves = down * 1.3 + (down - 1) * 0.45
    side = (width - left) / across
    images = (rows + 1) * (side * min(1.3, shape[1] / shape[2]) + 0.12)
    total = images + curves + 0.8
    figure = plt.figure(figsize=(width, total))
    top = figure.add_gridspec(rows + 1, across, left=left / width, right=0.995, wspace=0.06,
                              top=1 - 0.14 / total, bottom=1 - (0.14 + images) / total, hspace=0.2)
    low = figure.add_gridspec(down, 3 - down, left=0.55 / width, right=1 - 0.12 / width, bottom=0.36 / total,
                              wspace=0.32, hspace=0.36, top=(curves + 0.36) / total)
    grid = [[figure.add_subplot(top[r, c]) for c in range(across)] for r in range(rows + 1)]
    return figure, grid, [figure.add_subplot(cell) for cell in low]


def supports(results) -> bool:
    """Whether a file has the data for it, see `plot auto`."""
    return any(has_images(results, point) and "coded" in results.predictions(point)
               for point in results.drawn[:1])


def make_figure(results, options):
    """(figure, notes)."""
    found = find_stored(results, options)
    inputs = np.asarray(found[0][1]["inputs"], float)
    shape = shape_of(found[0][1], results.path)
    rows = _coded(found, options, results.path)
    workers = _workers(rows, options)
    limits = value_range(inputs)
    figure, grid, low = _layout(len(rows), len(workers), shape, options)
    chosen = spread(len(workers), len(inputs))
    image_row(grid[0], inputs, chosen, [f"input {i}" for i in chosen], shape, limits)
    share = high_share(inputs.reshape(-1, *shape))
    row_label(grid[0][0], "inputs", f"high freq.\n{100 * share:.1f} %")
    notes = [f"$N$ = {found[0][0].workers}, $K$ = {len(inputs)}, trial {found[0][1]['trial']}; "
             f"share of the power above {HIGH:g} Nyquist: inputs {100 * share:.2f} %"]
    for axes_row, (point, coded, lost) in zip(grid[1:], rows):
        name = series.scheme_name(point.scheme)
        share = high_share(np.asarray(coded, float).reshape(-1, *shape))
        outside = np.mean((coded < limits[0] - 1e-9) | (coded > limits[1] + 1e-9))
        image_row(axes_row, coded, workers, [f"worker {i}" for i in workers], shape, limits, lost)
        row_label(axes_row[0], name, f"high freq.\n{100 * share:.1f} %")
        notes.append(f"{name}: {100 * share:.2f} %; {100 * outside:.1f} % of the pixels outside the "
                     "range of the inputs (cut off in the images)")
    styles = style.line_styles([series.Line(series.scheme_name(p.scheme), p.kind, [p])
                                for p, _, _ in rows])
    _draw_spectra(low, inputs, rows, shape, styles)
    return layout.place_above(figure, notes, layout.shared_legend(low), options.notes), notes
