// The parts of the remote commands that need no daemon.
#include <gmock/gmock.h>
#include <google/rpc/error_details.pb.h>
#include <gtest/gtest.h>

#include <set>

#include "service/cli/bulk_loader.h"
#include "service/cli/decision.h"
#include "service/cli/demo_tally.h"
#include "service/cli/file_io.h"
#include "service/cli/load_state.h"
#include "service/cli/remote.h"
#include "service/cli/sample.h"
#include "service/cli/table.h"
#include "service/cli/uuid.h"
#include "service/cli/words.h"
#include "tests/support/temp_dir.h"

namespace taanu::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

google::rpc::Status MakeStatus(grpc::StatusCode code, const std::string& message,
                               const std::string& reason, const std::string& field = "") {
  google::rpc::Status status;
  status.set_code(code);
  status.set_message(message);
  google::rpc::ErrorInfo info;
  info.set_reason(reason);
  info.set_domain("taanu");
  if (!field.empty()) (*info.mutable_metadata())["field"] = field;
  status.add_details()->PackFrom(info);
  return status;
}

TEST(ToError, TakesReasonFieldAndDelayFromTheDetails) {
  google::rpc::Status status =
      MakeStatus(grpc::StatusCode::RESOURCE_EXHAUSTED, "too many calls", "QUEUE_FULL", "voter");
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_nanos(250'000'000);
  status.add_details()->PackFrom(retry);
  std::string field;
  const Error error = ToError(status, &field);
  EXPECT_EQ(error.code, ErrorCode::kExhausted);
  EXPECT_EQ(error.reason, "QUEUE_FULL");
  EXPECT_EQ(field, "voter");
  EXPECT_EQ(error.message, "voter: too many calls; try again in 1 s");
}

TEST(ToError, DetailsThatCannotBeReadAreNoDetails) {
  google::rpc::Status status;
  status.set_code(grpc::StatusCode::NOT_FOUND);
  google::protobuf::Any* any = status.add_details();
  any->set_type_url("type.googleapis.com/google.rpc.ErrorInfo");
  any->set_value("\xFF\xFF\xFF");
  const Error error = ToError(status);
  EXPECT_EQ(error.code, ErrorCode::kNotFound);
  EXPECT_EQ(error.reason, "");
  EXPECT_FALSE(error.message.empty());
}

TEST(Remote, PlaintextIsForUnixSocketsAlone) {
  RemoteOptions options;
  options.server = "unix:/run/taanu.sock";
  EXPECT_TRUE(Remote::Open(options));
  options.server = "127.0.0.1:8443";
  const auto refused = Remote::Open(options);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "TLS_OPTIONS_MISSING");
  options.ca = options.cert = options.key = "/nonexistent";
  const auto absent = Remote::Open(options);
  ASSERT_FALSE(absent);
  EXPECT_THAT(absent.error().message, HasSubstr("--ca /nonexistent"));
}

LoadRow TwoFingers() {
  LoadRow row;
  row.samples = {{FingerPosition::kRightIndex, "a", {}}, {FingerPosition::kLeftThumb, "b", {}}};
  return row;
}

TEST(ProblemOf, NamesTheColumnOfTheManifest) {
  const auto column = [](const std::string& message, const std::string& reason,
                         const std::string& field) {
    return ProblemOf(TwoFingers(),
                     MakeStatus(grpc::StatusCode::INVALID_ARGUMENT, message, reason, field))
        .field;
  };
  EXPECT_EQ(column("samples[1].image: damaged", "BAD_IMAGE", "samples[1].image"), "left_thumb");
  EXPECT_EQ(column("samples[7]: x", "BAD_IMAGE", "samples[7]"), "");
  EXPECT_EQ(column("voter: birth_year must be", "BAD_VOTER_DATA", "voter.birth_year"),
            "birth_year");
  EXPECT_EQ(column("no such precinct", "UNKNOWN_PRECINCT", ""), "precinct");
  EXPECT_EQ(column("exists", "VOTER_NUMBER_EXISTS", ""), "voter_number");
  EXPECT_EQ(ProblemOf(TwoFingers(), google::rpc::Status()).reason, "REJECTED");
}

TEST(Uuid, IsOfVersion4AndNewEachTime) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string uuid = NewUuid();
    EXPECT_TRUE(IsUuid(uuid)) << uuid;
    EXPECT_EQ(uuid[14], '4');
    EXPECT_NE(std::string("89ab").find(uuid[19]), std::string::npos);
    seen.insert(uuid);
  }
  EXPECT_EQ(seen.size(), 1000u);
  EXPECT_FALSE(IsUuid(""));
  EXPECT_FALSE(IsUuid("0123456789abcdef0123456789abcdef0123"));
  EXPECT_FALSE(IsUuid("01234567-89ab-4def-8123-456789abcdeg"));
}

TEST(Words, AreWhatAPersonReads) {
  EXPECT_EQ(OutcomeWord(v1::OUTCOME_ALREADY_ACCREDITED), "ALREADY_ACCREDITED");
  EXPECT_EQ(OutcomeWord(static_cast<v1::Outcome>(99)), "99");
  EXPECT_EQ(FingerWord(v1::FINGER_POSITION_LEFT_RING), "left_ring");
  EXPECT_EQ(FingerWord(v1::FINGER_POSITION_UNSPECIFIED), "unknown");
  EXPECT_EQ(MethodWord(v1::IDENTIFICATION_METHOD_FALLBACK), "FALLBACK");
}

TEST(Time, IsReadInUtcAndWrittenTheSame) {
  for (const char* text : {"2026-11-22T09:30:00", "2026-11-22 09:30", "2026-11-22T09:30Z"}) {
    const auto time = ParseTime(text);
    ASSERT_TRUE(time) << text;
    EXPECT_EQ(TimeWord(*time), "2026-11-22 09:30:00Z");
  }
  EXPECT_EQ(TimeWord(*ParseTime("2026-11-22")), "2026-11-22 00:00:00Z");
  for (const char* text : {"", "yesterday", "2026-13-01", "2026-11-22T09:30+06:00", "09:30"}) {
    EXPECT_FALSE(ParseTime(text)) << text;
  }
}

TEST(FingerArgument, HasAPositionOnlyWhereOneIsNamed) {
  EXPECT_EQ(ParseFingerArgument("left_ring=a=b.png").position, FingerPosition::kLeftRing);
  EXPECT_EQ(ParseFingerArgument("left_ring=a=b.png").file, "a=b.png");
  EXPECT_EQ(ParseFingerArgument("a=b.png").position, FingerPosition::kUnknown);
  EXPECT_EQ(ParseFingerArgument("a=b.png").file, "a=b.png");
}

TEST(Table, AlignsByCharactersNotBytes) {
  Table table({"name", "n"}, 1);
  table.Add({"Айгүл", "7"});
  table.Add({"B", "100"});
  EXPECT_EQ(table.Text(), "name     n\nАйгүл    7\nB      100\n");
  EXPECT_EQ(table.Csv(), "name,n\r\nАйгүл,7\r\nB,100\r\n");
}

TEST(LoadState, IsReadBackAndRefusedWhereItIsDamaged) {
  test::TempDir folder;
  const auto path = folder.path() / "state";
  EXPECT_EQ(ReadLoadState(path).error().code, ErrorCode::kNotFound);
  const LoadState state{NewUuid(), 42, 1000, 1'700'000'000'000'000'000};
  ASSERT_TRUE(WriteLoadState(path, state));
  const auto read = ReadLoadState(path);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->request_id, state.request_id);
  EXPECT_EQ(read->next_line, 42u);
  EXPECT_TRUE(read->SameManifest(state));
  EXPECT_FALSE(read->SameManifest({state.request_id, 42, 1000, 0}));
  for (const std::string damaged :
       {"", "{", "[]", "{}", "{\"request_id\":\"x\",\"next_line\":1,\"manifest_bytes\":1}",
        "{\"request_id\":1,\"next_line\":\"1\",\"manifest_bytes\":1,\"manifest_time_ns\":1}"}) {
    ASSERT_TRUE(
        WriteFile(path, {reinterpret_cast<const uint8_t*>(damaged.data()), damaged.size()}));
    EXPECT_EQ(ReadLoadState(path).error().reason, "LOAD_STATE_DAMAGED") << damaged;
  }
}

TEST(Decision, EachOutcomeHasItsSentenceAndItsStatus) {
  std::set<std::string> sentences;
  for (int i = v1::OUTCOME_ACCREDITED; i <= v1::OUTCOME_POLLS_CLOSED; ++i) {
    v1::VerifyVoterResponse decision;
    decision.set_outcome(static_cast<v1::Outcome>(i));
    sentences.insert(OutcomeSentence(decision));
    EXPECT_EQ(StatusFor(decision.outcome()) == ExitStatus::kSuccess, i == v1::OUTCOME_ACCREDITED);
  }
  EXPECT_EQ(sentences.size(), 10u);
  EXPECT_EQ(StatusFor(v1::OUTCOME_LOW_QUALITY), ExitStatus::kBadInput);
  EXPECT_EQ(StatusFor(v1::OUTCOME_NOT_ON_ROLL), ExitStatus::kNotFound);
  EXPECT_EQ(StatusFor(v1::OUTCOME_NO_MATCH), ExitStatus::kRefused);
}

TEST(Decision, AnAlreadyAccreditedVoterIsShownTheEarlierSlip) {
  v1::VerifyVoterResponse decision;
  decision.set_outcome(v1::OUTCOME_ALREADY_ACCREDITED);
  decision.mutable_accreditation()->set_slip_number(17);
  decision.mutable_accreditation()->set_precinct_id("P1");
  decision.set_case_id(3);
  const std::string text = DecisionText(decision);
  EXPECT_THAT(text, HasSubstr("    ALREADY ACCREDITED\n"));
  EXPECT_THAT(text, HasSubstr("earlier slip  17 of precinct P1"));
  EXPECT_THAT(text, HasSubstr("3, opened for adjudication"));
}

TEST(Tally, PercentileIsTheNearestRank) {
  EXPECT_EQ(Percentile({}, 0.5), 0);
  EXPECT_EQ(Percentile({7}, 0.95), 7);
  EXPECT_EQ(Percentile({4, 1, 3, 2}, 0.5), 2);
  EXPECT_EQ(Percentile({4, 1, 3, 2}, 0.95), 4);
}

TEST(Tally, EachFigureThatDiffersIsTold) {
  const OutcomeCounts before = {{v1::OUTCOME_ACCREDITED, 5}};
  const OutcomeCounts done = {{v1::OUTCOME_ACCREDITED, 2}, {v1::OUTCOME_NO_MATCH, 1}};
  OutcomeCounts after = {{v1::OUTCOME_ACCREDITED, 7}, {v1::OUTCOME_NO_MATCH, 1}};
  EXPECT_THAT(CompareCounts(before, after, done), ElementsAre());
  after[v1::OUTCOME_ACCREDITED] = 6;
  after[v1::OUTCOME_LOW_QUALITY] = 1;
  EXPECT_EQ(CompareCounts(before, after, done).size(), 2u);
}

}  // namespace
}  // namespace taanu::cli
