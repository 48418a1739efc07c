#!/usr/bin/env python3
"""Writes the first files of the fuzzers' corpora: one small file of every form that a reader knows."""

import gzip
import io
import json
import pathlib
import struct
import tarfile

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


def main():
    write("json", "small.json", b'{"schemes": [{"kind": "bacc"}], "sweep": {"/workers": [8, 16]}}')
    write("json", "serving.json", json.dumps({"experiment": "serving", "trials": 2}).encode())
    write("json", "training.json", b'{"experiment": "training", "training": {"steps": 3}}')
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
    write("hdf5", "plain.h5", hdf5(plain_data))
    write("hdf5", "packed.h5", hdf5(packed_data))
    write("weights", "mlp.h5", hdf5(weights))


if __name__ == "__main__":
    main()
