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
#include "store/health.hpp"
#include "store/moved.hpp"
#include "store/restore.hpp"

namespace securebase::store {
namespace SECUREBASE_THIS_FILE {

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

constexpr Instant that_day{1'790'000'000'000};
const std::string canary = "Canary Weber-7f3a9c";

class Backup : public EachEngine {
 protected:
  void SetUp() override {
    EachEngine::SetUp();
    if (IsSkipped()) return;
    recovery_ = must(create_practice(here(), that_day));
    data_ = must(PracticeData::open(here(), that_day));
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
  BackupReport backed_up(Instant when = that_day) { return must(back_up(*data_, backups(), when)); }
  [[nodiscard]] std::string name_at(const PracticePlace& place) {
    const auto data = must(PracticeData::open(place, that_day));
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

  template <class Record>
  void put(Record record) {
    record.id = *Id<Record>::parse(std::string(32, 'b'));
    must(data_->record().write([&](service::Transaction& t) { return service::insert(t, record); }));
  }
  /// Tables that backups did not hold until they were all named in one place.
  void put_what_was_once_left_out() {
    service::WordingPack pack;
    pack.instrument = "phq-9";
    pack.title = canary;
    put(pack);
    service::WordingLine line;
    line.pack = *Id<service::WordingPack>::parse(std::string(32, 'b'));
    line.text = canary;
    put(line);
    put(service::LocalNorm{});
    service::Comforting comforting;
    comforting.person = course_.members[0].person;
    comforting.how = Private<std::string>(canary);
    put(comforting);
  }
  static void expect_what_was_once_left_out(const PracticePlace& place) {
    for (const char* table : {"wording_pack", "wording_line", "local_norm", "comforting"})
      EXPECT_EQ(must(must(must(connect(place))->query("SELECT count(*) FROM " + std::string(table)))
                         .get<std::int64_t>(0, 0)),
                1)
          << table;
  }

  class Clock : public service::Clock {
   public:
    [[nodiscard]] Instant now() const override { return that_day; }
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
  EXPECT_TRUE(must(check_backup(data_->keys(), made.file, here().folder)));
  EXPECT_EQ(code_of(restore({made.file, elsewhere(), {}, false}, that_day)), "key.not_found");
  const RestoreReport restored = must(restore({made.file, elsewhere(), recovery_, false}, that_day));
  EXPECT_EQ(restored.erased_again, 0);
  EXPECT_EQ(restored.head.number, made.head.number + 1);
  EXPECT_EQ(name_at(elsewhere()), canary);
}

TEST_P(Backup, brings_wordings_own_norms_and_the_map_of_figures) {
  put_what_was_once_left_out();
  const auto made = backed_up();
  must(restore({made.file, elsewhere(), recovery_, false}, that_day));
  expect_what_was_once_left_out(elsewhere());
  const auto data = must(PracticeData::open(elsewhere(), that_day));
  must(data->record().read([&](service::Transaction& t) -> Result<bool> {
    EXPECT_EQ(must(service::list<service::WordingPack>(t)).at(0).title, canary);
    EXPECT_EQ(must(service::list<service::WordingLine>(t)).at(0).text, canary);
    EXPECT_EQ(must(service::list<service::Comforting>(t)).at(0).how->reveal(), canary);
    return true;
  }));
}

TEST_P(Backup, ends_sign_ins_of_its_time) {
  const auto made = backed_up();
  EXPECT_TRUE(service::authenticate(data_->practice(clock_, library_), token_));
  must(restore({made.file, elsewhere(), recovery_, false}, that_day));
  const auto there = must(PracticeData::open(elsewhere(), that_day));
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
  EXPECT_EQ(files, 3U);  // and its head, and who was erased: nothing in between stays behind
}

TEST_P(Backup, forgets_again_who_was_erased_since) {
  const auto made = backed_up();
  erase_client();
  must(note_erasures(*data_, backups()));
  const RestoreReport restored = must(restore({made.file, elsewhere(), recovery_, false}, that_day));
  EXPECT_EQ(restored.erased_again, 1);
  EXPECT_EQ(name_at(elsewhere()), "erased");
}

TEST_P(Backup, learns_of_erasures_from_the_record_it_replaces) {
  const auto made = backed_up();
  erase_client();
  data_.reset();
  if (!on_sqlite()) {  // a clinic's database is not replaced: it has to be empty
    EXPECT_EQ(code_of(restore({made.file, here(), {}, true}, that_day)), "restore.not_empty");
    EXPECT_EQ(name_at(here()), "erased");
    return;
  }
  EXPECT_EQ(code_of(restore({made.file, here(), {}, false}, that_day)), "practice.exists");
  const RestoreReport restored = must(restore({made.file, here(), {}, true}, that_day));
  EXPECT_EQ(restored.erased_again, 1);
  EXPECT_TRUE(fs::exists(restored.kept));
  EXPECT_EQ(name_at(here()), "erased");
}

/// Only a file is replaced; a database has to be empty.
class BackupOverFile : public Backup {};

TEST_P(BackupOverFile, says_when_the_record_it_replaces_cannot_be_asked) {
  const auto made = backed_up();
  data_.reset();
  EXPECT_FALSE(must(restore({made.file, here(), {}, true}, that_day)).old_was_unreadable);
  std::ofstream(record_file(here()), std::ios::binary) << std::string(5000, 'x');
  EXPECT_TRUE(must(restore({made.file, here(), {}, true}, that_day + second_ms)).old_was_unreadable);
  EXPECT_EQ(name_at(here()), canary);
}

TEST_P(Backup, that_is_damaged_changes_nothing) {
  const auto made = backed_up();
  data_.reset();
  std::string bytes = bytes_of(made.file);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  std::ofstream(made.file, std::ios::binary) << bytes;
  EXPECT_EQ(code_of(restore({made.file, here(), {}, true}, that_day)), "sealed.damaged");
  EXPECT_EQ(name_at(here()), canary);
  EXPECT_EQ(code_of(restore({made.file, elsewhere(), recovery_, false}, that_day)), "sealed.damaged");
  EXPECT_FALSE(fs::exists(record_file(elsewhere())));
}

TEST_P(Backup, shows_an_audit_that_was_cut_off_later) {
  backed_up();
  must(must(connect(here()))->query("DELETE FROM audit WHERE number = (SELECT max(number) FROM audit)"));
  const auto known = must(known_heads(data_->keys(), backups()));
  ASSERT_EQ(known.heads.size(), 1U);
  const auto verdict = must(service::verify_audit(data_->practice(clock_, library_), known.heads));
  EXPECT_FALSE(verdict.intact);
}

TEST_P(Backup, has_a_name_of_its_own_within_one_second) {
  const auto first = backed_up();
  const auto second = backed_up();
  EXPECT_NE(first.file, second.file);
  EXPECT_TRUE(must(read_backup(data_->keys(), first.file)));
  EXPECT_TRUE(must(read_backup(data_->keys(), second.file)));
}

TEST_P(Backup, is_as_old_as_its_name_says) {
  backed_up();
  const auto newer = backed_up(that_day + hour_ms);
  fs::last_write_time(newer.file, fs::file_time_type::clock::now() - std::chrono::hours(100));
  const auto newest = newest_backup(backups());
  ASSERT_TRUE(newest);
  EXPECT_EQ(newest->file, newer.file);
  EXPECT_EQ(newest->made, that_day + hour_ms);
}

TEST_P(Backup, refuses_where_another_program_uses_the_folder) {
  const auto made = backed_up();
  must(restore({made.file, elsewhere(), recovery_, false}, that_day));
  const auto lock = must(FolderLock::take(elsewhere().folder));
  EXPECT_EQ(code_of(restore({made.file, elsewhere(), {}, true}, that_day)), "practice.in_use");
}

TEST_P(Backup, is_not_restored_without_knowing_who_was_erased) {
  const auto made = backed_up();
  erase_client();
  fs::remove(backups() + "/erasures.txt");
  EXPECT_EQ(code_of(restore({made.file, elsewhere(), recovery_, false}, that_day)), "erasures.missing");
  EXPECT_FALSE(fs::exists(elsewhere().folder));
  must(restore({made.file, elsewhere(), recovery_, false, true}, that_day));
  EXPECT_EQ(name_at(elsewhere()), canary);
}

TEST_P(Backup, refuses_a_list_of_erasures_that_is_not_the_practices) {
  const auto made = backed_up();
  erase_client();
  must(note_erasures(*data_, backups()));
  const std::string list = backups() + "/erasures.txt";
  const std::string text = bytes_of(list);
  const auto code_with = [&](const std::string& changed) {
    std::ofstream(list) << changed;
    return code_of(restore({made.file, elsewhere(), recovery_, false}, that_day));
  };
  EXPECT_EQ(code_with(""), "proof.missing");
  EXPECT_EQ(code_with(std::string(32, 'b') + " 17 request\n" + text), "proof.wrong");
  EXPECT_EQ(code_with(text.substr(text.find('\n') + 1)), "proof.wrong");
  EXPECT_EQ(code_with(text.substr(0, text.find('\n') + 1)), "proof.missing");
  EXPECT_EQ(code_of(note_erasures(*data_, backups())), "proof.missing");
  fs::remove(list);
  fs::create_directory(list);
  EXPECT_EQ(code_of(restore({made.file, elsewhere(), recovery_, false}, that_day)), "file.read");
  fs::remove(list);
  std::ofstream(list) << text;
  EXPECT_EQ(must(restore({made.file, elsewhere(), recovery_, false}, that_day)).erased_again, 1);
}

TEST_P(Backup, unseals_the_record_in_the_practices_own_folder_only) {
  std::ofstream(here().folder + "/scratch-left-behind.part") << "SQLite format 3";
  fs::create_directory(backups());
  const auto before = fs::last_write_time(here().folder);
  backed_up();
  EXPECT_FALSE(fs::exists(here().folder + "/scratch-left-behind.part"));
  EXPECT_GT(fs::last_write_time(here().folder), before);
  for (const std::string& folder : {here().folder, backups()})
    for (const auto& entry : fs::directory_iterator(folder))
      EXPECT_FALSE(entry.path().filename().string().starts_with("scratch-")) << entry.path();
}

TEST_P(Backup, that_fails_to_be_restored_leaves_nothing_behind) {
  const auto made = backed_up();
  std::string bytes = bytes_of(made.file);
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  std::ofstream(made.file, std::ios::binary) << bytes;
  EXPECT_EQ(code_of(restore({made.file, elsewhere(), recovery_, false}, that_day)), "sealed.damaged");
  EXPECT_FALSE(fs::exists(elsewhere().folder));
}

TEST_P(Backup, tells_who_can_sign_in_and_whether_the_key_lies_open) {
  const auto made = backed_up();
  const auto restored = must(restore({made.file, elsewhere(), recovery_, false}, that_day));
  EXPECT_THAT(restored.users, testing::ElementsAre("ada"));
  EXPECT_EQ(restored.open_key, elsewhere().folder + "/keys/practice-1.key");
}

/// Heads that were written on the branch that a restore leaves.
TEST_P(BackupOverFile, that_is_restored_leaves_a_branch_of_the_audit_that_is_told) {
  PracticePlace place = here();
  const std::string own = place.folder + "/backups";
  const auto old = must(back_up(*data_, own, that_day));
  erase_client();
  must(back_up(*data_, own, that_day + second_ms));
  data_.reset();
  const auto restored = must(restore({old.file, place, {}, true}, that_day + minute_ms));
  EXPECT_EQ(restored.from.number, old.head.number);
  EXPECT_EQ(restored.heads_left, 1);
  const auto data = must(PracticeData::open(place, that_day));
  const auto known = must(known_heads(data->keys(), own));
  ASSERT_EQ(known.heads.size(), 1U);
  EXPECT_THAT(known.notes, testing::ElementsAre(HasSubstr("abandoned by restore on 2026-09-2")));
  EXPECT_TRUE(must(service::verify_audit(data->practice(clock_, library_), known.heads)).intact);
  const auto said =
      must(must(connect(place))->query("SELECT object FROM audit WHERE action = 'record.restore'"));
  EXPECT_EQ(must(said.get<std::string>(0, 0)), std::to_string(old.head.number) + " " + old.head.hash);
}

TEST_P(Backup, has_a_head_that_nobody_else_can_write) {
  const auto made = backed_up();
  const std::string head = made.file + ".head";
  const std::string text = bytes_of(head);
  EXPECT_EQ(must(read_head(data_->keys(), head)).number, made.head.number);
  std::ofstream(head) << "9" << text;
  EXPECT_EQ(code_of(known_heads(data_->keys(), backups())), "proof.wrong");
  std::ofstream(head) << text.substr(0, text.find('\n') + 1);
  EXPECT_EQ(code_of(known_heads(data_->keys(), backups())), "proof.missing");
  EXPECT_EQ(must(read_head(data_->keys(), head)).number, made.head.number);  // a note on paper has no proof
}

TEST_P(Backup, from_before_a_new_key_is_restored_by_its_recovery_key) {
  const auto made = backed_up();
  const auto steps = data_->record().rewrap_steps();
  must(begin_rotation(data_->keys(), {}));
  must(rewrap(data_->keys(), steps));
  must(note_erasures(*data_, backups()));
  must(finish_rotation(data_->keys(), steps));
  data_.reset();
  // Another machine with the new key alone.
  const PracticePlace there = elsewhere();
  fs::create_directory(there.folder);
  fs::copy(here().folder + "/keys", there.folder + "/keys", fs::copy_options::recursive);
  EXPECT_EQ(code_of(restore({made.file, there, {}, true}, that_day)), "sealed.wrong_key");
  must(restore({made.file, there, recovery_, true}, that_day));
  EXPECT_EQ(name_at(there), canary);
  const auto data = must(PracticeData::open(there, that_day));
  EXPECT_FALSE(data->keys().is_rotating());
  EXPECT_EQ(data->keys().current().generation, 2U);
}

TEST_P(Backup, is_looked_at_by_the_doctor) {
  const auto finding = [&](Instant when) {
    for (const auto& found : examine(here(), backups(), when))
      if (found.name == "backups") return found;
    return HealthFinding{};
  };
  EXPECT_EQ(finding(that_day).health, Health::bad);
  const auto made = backed_up();
  EXPECT_EQ(finding(that_day + hour_ms).health, Health::good);
  EXPECT_THAT(finding(that_day + hour_ms).words, HasSubstr("1 hour old"));
  EXPECT_EQ(finding(that_day + 27 * hour_ms).health, Health::warning);
  std::ofstream(made.file, std::ios::app) << "x";
  EXPECT_EQ(finding(that_day + hour_ms).health, Health::bad);
}

TEST_P(BackupOverFile, leaves_a_record_that_the_doctor_tells_of) {
  const auto made = backed_up();
  data_.reset();
  const auto restored = must(restore({made.file, here(), {}, true}, that_day));
  bool told = false;
  for (const auto& found : examine(here(), backups(), that_day))
    told = told || (found.health == Health::warning && found.words.find(restored.kept) != std::string::npos);
  EXPECT_TRUE(told);
}

TEST_P(Backup, of_rows_goes_to_another_database_and_back) {
  must(create_practice(elsewhere(), that_day));
  const auto there = must(move_record(here(), elsewhere(), that_day));
  EXPECT_GT(there, 0);
  must(must(connect(here()))
           ->script(
               "DELETE FROM session; DELETE FROM member; DELETE FROM course; DELETE FROM person_index; "
               "DELETE FROM person; DELETE FROM person_key; DELETE FROM practice_user; DELETE FROM audit; "
               "DELETE FROM setting"));
  EXPECT_EQ(must(move_record(elsewhere(), here(), that_day)), there);
  EXPECT_EQ(name_at(here()), canary);
}

TEST_P(Backup, of_rows_brings_wordings_own_norms_and_the_map_of_figures) {
  put_what_was_once_left_out();
  must(create_practice(elsewhere(), that_day));
  must(move_record(here(), elsewhere(), that_day));
  expect_what_was_once_left_out(elsewhere());
}

TEST_P(Backup, of_rows_leaves_a_record_that_is_not_used_by_mistake) {
  must(create_practice(elsewhere(), that_day));
  must(move_record(here(), elsewhere(), that_day));
  const auto refused = PracticeData::open(here(), that_day);
  EXPECT_EQ(code_of(refused), "practice.moved");
  EXPECT_THAT(refused.error().detail, HasSubstr(elsewhere().folder + " on 2026-09-2"));
  EXPECT_EQ(code_of(move_record(here(), elsewhere(), that_day)), "practice.moved");
  EXPECT_TRUE(must(reopen_record(here())));
  EXPECT_FALSE(must(reopen_record(here())));
  EXPECT_EQ(code_of(move_record(here(), elsewhere(), that_day)), "copy.not_empty");
  EXPECT_EQ(name_at(here()), canary);
}

TEST_P(Backup, of_rows_waits_for_the_server_to_stop) {
  must(create_practice(elsewhere(), that_day));
  const auto lock = must(FolderLock::take(here().folder));
  EXPECT_EQ(code_of(move_record(here(), elsewhere(), that_day)), "practice.in_use");
}

TEST(Practice, that_cannot_be_made_leaves_no_key) {
  const TemporaryFolder folder;
  const PracticePlace place{folder / "practice", "", "postgresql://127.0.0.1:1/none", {}};
  EXPECT_FALSE(create_practice(place, that_day));
  EXPECT_FALSE(fs::exists(folder / "practice/keys/practice-1.key"));
}

INSTANTIATE_TEST_SUITE_P(Store, Backup, each_engine, engine_name);
INSTANTIATE_TEST_SUITE_P(Store, BackupOverFile, testing::Values(Engine::sqlite), engine_name);

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::store
