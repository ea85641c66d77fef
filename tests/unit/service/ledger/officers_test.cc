// Officers' codes on the real store: what is kept, what is counted, and when it locks.
#include "service/ledger/officers.h"

#include <gtest/gtest.h>

#include <thread>

#include "enroll/store/connection.h"
#include "tests/unit/service/ledger/election_fixture.h"

namespace taanu::test {
namespace {

using nlohmann::json;

constexpr auto kCode = "right-code-1";

class OfficersTest : public testing::Test {
 protected:
  void SetUp() override {
    election_.AddPrecinct("P1");
    election_.AddPrecinct("P2");
  }

  OfficerRequest Request(uint64_t request, const std::string& officer,
                         const std::string& precinct = "P1") const {
    return {RequestId(request), precinct, officer, election_.vault->Reference("operator", "admin")};
  }
  std::string Check(const std::string& officer, const std::string& code,
                    const std::string& precinct = "P1") {
    const Status status =
        officers_.CheckCode(precinct, officer, election_.vault->Reference("terminal", "T1"), code);
    return status ? "" : status.error().reason;
  }
  std::vector<std::string> TypesInLog() const {
    std::vector<std::string> types;
    for (const LogEntry& entry : election_.Log()) types.push_back(json::parse(entry.leaf)["type"]);
    return types;
  }
  // As if the lock had been set so long before.
  void Wait(int64_t time_us) {
    ASSERT_TRUE(election_.database->Write([&](Connection& connection) {
      return connection.Run(
          "UPDATE officer SET locked_until_us = locked_until_us - ?1 WHERE locked_until_us > 0",
          time_us);
    }));
  }

  TempFolder folder_;
  Election election_{folder_ / ""};
  OfficerList officers_{election_.database.get(), election_.vault.get()};
};

TEST_F(OfficersTest, ARightCodeIsTakenAndAWrongOneIsRefusedAndLogged) {
  EXPECT_FALSE(Election::Expect(officers_.HasAny("P1")));
  const auto added = officers_.Add(Request(1, "B. Isakov"), kCode);
  ASSERT_TRUE(added) << added.error().message;
  EXPECT_TRUE(Election::Expect(officers_.HasAny("P1")));
  EXPECT_FALSE(Election::Expect(officers_.HasAny("P2")));
  EXPECT_EQ(Check("B. Isakov", kCode), "");
  EXPECT_EQ(Check("B. Isakov", "right-code-2"), "WRONG_CODE");
  EXPECT_EQ(Check("B. Isakov", ""), "WRONG_CODE");
  EXPECT_EQ(Check("B. Isakov", std::string(1'000'000, 'x')), "WRONG_CODE");
  EXPECT_EQ(Check("G. Toktogulova", kCode), "UNKNOWN_OFFICER");
  EXPECT_EQ(Check("B. Isakov", kCode, "P2"), "UNKNOWN_OFFICER");
  EXPECT_EQ(TypesInLog(),
            (std::vector<std::string>{"precinct_created", "precinct_created", "officer_added",
                                      "officer_code_refused", "officer_code_refused",
                                      "officer_code_refused"}));
  EXPECT_EQ(json::parse(election_.Log().back().leaf)["officer"], ToHex(added->officer));
  EXPECT_TRUE(election_.RootIsThatOfTheLeaves());
}

TEST_F(OfficersTest, FiveWrongCodesLockAndEveryFurtherOneLocksAgain) {
  ASSERT_TRUE(officers_.Add(Request(1, "A"), kCode));
  for (int i = 0; i < 4; ++i) EXPECT_EQ(Check("A", "wrong-code"), "WRONG_CODE");
  EXPECT_EQ(Check("A", "wrong-code"), "CODE_LOCKED");
  const size_t log_size = election_.Log().size();
  EXPECT_EQ(Check("A", kCode), "CODE_LOCKED") << "also the right one";
  EXPECT_EQ(election_.Log().size(), log_size) << "what was not looked at is no trial";
  auto listed = Election::Expect(officers_.List("P1", std::nullopt, 10));
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed[0].failure_count, 5U);
  EXPECT_TRUE(listed[0].locked_until_us.has_value());
  EXPECT_TRUE(json::parse(election_.Log().back().leaf)["locked"].get<bool>());

  Wait(kCodeLockUs);
  EXPECT_EQ(Check("A", "wrong-code"), "CODE_LOCKED");
  Wait(kCodeLockUs);
  EXPECT_EQ(Check("A", kCode), "");
  listed = Election::Expect(officers_.List("P1", std::nullopt, 10));
  EXPECT_EQ(listed[0].failure_count, 0U);
  EXPECT_FALSE(listed[0].locked_until_us.has_value());
  for (int i = 0; i < 4; ++i) EXPECT_EQ(Check("A", "wrong-code"), "WRONG_CODE");
}

TEST_F(OfficersTest, ManyTrialsAtOnceAreNoMoreThanFive) {
  ASSERT_TRUE(officers_.Add(Request(1, "A"), kCode));
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 4; ++j) (void)Check("A", "guess-" + std::to_string(j));
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(std::ranges::count(TypesInLog(), "officer_code_refused"), kCodeTrialsMax);
  EXPECT_EQ(Check("A", kCode), "CODE_LOCKED");
}

TEST_F(OfficersTest, ANewCodeReplacesTheOldOneAndLiftsTheLock) {
  ASSERT_TRUE(officers_.Add(Request(1, "A"), kCode));
  for (int i = 0; i < 5; ++i) (void)Check("A", "wrong-code");
  ASSERT_TRUE(officers_.Add(Request(2, "A"), "new-code-2"));
  EXPECT_EQ(Check("A", kCode), "WRONG_CODE");
  EXPECT_EQ(Check("A", "new-code-2"), "");
  EXPECT_EQ(Election::Expect(officers_.List("P1", std::nullopt, 10)).size(), 1U);
}

TEST_F(OfficersTest, ARepeatedRequestGetsItsFirstAnswer) {
  const auto first = officers_.Add(Request(1, "A"), kCode);
  const auto again = officers_.Add(Request(1, "A"), kCode);
  ASSERT_TRUE(first && again);
  EXPECT_TRUE(again->replayed);
  EXPECT_EQ(again->event_index, first->event_index);
  EXPECT_EQ(officers_.Add(Request(1, "B"), kCode).error().reason, "REQUEST_ID_REUSED");
  EXPECT_EQ(officers_.Remove(Request(1, "A")).error().reason, "REQUEST_ID_REUSED");
  EXPECT_EQ(officers_.Add(Request(2, "A", "P9"), kCode).error().reason, "UNKNOWN_PRECINCT");
  EXPECT_EQ(officers_.Add(Request(2, "A"), "short").error().reason, "BAD_CODE");

  const auto removed = officers_.Remove(Request(3, "A"));
  ASSERT_TRUE(removed);
  EXPECT_TRUE(Election::Expect(officers_.Remove(Request(3, "A"))).replayed);
  EXPECT_EQ(officers_.Remove(Request(4, "A")).error().reason, "UNKNOWN_OFFICER");
  EXPECT_FALSE(Election::Expect(officers_.HasAny("P1")));
}

TEST_F(OfficersTest, NeitherIdNorCodeIsInTheFileInTheClear) {
  ASSERT_TRUE(officers_.Add(Request(1, "Clear-Name-Isakov"), "Clear-Code-4711"));
  (void)Check("Clear-Name-Isakov", "Clear-Wrong-0815");
  EXPECT_EQ(Election::Expect(officers_.List("P1", std::nullopt, 10))[0].officer_id,
            "Clear-Name-Isakov");
  std::string everything;
  ASSERT_TRUE(election_.database->Read([&](Connection& connection) -> Status {
    for (const char* sql :
         {"SELECT hex(sealed) || code_hash FROM officer", "SELECT group_concat(leaf) FROM event"}) {
      TAANU_ASSIGN_OR_RETURN(Statement row, connection.Query(sql));
      TAANU_RETURN_IF_ERROR(row.Step());
      everything += row.Text(0);
    }
    return {};
  }));
  EXPECT_NE(everything.find("$argon2id$"), std::string::npos);
  EXPECT_EQ(everything.find("Clear-"), std::string::npos);
}

}  // namespace
}  // namespace taanu::test
