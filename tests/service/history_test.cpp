#include "service/history.hpp"

#include <gmock/gmock.h>

#include <regex>

#include "service/audit.hpp"
#include "service/each_practice.hpp"
#include "service/measure.hpp"

namespace securebase::service {
namespace SECUREBASE_THIS_FILE {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Private<std::string> words(const std::string& text) {
  return Private<std::string>(text);
}

class History : public EachPractice {
 protected:
  Actor ada_;
  Actor ben_;
  CourseView course_;
  Id<Person> mia_;
  Id<Person> other_;  ///< of ben's

  void SetUp() override {
    EachPractice::SetUp();
    if (IsSkipped()) return;
    ada_ = user("ada", {.therapist = true});
    ben_ = user("ben", {.therapist = true});
    course_ = course_of(ada_, "Mia Weber");
    mia_ = course_.members[0].person;
    other_ = course_of(ben_, "Tom Falk").members[0].person;
  }
  Result<PersonView> add(const NewHistoryEvent& input) {
    clock().pass(1);  // entries stand in the order of time
    return add_history_event(practice(), ada_, mia_, input);
  }
  Figure figure(FigureKind kind, const std::string& name, std::optional<int> generation = {}) {
    clock().pass(1);
    return must(add_figure(practice(), ada_, mia_, {kind, words(name), {}, generation})).figures.back();
  }
  Result<PersonView> comfort(const std::optional<Id<Figure>>& giver,
                             const std::optional<Id<Figure>>& receiver) {
    clock().pass(1);
    return add_comforting(practice(), ada_, mia_,
                          {giver, receiver, ComfortAnswer::mixed, words("rarely"), {}});
  }
  Id<Consent> explain_limits(const Actor& therapist, const Id<Person>& person,
                             const std::optional<Id<Course>>& course) {
    clock().pass(1);  // the newest stands last
    return must(give_consent(practice(), therapist, person, {course, ConsentKind::limits_explained, "1", {}}))
        .consents.back()
        .id;
  }
  template <class Record>
  void put(const Record& record) {
    must(this->record().write([&](Transaction& transaction) { return insert(transaction, record); }));
  }
  std::string newest_action() { return must(who_has_seen(practice(), ada_, mia_, 1)).at(0).action; }
};

TEST_P(History, keeps_what_happened_with_its_dating_its_source_and_whom_it_was_with) {
  const Figure ruth = figure(FigureKind::caregiver, "Ruth", 2);
  const auto view = must(
      add({EventKind::loss, 9, 10, Dating::about, EventSource::told, ruth.id, words("She died in spring.")}));
  ASSERT_THAT(view.history, SizeIs(1));
  const HistoryEvent& event = view.history[0];
  EXPECT_EQ(event.kind.reveal(), "loss");
  EXPECT_EQ(event.age_from, 9);
  EXPECT_EQ(event.age_to, 10);
  EXPECT_EQ(event.dating, Dating::about);
  EXPECT_EQ(event.source, EventSource::told);
  EXPECT_EQ(event.figure, ruth.id);
  EXPECT_EQ(event.account->reveal(), "She died in spring.");
  EXPECT_EQ(newest_action(), "history.add");
}

TEST_P(History, takes_what_was_not_said_as_remembered_and_as_about_where_there_is_an_age) {
  const HistoryEvent dated = must(add({EventKind::move, 7, {}, {}, {}, {}, {}})).history.at(0);
  EXPECT_EQ(dated.dating, Dating::about);
  EXPECT_EQ(dated.age_to, 7);
  EXPECT_EQ(dated.source, EventSource::remembered);
  clock().pass(1);
  EXPECT_EQ(must(add({EventKind::culture, {}, {}, {}, {}, {}, {}})).history.at(1).dating, Dating::unknown);
}

TEST_P(History, knows_every_kind_by_its_word) {
  (void)explain_limits(ada_, mia_, course_.id);
  EXPECT_EQ(names_of<EventKind>.size(), 15U);
  for (std::size_t i = 0; i < names_of<EventKind>.size(); ++i) {
    clock().pass(1);
    EXPECT_EQ(must(add({static_cast<EventKind>(i), {}, {}, {}, {}, {}, {}})).history.at(i).kind.reveal(),
              names_of<EventKind>[i]);
  }
}

TEST_P(History, refuses_ages_and_datings_that_do_not_go_together) {
  const auto code = [&](std::optional<int> from, std::optional<int> to, std::optional<Dating> dating) {
    return code_of(add({EventKind::move, from, to, dating, {}, {}, {}}));
  };
  EXPECT_EQ(code(-1, {}, {}), "history.ages");
  EXPECT_EQ(code(7, 6, {}), "history.ages");
  EXPECT_EQ(code(7, oldest_age + 1, {}), "history.ages");
  EXPECT_EQ(code(oldest_age + 1, {}, {}), "history.ages");
  EXPECT_EQ(code({}, 7, {}), "history.ages");
  EXPECT_EQ(code({}, {}, Dating::exact), "history.dating");
  EXPECT_EQ(code({}, {}, Dating::about), "history.dating");
  EXPECT_EQ(code(7, {}, Dating::unknown), "history.dating");
  EXPECT_EQ(code(7, 7, Dating::unknown), "history.dating");
  EXPECT_EQ(code(7, 9, Dating::unknown), "done") << "some time between";
  EXPECT_EQ(code(0, oldest_age, Dating::exact), "done");
}

TEST_P(History, is_changed_without_losing_when_it_was_first_written) {
  const HistoryEvent before =
      must(add({EventKind::move, 7, {}, {}, {}, {}, words("To the city.")})).history.at(0);
  clock().pass(day_ms);
  const NewHistoryEvent input{EventKind::migration, 6, 8, Dating::unknown, EventSource::document, {}, {}};
  const auto view = must(change_history_event(practice(), ada_, mia_, before.id, input));
  ASSERT_THAT(view.history, SizeIs(1));
  const HistoryEvent& after = view.history[0];
  EXPECT_EQ(after.id, before.id);
  EXPECT_EQ(after.created_at, before.created_at);
  EXPECT_EQ(after.kind.reveal(), "migration");
  EXPECT_EQ(after.age_to, 8);
  EXPECT_FALSE(after.account) << "all of it is written anew";
  EXPECT_EQ(newest_action(), "history.change");
  EXPECT_EQ(code_of(change_history_event(practice(), ada_, mia_, before.id,
                                         {EventKind::move, 9, 8, {}, {}, {}, {}})),
            "history.ages");
  EXPECT_EQ(code_of(change_history_event(practice(), ben_, other_, before.id, input)),
            "history_event.not_found");
  EXPECT_EQ(code_of(change_history_event(practice(), ben_, mia_, before.id, input)), "access.not_found");
}

TEST_P(History, shows_words_of_earlier_entries_as_they_were_written) {
  HistoryEvent old;
  old.id = new_id<HistoryEvent>(practice().entropy);
  old.person = mia_;
  old.kind = words("a move, then another");
  old.age_from = old.age_to = 7;
  old.created_at = clock().now();
  put(old);
  EXPECT_EQ(must(read_person(practice(), ada_, mia_)).history.at(0).kind.reveal(), "a move, then another");
  EXPECT_EQ(
      must(change_history_event(practice(), ada_, mia_, old.id, {EventKind::move, 7, {}, {}, {}, {}, {}}))
          .history.at(0)
          .kind.reveal(),
      "move");
}

TEST_P(History, of_trauma_is_written_only_after_the_limits_were_explained) {
  const NewHistoryEvent trauma{EventKind::trauma, 11, {}, {}, {}, {}, {}};
  const auto refused = add(trauma);
  EXPECT_EQ(code_of(refused), "history.limits_not_explained");
  EXPECT_EQ(refused.error().kind, ErrorKind::conflict);
  EXPECT_THAT(refused.error().detail, HasSubstr("limits_explained")) << "it says what to do";
  EXPECT_THAT(must(read_person(practice(), ada_, mia_)).history, IsEmpty());

  // What somebody else explained elsewhere does not count.
  NewMember again;
  again.person = mia_;
  const auto elsewhere =
      must(open_course(practice(), ada_, {UnitKind::individual, {again}, Date{2026, 9, 2}}));
  must(record().write([&](Transaction& transaction) -> Result<bool> {
    (void)must(
        change<Course>(transaction, {to(&Course::therapist, ben_.user)}, {where(&Course::id, elsewhere.id)}));
    return true;
  }));
  (void)explain_limits(ben_, mia_, elsewhere.id);
  EXPECT_EQ(code_of(add(trauma)), "history.limits_not_explained");

  const auto consent = explain_limits(ada_, mia_, course_.id);
  const auto event = must(add(trauma)).history.at(0);
  EXPECT_EQ(event.kind.reveal(), "trauma");

  // Neither is one made out of another entry, or changed, once it was withdrawn; it can be taken back.
  clock().pass(1);
  const auto other = must(add({EventKind::loss, 3, {}, {}, {}, {}, {}})).history.at(1);
  must(withdraw_consent(practice(), ada_, mia_, consent));
  EXPECT_EQ(code_of(change_history_event(practice(), ada_, mia_, other.id, trauma)),
            "history.limits_not_explained");
  EXPECT_EQ(code_of(change_history_event(practice(), ada_, mia_, event.id,
                                         {EventKind::loss, 11, {}, {}, {}, {}, {}})),
            "history.limits_not_explained");
  EXPECT_EQ(code_of(remove_history_event(practice(), ada_, mia_, event.id)), "done");
}

TEST_P(History, is_about_figures_of_the_person) {
  const auto strange =
      must(add_figure(practice(), ben_, other_, {FigureKind::mother, {}, {}, {}})).figures.at(0).id;
  EXPECT_EQ(code_of(add({EventKind::loss, 7, {}, {}, {}, strange, {}})), "history.figure");
  EXPECT_EQ(code_of(comfort(strange, {})), "comforting.figure");
  EXPECT_EQ(code_of(comfort({}, strange)), "comforting.figure");
  EXPECT_EQ(code_of(remove_figure(practice(), ada_, mia_, strange)), "figure.not_found");
  EXPECT_EQ(code_of(change_figure(practice(), ada_, mia_, strange, {FigureKind::mother, {}, {}, {}})),
            "figure.not_found");
}

TEST_P(History, has_figures_of_three_generations_and_the_children) {
  EXPECT_EQ(figure(FigureKind::mother, "Ruth").generation, 1);
  EXPECT_EQ(figure(FigureKind::sibling, "Jo").generation, 0);
  EXPECT_EQ(figure(FigureKind::child, "Nia").generation, -1);
  EXPECT_EQ(figure(FigureKind::caregiver, "Alma", 2).generation, 2);
  for (const int outside : {3, -2})
    EXPECT_EQ(code_of(add_figure(practice(), ada_, mia_, {FigureKind::other, {}, {}, outside})),
              "figure.generation");
}

TEST_P(History, changes_who_a_figure_is_and_keeps_what_refers_to_them) {
  const Figure first = figure(FigureKind::partner, "Robin");
  must(comfort(first.id, {}));
  const auto view = must(change_figure(practice(), ada_, mia_, first.id,
                                       {FigureKind::former_partner, words("Robin K."), {}, 0}));
  EXPECT_EQ(view.figures.at(0).kind, FigureKind::former_partner);
  EXPECT_EQ(view.figures.at(0).name->reveal(), "Robin K.");
  EXPECT_EQ(view.figures.at(0).created_at, first.created_at);
  EXPECT_EQ(view.comforting.at(0).giver, first.id);
  EXPECT_EQ(newest_action(), "figure.change");
  EXPECT_EQ(code_of(change_figure(practice(), ada_, mia_, first.id, {FigureKind::partner, {}, other_, {}})),
            "access.not_found");
}

TEST_P(History, says_who_comforted_whom_once_for_each_two) {
  const Figure ruth = figure(FigureKind::mother, "Ruth");
  const Figure alma = figure(FigureKind::caregiver, "Alma", 2);
  must(comfort(ruth.id, {}));
  must(comfort({}, ruth.id));
  const auto view = must(comfort(alma.id, ruth.id));
  ASSERT_THAT(view.comforting, SizeIs(3));
  EXPECT_EQ(view.comforting[0].answer, ComfortAnswer::mixed);
  EXPECT_EQ(view.comforting[0].how->reveal(), "rarely");
  EXPECT_EQ(view.comforting[0].source, EventSource::remembered);
  EXPECT_EQ(newest_action(), "comforting.add");
  EXPECT_EQ(code_of(comfort(ruth.id, {})), "comforting.known");
  EXPECT_EQ(code_of(comfort({}, {})), "comforting.same");
  EXPECT_EQ(code_of(comfort(ruth.id, ruth.id)), "comforting.same");
  const auto line = view.comforting[0].id;
  EXPECT_EQ(code_of(remove_comforting(practice(), ben_, other_, line)), "comforting.not_found");
  EXPECT_THAT(must(remove_comforting(practice(), ada_, mia_, line)).comforting, SizeIs(2));
  EXPECT_EQ(newest_action(), "comforting.remove");
  EXPECT_EQ(code_of(comfort(ruth.id, {})), "done");
}

TEST_P(History, does_not_let_a_figure_go_that_something_refers_to_and_says_what) {
  const auto refused = [&](const Id<Figure>& figure, const std::string& what) {
    const auto result = remove_figure(practice(), ada_, mia_, figure);
    EXPECT_EQ(code_of(result), "figure.in_use") << what;
    if (!result) {
      EXPECT_THAT(result.error().detail, HasSubstr(what));
    }
  };
  const auto one = figure(FigureKind::mother, "Ruth").id;
  must(add({EventKind::loss, 7, {}, {}, {}, one, {}}));
  refused(one, "entries of the history");

  const auto two = figure(FigureKind::father, "Karl").id;
  must(comfort({}, two));
  refused(two, "who comforted whom");

  const auto three = figure(FigureKind::partner, "Jonas").id;
  agree_to_measures(ada_, mia_, course_.id);
  GiveMeasure measure;
  measure.instrument = "phq-9";
  measure.respondent = mia_;
  measure.figure = three;
  must(give_measure(practice(), ada_, course_.id, measure));
  refused(three, "answers about them");

  const auto four = figure(FigureKind::sibling, "Jo").id;
  Claim claim;
  claim.id = new_id<Claim>(practice().entropy);
  claim.person = mia_;
  claim.course = course_.id;
  claim.figure = four;
  put(claim);
  refused(four, "claims");

  const auto five = figure(FigureKind::friend_, "Kim").id;
  CorrectiveMoment moment;
  moment.id = new_id<CorrectiveMoment>(practice().entropy);
  moment.person = mia_;
  moment.course = course_.id;
  moment.figure = five;
  moment.happened_on = Date{2026, 9, 3};
  put(moment);
  refused(five, "corrective moments");

  const auto six = figure(FigureKind::other, "Boss").id;
  RelationshipEpisode episode;
  episode.id = new_id<RelationshipEpisode>(practice().entropy);
  episode.person = mia_;
  episode.course = course_.id;
  episode.figure = six;
  episode.told_on = Date{2026, 9, 3};
  episode.coded_by = ada_.user;
  put(episode);
  refused(six, "relationship episodes");

  must(comfort(six, one));
  const auto all = remove_figure(practice(), ada_, mia_, six);
  EXPECT_THAT(all.error().detail, HasSubstr("who comforted whom, relationship episodes"));
  const auto nobody = figure(FigureKind::other, "Nobody").id;
  EXPECT_EQ(code_of(remove_figure(practice(), ada_, mia_, nobody)), "done");
}

TEST_P(History, keeps_an_entry_that_is_evidence_for_a_claim) {
  const auto event = must(add({EventKind::loss, 7, {}, {}, {}, {}, {}})).history.at(0).id;
  Claim claim;
  claim.id = new_id<Claim>(practice().entropy);
  claim.person = mia_;
  claim.course = course_.id;
  put(claim);
  ClaimEvidence evidence;
  evidence.id = new_id<ClaimEvidence>(practice().entropy);
  evidence.person = mia_;
  evidence.claim = claim.id;
  evidence.source = EvidenceSource::history;
  evidence.source_id = event.text();
  put(evidence);
  EXPECT_EQ(code_of(remove_history_event(practice(), ada_, mia_, event)), "history.in_use");
  must(record().write([&](Transaction& transaction) -> Result<bool> {
    const Condition all[] = {where(&ClaimEvidence::id, evidence.id)};
    return must(transaction.remove(table_of<ClaimEvidence>(), all)) == 1;
  }));
  EXPECT_THAT(must(remove_history_event(practice(), ada_, mia_, event)).history, IsEmpty());
  EXPECT_EQ(code_of(remove_history_event(practice(), ada_, mia_, event)), "history_event.not_found");
}

TEST_P(History, is_written_by_the_therapist_only_and_under_an_audit) {
  const Actor sara = user("sara", {.supervisor = true});
  must(assign_supervisor(practice(), ada_, course_.id, {sara.user}));
  const NewHistoryEvent loss{EventKind::loss, 7, {}, {}, {}, {}, {}};
  EXPECT_EQ(code_of(add_history_event(practice(), sara, mia_, loss)), "access.forbidden");
  EXPECT_EQ(code_of(add_history_event(practice(), ben_, mia_, loss)), "access.not_found");
  Actor phone;
  phone.kind = Actor::Kind::portal;
  phone.person = mia_;
  EXPECT_EQ(code_of(add_history_event(practice(), phone, mia_, loss)), "access.unauthenticated");
  EXPECT_EQ(code_of(add_comforting(practice(), phone, mia_, {})), "access.unauthenticated");
  EXPECT_TRUE(must(verify_audit(practice(), {})).intact);
}

/// What the program itself may show on a phone. Wording that a practice imports is its owner's.
TEST(ShippedWording, asks_about_no_trauma_and_names_no_abuse) {
  const std::regex never("trauma|abus|violen|assault|neglect|rape|molest|touched you|hit you|hurt you",
                         std::regex::icase);
  std::size_t texts = 0;
  const auto check = [&](const std::string& words) {
    ++texts;
    EXPECT_FALSE(std::regex_search(words, never)) << words;
  };
  for (const catalog::Instrument& instrument : all_instruments().instruments)
    for (const catalog::Text& text : instrument.texts) {
      check(text.title + ' ' + text.instruction);
      for (const catalog::ItemText& item : text.items) check(item.text);
    }
  EXPECT_GT(texts, 20U);
}

INSTANTIATE_TEST_SUITE_P(Service, History, store::each_engine, store::engine_name);

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::service
