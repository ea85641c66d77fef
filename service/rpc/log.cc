#include "service/rpc/log.h"

#include <spdlog/async.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <chrono>
#include <ctime>
#include <memory>
#include <nlohmann/json.hpp>

namespace taanu::log {
namespace {

// Lines that may wait for standard error.
constexpr size_t kLinesWaitingMax = 8192;

std::atomic<LogFormat> g_format = LogFormat::kJson;
// Set by Start before any other thread runs, and left in place by Stop: a late line is dropped.
std::shared_ptr<spdlog::logger>& Logger() {
  static std::shared_ptr<spdlog::logger> logger;
  return logger;
}

spdlog::level::level_enum SpdlogLevel(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

std::string_view LevelName(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      return "error";
  }
  return "error";
}

// RFC 3339 with milliseconds, UTC.
std::string TimeText(int64_t time_us) {
  const std::time_t seconds = time_us / 1'000'000;
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char text[64];
  const size_t length = std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &utc);
  char millis[8];
  std::snprintf(millis, sizeof(millis), ".%03dZ", static_cast<int>(time_us / 1000 % 1000));
  return std::string(text, length) + millis;
}

nlohmann::ordered_json ToJson(const Value& value) {
  return std::visit([](const auto& v) { return nlohmann::ordered_json(v); }, value);
}

std::string Dump(const nlohmann::ordered_json& json) {
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace

std::string FormatLine(LogFormat format, LogLevel level, int64_t time_us, std::string_view event,
                       std::initializer_list<Field> fields) {
  if (format == LogFormat::kJson) {
    nlohmann::ordered_json line;
    line["time"] = TimeText(time_us);
    line["level"] = LevelName(level);
    line["event"] = event;
    for (const Field& field : fields) line[std::string(field.key)] = ToJson(field.value);
    return Dump(line);
  }
  std::string line = TimeText(time_us);
  line.append(1, ' ').append(LevelName(level)).append(1, ' ').append(event);
  // Values are written as JSON here too, so that a line break in one cannot forge a line.
  for (const Field& field : fields) {
    line.append(1, ' ').append(field.key).append(1, '=').append(Dump(ToJson(field.value)));
  }
  return line;
}

void Start(LogLevel level, LogFormat format) {
  g_format = format;
  spdlog::init_thread_pool(kLinesWaitingMax, 1);
  auto logger = spdlog::create_async_nb<spdlog::sinks::stderr_sink_mt>("taanud");
  logger->set_pattern("%v");
  logger->set_level(SpdlogLevel(level));
  logger->flush_on(spdlog::level::debug);
  Logger() = std::move(logger);
}

void Stop() { spdlog::shutdown(); }

void Write(LogLevel level, std::string_view event, std::initializer_list<Field> fields) {
  const std::shared_ptr<spdlog::logger>& logger = Logger();
  if (logger == nullptr || !logger->should_log(SpdlogLevel(level))) return;
  const int64_t time_us = std::chrono::duration_cast<std::chrono::microseconds>(
                              std::chrono::system_clock::now().time_since_epoch())
                              .count();
  const std::string line = FormatLine(g_format, level, time_us, event, fields);
  logger->log(SpdlogLevel(level), spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace taanu::log
