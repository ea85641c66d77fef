// A daemon as a child process: started for real, waited for without sleeping, and never left
// behind.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace taanu::test {

// Thread-safety: used by one thread, but Signal may be called from any.
class ChildProcess {
 public:
  // Starts `arguments[0]` with standard error appended to `log`, and waits until it says READY=1 to
  // its NOTIFY_SOCKET, as systemd would. Throws std::runtime_error, with the end of the log, where
  // it ends or says nothing for a minute.
  ChildProcess(const std::vector<std::string>& arguments, std::filesystem::path log);
  // Starts a program that says nothing when it is ready, and does not wait for it.
  static std::unique_ptr<ChildProcess> Launch(const std::vector<std::string>& arguments,
                                              const std::filesystem::path& log);
  // Kills it where it still runs.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  pid_t pid() const { return pid_; }
  void Signal(int signal) const;
  // True where it ends before the time is over; Wait then returns at once.
  bool EndsWithin(std::chrono::microseconds time) const;
  // The exit status, or minus the signal that ended it. Throws where it does not end in `timeout`.
  int Wait(std::chrono::seconds timeout = std::chrono::seconds(60));

 private:
  ChildProcess() = default;

  pid_t pid_ = -1;
  int pidfd_ = -1;
  bool reaped_ = false;
};

// Runs a program to its end; returns its exit status, with standard output and error in `output`.
int RunToEnd(const std::vector<std::string>& arguments, std::string* output);

}  // namespace taanu::test
