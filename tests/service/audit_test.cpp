#include "service/audit.hpp"

#include <gmock/gmock.h>

#include "service/each_practice.hpp"

namespace securebase::service {
namespace SECUREBASE_THIS_FILE {

class Audit : public EachPractice {
 protected:
  void SetUp() override {
    EachPractice::SetUp();
    if (IsSkipped()) return;
    const Actor ada = user("ada", {.therapist = true});
    const CourseView course = course_of(ada, "Mia Weber");
    for (int i = 0; i < 9; ++i) must(read_course(practice(), ada, course.id));
  }
  /// Changes the chain behind the program's back.
  void tamper(const std::string& sql) { must(open()->query(sql)); }
  AuditVerdict verdict(const std::vector<AuditHead>& known = {}) {
    return must(verify_audit(practice(), known));
  }
  AuditHead head() { return verdict().head; }
};

TEST_P(Audit, is_whole_as_written) {
  const AuditVerdict found = verdict({head()});
  EXPECT_TRUE(found.intact) << found.words;
  EXPECT_EQ(found.entries, 10);
  EXPECT_EQ(found.head.number, 10);
}

TEST_P(Audit, shows_a_changed_entry) {
  for (const char* change : {"actor = 'program'", "action = 'course.list'", "at_ms = at_ms + 1",
                             "person = 'x'", "course = NULL", "object = 'x'", "hash = 'x'"}) {
    const auto connection = open();
    auto kept =
        must(connection->query("SELECT actor, action, at_ms, person, course, object, hash FROM audit "
                               "WHERE number = 5"));
    tamper(std::string("UPDATE audit SET ") + change + " WHERE number = 5");
    EXPECT_EQ(verdict().first_fault, 5) << change;
    must(
        connection->query("UPDATE audit SET actor = $1, action = $2, at_ms = $3, person = $4, course = $5, "
                          "object = $6, hash = $7 WHERE number = 5",
                          kept.cells()));
    EXPECT_TRUE(verdict().intact);
  }
}

TEST_P(Audit, shows_an_entry_that_was_removed_or_moved) {
  tamper("DELETE FROM audit WHERE number = 5");
  EXPECT_EQ(verdict().first_fault, 5);
  tamper("UPDATE audit SET number = number - 1 WHERE number = 6");
  EXPECT_EQ(verdict().first_fault, 5);
}

TEST_P(Audit, shows_an_end_that_was_cut_off_only_against_a_known_head) {
  const AuditHead known = head();
  tamper("DELETE FROM audit WHERE number > 7");
  EXPECT_TRUE(verdict().intact);
  const AuditVerdict found = verdict({known});
  EXPECT_FALSE(found.intact);
  EXPECT_EQ(found.first_fault, 8);
}

TEST_P(Audit, shows_a_chain_that_was_written_anew) {
  const AuditHead known{5, std::string(64, '0')};
  const AuditVerdict found = verdict({known});
  EXPECT_FALSE(found.intact);
  EXPECT_EQ(found.first_fault, 5);
}

TEST_P(Audit, shows_a_first_entry_that_is_missing) {
  tamper("DELETE FROM audit WHERE number = 1");
  EXPECT_EQ(verdict().first_fault, 1);
}

TEST_P(Audit, is_held_against_every_known_head) {
  const AuditHead now = head();
  EXPECT_EQ(verdict({now}).held_heads, 1);
  EXPECT_TRUE(verdict({now, now}).intact);
  EXPECT_EQ(verdict({{5, std::string(64, '0')}, now}).first_fault, 5);
}

TEST_P(Audit, says_what_no_head_was_there_to_show) {
  const AuditVerdict found = verdict();
  EXPECT_EQ(found.held_heads, 0);
  EXPECT_THAT(found.words, testing::HasSubstr("was not checked"));
}

TEST_P(Audit, shows_that_it_was_emptied) {
  tamper("DELETE FROM audit");
  EXPECT_EQ(verdict().first_fault, 1);
}

INSTANTIATE_TEST_SUITE_P(Service, Audit, store::each_engine, store::engine_name);

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::service
