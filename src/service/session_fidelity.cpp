#include "service/session_fidelity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "service/plan_protocol.hpp"
#include "service/plan_record.hpp"
#include "service/session.hpp"

namespace securebase::service {
namespace {

/// FNV-1a of both ids (Fowler, Noll and Vo), then the steps of SplitMix64 (Steele and others 2014).
class Draws {
 public:
  Draws(std::string_view course, std::string_view stage) {
    constexpr std::uint64_t prime = 0x100000001b3;
    for (const std::string_view part : {course, std::string_view("/"), stage})
      for (const char c : part) state_ = (state_ ^ static_cast<unsigned char>(c)) * prime;
  }
  /// From 0 to count - 1.
  int next(int count) {
    state_ += 0x9e3779b97f4a7c15;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111eb;
    return static_cast<int>((mixed ^ (mixed >> 31U)) % static_cast<std::uint64_t>(count));
  }

 private:
  std::uint64_t state_ = 0xcbf29ce484222325;
};

/// Where a course stood on a day.
struct Standing {
  CoursePlan plan;
  PlanStage stage;
};

/// What is asked of a meeting in a stage, and how many meetings a stage usually has.
struct Checklist {
  FidelityView view;
  int usual_sessions = usual_stage_sessions;
};

/// Nothing where the definitions lack the protocol, or it asks for no lines in this stage.
Result<std::optional<Checklist>> checklist_of(Transaction& transaction, const Practice& practice,
                                              const CoursePlan& plan, const std::string& stage) {
  const auto protocol = protocol_of(transaction, practice, plan.protocol, plan.version);
  if (!protocol) return tl::unexpected(protocol.error());
  std::optional<Checklist> none;
  if (!*protocol) return none;
  const auto* at = catalog::find_stage(**protocol, stage);
  if (at == nullptr || (*protocol)->fidelity.empty()) return none;
  Checklist checklist;
  FidelityView& view = checklist.view;
  view.protocol = plan.protocol;
  view.name = (*protocol)->name;
  view.version = plan.version;
  view.fingerprint = (*protocol)->fingerprint;
  view.stage = stage;
  view.stage_name = at->label;
  view.basis =
      "What was seen, in words of our own; not a published scale, and no measure of how good it was.";
  const auto due = catalog::fidelity_in(**protocol, stage);
  for (const catalog::FidelityItem& item : (*protocol)->fidelity)
    view.lines.push_back(
        {item.id, item.text, item.prohibited, std::find(due.begin(), due.end(), &item) != due.end()});
  if (at->sessions) checklist.usual_sessions = at->sessions->to;
  return std::optional(std::move(checklist));
}

Result<std::optional<Standing>> standing_on(Transaction& transaction, const Id<Course>& course, Date day) {
  const auto stages =
      list<PlanStage>(transaction, {{where(&PlanStage::course, course)}, {by(&PlanStage::entered_at)}, {}});
  if (!stages) return tl::unexpected(stages.error());
  std::optional<Standing> standing;
  for (const PlanStage& stage : *stages) {
    if (stage.entered_on > day) continue;
    const auto plan = get<CoursePlan>(transaction, stage.plan);
    if (!plan) return tl::unexpected(plan.error());
    standing = Standing{*plan, stage};
  }
  return standing;
}

/// Which of the meetings that were held in this stage it is, from 1.
Result<int> place_in_stage(Transaction& transaction, const TherapySession& session,
                           const Standing& standing) {
  const auto sessions = sessions_of(transaction, session.course);
  if (!sessions) return tl::unexpected(sessions.error());
  return static_cast<int>(std::count_if(sessions->begin(), sessions->end(), [&](const TherapySession& one) {
    return was_held(one) && one.began_at && date_of(*one.began_at) >= standing.stage.entered_on &&
           *one.began_at <= *session.began_at;
  }));
}

Result<std::vector<FidelityRating>> ratings_of(Transaction& transaction, const Id<TherapySession>& session) {
  return list<FidelityRating>(transaction, {{where(&FidelityRating::session, session),
                                             where(&FidelityRating::replaced_at, Is::absent)},
                                            {by(&FidelityRating::rated_at)},
                                            {}});
}

Result<bool> replace_rating(Transaction& transaction, const FidelityRating& rating) {
  const auto replaced = change<FidelityRating>(
      transaction, {to(&FidelityRating::replaced_at, std::optional(rating.rated_at))},
      {where(&FidelityRating::session, rating.session), where(&FidelityRating::line, rating.line),
       where(&FidelityRating::replaced_at, Is::absent)});
  if (!replaced) return tl::unexpected(replaced.error());
  return insert(transaction, rating);
}

}  // namespace

std::vector<int> drawn_meetings(std::string_view course, std::string_view stage, int window) {
  std::vector<int> left;
  for (int i = 1; i <= window; ++i) left.push_back(i);
  Draws draws(course, stage);
  std::vector<int> drawn;
  while (!left.empty() && static_cast<int>(drawn.size()) < sampled_of_stage) {
    const auto at = left.begin() + draws.next(static_cast<int>(left.size()));
    drawn.push_back(*at);
    left.erase(at);
  }
  std::sort(drawn.begin(), drawn.end());
  return drawn;
}

Result<std::optional<FidelityView>> fidelity_of(Transaction& transaction, const Practice& practice,
                                                const TherapySession& session) {
  std::optional<FidelityView> none;
  if (!was_held(session) || !session.began_at) return none;
  const auto standing = standing_on(transaction, session.course, date_of(*session.began_at));
  if (!standing) return tl::unexpected(standing.error());
  if (!*standing) return none;
  auto list = checklist_of(transaction, practice, (*standing)->plan, (*standing)->stage.stage);
  if (!list) return tl::unexpected(list.error());
  if (!*list) return none;
  const auto place = place_in_stage(transaction, session, **standing);
  if (!place) return tl::unexpected(place.error());
  const auto drawn =
      drawn_meetings(session.course.text(), (*standing)->stage.id.text(), (*list)->usual_sessions);
  if (std::find(drawn.begin(), drawn.end(), *place) == drawn.end()) return none;
  auto ratings = ratings_of(transaction, session.id);
  if (!ratings) return tl::unexpected(ratings.error());
  FidelityView view = std::move((*list)->view);
  view.ratings = std::move(*ratings);
  return std::optional(std::move(view));
}

Result<FidelityView> rate_fidelity(const Practice& practice, const Actor& actor, const Id<Course>& course,
                                   const Id<TherapySession>& session, const RateFidelity& input) {
  return carry_out<FidelityView>(
      practice, actor, {"fidelity.rate", Permission::write_course, course, {}, session.text()},
      [&](Transaction& transaction) -> Result<FidelityView> {
        const auto found = session_of(transaction, course, session);
        if (!found) return tl::unexpected(found.error());
        const auto asked = fidelity_of(transaction, practice, *found);
        if (!asked) return tl::unexpected(asked.error());
        if (!*asked)
          return fail(ErrorKind::conflict, "fidelity.not_drawn", "no checklist is asked for of this session");
        const FidelityView& view = **asked;
        if (std::none_of(view.lines.begin(), view.lines.end(),
                         [&](const FidelityLine& line) { return line.id == input.line; }))
          return fail(ErrorKind::bad_data, "fidelity.line", "a line of the checklist",
                      Place{"", 0, 0, "line"});
        if (input.value < 0 || input.value > 2)
          return fail(ErrorKind::bad_data, "fidelity.value", "0 absent, 1 partial or 2 clear",
                      Place{"", 0, 0, "value"});
        const FidelityRating rating{new_id<FidelityRating>(practice.entropy),
                                    session,
                                    view.protocol,
                                    view.version,
                                    view.fingerprint,
                                    view.stage,
                                    input.line,
                                    input.value,
                                    actor.user,
                                    practice.clock.now(),
                                    {}};
        if (auto rated = replace_rating(transaction, rating); !rated) return tl::unexpected(rated.error());
        auto after = fidelity_of(transaction, practice, *found);
        if (!after) return tl::unexpected(after.error());
        return std::move(**after);
      });
}

}  // namespace securebase::service
