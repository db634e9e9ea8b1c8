#pragma once
// The real program with a practice of its own: run as a command, or as a server that a client talks to.

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "http/raw_client.hpp"
#include "wire/node.hpp"

namespace securebase {

inline std::string bytes_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// A member of a JSON answer by its path, such as "members.0.person"; empty where there is none.
inline std::string text_at(const std::string& json, const std::string& path) {
  const auto parsed = wire::parse_json(json);
  const wire::Node* node = parsed ? &*parsed : nullptr;
  for (std::size_t begin = 0; node != nullptr && begin <= path.size();) {
    const auto end = std::min(path.find('.', begin), path.size());
    const std::string step = path.substr(begin, end - begin);
    if (const auto* elements = node->as<wire::Node::Array>())
      node = std::stoul(step) < elements->size() ? &(*elements)[std::stoul(step)] : nullptr;
    else
      node = node->find(step);
    begin = end + 1;
  }
  const auto* text = node == nullptr ? nullptr : node->as<Private<std::string>>();
  return text == nullptr ? std::string() : text->reveal();
}

class RealProgram {
 public:
  RealProgram() {
    std::string name = std::filesystem::temp_directory_path().string() + "/securebase-program-XXXXXX";
    folder_ = mkdtemp(name.data());
    std::filesystem::create_directory(folder_ + "/tmp");
  }
  RealProgram(const RealProgram&) = delete;
  RealProgram& operator=(const RealProgram&) = delete;
  ~RealProgram() {
    if (server_ > 0) stop(SIGKILL);
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  [[nodiscard]] const std::string& folder() const { return folder_; }
  [[nodiscard]] std::string data() const { return folder_ + "/practice"; }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] pid_t server() const { return server_; }

  /// Exit code; what it says is added to `<folder>/log` and is in said().
  int run(std::vector<std::string> words) {
    int status = 0;
    waitpid(start_program(std::move(words), "last"), &status, 0);
    said_ = bytes_of(folder_ + "/last");
    std::ofstream(folder_ + "/log", std::ios::app) << said_;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  [[nodiscard]] const std::string& said() const { return said_; }

  /// Returns once it listens. `command`: serve or demo.
  void serve(const std::vector<std::string>& options = {}, const std::string& command = "serve") {
    std::vector<std::string> words{command, "--data", data(), "--port", "0"};
    words.insert(words.end(), options.begin(), options.end());
    const std::string log = "server-" + std::to_string(++servers_);
    server_ = start_program(words, log);
    const std::string listens = "listens on http://127.0.0.1:";
    for (int tries = 0; tries < 6000; ++tries) {
      said_ = bytes_of(folder_ + "/" + log);
      const auto at = said_.find(listens);
      if (at != std::string::npos && said_.find('/', at + listens.size()) != std::string::npos) {
        port_ = static_cast<std::uint16_t>(std::stoul(said_.substr(at + listens.size())));
        return;
      }
      if (waitpid(server_, nullptr, WNOHANG) == server_) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    server_ = -1;
    throw std::runtime_error("the server does not start: " + said_);
  }
  /// The status that waitpid gives.
  int stop(int signal) {
    int status = 0;
    kill(server_, signal);
    waitpid(server_, &status, 0);
    server_ = -1;
    return status;
  }

 private:
  pid_t start_program(std::vector<std::string> words, const std::string& output) {
    words.insert(words.begin(), "securebase");
    std::vector<char*> pointers;
    for (auto& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    const std::string out = folder_ + "/" + output;
    const std::string temporary = folder_ + "/tmp";
    const pid_t child = fork();
    if (child != 0) return child;
    const rlimit all{RLIM_INFINITY, RLIM_INFINITY};
    setrlimit(RLIMIT_CORE, &all);
    if (chdir(folder_.c_str()) != 0 || freopen(out.c_str(), "w", stdout) == nullptr ||
        dup2(STDOUT_FILENO, STDERR_FILENO) < 0)
      _exit(126);
    setenv("TMPDIR", temporary.c_str(), 1);  // NOLINT(concurrency-mt-unsafe): the child has one thread
    execv(SECUREBASE_PROGRAM, pointers.data());
    _exit(127);
  }

  std::string folder_;
  std::string said_;
  pid_t server_ = -1;
  std::uint16_t port_ = 0;
  int servers_ = 0;
};

/// Somebody's browser.
class Browser {
 public:
  explicit Browser(std::uint16_t port) : port_(port) {}

  struct Answer {
    unsigned status = 0;
    std::string head;
    std::string body;
  };
  Answer say(const std::string& method, const std::string& path, const std::string& body = "") {
    http::RawClient client(port_);
    std::string request = method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n";
    if (!cookie_.empty()) request += "Cookie: " + cookie_ + "\r\n";
    if (!csrf_.empty()) request += "X-CSRF-Token: " + csrf_ + "\r\n";
    if (method != "GET") request += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    if (!body.empty()) request += "Content-Type: application/json\r\n";
    client.send(request + "\r\n" + body);
    const std::string came = client.read_all();
    const auto end = came.find("\r\n\r\n");
    if (end == std::string::npos) return {0, came, ""};
    Answer answer{http::status(came), came.substr(0, end), came.substr(end + 4)};
    take_cookie(answer.head);
    return answer;
  }
  /// Whether it worked.
  bool sign_in(const std::string& login, const std::string& password) {
    const auto answer =
        say("POST", "/api/v1/session", R"({"login":")" + login + R"(","password":")" + password + "\"}");
    csrf_ = text_at(answer.body, "csrf");
    return answer.status == 200;
  }

 private:
  void take_cookie(const std::string& head) {
    const std::string name = "Set-Cookie: ";
    const auto at = head.find(name);
    if (at != std::string::npos)
      cookie_ = head.substr(at + name.size(), head.find(';', at) - at - name.size());
  }

  std::uint16_t port_;
  std::string cookie_;
  std::string csrf_;
};

}  // namespace securebase
