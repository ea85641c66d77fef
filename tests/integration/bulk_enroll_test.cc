// Loads as streams: every item has a status of its own, bad ones do not end the stream, and a load
// that was cut off is resumed.
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/election.h"
#include "tests/support/synthetic_record.h"

namespace taanu::test {
namespace {

class BulkEnrollTest : public testing::Test {
 protected:
  void SetUp() override { OpenPrecinct(client_, "P1"); }

  static v1::BulkEnrollRequest Item(uint64_t number, const std::string& load) {
    v1::BulkEnrollRequest item;
    item.set_request_id(load);
    item.set_item_number(number);
    item.mutable_voter()->set_voter_number("V-" + std::to_string(number));
    item.mutable_voter()->set_precinct_id("P1");
    *item.add_samples() = RecordSample(number % 8, 1, v1::FINGER_POSITION_RIGHT_INDEX);
    return item;
  }

  using Answers = std::map<uint64_t, v1::BulkEnrollResponse>;

  // The responses by item number; each item must be answered exactly once.
  Answers Load(const std::vector<v1::BulkEnrollRequest>& items) {
    Answers answers;
    const grpc::Status status = TryLoad(items, &answers);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return answers;
  }

  grpc::Status TryLoad(const std::vector<v1::BulkEnrollRequest>& items, Answers* answers) {
    grpc::ClientContext context;
    const auto stream = client_.enrollment().BulkEnroll(&context);
    std::thread writer([&] {
      for (const auto& item : items) {
        if (!stream->Write(item)) break;
      }
      stream->WritesDone();
    });
    v1::BulkEnrollResponse response;
    while (stream->Read(&response)) {
      EXPECT_TRUE(answers->emplace(response.item_number(), response).second);
    }
    writer.join();
    return stream->Finish();
  }

  static std::string ReasonOfItem(const v1::BulkEnrollResponse& response) {
    return ReasonOf({static_cast<grpc::StatusCode>(response.status().code()), "",
                     response.status().SerializeAsString()});
  }

  Election election_;
  Client client_ = election_.Connect();
};

TEST_F(BulkEnrollTest, ManyTimesTheWindowGoesThroughAndASecondLoadFindsThemEnrolled) {
  constexpr uint64_t kItems = 1000;
  const std::string load = NewRequestId();
  std::vector<v1::BulkEnrollRequest> items;
  for (uint64_t i = 0; i < kItems; ++i) items.push_back(Item(i, load));
  const auto first = Load(items);
  ASSERT_EQ(first.size(), kItems);
  for (const auto& [number, response] : first) {
    ASSERT_EQ(response.status().code(), 0) << number << ": " << response.status().message();
    ASSERT_FALSE(response.already_enrolled());
    ASSERT_EQ(response.voter_reference().size(), 32U);
    ASSERT_TRUE(response.finger_reports(0).enrolled());
  }
  const auto second = Load(items);
  ASSERT_EQ(second.size(), kItems);
  for (const auto& [number, response] : second) {
    ASSERT_TRUE(response.already_enrolled()) << number;
    ASSERT_EQ(response.voter_reference(), first.at(number).voter_reference());
  }
  v1::GetServerInfoResponse info;
  ASSERT_TRUE(client_.ServerInfo(&info).ok());
  EXPECT_EQ(info.voter_count(), kItems);
}

TEST_F(BulkEnrollTest, BadItemsAreRejectedEachWithItsReasonAndTheRestIsEnrolled) {
  const std::string load = NewRequestId();
  std::vector<v1::BulkEnrollRequest> items;
  for (uint64_t i = 0; i < 8; ++i) items.push_back(Item(i, load));
  items[1].mutable_voter()->clear_voter_number();
  items[2].mutable_voter()->set_precinct_id("P9");
  *items[3].add_samples() = items[3].samples(0);
  items[4].mutable_samples(0)->set_minutiae_record("noise");
  items[5].set_request_id("no uuid");
  items[6].set_request_id(NewRequestId());
  // The number of item 0 with other data.
  items[7].mutable_voter()->set_voter_number("V-0");
  const auto answers = Load(items);
  ASSERT_EQ(answers.size(), items.size());
  EXPECT_EQ(answers.at(0).status().code(), 0);
  EXPECT_EQ(answers.at(1).status().code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(answers.at(2).status().code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(ReasonOfItem(answers.at(2)), "UNKNOWN_PRECINCT");
  EXPECT_EQ(ReasonOfItem(answers.at(3)), "DUPLICATE_POSITION");
  // The voter is enrolled, and the finger reported: a voter without a finger is found before the
  // day.
  EXPECT_EQ(answers.at(4).status().code(), 0);
  EXPECT_FALSE(answers.at(4).finger_reports(0).enrolled());
  EXPECT_EQ(answers.at(4).finger_reports(0).error().code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ReasonOfItem(answers.at(5)), "BAD_REQUEST_ID");
  EXPECT_EQ(ReasonOfItem(answers.at(6)), "REQUEST_ID_CHANGED");
  EXPECT_EQ(answers.at(7).status().code(), grpc::StatusCode::ALREADY_EXISTS);
  EXPECT_EQ(ReasonOfItem(answers.at(7)), "VOTER_NUMBER_EXISTS");
}

TEST_F(BulkEnrollTest, ALoadCutOffByAKillIsResumedFromTheFirstItemWithoutAStatus) {
  constexpr uint64_t kItems = 600;
  const std::string load = NewRequestId();
  std::vector<v1::BulkEnrollRequest> items;
  for (uint64_t i = 0; i < kItems; ++i) items.push_back(Item(i, load));
  std::map<uint64_t, v1::BulkEnrollResponse> before;
  {
    grpc::ClientContext context;
    const auto stream = client_.enrollment().BulkEnroll(&context);
    std::thread writer([&] {
      for (const auto& item : items) {
        if (!stream->Write(item)) break;
      }
    });
    v1::BulkEnrollResponse response;
    while (before.size() < 200 && stream->Read(&response)) {
      before.emplace(response.item_number(), response);
    }
    election_.Kill();
    while (stream->Read(&response)) before.emplace(response.item_number(), response);
    writer.join();
    EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
  }
  election_.Start();
  ASSERT_GE(before.size(), 200U);
  const auto after = Load(items);
  ASSERT_EQ(after.size(), kItems);
  for (const auto& [number, response] : before) {
    ASSERT_TRUE(after.at(number).already_enrolled()) << "a status was given before its commit";
    ASSERT_EQ(after.at(number).voter_reference(), response.voter_reference());
  }
}

TEST_F(BulkEnrollTest, ACancelledLoadLeavesTheDaemonServing) {
  for (int i = 0; i < 20; ++i) {
    grpc::ClientContext context;
    const auto stream = client_.enrollment().BulkEnroll(&context);
    const std::string load = NewRequestId();
    for (uint64_t n = 0; n < 10; ++n) stream->Write(Item(1000 + n, load));
    context.TryCancel();
    EXPECT_FALSE(stream->Finish().ok());
  }
  // Every cancelled load gives its window back, or this one would be refused for ever. The daemon
  // learns of the last cancellation a little after the client, which tries again meanwhile.
  const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  Answers answers;
  grpc::Status status;
  do {
    status = TryLoad({Item(1, NewRequestId())}, &answers);
  } while (status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED &&
           std::chrono::steady_clock::now() < patience);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(answers.at(1).status().code(), 0);
  EXPECT_EQ(election_.Stop(), 0);
}

}  // namespace
}  // namespace taanu::test
