// Where a command finds the code of a slip, and the key that it is checked with.
//
// Thread-safety: for the main thread.
#pragma once

#include <string>

#include "matcher/error.h"
#include "service/audit/note.h"

namespace taanu::cli {

// The text of the code: `argument` itself where it is digits alone, as a scanner types them, or
// what the file of that name holds. Errors: those of ReadFile, with the file named.
Result<std::string> ReadSlipArgument(const std::string& argument);

// Reads the public key of an audit log, name+hash+base64. Errors: those of ReadFile, with the file
// named; kBadInput (BAD_VERIFIER_KEY).
Result<note::VerifierKey> ReadVerifierKey(const std::string& path);

}  // namespace taanu::cli
