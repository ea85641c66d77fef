#include "service/auth/peer.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace taanu::auth {
namespace {

Peer FromUris(const std::vector<std::string>& uris) { return PeerFromUris(uris); }

TEST(PeerTest, RolesPrecinctAndNameAreReadFromUris) {
  const Peer peer = FromUris({"urn:taanu:role:terminal", "urn:taanu:role:auditor",
                              "urn:taanu:precinct:P0001", "urn:taanu:name:terminal-7"});
  EXPECT_TRUE(peer.authenticated);
  EXPECT_FALSE(peer.local);
  EXPECT_EQ(peer.roles, (RoleSet{Role::kTerminal, Role::kAuditor}));
  EXPECT_EQ(peer.precinct_id, "P0001");
  EXPECT_EQ(peer.name, "terminal-7");
}

TEST(PeerTest, UrisThatAreNotUnderstoodGrantNothing) {
  for (const std::string uri :
       {"urn:taanu:role:", "urn:taanu:role:Terminal", "urn:taanu:role:terminal ",
        "urn:taanu:role:administrator/..", "URN:TAANU:ROLE:terminal", "https://taanu/role/terminal",
        "spiffe://taanu/terminal", ""}) {
    EXPECT_TRUE(FromUris({uri}).roles.empty()) << uri;
  }
}

TEST(PeerTest, AnAmbiguousCertificateHasNoRoleAtAll) {
  EXPECT_TRUE(
      FromUris({"urn:taanu:role:terminal", "urn:taanu:precinct:P1", "urn:taanu:precinct:P2"})
          .roles.empty());
  EXPECT_TRUE(FromUris({"urn:taanu:role:administrator", "urn:taanu:name:a", "urn:taanu:name:b"})
                  .roles.empty());
  EXPECT_TRUE(FromUris({"urn:taanu:role:administrator", "urn:taanu:name:" + std::string(65, 'x')})
                  .roles.empty());
  EXPECT_TRUE(FromUris({"urn:taanu:role:terminal", "urn:taanu:precinct:"}).roles.empty());
}

TEST(PeerTest, TheSameUriTwiceIsNotAmbiguous) {
  EXPECT_FALSE(
      FromUris({"urn:taanu:role:terminal", "urn:taanu:precinct:P1", "urn:taanu:precinct:P1"})
          .roles.empty());
}

TEST(RoleTest, NamesGoThereAndBack) {
  for (const Role role : kRoles) EXPECT_EQ(RoleFromName(RoleName(role)), role);
  EXPECT_EQ(RoleNames({}), "none");
  EXPECT_EQ(RoleNames(RoleSet::All()), "terminal,administrator,auditor,supervisor,observer");
}

}  // namespace
}  // namespace taanu::auth
