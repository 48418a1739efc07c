#!/usr/bin/env python3
"""Compiles each folder of src that is compiled in batches as one file, without code:
    python3 tests/structure/together.py build/release [FOLDER ...]
A new file moves others into another batch. As long as this passes, no such move can fail: names in
anonymous namespaces differ within a folder, and none hides another one.
"""
import json
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile


def command_of(command, source, includes):
    """The command of a batch for another file: syntax only, without the compiler cache."""
    words = shlex.split(command)
    words = words[next(i for i, word in enumerate(words) if re.search(r"(\+\+|cc)(-\d+)?$", word) and
                       "ccache" not in word):]
    kept = []
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word in ("-o", "-MT", "-MF"):
            skip = True
        elif word not in ("-c", "-MD") and not word.endswith(".cpp"):
            kept.append(word)
    return kept + ["-fsyntax-only", f"-I{includes}", str(source)]


def main():
    build = pathlib.Path(sys.argv[1])
    commands = json.loads((build / "compile_commands.json").read_text())
    batches = {}
    for entry in commands:
        found = re.search(r"together/(\w+)_0\.cpp$", entry["file"])
        if found and found[1] != "torch":
            batches[found[1]] = entry
    src = pathlib.Path(__file__).resolve().parents[2] / "src"
    failed = []
    with tempfile.TemporaryDirectory() as scratch:
        for folder in sys.argv[2:] or sorted(batches):
            sources = sorted(path.relative_to(src) for path in (src / folder).rglob("*.cpp")
                             if "torch" not in path.parent.parts)
            whole = pathlib.Path(scratch) / f"{folder}.cpp"
            whole.write_text("".join(f'#include "{path}"\n' for path in sources))
            entry = batches[folder]
            done = subprocess.run(command_of(entry["command"], whole, src), cwd=entry["directory"],
                                  capture_output=True, text=True)
            print(f"{folder}: {len(sources)} files, {'passed' if done.returncode == 0 else 'FAILED'}",
                  flush=True)
            if done.returncode != 0:
                failed.append(folder)
                print("\n".join(line for line in done.stderr.splitlines() if ": error:" in line))
    if failed:
        sys.exit(f"rename one of the two in: {' '.join(failed)}")


if __name__ == "__main__":
    main()
