#include "service/coding_agreement.hpp"

#include <algorithm>
#include <map>

#include "coding/agreement.hpp"

namespace securebase::service {
namespace {

constexpr std::string_view class_question = "class";
constexpr std::string_view group_question = "group";

CoefficientView view_of(const coding::Coefficient& coefficient) {
  CoefficientView view;
  view.value = coefficient.value;
  if (coefficient.interval) {
    view.lower = coefficient.interval->lower;
    view.upper = coefficient.interval->upper;
  }
  return view;
}

ConfusionView table_view(std::vector<std::string> labels, const stats::Matrix& matrix) {
  ConfusionView view{std::move(labels), {}};
  view.rows.reserve(matrix.rows());
  for (std::size_t i = 0; i < matrix.rows(); ++i) {
    std::vector<double> row;
    row.reserve(matrix.cols());
    for (std::size_t j = 0; j < matrix.cols(); ++j) row.push_back(matrix(i, j));
    view.rows.push_back(std::move(row));
  }
  return view;
}

TrackAgreementView view_of(const catalog::CodingSystem& system, const coding::TrackAgreement& track) {
  TrackAgreementView view;
  view.track = track.track;
  view.clips = static_cast<std::int64_t>(track.clips);
  std::vector<std::string> labels;
  for (const coding::CodeAgreement& code : track.codes) {
    const catalog::CodingCode* known = catalog::find_code(system, code.code);
    view.codes.push_back({code.code, known == nullptr ? code.code : known->label,
                          static_cast<std::int64_t>(code.first), static_cast<std::int64_t>(code.second),
                          static_cast<std::int64_t>(code.matched), code.share, view_of(code.time_kappa)});
    labels.push_back(view.codes.back().label);
  }
  labels.emplace_back();
  view.paired = table_view(std::move(labels), track.paired);
  view.matched_share = view_of(track.matched_share);
  view.median_offset_ms = track.median_offset_ms;
  view.largest_offset_ms = track.largest_offset_ms;
  view.time_kappa = view_of(track.time_kappa);
  view.observed = track.observed;
  view.by_chance = track.by_chance;
  for (const coding::ToleranceStep& step : track.curve)
    view.curve.push_back({step.tolerance_ms, step.kappa, step.observed});
  return view;
}

ClassAgreementView view_of(const coding::QuestionAgreement& question) {
  ClassAgreementView view;
  view.question = question.question;
  view.units = static_cast<std::int64_t>(question.units);
  view.agreement = view_of(question.agreement);
  view.kappa = view_of(question.kappa);
  view.ac1 = view_of(question.ac1);
  view.alpha = question.alpha.value;
  view.confusion = table_view(question.categories, question.confusion);
  return view;
}

ScaleAgreementView view_of(const catalog::CodingSystem& system, const coding::ScaleAgreement& scale) {
  ScaleAgreementView view;
  const catalog::CodingScale* known = catalog::find_scale(system, scale.scale);
  view.scale = scale.scale;
  view.label = known == nullptr ? scale.scale : known->label;
  view.units = static_cast<std::int64_t>(scale.units);
  view.coders = static_cast<std::int64_t>(scale.coders);
  view.single = view_of(scale.single);
  view.average = view_of(scale.average);
  view.consistency = view_of(scale.consistency);
  view.alpha = scale.alpha;
  view.sem = scale.sem;
  return view;
}

/// The sheets that are compared, and what was left out.
struct Gathered {
  std::vector<coding::CodedSheet> sheets;
  std::map<std::string, Id<User>> coders;
  std::int64_t hidden = 0;
};

/// Adds the finished, independent sheets of one clip; none where one of them may not be seen.
Result<bool> gather(Transaction& transaction, const Actor& actor, const catalog::CodingSystem& system,
                    const CodingTarget& clip, Gathered& gathered, Trail& trail) {
  const auto all = sheets_of_clip(transaction, clip.id);
  if (!all) return tl::unexpected(all.error());
  std::vector<const CodingSheet*> wanted;
  for (const CodingSheet& sheet : *all)
    if (sheet.system == system.id && sheet.version == system.version && sheet.finished_at &&
        sheet.purpose == CodingPurpose::independent)
      wanted.push_back(&sheet);
  if (wanted.empty()) return true;
  if (std::any_of(wanted.begin(), wanted.end(),
                  [&](const CodingSheet* sheet) { return !may_read_sheet(actor, clip, *sheet, *all); })) {
    ++gathered.hidden;
    return true;
  }
  bool others = false;
  for (const CodingSheet* sheet : wanted) {
    const auto content = content_of(transaction, sheet->id);
    if (!content) return tl::unexpected(content.error());
    gathered.sheets.push_back(as_coded(system, clip, *sheet, *content));
    gathered.coders.emplace(sheet->coder.text(), sheet->coder);
    others = others || sheet->coder != actor.user;
  }
  if (others && wanted.size() > 1)
    trail.also.push_back({read_other_sheet, Permission::treat, clip.course, clip.person, clip.id.text()});
  return true;
}

Result<CodingAgreement> compare(const catalog::CodingSystem& system, const Gathered& gathered,
                                const coding::AgreementOptions& options) {
  const auto report = coding::agreement(gathered.sheets, options);
  if (!report) {
    if (report.error().code == "coding.too_few_sheets")
      return fail(ErrorKind::conflict, "coding.too_few_sheets",
                  "no clip has two sheets that are finished and that you may see");
    return tl::unexpected(report.error());
  }
  CodingAgreement view;
  view.system = system.id;
  view.system_name = system.name;
  view.notices = notices_of(system);
  view.clips = static_cast<std::int64_t>(report->clips);
  view.alone = static_cast<std::int64_t>(report->alone);
  view.hidden = gathered.hidden;
  for (const auto& [text, id] : gathered.coders) view.coders.push_back(id);
  for (const auto& track : report->tracks) view.tracks.push_back(view_of(system, track));
  for (const auto& question : report->questions) view.classes.push_back(view_of(question));
  for (const auto& scale : report->scales) view.scales.push_back(view_of(system, scale));
  view.findings = views_of(report->findings);
  return view;
}

}  // namespace

std::vector<FindingView> views_of(const std::vector<Finding>& findings) {
  std::vector<FindingView> views;
  views.reserve(findings.size());
  for (const Finding& finding : findings)
    views.push_back({finding.code, finding.statement, finding.basis, finding.limits});
  return views;
}

coding::CodedSheet as_coded(const catalog::CodingSystem& system, const CodingTarget& clip,
                            const CodingSheet& sheet, const SheetContent& content) {
  coding::CodedSheet coded;
  coded.id = sheet.id.text();
  coded.clip = clip.id.text();
  coded.coder = sheet.coder.text();
  coded.kind = sheet.purpose == CodingPurpose::gold        ? coding::SheetKind::gold
               : sheet.purpose == CodingPurpose::consensus ? coding::SheetKind::consensus
                                                           : coding::SheetKind::independent;
  coded.length_ms = clip.length_ms;
  for (const CodedEvent& event : content.events) {
    const catalog::CodingCode* code = catalog::find_code(system, event.code);
    coded.events.push_back(
        {event.code, event.start_ms, event.end_ms, code == nullptr ? std::string() : code->track});
    if (coded.length_ms)
      coded.length_ms = std::max(*coded.length_ms, event.end_ms.value_or(event.start_ms) + 1);
  }
  for (const CodedRating& rating : content.ratings)
    if (rating.value) coded.ratings.push_back({rating.scale, rating.segment, *rating.value});
  if (content.given_class) {
    coded.judgements.push_back({std::string(class_question), "", content.given_class->class_id});
    const catalog::CodingClass* given = catalog::find_class(system, content.given_class->class_id);
    if (given != nullptr) coded.judgements.push_back({std::string(group_question), "", given->group});
  }
  return coded;
}

Result<CodingAgreement> coding_agreement(const Practice& practice, const Actor& actor,
                                         const AgreementOf& input) {
  const auto system = catalog::find_coding(practice.library, input.system);
  if (!system) return tl::unexpected(system.error());
  return look<CodingAgreement>(
      practice, actor, {"coding.agreement", Permission::treat, {}, {}, (*system)->id},
      TrailedUse<CodingAgreement>([&](Transaction& transaction, Trail& trail) -> Result<CodingAgreement> {
        Gathered gathered;
        std::vector<CodingTarget> clips;
        if (input.clip) {
          auto clip = reach_clip(transaction, practice, actor, *input.clip, trail);
          if (!clip) return tl::unexpected(clip.error());
          clips.push_back(std::move(*clip));
        } else {
          auto all = reachable_clips(transaction, actor);
          if (!all) return tl::unexpected(all.error());
          clips = std::move(*all);
        }
        for (const CodingTarget& clip : clips)
          if (auto done = gather(transaction, actor, **system, clip, gathered, trail); !done)
            return tl::unexpected(done.error());
        return compare(**system, gathered, {input.unit_ms, input.tolerance_ms, 0.95});
      }));
}

}  // namespace securebase::service
