"""Runs the command line, installed (`python -m laggard`) or from the tree (`plotting/plot`).

In the tree this folder is the package `laggard`, and plotting/figures is `laggard.figures`.
"""

import importlib.util
import sys
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent


def _become_a_package() -> None:
    spec = importlib.util.spec_from_file_location(
        "laggard", HERE / "__init__.py", submodule_search_locations=[str(HERE), str(HERE.parent)])
    sys.modules["laggard"] = importlib.util.module_from_spec(spec)
    sys.path.pop(0)  # this folder: the modules have no names at the top
    spec.loader.exec_module(sys.modules["laggard"])


def main() -> int:
    """Entry point."""
    try:
        return _main()
    except KeyboardInterrupt:  # while modules are loaded
        return 130


def _main() -> int:
    if not __package__:
        _become_a_package()
    if sys.argv[1:2] == ["--test"]:
        folder = HERE.parent / "tests"
        if not folder.is_dir():
            print(f"laggard-plot: there are no tests in '{folder.parent}' (an installed program is without them); "
                  "run them in the source tree", file=sys.stderr)
            return 3
        tests = ["discover", "-s", str(folder), *sys.argv[2:]]
        return not unittest.main(module=None, argv=["plot --test", *tests],
                                 exit=False).result.wasSuccessful()
    if sys.argv[1:2] == ["--reproduce"]:
        from laggard.reproduce import main as reproduce

        return reproduce(sys.argv[2:])
    from laggard.cli import main as run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
