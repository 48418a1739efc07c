"""Command line shared by the scripts: arguments, errors, exit codes."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from laggard_progress import Progress
from laggard_results import LaggardError, open_results
from laggard_series import plain


class _Parser(argparse.ArgumentParser):
    def error(self, message):
        self.exit(2, f"laggard-plot: wrong arguments ({message}); see --help\n")


def positive(text: str) -> int:
    """An argument that counts something."""
    try:
        if int(text) > 0:
            return int(text)
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"'{text}' is not an integer above 0")


def numbers(text: str) -> list:
    """An argument that lists integers."""
    try:
        return [int(part) for part in text.split(",") if part]
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not a list of integers like 0,5,20")


def _names(text: str) -> list:
    return [part for part in text.split(",") if part]


def base_parser(name: str, description: str, filters: bool = True) -> argparse.ArgumentParser:
    """Parser with the file and the filters over its points."""
    parser = _Parser(prog=f"plot {name}", description=description)
    parser.add_argument("file", help="result file of laggard")
    if not filters:
        return parser
    parser.add_argument("--schemes", type=_names, metavar="A,B", help="only these scheme labels")
    parser.add_argument("--workers", type=numbers, metavar="N,N", help="only these N")
    parser.add_argument("--stragglers", type=numbers, metavar="S,S", help="only these S")
    return parser


def figure_parser(name: str, description: str, filters: bool = True) -> argparse.ArgumentParser:
    """Parser of a script that draws a figure."""
    parser = base_parser(name, description, filters)
    parser.add_argument("-o", "--output", metavar="OUT",
                        help="OUT.png and OUT.pdf, or the one that a suffix names "
                             f"(default: FILE-{name} beside FILE)")
    parser.add_argument("--columns", type=int, choices=(1, 2),
                        help="width: 1 = 3.5 in, 2 = 7 in (default: by the number of panels)")
    parser.add_argument("--dpi", type=positive, default=200,
                        help="resolution of the PNG (default 200)")
    parser.add_argument("--no-notes", dest="notes", action="store_false",
                        help="do not write the notes on left-out data under the figure")
    return parser


def draw(name: str, make_figure, results, options, progress=None) -> list:
    """Makes and saves one figure and prints what it left out. Returns the files."""
    step = progress.step if progress else lambda _: None
    import laggard_style  # here, so that the table needs no matplotlib
    from matplotlib import pyplot

    with pyplot.rc_context(laggard_style.STYLE):
        step(f"drawing {name}")
        figure, notes = make_figure(results, options)
        stem = options.output or str(Path(options.file).with_suffix("")) + f"-{name}"
        step(f"writing {stem}")
        files = laggard_style.save(figure, stem, options.dpi)
    for note in notes:
        print(f"note: {plain(note)}")
    for path in files:
        print(f"wrote {path}")
    return files


def guarded(action, argv) -> int:
    """Runs a script; a user's mistake becomes one line and exit code 3."""
    try:
        action(argv)
        sys.stdout.flush()
        return 0
    except LaggardError as error:
        print(f"laggard-plot: {error}", file=sys.stderr)
        return 3
    except BrokenPipeError:
        # The reader of our output (`head`, say) has left; even at exit nothing may be written.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def with_progress(work):
    """work(progress), which says on stderr what it does if that takes long."""
    with Progress() as progress:
        return work(progress)


def read(path, progress):
    """The results of a file."""
    size = os.path.getsize(path) / 1e6 if os.path.isfile(path) else 0
    progress.step(f"reading {path} ({size:.0f} MB)")
    return open_results(path)


def figure_main(name: str, parser, make_figure, argv=None) -> int:
    """Entry point of a script that draws one figure."""
    def action(arguments):
        options = parser().parse_args(arguments)
        with_progress(lambda progress: draw(name, make_figure, read(options.file, progress),
                                            options, progress))

    return guarded(action, argv)
