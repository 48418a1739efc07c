# Shared by the scripts of this folder; source it. Their exit codes: 0 passed, 1 failed,
# 77 skipped, with one line that says why.

skip() {
  printf 'skipped: %s\n' "$*"
  exit 77
}

fail() {
  printf 'failed: %s\n' "$*" >&2
  exit 1
}

# wait_for SECONDS COMMAND ...: until the command succeeds
wait_for() {
  patience=$1
  shift
  deadline=$(($(date +%s) + patience))
  until "$@"; do
    [ "$(date +%s)" -lt "$deadline" ] || return 1
    sleep 0.2
  done
}

# need PROGRAM=PACKAGE ...: installs what is missing where that is allowed
need() {
  missing=
  for pair in "$@"; do
    command -v "${pair%%=*}" >/dev/null || missing="$missing ${pair#*=}"
  done
  [ -n "$missing" ] || return 0
  command -v apt-get >/dev/null || skip "no apt-get, and these are missing:$missing"
  printf '== installing:%s\n' "$missing"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
    --no-install-recommends $missing; } >"$scratch/apt.log" 2>&1 ||
    skip "cannot install$missing ($(tail -n 1 "$scratch/apt.log"))"
}

find_python() {
  for candidate in "${LAGGARD_PYTHON:-}" python3 /usr/bin/python3; do
    if [ -n "$candidate" ] && "$candidate" -c 'import h5py' 2>/dev/null; then
      python=$candidate
      return
    fi
  done
  skip "no Python with h5py"
}

# Root, a scratch folder that goes with the script, the program
begin() {
  [ "$(id -u)" -eq 0 ] || skip "needs root"
  program=$(realpath -- "${LAGGARD:-build/release/laggard}" 2>/dev/null) && [ -x "$program" ] ||
    skip "no program build/release/laggard; build it, or name it in LAGGARD"
  command -v mpirun >/dev/null || skip "no mpirun"
  scratch=$(mktemp -d /tmp/laggard-cluster.XXXXXX)
  chmod 755 "$scratch"
  find_python
  export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
}
