// Makes the certificates of a deployment: a private authority, the daemon's certificate, and client
// certificates that say whom the daemon talks to.
//
// X.509 version 3 (RFC 5280) with ECDSA on P-256 and SHA-256, which every TLS 1.2 and 1.3 stack
// takes. A client certificate carries its rights as subject alternative names of the URI kind:
// urn:taanu:role:<role>, urn:taanu:name:<name> and, for a terminal, urn:taanu:precinct:<id>.
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "matcher/error.h"

namespace taanu::cli {

// Private keys are PKCS #8, certificates X.509, both as PEM text.
struct KeyAndCertificate {
  std::string key_pem;
  std::string certificate_pem;
};

// How long each holds.
inline constexpr int kAuthorityDays = 3650;
inline constexpr int kCertificateDays = 825;
inline constexpr int kCertificateDaysMax = kAuthorityDays;

// True for what may stand in a role, name or precinct: 1 to 64 of A-Z a-z 0-9 . _ and -, the first
// neither '.' nor '-', so that it needs no escape in a URN, a file name or a command line. An
// origin may have '/' as well.
bool IsPlainName(std::string_view text, bool slash_allowed = false);

// A self-signed authority that may sign only end certificates. Errors: kInternal.
Result<KeyAndCertificate> MakeAuthority(std::string_view origin);

// The daemon's, for these DNS names and IP addresses (at least one). Errors: kBadInput (a host that
// is neither, or an authority that cannot be read), kInternal.
Result<KeyAndCertificate> MakeServer(const KeyAndCertificate& authority, std::string_view origin,
                                     const std::vector<std::string>& hosts);

struct ClientIdentity {
  std::string role;
  std::string name;
  std::string precinct;  // empty for a role that is bound to none
};

// A client's. Errors: as MakeServer, and kBadInput for a name that is not plain.
Result<KeyAndCertificate> MakeClient(const KeyAndCertificate& authority,
                                     const ClientIdentity& identity, int days);

}  // namespace taanu::cli
