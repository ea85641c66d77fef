#include "service/audit/witness.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "service/audit/cosignature.h"
#include "tests/unit/enroll/store/temp_folder.h"
#include "tests/unit/service/audit/tree.h"

namespace taanu::test {
namespace {

// A log of numbered leaves, in which one may be another one.
class WitnessTest : public testing::Test {
 protected:
  void SetUp() override {
    log_ = MakeSigner("log", note::KeyKind::kLog);
    witness_ = MakeSigner("witness.example/w1", note::KeyKind::kWitness);
    log_key_ = {log_->name(), log_->public_key()};
  }

  std::unique_ptr<Signer> MakeSigner(const std::string& name, note::KeyKind kind) {
    const auto path = folder_ / std::to_string(++keys_);
    EXPECT_TRUE(Signer::CreateKeyFile(path, name, kind));
    return std::move(*Signer::FromKeyFile(path, kind));
  }

  std::string NoteOf(const Tree& tree, uint64_t size) {
    return log_->SignNote(note::CheckpointText(log_->name(), size, *tree.RootAt(size)));
  }
  WitnessOffer Offer(const Tree& tree, uint64_t seen, uint64_t size) {
    WitnessOffer offer{NoteOf(tree, size), {}};
    if (seen < size) offer.consistency = *merkle::ConsistencyProof(seen, size, tree.Reader());
    return offer;
  }
  static Tree MakeTree(uint64_t size, uint64_t other = ~uint64_t{0}) {
    Tree tree;
    for (uint64_t i = 0; i < size; ++i) tree.Add(i == other ? "other" : std::to_string(i));
    return tree;
  }
  note::VerifierKey WitnessKey() const { return {witness_->name(), witness_->public_key()}; }

  TempFolder folder_;
  int keys_ = 0;
  std::unique_ptr<Signer> log_;
  std::unique_ptr<Signer> witness_;
  note::VerifierKey log_key_;
};

TEST_F(WitnessTest, ALogThatGrowsIsCosignedAgainAndAgain) {
  const Tree tree = MakeTree(40);
  std::optional<note::CheckpointHead> seen;
  uint64_t before = 0;
  for (const uint64_t size : {3, 3, 4, 17, 40}) {
    const auto cosigned =
        Cosign(*witness_, log_key_, seen, Offer(tree, before, size), 1'700'000'000 + size);
    ASSERT_TRUE(cosigned) << cosigned.error().message;
    EXPECT_EQ(note::VerifyCosignature(*cosigned, WitnessKey()), 1'700'000'000 + size);
    const auto head = SeenHead(*cosigned, *witness_, log_key_);
    ASSERT_TRUE(head) << head.error().message;
    EXPECT_EQ(head->size, size);
    seen = *head;
    before = size;
  }
}

TEST_F(WitnessTest, AForkIsRefusedAtEverySize) {
  const Tree tree = MakeTree(20);
  const auto seen = note::VerifyCheckpoint(NoteOf(tree, 12), log_key_);
  ASSERT_TRUE(seen);
  const auto reason = [&](const WitnessOffer& offer) {
    const auto cosigned = Cosign(*witness_, log_key_, *seen, offer, 1);
    return cosigned ? std::string() : cosigned.error().reason;
  };
  for (uint64_t other = 0; other < 12; ++other) {
    const Tree fork = MakeTree(20, other);
    for (uint64_t size = 12; size <= 20; ++size) {
      EXPECT_EQ(reason(Offer(fork, 12, size)), "FORK") << other << " of " << size;
      // With the proof of the true log, too.
      WitnessOffer mixed = Offer(fork, 12, size);
      mixed.consistency = Offer(tree, 12, size).consistency;
      EXPECT_EQ(reason(mixed), "FORK") << other << " of " << size;
    }
  }
  for (uint64_t size = 0; size < 12; ++size) {
    EXPECT_EQ(reason(Offer(tree, 12, size)), "FORK") << "taken back to " << size;
  }
  EXPECT_EQ(reason(Offer(tree, 12, 20)), "");
}

TEST_F(WitnessTest, WhatTheLogDidNotSignIsNoForkAndIsNotCosigned) {
  const Tree tree = MakeTree(5);
  const auto other = MakeSigner("log", note::KeyKind::kLog);
  const WitnessOffer offer{other->SignNote(note::CheckpointText("log", 5, *tree.RootAt(5))), {}};
  EXPECT_EQ(Cosign(*witness_, log_key_, std::nullopt, offer, 1).error().reason, "BAD_SIGNATURE");
}

TEST_F(WitnessTest, AChangedCosignatureIsFound) {
  const Tree tree = MakeTree(5);
  const std::string good = *Cosign(*witness_, log_key_, std::nullopt, Offer(tree, 0, 5), 77);
  for (size_t at = 0; at < good.size(); ++at) {
    std::string changed = good;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(SeenHead(changed, *witness_, log_key_)) << at;
  }
  EXPECT_EQ(note::VerifyCosignature(NoteOf(tree, 5), WitnessKey()).error().reason,
            "BAD_COSIGNATURE")
      << "there is none";
}

TEST_F(WitnessTest, APolicyCountsWitnessesAndNotTheirLines) {
  const Tree tree = MakeTree(5);
  const auto second = MakeSigner("witness.example/w2", note::KeyKind::kWitness);
  const auto third = MakeSigner("witness.example/w3", note::KeyKind::kWitness);
  const note::VerifierKey second_key{second->name(), second->public_key()};
  const note::VerifierKey third_key{third->name(), third->public_key()};
  const std::string text = note::CheckpointText("log", 5, *tree.RootAt(5));
  std::string cosigned = NoteOf(tree, 5) + witness_->CosignLine(text, 1);
  cosigned += witness_->CosignLine(text, 2);
  const auto holds = [&](size_t count_min) {
    return note::CheckWitnesses(cosigned,
                                {{WitnessKey(), WitnessKey(), second_key, third_key}, count_min})
        .has_value();
  };
  EXPECT_TRUE(holds(1));
  EXPECT_FALSE(holds(2)) << "one witness twice is one";
  cosigned += second->CosignLine(text, 3);
  EXPECT_TRUE(holds(2));
  EXPECT_FALSE(holds(3));
  cosigned += third->CosignLine("another text\n", 3);
  EXPECT_FALSE(holds(3));
}

// Layout and message, by hand from the specification: the signature of the line is over the header,
// the time and the text, and the key's hash has the byte 0x04.
TEST_F(WitnessTest, TheCosignatureIsLaidOutAsTheSpecificationSays) {
  EXPECT_EQ(note::CosignedMessage("example.com/behind-the-sofa\n20852163\n", 1679315147),
            "cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\n");
  const std::string line = witness_->CosignLine("text\n", 0x0102030405060708);
  const size_t base64 = line.rfind(' ') + 1;
  const auto bytes = note::FromBase64(line.substr(base64, line.size() - base64 - 1));
  ASSERT_TRUE(bytes);
  ASSERT_EQ(bytes->size(), 4U + 8U + 64U);
  const note::KeyHash hash =
      note::HashKey(witness_->name(), witness_->public_key(), note::KeyKind::kWitness);
  EXPECT_TRUE(std::equal(hash.begin(), hash.end(), bytes->begin()));
  for (size_t i = 0; i < 8; ++i) EXPECT_EQ((*bytes)[4 + i], i + 1);
  EXPECT_NE(hash, note::HashKey(witness_->name(), witness_->public_key()));
}

TEST_F(WitnessTest, AKeyOfTheOneKindIsNoneOfTheOther) {
  const auto path = folder_ / std::to_string(keys_);  // the witness's
  EXPECT_EQ(Signer::FromKeyFile(path).error().code, ErrorCode::kBadInput);
  const std::string text =
      note::FormatVerifierKey("a", witness_->public_key(), note::KeyKind::kWitness);
  EXPECT_FALSE(note::ParseVerifierKey(text));
  EXPECT_TRUE(note::ParseVerifierKey(text, note::KeyKind::kWitness));
}

}  // namespace
}  // namespace taanu::test
