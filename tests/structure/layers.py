#!/usr/bin/env python3
"""Checks the layers of src: a folder includes only itself and the folders that its line in
src/CMakeLists.txt links, directly or through others, and only some may include some libraries.
`layers.py --itself` checks that broken layers are noticed."""
import pathlib
import re
import shutil
import sys
import tempfile

SOURCE = pathlib.Path(__file__).parents[2] / "src"
PLUGIN = "model/torch"  # a library of its own in the folder of another

# Which files may include what stands for a library.
LIBRARIES = {
    r"hdf5\.h": r"hdf5/",
    r"mpi\.h": r"transport/",
    r"torch/.*|ATen/.*|c10/.*": r"model/torch/",
    r"CLI/.*": r"commands/",
    r"zlib\.h": r"data/",
    r"muParser\.h": r"model/",
    r"nlohmann/.*": r"config/json\.hpp",
}
# Nothing lies above these.
TOP = {"main.cpp"}


def links(source):
    """The folders that each folder links: {"math": {"core"}, ...}."""
    text = (source / "CMakeLists.txt").read_text()
    found = {}
    for name, rest in re.findall(r"laggard_layer\((\w+)([^)]*)\)", text):
        if name != "name":
            found[name] = set(re.findall(r"laggard_(\w+)", rest))
    (rest,) = re.findall(r"target_link_libraries\(laggard_torch PRIVATE (laggard[^)]*)\)", text)
    found[PLUGIN] = set(re.findall(r"laggard_(\w+)", rest)) & set(found)
    return found


def closure(direct, name, seen=()):
    if name in seen:
        sys.exit(f"the layers go round in a circle: {' -> '.join(seen + (name,))}")
    return set().union({name}, *(closure(direct, other, seen + (name,)) for other in direct[name]))


def includes(path):
    for number, line in enumerate(path.read_text().splitlines(), 1):
        match = re.match(r'#include ([<"])([^>"]+)[>"]', line)
        if match:
            yield number, match[1] == '"', match[2]


def problems(source=SOURCE):
    direct = links(source)
    allowed = {name: closure(direct, name) for name in direct}
    folders = {path.name for path in source.iterdir() if path.is_dir()} | {PLUGIN}
    for folder in sorted(folders ^ set(direct)):
        yield f"src/{folder}: a folder without a line in src/CMakeLists.txt, or the reverse"
    for path in sorted(source.rglob("*.[ch]pp")):
        name = path.relative_to(source).as_posix()
        folder = PLUGIN if name.startswith(PLUGIN) else name.split("/")[0]
        for number, own, target in includes(path):
            where = f"src/{name}:{number}: includes {target}"
            if own and name not in TOP:
                other = target.split("/")[0]
                if "/" in target and other not in allowed.get(folder, ()):
                    yield f"{where}; src/{folder} links {', '.join(sorted(direct[folder]))}"
            if own and folder == "experiment":
                mine, theirs = name.split("/")[1:-1][:1], target.split("/")[1:-1][:1]
                if target.startswith("experiment/") and mine and theirs and mine != theirs:
                    yield f"{where}; one kind of experiment does not know another"
            if own:
                continue
            for library, users in LIBRARIES.items():
                if re.fullmatch(library, target) and not re.match(users, name):
                    yield f"{where}; only {users} includes it"


def check_itself():
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder) / "src"
        shutil.copytree(SOURCE, copy)
        for name, line in (("core/text.cpp", '"commands/command.hpp"'),
                           ("math/points.cpp", "<hdf5.h>")):
            with open(copy / name, "a") as file:
                file.write(f"#include {line}\n")
        (copy / "attic").mkdir()
        found = list(problems(copy))
        print("\n".join(found))
        sys.exit(0 if len(found) == 3 else 1)


if __name__ == "__main__":
    if sys.argv[1:] == ["--itself"]:
        check_itself()
    found = list(problems())
    print("\n".join(found) or "every include keeps to the layers")
    sys.exit(1 if found else 0)
