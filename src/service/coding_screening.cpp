// From scales to classes, on clips to train on alone: what a rule that nobody has validated says, beside what
// the coder gave. A person's record never comes near it.

#include <algorithm>

#include "coding/classes.hpp"
#include "service/coding_agreement.hpp"

namespace securebase::service {
namespace {

using coding::StrangeSituationScales;

constexpr std::string_view strange_situation = "strange-situation";

struct Wanted {
  std::string_view scale;
  std::string_view segment;
  std::optional<double> StrangeSituationScales::*into;
};
constexpr Wanted wanted[] = {{"ps", "e5", &StrangeSituationScales::ps5},
                             {"cm", "e5", &StrangeSituationScales::cm5},
                             {"av", "e5", &StrangeSituationScales::av5},
                             {"res", "e5", &StrangeSituationScales::res5},
                             {"ps", "e8", &StrangeSituationScales::ps8},
                             {"cm", "e8", &StrangeSituationScales::cm8},
                             {"av", "e8", &StrangeSituationScales::av8},
                             {"res", "e8", &StrangeSituationScales::res8},
                             {"disorganization", "", &StrangeSituationScales::disorganization}};

StrangeSituationScales scales_of(const SheetContent& content) {
  StrangeSituationScales scales;
  for (const CodedRating& rating : content.ratings)
    for (const Wanted& one : wanted)
      if (rating.scale == one.scale && rating.segment == one.segment) scales.*one.into = rating.value;
  return scales;
}

/// The first finished sheet of each clip to train on that the actor may read.
Result<std::vector<StrangeSituationScales>> coded_cases(Transaction& transaction, const Actor& actor,
                                                        Trail& trail) {
  const auto clips = reachable_clips(transaction, actor);
  if (!clips) return tl::unexpected(clips.error());
  std::vector<StrangeSituationScales> cases;
  for (const CodingTarget& clip : *clips) {
    if (clip.kind == ClipKind::record) continue;
    const auto all = sheets_of_clip(transaction, clip.id);
    if (!all) return tl::unexpected(all.error());
    const auto first = std::find_if(all->begin(), all->end(), [&](const CodingSheet& sheet) {
      return sheet.system == strange_situation && sheet.finished_at &&
             may_read_sheet(actor, clip, sheet, *all);
    });
    if (first == all->end()) continue;
    const auto content = content_of(transaction, first->id);
    if (!content) return tl::unexpected(content.error());
    if (first->coder != actor.user)
      trail.also.push_back({read_other_sheet, Permission::treat, {}, {}, clip.id.text()});
    cases.push_back(scales_of(*content));
  }
  return cases;
}

void add(std::vector<FindingView>& to, const std::vector<Finding>& findings) {
  for (FindingView& finding : views_of(findings)) to.push_back(std::move(finding));
}

Result<bool> add_composites(const StrangeSituationScales& scales,
                            const std::vector<StrangeSituationScales>& cases, TrainingScreen& view) {
  view.composite = std::string(coding::composite_name);
  view.sample_clips = static_cast<std::int64_t>(cases.size());
  view.sample_needed = static_cast<std::int64_t>(coding::least_reference_cases);
  const auto sample = coding::reference_sample("clips to train on of this practice", cases);
  if (!sample) return true;  // too few, or nobody differs: the counts say so
  const auto values = coding::composites(scales, *sample);
  if (!values) return tl::unexpected(values.error());
  view.sample = values->sample;
  view.seeking = values->seeking;
  view.resistance = values->resistance;
  view.security = values->security;
  add(view.findings, coding::composite_findings(*sample));
  return true;
}

Result<TrainingScreen> screen(const catalog::CodingSystem& system, const SheetContent& content,
                              coding::Purpose purpose, const std::vector<StrangeSituationScales>& cases) {
  const StrangeSituationScales scales = scales_of(content);
  const auto screened = coding::screening_rule(scales, purpose);
  if (!screened) {
    if (screened.error().code != "coding.incomplete") return tl::unexpected(screened.error());
    return fail(ErrorKind::conflict, "coding.incomplete", screened.error().detail);
  }
  TrainingScreen view;
  view.suggestion = screened->suggestion;
  view.reason = screened->reason;
  view.notices = notices_of(system);
  add(view.findings, screened->findings);
  if (auto done = add_composites(scales, cases, view); !done) return tl::unexpected(done.error());
  return view;
}

}  // namespace

Result<TrainingScreen> screen_training_clip(const Practice& practice, const Actor& actor,
                                            const Id<CodingSheet>& sheet) {
  return look<TrainingScreen>(
      practice, actor, {"coding.screen", Permission::treat, {}, {}, sheet.text()},
      TrailedUse<TrainingScreen>([&](Transaction& transaction, Trail& trail) -> Result<TrainingScreen> {
        const auto reached = reach_to_read(transaction, practice, actor, sheet, trail);
        if (!reached) return tl::unexpected(reached.error());
        if (reached->sheet.system != strange_situation)
          return fail(ErrorKind::conflict, "coding.system", "the rule is for the Strange Situation");
        // Whatever is rated: of a person it is refused before anything else is looked at.
        if (reached->clip.kind == ClipKind::record)
          return screen(*reached->system, {}, coding::Purpose::person_in_record, {});
        if (!reached->sheet.finished_at)
          return fail(ErrorKind::conflict, "coding.unfinished",
                      "finish the sheet first: what the rule says must not lead the coder");
        const auto content = content_of(transaction, sheet);
        if (!content) return tl::unexpected(content.error());
        const auto cases = coded_cases(transaction, actor, trail);
        if (!cases) return tl::unexpected(cases.error());
        return screen(*reached->system, *content, coding::Purpose::training_clip, *cases);
      }));
}

}  // namespace securebase::service
