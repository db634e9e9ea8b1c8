#pragma once
// A practice for commands that work on a record.

#include <gtest/gtest.h>

#include <string>

#include "cli/host.hpp"
#include "store/content.hpp"
#include "store/practice_data.hpp"

namespace securebase::cli {

/// A real practice in a folder; what these commands do not ask for is not there.
class OnePractice : public Host {
 public:
  explicit OnePractice(const std::string& folder) : place_{folder, "", "", {}} {
    (void)store::create_practice(place_, clock_.now()).value();
    const auto documents = store::embedded_documents();
    library_ = catalog::load_library(*documents, catalog::GoldenFiles::passed_over).value();
  }
  Result<bool> with_practice(const PracticeChoice& choice, const Use& use) override {
    EXPECT_EQ(choice.data, "somewhere");
    const auto data = store::PracticeData::open(place_, clock_.now());
    if (!data) return tl::unexpected(data.error());
    return use((*data)->practice(clock_, library_));
  }

  std::string folder_of(const PracticeChoice&) override { return ""; }
  Result<Private<std::string>> create(const PracticeChoice&) override { return none(); }
  Result<std::optional<service::DemoMade>> make_demo(const PracticeChoice&, std::uint64_t) override {
    return none();
  }
  Result<bool> serve(const PracticeChoice&, const ServeChoice&,
                     const std::function<void(const std::string&)>&) override {
    return none();
  }
  Result<BackupMade> back_up(const PracticeChoice&, const std::string&) override { return none(); }
  Result<KnownHeads> known_heads(const PracticeChoice&, const std::string&) override { return none(); }
  Result<RestoreDone> restore(const PracticeChoice&, const RestoreChoice&) override { return none(); }
  Result<std::int64_t> copy(const PracticeChoice&, const std::string&) override { return none(); }
  Result<bool> reopen(const PracticeChoice&) override { return none(); }
  Result<RemindersSent> send_reminders(const PracticeChoice&, const std::string&) override { return none(); }
  Result<KeyRotated> rotate_key(const PracticeChoice&, const std::string&) override { return none(); }
  std::vector<HealthCheck> examine(const PracticeChoice&, const std::string&, const std::string&) override {
    return {};
  }

 private:
  static tl::unexpected<Error> none() { return fail(ErrorKind::internal, "test.none", "not in this test"); }

  store::PracticePlace place_;
  store::SystemClock clock_;
  catalog::Library library_;
};

}  // namespace securebase::cli
