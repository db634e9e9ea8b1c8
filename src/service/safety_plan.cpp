#include "service/safety_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "service/claim.hpp"
#include "service/settings.hpp"

namespace securebase::service {
namespace {

Place plan_field(std::string name) {
  return {"", 0, 0, std::move(name)};
}

// How lines are kept: "name length\nbytes\n", one after another; "section" begins a line.

std::string kept_pair(std::string_view name, std::string_view value) {
  return fmt::format("{} {}\n{}\n", name, value.size(), value);
}

Private<std::string> kept_lines(const std::vector<SafetyPlanLine>& lines) {
  std::string bytes;
  for (const SafetyPlanLine& line : lines) {
    bytes += kept_pair("section", to_text(line.section)) + kept_pair("words", line.words.reveal());
    if (line.phone) bytes += kept_pair("phone", line.phone->reveal());
    if (line.who) bytes += kept_pair("who", line.who->reveal());
    if (line.by) bytes += kept_pair("by", securebase::to_text(*line.by));
    if (line.done) bytes += kept_pair("done", "1");
  }
  return Private<std::string>(std::move(bytes));
}

/// The next name and value, taken off the front; nothing: no version of this program wrote it.
std::optional<std::pair<std::string, std::string>> take_pair(std::string_view& bytes) {
  const auto space = bytes.find(' ');
  const auto line = bytes.find('\n');
  if (space == std::string_view::npos || line == std::string_view::npos || space > line) return std::nullopt;
  std::size_t size = 0;
  const char* const end = bytes.data() + line;
  if (std::from_chars(bytes.data() + space + 1, end, size).ptr != end) return std::nullopt;
  if (bytes.size() - line - 1 < size + 1) return std::nullopt;
  std::pair pair(std::string(bytes.substr(0, space)), std::string(bytes.substr(line + 1, size)));
  bytes.remove_prefix(line + 1 + size + 1);
  return pair;
}

bool take_into(std::vector<SafetyPlanLineView>& lines, const std::string& name, const std::string& value) {
  if (name == "section") {
    const auto section = parse_word<PlanSection>(value);
    if (!section) return false;
    lines.emplace_back().section = *section;
    return true;
  }
  if (lines.empty()) return false;
  SafetyPlanLine& line = lines.back();
  if (name == "words") line.words = Private<std::string>(value);
  if (name == "phone") line.phone = Private<std::string>(value);
  if (name == "who") line.who = Private<std::string>(value);
  if (name == "by") line.by = parse_date(value);
  if (name == "done") line.done = true;
  return true;
}

Result<SafetyPlanView> view_of_plan(const SafetyPlan& plan, Date today) {
  SafetyPlanView view{plan.id,
                      plan.number,
                      {},
                      plan.review_on,
                      plan.review_on <= today,
                      plan.written_by,
                      plan.written_at,
                      plan.shared_at,
                      plan.unshared_at,
                      plan.reviewed_at};
  std::string_view bytes = plan.content.reveal();
  while (!bytes.empty()) {
    const auto pair = take_pair(bytes);
    if (!pair || !take_into(view.lines, pair->first, pair->second))
      return fail(ErrorKind::internal, "plan.content", "lines as this program writes them");
  }
  return view;
}

Result<std::vector<SafetyPlan>> plan_versions(Transaction& transaction, const Id<Person>& person) {
  return list<SafetyPlan>(transaction,
                          {{where(&SafetyPlan::person, person)}, {by(&SafetyPlan::number, true)}, {}});
}

bool is_shared(const SafetyPlan& plan) {
  return plan.shared_at && !plan.unshared_at;
}

Result<bool> check_line(const SafetyPlanLine& line) {
  if (auto fits = check_words(line.words, to_text(line.section)); !fits) return fits;
  if (auto fits = check_words(line.phone, "phone"); !fits) return fits;
  if (auto fits = check_words(line.who, "who"); !fits) return fits;
  const bool is_means = line.section == PlanSection::surroundings;
  const bool fits = is_means ? line.who && line.by : !line.who && !line.by && !line.done;
  if (fits) return true;
  return fail(ErrorKind::bad_data, "plan.means",
              "each step that makes the surroundings safer names who does it and until which day; other "
              "lines name neither",
              plan_field("lines"));
}

Result<bool> check_review(Date review_on, Instant now) {
  const Date last = date_of(now + longest_until_review * day_ms);
  if (review_on > date_of(now) && review_on <= last) return true;
  return fail(ErrorKind::bad_data, "plan.review", "a day in the coming year", plan_field("review_on"));
}

Result<bool> check_plan(const NewSafetyPlan& input, Instant now) {
  if (input.lines.empty())
    return fail(ErrorKind::bad_data, "plan.empty", "one line at least", plan_field("lines"));
  if (input.lines.size() > most_plan_lines)
    return fail(ErrorKind::bad_data, "plan.lines", fmt::format("{} lines at most", most_plan_lines),
                plan_field("lines"));
  for (const SafetyPlanLine& line : input.lines)
    if (auto fits = check_line(line); !fits) return fits;
  return check_review(input.review_on, now);
}

Result<bool> take_back_shared(Transaction& transaction, const Id<Person>& person, Instant now) {
  auto versions = plan_versions(transaction, person);
  if (!versions) return tl::unexpected(versions.error());
  for (SafetyPlan& plan : *versions) {
    if (!is_shared(plan)) continue;
    plan.unshared_at = now;
    if (auto kept = replace(transaction, plan); !kept) return kept;
  }
  return true;
}

Result<SafetyPlan> plan_of(Transaction& transaction, const Id<Course>& course, const Id<Person>& person,
                           const Id<SafetyPlan>& id) {
  if (auto may = may_be_written(transaction, course, person); !may) return tl::unexpected(may.error());
  auto plan = get<SafetyPlan>(transaction, id);
  if (!plan || plan->person == person) return plan;
  return fail(ErrorKind::not_found, "safety_plan.not_found", "there is no such record");
}

}  // namespace

Result<std::vector<SafetyPlanView>> safety_plans_of(Transaction& transaction, const Id<Person>& person,
                                                    Date today) {
  const auto versions = plan_versions(transaction, person);
  if (!versions) return tl::unexpected(versions.error());
  std::vector<SafetyPlanView> views;
  for (const SafetyPlan& plan : *versions) {
    auto view = view_of_plan(plan, today);
    if (!view) return tl::unexpected(view.error());
    views.push_back(std::move(*view));
  }
  return views;
}

Result<std::optional<SharedSafetyPlan>> read_shared_safety_plan(Transaction& transaction,
                                                                const Id<Person>& person) {
  const auto versions = plan_versions(transaction, person);
  if (!versions) return tl::unexpected(versions.error());
  const auto shared = std::find_if(versions->begin(), versions->end(), is_shared);
  if (shared == versions->end()) return std::optional<SharedSafetyPlan>();
  auto view = view_of_plan(*shared, shared->review_on);
  if (!view) return tl::unexpected(view.error());
  const auto path = risk_path(transaction);
  if (!path) return tl::unexpected(path.error());
  return std::optional(SharedSafetyPlan{std::move(view->lines), view->written_at, path->contact()});
}

Result<std::vector<SafetyPlanView>> read_safety_plans(const Practice& practice, const Actor& actor,
                                                      const Id<Course>& course, const Id<Person>& person) {
  return look<std::vector<SafetyPlanView>>(
      practice, actor, {"safety_plan.read", Permission::read_course, course, person, ""},
      [&](Transaction& transaction) -> Result<std::vector<SafetyPlanView>> {
        if (auto member = needs_member(transaction, course, person); !member)
          return tl::unexpected(member.error());
        return safety_plans_of(transaction, person, date_of(practice.clock.now()));
      });
}

Result<SafetyPlanView> write_safety_plan(const Practice& practice, const Actor& actor,
                                         const Id<Course>& course, const Id<Person>& person,
                                         const NewSafetyPlan& input) {
  if (auto fits = check_plan(input, practice.clock.now()); !fits) return tl::unexpected(fits.error());
  return carry_out<SafetyPlanView>(
      practice, actor, {"safety_plan.write", Permission::write_course, course, person, ""},
      [&](Transaction& transaction) -> Result<SafetyPlanView> {
        if (auto may = may_be_written(transaction, course, person); !may) return tl::unexpected(may.error());
        const auto before = plan_versions(transaction, person);
        if (!before) return tl::unexpected(before.error());
        const int last = before->empty() ? 0 : before->front().number;
        if (last != input.after)
          return fail(ErrorKind::conflict, "plan.newer",
                      fmt::format("version {} is the newest now: look at it first", last));
        const Instant now = practice.clock.now();
        std::vector<SafetyPlanLine> lines = input.lines;
        std::stable_sort(lines.begin(), lines.end(), [](const SafetyPlanLine& a, const SafetyPlanLine& b) {
          return a.section < b.section;
        });
        SafetyPlan plan;
        plan.id = new_id<SafetyPlan>(practice.entropy);
        plan.person = person;
        plan.course = course;
        plan.number = last + 1;
        plan.content = kept_lines(lines);
        plan.review_on = input.review_on;
        plan.written_by = actor.user;
        plan.written_at = now;
        if (std::any_of(before->begin(), before->end(), is_shared)) plan.shared_at = now;
        if (auto taken = take_back_shared(transaction, person, now); !taken)
          return tl::unexpected(taken.error());
        if (auto added = insert(transaction, plan); !added) return tl::unexpected(added.error());
        return view_of_plan(plan, date_of(now));
      });
}

Result<SafetyPlanView> review_safety_plan(const Practice& practice, const Actor& actor,
                                          const Id<Course>& course, const Id<Person>& person,
                                          const Id<SafetyPlan>& id, const ReviewPlan& input) {
  if (auto fits = check_review(input.review_on, practice.clock.now()); !fits)
    return tl::unexpected(fits.error());
  return carry_out<SafetyPlanView>(
      practice, actor, {"safety_plan.review", Permission::write_course, course, person, id.text()},
      [&](Transaction& transaction) -> Result<SafetyPlanView> {
        auto plan = plan_of(transaction, course, person, id);
        if (!plan) return tl::unexpected(plan.error());
        const auto versions = plan_versions(transaction, person);
        if (!versions) return tl::unexpected(versions.error());
        if (versions->front().id != id)
          return fail(ErrorKind::conflict, "plan.newer",
                      fmt::format("version {} is the newest now: look at it", versions->front().number));
        plan->reviewed_at = practice.clock.now();
        plan->review_on = input.review_on;
        if (auto kept = replace(transaction, *plan); !kept) return tl::unexpected(kept.error());
        return view_of_plan(*plan, date_of(practice.clock.now()));
      });
}

Result<SafetyPlanView> share_safety_plan(const Practice& practice, const Actor& actor,
                                         const Id<Course>& course, const Id<Person>& person,
                                         const Id<SafetyPlan>& id) {
  return carry_out<SafetyPlanView>(
      practice, actor, {"safety_plan.share", Permission::write_course, course, person, id.text()},
      [&](Transaction& transaction) -> Result<SafetyPlanView> {
        auto plan = plan_of(transaction, course, person, id);
        if (!plan) return tl::unexpected(plan.error());
        if (is_shared(*plan)) return fail(ErrorKind::conflict, "plan.shared", "it is shared already");
        const Instant now = practice.clock.now();
        if (auto taken = take_back_shared(transaction, person, now); !taken)
          return tl::unexpected(taken.error());
        plan->shared_at = now;
        plan->unshared_at.reset();
        if (auto kept = replace(transaction, *plan); !kept) return tl::unexpected(kept.error());
        return view_of_plan(*plan, date_of(now));
      });
}

Result<SafetyPlanView> unshare_safety_plan(const Practice& practice, const Actor& actor,
                                           const Id<Course>& course, const Id<Person>& person,
                                           const Id<SafetyPlan>& id) {
  return carry_out<SafetyPlanView>(
      practice, actor, {"safety_plan.unshare", Permission::write_course, course, person, id.text()},
      [&](Transaction& transaction) -> Result<SafetyPlanView> {
        auto plan = plan_of(transaction, course, person, id);
        if (!plan) return tl::unexpected(plan.error());
        if (!is_shared(*plan)) return fail(ErrorKind::conflict, "plan.not_shared", "it is not shared");
        plan->unshared_at = practice.clock.now();
        if (auto kept = replace(transaction, *plan); !kept) return tl::unexpected(kept.error());
        return view_of_plan(*plan, date_of(practice.clock.now()));
      });
}

}  // namespace securebase::service
