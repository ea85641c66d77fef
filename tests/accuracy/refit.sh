#!/bin/sh
# refit.sh BUILD SYNTHETIC DIR...: makes the comparator's weights and calibration again, with nothing
# of FVC2002, which the report at the end is about. Each DIR holds the sets of one extractor.
#
# Weights come first, twice, since the best alignment of a pair depends on them; then the levels and
# the table, for whose tail SYNTHETIC fingers are made (4500 give ten million pairs); then the golden
# scores. Run it in the source folder, and give AlgorithmVersion() a new number.
set -eu
build=$1
synthetic=$2
shift 2
for round in 1 2; do
  cmake --build "$build" --target fit_score
  "$build/bin/fit_score" "$@" --sets fvc2000 fvc2004 --out matcher/compare/score_weights.inc
done
cmake --build "$build" --target fit_calibration
"$build/bin/fit_calibration" "$@" --fit-sets fvc2000 fvc2004 --check-sets fvc2002 \
  --synthetic "$synthetic" --out matcher/compare
cmake --build "$build" --target write_golden_scores
"$build/bin/write_golden_scores" > tests/conformance/golden_scores.csv
