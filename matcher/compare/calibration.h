// From a raw score to score = -10 log10(FMR).
//
// A monotone piecewise linear table, made by `fit_calibration`
// (tests/accuracy), which writes into calibration_table.inc what it was fitted
// on. Thread-safety: pure functions.
#pragma once

namespace taanu::compare {

// The calibrated score of a raw one, 0 to kScoreMax. Monotone.
double Calibrate(double raw);

}  // namespace taanu::compare
