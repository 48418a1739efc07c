#!/usr/bin/env bash
# Measured times of codes of groups, in microseconds: per group to encode and to decode, per query to
# compute, and what encoding takes in units of one answer of the model. Medians over the trials; decoding
# counts the groups that had something to decode.
#     bash experiments/times.sh results/FILE.h5 ...
set -euo pipefail
groups="(K / k)"
encode="median(timings.encode_seconds) / $groups"
decode="median(timings.decode_seconds) / max(1, min(reconstructed, $groups))"
model="median(timings.compute_seconds) / received"
"$(dirname "$0")/../plotting/plot" table "$@" --rows scheme,k --where "k > 0" --value "groups=$groups" \
  --value "encode=1e6 * $encode" --value "decode=1e6 * $decode" --value "model=1e6 * $model" \
  --value "encode / model=$encode / ($model)"
