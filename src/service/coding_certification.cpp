// One's own codes against the experts', and who codes what again.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "coding/certification.hpp"
#include "coding/sampling_plan.hpp"
#include "service/coding_agreement.hpp"

namespace securebase::service {
namespace {

constexpr std::size_t most_coders = 50;

std::string month_of(const std::optional<Instant>& at) {
  const Date date = date_of(at.value_or(Instant{}));
  return fmt::format("{:04}-{:02}", date.year, date.month);
}

/// One's own sheet of a clip and what it is held against.
struct Pair {
  coding::CodedSheet right;
  coding::CodedSheet own;
  std::string month;
  bool is_gold = false;
};

const CodingSheet* find_sheet(const std::vector<CodingSheet>& all, const catalog::CodingSystem& system,
                              CodingPurpose purpose, const std::optional<Id<User>>& coder) {
  for (const CodingSheet& sheet : all)
    if (sheet.system == system.id && sheet.version == system.version && sheet.purpose == purpose &&
        sheet.finished_at && (!coder || sheet.coder == *coder))
      return &sheet;
  return nullptr;
}

Result<bool> add_pair(Transaction& transaction, const Actor& actor, const catalog::CodingSystem& system,
                      const CodingTarget& clip, std::vector<Pair>& pairs, Trail& trail) {
  const auto all = sheets_of_clip(transaction, clip.id);
  if (!all) return tl::unexpected(all.error());
  const CodingSheet* own = find_sheet(*all, system, CodingPurpose::independent, actor.user);
  const bool is_gold = clip.kind == ClipKind::gold;
  const CodingSheet* right =
      find_sheet(*all, system, is_gold ? CodingPurpose::gold : CodingPurpose::consensus, {});
  if (own == nullptr || right == nullptr || !may_read_sheet(actor, clip, *right, *all)) return true;
  const auto own_content = content_of(transaction, own->id);
  if (!own_content) return tl::unexpected(own_content.error());
  const auto right_content = content_of(transaction, right->id);
  if (!right_content) return tl::unexpected(right_content.error());
  pairs.push_back({as_coded(system, clip, *right, *right_content), as_coded(system, clip, *own, *own_content),
                   month_of(own->finished_at), is_gold});
  trail.also.push_back({read_other_sheet, Permission::treat, clip.course, clip.person, clip.id.text()});
  return true;
}

std::vector<coding::JudgedClip> judged(const std::vector<Pair>& pairs, bool gold_only) {
  std::vector<coding::JudgedClip> clips;
  const auto group = [](const coding::CodedSheet& sheet) -> const coding::Judgement* {
    for (const coding::Judgement& judgement : sheet.judgements)
      if (judgement.question == "group") return &judgement;
    return nullptr;
  };
  for (const Pair& pair : pairs) {
    const auto* right = group(pair.right);
    const auto* own = group(pair.own);
    if (right == nullptr || own == nullptr || (gold_only && !pair.is_gold)) continue;
    clips.push_back({pair.own.clip, right->category, own->category, pair.month});
  }
  return clips;
}

std::vector<std::string> groups_of(const catalog::CodingSystem& system) {
  std::vector<std::string> groups;
  for (const catalog::CodingClass& one : system.classes)
    if (std::find(groups.begin(), groups.end(), one.group) == groups.end()) groups.push_back(one.group);
  return groups;
}

CertificationState state_of(coding::CertificationOutcome outcome) {
  switch (outcome) {
    case coding::CertificationOutcome::certified:
      return CertificationState::certified;
    case coding::CertificationOutcome::not_certified:
      return CertificationState::not_certified;
    case coding::CertificationOutcome::too_few:
      break;
  }
  return CertificationState::too_few;
}

Result<bool> add_classes(const catalog::CodingSystem& system, const std::vector<Pair>& pairs,
                         CodingCertification& view) {
  const auto clips = judged(pairs, true);
  if (groups_of(system).size() < 2) return true;
  view.state = CertificationState::too_few;
  if (clips.empty()) return true;
  const auto result = coding::certify(clips, groups_of(system));
  if (!result) return tl::unexpected(result.error());
  view.state = state_of(result->outcome);
  view.missed = result->missed;
  view.absent = result->absent;
  view.confusion.labels = result->classes;
  for (std::size_t i = 0; i < result->classes.size(); ++i) {
    std::vector<double> row;
    double gold = 0;
    for (std::size_t j = 0; j < result->classes.size(); ++j) {
      row.push_back(result->confusion(i, j));
      gold += row.back();
    }
    const auto sensitivity = gold > 0 ? std::optional(row[i] / gold) : std::nullopt;
    view.classes.push_back({result->classes[i], static_cast<std::int64_t>(gold), sensitivity});
    view.confusion.rows.push_back(std::move(row));
  }
  for (FindingView& finding : views_of(result->findings)) view.findings.push_back(std::move(finding));
  return true;
}

Result<bool> add_months(const std::vector<Pair>& pairs, CodingCertification& view) {
  const auto clips = judged(pairs, false);
  if (clips.empty()) return true;
  const auto result = coding::drift(clips);
  if (!result) return tl::unexpected(result.error());
  for (const coding::DriftPeriod& period : result->periods)
    view.months.push_back({period.period, static_cast<std::int64_t>(period.clips), period.agreement,
                           period.interval.lower, period.interval.upper, period.kappa});
  view.change = result->change;
  if (result->change_interval) {
    view.change_lower = result->change_interval->lower;
    view.change_upper = result->change_interval->upper;
  }
  view.fallen = result->fallen;
  for (FindingView& finding : views_of(result->findings)) view.findings.push_back(std::move(finding));
  return true;
}

Result<bool> add_codes(const std::vector<Pair>& pairs, std::int64_t tolerance_ms, CodingCertification& view) {
  std::vector<coding::CodedSheet> gold;
  std::vector<coding::CodedSheet> own;
  for (const Pair& pair : pairs) {
    if (!pair.is_gold) continue;
    gold.push_back(pair.right);
    own.push_back(pair.own);
  }
  if (gold.empty()) return true;
  const auto codes = coding::event_sensitivity(gold, own, tolerance_ms);
  if (!codes) return tl::unexpected(codes.error());
  for (const coding::EventSensitivity& code : *codes)
    view.codes.push_back({code.code, static_cast<std::int64_t>(code.gold),
                          static_cast<std::int64_t>(code.given), static_cast<std::int64_t>(code.matched),
                          code.sensitivity, code.precision});
  return true;
}

/// What both rated, one entry for each part of each clip.
std::vector<coding::RatedClip> rated(const std::vector<Pair>& pairs, const std::string& scale) {
  std::vector<coding::RatedClip> clips;
  for (const Pair& pair : pairs)
    for (const coding::ScaleRating& right : pair.right.ratings)
      for (const coding::ScaleRating& own : pair.own.ratings)
        if (right.scale == scale && own.scale == scale && right.window == own.window)
          clips.push_back({pair.own.clip + " " + right.window, right.value, own.value, pair.month});
  return clips;
}

Result<bool> add_ratings(const catalog::CodingSystem& system, const std::vector<Pair>& pairs,
                         CodingCertification& view) {
  for (const catalog::CodingScale& scale : system.scales) {
    const auto clips = rated(pairs, scale.id);
    if (clips.empty()) continue;
    const auto periods = coding::scale_drift(clips);
    if (!periods) return tl::unexpected(periods.error());
    for (const coding::ScaleDriftPeriod& period : *periods) {
      RatingDrift row{
          scale.id, scale.label, period.period, static_cast<std::int64_t>(period.clips), period.bias, {}, {}};
      if (period.interval) {
        row.lower = period.interval->lower;
        row.upper = period.interval->upper;
      }
      view.ratings.push_back(std::move(row));
    }
  }
  return true;
}

Result<CodingCertification> certification_of(const catalog::CodingSystem& system,
                                             const std::vector<Pair>& pairs, std::int64_t tolerance_ms) {
  const coding::CertificationRule rule;
  CodingCertification view;
  view.system = system.id;
  view.system_name = system.name;
  view.notices = notices_of(system);
  view.clips = std::count_if(pairs.begin(), pairs.end(), [](const Pair& pair) { return pair.is_gold; });
  view.needed = static_cast<std::int64_t>(rule.least_clips);
  view.least_sensitivity = rule.least_sensitivity;
  view.months_valid = static_cast<std::int64_t>(rule.months_valid);
  for (const auto& done : {add_classes(system, pairs, view), add_months(pairs, view),
                           add_codes(pairs, tolerance_ms, view), add_ratings(system, pairs, view)})
    if (!done) return tl::unexpected(done.error());
  return view;
}

// The plan

/// Clips with one finished, independent sheet or more, and who coded first.
struct Drawn {
  std::vector<coding::PlannedClip> clips;
  std::vector<std::string> already;
  std::map<std::string, CodingTarget> by_id;
};

Result<Drawn> coded_clips(Transaction& transaction, const Actor& actor, const catalog::CodingSystem& system) {
  const auto clips = reachable_clips(transaction, actor);
  if (!clips) return tl::unexpected(clips.error());
  Drawn drawn;
  for (const CodingTarget& clip : *clips) {
    const auto all = sheets_of_clip(transaction, clip.id);
    if (!all) return tl::unexpected(all.error());
    std::set<std::string> coders;
    const CodingSheet* first = nullptr;
    for (const CodingSheet& sheet : *all) {
      if (sheet.system != system.id || sheet.purpose != CodingPurpose::independent) continue;
      coders.insert(sheet.coder.text());
      if (first == nullptr) first = &sheet;
    }
    if (first == nullptr || clip.kind == ClipKind::gold) continue;
    drawn.clips.push_back({clip.id.text(), first->coder.text()});
    if (coders.size() > 1) drawn.already.push_back(clip.id.text());
    drawn.by_id.emplace(clip.id.text(), clip);
  }
  return drawn;
}

Result<bool> are_therapists(Transaction& transaction, const std::vector<Id<User>>& coders) {
  for (const Id<User>& id : coders) {
    const auto user = find<User>(transaction, where(&User::id, id));
    if (!user) return tl::unexpected(user.error());
    if (*user && (*user)->is_therapist && !(*user)->disabled_at) continue;
    return fail(ErrorKind::bad_data, "coding.coders", "therapists of this practice",
                Place{"", 0, 0, "coders"});
  }
  return true;
}

Result<CodingPlan> draw(const Drawn& drawn, const PlanDoubleCoding& input) {
  CodingPlan plan;
  plan.clips = static_cast<std::int64_t>(drawn.clips.size());
  plan.already = static_cast<std::int64_t>(drawn.already.size());
  if (drawn.clips.empty())
    return fail(ErrorKind::conflict, "coding.no_clips", "nobody has coded a clip under this system yet");
  std::vector<std::string> coders;
  for (const Id<User>& id : input.coders) coders.push_back(id.text());
  coding::PlanOptions options;
  options.share = input.share;
  options.key.seed = static_cast<std::uint64_t>(input.key);
  options.already = drawn.already;
  const auto planned = coding::double_coding_plan(drawn.clips, coders, options);
  if (!planned) return tl::unexpected(planned.error());
  const std::set<std::string> done(drawn.already.begin(), drawn.already.end());
  for (const coding::DoubleCoding& one : *planned) {
    if (done.contains(one.clip)) continue;
    const CodingTarget& clip = drawn.by_id.at(one.clip);
    const auto first = std::find_if(drawn.clips.begin(), drawn.clips.end(),
                                    [&](const coding::PlannedClip& known) { return known.clip == one.clip; });
    plan.planned.push_back({clip.id, clip.number, clip.kind, *Id<User>::parse(first->first_coder),
                            *Id<User>::parse(one.second_coder)});
  }
  return plan;
}

}  // namespace

Result<CodingCertification> coding_certification(const Practice& practice, const Actor& actor,
                                                 const CertificationOf& input) {
  const auto system = catalog::find_coding(practice.library, input.system);
  if (!system) return tl::unexpected(system.error());
  if (input.tolerance_ms < 0 || input.tolerance_ms > longest_clip_ms)
    return fail(ErrorKind::bad_data, "coding.options", "a tolerance in milliseconds, 0 or more",
                Place{"", 0, 0, "tolerance_ms"});
  using Out = CodingCertification;
  return look<Out>(practice, actor, {"coding.certification", Permission::treat, {}, {}, (*system)->id},
                   TrailedUse<Out>([&](Transaction& transaction, Trail& trail) -> Result<Out> {
                     const auto clips = reachable_clips(transaction, actor);
                     if (!clips) return tl::unexpected(clips.error());
                     std::vector<Pair> pairs;
                     for (const CodingTarget& clip : *clips)
                       if (auto done = add_pair(transaction, actor, **system, clip, pairs, trail); !done)
                         return tl::unexpected(done.error());
                     return certification_of(**system, pairs, input.tolerance_ms);
                   }));
}

Result<CodingPlan> plan_double_coding(const Practice& practice, const Actor& actor,
                                      const PlanDoubleCoding& input) {
  const auto system = catalog::find_coding(practice.library, input.system);
  if (!system) return tl::unexpected(system.error());
  if (input.coders.size() < 2 || input.coders.size() > most_coders)
    return fail(ErrorKind::bad_data, "coding.coders", fmt::format("two to {} coders", most_coders),
                Place{"", 0, 0, "coders"});
  return look<CodingPlan>(practice, actor, {"coding.plan", Permission::treat, {}, {}, (*system)->id},
                          [&](Transaction& transaction) -> Result<CodingPlan> {
                            if (auto known = are_therapists(transaction, input.coders); !known)
                              return tl::unexpected(known.error());
                            const auto drawn = coded_clips(transaction, actor, **system);
                            if (!drawn) return tl::unexpected(drawn.error());
                            return draw(*drawn, input);
                          });
}

}  // namespace securebase::service
