#include "tests/integration/load/manifest_text.h"

#include <sodium.h>

#include <stdexcept>

#include "tests/integration/load/taanu_command.h"
#include "tests/support/synthetic_record.h"

namespace taanu::test {

std::string Base64Value(const std::string& bytes) {
  std::string text(sodium_base64_ENCODED_LEN(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const uint8_t*>(bytes.data()),
                    bytes.size(), sodium_base64_VARIANT_ORIGINAL);
  text.pop_back();  // the zero at its end
  return "base64:" + text;
}

std::string JsonVoter(int voter, const std::string& precinct) {
  const auto finger = static_cast<uint64_t>(voter) * 2;
  const std::string number = std::to_string(100000 + voter);
  return "{\"voter_number\":\"" + number + "\",\"family_name\":\"Family " + number +
         "\",\"given_names\":\"Given\",\"birth_year\":1990,\"sex\":\"F\",\"precinct\":\"" +
         precinct + "\",\"right_index\":\"" + Base64Value(SyntheticRecord(finger, 0)) +
         "\",\"left_index\":\"" + Base64Value(SyntheticRecord(finger + 1, 0)) + "\"}\n";
}

std::string DigestOf(const std::string& socket) {
  const CommandResult result = RunTaanu(socket, {"register", "digest", "--json"});
  if (result.status != 0) throw std::runtime_error(result.output);
  return result.Json().at("digest").get<std::string>();
}

}  // namespace taanu::test
