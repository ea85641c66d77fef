// Transcendental functions that give the same bits on every machine.
//
// The C library's differ between versions and processors in the last bit, and growing ridges
// magnifies one bit into another finger. These use only +, -, *, /, floor and shifts of doubles,
// which IEEE 754 defines to the bit (the build forbids contraction to fused multiply-add). Accurate
// to about 1e-10, which is far more than the generator needs. Arguments are finite; those of Sin
// and Cos are within +-1e6.
//
// Thread-safety: pure functions.
#pragma once

namespace taanu::synth {

inline constexpr double kPi = 3.14159265358979323846;

constexpr double Radians(double degrees) { return degrees * (kPi / 180); }

double Sin(double x);
double Cos(double x);
double Exp(double x);              // 0 below -700; x is capped at 700
double Atan2(double y, double x);  // in (-pi, pi]; 0 at the origin
double Smoothstep(double x);       // 0 below 0, 1 above 1, 3x^2 - 2x^3 between

}  // namespace taanu::synth
