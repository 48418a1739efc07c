#!/usr/bin/env python3
"""Writes the first files of the fuzzers' corpora: one small file of every form that a reader knows."""

import gzip
import io
import json
import pathlib
import struct
import subprocess
import tarfile
import tempfile

import h5py
import numpy as np

CORPUS = pathlib.Path(__file__).parent / "corpus"


def write(reader, name, data):
    folder = CORPUS / reader
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)


def npy(array, version=(1, 0)):
    stream = io.BytesIO()
    np.lib.format.write_array(stream, array, version=version)
    return stream.getvalue()


def hdf5(fill):
    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        fill(file)
    return stream.getvalue()


def tar(members):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, size in members:
            entry = tarfile.TarInfo(name)
            entry.size = size
            archive.addfile(entry, io.BytesIO(bytes(size)))
    return stream.getvalue()


def plain_data(file):
    file["inputs"] = np.arange(12.0).reshape(4, 3)
    file["labels"] = np.array([0, 1, 2, 1], dtype="i4")


def packed_data(file):
    data = file.create_dataset("inputs", data=np.arange(12, dtype="i2").reshape(4, 3), chunks=(2, 3),
                               compression="gzip", shuffle=True)
    data.attrs["scale_factor"] = 0.5
    data.attrs["add_offset"] = 1.0
    file["labels"] = np.zeros(4, dtype="u1")


def weights(file):
    file.attrs.update({"format": "laggard-weights", "format_version": np.uint64(1), "architecture": "mlp",
                       "parameters": '{"kind":"mlp","hidden":[2]}', "input_shape": "1x2x2",
                       "outputs": np.uint64(2), "config": "{}", "dataset": "{}", "test_accuracy": 0.5,
                       "validation_accuracy": 0.5, "fingerprint": "sha256:" + 64 * "0"})
    for name, shape in (("full1.weight", (2, 4)), ("full1.bias", (2,)), ("full2.weight", (2, 2))):
        file["tensors/" + name] = np.ones(shape, dtype="f4")


def table(**columns):
    kinds = [(name, np.asarray(values).dtype) for name, values in columns.items()]
    rows = np.zeros(len(next(iter(columns.values()))), dtype=kinds)
    for name, values in columns.items():
        rows[name] = values
    return rows


def checkpoint(file):
    file.attrs.update({"format": "laggard-checkpoint", "format_version": np.uint64(1), "config": "{}",
                       "fingerprint": "sha256:" + 64 * "0", "best_epoch": np.uint64(1)})
    numbers = ("learning_rate", "train_loss", "train_accuracy", "validation_loss", "validation_accuracy", "seconds")
    file["curves"] = table(epoch=np.array([1, 2], dtype="u4"), **{name: np.ones(2) for name in numbers})
    file["tensors/full1.bias"] = np.ones(2, dtype="f4")
    file["best/full1.bias"] = np.ones(2, dtype="f4")
    file["optimizer"] = np.zeros(4, dtype="u1")


def trace_table(file):
    file["measured"] = table(worker=np.array([0, 1], dtype="u4"), round=np.zeros(2, dtype="u4"), seconds=np.ones(2))


def repack(file, small):
    """Copies the tables without room for more rows, and what a summary does not need."""
    small.attrs.update({name: file.attrs[name] for name in ("format", "format_version", "config")})
    for name in ("points", "trials", "latency", "runs"):
        if name in file:
            small.create_dataset(name, data=file[name][:])


def results(document):
    """A small result file of the program, which has to be built."""
    root = CORPUS.parents[2]
    with tempfile.TemporaryDirectory() as folder:
        config, result = pathlib.Path(folder, "c.json"), pathlib.Path(folder, "r.h5")
        config.write_text(json.dumps(document))
        subprocess.run([root / "build/release/laggard", "run", config, "-q", "-o", result], check=True)
        with h5py.File(result) as file:
            return hdf5(lambda small: repack(file, small))


def main():
    write("json", "small.json", b'{"schemes": [{"kind": "bacc"}], "sweep": {"/workers": [8, 16]}}')
    write("json", "serving.json", json.dumps({"experiment": "serving", "trials": 2}).encode())
    write("json", "training.json", b'{"experiment": "training", "training": {"steps": 3}}')
    write("training", "short.json", b'{"network": {"kind": "mlp", "hidden": [4]}, "epochs": 2}')
    write("training", "parity.json", b'{"task": {"kind": "parity", "base": "w.h5"}, "schedule": {"kind": "cosine"}}')
    write("npy", "doubles.npy", npy(np.arange(6.0).reshape(2, 3)))
    write("npy", "fortran.npy", npy(np.asfortranarray(np.ones((3, 2, 2), dtype="<f4"))))
    write("npy", "bytes.npy", npy(np.ones((2, 4), dtype="u1"), (2, 0)))
    images = struct.pack(">IIII", 0x803, 2, 28, 28) + bytes(2 * 784)
    write("idx", "images.idx", images)
    write("idx", "images.gz", gzip.compress(images, mtime=0))
    write("labels", "labels.idx", struct.pack(">II", 0x801, 2) + bytes([1, 7]))
    write("cifar10", "two.bin", 2 * (bytes([3]) + bytes(3072)))
    archive = tar([("folder/one.bin", 600), ("two", 0), ("other", 10)])
    write("tar", "plain.tar", archive)
    write("tar", "packed.tar.gz", gzip.compress(archive, mtime=0))
    write("trace", "plain.csv", b"0,0,1.5\n1,0,2\n0,1,0.5\n1,1,3e-1\n")
    write("trace", "long.csv", b"elapsed_ms,worker,round\n3,0,0\nNA,1,0\n")
    write("trace", "finish.csv", b"worker,trial,start (s),finish (s)\n0,0,1,2\n1,0,1,4\n")
    write("trace", "wide.csv", b"round,w0,w1\n0,1,2\n1,,3\n")
    write("trace", "sacct.txt", b"JobID|Elapsed|State|\n7_0|00:01:02|COMPLETED|\n7_1|1-00:00:01|FAILED|\n")
    write("latencies", "table.csv", b"# measured\npolicy,/serving/rate,median_ms,p999_ms\nparm,270,20.5,30.8\nparm,9,,4\r\n")
    write("arrivals", "times.txt", b"0.5\n0.75\n2e0 \r\n\n2\n")
    write("hdf5", "plain.h5", hdf5(plain_data))
    write("hdf5", "packed.h5", hdf5(packed_data))
    write("weights", "mlp.h5", hdf5(weights))
    write("checkpoint", "mlp.h5", hdf5(checkpoint))
    write("trace_table", "small.h5", hdf5(trace_table))
    write("results", "approximation.h5", results({"trials": 2, "data_points": 2, "workers": 4}))
    write("results", "serving.h5", results({"experiment": "serving", "trials": 1, "serving": {"queries": 100, "warmup": 0}}))
    write("results", "training.h5", results({"experiment": "training", "trials": 1, "training": {"steps": 2}}))


if __name__ == "__main__":
    main()
