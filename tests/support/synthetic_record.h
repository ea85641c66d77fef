// Minutiae records made from a seed: fingers for tests that are about anything but images, and that
// want thousands of verifications a second.
#pragma once

#include <cstdint>
#include <string>

#include "matcher/template.h"
#include "taanu/v1/biometrics.pb.h"

namespace taanu::test {

// An ISO/IEC 19794-2:2005 record of one view: 40 minutiae of the finger `finger_seed`, seen once
// more with each `impression_seed`: moved, turned, with noise, some lost and some made up.
std::string SyntheticRecord(uint64_t finger_seed, uint64_t impression_seed,
                            FingerPosition position = FingerPosition::kUnknown);

v1::FingerSample RecordSample(uint64_t finger_seed, uint64_t impression_seed,
                              v1::FingerPosition position = v1::FINGER_POSITION_UNSPECIFIED);

}  // namespace taanu::test
