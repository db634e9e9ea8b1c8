#include "store/backup.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "service/course.hpp"
#include "service/erase.hpp"
#include "service/sign_in.hpp"
#include "store/each_engine.hpp"

namespace securebase::store {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

template <class T>
std::string code_of(const Result<T>& result) {
  return result ? "done" : result.error().code;
}
std::string bytes_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

constexpr Instant now{1'790'000'000'000};
const std::string canary = "Canary Weber-7f3a9c";

class Backup : public EachEngine {
 protected:
  void SetUp() override {
    EachEngine::SetUp();
    if (IsSkipped()) return;
    recovery_ = must(create_practice(here(), now));
    data_ = must(PracticeData::open(here(), now));
    const service::Practice practice = data_->practice(clock_, library_);
    ada_.kind = service::Actor::Kind::user;
    ada_.is_therapist = true;
    service::User user;
    user.id = ada_.user = *Id<service::User>::parse(std::string(32, 'a'));
    user.login = "ada";
    must(data_->record().write([&](service::Transaction& t) { return service::insert(t, user); }));
    service::NewMember client;
    client.particulars = service::Particulars{};
    client.particulars->name = Private<std::string>(canary);
    course_ = must(
        service::open_course(practice, ada_, {service::UnitKind::individual, {client}, Date{2026, 1, 1}}));
    service::Session session;
    session.user = ada_.user;
    token_ = must(written<service::SignedIn>([&](service::Transaction& t) {
               return service::add_session(t, practice, session);
             })).token;
  }
  void TearDown() override { data_.reset(); }

  template <class T>
  Result<T> written(const std::function<Result<T>(service::Transaction&)>& use) {
    std::optional<T> given;
    auto done = data_->record().write([&](service::Transaction& t) -> Result<bool> {
      auto result = use(t);
      if (!result) return tl::unexpected(result.error());
      given = std::move(*result);
      return true;
    });
    if (!done) return tl::unexpected(done.error());
    return std::move(*given);
  }
  [[nodiscard]] PracticePlace here() const {
    return {folder() / "practice", "", on_sqlite() ? "" : conninfo(), {}};
  }
  /// Another machine: always a file.
  [[nodiscard]] PracticePlace elsewhere() const { return {folder() / "elsewhere", "", "", {}}; }
  [[nodiscard]] std::string backups() const { return folder() / "backups"; }
  BackupReport backed_up(Instant when = now) { return must(back_up(*data_, backups(), when)); }
  [[nodiscard]] std::string name_at(const PracticePlace& place) {
    const auto data = must(PracticeData::open(place, now));
    const auto found = service::read_course(data->practice(clock_, library_), ada_, course_.id);
    if (!found) return found.error().code;
    return found->members.at(0).name ? found->members[0].name->reveal() : "erased";
  }
  void erase_client() {
    const auto practice = data_->practice(clock_, library_);
    must(service::end_course(practice, ada_, course_.id, {Date{2026, 2, 1}}));
    must(service::erase_person(practice, ada_, course_.members[0].person,
                               {service::Ground::request, "P-0001"}));
  }

  class Clock : public service::Clock {
   public:
    [[nodiscard]] Instant now() const override { return store::now; }
  } clock_;
  catalog::Library library_;
  service::Actor ada_;
  service::CourseView course_;
  Private<std::string> token_;
  Private<std::string> recovery_;
  std::unique_ptr<PracticeData> data_;
};

TEST_P(Backup, restores_on_another_machine_with_the_recovery_key_alone) {
  const BackupReport made = backed_up();
  EXPECT_GT(made.bytes, 0U);
  EXPECT_TRUE(must(check_backup(data_->keys(), made.file)));
  EXPECT_EQ(code_of(restore({made.file, elsewhere(), {}, false}, now)), "key.not_found");
  const RestoreReport restored = must(restore({made.file, elsewhere(), recovery_, false}, now));
  EXPECT_EQ(restored.erased_again, 0);
  EXPECT_EQ(restored.head.number, made.head.number + 1);
  EXPECT_EQ(name_at(elsewhere()), canary);
}

TEST_P(Backup, ends_sign_ins_of_its_time) {
  const auto made = backed_up();
  EXPECT_TRUE(service::authenticate(data_->practice(clock_, library_), token_));
  must(restore({made.file, elsewhere(), recovery_, false}, now));
  const auto there = must(PracticeData::open(elsewhere(), now));
  EXPECT_EQ(code_of(service::authenticate(there->practice(clock_, library_), token_)), "session.unknown");
}

TEST_P(Backup, shows_nothing_of_anybody) {
  const auto made = backed_up();
  for (const auto& entry : fs::directory_iterator(backups()))
    EXPECT_THAT(bytes_of(entry.path().string()), Not(HasSubstr("Canary"))) << entry.path();
  struct stat status {};
  ASSERT_EQ(stat(made.file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& entry : fs::directory_iterator(backups())) ++files;
  EXPECT_EQ(files, 2U);  // and its head: nothing in between stays behind
}

TEST_P(Backup, forgets_again_who_was_erased_since) {
  const auto made = backed_up();
  erase_client();
  must(note_erasures(*data_, backups()));
  const RestoreReport restored = must(restore({made.file, elsewhere(), recovery_, false}, now));
  EXPECT_EQ(restored.erased_again, 1);
  EXPECT_EQ(name_at(elsewhere()), "erased");
}

TEST_P(Backup, learns_of_erasures_from_the_record_it_replaces) {
  const auto made = backed_up();
  erase_client();
  data_.reset();
  if (!on_sqlite()) {  // a clinic's database is not replaced: it has to be empty
    EXPECT_EQ(code_of(restore({made.file, here(), {}, true}, now)), "copy.not_empty");
    EXPECT_EQ(name_at(here()), "erased");
    return;
  }
  EXPECT_EQ(code_of(restore({made.file, here(), {}, false}, now)), "practice.exists");
  const RestoreReport restored = must(restore({made.file, here(), {}, true}, now));
  EXPECT_EQ(restored.erased_again, 1);
  EXPECT_TRUE(fs::exists(restored.kept));
  EXPECT_EQ(name_at(here()), "erased");
}

/// Only a file is replaced; a database has to be empty.
class BackupOverFile : public Backup {};

TEST_P(BackupOverFile, says_when_the_record_it_replaces_cannot_be_asked) {
  const auto made = backed_up();
  data_.reset();
  EXPECT_FALSE(must(restore({made.file, here(), {}, true}, now)).old_was_unreadable);
  std::ofstream(record_file(here()), std::ios::binary) << std::string(5000, 'x');
  EXPECT_TRUE(must(restore({made.file, here(), {}, true}, now + second_ms)).old_was_unreadable);
  EXPECT_EQ(name_at(here()), canary);
}

TEST_P(Backup, that_is_damaged_changes_nothing) {
  const auto made = backed_up();
  data_.reset();
  std::string bytes = bytes_of(made.file);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  std::ofstream(made.file, std::ios::binary) << bytes;
  EXPECT_EQ(code_of(restore({made.file, here(), {}, true}, now)), "sealed.damaged");
  EXPECT_EQ(name_at(here()), canary);
  EXPECT_EQ(code_of(restore({made.file, elsewhere(), recovery_, false}, now)), "sealed.damaged");
  EXPECT_FALSE(fs::exists(record_file(elsewhere())));
}

TEST_P(Backup, shows_an_audit_that_was_cut_off_later) {
  backed_up();
  must(must(connect(here()))->query("DELETE FROM audit WHERE number = (SELECT max(number) FROM audit)"));
  const auto head = must(newest_head(backups()));
  ASSERT_TRUE(head);
  const auto verdict = must(service::verify_audit(data_->practice(clock_, library_), head));
  EXPECT_FALSE(verdict.intact);
}

TEST_P(Backup, is_not_made_twice_under_one_name) {
  backed_up();
  EXPECT_EQ(code_of(back_up(*data_, backups(), now)), "file.exists");
  backed_up(now + second_ms);
  EXPECT_TRUE(newest_backup(backups()));
}

TEST_P(Backup, refuses_where_another_program_uses_the_folder) {
  const auto made = backed_up();
  must(restore({made.file, elsewhere(), recovery_, false}, now));
  const auto lock = must(FolderLock::take(elsewhere().folder));
  EXPECT_EQ(code_of(restore({made.file, elsewhere(), {}, true}, now)), "practice.in_use");
}

TEST_P(Backup, names_a_line_of_the_erasures_that_is_wrong) {
  const auto made = backed_up();
  std::ofstream(backups() + "/erasures.txt") << std::string(32, 'b') << " 17 request\nnonsense\n";
  const auto refused = restore({made.file, elsewhere(), recovery_, false}, now);
  EXPECT_EQ(refused.error().code, "erasures.line");
  EXPECT_EQ(refused.error().where.line, 2U);
}

TEST_P(Backup, of_rows_goes_to_another_database_and_back) {
  must(create_practice(elsewhere(), now));
  const auto there = must(copy_record(here(), elsewhere(), now));
  EXPECT_GT(there, 0);
  EXPECT_EQ(code_of(copy_record(here(), elsewhere(), now)), "copy.not_empty");
  must(must(connect(here()))
           ->script(
               "DELETE FROM session; DELETE FROM member; DELETE FROM course; DELETE FROM person_index; "
               "DELETE FROM person; DELETE FROM person_key; DELETE FROM practice_user; DELETE FROM audit"));
  EXPECT_EQ(must(copy_record(elsewhere(), here(), now)), there);
  EXPECT_EQ(name_at(here()), canary);
}

INSTANTIATE_TEST_SUITE_P(Store, Backup, each_engine, engine_name);
INSTANTIATE_TEST_SUITE_P(Store, BackupOverFile, testing::Values(Engine::sqlite), engine_name);

}  // namespace
}  // namespace securebase::store
