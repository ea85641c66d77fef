// What everybody may see, from a real ledger: equal to the statistics, without anybody in it.
#include "service/observers/figures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "service/audit/note.h"
#include "service/observers/figures_json.h"
#include "service/observers/snapshot.h"
#include "service/reconcile/protocol_csv.h"
#include "tests/unit/service/ledger/election_fixture.h"

namespace taanu::observers {
namespace {

using test::Election;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kNumber = "1290519850034";  // and a digit more for each voter
constexpr const char* kName = "Zhyldyzbekova";

class ObserversFiguresTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* precinct : {"P1", "P2"}) {
      election_.AddPrecinct(precinct);
      ASSERT_TRUE(election_.Polls(true, ++request_, precinct));
    }
  }

  // A voter with a name, who may come.
  std::string Enroll(const std::string& precinct) {
    EnrollmentRecord record;
    record.data.voter_number = kNumber + std::to_string(++voters_);
    record.data.family_name = kName;
    record.data.precinct_id = precinct;
    record.fingers.resize(1);
    std::promise<Result<EnrollmentAnswer>> promise;
    Election::Expect(election_.voters->Enroll(
        record, [&](Result<EnrollmentAnswer> answer) { promise.set_value(std::move(answer)); }));
    Election::Expect(promise.get_future().get());
    return record.data.voter_number;
  }
  void Accredit(const std::string& precinct, int count) {
    for (int i = 0; i < count; ++i) {
      Election::Expect(
          election_.MakeAttempt(election_.Attempt(++request_, Enroll(precinct), precinct)));
    }
  }
  void Vouch(const std::string& precinct, int count) {
    for (int i = 0; i < count; ++i) {
      const auto answer = Election::Expect(
          election_.MakeFallback(election_.Fallback(++request_, Enroll(precinct), precinct,
                                                    rules::FallbackReason::kNoUsableFinger),
                                 {.share_max = 1, .count_max = {}}));
      ASSERT_EQ(answer.outcome, rules::Outcome::kAccreditedByFallback);
    }
  }
  void Import(const std::string& rows) {
    ProtocolImport import;
    import.request_id = test::RequestId(++request_);
    import.operator_ref = election_.vault->Reference("operator", "O1");
    import.file =
        "precinct,source,issued,spoiled,found_in_box,counted_by_machine,counted_by_hand,=X/-A,=X/"
        "B\n" +
        rows;
    reconcile::ProtocolFile file = reconcile::ReadProtocols(import.file);
    Election::Expect(file.Check());
    import.rows = std::move(file.rows);
    Election::Expect(protocols_.Import(import));
  }

  Figures Collect() { return Election::Expect(CollectFigures(sources_)); }
  std::shared_ptr<const Snapshot> Make() { return Election::Expect(MakeSnapshot(Collect(), 1)); }
  Json Document(const Snapshot& snapshot, const std::string& path) {
    return Json::parse(*snapshot.documents.at(std::string(kApi) + path).body);
  }

  test::TempFolder folder_;
  Election election_{folder_ / ""};
  ProtocolStore protocols_{election_.database.get()};
  AuditLog audit_log_{election_.database.get(), election_.signer.get()};
  Sources sources_{.ledger = election_.ledger.get(),
                   .protocols = &protocols_,
                   .audit_log = &audit_log_,
                   .fallback_limits = {.share_max = 0.5, .count_max = {}},
                   .election = "test election",
                   .utc_offset_minutes = 360,
                   .public_key = "key"};
  uint64_t request_ = 0;
  int voters_ = 0;
};

// Every object of the document, from the outside in.
void Walk(const Json& json, const std::function<void(const Json&)>& look) {
  if (json.is_object()) look(json);
  if (json.is_structured()) {
    for (const Json& member : json) Walk(member, look);
  }
}

TEST_F(ObserversFiguresTest, NobodyIsInAnyDocument) {
  Accredit("P1", 12);
  Vouch("P1", 6);
  Accredit("P2", 7);
  const std::string again = Enroll("P2");
  for (int i = 0; i < 2; ++i) {
    Election::Expect(election_.MakeAttempt(election_.Attempt(++request_, again, "P2")));
  }
  for (const char* precinct : {"P1", "P2"}) {
    Election::Expect(election_.Polls(false, ++request_, precinct));
  }
  auto correction = election_.CorrectionOf(++request_, "P1", 17);
  Election::Expect(election_.Correct(correction));
  Import("P1,machine,,,,17,,9,8\nP1,hand,17,0,17,,17,9,8\n");

  std::vector<std::string> secrets = {kNumber, kName};
  for (int i = 1; i <= voters_; ++i) {
    secrets.push_back(ToHex(election_.voters->ReferenceOf(kNumber + std::to_string(i))));
  }
  for (const char* kind : {"operator", "terminal"}) {
    for (const char* who : {"O1", "O2", "T1"}) {
      secrets.push_back(ToHex(election_.vault->Reference(kind, who)));
    }
  }
  const auto snapshot = Make();
  EXPECT_GE(snapshot->documents.size(), 17U);
  for (const std::string& secret : secrets) {
    EXPECT_THAT(*snapshot->event, Not(HasSubstr(secret)));
    for (const auto& [path, document] : snapshot->documents) {
      EXPECT_THAT(*document.body, Not(HasSubstr(secret))) << path;
    }
  }
  // The search finds what is there.
  EXPECT_THAT(*snapshot->documents.at("/api/v1/precincts/P1.json").body, HasSubstr("act 17-2026"));
}

TEST_F(ObserversFiguresTest, AreThoseOfTheStatisticsOfOneStateOfTheLog) {
  Accredit("P1", 23);
  Vouch("P1", 5);
  Accredit("P2", 9);
  const Figures figures = Collect();
  const Statistics all = Election::Expect(election_.ledger->GetStatistics(StatisticsFilter{}));
  EXPECT_EQ(figures.totals.accredited_count, 37U);
  EXPECT_EQ(figures.totals.accredited_count, all.accredited_count);
  EXPECT_EQ(figures.totals.voter_count, all.voter_count);
  EXPECT_EQ(figures.log_size, all.log_size);
  EXPECT_EQ(figures.checkpoint.log_size, figures.log_size);
  EXPECT_EQ(figures.fallbacks, 5U);
  EXPECT_EQ(figures.totals.fallbacks_max, 14U + 5U);  // half of 28 and of 9, each rounded up
  uint64_t by_hour = 0;
  for (const StatisticsCell& cell : figures.accredited_by_hour) {
    by_hour += cell.attempt_count;
    if (cell.merged) continue;
    const StatisticsFilter hour{.start_time_us = cell.hour_us,
                                .end_time_us = cell.hour_us + 3'600'000'000};
    EXPECT_EQ(Election::Expect(election_.ledger->GetStatistics(hour)).accredited_count,
              cell.attempt_count);
  }
  EXPECT_EQ(by_hour, 37U);
  EXPECT_EQ(figures.precincts.at("P1").fallbacks, 5U);
  EXPECT_EQ(figures.precincts.at("P2").fallbacks, 0U);
}

TEST_F(ObserversFiguresTest, NoCellOfFewIsToldAndTheTotalsStay) {
  Accredit("P1", 20);
  Vouch("P1", 3);
  Vouch("P2", 2);
  const auto snapshot = Make();
  const Json summary = Document(*snapshot, "summary.json");
  for (const char* count : {"accredited", "attempts", "cases"}) {
    for (const char* part : {"turnout", "methods", "attempts", "cases"}) {
      Walk(summary[part], [&](const Json& cell) {
        if (cell.contains(count) && !cell.contains("voters") && !cell.contains("merged")) {
          EXPECT_GE(cell[count].get<int>(), 5) << cell.dump();
        }
      });
    }
  }
  EXPECT_EQ(summary["turnout"]["accredited"], 25);
  EXPECT_EQ(summary["methods"]["fallback"]["under_cap"], 5);
  // Of two precincts with few, neither is told: the one would follow from the other.
  for (const char* precinct : {"P1", "P2"}) {
    const Json line = Document(*snapshot, std::string("precincts/") + precinct + ".json");
    EXPECT_TRUE(line["fallbacks"].is_null()) << precinct;
  }
  EXPECT_THAT(*snapshot->documents.at("/api/v1/precinct-hours.csv").body, HasSubstr("P2,(few),2,"));
}

TEST_F(ObserversFiguresTest, ADisputedFingerHasNoCap) {
  const std::string number = Enroll("P1");
  auto disputed = election_.Attempt(++request_, number, "P1");
  Election::Expect(election_.RecordAs(disputed, rules::Outcome::kDuplicateFinger));
  auto fallback =
      election_.Fallback(++request_, number, "P1", rules::FallbackReason::kFingerDisputed);
  fallback.fallback->disputed_request_id = disputed.request_id;
  Election::Expect(election_.MakeFallback(fallback, {}));
  Vouch("P1", 6);
  const Figures figures = Collect();
  EXPECT_EQ(figures.totals.accredited_count, 7U);
  EXPECT_EQ(figures.fallbacks, 6U);
  EXPECT_EQ(figures.precincts.at("P1").fallbacks, 6U);
  EXPECT_EQ(Document(*Make(), "summary.json")["cases"]["opened"], 1);
}

TEST_F(ObserversFiguresTest, ShowTotalsThatMovedWithTheirReasons) {
  Accredit("P1", 10);
  Election::Expect(election_.Polls(false, ++request_, "P1"));
  Import("P1,machine,,,,10,,6,4\nP1,hand,10,0,10,,10,6,4\n");
  Election::Expect(election_.Correct(election_.CorrectionOf(++request_, "P1", 9)));
  const auto snapshot = Make();
  const Json one = Document(*snapshot, "precincts/P1.json");
  EXPECT_EQ(one["polls"], "CLOSED");
  EXPECT_EQ(one["sealed"], 10);
  EXPECT_EQ(one["identified"]["count"], 9);
  EXPECT_EQ(one["state"], "DIFFERS");
  ASSERT_EQ(one["changes"].size(), 1U);
  EXPECT_EQ(one["changes"][0]["before"], 10);
  EXPECT_EQ(one["changes"][0]["after"], 9);
  EXPECT_EQ(one["changes"][0]["reason"], "UNRECORDED, act 17-2026");
  EXPECT_EQ(one["ballots"]["source"], "hand");
  EXPECT_EQ(Document(*snapshot, "reconciliation.json")["states"]["DIFFERS"], 1);
  const Json votes = Document(*snapshot, "summary.json")["preliminary"]["choices"];
  EXPECT_EQ(votes[0]["votes"], 6);
  // A contest whose name begins as a formula does not become one.
  EXPECT_THAT(*snapshot->documents.at("/api/v1/votes.csv").body, HasSubstr("'=X,'-A,6,1,0,"));
}

TEST_F(ObserversFiguresTest, TheCheckpointIsOneThatThePublicKeyVerifies) {
  Accredit("P1", 5);
  const auto snapshot = Make();
  const std::string& signed_note = *snapshot->documents.at("/api/v1/checkpoint.txt").body;
  const note::VerifierKey key{election_.signer->name(), election_.signer->public_key()};
  const auto text = note::Verify(signed_note, key);
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_EQ(note::ParseCheckpoint(*text).value().size, snapshot->log_size);
}

TEST_F(ObserversFiguresTest, TheSameFiguresHaveTheSameTagAndOthersAnother) {
  const Figures before = Collect();
  const auto tag = [](const Figures& figures) {
    return Election::Expect(MakeSnapshot(figures, 1))->documents.at("/api/v1/precincts.json").etag;
  };
  EXPECT_EQ(tag(before), tag(before));
  Accredit("P1", 1);
  EXPECT_NE(tag(before), tag(Collect()));
}

}  // namespace
}  // namespace taanu::observers
