// The generator's own random numbers: the same seed gives the same numbers with every compiler and
// standard library, which the distributions of <random> do not promise.
//
// Source: splitmix64 and xoshiro256** (Blackman, Vigna: "Scrambled linear pseudorandom number
// generators", ACM TOMS 47(4), 2021).
//
// Callers draw one number to a statement: C++ leaves the order in which operands and arguments are
// evaluated to the compiler, and two draws in one expression would tie the finger to it.
//
// Thread-safety: a Random belongs to one thread at a time.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace taanu::synth {

// Scrambles 64 bits; a bijection.
constexpr uint64_t Mix(uint64_t x) {
  x += 0x9E3779B97F4A7C15u;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
  return x ^ (x >> 31);
}

class Random {
 public:
  // `stream` keeps apart what is drawn for different purposes from one seed, so that a change in
  // one part of the generator leaves the other parts as they were.
  Random(uint64_t seed, uint64_t stream) {
    uint64_t state = Mix(seed) ^ Mix(~stream);
    for (uint64_t& word : state_) word = Mix(state++);
  }

  uint64_t Bits() {
    const uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }

  // In [0, 1).
  double Unit() { return static_cast<double>(Bits() >> 11) * 0x1p-53; }

  // In [low, high).
  double Range(double low, double high) { return low + (high - low) * Unit(); }

  // In [0, count), for count > 0. The bias is below count / 2^32.
  uint32_t Below(uint32_t count) {
    return static_cast<uint32_t>(((Bits() >> 32) * uint64_t{count}) >> 32);
  }

  // About normal with mean 0 and deviation 1, never beyond +-3.47: the sum of four 16-bit uniforms
  // of one draw. No finger needs the far tails, and bounds keep every shape plausible.
  double Normal() {
    const uint64_t bits = Bits();
    const auto sum = static_cast<double>((bits & 0xFFFF) + ((bits >> 16) & 0xFFFF) +
                                         ((bits >> 32) & 0xFFFF) + (bits >> 48));
    return (sum - 2 * 65535.0) * (1.7320508075688772 / 65536.0);
  }

 private:
  std::array<uint64_t, 4> state_;
};

}  // namespace taanu::synth
