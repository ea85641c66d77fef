// What changes of a voter write, on a real file; and voters that are sealed again.
#include "enroll/register/voter_editor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <future>
#include <sstream>

#include "enroll/register/resealer.h"
#include "enroll/register/schema.h"
#include "enroll/register/sqlite_register.h"
#include "enroll/register/voter_requests.h"
#include "enroll/store/bind_vault.h"
#include "enroll/store/key_file.h"
#include "tests/unit/enroll/store/temp_folder.h"

namespace taanu::test {
namespace {

constexpr auto kIndex = FingerPosition::kRightIndex;
const KeyedReference kOperator{1};

class VoterEditorTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(MakeKeyFile(folder_ / "key"));
    OpenFile();
    ASSERT_TRUE(Run("INSERT INTO precinct(precinct_id) VALUES ('P1'), ('P2')"));
  }

  void OpenFile() {
    register_.reset();
    database_.reset();
    vault_ = std::move(*Vault::FromKeyFile(folder_ / "key"));
    DatabaseOptions options;
    options.path = folder_ / "register.db";
    options.migrations = RegisterMigrations();
    auto opened = Database::Open(std::move(options));
    ASSERT_TRUE(opened) << opened.error().message;
    database_ = std::move(*opened);
    ASSERT_TRUE(BindVault(*database_, *vault_));
    register_ = std::make_unique<SqliteRegister>(database_.get(), vault_.get());
  }

  Status Run(std::string_view sql) {
    return database_->Write([&](Connection& connection) { return connection.RunScript(sql); });
  }

  static FingerReference Finger(FingerPosition position, int32_t x_um) {
    FingerView view;
    view.position = position;
    view.quality = 80;
    view.minutiae = {{x_um, 6'789, 4'321, MinutiaType::kRidgeEnding, 55}};
    return {view, "taanu-1"};
  }

  Result<EnrollmentAnswer> Enroll(const std::string& number, const std::string& request_id = "",
                                  uint8_t content = 1) {
    EnrollmentRecord record;
    record.data = {number, "Асанова", "Айгүл", 1990, Sex::kFemale, "P1"};
    record.fingers = {Finger(FingerPosition::kRightThumb, 100), Finger(kIndex, 200)};
    record.content_digest[0] = content;
    record.request_id = request_id;
    std::promise<Result<EnrollmentAnswer>> promise;
    TAANU_RETURN_IF_ERROR(register_->Enroll(
        std::move(record), [&](Result<EnrollmentAnswer> a) { promise.set_value(std::move(a)); }));
    return promise.get_future().get();
  }

  static std::string Number(int i) { return std::string("N").append(std::to_string(i)); }

  // Edits the voter in a transaction.
  Status Edit(const std::string& number, const std::function<Status(VoterEditor&)>& edit) {
    return database_->Write([&](Connection& connection) -> Status {
      VoterEditor editor(&connection, vault_.get());
      TAANU_RETURN_IF_ERROR(editor.Load(register_->ReferenceOf(number)));
      return edit(editor);
    });
  }

  EnrolledVoter Find(const std::string& number) {
    auto voter = register_->Find(register_->ReferenceOf(number));
    EXPECT_TRUE(voter) << voter.error().message;
    return voter ? *voter : EnrolledVoter();
  }

  static std::vector<int32_t> Xs(const std::vector<FingerReference>& fingers) {
    std::vector<int32_t> xs;
    for (const FingerReference& finger : fingers) xs.push_back(finger.view.minutiae[0].x_um);
    return xs;
  }

  void WaitForResealer(const Resealer& resealer) {
    for (int i = 0; i < 60'000; ++i) {
      const auto left = resealer.Remaining();
      ASSERT_TRUE(left);
      if (*left == 0) return;
      // A write that waits its turn behind the resealer's is the clock here.
      ASSERT_TRUE(Run("SELECT 1"));
    }
    FAIL() << "it never ended";
  }

  TempFolder folder_;
  std::unique_ptr<Vault> vault_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<SqliteRegister> register_;
};

using Xs32 = std::vector<int32_t>;

TEST_F(VoterEditorTest, AnUpdateChangesWhatItNamesAndNothingElse) {
  ASSERT_TRUE(Enroll("A"));
  VoterDataPatch patch;
  patch.family_name = "Осмонова";
  patch.birth_year = 0;
  ASSERT_TRUE(Edit("A", [&](VoterEditor& editor) { return editor.Update(patch, 2026); }));
  OpenFile();
  const EnrolledVoter voter = Find("A");
  EXPECT_EQ(voter.data.family_name, "Осмонова");
  EXPECT_EQ(voter.data.given_names, "Айгүл");
  EXPECT_EQ(voter.data.birth_year, 0);
  EXPECT_EQ(voter.data.sex, Sex::kFemale);
  EXPECT_EQ(Xs(voter.fingers), (Xs32{100, 200}));
  patch.given_names = "a\nb";
  const Status bad = Edit("A", [&](VoterEditor& editor) { return editor.Update(patch, 2026); });
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().reason, "BAD_VOTER_DATA");
  EXPECT_EQ(Find("A").data.given_names, "Айгүл");
}

TEST_F(VoterEditorTest, RollsCountWhoIsOnThem) {
  ASSERT_TRUE(Enroll("A"));
  ASSERT_TRUE(Enroll("B"));
  ASSERT_TRUE(Edit("A", [](VoterEditor& editor) { return editor.Move("P2"); }));
  EXPECT_EQ(register_->Count("P1"), 1u);
  EXPECT_EQ(register_->Count("P2"), 1u);
  EXPECT_EQ(Find("A").data.precinct_id, "P2");
  EXPECT_EQ(Edit("A", [](VoterEditor& editor) { return editor.Move("P9"); }).error().reason,
            "UNKNOWN_PRECINCT");
  EXPECT_EQ(register_->Count("P2"), 1u) << "a move that fails takes nobody off a roll";

  ASSERT_TRUE(
      Edit("A", [](VoterEditor& editor) { return editor.Deactivate(DeactivationReason::kDied); }));
  EXPECT_EQ(register_->Count(""), 1u);
  EXPECT_EQ(Find("A").inactive, DeactivationReason::kDied);
  ASSERT_TRUE(Edit("A", [](VoterEditor& editor) { return editor.Reactivate(); }));
  EXPECT_EQ(register_->Count("P2"), 1u);
  EXPECT_FALSE(Find("A").inactive);
}

TEST_F(VoterEditorTest, AReplacedFingerIsKeptUntilItIsConfirmed) {
  ASSERT_TRUE(Enroll("A"));
  ASSERT_TRUE(Edit("A", [](VoterEditor& editor) {
    return editor.ReplaceFinger(kIndex, {Finger(kIndex, 300), Finger(kIndex, 301)}, kOperator);
  }));
  EnrolledVoter voter = Find("A");
  EXPECT_EQ(Xs(voter.fingers), (Xs32{100, 300, 301}));
  EXPECT_EQ(Xs(voter.superseded), (Xs32{200}));
  ASSERT_TRUE(Edit("A", [](VoterEditor& editor) { return editor.ConfirmFinger(kIndex); }));
  voter = Find("A");
  EXPECT_EQ(Xs(voter.fingers), (Xs32{100, 300, 301}));
  EXPECT_TRUE(voter.superseded.empty());
}

TEST_F(VoterEditorTest, AFingerThatIsTakenBackIsAsItWas) {
  ASSERT_TRUE(Enroll("A"));
  const EnrolledVoter before = Find("A");
  ASSERT_TRUE(Edit("A", [](VoterEditor& editor) {
    return editor.ReplaceFinger(FingerPosition::kRightThumb,
                                {Finger(FingerPosition::kRightThumb, 300)}, kOperator);
  }));
  ASSERT_TRUE(Edit(
      "A", [](VoterEditor& editor) { return editor.RevertFinger(FingerPosition::kRightThumb); }));
  const EnrolledVoter after = Find("A");
  EXPECT_EQ(Xs(after.fingers), Xs(before.fingers));
  EXPECT_TRUE(after.superseded.empty());
  // It can be enrolled again after that, under a place that was never used.
  ASSERT_TRUE(Edit("A", [](VoterEditor& editor) {
    return editor.ReplaceFinger(FingerPosition::kRightThumb,
                                {Finger(FingerPosition::kRightThumb, 400)}, kOperator);
  }));
  EXPECT_EQ(Xs(Find("A").fingers), (Xs32{200, 400}));
}

TEST_F(VoterEditorTest, AFingerThatIsEnrolledAfterAllIsMissingNoLonger) {
  EnrollmentRecord record;
  record.data.voter_number = "A";
  record.data.precinct_id = "P1";
  record.data.missing_fingers = {{kIndex, MissingReason::kBandaged},
                                 {FingerPosition::kLeftThumb, MissingReason::kAmputated}};
  std::promise<Result<EnrollmentAnswer>> promise;
  ASSERT_TRUE(register_->Enroll(
      record, [&](Result<EnrollmentAnswer> a) { promise.set_value(std::move(a)); }));
  ASSERT_TRUE(promise.get_future().get());
  ASSERT_TRUE(Edit("A", [](VoterEditor& editor) {
    return editor.ReplaceFinger(kIndex, {Finger(kIndex, 300)}, kOperator);
  }));
  const EnrolledVoter voter = Find("A");
  EXPECT_EQ(Xs(voter.fingers), (Xs32{300}));
  EXPECT_TRUE(voter.superseded.empty()) << "there was nothing before it to be confirmed";
  EXPECT_EQ(voter.data.missing_fingers,
            (std::vector<MissingFinger>{{FingerPosition::kLeftThumb, MissingReason::kAmputated}}));
}

TEST_F(VoterEditorTest, HistoryPutBackByHandDoesNotOpen) {
  ASSERT_TRUE(Enroll("A"));
  ASSERT_TRUE(Edit("A", [](VoterEditor& editor) {
    return editor.ReplaceFinger(kIndex, {Finger(kIndex, 300)}, kOperator);
  }));
  // What somebody with the file and without the key could do: the counts agree.
  ASSERT_TRUE(
      Run("DELETE FROM finger_reference WHERE position = 2;"
          "INSERT INTO finger_reference SELECT voter_id, ordinal, position, view_number, quality, "
          "minutia_count, extractor_version, sealed FROM finger_history;"
          "DELETE FROM finger_history"));
  EXPECT_EQ(register_->Find(register_->ReferenceOf("A")).error().reason, "SEAL_BROKEN");
}

TEST_F(VoterEditorTest, AVoterPutBackOnTheRollByHandDoesNotOpen) {
  ASSERT_TRUE(Enroll("A"));
  ASSERT_TRUE(
      Edit("A", [](VoterEditor& editor) { return editor.Deactivate(DeactivationReason::kOther); }));
  ASSERT_TRUE(Run("UPDATE voter SET inactive_reason = NULL"));
  EXPECT_EQ(register_->Find(register_->ReferenceOf("A")).error().reason, "SEAL_BROKEN");
}

TEST_F(VoterEditorTest, NothingOfAnErasedVoterIsLeftInTheFiles) {
  ASSERT_TRUE(Enroll("A", "00000000-0000-4000-8000-000000000001"));
  ASSERT_TRUE(Enroll("B"));
  std::vector<uint8_t> data_key;
  std::vector<uint8_t> sealed;
  ASSERT_TRUE(database_->Read([&](Connection& connection) -> Status {
    TAANU_ASSIGN_OR_RETURN(
        Statement row, connection.Query("SELECT data_key, sealed FROM voter WHERE voter_id = 1"));
    TAANU_RETURN_IF_ERROR(row.Step());
    data_key = row.Blob(0);
    sealed = row.Blob(1);
    return row.Check();
  }));
  const auto in_files = [&](const std::vector<uint8_t>& bytes) {
    for (const char* name : {"register.db", "register.db-wal"}) {
      std::ifstream in(folder_ / name, std::ios::binary);
      std::ostringstream text;
      text << in.rdbuf();
      if (text.str().find(std::string(bytes.begin(), bytes.end())) != std::string::npos)
        return true;
    }
    return false;
  };
  ASSERT_EQ(data_key.size(), 72u);
  ASSERT_TRUE(in_files(data_key)) << "the files are not what was read";
  ASSERT_TRUE(Edit("A", [](VoterEditor& editor) { return editor.Erase(); }));
  EXPECT_EQ(register_->Find(register_->ReferenceOf("A")).error().reason, "UNKNOWN_VOTER");
  EXPECT_EQ(register_->Count(""), 1u);
  database_->EmptyLog();
  // The writer empties the log when it is idle; each of these writes waits for its turn.
  for (int i = 0; i < 1000 && in_files(data_key); ++i) ASSERT_TRUE(Run("SELECT 1"));
  EXPECT_FALSE(in_files(data_key));
  EXPECT_FALSE(in_files(sealed));
  EXPECT_EQ(Find("B").data.voter_number, "B");
  // The request is still known, so that a late repetition does not enrol the voter again.
  const auto late = Enroll("A", "00000000-0000-4000-8000-000000000001", 9);
  ASSERT_TRUE(late);
  EXPECT_EQ(register_->Count(""), 1u);
}

TEST_F(VoterEditorTest, AnEnrolmentIsKnownByItsRequest) {
  const std::string id = "00000000-0000-4000-8000-000000000001";
  const std::string other = "00000000-0000-4000-8000-000000000002";
  const auto first = Enroll("A", id);
  ASSERT_TRUE(first);
  EXPECT_FALSE(first->already_enrolled);
  OpenFile();
  const auto again = Enroll("A", id);
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->already_enrolled) << "the first answer";
  const auto found = Enroll("A", other);
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->already_enrolled);
  EXPECT_TRUE(Enroll("A", other)->already_enrolled);
  EXPECT_EQ(Enroll("B", id).error().reason, "REQUEST_ID_REUSED");
  EXPECT_EQ(Enroll("A", id, 2).error().reason, "REQUEST_ID_REUSED");
  EXPECT_EQ(register_->Count(""), 1u);
}

TEST_F(VoterEditorTest, AChangedKeySealsEveryVoterAgainWhileOthersAreEnrolled) {
  for (int i = 0; i < 300; ++i) ASSERT_TRUE(Enroll(Number(i)));
  Resealer resealer(database_.get(), vault_.get());
  EXPECT_EQ(resealer.Remaining(), 0u);
  ASSERT_TRUE(AddKey(folder_ / "key"));
  ASSERT_TRUE(RebindVault(*database_, *vault_));
  EXPECT_EQ(resealer.Remaining(), 300u);
  ASSERT_TRUE(resealer.CheckKeys());
  resealer.Start();
  for (int i = 300; i < 350; ++i) ASSERT_TRUE(Enroll(Number(i)));
  WaitForResealer(resealer);
  ASSERT_TRUE(RetireKeys(folder_ / "key", folder_ / "old"));
  OpenFile();
  for (int i = 0; i < 350; ++i) {
    EXPECT_EQ(Xs(Find(Number(i)).fingers), (Xs32{100, 200})) << i;
  }
}

TEST_F(VoterEditorTest, AKeyThatIsStillNeededIsMissed) {
  ASSERT_TRUE(Enroll("A"));
  ASSERT_TRUE(AddKey(folder_ / "key"));
  ASSERT_TRUE(RebindVault(*database_, *vault_));  // and the daemon dies before it seals again
  ASSERT_TRUE(RetireKeys(folder_ / "key", folder_ / "old"));
  OpenFile();
  const Resealer resealer(database_.get(), vault_.get());
  const Status checked = resealer.CheckKeys();
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().reason, "KEY_MISSING");
}

}  // namespace
}  // namespace taanu::test
