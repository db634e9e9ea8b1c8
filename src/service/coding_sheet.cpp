// One observer's sheet: codes, ratings, class, and how it is finished.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "service/coding.hpp"

namespace securebase::service {
namespace {

constexpr std::int64_t most_codes = 20'000;  // of a sheet, those removed among them
constexpr std::int64_t length_slack_ms = 2000;
constexpr std::size_t shortest_certification = 5;
constexpr std::size_t longest_certification = 300;

tl::unexpected<Error> wrong(std::string code, std::string detail, std::string name) {
  return fail(ErrorKind::bad_data, "coding." + std::move(code), std::move(detail),
              Place{"", 0, 0, std::move(name)});
}
tl::unexpected<Error> conflict(std::string code, std::string detail) {
  return fail(ErrorKind::conflict, "coding." + std::move(code), std::move(detail));
}

Result<bool> check_note(const std::optional<Private<std::string>>& note) {
  if (!note || note->reveal().size() <= longest_coding_note) return true;
  return wrong("note", fmt::format("{} bytes at most", longest_coding_note), "note");
}

std::string reference(const CodingSheet& sheet) {
  return sheet.system + "@" + sheet.version;
}

using Reached = ReachedSheet;

Result<Reached> reach_sheet(Transaction& transaction, const Practice& practice, const Actor& actor,
                            const Id<CodingSheet>& id, Trail& trail) {
  auto sheet = find<CodingSheet>(transaction, where(&CodingSheet::id, id));
  if (!sheet) return tl::unexpected(sheet.error());
  const auto target = *sheet ? (*sheet)->target : Id<CodingTarget>();
  auto clip = reach_clip(transaction, practice, actor, target, trail);
  if (!clip) return tl::unexpected(clip.error());
  const auto system = catalog::find_coding(practice.library, reference(**sheet));
  if (!system) return tl::unexpected(system.error());
  return Reached{std::move(*clip), std::move(**sheet), *system};
}

/// One's own, that may still be written.
Result<Reached> reach_own(Transaction& transaction, const Practice& practice, const Actor& actor,
                          const Id<CodingSheet>& id, Trail& trail) {
  auto reached = reach_sheet(transaction, practice, actor, id, trail);
  if (!reached) return reached;
  if (reached->sheet.coder != actor.user || reached->sheet.withdrawn_at)
    return fail(ErrorKind::not_found, "coding_sheet.not_found", "there is no such record of yours");
  if (reached->sheet.finished_at) return conflict("finished", "this sheet is finished: it stays as it is");
  return reached;
}

template <class Out>
using OwnUse = std::function<Result<Out>(Transaction&, const Reached&)>;

template <class Out>
Result<Out> change_sheet(const Practice& practice, const Actor& actor, std::string_view name,
                         const Id<CodingSheet>& id, const OwnUse<Out>& use) {
  return carry_out<Out>(practice, actor, {name, Permission::treat, {}, {}, id.text()},
                        TrailedUse<Out>([&](Transaction& transaction, Trail& trail) -> Result<Out> {
                          const auto reached = reach_own(transaction, practice, actor, id, trail);
                          if (!reached) return tl::unexpected(reached.error());
                          return use(transaction, *reached);
                        }));
}

/// The same without an entry in the audit: hundreds of codes of one sheet would hide everything else there.
/// Who opened and finished the sheet is in the audit, and a code says itself when it was put.
template <class Out>
Result<Out> put_down(const Practice& practice, const Actor& actor, const Id<CodingSheet>& id,
                     const OwnUse<Out>& use) {
  const Action action{"coding.put", Permission::treat, {}, {}, id.text()};
  std::optional<Out> given;
  const auto done = practice.store.write([&](Transaction& transaction) -> Result<bool> {
    given.reset();
    if (auto may = check_access(transaction, practice, actor, action); !may) return may;
    Trail trail{action, {}};
    const auto reached = reach_own(transaction, practice, actor, id, trail);
    if (!reached) return tl::unexpected(reached.error());
    auto result = use(transaction, *reached);
    if (!result) return tl::unexpected(result.error());
    given = std::move(*result);
    return true;
  });
  if (!done) return tl::unexpected(note_if_refused(practice, actor, action, done.error()));
  return std::move(*given);
}

CodedEventView event_view(const CodedEvent& event) {
  return {event.id, event.number, event.code, event.start_ms, event.end_ms, event.value, event.note};
}
CodedRatingView rating_view(const CodedRating& rating) {
  return {rating.scale, rating.segment, rating.value.value_or(0), rating.note};
}
std::optional<CodedClassView> class_view(const std::optional<CodedClass>& given) {
  if (!given) return std::nullopt;
  return CodedClassView{given->class_id, given->best_fit, given->note};
}

std::vector<CodeTotal> totals_of(const std::vector<CodedEvent>& events) {
  std::map<std::string, CodeTotal> totals;
  for (const CodedEvent& event : events) {
    CodeTotal& total = totals[event.code];
    total.code = event.code;
    total.count += 1;
    total.total_ms += event.end_ms.value_or(event.start_ms) - event.start_ms;
  }
  std::vector<CodeTotal> list;
  list.reserve(totals.size());
  for (auto& [code, total] : totals) list.push_back(std::move(total));
  return list;
}

std::vector<ScaleMean> means_of(const catalog::CodingSystem& system,
                                const std::vector<CodedRating>& ratings) {
  std::vector<ScaleMean> means;
  for (const catalog::CodingScale& scale : system.scales) {
    if (!scale.averaged) continue;
    ScaleMean mean{scale.id, 0, 0};
    for (const CodedRating& rating : ratings)
      if (rating.scale == scale.id && rating.value) {
        mean.mean += *rating.value;
        mean.parts += 1;
      }
    if (mean.parts == 0) continue;
    mean.mean /= static_cast<double>(mean.parts);
    means.push_back(mean);
  }
  return means;
}

Result<bool> is_blind_to_label(Transaction& transaction, const Actor& actor, const CodingTarget& clip) {
  if (clip.kind != ClipKind::record || clip.second_coder != actor.user || !clip.course) return false;
  const auto course = find<Course>(transaction, where(&Course::id, *clip.course));
  if (!course) return tl::unexpected(course.error());
  return !*course || (*course)->therapist != actor.user;
}

Result<CodingSheetView> sheet_view(Transaction& transaction, const Actor& actor, const Reached& reached) {
  const auto content = content_of(transaction, reached.sheet.id);
  if (!content) return tl::unexpected(content.error());
  const auto blind = is_blind_to_label(transaction, actor, reached.clip);
  if (!blind) return tl::unexpected(blind.error());
  const CodingSheet& sheet = reached.sheet;
  CodingSheetView view;
  view.id = sheet.id;
  view.clip = reached.clip.id;
  view.clip_number = reached.clip.number;
  view.clip_kind = reached.clip.kind;
  if (!*blind) view.label = reached.clip.label;
  view.length_ms = reached.clip.length_ms;
  view.coder = sheet.coder;
  view.is_own = sheet.coder == actor.user;
  view.system = sheet.system;
  view.version = sheet.version;
  view.system_name = reached.system->name;
  view.purpose = sheet.purpose;
  view.certification = sheet.certification;
  view.first = sheet.first;
  view.second = sheet.second;
  view.begun_at = sheet.begun_at;
  view.finished_at = sheet.finished_at;
  view.notices = notices_of(*reached.system);
  for (const CodedEvent& event : content->events) view.events.push_back(event_view(event));
  view.removed = content->removed;
  for (const CodedRating& rating : content->ratings) view.ratings.push_back(rating_view(rating));
  view.given_class = class_view(content->given_class);
  view.totals = totals_of(content->events);
  view.means = means_of(*reached.system, content->ratings);
  return view;
}

// Opening

/// Whether the actor has looked at somebody else's sheet of a clip, or at the copy of somebody in it: the
/// audit knows.
Result<bool> has_seen_other(Transaction& transaction, const Actor& actor, const CodingTarget& clip) {
  const Condition looked[] = {where(&AuditEntry::actor, to_text(actor)),
                              where(&AuditEntry::action, std::string(read_other_sheet)),
                              where(&AuditEntry::object, clip.id.text())};
  const auto times = transaction.count(table_of<AuditEntry>(), looked);
  if (!times) return tl::unexpected(times.error());
  if (*times > 0 || !clip.person) return *times > 0;
  const Condition copied[] = {
      where(&AuditEntry::actor, to_text(actor)), where(&AuditEntry::action, std::string("person.copy")),
      where(&AuditEntry::person, clip.person), where(&AuditEntry::at, clip.made_at, Is::at_least)};
  const auto copies = transaction.count(table_of<AuditEntry>(), copied);
  if (!copies) return tl::unexpected(copies.error());
  return *copies > 0;
}

Result<bool> check_certified(const catalog::CodingSystem& system, const CodingTarget& clip,
                             const OpenSheet& input) {
  const std::string said = input.certification.value_or("");
  const bool needed =
      (system.certified && clip.kind == ClipKind::record) || input.purpose == CodingPurpose::gold;
  if (said.size() > longest_certification || (needed && letters_in(said) < shortest_certification))
    return wrong("certification",
                 fmt::format("where and when you were certified to code this, in {} to {} signs",
                             shortest_certification, longest_certification),
                 "certification");
  return true;
}

Result<bool> check_independent(Transaction& transaction, const Actor& actor, const CodingTarget& clip,
                               const catalog::CodingSystem& system, CodingPurpose purpose,
                               const std::vector<CodingSheet>& all) {
  for (const CodingSheet& sheet : all)
    if (sheet.coder == actor.user && sheet.system == system.id && sheet.purpose == purpose)
      return conflict("twice", "you have a sheet of this clip under this system");
  if (purpose == CodingPurpose::gold) {
    if (clip.kind == ClipKind::gold) return true;
    return wrong("purpose", "an expert's codes belong to a gold clip", "purpose");
  }
  const auto seen = has_seen_other(transaction, actor, clip);
  if (!seen) return tl::unexpected(seen.error());
  if (*seen)
    return conflict("not_blind", "you have seen another's sheet of this clip: it cannot be coded blind");
  return true;
}

Result<bool> check_consensus(const catalog::CodingSystem& system, const OpenSheet& input, const Actor& actor,
                             const CodingTarget& clip, const std::vector<CodingSheet>& all) {
  const auto is_finished = [&](const std::optional<Id<CodingSheet>>& id) {
    return std::any_of(all.begin(), all.end(), [&](const CodingSheet& sheet) {
      return sheet.id == id && sheet.system == system.id && sheet.finished_at &&
             sheet.purpose == CodingPurpose::independent && may_read_sheet(actor, clip, sheet, all);
    });
  };
  if (is_finished(input.first) && is_finished(input.second) && input.first != input.second) return true;
  return wrong("consensus", "two finished sheets of this clip and system that were coded independently",
               "first");
}

// Codes

Result<bool> check_event(const catalog::CodingSystem& system, const CodingTarget& clip,
                         const CodedEvent& event) {
  const catalog::CodingCode* code = catalog::find_code(system, event.code);
  if (code == nullptr) return wrong("code", "a code of this system", "code");
  // Players tell the length of one recording a little differently.
  const std::int64_t last = clip.length_ms ? *clip.length_ms + length_slack_ms : longest_clip_ms;
  if (event.start_ms < 0 || event.start_ms > last)
    return wrong("time", "within the recording, in milliseconds from its beginning", "start_ms");
  if (event.end_ms && (*event.end_ms < event.start_ms || *event.end_ms > last))
    return wrong("time", "within the recording, and not before it began", "end_ms");
  if (event.end_ms && code->span == catalog::CodeSpan::moment)
    return wrong("time", "this code is of a moment: it has no end", "end_ms");
  if (event.value && (!code->value || !catalog::is_value(*code->value, *event.value)))
    return wrong("value",
                 code->value ? fmt::format("{} to {}", code->value->min, code->value->max)
                             : std::string("this code has no value"),
                 "value");
  return check_note(event.note);
}

Result<std::int64_t> next_number(Transaction& transaction, const Id<CodingSheet>& sheet) {
  const auto last =
      list<CodedEvent>(transaction, {{where(&CodedEvent::sheet, sheet)}, {by(&CodedEvent::number, true)}, 1});
  if (!last) return tl::unexpected(last.error());
  const std::int64_t next = last->empty() ? 1 : last->front().number + 1;
  if (next > most_codes)
    return conflict("too_many", fmt::format("a sheet holds {} codes at most", most_codes));
  return next;
}

Result<CodedEvent> event_of(Transaction& transaction, const Reached& reached, const Id<CodedEvent>& id) {
  auto event = find<CodedEvent>(transaction, where(&CodedEvent::id, id));
  if (!event) return tl::unexpected(event.error());
  if (!*event || (*event)->sheet != reached.sheet.id || (*event)->removed_at)
    return fail(ErrorKind::not_found, "coded_event.not_found", "there is no such code in this sheet");
  return std::move(**event);
}

Result<bool> remove_event(Transaction& transaction, const Id<CodedEvent>& id, Instant now) {
  const auto removed = change<CodedEvent>(transaction, {to(&CodedEvent::removed_at, std::optional(now))},
                                          {where(&CodedEvent::id, id)});
  if (!removed) return tl::unexpected(removed.error());
  return true;
}

CodedEvent changed(const CodedEvent& event, const ChangeCode& input) {
  CodedEvent result = event;
  if (input.code) result.code = *input.code;
  if (input.start_ms) result.start_ms = *input.start_ms;
  if (input.end_ms) result.end_ms = input.end_ms;
  if (input.value) result.value = input.value;
  if (input.note) result.note = input.note;
  return result;
}

/// Whether it only adds what was left open (an end, a value, a note), or says what is there already.
bool only_completes(const CodedEvent& event, const ChangeCode& input) {
  if (row_of(changed(event, input)) == row_of(event)) return true;
  return !input.code && !input.start_ms && !(input.end_ms && event.end_ms) && !(input.value && event.value) &&
         !(input.note && event.note);
}

Result<CodedEventView> complete(Transaction& transaction, const Reached& reached, const CodedEvent& event,
                                const ChangeCode& input) {
  const CodedEvent whole = changed(event, input);
  if (auto sound = check_event(*reached.system, reached.clip, whole); !sound)
    return tl::unexpected(sound.error());
  if (auto kept = replace(transaction, whole); !kept) return tl::unexpected(kept.error());
  return event_view(whole);
}

// Finishing

std::optional<double> highest(const SheetContent& content, const std::vector<std::string>& scales) {
  std::optional<double> most;
  for (const CodedRating& rating : content.ratings)
    if (rating.value && std::find(scales.begin(), scales.end(), rating.scale) != scales.end())
      most = std::max(most.value_or(*rating.value), *rating.value);
  return most;
}

Result<bool> check_thresholds(const catalog::CodingSystem& system, const SheetContent& content) {
  if (!content.given_class) return true;
  const catalog::CodingClass* given = catalog::find_class(system, content.given_class->class_id);
  if (given == nullptr) return true;
  for (const catalog::CodingThreshold& threshold : system.thresholds) {
    const auto rating = highest(content, threshold.scales);
    if (!rating || *rating == threshold.above) continue;
    const bool in_group = given->group == threshold.group;
    const bool also =
        std::find(threshold.also.begin(), threshold.also.end(), given->group) != threshold.also.end();
    if (*rating > threshold.above && !in_group && !also)
      return conflict("threshold", fmt::format("a rating above {} goes with the class {}", threshold.above,
                                               threshold.group));
    if (*rating < threshold.above && in_group)
      return conflict("threshold", fmt::format("the class {} goes with a rating of {} or more",
                                               threshold.group, threshold.above));
  }
  return true;
}

Result<bool> check_sums(const catalog::CodingSystem& system, const SheetContent& content) {
  for (const catalog::CodingSum& sum : system.sums) {
    double total = 0;
    std::size_t rated = 0;
    for (const CodedRating& rating : content.ratings)
      if (rating.value && std::find(sum.scales.begin(), sum.scales.end(), rating.scale) != sum.scales.end()) {
        total += *rating.value;
        ++rated;
      }
    if (rated == sum.scales.size() && std::abs(total - sum.total) > 1e-9)
      return conflict("sum", fmt::format("these {} scales share {} points", rated, sum.total));
  }
  return true;
}

Result<bool> check_finished(const catalog::CodingSystem& system, const SheetContent& content) {
  if (content.events.empty() && content.ratings.empty() && !content.given_class)
    return conflict("empty", "nothing was put down: withdraw the sheet instead");
  for (const CodedEvent& event : content.events) {
    const catalog::CodingCode* code = catalog::find_code(system, event.code);
    if (code != nullptr && code->span == catalog::CodeSpan::duration && !event.end_ms)
      return conflict("open_codes", "a code goes on: end it first");
  }
  if (auto sound = check_thresholds(system, content); !sound) return sound;
  return check_sums(system, content);
}

// Export

/// As CSV holds a text, and no spreadsheet takes it for a formula.
std::string cell(const std::string& text) {
  std::string quoted = "\"";
  if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos)
    quoted += '\'';
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c == '\n' || c == '\r' ? ' ' : c;
  }
  return quoted + "\"";
}

std::string number(const std::optional<double>& value) {
  return value ? fmt::format("{}", *value) : std::string();
}

std::string note_cell(const std::optional<Private<std::string>>& note) {
  return note ? cell(note->reveal()) : std::string();
}

std::string csv_of(const CodingSheetView& view, const catalog::CodingSystem& system) {
  std::string text;
  for (const std::string& notice : view.notices) text += cell(notice) + "\n";
  text += cell(system.caution) + "\n";
  text += cell(fmt::format("Clip {}, {} version {}, {}{}", view.clip_number, system.name, system.version,
                           to_text(view.purpose), view.finished_at ? "" : ", not finished")) +
          "\n\nwhat,id,label,segment,start_ms,end_ms,value,note\n";
  for (const CodedEventView& event : view.events) {
    const catalog::CodingCode* code = catalog::find_code(system, event.code);
    text += fmt::format("code,{},{},,{},{},{},{}\n", event.code, cell(code ? code->label : ""),
                        event.start_ms, event.end_ms ? std::to_string(*event.end_ms) : "",
                        number(event.value), note_cell(event.note));
  }
  for (const CodedRatingView& rating : view.ratings) {
    const catalog::CodingScale* scale = catalog::find_scale(system, rating.scale);
    text += fmt::format("rating,{},{},{},,,{},{}\n", rating.scale, cell(scale ? scale->label : ""),
                        rating.segment, rating.value, note_cell(rating.note));
  }
  if (view.given_class) {
    text += fmt::format("class,{},,,,,,{}\n", view.given_class->class_id, note_cell(view.given_class->note));
    if (view.given_class->best_fit) text += fmt::format("best_fit,{},,,,,,\n", *view.given_class->best_fit);
  }
  return text;
}

}  // namespace

Result<ReachedSheet> reach_to_read(Transaction& transaction, const Practice& practice, const Actor& actor,
                                   const Id<CodingSheet>& id, Trail& trail) {
  auto reached = reach_sheet(transaction, practice, actor, id, trail);
  if (!reached) return reached;
  const auto all = sheets_of_clip(transaction, reached->clip.id);
  if (!all) return tl::unexpected(all.error());
  if (!may_read_sheet(actor, reached->clip, reached->sheet, *all))
    return conflict("blind",
                    "another's sheet opens when both are finished: yours and theirs, each coded alone");
  if (reached->sheet.coder != actor.user)
    trail.also.push_back({read_other_sheet, Permission::treat, reached->clip.course, reached->clip.person,
                          reached->clip.id.text()});
  return reached;
}

std::vector<std::string> notices_of(const catalog::CodingSystem& system) {
  std::vector<std::string> notices;
  if (system.is_guarded()) notices.emplace_back(catalog::guard_words);
  bool unverified = system.origin.status == catalog::SourceStatus::unverified;
  bool proposed = system.origin.status == catalog::SourceStatus::proposed;
  const auto look = [&](const auto& entries) {
    for (const auto& entry : entries) {
      unverified = unverified || entry.origin.status == catalog::SourceStatus::unverified;
      proposed = proposed || entry.origin.status == catalog::SourceStatus::proposed;
    }
  };
  look(system.codes);
  look(system.scales);
  look(system.classes);
  if (unverified)
    notices.emplace_back(
        "Parts of this system are from memory and have not been checked against its manual.");
  if (proposed) notices.emplace_back("Parts of this system are proposed here and have not been studied.");
  return notices;
}

Result<SheetContent> content_of(Transaction& transaction, const Id<CodingSheet>& sheet) {
  SheetContent content;
  auto events = list<CodedEvent>(
      transaction,
      {{where(&CodedEvent::sheet, sheet)}, {by(&CodedEvent::start_ms), by(&CodedEvent::number)}, {}});
  if (!events) return tl::unexpected(events.error());
  for (CodedEvent& event : *events) {
    if (event.removed_at)
      ++content.removed;
    else
      content.events.push_back(std::move(event));
  }
  auto ratings = list<CodedRating>(
      transaction, {{where(&CodedRating::sheet, sheet), where(&CodedRating::replaced_at, Is::absent),
                     where(&CodedRating::value, Is::present)},
                    {by(&CodedRating::rated_at)},
                    {}});
  if (!ratings) return tl::unexpected(ratings.error());
  content.ratings = std::move(*ratings);
  auto classes = list<CodedClass>(
      transaction, {{where(&CodedClass::sheet, sheet), where(&CodedClass::replaced_at, Is::absent)},
                    {by(&CodedClass::given_at, true)},
                    1});
  if (!classes) return tl::unexpected(classes.error());
  if (!classes->empty()) content.given_class = std::move(classes->front());
  return content;
}

Result<CodingSheetView> open_coding_sheet(const Practice& practice, const Actor& actor,
                                          const Id<CodingTarget>& clip, const OpenSheet& input) {
  return carry_out<CodingSheetView>(
      practice, actor, {"coding.open", Permission::treat, {}, {}, clip.text()},
      TrailedUse<CodingSheetView>([&](Transaction& transaction, Trail& trail) -> Result<CodingSheetView> {
        auto found = reach_clip(transaction, practice, actor, clip, trail);
        if (!found) return tl::unexpected(found.error());
        const auto system = catalog::find_coding(practice.library, input.system);
        if (!system) return tl::unexpected(system.error());
        if (auto sound = check_certified(**system, *found, input); !sound)
          return tl::unexpected(sound.error());
        const auto all = sheets_of_clip(transaction, clip);
        if (!all) return tl::unexpected(all.error());
        const auto may = input.purpose == CodingPurpose::consensus
                             ? check_consensus(**system, input, actor, *found, *all)
                             : check_independent(transaction, actor, *found, **system, input.purpose, *all);
        if (!may) return tl::unexpected(may.error());
        CodingSheet sheet;
        sheet.id = new_id<CodingSheet>(practice.entropy);
        sheet.sealed_for = found->sealed_for;
        sheet.target = clip;
        sheet.coder = actor.user;
        sheet.system = (*system)->id;
        sheet.version = (*system)->version;
        sheet.fingerprint = (*system)->fingerprint;
        sheet.purpose = input.purpose;
        sheet.certification = input.certification;
        if (input.purpose == CodingPurpose::consensus) {
          sheet.first = input.first;
          sheet.second = input.second;
        }
        sheet.begun_at = practice.clock.now();
        if (auto added = insert(transaction, sheet); !added) return tl::unexpected(added.error());
        return sheet_view(transaction, actor, {*found, sheet, *system});
      }));
}

Result<CodingSheetView> read_coding_sheet(const Practice& practice, const Actor& actor,
                                          const Id<CodingSheet>& sheet) {
  return look<CodingSheetView>(
      practice, actor, {"coding.read", Permission::treat, {}, {}, sheet.text()},
      TrailedUse<CodingSheetView>([&](Transaction& transaction, Trail& trail) -> Result<CodingSheetView> {
        const auto reached = reach_to_read(transaction, practice, actor, sheet, trail);
        if (!reached) return tl::unexpected(reached.error());
        return sheet_view(transaction, actor, *reached);
      }));
}

Result<CodedEventView> put_code(const Practice& practice, const Actor& actor, const Id<CodingSheet>& sheet,
                                const PutCode& input) {
  return put_down<CodedEventView>(
      practice, actor, sheet,
      [&](Transaction& transaction, const Reached& reached) -> Result<CodedEventView> {
        if (input.id) {
          const auto known = find<CodedEvent>(transaction, where(&CodedEvent::id, *input.id));
          if (!known) return tl::unexpected(known.error());
          if (*known && (*known)->sheet == sheet) return event_view(**known);
          if (*known) return wrong("code", "an id that is new", "id");
        }
        const auto number = next_number(transaction, sheet);
        if (!number) return tl::unexpected(number.error());
        CodedEvent event;
        event.id = input.id.value_or(new_id<CodedEvent>(practice.entropy));
        event.sealed_for = reached.sheet.sealed_for;
        event.sheet = sheet;
        event.number = *number;
        event.code = input.code;
        event.start_ms = input.start_ms;
        event.end_ms = input.end_ms;
        event.value = input.value;
        event.note = input.note;
        event.put_at = practice.clock.now();
        if (auto sound = check_event(*reached.system, reached.clip, event); !sound)
          return tl::unexpected(sound.error());
        if (auto added = insert(transaction, event); !added) return tl::unexpected(added.error());
        return event_view(event);
      });
}

namespace {

/// Puts a code in the place of another, which stays as removed.
Result<CodedEventView> put_in_place(Transaction& transaction, const Practice& practice,
                                    const Reached& reached, const CodedEvent& old, const ChangeCode& input) {
  const auto number = next_number(transaction, reached.sheet.id);
  if (!number) return tl::unexpected(number.error());
  CodedEvent event = changed(old, input);
  event.id = new_id<CodedEvent>(practice.entropy);
  event.number = *number;
  event.put_at = practice.clock.now();
  event.changed_from = old.id;
  if (auto sound = check_event(*reached.system, reached.clip, event); !sound)
    return tl::unexpected(sound.error());
  if (auto removed = remove_event(transaction, old.id, event.put_at); !removed)
    return tl::unexpected(removed.error());
  if (auto added = insert(transaction, event); !added) return tl::unexpected(added.error());
  return event_view(event);
}

}  // namespace

Result<CodedEventView> change_code(const Practice& practice, const Actor& actor, const Id<CodingSheet>& sheet,
                                   const Id<CodedEvent>& event, const ChangeCode& input) {
  // Most changes add the end of a code that goes on: it becomes whole, and nothing is taken back.
  std::optional<CodedEventView> whole;
  const auto tried = put_down<bool>(practice, actor, sheet,
                                    [&](Transaction& transaction, const Reached& reached) -> Result<bool> {
                                      whole.reset();
                                      const auto known = event_of(transaction, reached, event);
                                      if (!known) return tl::unexpected(known.error());
                                      if (!only_completes(*known, input)) return false;
                                      auto view = complete(transaction, reached, *known, input);
                                      if (!view) return tl::unexpected(view.error());
                                      whole = std::move(*view);
                                      return true;
                                    });
  if (!tried) return tl::unexpected(tried.error());
  if (whole) return std::move(*whole);
  return change_sheet<CodedEventView>(
      practice, actor, "coding.change", sheet,
      [&](Transaction& transaction, const Reached& reached) -> Result<CodedEventView> {
        const auto known = event_of(transaction, reached, event);
        if (!known) return tl::unexpected(known.error());
        return put_in_place(transaction, practice, reached, *known, input);
      });
}

Result<bool> undo_code(const Practice& practice, const Actor& actor, const Id<CodingSheet>& sheet,
                       const Id<CodedEvent>& event) {
  return change_sheet<bool>(practice, actor, "coding.undo", sheet,
                            [&](Transaction& transaction, const Reached& reached) -> Result<bool> {
                              const auto known = event_of(transaction, reached, event);
                              if (!known) return tl::unexpected(known.error());
                              return remove_event(transaction, event, practice.clock.now());
                            });
}

Result<bool> put_rating(const Practice& practice, const Actor& actor, const Id<CodingSheet>& sheet,
                        const PutRating& input) {
  if (auto sound = check_note(input.note); !sound) return sound;
  return put_down<bool>(
      practice, actor, sheet, [&](Transaction& transaction, const Reached& reached) -> Result<bool> {
        const catalog::CodingScale* scale = catalog::find_scale(*reached.system, input.scale);
        if (scale == nullptr) return wrong("scale", "a scale of this system", "scale");
        if (!catalog::is_segment(*reached.system, *scale, input.segment))
          return wrong("segment", "a part of the recording that this scale is rated for", "segment");
        if (input.value && !catalog::is_value(scale->range, *input.value))
          return wrong(
              "value",
              fmt::format("{} to {} in steps of {}", scale->range.min, scale->range.max, scale->range.step),
              "value");
        const Instant now = practice.clock.now();
        const auto replaced = change<CodedRating>(
            transaction, {to(&CodedRating::replaced_at, std::optional(now))},
            {where(&CodedRating::sheet, sheet), where(&CodedRating::scale, input.scale),
             where(&CodedRating::segment, input.segment), where(&CodedRating::replaced_at, Is::absent)});
        if (!replaced) return tl::unexpected(replaced.error());
        return insert(transaction, CodedRating{new_id<CodedRating>(practice.entropy),
                                               reached.sheet.sealed_for,
                                               sheet,
                                               input.scale,
                                               input.segment,
                                               input.value,
                                               input.note,
                                               now,
                                               {}});
      });
}

Result<bool> give_class(const Practice& practice, const Actor& actor, const Id<CodingSheet>& sheet,
                        const PutClass& input) {
  if (auto sound = check_note(input.note); !sound) return sound;
  return change_sheet<bool>(
      practice, actor, "coding.class", sheet,
      [&](Transaction& transaction, const Reached& reached) -> Result<bool> {
        const catalog::CodingClass* given = catalog::find_class(*reached.system, input.class_id);
        if (given == nullptr) return wrong("class", "a class of this system", "class_id");
        const catalog::CodingClass* fits =
            input.best_fit ? catalog::find_class(*reached.system, *input.best_fit) : nullptr;
        const bool sound = input.best_fit ? fits != nullptr && fits != given && !fits->needs_alternative
                                          : !given->needs_alternative;
        if (!sound)
          return wrong("alternative", "the class that fits best otherwise, one that stands by itself",
                       "best_fit");
        const Instant now = practice.clock.now();
        const auto replaced = change<CodedClass>(
            transaction, {to(&CodedClass::replaced_at, std::optional(now))},
            {where(&CodedClass::sheet, sheet), where(&CodedClass::replaced_at, Is::absent)});
        if (!replaced) return tl::unexpected(replaced.error());
        return insert(transaction, CodedClass{new_id<CodedClass>(practice.entropy),
                                              reached.sheet.sealed_for,
                                              sheet,
                                              input.class_id,
                                              input.best_fit,
                                              input.note,
                                              now,
                                              {}});
      });
}

Result<CodingSheetView> finish_coding_sheet(const Practice& practice, const Actor& actor,
                                            const Id<CodingSheet>& sheet, const FinishSheet& input) {
  return change_sheet<CodingSheetView>(
      practice, actor, "coding.finish", sheet,
      [&](Transaction& transaction, const Reached& reached) -> Result<CodingSheetView> {
        const auto content = content_of(transaction, sheet);
        if (!content) return tl::unexpected(content.error());
        if (auto sound = check_finished(*reached.system, *content); !sound)
          return tl::unexpected(sound.error());
        Reached now = reached;
        if (input.length_ms && !now.clip.length_ms) {
          if (*input.length_ms < 0 || *input.length_ms > longest_clip_ms)
            return wrong("length", "the length of the recording, up to a day, in milliseconds", "length_ms");
          now.clip.length_ms = input.length_ms;
          const auto told = change<CodingTarget>(transaction, {to(&CodingTarget::length_ms, input.length_ms)},
                                                 {where(&CodingTarget::id, now.clip.id)});
          if (!told) return tl::unexpected(told.error());
        }
        now.sheet.finished_at = practice.clock.now();
        const auto done =
            change<CodingSheet>(transaction, {to(&CodingSheet::finished_at, now.sheet.finished_at)},
                                {where(&CodingSheet::id, sheet)});
        if (!done) return tl::unexpected(done.error());
        return sheet_view(transaction, actor, now);
      });
}

Result<bool> withdraw_coding_sheet(const Practice& practice, const Actor& actor,
                                   const Id<CodingSheet>& sheet) {
  return change_sheet<bool>(practice, actor, "coding.withdraw", sheet,
                            [&](Transaction& transaction, const Reached& /*reached*/) -> Result<bool> {
                              const auto gone = change<CodingSheet>(
                                  transaction,
                                  {to(&CodingSheet::withdrawn_at, std::optional(practice.clock.now()))},
                                  {where(&CodingSheet::id, sheet)});
                              if (!gone) return tl::unexpected(gone.error());
                              return true;
                            });
}

Result<CodingExport> export_coding_sheet(const Practice& practice, const Actor& actor,
                                         const Id<CodingSheet>& sheet) {
  return look<CodingExport>(
      practice, actor, {"coding.export", Permission::treat, {}, {}, sheet.text()},
      TrailedUse<CodingExport>([&](Transaction& transaction, Trail& trail) -> Result<CodingExport> {
        const auto reached = reach_to_read(transaction, practice, actor, sheet, trail);
        if (!reached) return tl::unexpected(reached.error());
        const auto view = sheet_view(transaction, actor, *reached);
        if (!view) return tl::unexpected(view.error());
        return CodingExport{fmt::format("clip-{}-{}.csv", view->clip_number, view->system),
                            Private<std::string>(csv_of(*view, *reached->system))};
      }));
}

namespace {

/// Whether somebody still codes this clip under that system, and is to see nothing of another's sheet.
bool is_being_coded(const CodingSheet& sheet, const std::vector<CodingSheet>& all) {
  return std::any_of(all.begin(), all.end(), [&](const CodingSheet& other) {
    return other.system == sheet.system && other.purpose == CodingPurpose::independent && !other.finished_at;
  });
}

Result<CodedAbout> about(Transaction& transaction, const Practice& practice, const CodingTarget& clip,
                         const CodingSheet& sheet, const std::vector<CodingSheet>& all) {
  const auto content =
      is_being_coded(sheet, all) ? Result<SheetContent>(SheetContent{}) : content_of(transaction, sheet.id);
  if (!content) return tl::unexpected(content.error());
  CodedAbout view;
  view.clip = fmt::format("Clip {}", clip.number);
  view.system = sheet.system;
  view.version = sheet.version;
  view.purpose = sheet.purpose;
  view.begun_at = sheet.begun_at;
  view.finished_at = sheet.finished_at;
  // A definition may have gone since: what guards infant and interview codes then stands in any case.
  const auto system = catalog::find_coding(practice.library, reference(sheet));
  view.notices = system ? notices_of(**system) : std::vector{std::string(catalog::guard_words)};
  for (const CodedEvent& event : content->events) view.events.push_back(event_view(event));
  for (const CodedRating& rating : content->ratings) view.ratings.push_back(rating_view(rating));
  view.given_class = class_view(content->given_class);
  return view;
}

}  // namespace

Result<std::vector<CodedAbout>> coded_about(Transaction& transaction, const Practice& practice,
                                            const Id<Person>& person) {
  std::vector<CodedAbout> views;
  for (const Condition& theirs : {where(&CodingTarget::person, std::optional(person)),
                                  where(&CodingTarget::with_person, std::optional(person))}) {
    const auto clips = list<CodingTarget>(transaction, {{theirs}, {by(&CodingTarget::number)}, {}});
    if (!clips) return tl::unexpected(clips.error());
    for (const CodingTarget& clip : *clips) {
      const auto sheets = sheets_of_clip(transaction, clip.id);
      if (!sheets) return tl::unexpected(sheets.error());
      for (const CodingSheet& sheet : *sheets) {
        auto view = about(transaction, practice, clip, sheet, *sheets);
        if (!view) return tl::unexpected(view.error());
        views.push_back(std::move(*view));
      }
    }
  }
  return views;
}

}  // namespace securebase::service
