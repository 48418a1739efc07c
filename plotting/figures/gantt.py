"""Time line of one trial, a bar for each worker.

A bar goes from the dispatch to the worker's answer. Needs `"output": {"workers": true}`. The delay is
pale and the computing is full; where there are only delays, as on the virtual clock, these are full.
The dashed line is the moment at which the master stopped waiting. Colours and hatches tell what became
of the answer: used (blue), late (orange), lost (red) or failed (grey). A worker that never answered
has a bar up to the right edge. Above 60 workers the bars are sorted by status and arrival and drawn as
one area for each status.
"""

from __future__ import annotations


import numpy as np

from .. import layout, series, style
from ..cli import figure_parser
from ..files import LaggardError
from ..results import STATUSES

COMPACT = 60
FAR = 4.0
_LOOKS = {"used": ("#0072B2", ""), "late": ("#E69F00", "////"), "lost": ("#D55E00", "xxxx"),
          "failed": ("#555555", "....")}


def parser():
    """Arguments of this figure."""
    arguments = figure_parser(__name__, __doc__)
    arguments.add_argument("--point", type=int, help="which point (default: the first that has it)")
    arguments.add_argument("--trial", type=int, help="which trial (default: the first)")
    arguments.add_argument("--sort", choices=("auto", "worker", "arrival"), default="auto",
                           help=f"order of the bars (auto: by worker up to {COMPACT} workers)")
    return arguments


def _find(results, options) -> tuple:
    """(point, trial, rows, status names) that the options choose."""
    for point in series.chosen(results, options):
        found = results.worker_rows(point, options.trial)
        if found is not None:
            return (point, *found)
    which = "" if options.point is None and options.trial is None else " for this choice"
    raise LaggardError(f"'{results.path}' has no time line{which}",
                       "/workers is missing or lacks the point or the trial",
                       "run with --set /output/workers=true, or choose --point and --trial")


def cut_off(point, trial: int) -> float:
    """When the master stopped waiting; NaN if it is not recorded."""
    here = point.trials["trial"] == trial
    return float(point.column("completion_seconds")[here][0]) if here.any() else float("nan")


def bars(rows, names: dict, end: float) -> dict:
    """status -> (worker, end of the delay, end of the bar), NaN-safe; bars without an answer
    go up to `end`."""
    status = np.array([str(names.get(int(s), s)) for s in rows["status"]])
    arrival = np.where(np.isfinite(rows["arrival_seconds"]), rows["arrival_seconds"],
                       rows["delay_seconds"] + np.nan_to_num(rows["compute_seconds"]))
    silent = ~np.isfinite(arrival) | np.isin(status, ("lost", "failed"))
    arrival = np.where(silent, end, arrival)
    compute = np.where(silent, 0.0, np.nan_to_num(rows["compute_seconds"]))
    begin = np.clip(arrival - compute, 0.0, arrival)
    order = [s for s in STATUSES if (status == s).any()]
    order += sorted(set(status) - set(order))
    arrival, begin = np.minimum(arrival, end), np.minimum(begin, end)
    return {s: (rows["worker"][status == s], begin[status == s], arrival[status == s])
            for s in order}


def _last_moment(rows, cut: float) -> float:
    """Right end of the axis: the last answer, but not beyond FAR times the cut-off."""
    known = np.append(rows["arrival_seconds"], cut)
    last = float(np.max(known[np.isfinite(known)], initial=0.0))
    if np.isfinite(cut) and cut > 0:
        last = min(last, FAR * cut)
    return 1.04 * last or 1.0


def _draw_bars(axes, found: dict, places: dict, pale: float) -> None:
    for status, (workers, begin, arrival) in found.items():
        colour, hatch = _LOOKS.get(status, (style.GREY, "--"))
        y = [places[w] for w in workers.tolist()]
        axes.barh(y, begin, height=0.8, color=colour, alpha=pale, hatch=hatch, linewidth=0.3,
                  edgecolor="white", label=f"{status} ({len(workers)})")
        axes.barh(y, arrival - begin, left=begin, height=0.8, color=colour, linewidth=0)


def _draw_areas(axes, found: dict, pale: float) -> None:
    start = 0
    for status, (workers, begin, arrival) in found.items():
        colour, hatch = _LOOKS.get(status, (style.GREY, "--"))
        order = np.argsort(arrival, kind="stable")
        y = np.repeat(np.arange(start, start + len(workers) + 1), 2)[1:-1]
        start += len(workers)
        first, last = np.repeat(begin[order], 2), np.repeat(arrival[order], 2)
        axes.fill_betweenx(y, 0, first, facecolor=colour, alpha=pale, hatch=hatch, linewidth=0,
                           edgecolor="white", label=f"{status} ({len(workers)})")
        if (last > first).any():
            axes.fill_betweenx(y, first, last, facecolor=colour, linewidth=0)
    axes.set_ylim(start, 0)
    axes.set_ylabel("workers, by status and arrival")


def _draw_sorted(axes, found: dict, by_arrival: bool, pale: float) -> None:
    entries = [(end, w) for workers, _, arrival in found.values()
               for w, end in zip(workers.tolist(), arrival)]
    names = [w for _, w in (sorted(entries) if by_arrival else sorted(entries, key=lambda t: t[1]))]
    _draw_bars(axes, found, {w: i for i, w in enumerate(names)}, pale)
    axes.set_ylim(len(names) - 0.5, -0.5)
    step = max(1, -(-len(names) // 30))
    axes.set_yticks(range(0, len(names), step))
    axes.set_yticklabels([str(w) for w in names[::step]], fontsize=5.5)
    axes.set_ylabel("worker")


def _note(point, trial: int, rows, found: dict, cut: float) -> str:
    counts = ", ".join(f"{len(workers)} {status}" for status, (workers, _, _) in found.items())
    text = (f"{series.scheme_name(point.scheme)}, point {point.index}, trial {trial}, "
            f"$N$ = {point.workers}: {counts}")
    if np.isfinite(cut):
        text += f"; decoded at {cut:.4g} s"
    ranks = len(np.unique(rows["rank"])) if "rank" in rows.dtype.names else 0
    return text + (f"; on {ranks} ranks" if ranks > 1 else "")


def supports(results) -> bool:
    """Whether a file has the data for it, see `plot auto`."""
    return any(results.worker_rows(point) is not None for point in results.drawn[:1])


def make_figure(results, options):
    """(figure, notes)."""
    point, trial, rows, names = _find(results, options)
    cut = cut_off(point, trial)
    end = _last_moment(rows, cut)
    found = bars(rows, names, end)
    compact = len(rows) > COMPACT and options.sort != "worker"
    height = 2.6 if compact else min(7.0, 0.9 + 0.1 * len(rows))
    figure, (axes,) = layout.panel_grid(1, options.columns, panel_height=height)
    axes.grid(False, axis="y")
    pale = 0.45 if any((end > begin).any() for _, begin, end in found.values()) else 0.85
    if compact:
        _draw_areas(axes, found, pale)
    else:
        _draw_sorted(axes, found, options.sort == "arrival", pale)
    if np.isfinite(cut):
        axes.axvline(cut, color="black", linewidth=1.2, linestyle=(0, (4, 1.5)),
                     label="cut-off", zorder=4)
    axes.set_xlim(0, end)
    axes.set_xlabel("time since the dispatch (s)")
    axes.set_title(f"{series.scheme_name(point.scheme)}, $N$ = {point.workers}, "
                   f"$K$ = {point.data_points}")
    notes = [_note(point, trial, rows, found, cut)]
    beyond = int((rows["arrival_seconds"] > end).sum())
    if beyond:
        notes.append(f"{beyond} answers after {end:.3g} s, the last at "
                     f"{np.nanmax(rows['arrival_seconds']):.3g} s: bars cut off")
    return layout.finish(figure, notes, layout.shared_legend([axes]), options.notes), notes
