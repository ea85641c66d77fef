#include "service/audit/domain_signature.h"

#include <sodium.h>

namespace taanu {

std::vector<uint8_t> BytesInDomain(std::string_view domain, std::span<const uint8_t> message) {
  std::vector<uint8_t> bytes(domain.begin(), domain.end());
  bytes.push_back(0);
  bytes.insert(bytes.end(), message.begin(), message.end());
  return bytes;
}

bool IsSignedInDomain(const note::PublicKey& key, std::string_view domain,
                      std::span<const uint8_t> message, const DomainSignature& signature) {
  const std::vector<uint8_t> bytes = BytesInDomain(domain, message);
  return crypto_sign_verify_detached(signature.data(), bytes.data(), bytes.size(), key.data()) == 0;
}

}  // namespace taanu
