#include "service/coding.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "service/course.hpp"

namespace securebase::service {
namespace {

constexpr std::int64_t fewest_ms = 1000;  // of a clip

Place field(std::string name) {
  return {"", 0, 0, std::move(name)};
}

tl::unexpected<Error> wrong(std::string code, std::string detail, std::string name) {
  return fail(ErrorKind::bad_data, "coding." + std::move(code), std::move(detail), field(std::move(name)));
}

// Systems

CodingOriginView origin_view(const catalog::CodingSystem& system, const catalog::CodingOrigin& origin) {
  CodingOriginView view{"", origin.status, origin.note};
  for (const catalog::Source& source : system.sources)
    if (source.id == origin.source) view.source = source.citation;
  return view;
}

CodingEpisodeView episode_view(const catalog::CodingSystem& system, const catalog::CodingEpisode& episode) {
  return {episode.id,
          episode.label,
          episode.kind,
          episode.present,
          episode.usual_seconds,
          episode.curtail_seconds,
          episode.guidance,
          origin_view(system, episode.origin)};
}

CodingCodeView code_view(const catalog::CodingSystem& system, const catalog::CodingCode& code) {
  CodingCodeView view;
  view.id = code.id;
  view.label = code.label;
  view.group = code.group;
  view.track = code.track;
  view.key = std::string(1, code.key);
  view.span = code.span;
  if (code.value) view.value = CodingRangeView{code.value->min, code.value->max, code.value->step};
  view.value_label = code.value_label;
  view.help = code.help;
  view.origin = origin_view(system, code.origin);
  return view;
}

CodingScaleView scale_view(const catalog::CodingSystem& system, const catalog::CodingScale& scale) {
  return {scale.id,
          scale.label,
          scale.group,
          {scale.range.min, scale.range.max, scale.range.step},
          scale.low,
          scale.high,
          scale.per,
          scale.episodes,
          scale.averaged,
          scale.help,
          origin_view(system, scale.origin)};
}

CodingSystemView system_view(const catalog::CodingSystem& system) {
  CodingSystemView view;
  view.id = system.id;
  view.version = system.version;
  view.name = system.name;
  view.abbreviation = system.abbreviation;
  view.family = system.family;
  view.summary = system.summary;
  view.caution = system.caution;
  if (system.is_guarded()) view.guard = std::string(catalog::guard_words);
  view.ages = system.ages;
  view.terms = system.terms;
  view.certified = system.certified;
  view.window_seconds = system.window_seconds;
  view.part_name = system.part_name;
  view.most_parts = system.most_parts;
  view.origin = origin_view(system, system.origin);
  for (const auto& episode : system.episodes) view.episodes.push_back(episode_view(system, episode));
  for (const auto& code : system.codes) view.codes.push_back(code_view(system, code));
  for (const auto& scale : system.scales) view.scales.push_back(scale_view(system, scale));
  for (const auto& one : system.classes)
    view.classes.push_back(
        {one.id, one.label, one.group, one.needs_alternative, origin_view(system, one.origin)});
  return view;
}

// Clips

Result<bool> check_label(const Private<std::string>& label) {
  if (letters_in(label.reveal()) == 0 || label.reveal().size() > longest_clip_label)
    return wrong("label", fmt::format("what the clip is called, in at most {} bytes", longest_clip_label),
                 "label");
  return true;
}

Result<bool> check_length(const std::optional<std::int64_t>& length) {
  if (length && (*length < fewest_ms || *length > longest_clip_ms))
    return wrong("length", "the length of the recording, from a second to a day, in milliseconds",
                 "length_ms");
  return true;
}

Result<std::int64_t> next_number(Transaction& transaction) {
  const auto last = list<CodingTarget>(transaction, {{}, {by(&CodingTarget::number, true)}, 1});
  if (!last) return tl::unexpected(last.error());
  return last->empty() ? 1 : last->front().number + 1;
}

bool is_second_coder_only(const Actor& actor, const CodingTarget& clip, const std::optional<Course>& course) {
  return clip.kind == ClipKind::record && clip.second_coder == actor.user && course &&
         course->therapist != actor.user;
}

Result<std::optional<Course>> course_of(Transaction& transaction, const CodingTarget& clip) {
  if (!clip.course) return std::optional<Course>();
  return find<Course>(transaction, where(&Course::id, *clip.course));
}

ClipSheet outline(const Actor& actor, const CodingTarget& clip, const CodingSheet& sheet,
                  const std::vector<CodingSheet>& all) {
  ClipSheet view;
  view.id = sheet.id;
  view.coder = sheet.coder;
  view.system = sheet.system;
  view.version = sheet.version;
  view.purpose = sheet.purpose;
  view.begun_at = sheet.begun_at;
  view.finished_at = sheet.finished_at;
  view.is_own = sheet.coder == actor.user;
  view.may_read = may_read_sheet(actor, clip, sheet, all);
  return view;
}

Result<std::vector<StepView>> steps_of(Transaction& transaction, const Id<CodingTarget>& clip) {
  const auto steps = list<ProcedureStep>(
      transaction, {{where(&ProcedureStep::target, clip)}, {by(&ProcedureStep::started_at)}, {}});
  if (!steps) return tl::unexpected(steps.error());
  std::vector<StepView> views;
  views.reserve(steps->size());
  for (const ProcedureStep& step : *steps)
    views.push_back({step.id, step.system, step.version, step.episode, step.started_at, step.ended_at,
                     step.curtailed, step.why, step.deviation, step.noted_by});
  return views;
}

/// What the record says of a clip, for those who may read the record.
Result<bool> add_record(Transaction& transaction, const CodingTarget& clip, ClipView& view) {
  view.label = clip.label;
  view.course = clip.course;
  view.person = clip.person;
  if (clip.person) {
    const auto person = find<Person>(transaction, where(&Person::id, *clip.person));
    if (!person) return tl::unexpected(person.error());
    if (*person) view.person_name = (*person)->name;
  }
  auto steps = steps_of(transaction, clip.id);
  if (!steps) return tl::unexpected(steps.error());
  view.steps = std::move(*steps);
  return true;
}

Result<ClipView> clip_view(Transaction& transaction, const Actor& actor, const CodingTarget& clip) {
  ClipView view;
  view.id = clip.id;
  view.number = clip.number;
  view.kind = clip.kind;
  view.length_ms = clip.length_ms;
  view.second_coder = clip.second_coder;
  view.made_at = clip.made_at;
  const auto course = course_of(transaction, clip);
  if (!course) return tl::unexpected(course.error());
  if (!is_second_coder_only(actor, clip, *course))
    if (auto added = add_record(transaction, clip, view); !added) return tl::unexpected(added.error());
  const auto sheets = sheets_of_clip(transaction, clip.id);
  if (!sheets) return tl::unexpected(sheets.error());
  for (const CodingSheet& sheet : *sheets) view.sheets.push_back(outline(actor, clip, sheet, *sheets));
  return view;
}

template <class Do>
Result<ClipView> change_clip(const Practice& practice, const Actor& actor, std::string_view name,
                             const Id<CodingTarget>& id, Do change_it) {
  return carry_out<ClipView>(
      practice, actor, {name, Permission::treat, {}, {}, id.text()},
      TrailedUse<ClipView>([&](Transaction& transaction, Trail& trail) -> Result<ClipView> {
        auto clip = reach_clip(transaction, practice, actor, id, trail);
        if (!clip) return tl::unexpected(clip.error());
        if (auto done = change_it(transaction, *clip); !done) return tl::unexpected(done.error());
        return clip_view(transaction, actor, *clip);
      }));
}

/// The record's own therapist, not a second coder.
Result<bool> needs_therapist(Transaction& transaction, const Practice& practice, const Actor& actor,
                             const CodingTarget& clip) {
  if (clip.kind != ClipKind::record) return true;
  return check_access(transaction, practice, actor,
                      {"coding.record", Permission::write_course, clip.course, clip.person, ""});
}

Result<std::optional<ProcedureStep>> running_step(Transaction& transaction, const Id<CodingTarget>& clip) {
  auto steps = list<ProcedureStep>(
      transaction, {{where(&ProcedureStep::target, clip), where(&ProcedureStep::ended_at, Is::absent)},
                    {by(&ProcedureStep::started_at, true)},
                    1});
  if (!steps) return tl::unexpected(steps.error());
  return steps->empty() ? std::optional<ProcedureStep>() : std::optional(std::move(steps->front()));
}

Result<bool> check_words(const std::optional<Private<std::string>>& words, const char* name) {
  if (!words || words->reveal().size() <= longest_coding_note) return true;
  return wrong("note", fmt::format("{} bytes at most", longest_coding_note), name);
}

}  // namespace

Result<std::vector<CodingSystemView>> list_codings(const Practice& practice, const Actor& /*actor*/) {
  std::vector<CodingSystemView> views;
  views.reserve(practice.library.codings.size());
  for (const catalog::CodingSystem& system : practice.library.codings) views.push_back(system_view(system));
  return views;
}

Result<CodingTarget> reach_clip(Transaction& transaction, const Practice& practice, const Actor& actor,
                                const Id<CodingTarget>& id, Trail& trail) {
  auto clip = find<CodingTarget>(transaction, where(&CodingTarget::id, id));
  if (!clip) return tl::unexpected(clip.error());
  if (!*clip)
    return fail(ErrorKind::not_found, "access.not_found",
                "there is no such record, or it is not yours to see");
  trail.action.course = (*clip)->course;
  trail.action.person = (*clip)->person;
  if ((*clip)->kind != ClipKind::record || (*clip)->second_coder == actor.user) return std::move(**clip);
  const Action action{trail.action.name, Permission::write_course, (*clip)->course, {}, ""};
  if (auto may = check_access(transaction, practice, actor, action); !may) return tl::unexpected(may.error());
  return std::move(**clip);
}

Result<std::vector<CodingTarget>> reachable_clips(Transaction& transaction, const Actor& actor) {
  auto all = list<CodingTarget>(transaction, {{}, {by(&CodingTarget::number, true)}, {}});
  if (!all) return all;
  const auto own = list<Course>(transaction, {{where(&Course::therapist, actor.user)}, {}, {}});
  if (!own) return tl::unexpected(own.error());
  const bool is_program = actor.kind == Actor::Kind::program;
  const auto out_of_reach = [&](const CodingTarget& clip) {
    if (clip.kind != ClipKind::record || clip.second_coder == actor.user || is_program) return false;
    return std::none_of(own->begin(), own->end(),
                        [&](const Course& course) { return clip.course == course.id; });
  };
  all->erase(std::remove_if(all->begin(), all->end(), out_of_reach), all->end());
  return all;
}

Result<std::vector<CodingSheet>> sheets_of_clip(Transaction& transaction, const Id<CodingTarget>& clip) {
  return list<CodingSheet>(
      transaction, {{where(&CodingSheet::target, clip), where(&CodingSheet::withdrawn_at, Is::absent)},
                    {by(&CodingSheet::begun_at)},
                    {}});
}

bool may_read_sheet(const Actor& actor, const CodingTarget& clip, const CodingSheet& sheet,
                    const std::vector<CodingSheet>& all) {
  if (sheet.coder == actor.user) return true;
  if (sheet.withdrawn_at || !sheet.finished_at) return false;
  bool has_finished = false;
  bool is_author = false;  // of the expert's codes
  for (const CodingSheet& own : all) {
    if (own.coder != actor.user || own.system != sheet.system) continue;
    is_author = is_author || own.purpose == CodingPurpose::gold;
    if (own.purpose != CodingPurpose::independent) continue;
    if (!own.finished_at) return false;
    has_finished = true;
  }
  const bool must_have_coded = sheet.purpose == CodingPurpose::gold ||
                               (clip.kind == ClipKind::record && clip.second_coder == actor.user);
  return has_finished || is_author || !must_have_coded;
}

Result<ClipView> make_clip(const Practice& practice, const Actor& actor, const NewClip& input) {
  if (input.kind == ClipKind::record)
    return wrong("kind", "training or gold: a clip of the record is made in its course", "kind");
  if (auto sound = check_label(input.label); !sound) return tl::unexpected(sound.error());
  if (auto sound = check_length(input.length_ms); !sound) return tl::unexpected(sound.error());
  return carry_out<ClipView>(practice, actor,
                             {"coding.clip", Permission::treat, {}, {}, std::string(to_text(input.kind))},
                             [&](Transaction& transaction) -> Result<ClipView> {
                               const auto number = next_number(transaction);
                               if (!number) return tl::unexpected(number.error());
                               CodingTarget clip;
                               clip.id = new_id<CodingTarget>(practice.entropy);
                               clip.sealed_for = std::string(sealed_for_practice);
                               clip.number = *number;
                               clip.kind = input.kind;
                               clip.label = input.label;
                               clip.length_ms = input.length_ms;
                               clip.made_by = actor.user;
                               clip.made_at = practice.clock.now();
                               if (auto added = insert(transaction, clip); !added)
                                 return tl::unexpected(added.error());
                               return clip_view(transaction, actor, clip);
                             });
}

Result<ClipView> make_record_clip(const Practice& practice, const Actor& actor, const Id<Course>& course,
                                  const NewRecordClip& input) {
  if (auto sound = check_label(input.label); !sound) return tl::unexpected(sound.error());
  if (auto sound = check_length(input.length_ms); !sound) return tl::unexpected(sound.error());
  return carry_out<ClipView>(practice, actor,
                             {"coding.clip", Permission::write_course, course, input.person, ""},
                             [&](Transaction& transaction) -> Result<ClipView> {
                               for (const auto& person : {std::optional(input.person), input.with_person}) {
                                 if (!person) continue;
                                 const auto member = is_member(transaction, course, *person);
                                 if (!member) return tl::unexpected(member.error());
                                 if (!*member) return wrong("person", "somebody of this course", "person");
                                 if (auto there = still_there(transaction, *person); !there)
                                   return tl::unexpected(there.error());
                               }
                               const auto number = next_number(transaction);
                               if (!number) return tl::unexpected(number.error());
                               CodingTarget clip;
                               clip.id = new_id<CodingTarget>(practice.entropy);
                               clip.sealed_for = input.person.text();
                               clip.number = *number;
                               clip.kind = ClipKind::record;
                               clip.course = course;
                               clip.person = input.person;
                               clip.with_person = input.with_person;
                               clip.label = input.label;
                               clip.length_ms = input.length_ms;
                               clip.made_by = actor.user;
                               clip.made_at = practice.clock.now();
                               if (auto added = insert(transaction, clip); !added)
                                 return tl::unexpected(added.error());
                               return clip_view(transaction, actor, clip);
                             });
}

Result<std::vector<ClipView>> list_clips(const Practice& practice, const Actor& actor) {
  using Views = std::vector<ClipView>;
  return look<Views>(practice, actor, {"coding.list", Permission::treat, {}, {}, ""},
                     TrailedUse<Views>([&](Transaction& transaction, Trail& trail) -> Result<Views> {
                       const auto clips = reachable_clips(transaction, actor);
                       if (!clips) return tl::unexpected(clips.error());
                       Views views;
                       views.reserve(clips->size());
                       for (const CodingTarget& clip : *clips) {
                         auto view = clip_view(transaction, actor, clip);
                         if (!view) return tl::unexpected(view.error());
                         if (view->person)
                           trail.also.push_back({"coding.listed", Permission::treat, clip.course, clip.person,
                                                 clip.id.text()});
                         views.push_back(std::move(*view));
                       }
                       return views;
                     }));
}

Result<ClipView> read_clip(const Practice& practice, const Actor& actor, const Id<CodingTarget>& clip) {
  return look<ClipView>(practice, actor, {"coding.read_clip", Permission::treat, {}, {}, clip.text()},
                        TrailedUse<ClipView>([&](Transaction& transaction, Trail& trail) -> Result<ClipView> {
                          const auto found = reach_clip(transaction, practice, actor, clip, trail);
                          if (!found) return tl::unexpected(found.error());
                          return clip_view(transaction, actor, *found);
                        }));
}

Result<ClipView> name_second_coder(const Practice& practice, const Actor& actor, const Id<CodingTarget>& clip,
                                   const SecondCoder& input) {
  return change_clip(
      practice, actor, "coding.second_coder", clip,
      [&](Transaction& transaction, CodingTarget& found) -> Result<bool> {
        if (found.kind != ClipKind::record)
          return fail(ErrorKind::conflict, "coding.kind", "any therapist may code this clip");
        if (auto may = needs_therapist(transaction, practice, actor, found); !may) return may;
        if (input.user) {
          const auto user = find<User>(transaction, where(&User::id, *input.user));
          if (!user) return tl::unexpected(user.error());
          if (!*user || !(*user)->is_therapist || (*user)->disabled_at || *input.user == actor.user)
            return wrong("second_coder", "another therapist of this practice", "user");
        }
        found.second_coder = input.user;
        const auto changed =
            change<CodingTarget>(transaction, {to(&CodingTarget::second_coder, found.second_coder)},
                                 {where(&CodingTarget::id, found.id)});
        if (!changed) return tl::unexpected(changed.error());
        return true;
      });
}

Result<ClipView> begin_episode(const Practice& practice, const Actor& actor, const Id<CodingTarget>& clip,
                               const BeginEpisode& input) {
  return change_clip(practice, actor, "coding.episode", clip,
                     [&](Transaction& transaction, CodingTarget& found) -> Result<bool> {
                       if (auto may = needs_therapist(transaction, practice, actor, found); !may) return may;
                       const auto system = catalog::find_coding(practice.library, input.system);
                       if (!system) return tl::unexpected(system.error());
                       if (catalog::find_episode(**system, input.episode) == nullptr)
                         return wrong("episode", "an episode of this system", "episode");
                       const Instant now = practice.clock.now();
                       const Instant at = input.at.value_or(now);
                       auto running = running_step(transaction, found.id);
                       if (!running) return tl::unexpected(running.error());
                       if (at > now || (*running && at < (*running)->started_at))
                         return wrong("moment", "not ahead of now, and not before the episode that goes on",
                                      "at");
                       if (*running) {
                         (*running)->ended_at = at;
                         if (auto ended = replace(transaction, **running); !ended) return ended;
                       }
                       ProcedureStep step;
                       step.id = new_id<ProcedureStep>(practice.entropy);
                       step.sealed_for = found.sealed_for;
                       step.target = found.id;
                       step.system = (*system)->id;
                       step.version = (*system)->version;
                       step.episode = input.episode;
                       step.started_at = at;
                       step.noted_by = actor.user;
                       return insert(transaction, step);
                     });
}

Result<ClipView> end_episode(const Practice& practice, const Actor& actor, const Id<CodingTarget>& clip,
                             const Id<ProcedureStep>& step, const EndEpisode& input) {
  for (const auto& [words, name] : {std::pair(&input.why, "why"), std::pair(&input.deviation, "deviation")})
    if (auto sound = check_words(*words, name); !sound) return tl::unexpected(sound.error());
  return change_clip(practice, actor, "coding.episode", clip,
                     [&](Transaction& transaction, CodingTarget& found) -> Result<bool> {
                       if (auto may = needs_therapist(transaction, practice, actor, found); !may) return may;
                       auto known = find<ProcedureStep>(transaction, where(&ProcedureStep::id, step));
                       if (!known) return tl::unexpected(known.error());
                       if (!*known || (*known)->target != found.id)
                         return fail(ErrorKind::not_found, "procedure_step.not_found",
                                     "there is no such record");
                       ProcedureStep& one = **known;
                       const Instant now = practice.clock.now();
                       const Instant at = input.at.value_or(one.ended_at.value_or(now));
                       if (at > now || at < one.started_at)
                         return wrong("moment", "not ahead of now, and not before the episode began", "at");
                       one.ended_at = at;
                       one.curtailed = one.curtailed || input.curtailed;
                       if (input.why) one.why = input.why;
                       if (input.deviation) one.deviation = input.deviation;
                       if (one.curtailed && (!one.why || letters_in(one.why->reveal()) == 0))
                         return wrong("why", "why it was cut short", "why");
                       return replace(transaction, one);
                     });
}

}  // namespace securebase::service
