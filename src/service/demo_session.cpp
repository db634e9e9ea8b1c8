#include "service/demo_session.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "service/session.hpp"

namespace securebase::service {
namespace {

constexpr int week = 7;
constexpr std::int64_t morning_ms = 10 * hour_ms;

template <class T>
Result<bool> whether(const Result<T>& result) {
  if (!result) return tl::unexpected(result.error());
  return true;
}

Private<std::string> words(const char* text) {
  return Private<std::string>(text);
}

struct PlannedMark {
  MarkKind kind;
  int minute;
  const char* words;
};
struct PlannedTechnique {
  const char* id;
  std::optional<int> minutes;
};

/// One meeting as it is written down in the evening.
struct PlannedMeeting {
  const char* focus;
  std::vector<PlannedMark> marks;
  std::vector<PlannedTechnique> techniques;
  const char* note;  ///< empty: not signed yet
};

const std::vector<PlannedMeeting>& whole_course() {
  using enum MarkKind;
  static const std::vector<PlannedMeeting> meetings = {
      {"What brings them here, and what they hope for",
       {},
       {{"T1", 5}, {"T4", 5}},
       "What they came with\nSleeps badly since the quarrel in spring; feels that asking for anything drives "
       "people off.\n\nWhat we agreed\nTwelve sessions first, then we look together."},
      {"When asking feels dangerous",
       {{mentalizing_lost, 21, "\"They all do that.\""}},
       {{"R1", 10}, {"M1", 5}},
       "What was told\nThe evening with the unanswered message.\n\nWhat I saw\nShoulders up, voice flat as "
       "soon as the phone came up.\n\nWhat is planned\nTrack the body first, then the story."},
      {"The body before the story",
       {{mentalizing_lost, 9, ""}, {mentalizing_regained, 17, "Could say what the other may have felt."}},
       {{"R1", 10}, {"R2", 10}, {"M4", 5}},
       "What was told\nA quieter week.\n\nWhat I saw\nGrounding helped within minutes; afterwards three "
       "possible reasons for the silence instead of one."},
      {"Whether I am bored by them",
       {{rupture, 14, "\"You looked at the clock.\""}, {corrective_moment, 31, "Said it, and I stayed."}},
       {{"T3", 20}, {"T2", {}}},
       "What happened between us\nI had looked at the clock, and said so. They had expected to be sent away "
       "for saying it.\n\nWhat was felt, and what helped\nAnger first, then relief that it could be said."},
      {"After the clock: are we all right?",
       {{softening, 26, "Wept, and let me see it."}},
       {{"T2", {}}, {"R3", 15}, {"M2", 5}},
       "What happened between us\nCame back to the clock on their own. Softer than before.\n\nWhat spoke for "
       "or against what they expect\nAgainst: nobody left."},
      {"Asking a friend for one small thing",
       {{softening, 33, ""}},
       {{"I3", 15}, {"R4", 5}},
       "What we agreed\nOne small question to a friend this week, in their own words; we rehearsed it "
       "twice."},
      {"What the friend said",
       {{corrective_moment, 12, "\"She was glad I asked.\""}},
       {{"M2", 5}, {"T1", 3}},
       "What was told\nAsked. The friend came by.\n\nWhat spoke for or against what they expect\nAgainst, in "
       "their words: she was glad I asked."},
      {"The visit home", {{mentalizing_lost, 24, ""}}, {{"R2", 10}, {"W4", 15}}, ""},
  };
  return meetings;
}

Instant at_ten(Date day) {
  return begin_of(day) + morning_ms;
}

Result<Id<TherapySession>> held(const DemoWriter& writer, const char* focus) {
  const auto made = arrange_session(writer.practice, writer.therapist, writer.course,
                                    {{}, at_ten(writer.today), 50, SessionFormat::room});
  if (!made) return tl::unexpected(made.error());
  const auto id = made->session.id;
  if (*focus != '\0') {
    SessionChange change;
    change.focus = words(focus);
    if (auto changed = change_session(writer.practice, writer.therapist, writer.course, id, change); !changed)
      return tl::unexpected(changed.error());
  }
  if (auto over = finish_session(writer.practice, writer.therapist, writer.course, id); !over)
    return tl::unexpected(over.error());
  return id;
}

Result<bool> sign(const DemoWriter& writer, const Id<TherapySession>& id, const char* note) {
  if (*note == '\0') return true;
  return whether(
      sign_note(writer.practice, writer.therapist, writer.course, id, {"plain", words(note), 0, {}}));
}

Result<bool> write_down(const DemoWriter& writer, const PlannedMeeting& planned) {
  const auto id = held(writer, planned.focus);
  if (!id) return tl::unexpected(id.error());
  for (const PlannedMark& mark : planned.marks) {
    NewMark input{mark.kind, mark.minute * minute_ms, {}, {}};
    if (*mark.words != '\0') input.words = words(mark.words);
    if (auto put = put_mark(writer.practice, writer.therapist, writer.course, *id, input); !put)
      return tl::unexpected(put.error());
  }
  for (const PlannedTechnique& technique : planned.techniques)
    if (auto noted = note_technique(writer.practice, writer.therapist, writer.course, *id,
                                    {technique.id, technique.minutes});
        !noted)
      return tl::unexpected(noted.error());
  return sign(writer, *id, planned.note);
}

Result<bool> amend(const DemoWriter& writer) {
  const auto sessions = list_sessions(writer.practice, writer.therapist, writer.course);
  if (!sessions) return tl::unexpected(sessions.error());
  const auto found = std::find_if(sessions->begin(), sessions->end(), [](const SessionItem& item) {
    return item.session.number == 4 && item.session.noted_at;
  });
  if (found == sessions->end()) return true;
  const auto open = amend_note(writer.practice, writer.therapist, writer.course, found->session.id);
  if (!open) return tl::unexpected(open.error());
  const std::string text = open->draft->reveal() + " What they heard was: you are too much.";
  return whether(sign_note(writer.practice, writer.therapist, writer.course, found->session.id,
                           {"plain", Private<std::string>(text), open->saves,
                            words("They told me the week after what they had heard.")}));
}

Result<bool> agree(const DemoWriter& writer, const char* text, StepOwner whose, bool done) {
  const auto step = add_step(writer.practice, writer.therapist, writer.course, writer.person,
                             {words(text), whose, {}, true, {}});
  if (!step) return tl::unexpected(step.error());
  if (!done) return true;
  return whether(change_step(writer.practice, writer.therapist, writer.course, writer.person, step->id,
                             {step->words, whose, {}, true, true}));
}

Result<bool> arrange_today(const DemoWriter& writer, int hour) {
  // Written down the evening before.
  const Instant tomorrow = begin_of(writer.today) + (day_ms + hour * hour_ms);
  const auto made = arrange_session(writer.practice, writer.therapist, writer.course,
                                    {{}, tomorrow, 50, SessionFormat::room});
  return whether(made);
}

std::vector<DemoEntry> rich_sessions() {
  std::vector<DemoEntry> entries;
  const auto& meetings = whole_course();
  for (std::size_t i = 0; i < meetings.size(); ++i)
    entries.push_back({static_cast<int>(meetings.size() - i) * week - 4,
                       [i](const DemoWriter& writer) { return write_down(writer, whole_course()[i]); }});
  entries.push_back({3 * week - 5, amend});
  entries.push_back({2 * week - 5, [](const DemoWriter& writer) {
                       return agree(writer, "Ask a friend for one small thing", StepOwner::client, true);
                     }});
  entries.push_back({week - 5, [](const DemoWriter& writer) {
                       return agree(writer, "Write down the evening at home, as it was", StepOwner::client,
                                    false);
                     }});
  entries.push_back(
      {week - 5, [](const DemoWriter& writer) {
         NewCourseEvent event{LifeEvent::support_gained, writer.today, words("A friend rang back."), {}};
         return whether(
             add_course_event(writer.practice, writer.therapist, writer.course, writer.person, event));
       }});
  entries.push_back({1, [](const DemoWriter& writer) { return arrange_today(writer, 11); }});
  return entries;
}

std::vector<DemoEntry> few_sessions(const DemoCourse& course, std::size_t place) {
  std::vector<DemoEntry> entries;
  const int weeks = std::min(2, (course.begun - 1) / week);
  for (int back = weeks; back >= 1; --back) {
    const bool is_signed = back > 1 || place % 4 != 0;
    entries.push_back({back * week - 1, [is_signed](const DemoWriter& writer) -> Result<bool> {
                         const auto id = held(writer, "");
                         if (!id) return tl::unexpected(id.error());
                         return sign(writer, *id, is_signed ? "Went on where we had left off." : "");
                       }});
  }
  if (place % 4 == 2 && course.begun > 1)
    entries.push_back({1, [place](const DemoWriter& writer) {
                         return arrange_today(writer, 12 + static_cast<int>(place / 4) % 6);
                       }});
  return entries;
}

}  // namespace

std::vector<DemoEntry> demo_sessions(const DemoCourse& course, std::size_t place) {
  if (course.ended) return {};
  auto entries = course.writing == DemoWriting::rich ? rich_sessions() : few_sessions(course, place);
  const auto before = [&](const DemoEntry& entry) { return entry.days_ago >= course.begun; };
  entries.erase(std::remove_if(entries.begin(), entries.end(), before), entries.end());
  std::stable_sort(entries.begin(), entries.end(),
                   [](const DemoEntry& a, const DemoEntry& b) { return a.days_ago > b.days_ago; });
  return entries;
}

}  // namespace securebase::service
