"""The command line: finds the figure, reads the files, draws; a user's mistake is one line."""

from __future__ import annotations

import argparse
import ast
import functools
import importlib
import os
import sys
from pathlib import Path

from .files import LaggardError, cannot
from .progress import Progress
from .results import open_results
from .series import plain
from .writing import write_whole

FIGURES = f"{__package__}.figures"


class Parser(argparse.ArgumentParser):
    """A mistake in the arguments is one line."""

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


def names(text: str) -> list:
    """An argument that lists words."""
    return [part for part in text.split(",") if part]


def base_parser(module: str, text: str, filters: bool = True,
                several: bool = False) -> argparse.ArgumentParser:
    """Parser of the module `module` with the docstring `text`: the files and the filters."""
    name = module.rsplit(".", 1)[-1]
    parser = Parser(prog=f"plot {name}", description=text,
                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.set_defaults(figure=name)
    parser.add_argument("files", metavar="FILE.h5", nargs="+" if several else 1,
                        help="result files of laggard" if several else "result file of laggard")
    if not filters:
        return parser
    parser.add_argument("--schemes", type=names, metavar="A,B", help="only these scheme labels")
    parser.add_argument("--workers", type=numbers, metavar="N,N", help="only these N")
    parser.add_argument("--stragglers", type=numbers, metavar="S,S", help="only these S")
    return parser


def figure_parser(module: str, text: str, filters: bool = True,
                  several: bool = False) -> argparse.ArgumentParser:
    """Parser of a module that draws a figure."""
    parser = base_parser(module, text, filters, several)
    name = parser.get_default("figure")
    parser.add_argument("-o", "--output", metavar="OUT",
                        help="write OUT.png and OUT.pdf, or only the one that a suffix names "
                             f"(default: FILE-{name} beside FILE)")
    parser.add_argument("--columns", type=int, choices=(1, 2),
                        help="width: 1 = 3.5 in, 2 = 7 in (default: by the number of panels)")
    parser.add_argument("--dpi", type=positive, default=200,
                        help="resolution of the PNG (default 200)")
    parser.add_argument("--no-notes", dest="notes", action="store_false",
                        help="do not write the notes on left-out data under the figure")
    return parser


def draw(make_figure, data, options, progress=None) -> list:
    """Makes and saves one figure and prints what it left out. Returns the files."""
    try:
        return _drawn(make_figure, data, options, progress)
    except ValueError as error:
        if not str(error).startswith("Image size"):  # matplotlib's
            raise
        raise LaggardError(f"cannot draw {options.figure} with {options.dpi} dots per inch",
                           str(error).rstrip("."), "choose a smaller --dpi") from None


def _drawn(make_figure, data, options, progress) -> list:
    step = progress.step if progress else lambda _: None
    from matplotlib import pyplot  # here, so that a table needs no matplotlib

    from . import style

    # The layout is measured with the pixels of the file: small ones make text wider.
    with pyplot.rc_context({**style.STYLE, "figure.dpi": options.dpi}):
        step(f"drawing {options.figure}")
        figure, notes = make_figure(data, options)
        stem = options.output or f"{Path(options.files[0]).with_suffix('')}-{options.figure}"
        step(f"writing {stem}")
        files = style.save(figure, stem, options.dpi)
    for note in notes:
        print(f"note: {plain(note)}")
    for path in files:
        print(f"wrote {path}")
    return files


def put_text(text: str, output) -> None:
    """Prints a table, or writes it to a file."""
    if output is None:
        print(text, end="")
        return
    write_whole(output, text.encode())
    print(f"wrote {output}")


def read(path, progress):
    """The results of a file."""
    size = os.path.getsize(path) / 1e6 if os.path.isfile(path) else 0
    progress.step(f"reading {path} ({size:.0f} MB)")
    return open_results(path)


@functools.cache
def listed() -> dict:
    """Name of every figure -> the first line of its docstring, without loading it."""
    folder = Path(importlib.import_module(FIGURES).__path__[0])
    docstrings = {path.stem: ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
                  for path in sorted(folder.glob("*.py"))}
    return {name: text.splitlines()[0].rstrip(".") for name, text in docstrings.items() if text}


def load(name: str):
    """The module of a figure."""
    return importlib.import_module(f"{FIGURES}.{name}")


def usage() -> str:
    """The help text."""
    lines = ["usage: plot FIGURE FILE.h5 [options]      plot FIGURE --help shows the options",
             "       plot --test                        runs the tests", "figures:"]
    return "\n".join(lines + [f"  {name:<13}{text}" for name, text in listed().items()]) + "\n"


def _silence() -> None:
    """The output takes no more: even at exit nothing may be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def guarded(call) -> int:
    """The exit code of `call()`: 3 for a user's mistake, which becomes one line, 130 for Ctrl-C."""
    try:
        code = call()
        sys.stdout.flush()
        return code
    except LaggardError as error:
        problem = error
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader (`head`, say) has left
        _silence()
        return 0
    except OSError as error:
        if error.filename is None:
            _silence()
            problem = cannot("write the output", error)
        else:
            problem = LaggardError(f"cannot use '{error.filename}'", error.strerror, "check it and its permissions")
    print(f"laggard-plot: {problem}", file=sys.stderr)
    return 3


def run_figure(name: str, arguments, **more) -> int:
    """Runs one figure; the exit code. `more`: options that no argument gives."""
    figure = load(name)
    options = figure.parser().parse_args(arguments, argparse.Namespace(**more))
    return guarded(lambda: _run(figure, options))


def _run(figure, options) -> int:
    with Progress() as progress:
        if hasattr(figure, "run"):
            figure.run(options, progress)
        else:
            draw(figure.make_figure, read(options.files[0], progress), options, progress)
    return 0


def _print_usage() -> int:
    print(usage(), end="")
    return 0


def main(arguments) -> int:
    """Entry point."""
    if not arguments or arguments[0] in ("-h", "--help"):
        return guarded(_print_usage)
    name, *rest = arguments
    if name not in listed():
        print(f"laggard-plot: there is no figure '{name}' (allowed: {', '.join(listed())}); "
              "see 'plot --help'", file=sys.stderr)
        return 2
    return run_figure(name, rest)
