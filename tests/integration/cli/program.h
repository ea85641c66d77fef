// Runs bin/taanu as a child process, as a script would.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace taanu::test {

// Added to the child's environment.
using Environment = std::map<std::string, std::string>;

struct Finished {
  int status = -1;  // the exit status, or minus the signal that ended it
  std::string out;
  std::string err;
};

// A running taanu. Used by one thread.
class Program {
 public:
  // Throws std::runtime_error where it cannot be started.
  explicit Program(const std::vector<std::string>& arguments, const Environment& environment = {});
  // Kills it where it still runs.
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  // Waits until standard error holds `text`; false where the program ends before.
  bool WaitForError(std::string_view text);
  // Waits for the end, reading all that it prints.
  Finished Wait();

 private:
  // Reads what has come; false at the end of both streams.
  bool Pump();

  pid_t pid_ = -1;
  int out_fd_ = -1;
  int err_fd_ = -1;
  std::string out_;
  std::string err_;
};

// Runs taanu to its end.
Finished RunTaanu(const std::vector<std::string>& arguments, const Environment& environment = {});

std::vector<std::string> Lines(const std::string& text);
std::string ReadText(const std::filesystem::path& path);
void WriteText(const std::filesystem::path& path, std::string_view text);

}  // namespace taanu::test
