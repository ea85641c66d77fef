// An election with thirty voters, two of whom are registered twice, and the commands of its office.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/integration/load/taanu_command.h"
#include "tests/support/election.h"
#include "tests/support/synthetic_record.h"

namespace taanu::test {

class OfficeElection : public testing::Test {
 protected:
  static constexpr uint64_t kVoters = 30;

  void SetUp() override {
    Client client = election_.Connect();
    v1::CreatePrecinctResponse created;
    ASSERT_TRUE(client.CreatePrecinct("P1", &created).ok());
    ASSERT_TRUE(client.CreatePrecinct("P2", &created).ok());
    for (uint64_t k = 0; k < kVoters; ++k) Enroll(client, Number(k), "P1", k, 1);
    // Voters 3 and 17 again: other data, another precinct, new impressions.
    Enroll(client, "again-3", "P2", 3, 2);
    Enroll(client, "again-17", "P2", 17, 2);
    v1::EnrollVoterResponse enrolled;
    ASSERT_TRUE(client.Enroll(EnrollRequest("no-finger", "P1", {}), &enrolled).ok());
  }

  static std::string Number(uint64_t k) { return std::string("voter-").append(std::to_string(k)); }

  static std::vector<v1::FingerSample> Fingers(uint64_t person, uint64_t impression) {
    return {RecordSample(2 * person, impression, v1::FINGER_POSITION_RIGHT_INDEX),
            RecordSample(2 * person + 1, impression, v1::FINGER_POSITION_LEFT_INDEX)};
  }

  static void Enroll(Client& client, const std::string& number, const std::string& precinct,
                     uint64_t person, uint64_t impression) {
    v1::EnrollVoterResponse enrolled;
    const grpc::Status status =
        client.Enroll(EnrollRequest(number, precinct, Fingers(person, impression)), &enrolled);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }

  CommandResult Run(const std::vector<std::string>& arguments) {
    return RunTaanu(election_.socket(), arguments);
  }
  // So few false pairs that none is to be expected among thirty people.
  CommandResult Dedup(const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments = {"dedup", "--false-pairs", "0.0001", "--operator",
                                          "aigul"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Run(arguments);
  }
  CommandResult Decide(const std::string& number, const std::string& decision,
                       const std::string& officer, const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments = {"cases",  "decide",     number, "--decision",
                                          decision, "--operator", officer};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Run(arguments);
  }

  Election election_;
};

}  // namespace taanu::test
