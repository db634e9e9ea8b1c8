#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "service/answer_series.hpp"
#include "service/hold.hpp"
#include "service/plan_parts.hpp"
#include "service/session.hpp"
#include "therapy/plan_suggestion.hpp"

namespace securebase::service {
namespace {

constexpr double far_from_the_group = 1;  // SDs on the worse side
constexpr int low_progress = 3;           // of 10

/// Which family of techniques a scale speaks to: a proposal of ours.
std::optional<catalog::TechniqueFamily> family_for(const std::string& measures, const std::string& scale) {
  using catalog::TechniqueFamily;
  if (measures == "emotion_regulation") return TechniqueFamily::emotion_regulation;
  if (measures == "reflective_functioning") return TechniqueFamily::reflective_functioning;
  if (measures == "couple") return TechniqueFamily::interpersonal_repair;
  if (measures == "attachment" && scale == "anxiety") return TechniqueFamily::emotion_regulation;
  if (measures == "attachment" && scale == "avoidance") return TechniqueFamily::trust;
  return std::nullopt;
}

/// What a reason rests on, and whose it is.
struct Need {
  therapy::FamilyNeed need;
  std::optional<Id<Person>> person;
};

Result<std::vector<therapy::LoggedSession>> logged_sessions(Transaction& transaction,
                                                            const Id<Course>& course) {
  const auto sessions = sessions_of(transaction, course);
  if (!sessions) return tl::unexpected(sessions.error());
  std::vector<therapy::LoggedSession> logged;
  for (const TherapySession& session : *sessions) {
    if (!was_held(session)) continue;
    const auto uses = list<TechniqueUse>(
        transaction, {{where(&TechniqueUse::session, session.id)}, {by(&TechniqueUse::noted_at)}, {}});
    if (!uses) return tl::unexpected(uses.error());
    therapy::LoggedSession one{session.began_at.value_or(session.scheduled_at), {}};
    for (const TechniqueUse& use : *uses) one.techniques.push_back({use.technique, use.minutes});
    logged.push_back(std::move(one));
  }
  std::stable_sort(logged.begin(), logged.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
  return logged;
}

/// The newest sheet of each measure of a member.
Result<std::map<std::string, Administration>> newest_sheets(Transaction& transaction,
                                                            const Id<Course>& course,
                                                            const Id<Person>& person) {
  const auto sheets = list<Administration>(
      transaction, {{where(&Administration::course, course), where(&Administration::respondent, person),
                     where(&Administration::progress, Progress::sent)},
                    {by(&Administration::given_at)},
                    {}});
  if (!sheets) return tl::unexpected(sheets.error());
  std::map<std::string, Administration> newest;
  for (const Administration& sheet : *sheets)
    if (sheet.subject == person) newest.insert_or_assign(sheet.instrument, sheet);
  return newest;
}

std::optional<Finding> far_finding(const ScaleView& scale, const std::string& instrument) {
  for (const StandingView& standing : scale.standings) {
    const double worse = scale.higher_is_worse ? standing.z : -standing.z;
    if (worse < far_from_the_group) continue;
    return Finding{"plan.measure",
                   fmt::format("{} ({}) lies {:.1f} SD on the worse side of the mean of its group.",
                               scale.name, instrument, worse),
                   standing.basis + (standing.verified ? "" : " (from memory, unverified)"),
                   "Which technique follows from it is a proposal of ours, not a published rule."};
  }
  return std::nullopt;
}

Result<std::vector<Need>> needs_of_measures(Transaction& transaction, const Practice& practice,
                                            const Id<Course>& course, const Id<Person>& person) {
  std::vector<Need> needs;
  const auto sheets = newest_sheets(transaction, course, person);
  if (!sheets) return tl::unexpected(sheets.error());
  for (const auto& [id, sheet] : *sheets) {
    const auto instrument = catalog::find_instrument(practice.library, id);
    if (!instrument) continue;
    const auto read = sheet_of(transaction, practice, sheet);
    if (!read) return tl::unexpected(read.error());
    std::set<catalog::TechniqueFamily> spoken_to;
    for (const ScaleView& scale : read->scales) {
      const auto family = family_for((*instrument)->family, scale.scale);
      if (!family || spoken_to.count(*family) > 0) continue;
      if (auto finding = far_finding(scale, (*instrument)->abbreviation)) {
        needs.push_back({{*family, std::move(*finding)}, person});
        spoken_to.insert(*family);
      }
    }
  }
  return needs;
}

/// Where a goal stands, in words, when that is low: up to 3 of 10, or less than what was expected.
std::optional<std::string> standing_low(const GoalView& view) {
  if (view.progress && *view.progress <= low_progress) return fmt::format("{} of 10", *view.progress);
  if (view.attainment && *view.attainment < 0)
    return fmt::format("−{} of goal attainment, less than what was expected", -*view.attainment);
  return std::nullopt;
}

std::vector<Need> needs_of_goals(const std::vector<GoalBook>& books) {
  using catalog::TechniqueFamily;
  std::vector<Need> needs;
  for (const GoalBook& book : books)
    for (const GoalView& view : book.goals) {
      const auto standing = standing_low(view);
      if (view.goal.ended_at || !standing) continue;
      const bool relationship = view.goal.figure.has_value();
      needs.push_back(
          {{relationship ? TechniqueFamily::interpersonal_repair : TechniqueFamily::reflective_functioning,
            {"plan.goal",
             fmt::format("A goal about {} stands at {}.",
                         relationship ? "a relationship" : "something that is expected", *standing),
             "The newest rating of that goal.",
             "Which technique follows from it is a proposal of ours, not a published rule."}},
           book.person});
    }
  return needs;
}

struct FollowedFor {
  therapy::FollowedFinding found;
  Id<Person> person;
};

/// What was followed by improvement on the outcome measures of one person.
Result<std::vector<FollowedFor>> followed_for(Transaction& transaction, const Practice& practice,
                                              const Id<Course>& course, const Id<Person>& person,
                                              const std::vector<therapy::LoggedSession>& sessions) {
  std::vector<FollowedFor> found;
  if (sessions.empty()) return found;
  const auto all =
      answer_series(transaction, practice,
                    {where(&Administration::course, course), where(&Administration::respondent, person)},
                    SeriesUse::outcome);
  if (!all) return tl::unexpected(all.error());
  for (const AnswerSeries& series : *all) {
    if (series.scale == nullptr || series.key.subject != person) continue;
    std::vector<therapy::DatedScore> scores;
    for (const SeriesAnswer& answer : series.answers)
      if (answer.value) scores.push_back({answer.at, *answer.value});
    const bool worse = series.scale->direction == catalog::Direction::higher_worse;
    for (const therapy::FollowedBy& one : therapy::followed_by_improvement(sessions, scores, worse))
      found.push_back(
          {{one.technique, therapy::finding_of(one, series.definition.instrument->abbreviation)}, person});
  }
  return found;
}

FindingView view_of_finding(const Finding& finding) {
  return {finding.code, finding.statement, finding.basis, finding.limits};
}

/// Everything reasons are made of.
class Reasons {
 public:
  Reasons(Transaction& transaction, const Practice& practice, const Id<Course>& course)
      : transaction_(&transaction), practice_(&practice), course_(&course) {}

  Result<bool> gather(const std::optional<Followed>& followed, const std::vector<GoalBook>& goals) {
    const auto sessions = logged_sessions(*transaction_, *course_);
    if (!sessions) return tl::unexpected(sessions.error());
    needs_ = needs_of_goals(goals);
    if (followed)
      for (therapy::FamilyNeed& gap :
           therapy::gaps(*sessions, followed->protocol, practice_->library.techniques))
        needs_.push_back({std::move(gap), {}});
    for (const GoalBook& book : goals) {
      auto more = needs_of_measures(*transaction_, *practice_, *course_, book.person);
      if (!more) return tl::unexpected(more.error());
      needs_.insert(needs_.end(), more->begin(), more->end());
      auto after = followed_for(*transaction_, *practice_, *course_, book.person, *sessions);
      if (!after) return tl::unexpected(after.error());
      followed_.insert(followed_.end(), after->begin(), after->end());
    }
    return true;
  }

  [[nodiscard]] std::vector<SuggestionView> views(const catalog::ProtocolStage* stage,
                                                  const std::vector<std::string>& in_force) const {
    therapy::SuggestionInput input{
        practice_->library.techniques, practice_->library.holds, in_force, stage, {}, {}};
    for (const Need& need : needs_) input.needs.push_back(need.need);
    for (const FollowedFor& one : followed_) input.followed.push_back(one.found);
    std::vector<SuggestionView> views;
    for (const therapy::Suggestion& suggestion : therapy::suggest(input)) {
      SuggestionView view{suggestion.technique, {}};
      for (const therapy::SuggestedBecause& because : suggestion.because)
        view.because.push_back(reason(because));
      views.push_back(std::move(view));
    }
    return views;
  }

 private:
  [[nodiscard]] SuggestionReasonView reason(const therapy::SuggestedBecause& because) const {
    static constexpr std::array reasons = {PlanReason::protocol, PlanReason::deficit,
                                           PlanReason::followed_by_improvement};
    return {reasons[static_cast<std::size_t>(because.reason)], whose(because),
            view_of_finding(because.finding)};
  }
  [[nodiscard]] std::optional<Id<Person>> whose(const therapy::SuggestedBecause& because) const {
    for (const Need& need : needs_)
      if (need.need.finding == because.finding) return need.person;
    for (const FollowedFor& one : followed_)
      if (one.found.finding == because.finding) return one.person;
    return std::nullopt;
  }

  Transaction* transaction_;
  const Practice* practice_;
  const Id<Course>* course_;
  std::vector<Need> needs_;
  std::vector<FollowedFor> followed_;
};

}  // namespace

Result<std::vector<SuggestionView>> suggestions_for(Transaction& transaction, const Practice& practice,
                                                    const Id<Course>& course,
                                                    const std::optional<Followed>& followed,
                                                    const std::string& stage,
                                                    const std::vector<GoalBook>& goals) {
  Reasons reasons(transaction, practice, course);
  if (auto gathered = reasons.gather(followed, goals); !gathered) return tl::unexpected(gathered.error());
  const auto in_force = holds_in_force(transaction, course);
  if (!in_force) return tl::unexpected(in_force.error());
  return reasons.views(followed ? catalog::find_stage(followed->protocol, stage) : nullptr, *in_force);
}

}  // namespace securebase::service
