#include "service/cli/load_state.h"

#include <nlohmann/json.hpp>
#include <span>
#include <system_error>
#include <vector>

#include "service/cli/file_io.h"
#include "service/cli/uuid.h"

namespace taanu::cli {
namespace {

namespace fs = std::filesystem;
constexpr size_t kStateBytesMax = 4096;

}  // namespace

Result<LoadState> LoadState::Begin(const fs::path& manifest) {
  std::error_code size_error;
  std::error_code time_error;
  LoadState state;
  state.request_id = NewUuid();
  state.manifest_bytes = fs::file_size(manifest, size_error);
  const fs::file_time_type time = fs::last_write_time(manifest, time_error);
  if (size_error || time_error) {
    return Fail(ErrorCode::kNotFound, "MANIFEST_NOT_FOUND",
                "there is no manifest " + manifest.string());
  }
  state.manifest_time_ns =
      std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
  return state;
}

Result<LoadState> ReadLoadState(const fs::path& path) {
  TAANU_ASSIGN_OR_RETURN(const std::vector<uint8_t> bytes, ReadFile(path, kStateBytesMax));
  const nlohmann::json object = nlohmann::json::parse(bytes, nullptr, /*allow_exceptions=*/false);
  const auto number = [&](const char* key) {
    return object.is_object() && object.contains(key) && object[key].is_number_integer();
  };
  if (!number("next_line") || !number("manifest_bytes") || !number("manifest_time_ns") ||
      !object.contains("request_id") || !object["request_id"].is_string() ||
      !IsUuid(object["request_id"].get<std::string>())) {
    return Fail(ErrorCode::kBadInput, "LOAD_STATE_DAMAGED",
                path.string() + " does not say how far a load came; load without --resume");
  }
  LoadState state;
  state.request_id = object["request_id"].get<std::string>();
  state.next_line = object["next_line"].get<uint64_t>();
  state.manifest_bytes = object["manifest_bytes"].get<uint64_t>();
  state.manifest_time_ns = object["manifest_time_ns"].get<int64_t>();
  return state;
}

Status WriteLoadState(const fs::path& path, const LoadState& state) {
  const nlohmann::json object = {{"request_id", state.request_id},
                                 {"next_line", state.next_line},
                                 {"manifest_bytes", state.manifest_bytes},
                                 {"manifest_time_ns", state.manifest_time_ns}};
  const std::string text = object.dump() + "\n";
  return WriteFile(path, {reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

}  // namespace taanu::cli
