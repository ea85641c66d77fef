#include "service/cli/seen_numbers.h"

#include <sodium.h>

#include <cstring>
#include <string>
#include <string_view>

namespace taanu::cli {
namespace {

// Each piece with its length before it, so that no two rows make one text.
void Add(std::string_view piece, std::string* text) {
  *text += std::to_string(piece.size());
  *text += ':';
  *text += piece;
}

std::string ContentOf(const LoadRow& row) {
  const VoterData& voter = row.voter;
  std::string text;
  Add(voter.family_name, &text);
  Add(voter.given_names, &text);
  Add(std::to_string(voter.birth_year), &text);
  Add(std::to_string(static_cast<int>(voter.sex)), &text);
  Add(voter.precinct_id, &text);
  for (const MissingFinger& finger : voter.missing_fingers) {
    Add(std::to_string(static_cast<int>(finger.position)), &text);
    Add(std::to_string(static_cast<int>(finger.reason)), &text);
  }
  for (const LoadSample& sample : row.samples) {
    Add(std::to_string(static_cast<int>(sample.position)), &text);
    Add(sample.name, &text);
    Add({reinterpret_cast<const char*>(sample.bytes.data()), sample.bytes.size()}, &text);
  }
  return text;
}

}  // namespace

SeenNumbers::SeenNumbers() {
  static_assert(crypto_shorthash_KEYBYTES == 16);
  crypto_shorthash_keygen(key_.data());
}

uint64_t SeenNumbers::Hash(const std::string& text) const {
  std::array<unsigned char, crypto_shorthash_BYTES> hash{};
  crypto_shorthash(hash.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                   key_.data());
  uint64_t value = 0;
  std::memcpy(&value, hash.data(), sizeof(value));
  return value;
}

SeenNumbers::Seen SeenNumbers::Add(const LoadRow& row) {
  const uint64_t content = Hash(ContentOf(row));
  const auto [at, added] = content_by_number_.emplace(Hash(row.voter.voter_number), content);
  if (added) return Seen::kNew;
  return at->second == content ? Seen::kSame : Seen::kOther;
}

}  // namespace taanu::cli
