#include "enroll/register/register_digest.h"

#include <algorithm>
#include <span>
#include <string_view>
#include <vector>

#include "enroll/register/byte_io.h"
#include "enroll/register/finger_codec.h"
#include "enroll/register/voter_codec.h"

namespace taanu {
namespace {

using Hash = std::array<uint8_t, 32>;

// The halves are hashes under domains of their own.
Hash HashOf(const Vault& vault, std::string_view low_domain, std::string_view high_domain,
            const std::vector<uint8_t>& bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const KeyedReference low = vault.Reference(low_domain, text);
  const KeyedReference high = vault.Reference(high_domain, text);
  Hash hash{};
  std::ranges::copy(low, hash.begin());
  std::ranges::copy(high, hash.begin() + low.size());
  return hash;
}

void PutBytes(std::vector<uint8_t>* out, std::span<const uint8_t> bytes) {
  PutInt(out, static_cast<uint32_t>(bytes.size()));
  out->insert(out->end(), bytes.begin(), bytes.end());
}

Status PutFingers(std::vector<uint8_t>* out, const std::vector<FingerReference>& fingers) {
  PutInt(out, static_cast<uint32_t>(fingers.size()));
  for (const FingerReference& finger : fingers) {
    TAANU_ASSIGN_OR_RETURN(const std::vector<uint8_t> view, EncodeFingerView(finger.view));
    PutBytes(out, view);
    PutText(out, finger.extractor_version);
  }
  return {};
}

// The order in which missing fingers were named means nothing.
VoterData Canonical(VoterData data) {
  std::ranges::sort(data.missing_fingers, {}, &MissingFinger::position);
  return data;
}

}  // namespace

Status RegisterDigest::Add(const EnrolledVoter& voter) {
  std::vector<uint8_t> bytes;
  PutBytes(&bytes, EncodeVoterData(Canonical(voter.data)));
  PutText(&bytes, voter.data.precinct_id);
  PutInt(&bytes, voter.inactive ? static_cast<uint8_t>(*voter.inactive) : uint8_t{0});
  TAANU_RETURN_IF_ERROR(PutFingers(&bytes, voter.fingers));
  TAANU_RETURN_IF_ERROR(PutFingers(&bytes, voter.superseded));
  const Hash hash =
      HashOf(*vault_, "register digest, voter, low", "register digest, voter, high", bytes);
  ByteReader words(hash);
  uint64_t carry = 0;
  for (uint64_t& word : sum_) {
    const auto added = words.Int<uint64_t>();
    const uint64_t partial = word + added;
    const uint64_t total = partial + carry;
    // At most one of the two additions wraps.
    carry = (partial < added || total < partial) ? 1 : 0;
    word = total;
  }
  ++voter_count_;
  reference_count_ += voter.fingers.size();
  return {};
}

std::string RegisterDigest::Hex() const {
  std::vector<uint8_t> bytes;
  for (const uint64_t word : sum_) PutInt(&bytes, word);
  PutInt(&bytes, voter_count_);
  PutInt(&bytes, reference_count_);
  return ToHex(HashOf(*vault_, "register digest, low", "register digest, high", bytes));
}

}  // namespace taanu
