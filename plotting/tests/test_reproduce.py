"""What reproduce.sh runs and leaves out, how it is interrupted, and which project it takes."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import unittest
import unittest.mock

from project import Project
from support import SCRIPTS
from laggard.cli import run_figure
from laggard.reproduce import main as reproduce
from test_claims import RATIO

ONE_LINE = "^laggard-plot: [^\n]*{}[^\n]*\n$"

# Runs until a signal, and then takes its time to keep what it has.
LONG = """#!/bin/sh
cd "$(dirname "$0")" || exit 1
[ "$1" = check ] && exit 0
trap 'n=0; while [ $n -lt {seconds}0 ]; do sleep .1; n=$((n + 1)); done; touch kept; exit 130' INT
touch begun
while :; do sleep .1; done
"""


def default_signals():
    """A shell in the background would have them ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Interrupt(Project):
    def begin(self, seconds):
        """Starts a run that takes so many seconds to end."""
        self.program.write_text(LONG.format(seconds=seconds))
        command = [sys.executable, str(SCRIPTS / "lib"), "--reproduce", "--root", str(self.folder), "one"]
        running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                   start_new_session=True, preexec_fn=default_signals,
                                   env={**os.environ, "LAGGARD": str(self.program)})
        self.addCleanup(running.kill)
        self.until("begun")
        return running

    def until(self, name):
        for _ in range(600):
            if (self.folder / name).exists():
                return
            time.sleep(.05)
        self.fail(f"no {name}")

    def end(self, running):
        out, err = running.communicate(timeout=30)
        self.assertEqual((running.returncode, err), (130, ""))
        self.assertTrue(out.endswith("== interrupted; the same command resumes\n"), out)

    def test_the_run_ends_first(self):
        running = self.begin(1)
        os.killpg(running.pid, signal.SIGINT)
        self.end(running)
        self.assertTrue((self.folder / "kept").exists())

    def test_a_second_signal_kills_it(self):
        running = self.begin(25)
        os.killpg(running.pid, signal.SIGINT)
        time.sleep(1)
        os.kill(running.pid, signal.SIGINT)
        self.end(running)
        self.assertFalse((self.folder / "kept").exists())

    def test_while_the_page_is_written(self):
        with unittest.mock.patch("laggard.figures.report.page_of", side_effect=KeyboardInterrupt):
            code, out, err = self.reproduce()
        self.assertEqual((code, err), (130, ""))
        self.assertTrue(out.endswith("== interrupted; the same command resumes\n"))


class LeftOut(Project):
    def setUp(self):
        super().setUp()
        self.two = self.experiment("two", {"runs": [{"config": "absent.json"}], "claims": [
            {**RATIO, "file": "results/absent.h5"},
            {"paper": "A", "what": "a number", "published": 1, "unreachable": "it takes years"}]})

    def page(self, folder="report"):
        return (self.folder / "results" / folder / "index.html").read_text().replace("&#x27;", "'")

    def test_the_page_says_why(self):
        for quick in ([], ["--quick"]):
            code, out, _ = self.reproduce("two", *quick)
            self.assertEqual(code, 0)
            self.assertIn("two/absent.json: left out: laggard: cannot read 'x'", out)
            folder = "report-quick" if quick else "report"
            why = "its run was left out: cannot read 'x' (there is no such file); fetch it"
            self.assertIn(why, self.page(folder))
            self.assertNotIn(str(self.folder), self.page(folder))  # pages are the same for everybody
            kept = json.loads((self.folder / "results" / folder / "claims.json").read_text())
            self.assertEqual([c["why"] for c in kept["two"]], [why, "it takes years"])

    def test_the_page_of_the_experiment_is_alike_everywhere(self):
        self.reproduce("two")
        self.assertIn("(it was not run)", (self.two / "measured.json").read_text())

    def test_paths_are_those_in_the_project(self):
        text = self.program.read_text().replace("'x'", f"'{self.folder.resolve()}/results/x.h5'")
        self.program.write_text(text)
        self.reproduce("two")
        self.assertIn("left out: cannot read 'results/x.h5'", self.page())

    def test_a_number_of_an_earlier_run_has_the_reason_in_a_note(self):
        (self.folder / "results").mkdir()
        (self.folder / "prepared.h5").rename(self.folder / "results/absent.h5")
        self.assertEqual(self.call(run_figure, "report", ["--root", str(self.folder), "two"])[0], 0)
        (self.folder / "results/absent.h5").unlink()
        self.reproduce("two")
        self.assertIn(">0.5<", self.page())
        self.assertIn("The run of absent.h5 was left out: cannot read 'x' (there is no such file); fetch it",
                      self.page())

    def test_a_run_that_only_a_figure_needs(self):
        self.experiment("three", {"runs": [{"config": "absent2.json"}], "claims": [],
                                  "figures": [["convergence", "results/absent2.h5"]]})
        self.reproduce("three")
        self.assertIn("The run of absent2.h5 was left out: cannot read 'x'", self.page())


class Mistakes(Project):
    def test_a_folder_that_cannot_be_made(self):
        (self.folder / "results").mkdir()
        (self.folder / "results/quick").write_text("a file")
        code, _, err = self.reproduce("--quick")
        self.assertEqual(code, 3)
        self.assertRegex(err, ONE_LINE.format("cannot make the folder '[^\n]*results/quick' .File exists.; "
                                              "make it writable, or choose another place"))
        page = ["--root", str(self.folder), "-o"]
        for place in (self.program, self.program / "below"):
            code, _, err = self.call(run_figure, "report", [*page, str(place)])
            self.assertEqual(code, 3)
            self.assertRegex(err, ONE_LINE.format(f"cannot make the folder '{place}'"))

    def test_a_page_that_cannot_be_written(self):
        (self.folder / "report/index.html").mkdir(parents=True)
        code, _, err = self.call(run_figure, "report", ["--root", str(self.folder), "-o",
                                                        str(self.folder / "report")])
        self.assertEqual(code, 3)
        self.assertRegex(err, ONE_LINE.format("cannot write [^\n]*; make it writable, or choose another place"))

    def test_a_program_that_is_none(self):
        text = self.folder / "text"
        text.write_text("no program")
        broken = self.folder / "broken"
        broken.write_text("no program")
        broken.chmod(0o755)
        for place, why in ((self.folder / "none", "is not a program .there is no such file"),
                           (self.folder, "is not a program .it is a folder"),
                           (text, "is not a program .it is not executable"),
                           (broken, "cannot run [^\n]*Exec format error")):
            self.program = place
            code, _, err = self.reproduce()
            self.assertEqual(code, 3, place)
            self.assertRegex(err, ONE_LINE.format(why))
            self.assertFalse((self.folder / "results").exists())

    def test_no_name_is_the_program_of_the_project(self):
        place = self.folder / "build/release/laggard"
        place.parent.mkdir(parents=True)
        place.write_text(self.program.read_text().replace('$(dirname "$0")', str(self.folder)))
        place.chmod(0o755)
        self.program = ""
        self.assertEqual(self.reproduce()[0], 0)

    def test_a_name_that_is_given_twice_counts_once(self):
        self.experiment("two", {"runs": [{"config": "b.json"}], "claims": [{**RATIO, "file": "results/b.h5"}]})
        code, out, _ = self.reproduce("two", "one", "two")
        self.assertEqual(code, 0)
        self.assertEqual(re.findall(r"== (\[\S+ \S+)\n", out), ["[1/2] two/b.json", "[2/2] one/a.json"])
        page = (self.folder / "results/report/index.html").read_text()
        self.assertIn("3 claims: 2 confirmed, 1 contradicted", page)

    def test_where_there_are_no_experiments(self):
        for function, *start in ((run_figure, "report"), (reproduce,)):
            place = self.folder / "elsewhere"
            code, _, err = self.call(function, *start, ["--root", str(place)])
            self.assertEqual(code, 3)
            self.assertRegex(err, ONE_LINE.format(f"there are no experiments in '{place}' .*; give --root, or "
                                                  "start it in the project"))
            self.assertFalse(place.exists())
            with self.assertRaises(SystemExit), unittest.mock.patch("sys.stdout") as out:
                function(*start, ["--help"])
            self.assertIn("--root FOLDER", out.write.call_args_list[0][0][0])

    def test_an_installed_program_takes_the_project_that_it_is_started_in(self):
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(self.folder)
        with unittest.mock.patch("laggard.figures.report.ROOT", self.folder / "elsewhere"):
            self.assertEqual(self.call(run_figure, "report", [])[0], 0)
        self.assertTrue((self.folder / "results/report/index.html").exists())


if __name__ == "__main__":
    unittest.main()
