// Tokens of pages: opaque to the client, and believed only where this daemon made them for the same
// question (AIP-158). A token carries a keyed tag over the method, the filter and the cursor.
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "enroll/store/sealing.h"
#include "matcher/error.h"

namespace taanu::rpc {

// What a page belongs to: the same question gives the same text.
struct PageQuestion {
  std::string_view method;
  std::string filter;
};

std::string MakePageToken(const Vault& vault, const PageQuestion& question,
                          std::string_view cursor);

// The cursor; empty for an empty token, which asks for the first page. Errors: kBadInput with
// reason BAD_PAGE_TOKEN.
Result<std::string> ReadPageToken(const Vault& vault, const PageQuestion& question,
                                  std::string_view token);

}  // namespace taanu::rpc
