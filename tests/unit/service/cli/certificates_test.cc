#include "service/cli/certificates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace taanu::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Free {
  void operator()(BIO* bio) const { BIO_free_all(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509_STORE* store) const { X509_STORE_free(store); }
  void operator()(X509_STORE_CTX* context) const { X509_STORE_CTX_free(context); }
  void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

Owned<X509> Parse(const std::string& pem) {
  const Owned<BIO> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return Owned<X509>(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
}

Owned<EVP_PKEY> ParseKey(const std::string& pem) {
  const Owned<BIO> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return Owned<EVP_PKEY>(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
}

// X509_V_OK where `leaf` is good for the purpose under `authority`.
int Verify(const KeyAndCertificate& authority, const KeyAndCertificate& leaf, int purpose) {
  const Owned<X509_STORE> store(X509_STORE_new());
  const auto root = Parse(authority.certificate_pem);
  const auto certificate = Parse(leaf.certificate_pem);
  X509_STORE_add_cert(store.get(), root.get());
  const Owned<X509_STORE_CTX> context(X509_STORE_CTX_new());
  X509_STORE_CTX_init(context.get(), store.get(), certificate.get(), nullptr);
  X509_STORE_CTX_set_purpose(context.get(), purpose);
  X509_verify_cert(context.get());
  return X509_STORE_CTX_get_error(context.get());
}

std::vector<std::string> Uris(X509* certificate) {
  const Owned<GENERAL_NAMES> names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  std::vector<std::string> uris;
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    int kind = 0;
    const auto* value = static_cast<const ASN1_STRING*>(
        GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names.get(), i), &kind));
    if (kind != GEN_URI) continue;
    uris.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(value)),
                      static_cast<size_t>(ASN1_STRING_length(value)));
  }
  return uris;
}

class CertificatesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto made = MakeAuthority("taanu.example/2026");
    ASSERT_TRUE(made.has_value()) << made.error().message;
    authority_ = std::move(*made);
  }
  KeyAndCertificate authority_;
};

TEST_F(CertificatesTest, ATerminalCarriesItsRoleNameAndPrecinct) {
  const auto client = MakeClient(authority_, {"terminal", "t-1", "P0001"}, 30);
  ASSERT_TRUE(client.has_value()) << client.error().message;
  const auto certificate = Parse(client->certificate_pem);
  EXPECT_THAT(Uris(certificate.get()), ElementsAre("urn:taanu:role:terminal", "urn:taanu:name:t-1",
                                                   "urn:taanu:precinct:P0001"));
  EXPECT_EQ(X509_check_private_key(certificate.get(), ParseKey(client->key_pem).get()), 1);
}

TEST_F(CertificatesTest, AClientIsGoodAsAClientAlone) {
  const auto client = MakeClient(authority_, {"auditor", "aigul", ""}, 30);
  ASSERT_TRUE(client.has_value());
  EXPECT_EQ(Verify(authority_, *client, X509_PURPOSE_SSL_CLIENT), X509_V_OK);
  EXPECT_NE(Verify(authority_, *client, X509_PURPOSE_SSL_SERVER), X509_V_OK);
}

TEST_F(CertificatesTest, AServerIsGoodForItsHostsAlone) {
  const auto server =
      MakeServer(authority_, "taanu.example/2026", {"daemon.example", "10.0.0.5", "2001:db8::1"});
  ASSERT_TRUE(server.has_value()) << server.error().message;
  EXPECT_EQ(Verify(authority_, *server, X509_PURPOSE_SSL_SERVER), X509_V_OK);
  EXPECT_NE(Verify(authority_, *server, X509_PURPOSE_SSL_CLIENT), X509_V_OK);
  const auto certificate = Parse(server->certificate_pem);
  EXPECT_EQ(X509_check_host(certificate.get(), "daemon.example", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_host(certificate.get(), "other.example", 0, 0, nullptr), 0);
  EXPECT_EQ(X509_check_ip_asc(certificate.get(), "10.0.0.5", 0), 1);
  EXPECT_EQ(X509_check_ip_asc(certificate.get(), "2001:db8::1", 0), 1);
  EXPECT_EQ(X509_check_ip_asc(certificate.get(), "10.0.0.6", 0), 0);
}

TEST_F(CertificatesTest, AnotherAuthorityDoesNotVouchForIt) {
  const auto other = MakeAuthority("taanu.example/2026");
  const auto client = MakeClient(authority_, {"auditor", "aigul", ""}, 30);
  ASSERT_TRUE(other.has_value() && client.has_value());
  EXPECT_NE(Verify(*other, *client, X509_PURPOSE_SSL_CLIENT), X509_V_OK);
}

TEST_F(CertificatesTest, AnEndCertificateCannotIssue) {
  const auto client = MakeClient(authority_, {"auditor", "aigul", ""}, 30);
  ASSERT_TRUE(client.has_value());
  EXPECT_EQ(X509_check_ca(Parse(client->certificate_pem).get()), 0);
  EXPECT_NE(X509_check_ca(Parse(authority_.certificate_pem).get()), 0);
}

TEST_F(CertificatesTest, SerialNumbersDiffer) {
  const auto a = MakeClient(authority_, {"auditor", "a", ""}, 30);
  const auto b = MakeClient(authority_, {"auditor", "b", ""}, 30);
  ASSERT_TRUE(a.has_value() && b.has_value());
  EXPECT_NE(ASN1_INTEGER_cmp(X509_get0_serialNumber(Parse(a->certificate_pem).get()),
                             X509_get0_serialNumber(Parse(b->certificate_pem).get())),
            0);
}

TEST_F(CertificatesTest, ANameThatCouldForgeAnotherIsRefused) {
  for (const char* name : {"", "a:b", "a b", "../a", "-a", "a/b", "a\n", "\xd0\xb0"}) {
    const auto client = MakeClient(authority_, {"terminal", name, "P1"}, 30);
    ASSERT_FALSE(client.has_value()) << name;
    EXPECT_EQ(client.error().code, ErrorCode::kBadInput);
  }
  EXPECT_FALSE(MakeClient(authority_, {"terminal", "t", "P1:role:administrator"}, 30).has_value());
  EXPECT_FALSE(MakeClient(authority_, {"terminal", std::string(65, 'a'), "P1"}, 30).has_value());
  EXPECT_TRUE(MakeClient(authority_, {"terminal", std::string(64, 'a'), "P1"}, 30).has_value());
}

TEST_F(CertificatesTest, AHostThatIsNoneIsRefused) {
  for (const char* host : {"", "a b", "host/", ".a", "a.", "10.0.0.256:1"}) {
    const auto server = MakeServer(authority_, "o", {host});
    ASSERT_FALSE(server.has_value()) << host;
    EXPECT_EQ(server.error().reason, "BAD_HOST");
  }
  EXPECT_EQ(MakeServer(authority_, "o", {}).error().reason, "NO_HOST");
}

TEST_F(CertificatesTest, ABrokenOrMixedAuthorityIsTold) {
  const auto other = MakeAuthority("other");
  ASSERT_TRUE(other.has_value());
  const KeyAndCertificate mixed{authority_.key_pem, other->certificate_pem};
  const KeyAndCertificate empty{};
  for (const auto& authority : {mixed, empty}) {
    const auto client = MakeClient(authority, {"auditor", "a", ""}, 30);
    ASSERT_FALSE(client.has_value());
    EXPECT_EQ(client.error().reason, "AUTHORITY_BROKEN");
    EXPECT_THAT(client.error().message, HasSubstr("ca.key"));
  }
}

}  // namespace
}  // namespace taanu::cli
