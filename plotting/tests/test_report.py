"""The report: runs, pages and mistakes."""

import json
import re
import unittest

from project import Project
from laggard.cli import run_figure
from laggard.figures import report
from test_claims import RATIO


class Report(Project):
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
        self.assertIn("| A | a number | 0.5 | 0.5 | confirmed |", text)
        self.assertIn("2 claims: 1 confirmed, 1 contradicted.", text)
        self.assertTrue(text.endswith("Remarks.\n"))
        self.call(run_figure, "report", pages)
        self.assertEqual(page.read_text(), text)
        # A machine that has not run it keeps the numbers.
        (self.folder / "results/a.h5").unlink()
        self.call(run_figure, "report", ["--root", str(self.folder)])
        report_page = (self.folder / "results/report/index.html").read_text()
        self.assertIn(">0.5<", report_page)
        self.assertIn("2 numbers of an earlier run: there is no result file that is finished and of this configuration.", report_page)
        self.call(run_figure, "report", pages)
        self.assertEqual(page.read_text(), text)

    def test_a_quick_run_leaves_the_numbers_alone(self):
        code, _, err = self.reproduce("--quick", "one")
        self.assertEqual(code, 0, err)
        self.assertIn("results/quick/a.h5 --set /trials=2", self.calls()[-1])
        self.assertIn("quick run", (self.folder / "results/report-quick/index.html").read_text())
        self.assertFalse((self.folder / "experiments/one/measured.json").exists())

    def test_mistakes_are_one_line(self):
        self.experiment("three", {"runs": [{"config": "wrong.json"}], "claims": []})
        for arguments, why in ((["four"], "experiment 'four' has no claims.json .*one, three"),
                               (["three"], "configuration of three/wrong.json does not pass")):
            code, _, err = self.reproduce(*arguments)
            self.assertEqual(code, 3)
            self.assertRegex(err, f"^laggard-plot: [^\n]*{why}[^\n]*\n$")
        self.mistakes(({"claims": [{**RATIO, "value": "mse"}]}, "/claims/0 .*one of ratio"),
                      ({"claims": [{**RATIO, "colour": 1}]}, "/claims/0/colour .*allowed are"),
                      ({"claims": ["a"]}, "/claims/0 .*not an object"),
                      ({"claims": {}}, "/claims .*not a list"),
                      ({"claim": []}, "/claim .*allowed are claims"),
                      ({"figures": [["convergence"]]}, "/figures/0 .*a figure, its file"),
                      ({"figures": [["convergence", 3]]}, "/figures/0 .*list of texts"),
                      ({"figures": [["table", "results/a.h5"]]}, "/figures/0/0 .*allowed are accuracy"),
                      ({"runs": [{"seconds": 3}]}, "/runs/0/config .*missing"),
                      ({"runs": [{"config": "none.json"}]}, "/runs/0/config .*no such file"),
                      ({"runs": [{"config": "a.json", "ranks": 0}]}, "/runs/0/ranks .*above 0"),
                      ({"runs": [{"config": "a.json", "set": []}]}, "/runs/0/set .*object"))

    def test_wrong_options_of_a_figure_are_one_line(self):
        for option in ("--none", "--columns=x", "--help"):
            self.experiment(f"with{option}", {"runs": [{"config": "a.json"}],
                                              "figures": [["convergence", "results/a.h5", option]]})
            code, _, err = self.reproduce(f"with{option}")
            self.assertEqual(code, 3)
            self.assertRegex(err, "^laggard-plot: /figures/0 of '[^\n]*claims.json' is wrong [^\n]*\n$")

    def test_wrong_members_of_a_claim_are_one_line(self):
        without = {key: value for key, value in RATIO.items() if key != "to"}
        value = {"paper": "A", "what": "a number", "published": 1, "value": "mse"}
        wrong = [({**RATIO, name: content}, f"/claims/0/{name} ") for name, contents in (
            ("published", ("= 3", None, [1], [2, 1], True, float("inf"), "< inf")),
            ("tolerance", ("x", -5)), ("direction", (1, "above")), ("ratio", ("size", 3)),
            ("of", (3, "N ==")), ("file", (None, "")), ("what", (1,)))
                 for content in contents]
        wrong += [(without, "/claims/0/to .*missing"), (value, "/claims/0/file .*missing"),
                  ({**value, "file": "results/a.h5", "where": 3}, "/claims/0/where .*text"),
                  ({**value, "file": "results/a.h5", "value": "mse +"}, "/claims/0/value .*formula"),
                  ({"paper": "A", "what": "w", "published": 1, "file": "results/a.h5", "slope": "K"}, "/claims/0/slope ")]
        self.mistakes(*(({"claims": [claim]}, why) for claim, why in wrong))

    def mistakes(self, *cases):
        for number, (content, why) in enumerate(cases):
            folder = self.folder / "experiments/bad"
            folder.mkdir(exist_ok=True)
            (folder / "README.md").touch()
            (folder / "a.json").write_text("{}")
            (folder / "claims.json").write_text(json.dumps(content))
            code, _, err = self.call(run_figure, "report", ["--root", str(self.folder), "bad"])
            self.assertEqual(code, 3, content)
            self.assertRegex(err, f"^laggard-plot: {why}[^\n]*\n$")

    def test_an_experiment_needs_a_page(self):
        (self.folder / "experiments/one/README.md").unlink()
        code, _, err = self.call(run_figure, "report", ["--root", str(self.folder)])
        self.assertEqual(code, 3)
        self.assertRegex(err, r"^laggard-plot: '[^\n]*one/README.md' is not there[^\n]*\n$")

    def test_a_claim_that_cannot_be_read_is_an_error(self):
        value = {key: RATIO[key] for key in ("paper", "what", "published", "file")}
        self.experiment("two", {"runs": [{"config": "a.json"}], "claims": [
            {**value, "value": "msee"}, {**value, "value": "mse", "where": "N == 17"}, RATIO]})
        code, _, err = self.reproduce()
        self.assertEqual(code, 3)
        self.assertRegex(err, "laggard-plot: 2 claims cannot be read .*two: .*msee")
        page = (self.folder / "results/report/index.html").read_text()
        self.assertIn("5 claims: 2 confirmed, 1 contradicted, 2 that cannot be read", page)
        self.assertIn("there is no &#x27;msee&#x27;", page)
        self.assertIn("none has N == 17", page)
        pages = ["--root", str(self.folder), "--pages"]
        self.assertEqual(self.call(run_figure, "report", pages)[0], 0)
        text = (self.folder / "experiments/two/README.md").read_text()
        self.assertEqual(text.count("| error |"), 2)
        self.assertIn("3 claims: 1 confirmed, 2 that cannot be read.", text)


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
