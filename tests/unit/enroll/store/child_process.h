// A child process that reports over a pipe, and can be killed at any moment.
#pragma once

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <optional>
#include <stdexcept>

namespace taanu::test {

// To be made while this process has one thread. A value of type T is written to the pipe whole, or
// not at all, since it is far below PIPE_BUF.
template <typename T>
class ChildProcess {
 public:
  using Report = std::function<void(const T&)>;

  explicit ChildProcess(const std::function<void(const Report&)>& body) {
    int ends[2];
    if (pipe(ends) != 0) throw std::runtime_error("no pipe");
    pid_ = fork();
    if (pid_ < 0) throw std::runtime_error("no child process");
    if (pid_ == 0) {
      close(ends[0]);
      body([fd = ends[1]](const T& value) {
        if (write(fd, &value, sizeof(value)) != sizeof(value)) _exit(9);
      });
      _exit(0);
    }
    close(ends[1]);
    read_fd_ = ends[0];
  }
  ~ChildProcess() {
    Kill();
    close(read_fd_);
  }
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // The next report; none once the child has ended and all were read.
  std::optional<T> Next() {
    T value;
    return read(read_fd_, &value, sizeof(value)) == sizeof(value) ? std::optional<T>(value)
                                                                  : std::nullopt;
  }

  // Gives the child no chance to do anything more, and waits until it is gone.
  void Kill() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }

 private:
  pid_t pid_ = -1;
  int read_fd_ = -1;
};

}  // namespace taanu::test
