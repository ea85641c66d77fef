#include "tests/support/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>

extern char** environ;

namespace taanu::test {
namespace {

constexpr int kReadyTimeoutMs = 60'000;

// The socket on which the child says that it is ready.
class NotifySocket {
 public:
  explicit NotifySocket(std::filesystem::path path) : path_(std::move(path)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path_.c_str(), sizeof(address.sun_path) - 1);
    unlink(path_.c_str());
    fd_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd_ < 0 || bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) {
      throw std::runtime_error("cannot bind " + path_.string());
    }
  }
  ~NotifySocket() {
    close(fd_);
    unlink(path_.c_str());
  }
  NotifySocket(const NotifySocket&) = delete;
  NotifySocket& operator=(const NotifySocket&) = delete;

  int fd() const { return fd_; }
  std::string Receive() const {
    std::array<char, 256> buffer{};
    const ssize_t size = recv(fd_, buffer.data(), buffer.size(), 0);
    return {buffer.data(), size < 0 ? 0 : static_cast<size_t>(size)};
  }

 private:
  std::filesystem::path path_;
  int fd_ = -1;
};

std::string ReadText(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

// Signals that this process blocks are not blocked in the child; its standard streams are `out` and
// `err`.
pid_t Spawn(const std::vector<std::string>& arguments, const std::vector<std::string>& variables,
            const std::string& out, const std::string& err) {
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  std::vector<char*> env;
  for (char** variable = environ; *variable != nullptr; ++variable) env.push_back(*variable);
  for (const std::string& variable : variables) {
    env.push_back(const_cast<char*>(variable.c_str()));
  }
  env.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, out.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  posix_spawn_file_actions_addopen(&actions, 2, err.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  pid_t pid = -1;
  const int error = posix_spawn(&pid, argv[0], &actions, &attributes, argv.data(), env.data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    throw std::runtime_error("cannot start " + arguments[0] + ": " + std::strerror(error));
  }
  return pid;
}

int StatusOf(int wait_status) {
  return WIFSIGNALED(wait_status) ? -WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

}  // namespace

ChildProcess::ChildProcess(const std::vector<std::string>& arguments, std::filesystem::path log) {
  const NotifySocket notify(log.string() + ".ready");
  pid_ = Spawn(arguments, {"NOTIFY_SOCKET=" + log.string() + ".ready"}, log, log);
  pidfd_ = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
  for (;;) {
    std::array<pollfd, 2> events = {{{notify.fd(), POLLIN, 0}, {pidfd_, POLLIN, 0}}};
    const int ready = poll(events.data(), events.size(), kReadyTimeoutMs);
    if (ready > 0 && (events[0].revents & POLLIN) != 0) {
      if (notify.Receive() == "READY=1") return;
      continue;
    }
    // A constructor that throws runs no destructor.
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    close(pidfd_);
    throw std::runtime_error(arguments[0] + " did not become ready:\n" + ReadText(log));
  }
}

std::unique_ptr<ChildProcess> ChildProcess::Launch(const std::vector<std::string>& arguments,
                                                   const std::filesystem::path& log) {
  std::unique_ptr<ChildProcess> child(new ChildProcess());
  child->pid_ = Spawn(arguments, {}, log, log);
  child->pidfd_ = static_cast<int>(syscall(SYS_pidfd_open, child->pid_, 0));
  return child;
}

bool ChildProcess::EndsWithin(std::chrono::microseconds time) const {
  pollfd event = {pidfd_, POLLIN, 0};
  const timespec limit = {time.count() / 1'000'000, time.count() % 1'000'000 * 1000};
  return ppoll(&event, 1, &limit, nullptr) > 0;
}

ChildProcess::~ChildProcess() {
  if (!reaped_) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  close(pidfd_);
}

void ChildProcess::Signal(int signal) const { kill(pid_, signal); }

int ChildProcess::Wait(std::chrono::seconds timeout) {
  pollfd event = {pidfd_, POLLIN, 0};
  if (poll(&event, 1, static_cast<int>(timeout.count() * 1000)) <= 0) {
    throw std::runtime_error("the child process did not end in time");
  }
  int status = 0;
  waitpid(pid_, &status, 0);
  reaped_ = true;
  return StatusOf(status);
}

int RunToEnd(const std::vector<std::string>& arguments, std::string* output) {
  std::string name = (std::filesystem::temp_directory_path() / "taanu-output-XXXXXX").string();
  const int fd = mkstemp(name.data());
  if (fd < 0) throw std::runtime_error("cannot make " + name);
  close(fd);
  const pid_t pid = Spawn(arguments, {}, name, name);
  int status = 0;
  waitpid(pid, &status, 0);
  *output = ReadText(name);
  unlink(name.c_str());
  return StatusOf(status);
}

}  // namespace taanu::test
