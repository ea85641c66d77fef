#include "service/cli/certificates.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <memory>
#include <utility>

namespace taanu::cli {
namespace {

template <auto Free>
struct Deleter {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
using BioPtr = std::unique_ptr<BIO, Deleter<BIO_free_all>>;
using BignumPtr = std::unique_ptr<BIGNUM, Deleter<BN_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using CertificatePtr = std::unique_ptr<X509, Deleter<X509_free>>;
using ExtensionPtr = std::unique_ptr<X509_EXTENSION, Deleter<X509_EXTENSION_free>>;
using NamesPtr = std::unique_ptr<GENERAL_NAMES, Deleter<GENERAL_NAMES_free>>;

constexpr size_t kPlainNameMax = 64;  // also the longest common name of RFC 5280, ub-common-name
constexpr size_t kHostMax = 253;      // RFC 1035, 2.3.4
// A random serial number of this many bits (RFC 5280, 4.1.2.2: at most 20 octets, positive).
constexpr int kSerialBits = 159;
// A terminal whose clock is a little behind takes a new certificate at once.
constexpr long kBackdatedSeconds = 3600;
constexpr long kSecondsPerDay = 86400;

tl::unexpected<Error> CryptoFailure(std::string_view step) {
  char why[256] = "no reason given";
  if (const unsigned long code = ERR_get_error(); code != 0) {
    ERR_error_string_n(code, why, sizeof why);
  }
  ERR_clear_error();
  return Fail(ErrorCode::kInternal, "CRYPTO_FAILED",
              std::string(step) + " failed in OpenSSL (" + why + "); check its configuration");
}

std::string Text(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<size_t>(size)};
}

Result<KeyAndCertificate> ToPem(EVP_PKEY* key, X509* certificate) {
  const BioPtr key_bio(BIO_new(BIO_s_secmem()));
  const BioPtr certificate_bio(BIO_new(BIO_s_mem()));
  if (!key_bio || !certificate_bio ||
      PEM_write_bio_PKCS8PrivateKey(key_bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) !=
          1 ||
      PEM_write_bio_X509(certificate_bio.get(), certificate) != 1) {
    return CryptoFailure("writing PEM");
  }
  return KeyAndCertificate{Text(key_bio.get()), Text(certificate_bio.get())};
}

// An authority as OpenSSL holds it.
struct Issuer {
  KeyPtr key;
  CertificatePtr certificate;
};

Result<Issuer> ParseIssuer(const KeyAndCertificate& pem) {
  const BioPtr key_bio(BIO_new_mem_buf(pem.key_pem.data(), static_cast<int>(pem.key_pem.size())));
  const BioPtr certificate_bio(
      BIO_new_mem_buf(pem.certificate_pem.data(), static_cast<int>(pem.certificate_pem.size())));
  // An encrypted key is refused, rather than asked a passphrase for on a terminal.
  const auto no_passphrase = [](char*, int, int, void*) { return -1; };
  Issuer issuer;
  if (key_bio) {
    issuer.key.reset(PEM_read_bio_PrivateKey(key_bio.get(), nullptr, no_passphrase, nullptr));
  }
  if (certificate_bio) {
    issuer.certificate.reset(
        PEM_read_bio_X509(certificate_bio.get(), nullptr, no_passphrase, nullptr));
  }
  ERR_clear_error();
  if (!issuer.key || !issuer.certificate ||
      X509_check_private_key(issuer.certificate.get(), issuer.key.get()) != 1) {
    ERR_clear_error();
    return Fail(ErrorCode::kBadInput, "AUTHORITY_BROKEN",
                "the authority's key and certificate cannot be read or do not belong together; "
                "restore ca.key and ca.pem from the backup");
  }
  return issuer;
}

// One subject alternative name of the kind GEN_DNS, GEN_URI or GEN_IPADD.
bool AddName(GENERAL_NAMES* names, int kind, std::string_view bytes) {
  GENERAL_NAME* name = GENERAL_NAME_new();
  ASN1_STRING* value = kind == GEN_IPADD ? ASN1_OCTET_STRING_new() : ASN1_IA5STRING_new();
  if (name == nullptr || value == nullptr ||
      ASN1_STRING_set(value, bytes.data(), static_cast<int>(bytes.size())) != 1) {
    GENERAL_NAME_free(name);
    ASN1_STRING_free(value);
    return false;
  }
  GENERAL_NAME_set0_value(name, kind, value);
  if (sk_GENERAL_NAME_push(names, name) > 0) return true;
  GENERAL_NAME_free(name);
  return false;
}

// A DNS name of letters, digits, '-' and '.', with an optional leading "*.".
bool IsHostName(std::string_view host) {
  if (host.starts_with("*.")) host.remove_prefix(2);
  if (host.empty() || host.size() > kHostMax || host.front() == '.' || host.back() == '.') {
    return false;
  }
  return std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.';
  });
}

Result<NamesPtr> HostNames(const std::vector<std::string>& hosts) {
  NamesPtr names(GENERAL_NAMES_new());
  if (!names) return CryptoFailure("making the names");
  for (const std::string& host : hosts) {
    unsigned char address[16];
    bool added = false;
    if (inet_pton(AF_INET, host.c_str(), address) == 1) {
      added = AddName(names.get(), GEN_IPADD, {reinterpret_cast<const char*>(address), 4});
    } else if (inet_pton(AF_INET6, host.c_str(), address) == 1) {
      added = AddName(names.get(), GEN_IPADD, {reinterpret_cast<const char*>(address), 16});
    } else if (IsHostName(host)) {
      added = AddName(names.get(), GEN_DNS, host);
    } else {
      return Fail(ErrorCode::kBadInput, "BAD_HOST",
                  "host '" + host + "' is neither a DNS name nor an IP address");
    }
    if (!added) return CryptoFailure("adding a host");
  }
  return names;
}

Result<NamesPtr> IdentityNames(const ClientIdentity& identity) {
  NamesPtr names(GENERAL_NAMES_new());
  if (!names || !AddName(names.get(), GEN_URI, "urn:taanu:role:" + identity.role) ||
      !AddName(names.get(), GEN_URI, "urn:taanu:name:" + identity.name) ||
      (!identity.precinct.empty() &&
       !AddName(names.get(), GEN_URI, "urn:taanu:precinct:" + identity.precinct))) {
    return CryptoFailure("making the names");
  }
  return names;
}

// A certificate in the making: the fields in order, then Sign.
class Builder {
 public:
  // Makes the key pair. `issuer` is null for a certificate that signs itself.
  static Result<Builder> Make(const Issuer* issuer) {
    Builder builder(issuer);
    builder.key_.reset(EVP_EC_gen("P-256"));
    builder.certificate_.reset(X509_new());
    if (!builder.key_ || !builder.certificate_) return CryptoFailure("making a key");
    return builder;
  }

  Status SetSerialAndValidity(int days) {
    const BignumPtr serial(BN_new());
    ASN1_INTEGER* into = X509_get_serialNumber(certificate_.get());
    if (X509_set_version(certificate_.get(), X509_VERSION_3) != 1 || !serial ||
        BN_rand(serial.get(), kSerialBits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) != 1 ||
        BN_to_ASN1_INTEGER(serial.get(), into) == nullptr ||
        X509_gmtime_adj(X509_getm_notBefore(certificate_.get()), -kBackdatedSeconds) == nullptr ||
        X509_gmtime_adj(X509_getm_notAfter(certificate_.get()), days * kSecondsPerDay) == nullptr) {
      return CryptoFailure("setting the validity");
    }
    return {};
  }

  Status SetSubject(std::string_view organization, std::string_view common_name) {
    X509* certificate = certificate_.get();
    X509_NAME* subject = X509_get_subject_name(certificate);
    X509_NAME* issuer =
        issuer_ != nullptr ? X509_get_subject_name(issuer_->certificate.get()) : subject;
    if (!AddEntry(subject, "O", organization) || !AddEntry(subject, "CN", common_name) ||
        X509_set_issuer_name(certificate, issuer) != 1 ||
        X509_set_pubkey(certificate, key_.get()) != 1) {
      return CryptoFailure("setting the subject");
    }
    return {};
  }

  Status AddExtension(int nid, const char* value) {
    X509* issuer = issuer_ != nullptr ? issuer_->certificate.get() : certificate_.get();
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate_.get(), nullptr, nullptr, 0);
    const ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value));
    if (!extension || X509_add_ext(certificate_.get(), extension.get(), -1) != 1) {
      return CryptoFailure("adding an extension");
    }
    return {};
  }

  Status AddAlternativeNames(const GENERAL_NAMES* names) {
    if (X509_add1_ext_i2d(certificate_.get(), NID_subject_alt_name,
                          const_cast<GENERAL_NAMES*>(names), 0, X509V3_ADD_DEFAULT) != 1) {
      return CryptoFailure("adding the names");
    }
    return {};
  }

  Result<KeyAndCertificate> Sign() {
    EVP_PKEY* signer = issuer_ != nullptr ? issuer_->key.get() : key_.get();
    if (X509_sign(certificate_.get(), signer, EVP_sha256()) == 0) return CryptoFailure("signing");
    return ToPem(key_.get(), certificate_.get());
  }

 private:
  explicit Builder(const Issuer* issuer) : issuer_(issuer) {}

  static bool AddEntry(X509_NAME* name, const char* field, std::string_view text) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    return X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, bytes,
                                      static_cast<int>(text.size()), -1, 0) == 1;
  }

  const Issuer* issuer_;
  KeyPtr key_;
  CertificatePtr certificate_;
};

// What the end certificates have in common.
Result<KeyAndCertificate> MakeEnd(const Issuer& issuer, std::string_view organization,
                                  std::string_view common_name, const char* usage,
                                  const GENERAL_NAMES* names, int days) {
  TAANU_ASSIGN_OR_RETURN(Builder builder, Builder::Make(&issuer));
  TAANU_RETURN_IF_ERROR(builder.SetSerialAndValidity(days));
  TAANU_RETURN_IF_ERROR(builder.SetSubject(organization, common_name));
  TAANU_RETURN_IF_ERROR(builder.AddExtension(NID_basic_constraints, "critical,CA:FALSE"));
  TAANU_RETURN_IF_ERROR(builder.AddExtension(NID_key_usage, "critical,digitalSignature"));
  TAANU_RETURN_IF_ERROR(builder.AddExtension(NID_ext_key_usage, usage));
  TAANU_RETURN_IF_ERROR(builder.AddExtension(NID_subject_key_identifier, "hash"));
  TAANU_RETURN_IF_ERROR(builder.AddExtension(NID_authority_key_identifier, "keyid:always"));
  TAANU_RETURN_IF_ERROR(builder.AddAlternativeNames(names));
  return builder.Sign();
}

Status CheckPlain(std::string_view field, std::string_view text) {
  if (IsPlainName(text)) return {};
  return Fail(ErrorCode::kBadInput, "BAD_NAME",
              std::string(field) + " '" + std::string(text) +
                  "' is not plain; use 1 to 64 of letters, digits, '.', '_' and '-', the first "
                  "neither '.' nor '-'");
}

bool IsAlphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

}  // namespace

bool IsPlainName(std::string_view text, bool slash_allowed) {
  if (text.empty() || text.size() > kPlainNameMax || text.front() == '.' || text.front() == '-') {
    return false;
  }
  return std::all_of(text.begin(), text.end(), [slash_allowed](char c) {
    return IsAlphanumeric(c) || c == '.' || c == '_' || c == '-' || (slash_allowed && c == '/');
  });
}

Result<KeyAndCertificate> MakeAuthority(std::string_view origin) {
  TAANU_ASSIGN_OR_RETURN(Builder builder, Builder::Make(nullptr));
  TAANU_RETURN_IF_ERROR(builder.SetSerialAndValidity(kAuthorityDays));
  TAANU_RETURN_IF_ERROR(builder.SetSubject(origin, "Taanu authority"));
  TAANU_RETURN_IF_ERROR(builder.AddExtension(NID_basic_constraints, "critical,CA:TRUE,pathlen:0"));
  TAANU_RETURN_IF_ERROR(builder.AddExtension(NID_key_usage, "critical,keyCertSign,cRLSign"));
  TAANU_RETURN_IF_ERROR(builder.AddExtension(NID_subject_key_identifier, "hash"));
  return builder.Sign();
}

Result<KeyAndCertificate> MakeServer(const KeyAndCertificate& authority, std::string_view origin,
                                     const std::vector<std::string>& hosts) {
  if (hosts.empty()) {
    return Fail(ErrorCode::kBadInput, "NO_HOST", "the server's certificate needs a host name");
  }
  TAANU_ASSIGN_OR_RETURN(const Issuer issuer, ParseIssuer(authority));
  TAANU_ASSIGN_OR_RETURN(const NamesPtr names, HostNames(hosts));
  return MakeEnd(issuer, origin, "taanud", "serverAuth", names.get(), kCertificateDays);
}

Result<KeyAndCertificate> MakeClient(const KeyAndCertificate& authority,
                                     const ClientIdentity& identity, int days) {
  TAANU_RETURN_IF_ERROR(CheckPlain("role", identity.role));
  TAANU_RETURN_IF_ERROR(CheckPlain("name", identity.name));
  if (!identity.precinct.empty()) TAANU_RETURN_IF_ERROR(CheckPlain("precinct", identity.precinct));
  TAANU_ASSIGN_OR_RETURN(const Issuer issuer, ParseIssuer(authority));
  TAANU_ASSIGN_OR_RETURN(const NamesPtr names, IdentityNames(identity));
  return MakeEnd(issuer, identity.role, identity.name, "clientAuth", names.get(), days);
}

}  // namespace taanu::cli
