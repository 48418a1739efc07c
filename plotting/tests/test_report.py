"""Published numbers beside ours."""

import contextlib
import io
import json
import math
import re
import stat
import unittest

from support import Folder

from laggard import LaggardError, open_results
from laggard import claims as library
from laggard.cli import run_figure
from laggard.figures import report
from laggard.reproduce import main as reproduce
import synthetic


def law(point, generator):
    """LeTCC has half of BACC's RMSE in every trial; errors fall as N^-4."""
    hard = 1 + generator.uniform()
    own = {"bacc": 4.0, "letcc": 1.0}[point["kind"]]
    return {"mse": own * hard * (point["N"] / 16) ** -4, "accuracy": 0.8, "base_accuracy": 0.9,
            "completion_seconds": own * hard}


BASE = {"paper": "A", "what": "a number", "published": 0.5, "file": "results/a.h5"}
RATIO = {**BASE, "ratio": "rmse", "of": "scheme == 'letcc'", "to": "scheme == 'bacc'"}


class Claims(Folder):
    def setUp(self):
        super().setUp()
        self.path = synthetic.write(self.folder / "a.h5", workers=[16, 32, 64], law=law)
        self.results = open_results(self.path)

    def verdict(self, claim, **changes):
        return library.outcome_of({**claim, **changes}, lambda _: self.results).verdict

    def test_the_three_readings(self):
        found = library.measure(RATIO, self.results)
        self.assertAlmostEqual(found.value, 0.5)
        self.assertAlmostEqual(found.low, 0.5)
        times = library.measure({**RATIO, "ratio": "completion_seconds"}, self.results)
        self.assertAlmostEqual(times.value, 0.25)
        slope = library.measure({**BASE, "slope": "N", "where": "scheme == 'bacc' and S == 4"},
                                self.results)
        self.assertLess(abs(slope.value + 4), 0.3)
        self.assertTrue(slope.low < slope.value < slope.high)
        value = library.measure({**BASE, "value": "sqrt(mse)",
                                 "where": "scheme == 'bacc' and S == 4 and N == 16"}, self.results)
        point = next(p for p in self.results.points
                     if (p.scheme, p.stragglers, p.workers) == ("bacc", 4, 16))
        self.assertAlmostEqual(value.value, math.sqrt(point.column("mse").mean()))
        self.assertTrue(value.low < value.value < value.high)
        constant = library.measure({**BASE, "value": "100*accuracy",
                                    "where": "scheme == 'bacc' and S == 4 and N == 16"}, self.results)
        self.assertAlmostEqual(constant.value, 80)

    def test_verdicts(self):
        cases = [({}, "confirmed"), ({"published": 0.52, "tolerance": 0.03}, "confirmed"),
                 ({"published": 0.4}, "contradicted"),
                 ({"published": 0.4, "direction": "< 1"}, "direction"),
                 ({"published": 0.4, "direction": "> 1"}, "contradicted"),
                 ({"published": "<= 0.6"}, "confirmed"), ({"published": "> 0.6"}, "contradicted"),
                 ({"published": "< 0.5"}, "undecided"), ({"published": "> 0.5"}, "undecided"),
                 ({"published": [0.4, 0.6]}, "confirmed"), ({"published": [0.6, 0.8]}, "contradicted")]
        for changes, expected in cases:
            self.assertEqual(self.verdict(RATIO, **changes), expected, changes)

    def test_what_has_no_number(self):
        gone = {k: v for k, v in RATIO.items() if k not in ("ratio", "of", "to")}
        outcome = library.outcome_of({**gone, "unreachable": "no data"}, None)
        self.assertEqual((outcome.verdict, outcome.why), ("not run", "no data"))

        def absent(name):
            raise LaggardError("it is not there", "why", "what")

        self.assertEqual(library.outcome_of(RATIO, absent).verdict, "not run")
        for wrong in ({"to": "scheme == 'nobody'"}, {"of": "N > 0", "to": "N > 0"}):
            self.assertEqual(self.verdict(RATIO, **wrong), "not run")

    def test_outcomes_are_kept(self):
        outcomes = [library.Outcome("confirmed", library.Measured(0.5, 0.4, 0.6)),
                    library.Outcome("confirmed", library.Measured(2.0)),
                    library.Outcome("not run", None, "no data")]
        claims = [{**RATIO, "published": 0.5}, {**RATIO, "published": 2, "of": "N > 8"},
                  {"published": 1, "unreachable": "no data"}]
        kept = json.loads(json.dumps(library.stored(claims, outcomes), allow_nan=False))
        back = library.restored(claims, kept)
        self.assertEqual(back[0], outcomes[0])
        self.assertEqual(back[1].measured.value, 2.0)
        self.assertTrue(math.isnan(back[1].measured.low))
        self.assertEqual(back[2], outcomes[2])
        # A number goes with what it is read from, and is judged by what is published today.
        back = library.restored([{**claims[1], "published": "> 3"}, {**claims[1], "to": "N < 8"}, claims[0]], kept)
        self.assertEqual([o.verdict for o in back], ["contradicted", "not run", "confirmed"])
        self.assertIn("newer than our numbers", back[1].why)
        self.assertEqual(library.counts_text(outcomes),
                         "3 claims: 2 confirmed, 1 not reachable or not run")


# Stands for the program: writes the file that a test has prepared, and knows what is missing.
PROGRAM = """#!/bin/sh
cd "$(dirname "$0")" || exit 1
echo "$@" >>calls
case $1:$2 in
  check:*absent*) echo "laggard: cannot read 'x' (there is no such file); fetch it" >&2; exit 3 ;;
  check:*wrong*) echo "laggard: /trials is wrong (why); mend it" >&2; exit 2 ;;
  run:*) cp prepared.h5 "$4" ;;
  launch:*) cp prepared.h5 "$7" ;;
esac
"""


class Report(Folder):
    def setUp(self):
        super().setUp()
        synthetic.write(self.folder / "prepared.h5", workers=[16, 32, 64], law=law)
        self.program = self.folder / "laggard"
        self.program.write_text(PROGRAM)
        self.program.chmod(self.program.stat().st_mode | stat.S_IXUSR)
        self.experiment("one", {
            "runs": [{"config": "a.json", "quick": {"/trials": 2}}],
            "figures": [["convergence", "results/a.h5"]],
            "claims": [RATIO, {**RATIO, "published": "< 0.2", "what": "too good"}]})

    def experiment(self, name, claims):
        folder = self.folder / "experiments" / name
        folder.mkdir(parents=True)
        (folder / "claims.json").write_text(json.dumps(claims))
        for run in claims["runs"]:
            (folder / run["config"]).write_text('{\n  "name": "%s"\n}\n' % run["config"][:-5])
        (folder / "README.md").write_text(
            f"# A <title>\n\nIs it `so < x`? *Or* `a*b*c`, as [there](../two/README.md)?\n\n{report._BEGIN}\nold\n{report._END}\n\nRemarks.\n")
        return folder

    def call(self, function, *arguments):
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = function(*arguments)
        return code, out.getvalue(), err.getvalue()

    def reproduce(self, *arguments):
        import os
        import unittest.mock
        with unittest.mock.patch.dict(os.environ, {"LAGGARD": str(self.program)}):
            return self.call(reproduce, ["--root", str(self.folder), *arguments])

    def calls(self):
        return (self.folder / "calls").read_text().splitlines()

    def test_from_nothing_to_the_page(self):
        code, out, err = self.reproduce()
        self.assertEqual(code, 0, err)
        self.assertIn("== [1/1] one/a.json", out)
        page = (self.folder / "results/report/index.html").read_text()
        self.assertIn("A &lt;title&gt;", page)
        self.assertIn("Is it <code>so &lt; x</code>? <em>Or</em> <code>a*b*c</code>, as there?", page)
        self.assertIn("2 claims: 1 confirmed, 1 contradicted", page)
        self.assertEqual(len(re.findall(r'<img [^>]*src="data:image/png;base64,', page)), 1)
        # It needs nothing else, from here or from the net.
        self.assertEqual(re.findall(r'(?:src|href)="(?!data:|#)[^"]*"', page), [])
        kept = json.loads((self.folder / "results/report/claims.json").read_text())
        self.assertEqual([c["verdict"] for c in kept["one"]], ["confirmed", "contradicted"])
        self.reproduce()
        self.assertTrue(self.calls()[-1].endswith("--resume"))

    def test_a_run_over_ranks(self):
        self.experiment("two", {"runs": [{"config": "b.json", "ranks": 5, "set": {"/trials": 3}}],
                                "claims": [{**RATIO, "file": "results/b.h5"}]})
        self.assertEqual(self.reproduce("two")[0], 0)
        self.assertEqual(self.calls(), [
            "check experiments/two/b.json --set /trials=3",
            "launch -n 5 run experiments/two/b.json --output results/b.h5 --set /trials=3"])
        page = (self.folder / "results/report/index.html").read_text()
        self.assertIn("laggard launch -n 5 run experiments/two/b.json", page)
        self.assertIn("1 claim: 1 confirmed", page)

    def test_the_page_counts_each_kind_of_source_alone(self):
        self.experiment("two", {"runs": [{"config": "a.json"}], "claims": [
            {**RATIO, "paper": "this project", "what": "of `letcc`"},
            {**RATIO, "paper": "independent implementation", "published": "> 1"},
            {**RATIO, "paper": "independent implementation"}]})
        self.assertEqual(self.reproduce()[0], 0)
        page = (self.folder / "results/report/index.html").read_text()
        self.assertIn('<td class="claim">of <code>letcc</code></td>', page)
        for counts in ("The papers make 2 claims: 1 confirmed, 1 contradicted.",
                       "makes 2 claims: 1 confirmed, 1 contradicted.",
                       "The pages of this project themselves make 1 claim: 1 confirmed."):
            self.assertIn(f"{counts}</p>", page)

    def test_the_tables_of_the_pages(self):
        self.reproduce()
        page = self.folder / "experiments/one/README.md"
        pages = ["--root", str(self.folder), "--pages"]
        self.assertEqual(self.call(run_figure, "report", pages)[0], 0)
        text = page.read_text()
        self.assertIn("| A | a number | 0.5 | 0.5 [0.5, 0.5] | confirmed |", text)
        self.assertIn("2 claims: 1 confirmed, 1 contradicted.", text)
        self.assertTrue(text.endswith("Remarks.\n"))
        self.call(run_figure, "report", pages)
        self.assertEqual(page.read_text(), text)
        # A machine that has not run it keeps the numbers.
        (self.folder / "results/a.h5").unlink()
        self.call(run_figure, "report", ["--root", str(self.folder)])
        report_page = (self.folder / "results/report/index.html").read_text()
        self.assertIn("0.5 [0.5, 0.5]", report_page)
        self.assertIn("2 numbers of an earlier run: the result files are not here.", report_page)
        self.call(run_figure, "report", pages)
        self.assertEqual(page.read_text(), text)

    def test_a_quick_run_leaves_the_numbers_alone(self):
        code, _, err = self.reproduce("--quick", "one")
        self.assertEqual(code, 0, err)
        self.assertIn("results/quick/a.h5 --set /trials=2", self.calls()[-1])
        self.assertIn("quick run", (self.folder / "results/report-quick/index.html").read_text())
        self.assertFalse((self.folder / "experiments/one/measured.json").exists())

    def test_what_cannot_run_here_is_left_out_with_the_reason(self):
        self.experiment("two", {"runs": [{"config": "absent.json"}], "claims": [
            {**RATIO, "file": "results/absent.h5"}]})
        code, out, _ = self.reproduce()
        self.assertEqual(code, 0)
        self.assertIn("two/absent.json: left out: laggard: cannot read 'x'", out)
        page = (self.folder / "results/report/index.html").read_text().replace("&#x27;", "")
        self.assertIn("results/absent.h5 is not there (it was not run)", page)
        self.assertNotIn(str(self.folder), page)  # pages are the same for everybody

    def test_mistakes_are_one_line(self):
        self.experiment("three", {"runs": [{"config": "wrong.json"}], "claims": []})
        for arguments, why in ((["four"], "experiment 'four' has no claims.json .*one, three"),
                               (["three"], "configuration of three/wrong.json does not pass")):
            code, _, err = self.reproduce(*arguments)
            self.assertEqual(code, 3)
            self.assertRegex(err, f"^laggard-plot: [^\n]*{why}[^\n]*\n$")
        for number, (content, why) in enumerate((
                ({"runs": [], "claims": [{**RATIO, "value": "mse"}]}, "/claims/0 .*one of ratio"),
                ({"runs": [], "claims": [{**RATIO, "published": "= 3"}]}, "/claims/0 .*bound"),
                ({"runs": [], "claims": [{**RATIO, "colour": 1}]}, "/claims/0/colour .*allowed are"))):
            self.experiment(f"bad{number}", content)
            code, _, err = self.call(run_figure, "report", ["--root", str(self.folder), f"bad{number}"])
            self.assertEqual(code, 3)
            self.assertRegex(err, f"laggard-plot: {why}[^\n]*\n$")


class Pages(unittest.TestCase):
    def test_every_file_of_a_claim_is_made_by_a_run(self):
        for claims in report.experiments(report.ROOT, []):
            made = {f"results/{report.run_name(claims, run)}.h5" for run in claims.runs}
            asked = {claim["file"] for claim in claims.claims if "file" in claim}
            asked |= {file for _, file, *_ in claims.figures}
            self.assertEqual(asked - made, set(), claims.path)

    def test_the_tables_of_the_project_are_those_of_its_numbers(self):
        for claims in report.experiments(report.ROOT, []):
            page = claims.folder / "README.md"
            text = page.read_text(encoding="utf-8")
            block = report.page_block(claims, report._kept(claims))
            self.assertEqual(report.with_block(text, block, page), text,
                             f"run plotting/plot report --pages {claims.name}")


if __name__ == "__main__":
    unittest.main()
