"""Errors, accuracies and their ratios, or any other numbers, as Markdown or CSV.

Without --value, the tables show RMSE, accuracy and their ratios to a reference scheme. RMSE is the
root of the mean MSE over trials. Ratios are paired: only trials that both schemes have count, and the
bootstrap resamples whole trials (with all their S), because the data and losses of a trial do not
depend on the scheme. "Average" is the mean of the ratios over S, the measure of LeTCC (arXiv
2406.00300). Relative accuracy is that of the decoded outputs over the model's own on the same inputs;
as all schemes share the latter, ratios of accuracies are ratios of relative accuracies. The last table
has the averages of all (N, K). A trial without a finite value leaves its cell empty.

With --value, the table shows formulas over the points of all the files:

  plot table A.h5 B.h5 --rows name,scheme --columns k --value "100*degraded_accuracy" --format .2f

--rows, --columns and --tables are lists of settings. A setting is scheme, kind, N, K, S, p, sigma,
losses, active, file, name (of the run), point, epochs or minutes (of the training of the scheme's
network, where its files are there), a member of the scheme (k, r, encoder, ...), or any other key of
the configuration as a JSON pointer (/model/kind).

A formula knows these settings, the columns of /trials, and those of /timings as timings.NAME. A column
stands for its mean over the trials; it is NaN, and the cell "-", if a trial is not finite. The
accuracies of reconstructions are means over the reconstructed queries of all trials. Inside mean,
standard_error (of the mean), median, sum, least, greatest, low and high (the ends of the 95 % interval
of the mean) a column stands for its values in all trials. time_to(.9) is the time until a training has
the test accuracy .9. There are + - * / **, comparisons, `and`, `or`, sqrt, log10, abs, and min
and max of two numbers. A template has formulas in braces, each with a format of its own if it needs
one: "{100*accuracy:.1f} %, {sqrt(mse):.3g}".
"""

from __future__ import annotations

import numpy as np

from .. import series
from ..cli import base_parser, names, put_text, read
from ..files import LaggardError
from ..losses import loss_level
from ..pivot import (Pivot, comma_separated, entries, formula, markdown, table_row, template,
                     titled)
from ..stats import estimate_ratio, mean_of_ratios

QUANTITIES = (("RMSE", "mse", np.sqrt), ("Accuracy", "accuracy", None))
# Experiments whose points have neither: what they are called, and a column that they have.
_OTHERS = {"training": ("a training", "test_accuracy"), "serving": ("a server", "p999")}


def parser():
    """Arguments of this figure."""
    arguments = base_parser(__name__, __doc__, several=True)
    arguments.add_argument("--relative-to", metavar="LABEL",
                           help="reference scheme of the ratios (default: bacc, if it is there)")
    arguments.add_argument("--value", action="append", type=titled, default=[],
                           metavar="[TITLE=]TEMPLATE", help="what the cells show; several times for several values")
    for option, default, what in (("--rows", ["scheme"], "what tells the rows apart (default scheme)"),
                                  ("--columns", [], "what tells the columns apart"),
                                  ("--tables", [], "what tells separate tables apart")):
        arguments.add_argument(option, type=names, default=default, metavar="A,B", help=what)
    arguments.add_argument("--row-value", action="append", type=titled, default=[],
                           metavar="[TITLE=]TEMPLATE", help="a column for the whole row: over all its trials, or a list of the "
                                "settings of its columns")
    arguments.add_argument("--title", type=template, metavar="TEMPLATE",
                           help="what stands above each table")
    arguments.add_argument("--where", type=formula, metavar="FORMULA",
                           help="only points for which it is true")
    arguments.add_argument("--format", metavar="FORMAT", help="of numbers, e.g. .2f (default: .4g in "
                           "Markdown, all digits in CSV)")
    form = arguments.add_mutually_exclusive_group()
    form.add_argument("--markdown", action="store_true", help="write Markdown (the default)")
    form.add_argument("--csv", action="store_true", help="write comma-separated values")
    arguments.add_argument("-o", "--output", metavar="OUT", help="write to a file")
    return arguments


def _reference(points, wanted, path):
    labels = list(dict.fromkeys(p.scheme for p in points))
    if wanted is None:
        return "bacc" if "bacc" in labels and len(labels) > 1 else None
    if wanted not in labels:
        raise LaggardError(f"'{path}' has no scheme '{wanted}'",
                           f"its schemes are {', '.join(labels)}", "choose one of them")
    return wanted


def _number(value: float) -> str:
    return "-" if not np.isfinite(value) else f"{value:.3g}"


def _ratio(value: float) -> str:
    return f"{value:.3f}" if 0.1 <= value < 100 else f"{value:.3g}"


def _estimate(estimate, percent: bool = False) -> str:
    if not np.isfinite(estimate.value):
        return "-"
    text = _ratio(estimate.value)
    if np.isfinite(estimate.low):
        text += f" [{_ratio(estimate.low)}, {_ratio(estimate.high)}]"
    if percent:
        text += f" ({100 * (estimate.value - 1):+.1f} %)".replace("-", "\u2212")
    return text


def paired(members, scheme: str, reference: str) -> list:
    """[(level, point, reference point)] of the combinations that have both schemes."""
    combinations = {p.combination: p for p in members if p.scheme == reference}
    return sorted(((loss_level(p), p, combinations[p.combination]) for p in members
                   if p.scheme == scheme and p.combination in combinations), key=lambda t: t[0])


def _value_table(title, members, column, transform, levels) -> list:
    heads = [f"{symbol} = {value:g}" for symbol, value in levels]
    lines = [f"{title}", "", table_row(["scheme", *heads]), table_row(["---"] + ["---:"] * len(heads))]
    for line in series.group_lines(members):
        cells = {}
        for point in line.points:
            mean = point.estimate(column).value
            cells[loss_level(point)] = _number(transform(mean) if transform else mean)
        lines.append(table_row([series.plain(line.name), *(cells.get(level, "-") for level in levels)]))
    return lines + [""]


def _against(members, reference: str):
    """(above, below) points of a line and of the reference, by level; for _ratio_table."""
    def pairs(line):
        scheme = line.points[0].scheme
        return [] if scheme == reference else paired(_with_reference(line, members, reference),
                                                     scheme, reference)

    return pairs


def _against_itself(line) -> list:
    return sorted(((loss_level(p), p, p) for p in line.points), key=lambda t: t[0])


def _ratio_table(title, members, columns, transform, levels, pairs_of) -> tuple:
    """(lines, name of the scheme -> average) of ratios between two columns; ([], {}) if none."""
    heads = [f"{symbol} = {value:g}" for symbol, value in levels]
    lines = [f"{title} [95 % interval]", "",
             table_row(["scheme", *heads, "average"]), table_row(["---"] + ["---:"] * (len(heads) + 1))]
    averages, known = {}, False
    for line in series.group_lines(members):
        pairs = pairs_of(line)
        if not pairs:
            continue
        above, _ = series.aligned([p for _, p, _ in pairs], [q for _, _, q in pairs], columns[0])
        _, below = series.aligned([p for _, p, _ in pairs], [q for _, _, q in pairs], columns[1])
        each = {level: estimate_ratio(a, b) for (level, _, _), a, b in zip(pairs, above, below)}
        if transform:
            each = {level: e.map(transform) for level, e in each.items()}
        known = known or any(e.known for e in each.values())
        cells = [_estimate(each[level]) if level in each else "-" for level in levels]
        average = mean_of_ratios(above, below, transform)
        if np.isfinite(average.value):
            averages[series.plain(line.name)] = average
        lines.append(table_row([series.plain(line.name), *cells, _estimate(average, percent=True)]))
    return (lines + [""], averages) if known else ([], {})


def _with_reference(line, members, reference: str) -> list:
    return line.points + [p for p in members if p.scheme == reference]


def _panel(workers: int, data_points: int, members, reference) -> tuple:
    """(lines, averages) of one (N, K); averages: what -> scheme -> estimate."""
    levels = sorted({loss_level(p) for p in members})
    where = f"N = {workers}, K = {data_points}"
    known = [q for q in QUANTITIES if series.recorded(members, q[1])]
    lines, averages = [], {}
    for name, column, transform in known:
        lines += _value_table(f"**{name}**, {where}", members, column, transform, levels)
        if reference is not None:
            short = series.plain(series.scheme_name(reference))
            text, averages[f"{name} / {short}'s"] = _ratio_table(
                f"**{name}**, {where}, ratio to {short}", members, (column, column), transform,
                levels, _against(members, reference))
            lines += text
    text, averages["relative accuracy"] = _ratio_table(
        f"**Relative accuracy** (decoded / model's own), {where}", members,
        ("accuracy", "base_accuracy"), None, levels, _against_itself)
    return lines + text, averages


def _averages(panels: dict) -> list:
    """Table of the averages over S of all (N, K): (N, K) -> what -> scheme -> estimate."""
    whats = list(dict.fromkeys(w for found in panels.values() for w, e in found.items() if e))
    if not whats:
        return []
    lines = ["**Averages over S** [95 % interval]", "", table_row(["N", "K", "scheme", *whats]),
             table_row(["---:", "---:", "---"] + ["---:"] * len(whats))]
    for (workers, data_points), found in panels.items():
        for scheme in dict.fromkeys(s for what in whats for s in found.get(what, {})):
            cells = [_estimate(found[w][scheme], percent=True) if scheme in found.get(w, {})
                     else "-" for w in whats]
            lines.append(table_row([str(workers), str(data_points), scheme, *cells]))
    return lines + [""]


def _broken(points) -> list:
    """Notes on the points whose cells are empty."""
    found = []
    for _, column, _ in QUANTITIES:
        if not series.recorded(points, column):
            continue
        for point in points:
            estimate = point.estimate(column)
            if estimate.nonfinite:
                symbol, value = loss_level(point)
                found.append(f"{series.scheme_name(point.scheme)}, N = {point.workers}, {symbol} = "
                             f"{value:g}: " + series.without_value([estimate], column))
    return found


def make_table(results, options) -> str:
    """The tables as Markdown: one set per (N, K), and their averages."""
    points = series.select(results, options.schemes, options.workers, options.stragglers)
    reference = _reference(points, options.relative_to, results.path)
    panels = series.group_panels(points, lambda p: (p.workers, p.data_points))
    lines, averages = [], {}
    for panel, members in panels.items():
        text, averages[panel] = _panel(*panel, members, reference)
        lines += text
    kind, column = _OTHERS.get(results.config.get("experiment"), ("", ""))
    if not lines and kind:
        raise LaggardError(f"'{results.path}' has no MSE and no accuracy of an approximation",
                           f"it is the result of {kind}",
                           f"say what the table has to show, for example with --value {column}")
    if not lines:
        raise LaggardError(f"'{results.path}' has no MSE and no accuracy",
                           "these columns hold only NaN", "see /trials for what was recorded")
    lines += _averages(averages)
    notes = [f"- {series.plain(note)}"
             for note in [*_broken(points), *series.file_notes(results, points)]]
    return "\n".join(lines + notes).rstrip() + "\n"


def run(options, progress) -> None:
    """Prints the tables, or writes them."""
    files = [read(path, progress) for path in options.files]
    if options.value:
        pivot = Pivot(entries(files, options), options)
        text = comma_separated(pivot) if options.csv else markdown(pivot)
    elif len(files) > 1 or options.csv:
        raise LaggardError("no formula for the table", "the tables of ratios are for one file, in "
                           "Markdown", "give one with --value, e.g. --value 'sqrt(mse)'")
    else:
        text = make_table(files[0], options)
    put_text(text, options.output)
