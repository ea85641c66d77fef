// A voter's personal data as bytes, before they are sealed.
//
// Little-endian: version u8 | birth year u16 | sex u8 | voter number, family name and given names,
// each u16 size and UTF-8 | in version 2 the missing fingers, u8 how many (1 to 10), each position
// u8 and reason u8 | zeros up to a multiple of 64 bytes, so that the length of the sealed value
// tells little of the length of a name. A voter of whom no finger is missing is written as
// version 1. Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "enroll/register/register.h"
#include "matcher/error.h"

namespace taanu {

// `voter` has passed ValidateVoterData. The precinct is not part of it: it has a column of its own.
std::vector<uint8_t> EncodeVoterData(const VoterData& voter);

// Takes exactly what EncodeVoterData gives. Errors: kBadInput (BAD_VOTER_RECORD), kUnsupported
// (NEWER_VOTER_RECORD).
Result<VoterData> DecodeVoterData(std::span<const uint8_t> bytes);

}  // namespace taanu
