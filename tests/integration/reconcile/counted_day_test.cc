// A whole small election from opening to the report: 30 precincts, a day of voters with duplicates,
// fallbacks, a take-over and a correction after closing, and counts with three planted differences.
// The report finds these three and nothing else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "taanu/v1/administration_service.grpc.pb.h"
#include "tests/integration/load/taanu_command.h"
#include "tests/support/election.h"
#include "tests/support/election_day.h"
#include "tests/support/synthetic_record.h"

namespace taanu::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr int kPrecincts = 30;
constexpr int kVoters = 12;  // on each roll

std::string PrecinctName(int precinct) {
  char text[16];
  std::snprintf(text, sizeof(text), "P%02d", precinct);
  return text;
}

// What one precinct's counts state.
struct Counts {
  uint64_t issued = 0;
  uint64_t spoiled = 0;
  uint64_t in_box = 0;
  uint64_t by_machine = 0;
  uint64_t by_hand = 0;
  uint64_t machine_a = 0;
  uint64_t machine_b = 0;
  uint64_t hand_a = 0;
  uint64_t hand_b = 0;
};

class CountedDayTest : public testing::Test {
 protected:
  // One voter's finger is that of no other voter.
  static uint64_t Finger(int precinct, int voter) {
    return static_cast<uint64_t>(precinct * 100 + voter);
  }
  static std::string Number(int precinct, int voter) {
    return PrecinctName(precinct) + "-" + std::to_string(voter);
  }

  v1::Outcome Verify(int precinct, int voter, uint64_t finger, const std::string& session = "") {
    auto request =
        VerifyRequest(Number(precinct, voter), PrecinctName(precinct), {RecordSample(finger, 7)});
    request.set_session_id(session);
    v1::VerifyVoterResponse response;
    const grpc::Status status = client_.Verify(request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.outcome();
  }

  // A device starts its station's session, and in the middle of the day another one takes it over.
  std::string StartSession(int precinct) {
    v1::StartSessionRequest request;
    request.set_request_id(NewRequestId());
    request.set_precinct_id(PrecinctName(precinct));
    request.set_station_id("1");
    request.set_operator_id("operator-7");
    v1::StartSessionResponse response;
    const grpc::Status status =
        CallOnce(*VerificationStub(client_), &v1::VerificationService::Stub::StartSession, request,
                 &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.session().session_id();
  }
  std::string TakeOver(int precinct) {
    v1::TakeOverSessionRequest request;
    request.set_request_id(NewRequestId());
    request.set_precinct_id(PrecinctName(precinct));
    request.set_station_id("1");
    request.set_operator_id("operator-9");
    request.set_second_officer_id("officer-8");
    request.set_reason(v1::TAKE_OVER_REASON_DEVICE_FAILED);
    v1::TakeOverSessionResponse response;
    const grpc::Status status =
        CallOnce(*VerificationStub(client_), &v1::VerificationService::Stub::TakeOverSession,
                 request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.session().session_id();
  }

  // Two officers vouch for a voter without a usable finger.
  void VouchFor(int precinct, int voter) {
    v1::RecordFallbackResponse response;
    const grpc::Status status =
        Fallback(client_,
                 FallbackRequest(Number(precinct, voter), v1::FALLBACK_REASON_NO_USABLE_FINGER,
                                 PrecinctName(precinct)),
                 &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    ASSERT_EQ(response.outcome(), v1::OUTCOME_ACCREDITED_BY_FALLBACK);
    ++identified_[precinct];
  }

  // One voter more was identified than the terminal recorded: said after closing, by two people.
  void CorrectByOne(int precinct) {
    v1::CorrectTotalsRequest request;
    request.set_request_id(NewRequestId());
    request.set_precinct_id(PrecinctName(precinct));
    request.set_operator_id("operator-7");
    request.set_second_officer_id("officer-8");
    request.set_accredited_count(++identified_[precinct]);
    request.set_reason(v1::TOTALS_CORRECTION_REASON_UNRECORDED);
    request.set_document("act 17-2026");
    v1::CorrectTotalsResponse response;
    const auto stub = v1::AdministrationService::NewStub(client_.channel());
    const grpc::Status status =
        CallOnce(*stub, &v1::AdministrationService::Stub::CorrectTotals, request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }

  // Between 7 and 11 of the 12 voters come. Some come twice, some are
  // not who they say, some have no usable finger.
  void HoldPolls(int precinct) {
    OpenPrecinct(client_, PrecinctName(precinct));
    for (int voter = 1; voter <= kVoters; ++voter) {
      v1::EnrollVoterResponse enrolled;
      ASSERT_TRUE(client_
                      .Enroll(EnrollRequest(Number(precinct, voter), PrecinctName(precinct),
                                            {RecordSample(Finger(precinct, voter), 1)}),
                              &enrolled)
                      .ok());
    }
    const int comes = 7 + precinct % 5;
    std::string session = precinct == 3 ? StartSession(precinct) : "";
    for (int voter = 1; voter <= comes; ++voter) {
      if (precinct == 3 && voter == 5) session = TakeOver(precinct);
      ASSERT_EQ(Verify(precinct, voter, Finger(precinct, voter), session), v1::OUTCOME_ACCREDITED);
    }
    identified_[precinct] = static_cast<uint64_t>(comes);
    if (precinct % 7 == 0) {
      EXPECT_EQ(Verify(precinct, 1, Finger(precinct, 1)), v1::OUTCOME_ALREADY_ACCREDITED);
    }
    if (precinct % 9 == 0) {
      EXPECT_EQ(Verify(precinct, kVoters, Finger(99, 99)), v1::OUTCOME_NO_MATCH);
    }
    if (precinct % 6 == 0) VouchFor(precinct, kVoters);
    v1::ClosePollsResponse closed;
    ASSERT_TRUE(client_.ClosePolls(PrecinctName(precinct), &closed).ok());
    EXPECT_EQ(closed.precinct().accredited_count(), identified_[precinct]);
  }

  // Counts that agree with the log: one ballot in every fifth precinct was spoiled.
  Counts TrueCounts(int precinct) const {
    Counts counts;
    counts.issued = identified_.at(precinct);
    counts.spoiled = precinct % 5 == 0 ? 1 : 0;
    counts.in_box = counts.by_machine = counts.by_hand = counts.issued - counts.spoiled;
    counts.machine_a = counts.hand_a = counts.in_box / 2;
    counts.machine_b = counts.hand_b = counts.in_box - counts.in_box / 2 - 1;
    return counts;
  }

  static std::string MachineRow(int precinct, const Counts& c) {
    return PrecinctName(precinct) + ",machine,,,," + std::to_string(c.by_machine) + ",," +
           std::to_string(c.machine_a) + "," + std::to_string(c.machine_b) + "\n";
  }
  static std::string HandRow(int precinct, const Counts& c) {
    return PrecinctName(precinct) + ",hand," + std::to_string(c.issued) + "," +
           std::to_string(c.spoiled) + "," + std::to_string(c.in_box) + ",," +
           std::to_string(c.by_hand) + "," + std::to_string(c.hand_a) + "," +
           std::to_string(c.hand_b) + "\n";
  }

  nlohmann::json Run(const std::vector<std::string>& arguments) {
    const CommandResult result = RunTaanu(election_.socket(), arguments);
    EXPECT_EQ(result.status, 0) << result.output;
    return result.Json();
  }
  nlohmann::json Import(const std::string& rows, const std::string& reason = "") {
    const std::filesystem::path file = election_.folder() / "counts.csv";
    WriteTextFile(file,
                  "precinct,source,issued,spoiled,found_in_box,counted_by_machine,"
                  "counted_by_hand,President/A,President/B\n" +
                      rows);
    std::vector<std::string> arguments = {"reconcile", "import",     file.string(),
                                          "--json",    "--operator", "commission"};
    if (!reason.empty()) arguments.insert(arguments.end(), {"--reason", reason});
    return Run(arguments);
  }

  static size_t Count(const std::string& text, const std::string& what) {
    size_t count = 0;
    for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
      ++count;
    }
    return count;
  }

  // Kind and sizes of every difference, by precinct.
  static std::map<std::string, std::vector<std::string>> Found(const nlohmann::json& report) {
    std::map<std::string, std::vector<std::string>> found;
    for (const nlohmann::json& precinct : report["precincts"]) {
      for (const nlohmann::json& difference : precinct["differences"]) {
        found[precinct["precinct_id"].get<std::string>()].push_back(
            difference["kind"].get<std::string>() + " " + difference["subject"].get<std::string>() +
            " " + difference["difference_count"].get<std::string>());
      }
    }
    return found;
  }

  Election election_;
  Client client_ = election_.Connect();
  std::map<int, uint64_t> identified_;
};

TEST_F(CountedDayTest, TheReportFindsThePlantedDifferencesAndNothingElse) {
  for (int precinct = 1; precinct <= kPrecincts; ++precinct) {
    HoldPolls(precinct);
    if (HasFatalFailure()) return;
  }
  CorrectByOne(11);
  std::map<int, Counts> counts;
  for (int precinct = 1; precinct <= kPrecincts; ++precinct) {
    counts[precinct] = TrueCounts(precinct);
  }
  // First: three ballots more than voters, through box and counts.
  counts[4].issued += 3;
  counts[4].in_box += 3;
  counts[4].by_machine = counts[4].by_hand = counts[4].in_box;
  // Second: two ballots that were issued are neither in the box nor spoiled.
  counts[17].in_box -= 2;
  counts[17].by_machine = counts[17].by_hand = counts[17].in_box;
  counts[17].machine_a = counts[17].hand_a = 1;
  counts[17].machine_b = counts[17].hand_b = 1;
  // Third: the machine has one vote less for A than people found.
  counts[23].machine_a -= 1;

  std::string machines;
  std::string hands;
  for (const auto& [precinct, stated] : counts) {
    machines += MachineRow(precinct, stated);
    // A digit misread at first, in a precinct that agrees once it is mended.
    Counts first = stated;
    if (precinct == 8) first.hand_a += 1;
    hands += HandRow(precinct, first);
  }
  EXPECT_EQ(Import(machines)["protocol_count"], "30");
  EXPECT_EQ(Import(hands)["protocol_count"], "30");
  const nlohmann::json night = Run({"preliminary", "--json"});
  EXPECT_EQ(night["differing_count"], "4");
  EXPECT_EQ(Import(HandRow(8, counts[8]), "a digit was misread")["changed_count"], "1");

  const nlohmann::json report = Run({"reconcile", "report", "--json"});
  const auto found = Found(report);
  ASSERT_EQ(found.size(), 3U) << report["kinds"].dump();
  EXPECT_THAT(found.at("P04"), ElementsAre("DIFFERENCE_KIND_ISSUED_NOT_IDENTIFIED  3"));
  EXPECT_THAT(found.at("P17"), ElementsAre("DIFFERENCE_KIND_BALLOTS_UNACCOUNTED  -2"));
  EXPECT_THAT(found.at("P23"), ElementsAre("DIFFERENCE_KIND_VOTES_NOT_EQUAL President/A 1"));
  std::map<std::string, int> states;
  std::vector<std::string> moved;
  for (const nlohmann::json& precinct : report["precincts"]) {
    ++states[precinct["state"].get<std::string>()];
    for (const nlohmann::json& change : precinct["changes"]) {
      moved.push_back(precinct["precinct_id"].get<std::string>() + " " +
                      change["figure"].get<std::string>() + " " +
                      change["reason"].get<std::string>());
    }
  }
  EXPECT_EQ(states["RECONCILIATION_STATE_AGREES"], 27);
  EXPECT_EQ(states["RECONCILIATION_STATE_DIFFERS"], 3);
  EXPECT_THAT(moved, ElementsAre("P08 hand: President/A a digit was misread",
                                 "P11 identified UNRECORDED, act 17-2026"));

  // What was shown that night is still what is shown for that night.
  nlohmann::json shown =
      Run({"preliminary", "--json", "--as-of", night["as_of_time"].get<std::string>()});
  shown["log_size"] = night["log_size"];
  EXPECT_EQ(shown, night);
  EXPECT_EQ(Run({"preliminary", "--json"})["differing_count"], "3");

  // The page names these three, and those that moved, and no other precinct as differing.
  const std::string page = (election_.folder() / "report.html").string();
  ASSERT_EQ(RunTaanu(election_.socket(), {"reconcile", "report", "--html", page}).status, 0);
  const std::string html = ReadTextFile(page);
  EXPECT_THAT(html, HasSubstr("were in the box or spoiled"));
  EXPECT_THAT(html, HasSubstr("President/A has"));
  EXPECT_THAT(html, HasSubstr("a digit was misread"));
  EXPECT_EQ(Count(html, "<td><bdi>DIFFERS</bdi></td>"), 3U);
  // The log still proves itself, with the imports in it.
  EXPECT_EQ(RunTaanu(election_.socket(), {"register", "check"}).status, 0);
}

}  // namespace
}  // namespace taanu::test
