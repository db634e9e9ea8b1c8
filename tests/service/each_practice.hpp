#pragma once
// A practice of a test's own on SQLite and on PostgreSQL, with a clock that stands until it is moved.
//
//   using Thing = EachPractice;
//   TEST_P(Thing, does_something) { const Actor therapist = user("ada", {.therapist = true}); ... }
//   INSTANTIATE_TEST_SUITE_P(Service, Thing, store::each_engine, store::engine_name);

#include <memory>
#include <string>

#include "service/course.hpp"
#include "service/practice.hpp"
#include "service/settings.hpp"
#include "service/sign_in.hpp"
#include "service/wording.hpp"
#include "store/adapters.hpp"
#include "store/content.hpp"
#include "store/each_engine.hpp"
#include "store/migrate.hpp"
#include "store/practice_key.hpp"
#include "store/record_store.hpp"
#include "store/time_zones.hpp"

namespace securebase::service {

inline const catalog::Library& all_instruments() {
  static const catalog::Library library = [] {
    const auto documents = store::embedded_documents();
    if (!documents) throw std::runtime_error(to_text(documents.error()));
    auto loaded = catalog::load_library(*documents);
    if (!loaded) throw std::runtime_error(to_text(loaded.error().front()));
    return *std::move(loaded);
  }();
  return library;
}

class StandingClock : public Clock {
 public:
  [[nodiscard]] Instant now() const override { return now_; }
  void pass(std::int64_t ms) { now_ = now_ + ms; }

 private:
  Instant now_{1'790'000'000'000};  // 2026-09-21
};

struct Roles {
  bool therapist = false;
  bool supervisor = false;
  bool admin = false;
  bool researcher = false;
};

using store::must;

template <class T>
std::string code_of(const Result<T>& result) {
  return result ? "done" : result.error().code;
}

class EachPractice : public store::EachEngine {
 protected:
  void SetUp() override {
    begin_with_tables([this] {
      const auto connection = open();
      must(store::migrate(*connection, must(store::program_migrations()), {clock_.now(), {}}));
    });
    if (IsSkipped()) return;
    keys_ = std::make_unique<store::KeyRing>(must(store::KeyRing::create(folder() / "keys", {})));
    secrets_ = std::make_unique<store::VaultSecrets>(*keys_);
    start_store();
  }
  void start_store() {
    store_ = must(store::RecordStore::start([this] { return try_open(); }, *keys_, 4));
    practice_ = std::make_unique<Practice>(Practice{*store_, clock_, entropy_, *secrets_, all_instruments(),
                                                    "https://help.example/", &time_zones_});
  }
  void TearDown() override { store_.reset(); }

  [[nodiscard]] const Practice& practice() const { return *practice_; }
  [[nodiscard]] store::RecordStore& record() const { return *store_; }
  [[nodiscard]] store::KeyRing& keys() const { return *keys_; }
  StandingClock& clock() { return clock_; }

  /// Someone who could sign in, without the work of a password.
  [[nodiscard]] Actor user(const std::string& login, const Roles& roles) {
    User user;
    user.id = new_id<User>(entropy_);
    user.login = login;
    user.display_name = login;
    user.is_therapist = roles.therapist;
    user.is_supervisor = roles.supervisor;
    user.is_admin = roles.admin;
    user.is_researcher = roles.researcher;
    user.password_hash = "none";
    user.created_at = clock_.now();
    must(store_->write([&](Transaction& transaction) { return insert(transaction, user); }));
    Actor actor;
    actor.kind = Actor::Kind::user;
    actor.user = user.id;
    actor.is_therapist = roles.therapist;
    actor.is_supervisor = roles.supervisor;
    actor.is_admin = roles.admin;
    actor.is_researcher = roles.researcher;
    return actor;
  }
  [[nodiscard]] CourseView course_of(const Actor& therapist, const std::string& name) {
    NewMember client;
    client.particulars = Particulars{};
    client.particulars->name = Private<std::string>(name);
    return must(open_course(practice(), therapist, {UnitKind::individual, {client}, Date{2026, 9, 1}}));
  }
  /// Consents that come before the first question.
  void agree_to_measures(const Actor& therapist, const Id<Person>& person,
                         const std::optional<Id<Course>>& course) {
    for (const ConsentKind kind : {ConsentKind::limits_explained, ConsentKind::measures})
      must(give_consent(practice(), therapist, person, {course, kind, "2026-1", {}}));
  }
  /// A phone has reached the portal, and somebody reads risk answers.
  void ready_for_phones() {
    must(store_->write(
        [&](Transaction& transaction) { return note_portal_reached(transaction, practice()); }));
    ChangeSettings settings;
    settings.risk_person = "Ada";
    settings.risk_phone = "030 1234";
    settings.risk_hours = "weekdays 9 to 17";
    must(change_settings(practice(), the_program(), settings));
    must(note_tested_path(practice(), the_program(), {"Called it; Ada answered."}));
  }
  /// Invented words in place of an instrument's own.
  void import_words(const std::string& instrument, const std::string& locale = "en") {
    const auto definition = must(choose_definition(practice(), instrument, {}));
    WordingText text{locale, "Invented title", "Invented instruction.", {}};
    const auto range = definition.order->range;
    for (int answer = range.min; answer <= range.max; ++answer)
      text.rows.push_back({0, answer, "Answer " + std::to_string(answer), 0});
    for (std::size_t i = 1; i <= definition.instrument->items.size(); ++i)
      text.rows.push_back({static_cast<int>(i), {}, "Invented question " + std::to_string(i), 0});
    must(import_wording(practice(), the_program(), {instrument, {}, "Invented for a test", true},
                        {"words.csv", {text}}));
  }
  [[nodiscard]] std::int64_t audit_entries() {
    std::int64_t number = 0;
    must(store_->read([&](Transaction& transaction) -> Result<bool> {
      number = must(transaction.count(table_of<AuditEntry>(), {}));
      return true;
    }));
    return number;
  }

 private:
  StandingClock clock_;
  store::SystemTimeZones time_zones_;
  store::KernelEntropy entropy_;
  std::unique_ptr<store::KeyRing> keys_;
  std::unique_ptr<store::VaultSecrets> secrets_;
  std::unique_ptr<store::RecordStore> store_;
  std::unique_ptr<Practice> practice_;
};

}  // namespace securebase::service
