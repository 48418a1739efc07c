"""The reader: what the contract says, unfinished files, errors in one line."""

import fcntl
import json
import unittest
import unittest.mock

import h5py
import numpy as np
from support import Folder

from laggard import files, losses, results, series, stats, trainings
import synthetic


class Reader(Folder):
    def test_points_join_their_trials(self):
        read = results.open_results(self.write(workers=(16, 32), stragglers=(0, 2), trials=5))
        self.assertTrue(read.finished)
        self.assertEqual(len(read.points), 8)
        point = read.points[3]
        self.assertEqual((point.scheme, point.workers, point.stragglers), ("letcc", 16, 2))
        self.assertEqual(point.trials["trial"].tolist(), [0, 1, 2, 3, 4])
        self.assertEqual(set(point.trials["point"]), {3})
        self.assertEqual(point.lost, 2)
        self.assertEqual(point.parameters, {"/workers": 16, "/stragglers/count": 2})

    def test_uncoded_has_as_many_workers_as_inputs(self):
        def law(point, generator):
            return {"mse": 1.0, "received": {"uncoded": 6}.get(point["kind"], 14)}

        for schemes, version in ((("uncoded", "bacc"), 1),
                                 (({"kind": "uncoded", "active": 8}, "bacc"), 2)):
            points = results.open_results(self.write(schemes=schemes, workers=(16,), version=version,
                                                     stragglers=(2,), law=law)).points
            self.assertEqual([p.lost for p in points], [2, 2])

    def test_the_file_says_how_many_workers_are_active(self):
        path = self.write(schemes=({"kind": "new", "active": 7},), trials=1,
                          law=lambda *_: {"mse": 1.0})
        self.assertEqual({p.active for p in results.open_results(path).points}, {7})

    def test_idle_workers_of_codes_of_groups_are_not_lost(self):
        def lost(active, scheme, extra=None):
            path = self.write(schemes=("bacc", scheme), workers=(100,), stragglers=(5,), trials=2,
                              data_points=60, extra=extra, version=1,
                              law=lambda *_: {"mse": 1.0, "received": active - 5})
            return [p.lost for p in results.open_results(path).points[1::2]]

        self.assertEqual(lost(90, {"kind": "parm", "k": 2, "r": 1}), [5])
        self.assertEqual(lost(72, {"kind": "learned", "label": "conv", "k": 5, "r": 1}), [5])
        scheme = {"kind": "parm", "k": 4, "r": 1}
        self.assertEqual(lost(75, scheme, {"/schemes/1/k": [4, 3]}), [5, 10])
        # A swept scheme takes the place of the other one; k = 2 and r = 1 if it does not say.
        whole = [{"kind": "parm", "k": 3, "r": 2}, {"kind": "parm"}, {"kind": "uncoded"}]
        self.assertEqual(lost(60, scheme, {"/schemes/1": whole}), [45, 35, 5])

    def test_schemes_of_a_combination_belong_together(self):
        read = results.open_results(self.write(workers=(16, 32), stragglers=(0, 2), trials=1))
        old = results.open_results(self.write(workers=(16, 32), stragglers=(0, 2), trials=1,
                                              version=1))
        for points in (read.points, old.points):
            self.assertEqual([p.combination for p in points], [0, 0, 1, 1, 2, 2, 3, 3])
            self.assertEqual([p.position for p in points], [0, 1] * 4)

    def test_unwritten_rows_are_dropped(self):
        read = results.open_results(self.write(trials=2, fill=7))
        self.assertEqual(sum(len(p.trials) for p in read.points), 2 * len(read.points))

    def test_joined_has_a_row_per_trial(self):
        rows = results.open_results(self.write(trials=3, workers=(16,), stragglers=(2,))).joined()
        self.assertEqual(len(rows), 6)
        self.assertEqual(rows["scheme"].tolist(), ["bacc"] * 3 + ["letcc"] * 3)
        self.assertTrue((rows["received"] == 14).all())

    def test_missing_column_is_nan(self):
        point = results.open_results(self.write(trials=3)).points[0]
        self.assertTrue(np.isnan(point.column("of_a_later_version")).all())

    def test_unfinished_file_without_summary(self):
        read = results.open_results(self.write(finished=False, trials=2, skip=None))
        self.assertFalse(read.finished)
        self.assertEqual(len(read.drawn), 16)
        self.assertIn("unfinished run", series.file_notes(read, read.points))

    def test_file_being_written_can_be_read(self):
        path = self.write(trials=2)
        with h5py.File(path, "a") as held:
            held.flush()
            self.assertEqual(len(results.open_results(path).drawn), 16)

    def test_a_trial_that_is_there_twice(self):
        path = self.write(trials=3)
        with h5py.File(path, "a") as file:
            rows = file["trials"][()]
            rows[5] = rows[4]
            file["trials"][...] = rows
        with self.assertRaisesRegex(results.LaggardError, r"/trials .*damaged.*trial \d+ of point \d+ is there twice"):
            results.open_results(path)

    def test_same_label_twice_stays_apart(self):
        schemes = ("letcc", {"kind": "letcc", "lambda_decode": 1e-3})
        read = results.open_results(self.write(schemes=schemes, trials=1))
        self.assertEqual([p.scheme for p in read.points[:2]], ["letcc", "letcc (2)"])

    def test_settings_follow_the_sweep(self):
        read = results.open_results(self.write(trials=1, extra={"/noise/sigma": [0.1, 0.5]}))
        self.assertEqual(read.points[-1].setting("/noise/sigma"), 0.5)
        self.assertEqual(read.points[-1].setting("/stragglers/kind"), "random")
        self.assertEqual(read.points[1].kind, "letcc")

    def test_a_swept_object_replaces_all_of_the_configuration_s(self):
        path = self.write(trials=1, workers=(16,), stragglers=(0,), extra={
            "/wait": [{"kind": "fastest", "count": 8}, {"kind": "deadline", "seconds": 2}]})
        with h5py.File(path, "a") as file:
            config = json.loads(file.attrs["config"])
            config["wait"] = {"kind": "fastest", "count": 12}
            file.attrs["config"] = json.dumps(config)
        read = results.open_results(path)
        self.assertEqual([p.setting("/wait/count") for p in read.points[::2]], [8, None])
        read = results.open_results(self.write(trials=1, workers=(16,), stragglers=(0,), extra={
            "/stragglers": [{"kind": "bernoulli", "probability": 0.3}, {"kind": "bernoulli"}]}))
        with h5py.File(read.path, "a") as file:
            points = file["points"][()]
            points["mean_stragglers"] = [0.3 * 16] * 2 + [0.1 * 16] * 2
            file["points"][...] = points
        read = results.open_results(read.path)
        self.assertEqual([losses.loss_level(p) for p in read.points[::2]], [("p", 0.3), ("p", 0.1)])

    def test_objects_in_the_sweep_are_flattened(self):
        value = {"/stragglers": {"kind": "random", "count": 2}, "/outputs": ["x1", "x2"]}
        self.assertEqual(results.flatten_parameters(value), {
            "/stragglers/kind": "random", "/stragglers/count": 2, "/outputs": ["x1", "x2"]})


class WhileItIsWritten(Folder):
    """A read fails for a moment where a run is just writing."""

    def setUp(self):
        super().setUp()
        self.path, self.reads = self.write(trials=2), 0
        patience = unittest.mock.patch.object(files, "_PAUSE_S", 0.001)
        patience.start()
        self.addCleanup(patience.stop)

    def read(self, failures, each_time=lambda: None):
        def once(_, file):
            self.reads += 1
            each_time()
            if self.reads <= failures:
                raise OSError("Can't read data (addr overflow)")
            return len(file["points"])

        return files.opened(self.path, once)

    def lock(self, held):
        lock = open(f"{self.path}.lock", "w", encoding="utf-8")  # pylint: disable=consider-using-with
        self.addCleanup(lock.close)
        if held:
            fcntl.flock(lock, fcntl.LOCK_EX)

    def grow(self):
        with open(self.path, "ab") as file:
            file.write(b"x")

    def test_it_is_read_again(self):
        self.lock(held=True)
        self.assertEqual(self.read(9), 16)

    def test_a_file_that_changes_is_read_again(self):
        self.assertEqual(self.read(9, self.grow), 16)

    def test_one_that_nobody_writes_is_not(self):
        with self.assertRaisesRegex(results.LaggardError, "addr overflow.*; the file is damaged: take a copy"):
            self.read(9)
        self.assertEqual(self.reads, 1)

    def test_where_it_does_not_help_a_run_is_writing(self):
        busy = r"^cannot read '.*' \(a run is writing it just now\); try again, or wait until the run has ended$"
        with self.assertRaisesRegex(results.LaggardError, busy):
            self.read(99, self.grow)
        self.assertEqual(self.reads, 10)
        self.lock(held=True)
        with self.assertRaisesRegex(results.LaggardError, busy):
            self.read(99)

    def test_rows_that_are_there_twice_may_be_moved_just_now(self):
        with h5py.File(self.path, "a") as file:
            file["trials"][:] = file["trials"][0]
        with self.assertRaisesRegex(results.LaggardError, "there twice.*; remove the file"):
            results.open_results(self.path)
        self.lock(held=True)
        with self.assertRaisesRegex(results.LaggardError, "writing it just now"):
            results.open_results(self.path)

    def test_what_a_killed_run_has_left_is_no_lock(self):
        self.lock(held=False)
        with self.assertRaisesRegex(results.LaggardError, "the file is damaged"):
            self.read(99)


class Errors(Folder):
    def fails(self, path, *parts):
        with self.assertRaises(results.LaggardError) as caught:
            read = results.open_results(path)
            series.select(read)
        text = str(caught.exception)
        self.assertRegex(text, r"^[^\n]+ \([^\n]+\); [^\n]+$")
        for part in parts:
            self.assertIn(part, text)

    def test_no_file(self):
        self.fails(self.folder / "none.h5", "there is no such file")

    def test_not_hdf5(self):
        path = self.folder / "text.h5"
        path.write_text("no")
        self.fails(path, "not an HDF5 file")

    def test_truncated(self):
        path = self.write(trials=200)
        path.write_bytes(path.read_bytes()[:20000])
        self.fails(path, "cannot read", "; the file is damaged: take a copy of it, or run it anew")

    def damaged(self, read):
        with self.assertRaises(results.LaggardError) as caught:
            read()
        self.assertRegex(str(caught.exception), r"^cannot read '[^\n]+' \([^\n]+\); [^\n]+$")

    def test_positions_of_the_losses_are_pooled(self):
        path = self.write(workers=(16,), stragglers=(2,), trials=3)
        with h5py.File(path, "a") as file:
            points, trials = file["points"][()], file["trials"][()]
            trials = trials[trials["point"] < len(points)]  # without the row that was never written
            more, again = points.copy(), trials.copy()
            points["parameters"] = json.dumps({"/stragglers/workers": [0]})
            more["parameters"] = json.dumps({"/stragglers/workers": [1]})
            more["point"] += len(points)
            more["combination"] += 1
            again["point"] += len(points)
            again["mse"] *= 3
            for name, rows in (("points", (points, more)), ("trials", (trials, again))):
                kind = file[name].dtype
                del file[name]
                file.create_dataset(name, data=np.concatenate(rows).astype(kind), dtype=kind)
        read = results.open_results(path)
        chosen = series.select(read)
        self.assertEqual(len(chosen), len(read.points) // 2)
        self.assertEqual(chosen[0].trials["trial"].tolist(), list(range(6)))
        first = read.points[0].trials["mse"]
        np.testing.assert_allclose(chosen[0].trials["mse"].mean(), 2 * first.mean())
        self.assertIn("means over 2 choices of the lost workers", series.file_notes(read, chosen))
        # The two choices have the same data in a trial: three trials, and not six.
        self.assertEqual(chosen[0].own_trials.tolist(), [0, 1, 2, 0, 1, 2])
        pooled, alone = chosen[0].estimate("mse"), read.points[0].estimate("mse")
        np.testing.assert_allclose((pooled.low, pooled.high), (2 * alone.low, 2 * alone.high))
        ratio = stats.mean_of_ratios(*series.aligned(chosen[:1], chosen[:1], "mse"))
        self.assertEqual((ratio.value, ratio.used), (1, 3))
        second = series.select(read, index=read.points[-1].index)
        self.assertEqual([p.index for p in second], [read.points[-1].index])

    def test_who_was_not_used_counts_as_lost(self):
        path = synthetic.add_predictions(self.write(trials=2))
        with h5py.File(path, "a") as file:
            workers = int(file["points"]["workers"][0])
            file["predictions/0/0/used"] = np.arange(workers - 2, dtype="u4")
        read = results.open_results(path)
        self.assertEqual(read.predictions(read.points[0])["lost"].tolist(),
                         [workers - 2, workers - 1])

    def test_damage_behind_the_points(self):
        path = synthetic.add_workers(synthetic.add_predictions(self.write(trials=2)))
        read = results.open_results(path)
        whole = path.read_bytes()
        for size in (20000, 40):
            path.write_bytes(whole[:size])
            self.damaged(lambda: read.predictions(read.points[0]))
            self.damaged(lambda: read.worker_rows(read.points[0]))
        path.write_bytes(whole)
        for column in ("status", "trial"):  # KeyError, ValueError
            with h5py.File(path, "a") as file:
                rows = file["workers"][()]
                del file["workers"]
                file["workers"] = rows[[name for name in rows.dtype.names if name != column]]
            self.damaged(lambda: read.worker_rows(read.points[0]))

    def test_other_hdf5(self):
        path = self.folder / "other.h5"
        with h5py.File(path, "w") as file:
            file["x"] = [1]
        self.fails(path, "not a result of `laggard run`", "format")

    def test_format_versions(self):
        for version in (1, 2, 3):
            self.assertEqual(len(results.open_results(self.write(trials=1, version=version)).drawn), 16)
        path = self.write(trials=1)
        for version in (0, 4, 7.5, [1, 2], "2"):
            with h5py.File(path, "a") as file:
                file.attrs["format_version"] = version
            self.fails(path, "its format version is", "the plots know 1 to 3",
                       "use the plots of the laggard that wrote it")
        with h5py.File(path, "a") as file:
            del file.attrs["format_version"]
        self.fails(path, "its format version is missing")

    def test_format_versions_of_the_other_files(self):
        curves = synthetic.write_curves(self.folder / "c.h5")
        matrices = synthetic.write_matrices(self.folder / "m.h5", {"bacc": np.eye(2)})
        for path, read in ((curves, trainings.open_curves), (matrices, trainings.open_encoders)):
            read(path)
            with h5py.File(path, "a") as file:
                file.attrs["format_version"] = 4
            with self.assertRaisesRegex(results.LaggardError, "its format version is 4"):
                read(path)

    def test_other_files_of_laggard_name_their_figure(self):
        self.fails(synthetic.write_curves(self.folder / "c.h5"), "`plot curves`")
        self.fails(synthetic.write_matrices(self.folder / "m.h5", {}), "--matrices")
        surface = synthetic.write_surface(self.folder / "s.h5")
        with h5py.File(surface, "a") as file:
            file["points"] = np.array([(0, "nercc", 32, 8, 4, 0.1, "{}", "", 4, 0, 32)], synthetic.POINT)
        self.fails(surface, "it is a tuning file", "`plot surface`")

    def test_no_points(self):
        path = self.folder / "empty.h5"
        with h5py.File(path, "w") as file:
            synthetic.head(file, {"experiment": "training"})
        self.fails(path, "nothing to plot", "training")

    def test_no_trials(self):
        self.fails(self.write(trials=0), "no finished trial")

    def test_every_point_skipped(self):
        self.fails(self.write(skip=lambda *_: "S >= N"), "no finished trial", "S >= N")

    def test_missing_column(self):
        path = self.folder / "bad.h5"
        with h5py.File(path, "w") as file:
            synthetic.head(file)
            file["points"] = np.zeros(1, [("point", "u4")])
        self.fails(path, "/points", "no column scheme")


class Series(Folder):
    def lines(self, **options):
        return series.group_lines(results.open_results(self.write(trials=1, **options)).points)

    def test_other_keys_make_lines(self):
        lines = self.lines(extra={"/noise/sigma": [0.1, 0.5]})
        self.assertEqual([line.name for line in lines],
                         [r"BACC, $\sigma$ = 0.1", r"LeTCC, $\sigma$ = 0.1",
                          r"BACC, $\sigma$ = 0.5", r"LeTCC, $\sigma$ = 0.5"])
        self.assertTrue(lines[0].noisy)
        self.assertEqual(series.plain(lines[0].name), "BACC, sigma = 0.1")

    def test_constant_key_is_not_named(self):
        self.assertEqual([line.name for line in self.lines(extra={"/noise/sigma": [0.1]})],
                         ["BACC", "LeTCC"])

    def test_key_of_one_scheme_does_not_split_the_others(self):
        lines = self.lines(extra={"/schemes/1/lambda_decode": [0, 1e-3]}, workers=(16, 32))
        self.assertEqual([line.name for line in lines],
                         ["BACC", r"LeTCC, $\lambda_d$ = 0", r"LeTCC, $\lambda_d$ = 0.001"])
        self.assertEqual([len(line.points) for line in lines], [4, 4, 4])

    def test_what_moves_with_an_axis_splits_no_line(self):
        blocks = [{"/workers": 16, "/schemes": [{"kind": "bacc"}, {"kind": "letcc", "k": 2, "f": "a"}]},
                  {"/workers": 32, "/schemes": [{"kind": "letcc", "k": 3, "f": "b"}]}]
        lines = self.lines(blocks=blocks)
        self.assertEqual([(line.name, [p.workers for p in line.points]) for line in lines],
                         [("BACC", [16, 16]), ("LeTCC", [16, 32, 16, 32])])
        # Two values at one place are two lines, and so are kinds of losses.
        more = [{**b, "/workers": 16} for b in blocks]
        self.assertEqual([line.name for line in self.lines(blocks=more)],
                         ["BACC", "LeTCC, k = 2, f = a", "LeTCC, k = 3, f = b"])
        kinds = [{"/stragglers": {"kind": "random", "count": 2}},
                 {"/stragglers": {"kind": "consecutive", "count": 4}}]
        self.assertEqual([line.name for line in self.lines(blocks=kinds, schemes=("bacc",))],
                         ["BACC, stragglers kind = random", "BACC, stragglers kind = consecutive"])

    def test_lines_keep_their_names_in_every_panel(self):
        blocks = [{"/stragglers/count": 0, "/schemes/1/lambda_decode": 1},
                  {"/stragglers/count": 4, "/schemes/1/lambda_decode": 1},
                  {"/stragglers/count": 4, "/schemes/1/lambda_decode": 2}]
        points = results.open_results(self.write(trials=1, blocks=blocks)).points
        lines = series.group_lines(points)
        names = [line.name for line in lines]
        self.assertEqual(names, ["BACC", r"LeTCC, $\lambda_d$ = 1", r"LeTCC, $\lambda_d$ = 2"])
        few = series.within(lines, [p for p in points if p.stragglers == 0])
        self.assertEqual([line.name for line in few], names[:2])

    def test_select_names_what_there_is(self):
        read = results.open_results(self.write(trials=1))
        with self.assertRaisesRegex(results.LaggardError, "schemes bacc, letcc; workers 16, 32"):
            series.select(read, schemes=["nope"])


if __name__ == "__main__":
    unittest.main()
