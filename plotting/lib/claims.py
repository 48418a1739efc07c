"""Published numbers beside those of result files: experiments/NAME/claims.json.

    {"runs": [{"config": "n100-k60.json", "quick": {"/trials": 4}}],
     "figures": [["stragglers", "results/letcc-lenet5-n100-k60.h5"]],
     "claims": [{"paper": "LeTCC (arXiv 2406.00300)", "place": "section 5",
                 "what": "RMSE of LeTCC over that of BACC, mean over S", "published": 0.85,
                 "tolerance": 0.03, "direction": "< 1",
                 "file": "results/letcc-lenet5-n100-k60.h5",
                 "ratio": "rmse", "of": "scheme == 'letcc'", "to": "scheme == 'bacc'"}]}

A run is a configuration of the same folder, with the values `set` and, in a quick run, `quick`; it
writes results/`name`.h5. With `ranks` it runs over so many MPI ranks. `seconds` is what it takes on two
cores. A claim is read in one of three ways:

    "ratio"   "rmse", "mse", "accuracy" or "completion_seconds" of the points `of`, over that of the points `to` with the
              same N, K and losses, paired by trial; the mean over these. Of servers: "p999". Of
              trainings: "test_accuracy", "gradient_error", "decoding_error", or "time_to .8", the
              seconds to that accuracy
    "value"   a formula over the points `where`, see `plot table`
    "slope"   "N" or "S": the slope of log MSE in its logarithm, over the points `where`

`paper` is the source: a paper, "closed form" (a formula gives the number), "independent implementation"
(another program has computed it), or "this project" (a finding of ours; `published` is then what our page says).

`published` is a number, a list of the two ends of a range, or a text such as "<= -3". A claim is

    confirmed     the published number is within `tolerance` or inside the 95 % interval of ours; our
                  number is inside the published range, or all of its interval is on the published
                  side of a bound
    direction     only `direction` holds, such as "< 1", for the whole interval
    undecided     a published bound, or an end of a range that our number is outside of, is inside our
                  interval: more trials would tell; or the interval or our number is not known, as of a
                  single trial, or the ratio of two times of which neither ends
    contradicted  none of these
    error         the file is there, and the claim cannot be read from it: `plot report` then fails
    not run       there is no result file, or it is unfinished or of another configuration than the run;
                  `unreachable` says why there cannot be one here

A number that is infinite, such as a time that never ends, is compared like any other.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from . import series
from .claim_numbers import Measured, measure
from .claim_rules import check_claim, check_figure, check_run, side_of
from .configurations import first_difference, read_object
from .files import LaggardError, printable
from .results import open_results

VERDICTS = ("confirmed", "direction", "undecided", "contradicted", "error", "not run")
_READING = ("file", "ratio", "of", "to", "value", "where", "slope", "unreachable")


@dataclass(frozen=True)
class Outcome:
    """What became of a claim."""

    verdict: str
    measured: Measured | None = None
    why: str = ""  # there is no number


class Absent(LaggardError):
    """A result file is not there."""


class Claims:
    """The claims.json of one experiment. Raises LaggardError where it is wrong."""

    def __init__(self, folder: Path):
        self.folder, self.name, self.path = folder, folder.name, folder / "claims.json"
        content = read_object(self.path)
        for key in content:
            if key not in ("runs", "figures", "claims"):
                raise self.wrong(f"/{key}", "allowed are claims, figures, runs")
        self.runs, self.figures, self.claims = (
            self._checked(content, *kind) for kind in (
                ("runs", check_run), ("figures", check_figure), ("claims", check_claim)))
        for number, run in enumerate(self.runs):
            if not (folder / run["config"]).is_file():
                raise self.wrong(f"/runs/{number}/config", "there is no such file beside it")
        if not (folder / "README.md").is_file():
            raise LaggardError(f"'{folder / 'README.md'}' is not there",
                               "the report takes title and question from it", "write it")

    def _checked(self, content: dict, kind: str, check) -> list:
        entries = content.get(kind, [])
        if not isinstance(entries, list):
            raise self.wrong(f"/{kind}", "it is not a list")
        for number, entry in enumerate(entries):
            found = check(entry)
            if found:
                raise self.wrong(f"/{kind}/{number}{found[0]}", found[1])
        return entries

    def wrong(self, where: str, why: str) -> LaggardError:
        """What is raised where the file is wrong."""
        return LaggardError(f"{where} of '{self.path}' is wrong", why, "see `plot report --help`")

    def outcomes(self, results_of, wanted=None) -> list:
        """Outcomes in the order of the claims. `results_of(file)`: the results, or raises. `wanted`:
        result file -> its configuration, see configurations."""
        return [outcome_of(claim, results_of, (wanted or {}).get(claim.get("file"))) for claim in self.claims]


def verdict_of(claim: dict, measured: Measured) -> str:
    """One of VERDICTS for a number of ours."""
    published, value = claim["published"], measured.value
    if np.isnan(value):
        return "undecided"
    ends = [e for e in (measured.low, measured.high) if not np.isnan(e)] or [value] * bool(np.isinf(value))
    if isinstance(published, str):
        side, bound = side_of(published)
        met = bool(ends) and all(side(end, bound) for end in ends)
        if not met and (not ends or min(ends) <= bound <= max(ends)):
            return "undecided"
    elif isinstance(published, list):
        met = published[0] <= value <= published[1]
        if not met and ends and min(ends) <= published[1] and published[0] <= max(ends):
            return "undecided"
    else:
        met = (abs(value - published) <= claim.get("tolerance", 0.0)
               or bool(ends) and min(ends) <= published <= max(ends))
    if met:
        return "confirmed"
    if "direction" in claim:
        side, bound = side_of(claim["direction"])
        if ends and all(side(end, bound) for end in ends):
            return "direction"
    return "contradicted"


def outcome_of(claim: dict, results_of, wanted=None) -> Outcome:
    """What became of a claim, from the result file that it names. `wanted`: the configuration that this
    file is to have, as far as it is known."""
    if "unreachable" in claim:
        return Outcome("not run", None, claim["unreachable"])
    try:
        results = results_of(claim["file"])
    except Absent as absent:
        return Outcome("not run", None, str(absent))
    except LaggardError as error:
        return Outcome("error", None, str(error))
    if not results.finished:
        return Outcome("not run", None, f"'{claim['file']}' is not finished; reproduce.sh goes on with it")
    other = first_difference(wanted or {}, results.config)
    if other:
        return Outcome("not run", None, f"'{claim['file']}' has another configuration: {other}")
    try:
        return judged(claim, measure(claim, results))
    except LaggardError as error:
        return Outcome("error", None, str(error))


def judged(claim: dict, measured: Measured) -> Outcome:
    """The outcome for a number of ours."""
    why = ("our number is not known: a trial or a point has none, or it is inf/inf"
           if np.isnan(measured.value) else "")
    return Outcome(verdict_of(claim, measured), measured, why)


class Files:
    """Result files, each of them opened once."""

    def __init__(self, root: Path, quick: bool = False):
        self._root, self._quick, self._open = root, quick, {}

    def place(self, name: str) -> Path:
        """Where a result file is; those of quick runs are in a folder of their own."""
        path = Path(name)
        return self._root / (path.parent / "quick" / path.name if self._quick else path)

    def __call__(self, name: str):
        if name not in self._open:
            if not self.place(name).is_file():
                place = self.place(name).relative_to(self._root)
                raise Absent(f"'{place}' is not there", "it was not run",
                             "run it with experiments/reproduce.sh")
            self._open[name] = open_results(self.place(name))
        return self._open[name]

    def opened(self) -> list:
        """What has been opened."""
        return list(self._open.values())


def published_text(claim: dict) -> str:
    """The published number for print."""
    published = claim["published"]
    text = (f"{published[0]:g} to {published[1]:g}" if isinstance(published, list)
            else published if isinstance(published, str) else f"{published:g}")
    return text + _unit(claim)


def _unit(claim: dict) -> str:
    return f" {claim['unit']}" if claim.get("unit") else ""


def measured_text(claim: dict, measured: Measured | None) -> str:
    """Our number for print."""
    if measured is None or np.isnan(measured.value):
        return "-"
    text = f"{measured.value:.3g}"
    if measured.low < measured.high:
        text += f" [{measured.low:.3g}, {measured.high:.3g}]"
    return text + _unit(claim)


def _reading(claim: dict) -> dict:
    """From what our number of a claim is read, and how."""
    return {key: claim[key] for key in _READING if key in claim}


def _kept_number(value: float):
    """A number as JSON has it: null is one that is not known, and "inf" an infinite one."""
    return value if np.isfinite(value) else None if np.isnan(value) else str(value)


def stored(claims, outcomes) -> list:
    """Our numbers as they are kept in measured.json, each with what it is read from."""
    return [{"reading": _reading(claim), **({"error": True} if o.verdict == "error" else {}),
             "why": printable(o.why),
             "measured": None if o.measured is None else
             {k: _kept_number(v) for k, v in asdict(o.measured).items()}}
            for claim, o in zip(claims, outcomes)]


def restored(claims, entries) -> list:
    """The outcomes of claims from the numbers that stored() has kept. A number serves the claims
    that are read as it was; their verdicts are those of today's published numbers."""
    kept = {json.dumps(e["reading"], sort_keys=True): e for e in entries}
    outcomes = []
    for claim in claims:
        entry = kept.get(json.dumps(_reading(claim), sort_keys=True))
        if entry is None:
            outcomes.append(Outcome("not run", None, "the claim is newer than our numbers"))
        elif entry["measured"] is None:
            outcomes.append(Outcome("error" if entry.get("error") else "not run", None, entry["why"]))
        else:
            outcomes.append(judged(claim, Measured(*(float("nan" if v is None else v)
                                                     for v in entry["measured"].values()))))
    return outcomes


def counts_text(outcomes) -> str:
    """"2 of 3 claims confirmed, 1 contradicted"."""
    said = {"confirmed": "confirmed", "direction": "confirmed in direction only", "undecided": "undecided",
            "contradicted": "contradicted", "error": "that cannot be read", "not run": "not reachable or not run"}
    counts = [(v, sum(o.verdict == v for o in outcomes)) for v in VERDICTS]
    parts = [f"{n} {said[v]}" for v, n in counts if n or v == "confirmed"]
    return f"{series.counted(len(outcomes), 'claim')}: " + ", ".join(parts)
