// Proofs that the real daemon gives, checked with the public key, the leaves and nothing of its.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "service/audit/note.h"
#include "service/audit/proof.h"
#include "tests/support/election.h"
#include "tests/support/merkle_root.h"

namespace taanu::test {
namespace {

using grpc::StatusCode;
using merkle::Hash;

Hash ToHash(const std::string& bytes) {
  Hash hash{};
  EXPECT_EQ(bytes.size(), hash.size());
  std::copy_n(bytes.begin(), std::min(bytes.size(), hash.size()), hash.begin());
  return hash;
}

merkle::Proof ToProof(const google::protobuf::RepeatedPtrField<std::string>& hashes) {
  merkle::Proof proof;
  for (const std::string& hash : hashes) proof.push_back(ToHash(hash));
  return proof;
}

class AuditProofsTest : public testing::Test {
 protected:
  void SetUp() override {
    std::ifstream in(election_.folder() / "audit.key.pub");
    std::string text;
    std::getline(in, text);
    const auto key = note::ParseVerifierKey(text);
    ASSERT_TRUE(key) << text;
    key_ = *key;
  }

  void AddPrecincts(int first, int count) {
    for (int i = first; i < first + count; ++i) {
      v1::CreatePrecinctResponse created;
      ASSERT_TRUE(
          client_.CreatePrecinct(std::string("P").append(std::to_string(i)), &created).ok());
    }
  }

  // That the daemon signed this head of the log.
  void ExpectSigned(const v1::GetCheckpointResponse& checkpoint) {
    const auto text = note::Verify(checkpoint.signed_note(), key_);
    ASSERT_TRUE(text) << text.error().message;
    EXPECT_EQ(*text, note::CheckpointText(key_.name, checkpoint.log_size(),
                                          ToHash(checkpoint.root_hash())));
  }

  std::vector<std::string> Leaves() {
    std::vector<std::string> leaves;
    for (const v1::Event& event : AllEvents(client_)) leaves.push_back(event.leaf());
    return leaves;
  }

  Election election_;
  Client client_ = election_.Connect();
  note::VerifierKey key_;
};

TEST_F(AuditProofsTest, EveryEntryIsProvedToBeInTheLogOfEverySize) {
  AddPrecincts(0, 12);
  const std::vector<std::string> leaves = Leaves();
  ASSERT_GE(leaves.size(), 12U);
  for (uint64_t size = 1; size <= leaves.size(); ++size) {
    for (uint64_t index = 0; index < size; ++index) {
      v1::GetInclusionProofResponse proof;
      // The present size is asked for as such.
      const grpc::Status status =
          client_.InclusionProof(index, size == leaves.size() ? 0 : size, &proof);
      ASSERT_TRUE(status.ok()) << status.error_message();
      EXPECT_EQ(proof.index(), index);
      EXPECT_EQ(proof.checkpoint().log_size(), size);
      ExpectSigned(proof.checkpoint());
      EXPECT_EQ(ToHash(proof.leaf_hash()), merkle::HashLeaf(leaves[index]));
      const Status included =
          merkle::VerifyInclusion(index, size, merkle::HashLeaf(leaves[index]),
                                  ToProof(proof.hashes()), ToHash(proof.checkpoint().root_hash()));
      EXPECT_TRUE(included) << index << " in " << size;
    }
  }
}

TEST_F(AuditProofsTest, TheLogIsProvedToBeginWithEveryEarlierCheckpoint) {
  std::vector<v1::GetCheckpointResponse> earlier;
  for (int i = 0; i < 9; ++i) {
    AddPrecincts(i, 1);
    ASSERT_TRUE(client_.Checkpoint(&earlier.emplace_back()).ok());
  }
  for (const v1::GetCheckpointResponse& before : earlier) {
    for (const v1::GetCheckpointResponse& after : earlier) {
      if (after.log_size() < before.log_size()) continue;
      v1::GetConsistencyProofResponse proof;
      ASSERT_TRUE(client_.ConsistencyProof(before.log_size(), after.log_size(), &proof).ok());
      ExpectSigned(proof.checkpoint());
      EXPECT_EQ(proof.checkpoint().root_hash(), after.root_hash());
      EXPECT_TRUE(merkle::VerifyConsistency(before.log_size(), after.log_size(),
                                            ToHash(before.root_hash()), ToHash(after.root_hash()),
                                            ToProof(proof.hashes())))
          << before.log_size() << " to " << after.log_size();
    }
  }
}

TEST_F(AuditProofsTest, AnExportIsTheWholeLogAndEndsInItsCheckpoint) {
  AddPrecincts(0, 1203);
  v1::ExportEventsRequest request;
  std::vector<v1::Event> events;
  std::string last_note;
  const auto stub = v1::AuditService::NewStub(client_.channel());
  grpc::ClientContext context;
  const auto stream = stub->ExportEvents(&context, request);
  for (v1::ExportEventsResponse part; stream->Read(&part); last_note = part.signed_note()) {
    events.insert(events.end(), part.events().begin(), part.events().end());
  }
  ASSERT_TRUE(stream->Finish().ok());
  std::vector<std::string> leaves;
  for (const v1::Event& event : events) {
    EXPECT_EQ(event.index(), leaves.size());
    EXPECT_EQ(ToHash(event.leaf_hash()), merkle::HashLeaf(event.leaf()));
    leaves.push_back(event.leaf());
  }
  EXPECT_GE(leaves.size(), 1203U);
  const auto text = note::Verify(last_note, key_);
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_EQ(*text, note::CheckpointText(key_.name, leaves.size(), RootOf(leaves)));
}

TEST_F(AuditProofsTest, WhatTheLogDoesNotHaveIsRefused) {
  AddPrecincts(0, 3);
  v1::GetCheckpointResponse now;
  ASSERT_TRUE(client_.Checkpoint(&now).ok());
  v1::GetInclusionProofResponse inclusion;
  v1::GetConsistencyProofResponse consistency;
  const uint64_t size = now.log_size();
  const auto reason = [](const grpc::Status& status) { return ReasonOf(status); };
  EXPECT_EQ(reason(client_.InclusionProof(size, size, &inclusion)), "BAD_INDEX");
  EXPECT_EQ(reason(client_.InclusionProof(~uint64_t{0}, 0, &inclusion)), "BAD_INDEX");
  EXPECT_EQ(reason(client_.InclusionProof(0, size + 1000, &inclusion)), "LOG_TOO_SHORT");
  EXPECT_EQ(reason(client_.InclusionProof(0, ~uint64_t{0}, &inclusion)), "LOG_TOO_SHORT");
  EXPECT_EQ(reason(client_.ConsistencyProof(size + 1000, 0, &consistency)), "LOG_TOO_SHORT");
  EXPECT_EQ(reason(client_.ConsistencyProof(2, 1, &consistency)), "BAD_SIZE");
  EXPECT_EQ(client_.ConsistencyProof(0, size + 1000, &consistency).error_code(),
            StatusCode::NOT_FOUND);
}

}  // namespace
}  // namespace taanu::test
