// record_writer KEYS DATABASE: writes people into a record from several threads until it is killed, and names
// each on its output only when the store has acknowledged it. DATABASE: a file, or what libpq takes.

#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "service/record.hpp"
#include "store/adapters.hpp"
#include "store/practice_data.hpp"

namespace {

using namespace securebase;  // NOLINT(google-build-using-namespace): it is all about them

constexpr int writers = 4;

/// A line of up to PIPE_BUF bytes reaches a pipe as a whole.
void acknowledge(const std::string& id) {
  const std::string line = id + "\n";
  if (::write(STDOUT_FILENO, line.data(), line.size()) < 0) _exit(3);
}

void write_people(store::RecordStore& record, service::Entropy& entropy, const service::Practice& practice) {
  for (;;) {
    service::Person person;
    person.id = service::new_id<service::Person>(entropy);
    person.code = person.id.text();
    person.name = Private<std::string>(person.code + std::string(200, 'x'));
    const auto written = record.write([&](service::Transaction& transaction) -> Result<bool> {
      if (auto keyed = transaction.create_key(person.id.text()); !keyed) return keyed;
      if (auto added = service::insert(transaction, person); !added) return added;
      return service::append_audit(transaction, practice, service::the_program(),
                                   {"person.add", service::Permission::anyone, {}, person.id, ""});
    });
    if (written) acknowledge(person.id.text());
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const std::string database = argv[2];
  const bool is_file = database.front() == '/';
  const auto keys = store::KeyRing::load(argv[1], {});
  if (!keys) return 4;
  auto record = store::RecordStore::start(
      [&] { return is_file ? store::open_sqlite(database) : store::open_postgres(database); }, *keys, 1);
  if (!record) return 5;
  const store::SystemClock clock;
  store::KernelEntropy entropy;
  store::VaultSecrets secrets(*keys);
  const catalog::Library library;
  const service::Practice practice{**record, clock, entropy, secrets, library};
  std::vector<std::thread> threads;
  for (int i = 0; i < writers; ++i) threads.emplace_back([&] { write_people(**record, entropy, practice); });
  for (auto& thread : threads) thread.join();
  return 0;
}
