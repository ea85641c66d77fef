#include "service/config/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace taanu {
namespace {

using testing::HasSubstr;

std::string MessageOf(const std::string& text) {
  const auto config = ParseConfig(text, "t.toml");
  return config ? "accepted" : config.error().message;
}

TEST(ConfigTest, NothingAtAllGivesTheDefaults) {
  const auto config = ParseConfig("", "t.toml");
  ASSERT_TRUE(config.has_value()) << config.error().message;
  EXPECT_EQ(config->listen.address, "");
  EXPECT_EQ(config->listen.unix_socket, "/run/taanu/taanud.sock");
  EXPECT_EQ(config->election.threshold_fmr, 0.0001);
  EXPECT_EQ(config->election.captures_max, 4);
  EXPECT_EQ(config->limits.message_mib_max, 32);
  EXPECT_EQ(config->limits.bulk_window, 256);
}

TEST(ConfigTest, ThePageForObserversIsOffUntilItIsAskedFor) {
  EXPECT_EQ(ParseConfig("", "t.toml")->observers.listen, "");
  const auto on =
      ParseConfig("[observers]\nlisten = \"127.0.0.1:8090\"\nviewers_max = 7\n", "t.toml");
  ASSERT_TRUE(on.has_value()) << on.error().message;
  EXPECT_EQ(on->observers.listen, "127.0.0.1:8090");
  EXPECT_EQ(on->observers.viewers_max, 7);
  EXPECT_THAT(MessageOf("[observers]\nlisten = \"8090\"\n"), HasSubstr("HOST:PORT"));
  EXPECT_THAT(MessageOf("[observers]\nviewers_max = 0\n"), HasSubstr("viewers_max"));
  EXPECT_THAT(MessageOf("[observers]\nport = 8090\n"), HasSubstr("not a known setting"));
}

TEST(ConfigTest, ThePrintedDefaultsAreTheDefaults) {
  const auto printed = ParseConfig(DefaultConfigText(), "default.toml");
  ASSERT_TRUE(printed.has_value()) << printed.error().message;
  const Config built_in;
  EXPECT_EQ(printed->listen.unix_socket, built_in.listen.unix_socket);
  EXPECT_EQ(printed->listen.unix_socket_mode, built_in.listen.unix_socket_mode);
  EXPECT_EQ(printed->listen.unix_socket_roles, built_in.listen.unix_socket_roles);
  EXPECT_EQ(printed->tls.ca, built_in.tls.ca);
  EXPECT_EQ(printed->tls.certificate, built_in.tls.certificate);
  EXPECT_EQ(printed->tls.key, built_in.tls.key);
  EXPECT_EQ(printed->store.database, built_in.store.database);
  EXPECT_EQ(printed->election.name, built_in.election.name);
  EXPECT_EQ(printed->election.threshold_fmr, built_in.election.threshold_fmr);
  EXPECT_EQ(printed->election.captures_max, built_in.election.captures_max);
  EXPECT_EQ(printed->election.quality_min, built_in.election.quality_min);
  EXPECT_EQ(printed->election.fallback_share_max, built_in.election.fallback_share_max);
  EXPECT_EQ(printed->election.fallback_max, built_in.election.fallback_max);
  EXPECT_EQ(printed->election.sessions_required, built_in.election.sessions_required);
  EXPECT_EQ(printed->election.duplicate_fpir, built_in.election.duplicate_fpir);
  EXPECT_EQ(printed->election.duplicate_scope, built_in.election.duplicate_scope);
  EXPECT_EQ(printed->election.tried_identities, built_in.election.tried_identities);
  EXPECT_EQ(printed->election.tried_window_seconds, built_in.election.tried_window_seconds);
  EXPECT_EQ(printed->search.rolls, built_in.search.rolls);
  EXPECT_EQ(printed->search.precincts, built_in.search.precincts);
  EXPECT_EQ(printed->limits.search_queue_max, built_in.limits.search_queue_max);
  EXPECT_EQ(printed->observers.listen, built_in.observers.listen);
  EXPECT_EQ(printed->observers.viewers_max, built_in.observers.viewers_max);
  EXPECT_EQ(printed->observers.connections_per_address_max,
            built_in.observers.connections_per_address_max);
  EXPECT_EQ(printed->limits.terminal_attempts_per_minute,
            built_in.limits.terminal_attempts_per_minute);
  EXPECT_EQ(printed->limits.terminal_attempts_burst, built_in.limits.terminal_attempts_burst);
  EXPECT_EQ(printed->limits.worker_threads, built_in.limits.worker_threads);
  EXPECT_EQ(printed->limits.verification_queue_max, built_in.limits.verification_queue_max);
  EXPECT_EQ(printed->limits.enrollment_queue_max, built_in.limits.enrollment_queue_max);
  EXPECT_EQ(printed->limits.query_queue_max, built_in.limits.query_queue_max);
  EXPECT_EQ(printed->limits.bulk_window, built_in.limits.bulk_window);
  EXPECT_EQ(printed->limits.bulk_window_mib, built_in.limits.bulk_window_mib);
  EXPECT_EQ(printed->limits.message_mib_max, built_in.limits.message_mib_max);
  EXPECT_EQ(printed->limits.streams_per_connection_max, built_in.limits.streams_per_connection_max);
  EXPECT_EQ(printed->limits.transport_memory_mib, built_in.limits.transport_memory_mib);
  EXPECT_EQ(printed->limits.drain_seconds, built_in.limits.drain_seconds);
}

TEST(ConfigTest, AKeyOrSectionThatIsNotKnownIsAnErrorWithItsLine) {
  EXPECT_THAT(MessageOf("[limits]\n\nworker_thread = 3\n"), HasSubstr("t.toml:3"));
  EXPECT_THAT(MessageOf("[limits]\n\nworker_thread = 3\n"), HasSubstr("worker_thread"));
  EXPECT_THAT(MessageOf("\n[limit]\n"), HasSubstr("t.toml:2"));
  EXPECT_THAT(MessageOf("threshold_fmr = 1\n"), HasSubstr("threshold_fmr"));
}

TEST(ConfigTest, AValueOfTheWrongTypeOrOutOfRangeIsAnErrorThatSaysWhatIsAllowed) {
  EXPECT_THAT(MessageOf("[election]\nthreshold_fmr = 0.5\n"), HasSubstr("1e-9 to 0.1"));
  EXPECT_THAT(MessageOf("[election]\nthreshold_fmr = nan\n"), HasSubstr("1e-9 to 0.1"));
  EXPECT_THAT(MessageOf("[election]\nthreshold_fmr = \"low\"\n"), HasSubstr("number"));
  EXPECT_THAT(MessageOf("[election]\ncaptures_max = 0\n"), HasSubstr("1 to 10"));
  EXPECT_THAT(MessageOf("[election]\ncaptures_max = 2.5\n"), HasSubstr("whole number"));
  EXPECT_THAT(MessageOf("[election]\nfallback_share_max = 1.1\n"), HasSubstr("0 to 1"));
  EXPECT_THAT(MessageOf("[election]\nfallback_max = -2\n"), HasSubstr("-1 to 1000000"));
  EXPECT_THAT(MessageOf("[election]\nsessions_required = 1\n"), HasSubstr("true or false"));
  EXPECT_THAT(MessageOf("[limits]\nbulk_window = 257\n"), HasSubstr("1 to 256"));
  EXPECT_THAT(MessageOf("[log]\nlevel = \"loud\"\n"), HasSubstr("\"debug\", \"info\""));
  EXPECT_THAT(MessageOf("[listen]\nunix_socket_mode = \"rw\"\n"), HasSubstr("octal"));
  EXPECT_THAT(MessageOf("[listen]\nunix_socket_mode = \"0999\"\n"), HasSubstr("octal"));
  EXPECT_THAT(MessageOf("[listen]\nunix_socket_mode = 660\n"), HasSubstr("octal"));
  EXPECT_THAT(MessageOf("[listen]\nunix_socket_roles = [\"king\"]\n"), HasSubstr("terminal"));
  EXPECT_THAT(MessageOf("[listen]\nunix_socket_roles = \"auditor\"\n"), HasSubstr("list"));
}

TEST(ConfigTest, WhatStandsOnASlipIsOneLineAndAnOffset) {
  const auto config =
      ParseConfig("[election]\nname = \"Шайлоо 2026\"\nutc_offset = \"-03:30\"\n", "t.toml");
  ASSERT_TRUE(config.has_value()) << config.error().message;
  EXPECT_EQ(config->election.utc_offset_minutes, -210);
  EXPECT_EQ(ParseConfig("[election]\nutc_offset = \"+14:00\"\n", "t")->election.utc_offset_minutes,
            14 * 60);
  for (const char* offset : {"6", "+6:00", "+06:60", "+14:01", "06:00", "+06-00", "+0a:00", ""}) {
    EXPECT_THAT(MessageOf("[election]\nutc_offset = \"" + std::string(offset) + "\"\n"),
                HasSubstr("+06:00"))
        << offset;
  }
  EXPECT_THAT(MessageOf("[election]\nname = \"two\\nlines\"\n"), HasSubstr("one line"));
  EXPECT_THAT(MessageOf("[election]\nname = \"\"\n"), HasSubstr("one line"));
}

TEST(ConfigTest, WhatIsSearchedIsTaken) {
  const auto config = ParseConfig(
      "[search]\nrolls = false\nprecincts = [\"P2\", \"P1\"]\n"
      "[election]\nduplicate_scope = \"precinct\"\nduplicate_fpir = 1e-3\n",
      "t.toml");
  ASSERT_TRUE(config.has_value()) << config.error().message;
  EXPECT_FALSE(config->search.rolls);
  EXPECT_THAT(config->search.precincts, testing::ElementsAre("P1", "P2"));
  EXPECT_EQ(config->election.duplicate_scope, DuplicateScope::kPrecinct);
  EXPECT_EQ(config->election.duplicate_fpir, 1e-3);
  EXPECT_THAT(MessageOf("[search]\nrolls = 1\n"), HasSubstr("true or false"));
  EXPECT_THAT(MessageOf("[search]\nprecincts = [\"P1\", 2]\n"), HasSubstr("list of texts"));
  EXPECT_THAT(MessageOf("[election]\nduplicate_scope = \"world\"\n"), HasSubstr("\"off\""));
  EXPECT_THAT(MessageOf("[election]\ntried_identities = 1\n"), HasSubstr("at least 2"));
}

TEST(ConfigTest, WhatIsNotTomlIsAnErrorWithItsLine) {
  EXPECT_THAT(MessageOf("[election]\nname = \n"), HasSubstr("t.toml:2"));
  EXPECT_THAT(MessageOf("[election\n"), HasSubstr("t.toml:1"));
  EXPECT_THAT(MessageOf(std::string(1 << 21, '#')), HasSubstr("1 MiB"));
}

TEST(ConfigTest, TcpWithoutTlsIsRefusedAndSoIsListeningNowhere) {
  EXPECT_THAT(MessageOf("[listen]\naddress = \"0.0.0.0:7443\"\n[tls]\nca = \"\"\n"),
              HasSubstr("without mutual TLS is refused"));
  EXPECT_THAT(MessageOf("[listen]\nunix_socket = \"\"\n"), HasSubstr("[listen]"));
  EXPECT_THAT(MessageOf("[listen]\naddress = \"localhost\"\n"), HasSubstr("HOST:PORT"));
}

TEST(ConfigTest, RolesAndModeOfTheSocketAreTaken) {
  const auto config = ParseConfig(
      "[listen]\nunix_socket_mode = \"0600\"\nunix_socket_roles = [\"auditor\", \"terminal\"]\n",
      "t.toml");
  ASSERT_TRUE(config.has_value()) << config.error().message;
  EXPECT_EQ(config->listen.unix_socket_mode, 0600U);
  EXPECT_EQ(config->listen.unix_socket_roles,
            (auth::RoleSet{auth::Role::kAuditor, auth::Role::kTerminal}));
}

TEST(ConfigTest, KeysComeFromTheSettingsThenFromSystemdThenFromEtc) {
  Config config;
  EXPECT_EQ(config.StoreKeyFile(""), "/etc/taanu/store.key");
  EXPECT_EQ(config.StoreKeyFile("/run/credentials/taanud"), "/run/credentials/taanud/store-key");
  EXPECT_EQ(config.AuditKeyFile("/run/credentials/taanud"), "/run/credentials/taanud/audit-key");
  config.store.key_file = "/srv/key";
  EXPECT_EQ(config.StoreKeyFile("/run/credentials/taanud"), "/srv/key");
}

TEST(ConfigTest, AFileThatCannotBeReadSaysSo) {
  const auto config = LoadConfig("/nowhere/taanud.toml");
  ASSERT_FALSE(config.has_value());
  EXPECT_EQ(config.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(config.error().message, HasSubstr("/nowhere/taanud.toml"));
}

}  // namespace
}  // namespace taanu
