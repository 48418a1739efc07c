"""Published numbers beside ours."""

import json
import math
import unittest

from support import Folder

from laggard import LaggardError, open_results
from laggard import claims as library, configurations
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

    def test_a_range_beside_our_interval(self):
        measured = library.Measured(2.0, 1.5, 2.5)
        for published, expected in (([1.9, 3], "confirmed"), ([2.1, 3], "undecided"), ([1, 1.9], "undecided"),
                                    ([2.6, 3], "contradicted"), ([1, 1.4], "contradicted")):
            self.assertEqual(library.verdict_of({"published": published}, measured), expected)
        self.assertEqual(library.verdict_of({"published": [1, 1.9]}, library.Measured(2.0)), "contradicted")

    def test_what_has_no_number(self):
        gone = {k: v for k, v in RATIO.items() if k not in ("ratio", "of", "to")}
        outcome = library.outcome_of({**gone, "unreachable": "no data"}, None)
        self.assertEqual((outcome.verdict, outcome.why), ("not run", "no data"))

        def absent(name):
            raise library.Absent("it is not there", "why", "what")

        self.assertEqual(library.outcome_of(RATIO, absent).verdict, "not run")
        for wrong in ({"to": "scheme == 'nobody'"}, {"of": "N > 0", "to": "N > 0"}):
            self.assertEqual(self.verdict(RATIO, **wrong), "error")
        for value in ("msee", "scheme"):
            wrong = library.outcome_of({**BASE, "value": value, "where": "scheme == 'bacc'"}, lambda _: self.results)
            self.assertEqual(wrong.verdict, "error")
            self.assertIn(value, wrong.why)

    def test_what_a_run_has_not_reached_is_no_error(self):
        results = open_results(synthetic.write(self.folder / "b.h5", workers=[16], law=law, finished=False))
        outcome = library.outcome_of({**RATIO, "of": "N == 32"}, lambda _: results)
        self.assertEqual(outcome.verdict, "not run")

    def test_no_number_is_taken_from_an_unfinished_file(self):
        results = open_results(synthetic.write(self.folder / "b.h5", workers=[16], law=law, finished=False))
        outcome = library.outcome_of(RATIO, lambda _: results)
        self.assertEqual((outcome.verdict, outcome.measured), ("not run", None))
        self.assertIn("not finished", outcome.why)

    def test_no_number_is_taken_from_another_configuration(self):
        there = self.results.config
        wanted = {**there, "trials": 999, "name": "other"}
        self.assertEqual(library.outcome_of(RATIO, lambda _: self.results, wanted).verdict, "confirmed")
        outcome = library.outcome_of(RATIO, lambda _: self.results, {**wanted, "seed": 77})
        self.assertEqual(outcome.verdict, "not run")
        self.assertIn("/seed is ", outcome.why)
        # Defaults that a file leaves out are none; lists must have the same length.
        self.assertEqual(configurations.first_difference({"a": [{"kind": "x"}]}, {"a": [{"kind": "x", "k": 2}], "b": 1}), "")
        self.assertEqual(configurations.first_difference({"a": [1, 2]}, {"a": [1]}), "/a is [1] there")

    def test_a_run_is_compared_with_what_it_sets(self):
        path = self.folder / "c.json"
        path.write_text('{"workers": 8, "schemes": [{"kind": "bacc"}]}')
        self.assertEqual(configurations.configuration(path, {"/schemes/0/kind": "letcc", "/model/kind": "mlp"}),
                         {"workers": 8, "schemes": [{"kind": "letcc"}], "model": {"kind": "mlp"}})
        for pointer in ("", "/workers/x", "/schemes/1/kind", "/schemes/x"):
            with self.assertRaisesRegex(LaggardError, "no such place"):
                configurations.configuration(path, {pointer: 1})

    def test_a_configuration_has_comments(self):
        path = self.folder / "c.json"
        path.write_text('{/* N */ "workers": 8, // eight\n "name": "a // \\" /* b */"}')
        self.assertEqual(configurations.configuration(path, {}), {"workers": 8, "name": 'a // " /* b */'})
        for wrong in ("{", "[1]", '{"a": 1 /* no end }'):
            path.write_text(wrong)
            with self.assertRaisesRegex(LaggardError, "cannot read '.*c.json'"):
                configurations.configuration(path, {})

    def test_a_bound_needs_an_interval(self):
        for measured, verdict in ((library.Measured(2.0), "undecided"), (library.Measured(2.0, 2.0, 2.0), "confirmed"),
                                  (library.Measured(0.5, 0.5, 0.5), "contradicted")):
            self.assertEqual(library.verdict_of({"published": "> 1"}, measured), verdict)
        self.assertEqual(library.verdict_of({"published": 5, "direction": "> 1"}, library.Measured(2.0)), "contradicted")

    def test_infinite_numbers_are_compared(self):
        endless, unknown = library.Measured(math.inf), library.Measured(math.nan)
        for published, expected in (("> 1", "confirmed"), ("< 1", "contradicted"), (3, "contradicted"),
                                    ([1, 2], "contradicted")):
            self.assertEqual(library.verdict_of({"published": published}, endless), expected)
            self.assertEqual(library.verdict_of({"published": published}, unknown), "undecided")
        self.assertEqual(library.verdict_of({"published": 1, "direction": "> 1"}, endless), "direction")
        half_open = library.Measured(2, 0.5, math.inf)
        self.assertEqual(library.verdict_of({"published": "> 1"}, half_open), "undecided")
        self.assertIn("not known", library.judged({"published": 1}, unknown).why)
        self.assertEqual(library.measured_text({}, endless), "inf")

    def test_a_ratio_of_times_that_never_end(self):
        def never(*schemes):
            def its(point, generator):
                return {"completion_seconds": math.inf if point["kind"] in schemes else 2.0}
            results = open_results(synthetic.write(self.folder / "never.h5", workers=[16], law=its))
            return library.outcome_of({**RATIO, "ratio": "completion_seconds", "published": "> 1"}, lambda _: results)

        self.assertEqual((never("letcc").verdict, never("letcc").measured.value), ("confirmed", math.inf))
        self.assertEqual((never("bacc").verdict, never("bacc").measured.value), ("contradicted", 0))
        self.assertEqual(never("bacc", "letcc").verdict, "undecided")

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
        self.assertEqual([o.verdict for o in back], ["undecided", "not run", "confirmed"])
        self.assertIn("newer than our numbers", back[1].why)
        # Infinite, not known, and wrong are told apart.
        odd = [library.Outcome("confirmed", library.Measured(math.inf, 0.5, math.inf)),
               library.judged({"published": 1}, library.Measured(math.nan)),
               library.Outcome("error", None, "no such column")]
        claims = [{**RATIO, "published": "> 0", "of": str(number)} for number in range(3)]
        kept = json.loads(json.dumps(library.stored(claims, odd), allow_nan=False))
        back = library.restored(claims, kept)
        self.assertEqual([back[0], back[2]], [odd[0], odd[2]])
        self.assertEqual((back[1].verdict, back[1].why), ("undecided", odd[1].why))
        self.assertEqual(library.counts_text(outcomes),
                         "3 claims: 2 confirmed, 1 not reachable or not run")


if __name__ == "__main__":
    unittest.main()
