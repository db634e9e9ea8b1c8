// What relationships have in common, learned from a practice's courses, and kept as one of its settings.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <thread>

#include "service/settings.hpp"
#include "service/working_model_parts.hpp"

namespace securebase::service {
namespace {

using attachment::FittedHyperparameters;
using attachment::Hyperparameters;

constexpr std::string_view setting_name = "map_laws";
constexpr unsigned most_threads = 8;

// How they are kept: "1 random-walk 1790000000000 120 0.25 ...", each number as exactly as it is.

constexpr std::string_view kept_version = "1";
constexpr std::array kept_numbers = {
    &Hyperparameters::overall,         &Hyperparameters::domain,        &Hyperparameters::relation,
    &Hyperparameters::correlation,     &Hyperparameters::overall_drift, &Hyperparameters::domain_drift,
    &Hyperparameters::relation_drift,  &Hyperparameters::staying,       &Hyperparameters::monthly_stability,
    &Hyperparameters::origin_variance, &Hyperparameters::speed_error};

std::string kept_form(const Hyperparameters& h, Instant computed_at) {
  std::string text = fmt::format("{} {} {} {} {} {}", kept_version, attachment::to_text(h.dynamics),
                                 computed_at.ms, h.courses, h.mean.anxiety, h.mean.avoidance);
  for (const auto member : kept_numbers) text += fmt::format(" {}", h.*member);
  return text;
}

/// Reads words one after another; a word that is no number leaves it failed.
class Words {
 public:
  explicit Words(std::string_view text) : text_(text) {}

  std::string_view word() {
    const auto end = std::min(text_.find(' '), text_.size());
    const auto word = text_.substr(0, end);
    text_.remove_prefix(std::min(end + 1, text_.size()));
    return word;
  }
  template <class Number>
  void read(Number& number) {
    const auto text = word();
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    failed_ = failed_ || text.empty() || error != std::errc() || end != text.data() + text.size();
  }
  [[nodiscard]] bool is_whole() const { return !failed_ && text_.empty(); }

 private:
  std::string_view text_;
  bool failed_ = false;
};

std::optional<UsedLaws> from_kept_form(std::string_view text) {
  Words words(text);
  if (words.word() != kept_version) return std::nullopt;
  UsedLaws laws;
  Hyperparameters& h = laws.hyperparameters;
  const auto dynamics = words.word();
  const bool wanders = dynamics == attachment::to_text(attachment::Dynamics::random_walk);
  if (!wanders && dynamics != attachment::to_text(attachment::Dynamics::prototype)) return std::nullopt;
  h.dynamics = wanders ? attachment::Dynamics::random_walk : attachment::Dynamics::prototype;
  h.origin = attachment::Origin::fitted;
  Instant at;
  words.read(at.ms);
  words.read(h.courses);
  words.read(h.mean.anxiety);
  words.read(h.mean.avoidance);
  for (const auto member : kept_numbers) words.read(h.*member);
  laws.computed_at = at;
  return words.is_whole() ? std::optional(laws) : std::nullopt;
}

Result<bool> keep(Transaction& transaction, const Practice& practice, const std::string& value) {
  auto known = find<Setting>(transaction, where(&Setting::name, std::string(setting_name)));
  if (!known) return tl::unexpected(known.error());
  if (!*known)
    return insert(transaction, Setting{new_id<Setting>(practice.entropy), std::string(setting_name), value});
  (*known)->value = value;
  return replace(transaction, **known);
}

/// Every course of the practice, person by person: places only, and nobody's name.
Result<std::vector<attachment::Course>> all_courses(Transaction& transaction, const Practice& practice) {
  const auto sent = map_sheets(transaction, {});
  if (!sent) return tl::unexpected(sent.error());
  std::map<std::pair<Id<Course>, Id<Person>>, std::vector<Administration>> by_person;
  for (const Administration& sheet : *sent) by_person[{sheet.course, sheet.respondent}].push_back(sheet);
  MapGatherer gatherer(transaction, practice);
  std::vector<attachment::Course> courses;
  for (const auto& [whose, sheets] : by_person) {
    auto gathered = gatherer.gather(sheets);
    if (!gathered) return tl::unexpected(gathered.error());
    if (gathered->course.observations.empty()) continue;
    gathered->course.directions.clear();
    courses.push_back(std::move(gathered->course));
  }
  return courses;
}

std::int64_t telling(const std::vector<attachment::Course>& courses) {
  return std::count_if(courses.begin(), courses.end(), attachment::tells_hyperparameters);
}

FindingView proposals() {
  return {"map.proposals",
          "How much relationships of one person have in common, and how fast they move, is assumed.",
          "A proposal of ours, not published and not fitted. The correlation of the two scales is from "
          "memory (unverified).",
          "Errors of every map are right as far as these assumptions are."};
}

MapLaws laws_view(const UsedLaws& used, std::int64_t courses) {
  const Hyperparameters& h = used.hyperparameters;
  MapLaws view;
  view.needed = static_cast<std::int64_t>(attachment::courses_needed);
  view.courses = courses;
  view.origin = h.origin;
  view.computed_at = used.computed_at;
  view.fitted_on = static_cast<std::int64_t>(h.courses);
  const double all = h.overall + h.domain + h.relation;
  if (all > 0) view.shares = {h.overall / all, h.domain / all, h.relation / all};
  view.correlation = h.correlation;
  if (h.origin != attachment::Origin::fitted) view.findings.push_back(proposals());
  return view;
}

Action laws_action(std::string_view name) {
  return {name, Permission::manage_practice, {}, {}, ""};
}

tl::unexpected<Error> too_few(std::int64_t courses) {
  return fail(ErrorKind::conflict, "map.too_few",
              fmt::format("courses with two figures or more on two occasions or more: {}; needed are {}",
                          courses, attachment::courses_needed));
}

Result<FittedHyperparameters> fit(const std::vector<attachment::Course>& courses) {
  if (telling(courses) < static_cast<std::int64_t>(attachment::courses_needed))
    return too_few(telling(courses));
  auto fitted =
      attachment::fit_hyperparameters(courses, {}, attachment::courses_needed,
                                      std::clamp(std::thread::hardware_concurrency(), 1U, most_threads));
  if (fitted && fitted->convergence.verdict == stats::Verdict::not_converged)
    return fail(ErrorKind::conflict, "map.not_converged",
                "these courses did not settle the numbers: those in use stay");
  return fitted;
}

}  // namespace

Result<UsedLaws> used_laws(Transaction& transaction) {
  const auto text = setting(transaction, setting_name);
  if (!text) return tl::unexpected(text.error());
  if (text->empty()) return UsedLaws{};
  const auto laws = from_kept_form(*text);
  if (laws) return *laws;
  return fail(ErrorKind::internal, "record.value", "a stored value that this version does not know",
              Place{"setting", 0, 0, std::string(setting_name)});
}

Result<MapLaws> read_map_laws(const Practice& practice, const Actor& actor) {
  return look<MapLaws>(practice, actor, laws_action("map_laws.read"),
                       [&](Transaction& transaction) -> Result<MapLaws> {
                         const auto courses = all_courses(transaction, practice);
                         if (!courses) return tl::unexpected(courses.error());
                         const auto used = used_laws(transaction);
                         if (!used) return tl::unexpected(used.error());
                         return laws_view(*used, telling(*courses));
                       });
}

Result<MapLaws> fit_map_laws(const Practice& practice, const Actor& actor) {
  // Read, reckon, and only then write: nobody else waits while it reckons.
  const Action action = laws_action("map_laws.fit");
  const auto courses = glance<std::vector<attachment::Course>>(
      practice, actor, action, [&](Transaction& transaction) { return all_courses(transaction, practice); });
  if (!courses) return tl::unexpected(courses.error());
  const auto fitted = fit(*courses);
  if (!fitted) return tl::unexpected(fitted.error());
  return carry_out<MapLaws>(practice, actor, action, [&](Transaction& transaction) -> Result<MapLaws> {
    const Instant now = practice.clock.now();
    if (auto done = keep(transaction, practice, kept_form(fitted->hyperparameters, now)); !done)
      return tl::unexpected(done.error());
    MapLaws view = laws_view({fitted->hyperparameters, now}, telling(*courses));
    for (const Finding& finding : fitted->findings)
      view.findings.push_back({finding.code, finding.statement, finding.basis, finding.limits});
    return view;
  });
}

Result<MapLaws> forget_map_laws(const Practice& practice, const Actor& actor) {
  return carry_out<MapLaws>(practice, actor, laws_action("map_laws.forget"),
                            [&](Transaction& transaction) -> Result<MapLaws> {
                              if (auto done = keep(transaction, practice, ""); !done)
                                return tl::unexpected(done.error());
                              const auto courses = all_courses(transaction, practice);
                              if (!courses) return tl::unexpected(courses.error());
                              return laws_view({}, telling(*courses));
                            });
}

}  // namespace securebase::service
