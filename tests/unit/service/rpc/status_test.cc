#include "service/rpc/status.h"

#include <gtest/gtest.h>

#include "google/rpc/error_details.pb.h"
#include "tests/support/client.h"

namespace taanu::rpc {
namespace {

using grpc::StatusCode;

TEST(StatusTest, EveryKindOfErrorHasItsCode) {
  const auto code = [](ErrorCode kind, const char* reason = "R") {
    return CodeOf({kind, reason, "m"});
  };
  EXPECT_EQ(code(ErrorCode::kBadInput), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(code(ErrorCode::kUnsupported), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(code(ErrorCode::kNotFound), StatusCode::NOT_FOUND);
  EXPECT_EQ(code(ErrorCode::kConflict, "POLLS_CLOSED"), StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(code(ErrorCode::kConflict, "VOTER_NUMBER_EXISTS"), StatusCode::ALREADY_EXISTS);
  EXPECT_EQ(code(ErrorCode::kRefused), StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(code(ErrorCode::kRefused, "UNAUTHENTICATED"), StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(code(ErrorCode::kUnavailable), StatusCode::UNAVAILABLE);
  EXPECT_EQ(code(ErrorCode::kExhausted), StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(code(ErrorCode::kCancelled), StatusCode::CANCELLED);
  EXPECT_EQ(code(ErrorCode::kInternal), StatusCode::INTERNAL);
}

TEST(StatusTest, ADamagedStoreIsNotTheClientsFault) {
  EXPECT_EQ(CodeOf({ErrorCode::kBadInput, "SEAL_BROKEN", "m"}), StatusCode::DATA_LOSS);
}

TEST(StatusTest, AFieldIsNamedInTheMetadataAlsoInsideAnother) {
  const Error error =
      InField("samples[1]", InField("raw", FieldError("width", "BAD_SIZE", "is 7")));
  EXPECT_EQ(error.message, "samples[1].raw.width: is 7");
  const grpc::Status status = ToGrpcStatus(error);
  EXPECT_EQ(test::ReasonOf(status), "BAD_SIZE");
  EXPECT_EQ(test::FieldOf(status), "samples[1].raw.width");
  EXPECT_LT(test::RetryDelayOf(status), 0);
}

TEST(StatusTest, AnErrorOfADecoderIsPutInItsField) {
  const Error decoder{ErrorCode::kBadInput, "TRUNCATED", "The file ends at byte 7"};
  EXPECT_EQ(InField("data", decoder).message, "data: The file ends at byte 7");
}

TEST(StatusTest, AMessageWithAColonIsNotTakenForAField) {
  EXPECT_EQ(test::FieldOf(ToGrpcStatus({ErrorCode::kBadInput, "R", "At byte 7: bad"})), "");
  EXPECT_EQ(test::FieldOf(ToGrpcStatus({ErrorCode::kBadInput, "R", ": bad"})), "");
}

TEST(StatusTest, AFullQueueSaysWhenToComeAgain) {
  const grpc::Status status = ToGrpcStatus(QueueFull("a worker"), std::chrono::milliseconds(1'250));
  EXPECT_EQ(test::ReasonOf(status), "QUEUE_FULL");
  EXPECT_DOUBLE_EQ(test::RetryDelayOf(status), 1.25);
}

}  // namespace
}  // namespace taanu::rpc
