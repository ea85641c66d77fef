// Looks for a voter's name, number and template in everything that the daemon leaves behind: the
// database, its log of writes, the daemon's log, and a backup.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "enroll/register/finger_codec.h"
#include "enroll/store/key_file.h"
#include "enroll/store/sealing.h"
#include "matcher/codec/codec.h"
#include "tests/support/election.h"
#include "tests/support/office.h"
#include "tests/support/synthetic_record.h"

namespace taanu::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr auto kThumb = v1::FINGER_POSITION_RIGHT_THUMB;

std::string ReadAll(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string Hex(const std::string& bytes) {
  return ToHex({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()});
}

// Runs of bytes of a template that are in no other file by chance: minutiae as the wire has them,
// and as the register encodes them before it seals.
std::vector<std::string> TemplateBytes(const std::string& record) {
  std::vector<std::string> needles;
  const std::vector<uint8_t> bytes(record.begin(), record.end());
  needles.push_back(record.substr(40, 24));
  const auto decoded = DecodeTemplate(bytes);
  EXPECT_TRUE(decoded);
  const auto encoded = EncodeFingerView(decoded->value.views.front());
  EXPECT_TRUE(encoded);
  needles.emplace_back(encoded->begin() + 16, encoded->begin() + 40);
  return needles;
}

TEST(SealedTest, NoNameNumberOrTemplateIsFoundInAnythingThatIsLeftBehind) {
  Election election({.limits = "", .listen = ""});
  std::vector<std::string> needles = {"NUMBER-4711", "NUMBER-4712", "Необычнова",
                                      "Редкая",      "Другова",     "office-secret"};
  {
    Client client = election.Connect();
    OpenPrecinct(client, "P1");
    v1::CreatePrecinctResponse created;
    ASSERT_TRUE(client.CreatePrecinct("P2", &created).ok());
    for (int i = 0; i < 2; ++i) {
      auto request = EnrollRequest(i == 0 ? "NUMBER-4711" : "NUMBER-4712", i == 0 ? "P1" : "P2",
                                   {RecordSample(static_cast<uint64_t>(i) + 1, 1, kThumb)});
      request.mutable_voter()->set_family_name("Необычнова");
      request.mutable_voter()->set_given_names("Редкая");
      v1::EnrollVoterResponse enrolled;
      ASSERT_TRUE(client.Enroll(request, &enrolled).ok());
      for (const std::string& bytes : TemplateBytes(request.samples(0).minutiae_record())) {
        needles.push_back(bytes);
      }
    }
    // Everything that touches a voter: an attempt, changes, errors, a rotation of the key.
    v1::VerifyVoterResponse verified;
    ASSERT_TRUE(
        client.Verify(VerifyRequest("NUMBER-4711", "P1", {RecordSample(1, 2)}), &verified).ok());
    EXPECT_EQ(verified.outcome(), v1::OUTCOME_ACCREDITED);
    auto update = ChangeRequest<v1::UpdateVoterRequest>("NUMBER-4712", "office-secret");
    update.mutable_voter()->set_family_name("Другова");
    update.mutable_update_mask()->add_paths("family_name");
    v1::UpdateVoterResponse updated;
    using Stub = v1::EnrollmentService::Stub;
    ASSERT_TRUE(CallOnce(client.enrollment(), &Stub::UpdateVoter, update, &updated).ok());
    auto again = ChangeRequest<v1::ReenrollFingerRequest>("NUMBER-4712", "office-secret");
    *again.mutable_sample() = RecordSample(3, 1, kThumb);
    for (const std::string& bytes : TemplateBytes(again.sample().minutiae_record())) {
      needles.push_back(bytes);
    }
    v1::ReenrollFingerResponse reenrolled;
    ASSERT_TRUE(CallOnce(client.enrollment(), &Stub::ReenrollFinger, again, &reenrolled).ok());
    auto move = ChangeRequest<v1::MoveVoterRequest>("NUMBER-4711", "office-secret");
    move.set_precinct_id("P2");
    v1::MoveVoterResponse moved;
    EXPECT_FALSE(CallOnce(client.enrollment(), &Stub::MoveVoter, move, &moved).ok());
    v1::GetVoterResponse nobody;
    EXPECT_FALSE(client.GetVoter("NUMBER-4713", &nobody).ok());
    needles.emplace_back("NUMBER-4713");

    ASSERT_TRUE(AddKey(election.folder() / "store.key"));
    const auto store = v1::StoreService::NewStub(client.channel());
    v1::RotateStoreKeyRequest rotate;
    rotate.set_request_id(NewRequestId());
    rotate.set_operator_id("office-secret");
    v1::RotateStoreKeyResponse rotation;
    ASSERT_TRUE(CallOnce(*store, &v1::StoreService::Stub::RotateStoreKey, rotate, &rotation).ok());

    v1::BackUpStoreRequest back_up;
    back_up.set_request_id(NewRequestId());
    back_up.set_operator_id("office-secret");
    grpc::ClientContext context;
    const auto stream = store->BackUpStore(&context, back_up);
    std::ofstream copy(election.folder() / "copy.db", std::ios::binary);
    v1::BackUpStoreResponse part;
    while (stream->Read(&part)) copy << part.chunk();
    ASSERT_TRUE(stream->Finish().ok());
  }
  // With SIGKILL the log of writes stays as it is.
  election.Kill();

  size_t files = 0;
  bool wal = false;
  for (const auto& entry : fs::directory_iterator(election.folder())) {
    if (!entry.is_regular_file()) continue;
    const std::string bytes = ReadAll(entry.path());
    const std::string name = entry.path().filename().string();
    ++files;
    wal = wal || (name == "taanu.db-wal" && bytes.size() > 4096);
    for (const std::string& needle : needles) {
      EXPECT_EQ(bytes.find(needle), std::string::npos) << Hex(needle) << " is in " << name;
    }
  }
  EXPECT_TRUE(wal) << "a log of writes with something in it is what is to be looked at";
  EXPECT_GE(files, 6u);
  // What is looked for is found where it is.
  EXPECT_NE(SyntheticRecord(1, 1, FingerPosition::kRightThumb).find(needles[6]), std::string::npos);
}

TEST(SealedTest, TheDaemonLeavesNoCoreFile) {
  Election election;
  const std::string limits =
      ReadAll("/proc/" + std::to_string(election.process().pid()) + "/limits");
  EXPECT_THAT(limits, testing::ContainsRegex("Max core file size +0 +0 "));
  // A process that may not be dumped has its /proc files owned by root; for root that shows
  // nothing, and the daemon's own reading of the flag is what is left (harden_test).
  if (geteuid() == 0) return;
  struct stat info {};
  ASSERT_EQ(stat(("/proc/" + std::to_string(election.process().pid()) + "/environ").c_str(), &info),
            0);
  EXPECT_EQ(info.st_uid, 0u);
}

TEST(SealedTest, TheSystemdUnitForbidsCoreFilesAndSwapAndHandsOverKeysAsCredentials) {
  const std::string unit = ReadAll(TAANU_SOURCE_DIR "/deploy/systemd/taanud.service");
  for (const char* line :
       {"\nLimitCORE=0\n", "\nMemorySwapMax=0\n", "\nUMask=0077\n",
        "\nLoadCredential=store-key:", "\nLoadCredential=audit-key:", "\nNoNewPrivileges=yes\n"}) {
    EXPECT_THAT(unit, HasSubstr(line));
  }
}

class KeyRefusedTest : public testing::Test {
 protected:
  // What the daemon says when it does not start.
  std::string Refusal() {
    std::string output;
    EXPECT_EQ(RunToEnd(election_.Arguments(), &output), 1);
    return output;
  }
  Election election_;
};

TEST_F(KeyRefusedTest, AMissingKeyFileIsNamed) {
  EXPECT_EQ(election_.Stop(), 0);
  fs::remove(election_.folder() / "store.key");
  EXPECT_THAT(Refusal(), testing::AllOf(HasSubstr("store.key"), HasSubstr("does not exist")));
}

TEST_F(KeyRefusedTest, AKeyFileThatOthersMayReadIsRefusedWithWhatToDo) {
  EXPECT_EQ(election_.Stop(), 0);
  ASSERT_EQ(chmod((election_.folder() / "store.key").c_str(), 0640), 0);
  EXPECT_THAT(Refusal(), HasSubstr("chmod 600"));
}

TEST_F(KeyRefusedTest, AnotherKeyIsRefusedWithBothFingerprints) {
  EXPECT_EQ(election_.Stop(), 0);
  fs::remove(election_.folder() / "store.key");
  ASSERT_TRUE(MakeKeyFile(election_.folder() / "store.key"));
  EXPECT_THAT(Refusal(),
              testing::AllOf(HasSubstr("sealed with another key"), HasSubstr("fingerprint")));
}

TEST_F(KeyRefusedTest, ADamagedFileIsRefusedBeforeAnythingIsServed) {
  {
    Client client = election_.Connect();
    v1::CreatePrecinctResponse created;
    ASSERT_TRUE(client.CreatePrecinct("P1", &created).ok());
    for (int i = 0; i < 60; ++i) {
      v1::EnrollVoterResponse enrolled;
      ASSERT_TRUE(
          client
              .Enroll(EnrollRequest("V-" + std::to_string(i), "P1", {RecordSample(1, 1, kThumb)}),
                      &enrolled)
              .ok());
    }
  }
  EXPECT_EQ(election_.Stop(), 0);
  const auto size = fs::file_size(election_.database());
  ASSERT_GT(size, 16u * 4096);
  {
    // Every page but the first few, in its middle and at its head, where cells are found.
    std::fstream file(election_.database(), std::ios::binary | std::ios::in | std::ios::out);
    for (uint64_t page = 24; page * 4096 + 4096 <= size; ++page) {
      file.seekp(static_cast<std::streamoff>(page * 4096));
      file << std::string(64, '\x5a');
    }
  }
  EXPECT_THAT(Refusal(), testing::AllOf(HasSubstr("damaged"), HasSubstr("backup")));
}

}  // namespace
}  // namespace taanu::test
