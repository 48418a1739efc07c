"""Published numbers beside ours: one page, and the tables in the experiments' pages.

  plot report                              results/report/index.html, over all experiments
  plot report letcc-lenet5 parm-accuracy   over these
  plot report --pages                      writes the tables of claims into experiments/NAME/README.md

It reads experiments/NAME/claims.json and the result files that these name, draws their figures, and
keeps our numbers in experiments/NAME/measured.json. `bash experiments/reproduce.sh` runs what is
missing first. The page needs no other file; claims.json beside it has the same for programs. With
--quick it reads the results of quick runs, and keeps nothing.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..claims import (Claims, Files, counts_text, measured_text, published_text, restored,
                      stored)
from ..cli import Parser, draw, load, put_text
from ..configurations import configuration
from ..files import LaggardError, make_folder, printable
from ..page import page_of
from ..series import counted

ROOT = Path(__file__).resolve().parents[2]
_CLAIMS = "experiments/*/claims.json"
_BEGIN, _END = "<!-- claims: written by `plotting/plot report --pages` -->", "<!-- end of claims -->"


@dataclass
class Section:
    """One experiment in the report."""

    claims: Claims
    outcomes: list
    title: str
    question: str
    commands: list
    images: list = field(default_factory=list)
    notes: list = field(default_factory=list)


def project() -> Path:
    """The project that this is a part of. Of an installed program, the one that it is started in."""
    return ROOT if any(ROOT.glob(_CLAIMS)) else Path(os.path.abspath("."))


def parser():
    """Arguments of this figure."""
    arguments = Parser(prog="plot report", description=__doc__,
                        formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("names", metavar="NAME", nargs="*", help="experiments (default: all)")
    arguments.add_argument("--quick", action="store_true", help="from the results of quick runs")
    arguments.add_argument("--pages", action="store_true",
                           help="only write the tables of claims into the experiments' pages")
    arguments.add_argument("--root", type=Path, default=project(), metavar="FOLDER",
                           help="where experiments and results are (default: this project)")
    arguments.add_argument("-o", "--output", type=Path, metavar="FOLDER",
                           help="where the page goes (default: results/report)")
    arguments.set_defaults(left_out={})  # result file -> why reproduce.sh left out its run
    return arguments


def experiments(root: Path, names) -> list:
    """The claims of the experiments, each of them once. Raises LaggardError for a name that has none."""
    folders = {p.parent.name: p.parent for p in sorted(root.glob(_CLAIMS))}
    if not folders:
        raise LaggardError(f"there are no experiments in '{root}'", f"it has no {_CLAIMS}",
                           "give --root, or start it in the project")
    for name in names:
        if name not in folders:
            raise LaggardError(f"experiment '{name}' has no claims.json",
                               f"those that have one are {', '.join(folders)}", "choose one of them")
    return [Claims(folders[name]) for name in dict.fromkeys(names or folders)]


def run_name(claims: Claims, run: dict) -> str:
    """Name of the result file of a run, without its folder."""
    if "name" in run:
        return run["name"]
    name = configuration(claims.folder / run["config"], {}).get("name")
    if not name:
        raise LaggardError(f"'{claims.folder / run['config']}' has no name", "the result needs one",
                           "add it, or give the run a name")
    return name


def changes_of(run: dict, quick: bool) -> dict:
    """JSON pointer -> what a run sets there."""
    return {**run.get("set", {}), **(run.get("quick", {}) if quick else {})}


def command_of(claims: Claims, run: dict, root: Path, quick: bool = False) -> list:
    """The arguments of laggard for a run; paths are relative to the root."""
    name = run_name(claims, run)
    output = Files(Path(), quick).place(f"results/{name}.h5")
    sets = [part for pointer, value in changes_of(run, quick).items()
            for part in ("--set", f"{pointer}={json.dumps(value)}")]
    config = (claims.folder / run["config"]).relative_to(root)
    launcher = ["launch", "-n", str(run["ranks"])] if "ranks" in run else []
    return [*launcher, "run", str(config), "--output", str(output), *sets]


def wanted_of(claims: Claims, quick: bool) -> dict:
    """Result file, as claims name it -> the configuration that it is to have."""
    return {f"results/{run_name(claims, run)}.h5": configuration(claims.folder / run["config"],
                                                                 changes_of(run, quick))
            for run in claims.runs}


def _shown(words) -> str:
    return " ".join(w if w.isascii() and not set(w) & set(' "\'{}[]*$') else f"'{w}'"
                    for w in ["laggard", *words])


def _opening(folder: Path) -> tuple:
    """(title, first paragraph) of an experiment's page."""
    text = (folder / "README.md").read_text(encoding="utf-8")
    title, _, rest = text.partition("\n")
    for mark in (_BEGIN, _END):
        rest = rest.replace(mark, "")
    paragraph = next((p for p in rest.split("\n\n") if p.strip()), "")
    return title.lstrip("# "), " ".join(paragraph.split())


def page_block(claims: Claims, outcomes) -> str:
    """The table of claims for an experiment's page."""
    lines = [_BEGIN, "", "| source | claim | published | ours [95 % interval] | verdict |",
             "|---|---|---|---|---|"]
    for claim, outcome in zip(claims.claims, outcomes):
        source = ", ".join(filter(None, (claim["paper"], claim.get("place", ""))))
        ours = outcome.why or measured_text(claim, outcome.measured)
        lines.append(f"| {source} | {claim['what']} | {published_text(claim)} | {ours} | "
                     f"{outcome.verdict} |")
    return "\n".join([*lines, "", f"{counts_text(outcomes)}.", _END])


def with_block(text: str, block: str, path: Path) -> str:
    """The page with its table of claims replaced."""
    before, begin, rest = text.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not begin or not end:
        raise LaggardError(f"'{path}' has no place for its claims", f"it lacks {_BEGIN} or {_END}",
                           "add both lines where the table belongs")
    return before + block + after


def measured_path(claims: Claims) -> Path:
    """Where our numbers are kept."""
    return claims.folder / "measured.json"


def _kept(claims: Claims) -> list:
    path = measured_path(claims)
    try:
        entries = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
        return restored(claims.claims, entries)
    except (ValueError, KeyError, TypeError) as error:
        raise LaggardError(f"cannot read '{path}'", printable(str(error)),
                           "take an earlier one, or remove it: then only the result files here count") from None


def _keep(section: Section) -> None:
    """Keeps our numbers. A claim whose results are not here now keeps the number that it has."""
    old = _kept(section.claims)
    absent = [o.verdict == "not run" and before.measured is not None
              for o, before in zip(section.outcomes, old)]
    section.outcomes = [before if gone else o
                        for o, before, gone in zip(section.outcomes, old, absent)]
    if any(absent):
        section.notes.append(f"{counted(sum(absent), 'number')} of an earlier run: there is no result "
                             "file that is finished and of this configuration.")
    put_text(json.dumps(stored(section.claims.claims, section.outcomes), indent=1) + "\n", str(measured_path(section.claims)))


def _without_result(section: Section, files: Files) -> dict:
    """The result file of each claim that lacks it, by the number of the claim."""
    return {number: files.place(claim["file"])
            for number, (claim, outcome) in enumerate(zip(section.claims.claims, section.outcomes))
            if outcome.verdict == "not run" and "unreachable" not in claim}


def _lacking(section: Section, files: Files) -> set:
    """The result files of an experiment that a claim or a figure lacks."""
    drawn = {files.place(file) for _, file, *_ in section.claims.figures}
    return {*_without_result(section, files).values(), *(p for p in drawn if not p.is_file())}


def _tell_left_out(section: Section, files: Files, lacking: set, left_out: dict) -> None:
    """Says why a run could not run here: beside its claims, or in a note where these have no room."""
    reasons, told = {place: why for place, why in left_out.items() if place in lacking}, set()
    for number, place in _without_result(section, files).items():
        if place in reasons:
            section.outcomes[number] = replace(section.outcomes[number],
                                               why=f"its run was left out: {reasons[place]}")
            told.add(place)
    section.notes += [f"The run of {place.name} was left out: {why}"
                      for place, why in reasons.items() if place not in told]


def _chosen(claims: Claims, number: int, figure, words: list):
    """The options of a figure. Raises LaggardError where claims.json has them wrong."""
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
            return figure.parser().parse_args(words)
    except SystemExit:
        why = said.getvalue().strip().removeprefix("laggard-plot: ")
        raise claims.wrong(f"/figures/{number}", why.splitlines()[0]) from None


def _draw_figures(section: Section, files: Files, folder: Path, progress) -> None:
    for number, (name, file, *options) in enumerate(section.claims.figures):
        path = files.place(file)
        image = folder / f"{section.claims.name}-{path.stem}-{name}.png"
        if not path.is_file():
            continue
        figure = load(name)
        chosen = _chosen(section.claims, number, figure,
                         [str(path), "-o", str(image), "--dpi", "110", *options])
        try:
            if hasattr(figure, "run"):
                figure.run(chosen, progress)
            else:
                draw(figure.make_figure, files(file), chosen, progress)
            section.images.append(image)
        except LaggardError as error:
            section.notes.append(f"no {name} of {file}: {error}")


def _head(files: Files) -> str:
    made = sorted({(str(r.attributes.get("version", "")), str(r.attributes.get("git_commit", ""))[:10])
                   for r in files.opened()})
    return "; ".join(f"made by laggard {version} {commit}" for version, commit in made)


def run(options, progress) -> None:
    """Writes the page, or the tables of the experiments' pages."""
    found = experiments(options.root, options.names)
    if options.pages:
        for claims in found:
            page = claims.folder / "README.md"
            text = page.read_text(encoding="utf-8")
            put_text(with_block(text, page_block(claims, _kept(claims)), page), str(page))
        return
    folder = options.output or options.root / "results" / ("report-quick" if options.quick else "report")
    make_folder(folder)
    files, sections = Files(options.root, options.quick), []
    for claims in found:
        progress.step(f"reading {claims.name}")
        outcomes = claims.outcomes(files, wanted_of(claims, options.quick))
        section = Section(claims, outcomes, *_opening(claims.folder),
                          [_shown(command_of(claims, r, options.root, options.quick))
                           for r in claims.runs])
        _draw_figures(section, files, folder, progress)
        sections.append(section)
        lacking = _lacking(section, files)
        if not options.quick:
            _keep(section)
        _tell_left_out(section, files, lacking, options.left_out)
    put_text(page_of(sections, _head(files), options.quick), str(folder / "index.html"))
    put_text(json.dumps({s.claims.name: [{**c, "verdict": o.verdict, "why": e["why"], "measured": e["measured"]}
                                         for c, o, e in zip(s.claims.claims, s.outcomes,
                                                            stored(s.claims.claims, s.outcomes))]
                         for s in sections}, indent=1) + "\n", str(folder / "claims.json"))
    wrong = [f"{s.claims.name}: {o.why}" for s in sections for o in s.outcomes if o.verdict == "error"]
    if wrong:
        raise LaggardError(f"{counted(len(wrong), 'claim')} cannot be read from the result file that is there",
                           wrong[0], "the page has the reason of each; mend claims.json or the file")
