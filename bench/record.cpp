// The record under load: what bench/record.sh runs.
//   record fill FOLDER COURSES [SHEETS]
//       a practice in FOLDER with a therapist "ada" and so many courses of one client with so many sheets (3)
//       each; prints "password WORD" and "course ID" lines
//   record floor FOLDER COMMITS
//       one small row a commit into a file of its own there; prints "floor_p50_ms" and so on
//   record start PROGRAM FOLDER
//       starts the server, prints "start_ms", "idle_kib" and "port", leaves it running ("pid")
//   record load PORT RATE SECONDS CONNECTIONS < "password WORD" and "course ID" lines
//       open loop: requests are due at fixed times, whether earlier ones were answered or not; latency counts
//       from when a request was due
//   record caseload PORT TIMES
//       the whole caseload, one request after the other; prints also how many statuses it held
// All prints are "name value" lines.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "service/course.hpp"
#include "service/measure.hpp"
#include "service/sign_in.hpp"
#include "store/content.hpp"
#include "store/practice_data.hpp"

namespace {

using namespace securebase;  // NOLINT(google-build-using-namespace): it is all about them
using Clock = std::chrono::steady_clock;

const std::string password = "a password for the bench";

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(to_text(result.error()));
  return *std::move(result);
}

double ms_since(Clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

void print_quantiles(const std::string& name, std::vector<double> ms) {
  if (ms.empty()) throw std::runtime_error("nothing was measured");
  std::sort(ms.begin(), ms.end());
  const auto at = [&](double share) {
    return ms[static_cast<std::size_t>(share * static_cast<double>(ms.size() - 1))];
  };
  std::printf("%s_p50_ms %.3f\n%s_p99_ms %.3f\n%s_worst_ms %.3f\n", name.c_str(), at(0.5), name.c_str(),
              at(0.99), name.c_str(), ms.back());
}

// Filling

catalog::Library library() {
  const auto documents = must(store::embedded_documents());
  auto loaded = catalog::load_library(documents);
  if (!loaded) throw std::runtime_error(to_text(loaded.error().front()));
  return *std::move(loaded);
}

void fill_course(const service::Practice& practice, const service::Actor& ada, int number, int sheets) {
  service::NewMember client;
  client.particulars = service::Particulars{};
  client.particulars->name = Private<std::string>("Client Number " + std::to_string(number));
  client.particulars->contact = Private<std::string>("0170 " + std::to_string(1'000'000 + number));
  const auto course =
      must(service::open_course(practice, ada, {service::UnitKind::individual, {client}, Date{2026, 1, 1}}));
  const auto person = course.members.at(0).person;
  must(service::give_consent(practice, ada, person,
                             {course.id, service::ConsentKind::limits_explained, "1", {}}));
  must(service::give_consent(practice, ada, person, {course.id, service::ConsentKind::measures, "1", {}}));
  for (int i = 0; i < sheets; ++i) {
    service::GiveMeasure measure;
    measure.instrument = "phq-9";
    measure.respondent = person;
    const auto given = must(service::give_measure(practice, ada, course.id, measure));
    service::Answers answers;
    for (int item = 0; item < 9; ++item)
      answers.answers.push_back(std::to_string((number + item * i) % (item == 8 ? 1 : 4)));
    must(service::record_answers(practice, ada, course.id, given.id, answers));
  }
  std::printf("course %s\n", course.id.text().c_str());
}

void fill(const std::string& folder, int courses, int sheets) {
  const store::SystemClock clock;
  const store::PracticePlace place{folder, "", "", {}};
  must(store::create_practice(place, clock.now()));
  const auto data = must(store::PracticeData::open(place, clock.now()));
  const auto all = library();
  const auto practice = data->practice(clock, all);
  service::Attempts attempts;
  const auto token = must(service::new_set_up_token(practice));
  service::SetUp input;
  input.practice_name = "Bench";
  input.login = "ada";
  input.display_name = "Ada";
  input.password = Private<std::string>(password);
  const auto user = must(service::set_up(practice, attempts, input, token, "bench"));
  service::Actor ada;
  ada.kind = service::Actor::Kind::user;
  ada.user = user.id;
  ada.is_therapist = true;
  std::printf("password %s\n", password.c_str());
  constexpr int writers = 32;  // so that they share commits
  std::vector<std::thread> threads;
  for (int w = 0; w < writers; ++w)
    threads.emplace_back([&, w] {
      for (int i = w; i < courses; i += writers) fill_course(practice, ada, i, sheets);
    });
  for (auto& thread : threads) thread.join();
}

/// What one commit costs that is on the disk when it returns, with the settings of the record.
void measure_floor(const std::string& folder, int commits) {
  const std::string file = folder + "/floor.db";
  const auto connection = must(store::open_sqlite(file));
  must(connection->script("CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT"));
  std::vector<double> ms;
  for (int i = 0; i < commits; ++i) {
    const auto begin = Clock::now();
    auto transaction = must(store::DatabaseTransaction::begin(*connection));
    must(connection->query("INSERT INTO t VALUES ($1, $2)", {std::int64_t{i}, std::string(200, 'x')}));
    must(transaction.commit());
    ms.push_back(ms_since(begin));
  }
  print_quantiles("floor", std::move(ms));
  std::remove(file.c_str());
}

// Talking to the server

int connect_to(int port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<std::uint16_t>(port));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int yes = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0) return socket;
  ::close(socket);
  return -1;
}

/// One kept connection.
class Client {
 public:
  explicit Client(int port) : socket_(connect_to(port)) {
    if (socket_ < 0) throw std::runtime_error("the server does not listen");
  }
  Client(Client&& other) noexcept
      : socket_(std::exchange(other.socket_, -1)), came_(std::move(other.came_)) {}
  Client& operator=(Client&&) = delete;
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client() {
    if (socket_ >= 0) ::close(socket_);
  }

  /// Head and body.
  std::string ask(const std::string& request) {
    for (std::string_view left = request; !left.empty();) {
      const auto sent = ::send(socket_, left.data(), left.size(), MSG_NOSIGNAL);
      if (sent <= 0) throw std::runtime_error("the server has gone");
      left.remove_prefix(static_cast<std::size_t>(sent));
    }
    std::size_t end = 0;
    while ((end = came_.find("\r\n\r\n")) == std::string::npos) fill();
    end += 4;
    const auto length = came_.find("Content-Length: ");
    if (length < end) end += std::stoul(came_.substr(length + 16));
    while (came_.size() < end) fill();
    std::string answer = came_.substr(0, end);
    came_.erase(0, end);
    return answer;
  }

 private:
  void fill() {
    std::array<char, 65536> buffer{};
    const auto came = ::recv(socket_, buffer.data(), buffer.size(), 0);
    if (came <= 0) throw std::runtime_error("the server has gone");
    came_.append(buffer.data(), static_cast<std::size_t>(came));
  }

  int socket_;
  std::string came_;
};

std::string get(const std::string& path, const std::string& cookie) {
  return "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" +
         (cookie.empty() ? "" : "Cookie: " + cookie + "\r\n") + "\r\n";
}

std::string sign_in(int port) {
  const std::string body = R"({"login":"ada","password":")" + password + "\"}";
  const std::string answer = Client(port).ask(
      "POST /api/v1/session HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: "
      "application/json\r\nContent-Length: " +
      std::to_string(body.size()) + "\r\n\r\n" + body);
  const auto at = answer.find("Set-Cookie: ");
  if (at == std::string::npos) throw std::runtime_error("sign-in refused: " + answer);
  return answer.substr(at + 12, answer.find(';', at) - at - 12);
}

int memory_kib(pid_t process, const std::string& field) {
  std::ifstream in("/proc/" + std::to_string(process) + "/status");
  for (std::string line; std::getline(in, line);)
    if (line.starts_with(field)) return std::stoi(line.substr(field.size() + 1));
  return 0;
}

void start(const std::string& program, const std::string& folder) {
  const int port = 20'000 + getpid() % 20'000;
  const std::string log = folder + "/server.log";
  const std::string port_text = std::to_string(port);
  const auto begin = Clock::now();
  const pid_t child = fork();
  if (child == 0) {
    setsid();
    if (freopen(log.c_str(), "w", stdout) == nullptr || dup2(STDOUT_FILENO, STDERR_FILENO) < 0) _exit(126);
    execl(program.c_str(), "securebase", "serve", "--data", folder.c_str(), "--port", port_text.c_str(),
          nullptr);
    _exit(127);
  }
  for (;;) {
    const int socket = connect_to(port);
    if (socket >= 0) {
      ::close(socket);
      break;
    }
    if (ms_since(begin) > 20'000) throw std::runtime_error("the server does not start; see " + log);
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
  (void)Client(port).ask(get("/api/v1/health", ""));
  std::printf("start_ms %.1f\n", ms_since(begin));
  std::this_thread::sleep_for(std::chrono::seconds(1));
  std::printf("idle_kib %d\nport %d\npid %d\n", memory_kib(child, "VmRSS:"), port, child);
}

struct Tally {
  std::vector<double> ms;
  std::size_t failed = 0;
};

void load(int port, int rate, int seconds, int connections) {
  std::vector<std::string> courses;
  for (std::string word; std::cin >> word;) {
    std::string value;
    std::getline(std::cin >> std::ws, value);
    if (word == "course") courses.push_back(value);
  }
  if (courses.empty()) throw std::runtime_error("no courses on standard input");
  const std::string cookie = sign_in(port);
  const int total = rate * seconds;
  const auto due = [rate, begin = Clock::now() + std::chrono::milliseconds(200)](int i) {
    return begin + std::chrono::nanoseconds(static_cast<std::int64_t>(i) * 1'000'000'000 / rate);
  };
  std::vector<Tally> tallies(static_cast<std::size_t>(connections));
  std::vector<std::thread> threads;
  const auto begin = Clock::now();
  for (int c = 0; c < connections; ++c)
    threads.emplace_back([&, c] {
      Tally& tally = tallies[static_cast<std::size_t>(c)];
      Client client(port);
      for (int i = c; i < total; i += connections) {
        std::this_thread::sleep_until(due(i));
        const auto& course = courses[static_cast<std::size_t>(i) * 7919 % courses.size()];
        const std::string answer = client.ask(get("/api/v1/courses/" + course + "/page", cookie));
        tally.failed += answer.starts_with("HTTP/1.1 200") ? 0U : 1U;
        tally.ms.push_back(std::chrono::duration<double, std::milli>(Clock::now() - due(i)).count());
      }
    });
  for (auto& thread : threads) thread.join();
  const double took = ms_since(begin) / 1000;
  std::vector<double> ms;
  std::size_t failed = 0;
  for (auto& tally : tallies) {
    ms.insert(ms.end(), tally.ms.begin(), tally.ms.end());
    failed += tally.failed;
  }
  std::printf("answered_per_second %.0f\nfailed %zu\n", static_cast<double>(ms.size()) / took, failed);
  print_quantiles("page", std::move(ms));
}

void caseload(int port, int times) {
  const std::string cookie = sign_in(port);
  Client client(port);
  std::vector<double> ms;
  std::string answer;
  for (int i = 0; i < times; ++i) {
    const auto begin = Clock::now();
    answer = client.ask(get("/api/v1/courses", cookie));
    ms.push_back(ms_since(begin));
  }
  std::size_t statuses = 0;
  for (std::size_t at = 0; (at = answer.find("\"track\":\"", at)) != std::string::npos; ++at) ++statuses;
  std::printf("statuses %zu\nbytes %zu\n", statuses, answer.size());
  print_quantiles("caseload", std::move(ms));
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  try {
    if ((words.size() == 3 || words.size() == 4) && words[0] == "fill") {
      fill(words[1], std::stoi(words[2]), words.size() == 4 ? std::stoi(words[3]) : 3);
    } else if (words.size() == 3 && words[0] == "caseload") {
      caseload(std::stoi(words[1]), std::stoi(words[2]));
    } else if (words.size() == 3 && words[0] == "floor") {
      measure_floor(words[1], std::stoi(words[2]));
    } else if (words.size() == 3 && words[0] == "start") {
      start(words[1], words[2]);
    } else if (words.size() == 5 && words[0] == "load") {
      load(std::stoi(words[1]), std::stoi(words[2]), std::stoi(words[3]), std::stoi(words[4]));
    } else {
      std::cerr << "usage: record fill|floor|start|load|caseload ... (see record.cpp)\n";
      return 2;
    }
  } catch (const std::exception& error) {
    std::cerr << "record: " << error.what() << '\n';
    return 1;
  }
  return 0;
}
