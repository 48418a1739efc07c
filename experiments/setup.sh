# Shared by experiments/quickstart.sh and tests/run.sh: installs what is missing, builds.
# Source it from the repository root; it defines functions and runs nothing.

say() { printf '== %s\n' "$*"; }

die() {
  printf 'laggard: %s\n' "$*" >&2
  exit 1
}

packages() {
  cat <<'END'
build-essential cmake ninja-build git ccache clang-format
libopenmpi-dev openmpi-bin libeigen3-dev libhdf5-dev libcli11-dev nlohmann-json3-dev catch2
libfmt-dev librandom123-dev zlib1g-dev libmuparser-dev libtorch-dev libopenblas0-pthread libbenchmark-dev
python3 python3-numpy python3-h5py python3-matplotlib python3-scipy python3-pandas dataset-fashion-mnist
END
}

install_packages() {
  if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    say "this is not Debian or Ubuntu: nothing is installed. Needed, by Debian's names:"
    packages
    return
  fi
  missing=
  for package in $(packages); do
    status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
    [ "$status" = "install ok installed" ] || missing="$missing $package"
  done
  [ -n "$missing" ] || return 0
  say "installing:$missing"
  as_root=
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || die "packages are missing ($missing) and there is no sudo; install them as root"
    as_root=sudo
  fi
  $as_root apt-get update -qq
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    $missing >/dev/null
}

# build_preset PRESET [CMAKE_OPTION ...]
build_preset() {
  preset=$1
  shift
  say "building (preset $preset)"
  configuring=$(mktemp)
  cmake --preset "$preset" "$@" >"$configuring" 2>&1 || {
    cat "$configuring"
    rm -f "$configuring"
    die "cmake failed; the lines above say why"
  }
  rm -f "$configuring"
  cmake --build "build/$preset"
}
