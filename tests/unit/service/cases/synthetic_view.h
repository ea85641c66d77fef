// A view of a synthetic finger, as the register keeps one.
#pragma once

#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>

#include "enroll/register/register.h"
#include "matcher/codec/codec.h"
#include "tests/support/synthetic_record.h"

namespace taanu::test {

inline FingerReference SyntheticReference(uint64_t finger, uint64_t impression,
                                          FingerPosition position) {
  const std::string record = SyntheticRecord(finger, impression, position);
  auto decoded = DecodeTemplate({reinterpret_cast<const uint8_t*>(record.data()), record.size()});
  if (!decoded) throw std::runtime_error(decoded.error().message);
  return {std::move(decoded->value.views.front()), "test"};
}

}  // namespace taanu::test
