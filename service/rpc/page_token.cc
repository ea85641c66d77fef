#include "service/rpc/page_token.h"

#include <sodium.h>

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "service/rpc/status.h"

namespace taanu::rpc {
namespace {

constexpr size_t kTokenBytesMax = 512;
constexpr int kEncoding = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

KeyedReference Tag(const Vault& vault, const PageQuestion& question, std::string_view cursor) {
  // Lengths before the parts, so that no two questions give the same text.
  const std::string text = std::to_string(question.method.size()) + ":" +
                           std::string(question.method) + std::to_string(question.filter.size()) +
                           ":" + question.filter + std::string(cursor);
  return vault.Reference("page token", text);
}

Error BadToken() {
  return FieldError("page_token", "BAD_PAGE_TOKEN",
                    "must be the next_page_token of the same question; begin again without one");
}

}  // namespace

std::string MakePageToken(const Vault& vault, const PageQuestion& question,
                          std::string_view cursor) {
  const KeyedReference tag = Tag(vault, question, cursor);
  std::string plain(tag.begin(), tag.end());
  plain += cursor;
  std::string token(sodium_base64_encoded_len(plain.size(), kEncoding), '\0');
  sodium_bin2base64(token.data(), token.size(), reinterpret_cast<const uint8_t*>(plain.data()),
                    plain.size(), kEncoding);
  token.pop_back();  // the terminating zero
  return token;
}

Result<std::string> ReadPageToken(const Vault& vault, const PageQuestion& question,
                                  std::string_view token) {
  if (token.empty()) return std::string();
  if (token.size() > kTokenBytesMax) return tl::make_unexpected(BadToken());
  std::string plain(token.size(), '\0');
  size_t length = 0;
  if (sodium_base642bin(reinterpret_cast<uint8_t*>(plain.data()), plain.size(), token.data(),
                        token.size(), nullptr, &length, nullptr, kEncoding) != 0) {
    return tl::make_unexpected(BadToken());
  }
  plain.resize(length);
  if (length < std::tuple_size_v<KeyedReference>) return tl::make_unexpected(BadToken());
  const std::string cursor = plain.substr(std::tuple_size_v<KeyedReference>);
  const KeyedReference tag = Tag(vault, question, cursor);
  if (sodium_memcmp(tag.data(), plain.data(), tag.size()) != 0) {
    return tl::make_unexpected(BadToken());
  }
  return cursor;
}

}  // namespace taanu::rpc
