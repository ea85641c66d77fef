// taanu keys makes what a deployment needs, and never overwrites it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/integration/cli/program.h"
#include "tests/support/temp_dir.h"

namespace taanu {
namespace {

namespace fs = std::filesystem;
using test::RunTaanu;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// What OpenSSL's own printer says of the certificate.
std::string Describe(const fs::path& path) {
  const std::string pem = test::ReadText(path);
  const std::unique_ptr<BIO, decltype(&BIO_free_all)> in(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free_all);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(
      PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr), &X509_free);
  const std::unique_ptr<BIO, decltype(&BIO_free_all)> out(BIO_new(BIO_s_mem()), &BIO_free_all);
  if (!certificate || X509_print(out.get(), certificate.get()) != 1) return "no certificate";
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<size_t>(size)};
}

class KeysTest : public ::testing::Test {
 protected:
  test::Finished Init() const {
    return RunTaanu({"keys", "init", "--out", keys().string(), "--name", "taanu.example/2026",
                     "--host", "daemon.example", "10.0.0.5"});
  }
  fs::path keys() const { return dir_.path() / "keys"; }

  test::TempDir dir_;
};

TEST_F(KeysTest, InitMakesEveryKeyPrivate) {
  const auto run = Init();
  ASSERT_EQ(run.status, 0) << run.err;
  for (const char* name : {"store.key", "audit.key", "ca.key", "server.key"}) {
    EXPECT_EQ(fs::status(keys() / name).permissions(),
              fs::perms::owner_read | fs::perms::owner_write)
        << name;
  }
  EXPECT_THAT(test::ReadText(keys() / "audit.key.pub"), StartsWith("taanu.example/2026+"));
  const std::string server = Describe(keys() / "server.pem");
  EXPECT_THAT(server, HasSubstr("DNS:daemon.example, IP Address:10.0.0.5"));
  EXPECT_THAT(server, HasSubstr("TLS Web Server Authentication"));
  EXPECT_THAT(Describe(keys() / "ca.pem"), HasSubstr("CA:TRUE, pathlen:0"));
}

TEST_F(KeysTest, InitNeverOverwritesAKey) {
  ASSERT_EQ(Init().status, 0);
  const std::string before = test::ReadText(keys() / "store.key");
  const auto again = Init();
  EXPECT_EQ(again.status, 5);
  EXPECT_THAT(again.err, HasSubstr("store.key"));
  EXPECT_EQ(test::ReadText(keys() / "store.key"), before);
  // Also where one file alone is left of them.
  for (const auto& entry : fs::directory_iterator(keys())) {
    if (entry.path().filename() != "server.pem") fs::remove(entry.path());
  }
  EXPECT_EQ(Init().status, 5);
  EXPECT_FALSE(fs::exists(keys() / "store.key"));
}

TEST_F(KeysTest, AnIssuedCertificateCarriesTheRoleThePrecinctAndTheName) {
  ASSERT_EQ(Init().status, 0);
  const auto run = RunTaanu({"keys", "issue", "--dir", keys().string(), "--role", "terminal",
                             "--name", "t-1", "--precinct", "P0001", "--json"});
  ASSERT_EQ(run.status, 0) << run.err;
  EXPECT_EQ(nlohmann::json::parse(run.out)["certificate"], (keys() / "t-1.pem").string());
  const std::string text = Describe(keys() / "t-1.pem");
  EXPECT_THAT(text, HasSubstr("URI:urn:taanu:role:terminal"));
  EXPECT_THAT(text, HasSubstr("URI:urn:taanu:name:t-1"));
  EXPECT_THAT(text, HasSubstr("URI:urn:taanu:precinct:P0001"));
  EXPECT_THAT(text, HasSubstr("TLS Web Client Authentication"));
  EXPECT_EQ(fs::status(keys() / "t-1.key").permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(KeysTest, IssueRefusesWhatWouldBeAmbiguousOrOverwrite) {
  ASSERT_EQ(Init().status, 0);
  const auto issue = [this](const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {"keys", "issue", "--dir", keys().string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunTaanu(arguments).status;
  };
  EXPECT_EQ(issue({"--role", "terminal", "--name", "t"}), 3);
  EXPECT_EQ(issue({"--role", "auditor", "--name", "a", "--precinct", "P1"}), 3);
  EXPECT_EQ(issue({"--role", "terminal", "--name", "t", "--precinct", "P1:x"}), 3);
  EXPECT_EQ(issue({"--role", "king", "--name", "a"}), 2);
  EXPECT_EQ(issue({"--role", "auditor", "--name", "../a"}), 3);
  // The authority's own key has that name.
  EXPECT_EQ(issue({"--role", "auditor", "--name", "ca"}), 5);
  EXPECT_EQ(issue({"--role", "auditor", "--name", "a"}), 0);
  EXPECT_EQ(issue({"--role", "auditor", "--name", "a"}), 5);
}

TEST_F(KeysTest, IssueWithoutAnAuthoritySaysWhereItComesFrom) {
  const auto run =
      RunTaanu({"keys", "issue", "--dir", keys().string(), "--role", "auditor", "--name", "a"});
  EXPECT_EQ(run.status, 4);
  EXPECT_THAT(run.err, HasSubstr("keys init"));
}

TEST_F(KeysTest, ABadOriginOrHostLeavesNothingBehind) {
  EXPECT_EQ(RunTaanu({"keys", "init", "--out", keys().string(), "--name", "a b"}).status, 3);
  EXPECT_EQ(
      RunTaanu({"keys", "init", "--out", keys().string(), "--name", "a", "--host", "b c"}).status,
      3);
  EXPECT_FALSE(fs::exists(keys()));
}

}  // namespace
}  // namespace taanu
