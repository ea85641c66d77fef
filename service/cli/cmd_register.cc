// taanu register: what is in the register as a whole.
#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "enroll/load/finger_column.h"
#include "enroll/load/finger_value.h"
#include "service/cli/commands.h"
#include "service/cli/output.h"
#include "service/cli/remote.h"
#include "service/cli/table.h"
#include "service/cli/words.h"
#include "taanu/v1/enrollment_service.grpc.pb.h"

namespace taanu::cli {
namespace {

using Enrollment = v1::EnrollmentService::Stub;

// The digest reads every voter; a national register takes minutes.
constexpr int kDigestTimeoutS = 1800;

struct RegisterOptions {
  RemoteOptions remote;
  std::string precinct;
  bool csv = false;
};

ExitStatus RunDigest(const RegisterOptions& options, const Context& context) {
  const Result<Remote> remote = Remote::Open(options.remote);
  if (!remote) return PrintError(context, remote.error());
  const auto stub = v1::EnrollmentService::NewStub(remote->channel());
  const auto digest =
      Call(*remote, *stub, &Enrollment::GetRegisterDigest, v1::GetRegisterDigestRequest());
  if (!digest) return PrintError(context, digest.error());
  if (context.json) {
    std::puts(ToJson(*digest).c_str());
    return ExitStatus::kSuccess;
  }
  std::printf("%s  %llu voters, %llu references\n", digest->digest().c_str(),
              static_cast<unsigned long long>(digest->voter_count()),
              static_cast<unsigned long long>(digest->reference_count()));
  return ExitStatus::kSuccess;
}

// "right_index amputated, left_thumb bandaged".
std::string MissingText(const v1::Voter& voter) {
  std::string text;
  for (const v1::MissingFinger& finger : voter.missing_fingers()) {
    if (!text.empty()) text += ", ";
    text += FingerColumn(static_cast<FingerPosition>(finger.position()));
    text += ' ';
    text += MissingReasonName(static_cast<MissingReason>(finger.reason()));
  }
  return text;
}

Result<std::vector<v1::Voter>> ListUnreferenced(const RegisterOptions& options) {
  TAANU_ASSIGN_OR_RETURN(const Remote remote, Remote::Open(options.remote));
  const auto stub = v1::EnrollmentService::NewStub(remote.channel());
  v1::ListUnreferencedVotersRequest request;
  request.set_precinct_id(options.precinct);
  request.set_page_size(1000);
  std::vector<v1::Voter> voters;
  do {
    TAANU_ASSIGN_OR_RETURN(v1::ListUnreferencedVotersResponse page,
                           Call(remote, *stub, &Enrollment::ListUnreferencedVoters, request));
    for (v1::Voter& voter : *page.mutable_voters()) voters.push_back(std::move(voter));
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  std::ranges::sort(voters, {}, [](const v1::Voter& voter) {
    return std::pair(voter.precinct_id(), voter.voter_number());
  });
  return voters;
}

ExitStatus RunUnreferenced(const RegisterOptions& options, const Context& context) {
  const auto voters = ListUnreferenced(options);
  if (!voters) return PrintError(context, voters.error());
  if (context.json) {
    for (const v1::Voter& voter : *voters) std::puts(ToJson(voter).c_str());
    return ExitStatus::kSuccess;
  }
  Table table({"precinct", "voter_number", "family_name", "given_names", "missing"}, 5);
  std::map<std::string, uint64_t> by_precinct;
  for (const v1::Voter& voter : *voters) {
    ++by_precinct[voter.precinct_id()];
    table.Add({voter.precinct_id(), voter.voter_number(), voter.family_name(), voter.given_names(),
               MissingText(voter)});
  }
  if (options.csv) {
    std::fputs(table.Csv().c_str(), stdout);
    return ExitStatus::kSuccess;
  }
  if (!voters->empty()) std::fputs((table.Text() + "\n").c_str(), stdout);
  for (const auto& [precinct, count] : by_precinct) {
    std::printf("%s: %llu\n", precinct.c_str(), static_cast<unsigned long long>(count));
  }
  std::printf("%zu voters have no usable reference\n", voters->size());
  return ExitStatus::kSuccess;
}

}  // namespace

void RegisterRegister(CLI::App& app, Context& context) {
  CLI::App* group =
      AddCommand(app, context,
                 {"register", "Prove what is in the register, and find who cannot be identified",
                  "taanu register digest"});
  auto digest_options = std::make_shared<RegisterOptions>();
  digest_options->remote.timeout_s = kDigestTimeoutS;
  CLI::App* digest = AddCommand(
      *group, context,
      {"digest", "Print a keyed digest of the content: the same for two loads of the same voters",
       "taanu register digest"},
      [digest_options, &context] { return RunDigest(*digest_options, context); });
  AddRemoteOptions(digest, &digest_options->remote);

  auto list_options = std::make_shared<RegisterOptions>();
  CLI::App* list =
      AddCommand(*group, context,
                 {"unreferenced", "List by precinct the voters who have no usable finger",
                  "taanu register unreferenced --precinct P0001 --csv"},
                 [list_options, &context] { return RunUnreferenced(*list_options, context); });
  list->add_option("--precinct", list_options->precinct, "Only this precinct");
  list->add_flag("--csv", list_options->csv, "Write CSV");
  AddRemoteOptions(list, &list_options->remote);
}

}  // namespace taanu::cli
