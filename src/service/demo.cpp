#include "service/demo.hpp"

#include <algorithm>
#include <functional>
#include <map>

#include "service/course.hpp"
#include "service/demo_alert.hpp"
#include "service/demo_coding.hpp"
#include "service/demo_formulation.hpp"
#include "service/demo_page.hpp"
#include "service/demo_plan.hpp"
#include "service/demo_safety.hpp"
#include "service/demo_session.hpp"
#include "service/history.hpp"
#include "service/measure.hpp"
#include "service/plan_demo.hpp"
#include "service/safety.hpp"
#include "service/settings.hpp"

namespace securebase::service {
namespace {

constexpr std::int64_t answering_ms = 2 * minute_ms;
constexpr std::int64_t care_ms = 3 * hour_ms;  // until somebody has seen a raised risk answer
constexpr int evening = 19 * 60;               // minutes: when what two people wrote is written down
constexpr int first_day = 7;                   // days from the first user to the first course
constexpr std::string_view form_version = "1";

/// Stands where it is put: what is written lies on its own day.
class MovedClock : public Clock {
 public:
  [[nodiscard]] Instant now() const override { return now_; }
  /// Never back: the audit is in the order of time.
  void move_to(Instant instant) { now_ = std::max(now_, instant); }
  void pass(std::int64_t ms) { now_ = now_ + ms; }

 private:
  Instant now_;
};

/// Use cases inside of a transaction that has begun: one wait for the disk for all of them.
class JoinedStore : public Store {
 public:
  explicit JoinedStore(Transaction& transaction) : transaction_(&transaction) {}
  [[nodiscard]] Result<bool> read(const Use& use) override { return use(*transaction_); }
  [[nodiscard]] Result<bool> write(const Use& use) override { return use(*transaction_); }

 private:
  Transaction* transaction_;
};

template <class T>
Result<bool> only_whether(const Result<T>& result) {
  if (!result) return tl::unexpected(result.error());
  return true;
}

std::optional<Private<std::string>> kept(const std::string& text) {
  return Private<std::string>(text);
}

class Filler {
 public:
  Filler(const Practice& outer, Transaction& transaction, const MakeDemo& input)
      : transaction_(&transaction),
        store_(transaction),
        practice_{store_, clock_, outer.entropy, outer.secrets, outer.library},
        midnight_(begin_of(input.today)) {}

  Result<DemoMade> fill(const std::vector<DemoCourse>& plan) {
    int earliest = 0;
    for (const DemoCourse& course : plan) earliest = std::max(earliest, course.begun);
    clock_.move_to(at(earliest + first_day, 8 * 60));
    if (auto done = found(); !done) return tl::unexpected(done.error());
    cases_.resize(plan.size());
    for (std::size_t i = 0; i < plan.size(); ++i) {
      cases_[i].plan = &plan[i];
      schedule(cases_[i]);
    }
    schedule_clip();
    if (auto done = happen(); !done) return tl::unexpected(done.error());
    return std::move(made_);
  }

 private:
  struct Case {
    const DemoCourse* plan = nullptr;
    Actor therapist;
    Id<Course> id;
    std::vector<Id<Person>> people;                // by place
    std::vector<std::vector<Id<Figure>>> figures;  // of each, by place
    std::map<const DemoSheet*, Id<Administration>> given;
  };
  struct Event {
    Instant at;
    std::function<Result<bool>()> happens;
  };

  [[nodiscard]] Instant at(int days_ago, int minute) const {
    return midnight_ + (minute * minute_ms - days_ago * day_ms);
  }

  /// The practice, its name, and who works there.
  Result<bool> found() {
    if (auto marked = mark_demo(*transaction_, practice_); !marked) return marked;
    ChangeSettings settings;
    settings.practice_name = "Demonstration practice (everybody is invented)";
    settings.risk_person = "Rowan Demo (invented)";
    settings.risk_phone = "000 0000 000 (nobody's number)";
    settings.risk_hours = "working days from 9 to 17";
    if (auto set = change_settings(practice_, the_program(), settings); !set)
      return tl::unexpected(set.error());
    if (auto tested =
            note_tested_path(practice_, the_program(), {"Called the number; Rowan answered (invented)."});
        !tested)
      return tl::unexpected(tested.error());
    const NewUser users[] = {{"demo-therapist", "Rowan Demo", true, false, true, false},
                             {"demo-colleague", "Juniper Demo", true, false, false, false},
                             {"demo-supervisor", "Laurel Demo", false, true, false, false}};
    for (const NewUser& user : users)
      if (auto added = add(user); !added) return added;
    Actor rowan = the_program();
    rowan.user = made_.users.front().user.id;
    return demo_safety_settings(practice_, rowan);
  }
  Result<bool> add(const NewUser& input) {
    const auto invited = invite_user(practice_, the_program(), input);
    if (!invited) return tl::unexpected(invited.error());
    DemoUser user{invited->user, practice_.entropy.token()};
    Attempts attempts;
    auto chosen = choose_password(practice_, attempts, {user.password}, invited->token, "demo");
    made_.users.push_back(std::move(user));
    clock_.pass(minute_ms);
    return only_whether(chosen);
  }

  void schedule(Case& one) {
    const DemoCourse& plan = *one.plan;
    one.therapist = the_program();  // who alone may open courses here, in a therapist's name
    one.therapist.user = made_.users.at(plan.is_colleagues ? 1 : 0).user.id;
    events_.push_back({at(plan.begun, 8 * 60), [this, &one] { return open(one); }});
    for (const DemoSheet& sheet : plan.sheets) {
      const Instant then = at(sheet.days_ago, sheet.minute);
      events_.push_back({then, [this, &one, &sheet] { return answer(one, sheet); }});
      if (!sheet.what_was_done.empty())
        events_.push_back({then + care_ms, [this, &one, &sheet] { return care(one, sheet); }});
    }
    if (plan.writing != DemoWriting::none)
      for (DemoEntry& entry :
           plan.writing == DemoWriting::rich ? rich_formulation(plan.begun) : begun_formulation(plan.begun))
        events_.push_back(
            {at(entry.days_ago, evening), [this, &one, write = std::move(entry.write)] {
               clock_.pass(second_ms);  // what is written together stands in its order
               return write({practice_, one.therapist, one.id, one.people.front(), date_of(clock_.now())});
             }});
    for (DemoEntry& entry : planned_course(plan))
      events_.push_back(
          {at(entry.days_ago, evening + 30), [this, &one, write = std::move(entry.write)] {
             clock_.pass(second_ms);
             return write({practice_, one.therapist, one.id, one.people.front(), date_of(clock_.now())});
           }});
    for (DemoEntry& entry : demo_sessions(plan, static_cast<std::size_t>(&one - cases_.data())))
      events_.push_back(
          {at(entry.days_ago, evening + 30), [this, &one, write = std::move(entry.write)] {
             clock_.pass(second_ms);
             return write({practice_, one.therapist, one.id, one.people.front(), date_of(clock_.now())});
           }});
    for (DemoEntry& entry : demo_alert_entries(plan))
      events_.push_back(
          {at(entry.days_ago, evening), [this, &one, write = std::move(entry.write)] {
             clock_.pass(second_ms);
             return write({practice_, one.therapist, one.id, one.people.front(), date_of(clock_.now())});
           }});
    for (DemoEntry& entry : demo_page_entries(plan))
      events_.push_back(
          {at(entry.days_ago, evening + 30), [this, &one, write = std::move(entry.write)] {
             clock_.pass(second_ms);
             return write({practice_, one.therapist, one.id, one.people.front(), date_of(clock_.now())});
           }});
    for (DemoEntry& entry : demo_safety_entries(plan))
      events_.push_back(
          {at(entry.days_ago, evening + 30), [this, &one, write = std::move(entry.write)] {
             clock_.pass(second_ms);
             return write({practice_, one.therapist, one.id, one.people.front(), date_of(clock_.now())});
           }});
    if (plan.ended) events_.push_back({at(*plan.ended, 20 * 60), [this, &one] { return end(one); }});
  }
  /// A clip to train on, coded by both therapists, each alone.
  void schedule_clip() {
    constexpr int days_ago[] = {20, 18};
    for (std::size_t observer = 0; observer < std::size(days_ago); ++observer)
      events_.push_back({at(days_ago[observer], 17 * 60), [this, observer]() -> Result<bool> {
                           Actor coder = the_program();
                           coder.user = made_.users.at(observer).user.id;
                           if (!clip_) {
                             const auto clip = make_demo_clip(practice_, coder);
                             if (!clip) return tl::unexpected(clip.error());
                             clip_ = *clip;
                           }
                           return code_demo_clip(practice_, coder, *clip_, observer);
                         }});
  }
  /// In the order of time, as the audit would have it.
  Result<bool> happen() {
    std::stable_sort(events_.begin(), events_.end(),
                     [](const Event& a, const Event& b) { return a.at < b.at; });
    for (const Event& event : events_) {
      clock_.move_to(event.at);
      if (auto done = event.happens(); !done) return done;
    }
    return true;
  }

  Result<bool> open(Case& one) {
    NewCourse course{one.plan->unit, {}, date_of(clock_.now())};
    for (const DemoPerson& person : one.plan->members) course.members.push_back(joins(person));
    const auto view = open_course(practice_, one.therapist, course);
    if (!view) return tl::unexpected(view.error());
    one.id = view->id;
    for (const DemoPerson& person : one.plan->members)
      for (const MemberView& member : view->members)
        if (member.name && member.name->reveal() == person.name) one.people.push_back(member.person);
    made_.courses += 1;
    made_.people += static_cast<std::int64_t>(one.people.size());
    for (std::size_t who = 0; who < one.people.size(); ++who) {
      // What cannot stay between two people is said before anything is told.
      if (auto agreed = agree(one, who); !agreed) return agreed;
      if (auto told = tell(one, who); !told) return told;
    }
    if (!one.plan->is_supervised) return true;
    return only_whether(assign_supervisor(practice_, one.therapist, one.id, {made_.users.at(2).user.id}));
  }
  [[nodiscard]] NewMember joins(const DemoPerson& person) const {
    Particulars particulars;
    particulars.name = kept(person.name);
    particulars.contact = kept(person.contact);
    particulars.safe_contact = kept(person.safe_contact);
    particulars.emergency_contact = kept(person.emergency_contact);
    particulars.birth_year = date_of(midnight_).year - person.age;
    particulars.gender = person.gender;
    return {{}, person.age_group, particulars, person.role};
  }
  /// Figures, history, and who comforted whom.
  Result<bool> tell(Case& one, std::size_t who) {
    const DemoPerson& person = one.plan->members[who];
    std::vector<Id<Figure>> figures;
    for (const DemoFigure& figure : person.figures) {
      NewFigure input{figure.kind, kept(figure.name), {}, figure.generation};
      if (figure.member) input.is_person = one.people.at(*figure.member);
      const auto view = add_figure(practice_, one.therapist, one.people[who], input);
      if (!view) return tl::unexpected(view.error());
      figures.push_back(view->figures.back().id);
      clock_.pass(second_ms);  // they stand in the order of time
    }
    one.figures.push_back(figures);
    const auto at = [&](const std::optional<std::size_t>& place) {
      return place ? std::optional(figures.at(*place)) : std::nullopt;
    };
    for (const DemoEvent& event : person.history) {
      const NewHistoryEvent input{event.kind,   event.age_from,   event.age_to,       event.dating,
                                  event.source, at(event.figure), kept(event.account)};
      if (auto added = add_history_event(practice_, one.therapist, one.people[who], input); !added)
        return tl::unexpected(added.error());
      clock_.pass(second_ms);
    }
    for (const DemoComforting& comforting : person.comforting) {
      const NewComforting input{at(comforting.giver), at(comforting.receiver), comforting.answer,
                                kept(comforting.how), comforting.source};
      if (auto added = add_comforting(practice_, one.therapist, one.people[who], input); !added)
        return tl::unexpected(added.error());
      clock_.pass(second_ms);
    }
    return true;
  }
  Result<bool> agree(const Case& one, std::size_t who) {
    for (const ConsentKind kind : {ConsentKind::treatment, ConsentKind::limits_explained,
                                   ConsentKind::measures, ConsentKind::portal}) {
      const NewConsent consent{one.id, kind, std::string(form_version), {}};
      if (auto given = give_consent(practice_, one.therapist, one.people[who], consent); !given)
        return tl::unexpected(given.error());
      clock_.pass(second_ms);
    }
    if (!one.plan->is_supervised) return true;
    return only_whether(give_consent(practice_, one.therapist, one.people[who],
                                     {one.id, ConsentKind::supervision, std::string(form_version), {}}));
  }

  Result<bool> answer(Case& one, const DemoSheet& sheet) {
    GiveMeasure measure;
    measure.instrument = sheet.instrument;
    if (!sheet.order.empty()) measure.item_order = sheet.order;
    measure.respondent = one.people.at(sheet.respondent);
    measure.subject = one.people.at(sheet.subject);
    if (sheet.figure) measure.figure = one.figures.at(sheet.respondent).at(*sheet.figure);
    measure.occasion = sheet.occasion;
    measure.mode = sheet.mode;
    measure.ask_risk = std::count(sheet.answers.begin(), sheet.answers.end(), std::string("not_asked")) == 0;
    const auto given = give_measure(practice_, one.therapist, one.id, measure);
    if (!given) return tl::unexpected(given.error());
    one.given[&sheet] = given->id;
    made_.sheets += 1;
    clock_.pass(answering_ms);
    return only_whether(record_answers(practice_, one.therapist, one.id, given->id, {sheet.answers}));
  }
  Result<bool> care(const Case& one, const DemoSheet& sheet) {
    const auto raised =
        find<RiskEntry>(*transaction_, where(&RiskEntry::administration, one.given.at(&sheet)));
    if (!raised) return tl::unexpected(raised.error());
    if (!*raised) return fail(ErrorKind::internal, "demo.risk", "a planned risk answer left no entry");
    const auto seen = acknowledge_risk(practice_, one.therapist, one.id, (*raised)->id,
                                       {Private<std::string>(sheet.what_was_done)});
    if (!seen) return tl::unexpected(seen.error());
    return only_whether(close_risk(practice_, one.therapist, one.id, (*raised)->id,
                                   {Private<std::string>("The therapist, in person"), clock_.now(),
                                    Private<std::string>("Thoughts that come in the evening; no plan."),
                                    Private<std::string>("We look at the safety plan next time.")}));
  }
  Result<bool> end(const Case& one) {
    return only_whether(end_course(practice_, one.therapist, one.id, {date_of(clock_.now())}));
  }

  Transaction* transaction_;
  MovedClock clock_;
  JoinedStore store_;
  Practice practice_;
  Instant midnight_;
  std::vector<Case> cases_;
  std::vector<Event> events_;
  std::optional<Id<CodingTarget>> clip_;
  DemoMade made_;
};

}  // namespace

Result<DemoMade> make_demo(const Practice& practice, const MakeDemo& input) {
  const auto plan = plan_demo(practice.library, input.seed);
  if (!plan) return tl::unexpected(plan.error());
  DemoMade made;
  auto done = practice.store.write([&](Transaction& transaction) -> Result<bool> {
    const auto users = transaction.count(table_of<User>(), {});
    if (!users) return tl::unexpected(users.error());
    if (*users > 0)
      return fail(ErrorKind::conflict, "demo.not_empty", "somebody is in this practice already");
    auto filled = Filler(practice, transaction, input).fill(*plan);
    if (!filled) return tl::unexpected(filled.error());
    made = std::move(*filled);
    return true;
  });
  if (!done) return tl::unexpected(done.error());
  return made;
}

}  // namespace securebase::service
