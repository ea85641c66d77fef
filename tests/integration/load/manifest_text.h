// Manifests for tests, with samples of made-up fingers in their rows.
#pragma once

#include <cstdint>
#include <string>

namespace taanu::test {

// "base64:" and the bytes.
std::string Base64Value(const std::string& bytes);

// A line of JSON Lines: voter number `voter`, with the fingers 2 * voter and 2 * voter + 1.
std::string JsonVoter(int voter, const std::string& precinct);

// The digest that `taanu register digest` prints. Throws where it does not.
std::string DigestOf(const std::string& socket);

}  // namespace taanu::test
