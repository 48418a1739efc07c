#!/usr/bin/env bash
# Checks that clang-format changes nothing. Other versions than 14 format differently: exit code 77.
set -euo pipefail
cd "$(dirname "$0")/../.."
formatter=$(command -v clang-format-14 || command -v clang-format || true)
case "$([ -n "$formatter" ] && "$formatter" --version)" in
  *'version 14.'*) ;;
  *)
    echo "there is no clang-format 14"
    exit 77
    ;;
esac
find src tests -name '*.cpp' -o -name '*.hpp' | sort | xargs "$formatter" --dry-run -Werror
