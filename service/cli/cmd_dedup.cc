// taanu dedup: searches the register for people who are in it twice.
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>

#include "service/cli/commands.h"
#include "service/cli/output.h"
#include "service/cli/remote.h"
#include "service/cli/uuid.h"
#include "service/cli/words.h"
#include "taanu/v1/adjudication_service.grpc.pb.h"

namespace taanu::cli {
namespace {

using Stub = v1::AdjudicationService::Stub;

constexpr std::chrono::milliseconds kPollInterval{200};
// Between two lines where standard error is no terminal.
constexpr std::chrono::seconds kLineInterval{5};

struct DedupOptions {
  RemoteOptions remote;
  double false_pairs = 1;
  std::string officer;
  std::string request_id;
  bool wait = true;
  bool status = false;
  bool cancel = false;
};

Result<v1::DuplicateSearch> Get(const Remote& remote, Stub& stub, uint64_t search_id) {
  v1::GetDuplicateSearchRequest request;
  request.set_search_id(search_id);
  TAANU_ASSIGN_OR_RETURN(const v1::GetDuplicateSearchResponse answer,
                         Call(remote, stub, &Stub::GetDuplicateSearch, request));
  return answer.search();
}

Result<v1::DuplicateSearch> Start(const DedupOptions& options, const Remote& remote, Stub& stub) {
  v1::StartDuplicateSearchRequest request;
  request.set_request_id(options.request_id.empty() ? NewUuid() : options.request_id);
  request.set_operator_id(options.officer);
  request.set_false_pairs(options.false_pairs);
  TAANU_ASSIGN_OR_RETURN(const v1::StartDuplicateSearchResponse answer,
                         Call(remote, stub, &Stub::StartDuplicateSearch, request));
  return answer.search();
}

Result<v1::DuplicateSearch> Cancel(const DedupOptions& options, const Remote& remote, Stub& stub) {
  v1::CancelDuplicateSearchRequest request;
  request.set_request_id(options.request_id.empty() ? NewUuid() : options.request_id);
  request.set_operator_id(options.officer);
  TAANU_ASSIGN_OR_RETURN(const v1::CancelDuplicateSearchResponse answer,
                         Call(remote, stub, &Stub::CancelDuplicateSearch, request));
  return answer.search();
}

std::string ProgressText(const v1::DuplicateSearch& search) {
  std::array<char, 128> text{};
  if (search.voter_count() == 0) return "reading the register";
  std::snprintf(text.data(), text.size(), "searched %llu of %llu voters (%.0f %%), %llu pairs",
                static_cast<unsigned long long>(search.searched_count()),
                static_cast<unsigned long long>(search.voter_count()),
                100.0 * static_cast<double>(search.searched_count()) /
                    static_cast<double>(search.voter_count()),
                static_cast<unsigned long long>(search.pair_count()));
  return text.data();
}

// A line rewritten in place on a terminal, and a plain one every few seconds elsewhere.
class SearchProgress {
 public:
  explicit SearchProgress(bool quiet) : quiet_(quiet), terminal_(isatty(STDERR_FILENO) == 1) {}
  ~SearchProgress() {
    if (on_screen_) std::fputs("\r\x1b[K", stderr);
  }
  SearchProgress(const SearchProgress&) = delete;
  SearchProgress& operator=(const SearchProgress&) = delete;

  void Show(const v1::DuplicateSearch& search) {
    const auto now = std::chrono::steady_clock::now();
    if (quiet_ || (!terminal_ && now - shown_ < kLineInterval)) return;
    shown_ = now;
    on_screen_ = terminal_;
    std::fprintf(stderr, terminal_ ? "\r\x1b[K%s" : "%s\n", ProgressText(search).c_str());
  }

 private:
  const bool quiet_;
  const bool terminal_;
  std::chrono::steady_clock::time_point shown_{};
  bool on_screen_ = false;
};

Result<v1::DuplicateSearch> Wait(const Remote& remote, Stub& stub, v1::DuplicateSearch search,
                                 bool quiet) {
  SearchProgress progress(quiet);
  while (search.state() == v1::DUPLICATE_SEARCH_STATE_RUNNING) {
    progress.Show(search);
    std::this_thread::sleep_for(kPollInterval);
    TAANU_ASSIGN_OR_RETURN(search, Get(remote, stub, search.search_id()));
  }
  return search;
}

Result<v1::DuplicateSearch> Run(const DedupOptions& options, bool quiet) {
  if (!options.status && options.officer.empty()) {
    return Fail(ErrorCode::kBadInput, "BAD_OPTIONS",
                "--operator NAME is needed, for the audit log");
  }
  TAANU_ASSIGN_OR_RETURN(const Remote remote, Remote::Open(options.remote));
  const auto stub = v1::AdjudicationService::NewStub(remote.channel());
  if (options.status) return Get(remote, *stub, 0);
  TAANU_ASSIGN_OR_RETURN(v1::DuplicateSearch search, options.cancel
                                                         ? Cancel(options, remote, *stub)
                                                         : Start(options, remote, *stub));
  if (!options.wait) return search;
  return Wait(remote, *stub, std::move(search), quiet);
}

// What the search says, and above all what it does not say.
std::string Verdict(const v1::DuplicateSearch& search) {
  switch (search.state()) {
    case v1::DUPLICATE_SEARCH_STATE_RUNNING:
      return "RUNNING: " + ProgressText(search);
    case v1::DUPLICATE_SEARCH_STATE_COMPLETE:
      return "COMPLETE: everybody with a reference was searched";
    default:
      return "INCOMPLETE (" + search.end_reason() +
             "): not everybody was searched, and that somebody was not found says nothing; start "
             "it again";
  }
}

void Print(const v1::DuplicateSearch& search) {
  const auto count = [](const char* name, uint64_t value, const char* what) {
    std::printf("  %-15s  %llu%s\n", name, static_cast<unsigned long long>(value), what);
  };
  std::printf("search %llu: %s\n", static_cast<unsigned long long>(search.search_id()),
              Verdict(search).c_str());
  std::printf("  %-15s  %g are to be expected in the whole register\n", "false cases",
              search.false_pairs());
  if (search.threshold_score() > 0) {
    std::printf("  %-15s  %.1f (FMR %.2g of a pair)\n", "threshold", search.threshold_score(),
                search.threshold_fmr());
    std::printf("  %-15s  reach it %.3g times as often as it claims, by %llu pairs\n", "strangers",
                search.times_claimed(),
                static_cast<unsigned long long>(search.stranger_pair_count()));
  }
  count("voters", search.voter_count(), " with a reference");
  count("searched", search.searched_count(), "");
  count("not searched", search.unsearched_count(), " without a reference: nobody looked for them");
  count("came meanwhile", search.arrived_count(), ": the next search looks for them");
  count("pairs found", search.pair_count(), "");
  count("cases opened", search.case_count(), "; see `taanu cases list --state open`");
}

ExitStatus RunDedup(const DedupOptions& options, const Context& context) {
  const Result<v1::DuplicateSearch> search = Run(options, context.json);
  if (!search) return PrintError(context, search.error());
  if (context.json) {
    std::puts(ToJson(*search).c_str());
  } else {
    Print(*search);
  }
  // A script must not take half a search for a whole one.
  const bool failed = search->state() == v1::DUPLICATE_SEARCH_STATE_INCOMPLETE && !options.cancel;
  return failed ? ExitStatus::kUnavailable : ExitStatus::kSuccess;
}

}  // namespace

void RegisterDedup(CLI::App& app, Context& context) {
  auto options = std::make_shared<DedupOptions>();
  CLI::App* command = AddCommand(
      app, context,
      {"dedup",
       "Search everybody in the register against everybody, and open a case for each pair that may "
       "be one person. The daemon searches in the background: it goes on when this command is "
       "ended",
       "taanu dedup --false-pairs 10 --operator aigul\ntaanu dedup --status"},
      [options, &context] { return RunDedup(*options, context); });
  command
      ->add_option("--false-pairs", options->false_pairs,
                   "How many pairs of different people may be taken for one in the whole register")
      ->capture_default_str();
  command->add_option("--operator", options->officer, "Who does it, for the audit log");
  command->add_option("--request-id", options->request_id,
                      "Repeat a request whose answer was lost");
  command->add_flag("!--no-wait", options->wait, "Do not wait for the end of the search");
  CLI::Option* status =
      command->add_flag("--status", options->status, "Only tell how far the last search is");
  command->add_flag("--cancel", options->cancel, "End the search that runs; what it found stays")
      ->excludes(status);
  AddRemoteOptions(command, &options->remote);
}

}  // namespace taanu::cli
