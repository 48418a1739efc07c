#!/usr/bin/env bash
# Every scheme at N / K = 1.2, 1.25, 1.33, 1.5 and 2 on the same queries and losses. Codes of groups
# fill N = K (k + r) / k workers, so that each redundancy has its k and r; where there are no networks
# for it, a code of groups is left out.
set -euo pipefail
cd "$(dirname "$0")/../.."
source experiments/lib.sh
parity=weights/parity-lenet5-fashion code=weights/code-lenet5-fashion

parm() {  # K R [FILE ...]
  local k=$1 r=$2 files=()
  shift 2
  for file; do [ -e "$file" ] || return 0; files+=("\"$file\""); done
  printf ', {"kind": "parm", "k": %s, "r": %s, "parity": [%s]}' "$k" "$r" "$(IFS=,; echo "${files[*]}")"
}
learned() {  # ENCODER K LOSS
  local file=$code-$1-k$2-$3.h5
  [ ! -e "$file" ] || printf ', {"kind": "learned", "label": "learned %s", "k": %s, "weights": "%s"}' "$1" "$2" "$file"
}
common='{"kind": "uncoded"}, {"kind": "replication"}, {"kind": "lcc"}, {"kind": "bacc", "ordering": "path"},
  {"kind": "nercc", "ordering": "path", "lambda_encode": 0, "lambda_decode": 4.5e-12},
  {"kind": "letcc", "ordering": "path", "lambda_encode": 0, "lambda_decode": 0},
  {"kind": "letcc", "label": "letcc unordered", "lambda_encode": 0, "lambda_decode": 0}'
run() {  # N SCHEMES
  "$laggard" run experiments/all-schemes/config.json ${TRIALS:+--set "/trials=$TRIALS"} --overwrite --output "results/all-schemes-n$1.h5" \
    --set "/name=all-schemes-n$1" --set "/workers=$1" --set "/schemes=[$common$2]"
}
run 72 "$(learned mlp 5 xent-label)"
run 75 "$(parm 4 1 $parity-k4.h5)"
run 80 "$(parm 3 1 $parity-k3.h5)"
run 90 "$(parm 2 1 $parity-k2.h5)$(learned mlp 2 xent-label)$(learned conv 2 kl-base)"
run 120 "$(parm 2 2 $parity-k2.h5 $parity-k2-p1.h5)"
# The published curve codes work on probabilities: their accuracy is to be had there too.
for n in 72 90 120; do
  "$laggard" run experiments/all-schemes/config.json ${TRIALS:+--set "/trials=$TRIALS"} --overwrite \
    --output "results/all-schemes-softmax-n$n.h5" --set "/name=all-schemes-softmax-n$n" \
    --set "/workers=$n" --set /model/output=softmax --set "/schemes=[$common]"
done
plotting/plot redundancy results/all-schemes-n{72,75,80,90,120}.h5 --schemes "uncoded,replication,bacc,nercc,letcc,parm,learned mlp,learned conv" -o results/all-schemes-redundancy
