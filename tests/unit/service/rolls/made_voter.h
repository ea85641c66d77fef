// Voters made from a seed, for tests of rolls in memory.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "enroll/register/register.h"
#include "matcher/codec/codec.h"
#include "tests/support/synthetic_record.h"

namespace taanu::test {

// The finger of that seed, as it is seen in that impression.
inline FingerView MadeView(uint64_t finger, uint64_t impression,
                           FingerPosition position = FingerPosition::kRightIndex) {
  const std::string record = SyntheticRecord(finger, impression, position);
  const auto read =
      DecodeTemplate(std::span(reinterpret_cast<const uint8_t*>(record.data()), record.size()));
  EXPECT_TRUE(read.has_value());
  return read->value.views.front();
}

inline KeyedReference MadeReference(uint64_t number) {
  KeyedReference voter{};
  for (size_t i = 0; i < 8; ++i) voter[i] = static_cast<uint8_t>(number >> (8 * i));
  return voter;
}

// One finger, whose seed is the voter's number.
inline EnrolledVoter MadeVoter(uint64_t number) {
  EnrolledVoter voter;
  voter.reference = MadeReference(number);
  voter.data.precinct_id = "P1";
  voter.fingers.push_back({MadeView(number, 1), "foreign"});
  return voter;
}

}  // namespace taanu::test
