#include "service/demo_formulation.hpp"

#include <algorithm>
#include <memory>

#include "service/episode.hpp"
#include "service/formulation.hpp"
#include "service/history.hpp"

namespace securebase::service {
namespace {

Private<std::string> words(const char* text) {
  return Private<std::string>(text);
}

template <class T>
Result<bool> whether(const Result<T>& result) {
  if (!result) return tl::unexpected(result.error());
  return true;
}

/// What was written so far: entries name what earlier ones made.
struct Written {
  std::vector<Id<Claim>> claims;
  std::vector<Id<CorrectiveMoment>> moments;
  std::vector<Id<RelationshipEpisode>> episodes;
  int version = 0;
};
using Memory = std::shared_ptr<Written>;

Result<PersonView> person_of(const DemoWriter& writer) {
  std::optional<PersonView> view;
  auto read = writer.practice.store.read([&](Transaction& transaction) -> Result<bool> {
    auto found = view_of_person(transaction, writer.person);
    if (!found) return tl::unexpected(found.error());
    view = std::move(*found);
    return true;
  });
  if (!read) return tl::unexpected(read.error());
  return std::move(*view);
}

std::optional<Id<Figure>> figure_of(const PersonView& view, std::optional<FigureKind> kind) {
  const auto found = std::find_if(view.figures.begin(), view.figures.end(),
                                  [&](const Figure& figure) { return figure.kind == kind; });
  return found == view.figures.end() ? std::nullopt : std::optional(found->id);
}

std::optional<Id<HistoryEvent>> event_of(const PersonView& view, EventKind kind) {
  const auto found = std::find_if(view.history.begin(), view.history.end(), [&](const HistoryEvent& event) {
    return event.kind.reveal() == to_text(kind);
  });
  return found == view.history.end() ? std::nullopt : std::optional(found->id);
}

/// The texts name the partner Sorrel and the sibling Jory; where these people are called otherwise here, so
/// are they in the texts.
Private<std::string> words_of(const PersonView& view, const char* text) {
  std::string named = text;
  for (const auto& [kind, in_text] :
       {std::pair(FigureKind::partner, "Sorrel"), std::pair(FigureKind::sibling, "Jory")}) {
    const auto found = std::find_if(view.figures.begin(), view.figures.end(),
                                    [&, kind = kind](const Figure& figure) { return figure.kind == kind; });
    if (found == view.figures.end() || !found->name) continue;
    const std::string& name = found->name->reveal();
    const std::string first = name.substr(0, name.find(' '));
    const std::string_view old = in_text;
    for (auto at = named.find(old); at != std::string::npos; at = named.find(old, at + first.size()))
      named.replace(at, old.size(), first);
  }
  return Private<std::string>(named);
}

struct Held {
  ClaimAbout about;
  std::optional<FigureKind> figure;
  const char* cue;
  const char* expectation;
  const char* disconfirmed_by;
  int confidence;
};

DemoEntry claim(int days_ago, const Memory& memory, const Held& held) {
  return {
      days_ago, [memory, held](const DemoWriter& writer) -> Result<bool> {
        const auto view = person_of(writer);
        if (!view) return tl::unexpected(view.error());
        NewClaim input;
        input.about = held.about;
        input.figure = held.figure ? figure_of(*view, held.figure) : std::nullopt;
        input.cue = words(held.cue);
        input.expectation = words(held.expectation);
        input.disconfirmed_by = words(held.disconfirmed_by);
        input.confidence = held.confidence;
        const auto book = add_claim(writer.practice, writer.therapist, writer.course, writer.person, input);
        if (!book) return tl::unexpected(book.error());
        for (const ClaimView& one : book->claims)
          if (std::find(memory->claims.begin(), memory->claims.end(), one.claim.id) == memory->claims.end())
            memory->claims.push_back(one.claim.id);
        return true;
      }};
}

DemoEntry review(int days_ago, const Memory& memory, std::size_t claim, int confidence, const char* why) {
  return {days_ago, [=](const DemoWriter& writer) -> Result<bool> {
            const auto view = person_of(writer);
            if (!view) return tl::unexpected(view.error());
            return whether(review_claim(writer.practice, writer.therapist, writer.course, writer.person,
                                        memory->claims.at(claim), {confidence, words_of(*view, why)}));
          }};
}

DemoEntry retire(int days_ago, const Memory& memory, std::size_t claim) {
  return {days_ago, [=](const DemoWriter& writer) {
            return whether(retire_claim(writer.practice, writer.therapist, writer.course, writer.person,
                                        memory->claims.at(claim)));
          }};
}

DemoEntry evidence(int days_ago, const Memory& memory, std::size_t claim, EvidenceSide side,
                   const char* text) {
  return {days_ago, [=](const DemoWriter& writer) {
            return whether(add_evidence(writer.practice, writer.therapist, writer.course, writer.person,
                                        memory->claims.at(claim),
                                        {side, EvidenceSource::session, {}, words(text)}));
          }};
}

DemoEntry from_history(int days_ago, const Memory& memory, std::size_t claim, EventKind kind,
                       const char* text) {
  return {days_ago, [=](const DemoWriter& writer) -> Result<bool> {
            const auto view = person_of(writer);
            if (!view) return tl::unexpected(view.error());
            const auto event = event_of(*view, kind);
            if (!event) return true;
            return whether(add_evidence(
                writer.practice, writer.therapist, writer.course, writer.person, memory->claims.at(claim),
                {EvidenceSide::supports, EvidenceSource::history, event->text(), words(text)}));
          }};
}

/// The last sheet of a measure, as what speaks for or against a claim.
DemoEntry from_score(int days_ago, const Memory& memory, std::size_t claim, EvidenceSide side,
                     const char* text) {
  return {days_ago, [=](const DemoWriter& writer) -> Result<bool> {
            std::optional<Id<Administration>> sheet;
            auto read = writer.practice.store.read([&](Transaction& transaction) -> Result<bool> {
              const auto sent =
                  list<Administration>(transaction, {{where(&Administration::course, writer.course),
                                                      where(&Administration::respondent, writer.person),
                                                      where(&Administration::progress, Progress::sent)},
                                                     {by(&Administration::given_at, true)},
                                                     {}});
              if (!sent) return tl::unexpected(sent.error());
              for (const Administration& one : *sent)
                if (!sheet && one.instrument == "closeness") sheet = one.id;
              return true;
            });
            if (!read || !sheet) return read;
            return whether(add_evidence(writer.practice, writer.therapist, writer.course, writer.person,
                                        memory->claims.at(claim),
                                        {side, EvidenceSource::score, sheet->text(), words(text)}));
          }};
}

struct Noted {
  std::optional<FigureKind> figure;
  std::optional<std::size_t> claim;
  EvidenceSide side;
  Noticed noticed;
  const char* expected;
  const char* happened;
  const char* own_words;
};

DemoEntry moment(int days_ago, const Memory& memory, const Noted& noted) {
  return {
      days_ago, [memory, noted](const DemoWriter& writer) -> Result<bool> {
        const auto view = person_of(writer);
        if (!view) return tl::unexpected(view.error());
        NewMoment input;
        input.figure = noted.figure ? figure_of(*view, noted.figure) : std::nullopt;
        if (noted.claim) input.claim = memory->claims.at(*noted.claim);
        input.side = noted.side;
        input.happened_on = writer.today;
        input.expected = words_of(*view, noted.expected);
        input.happened = words_of(*view, noted.happened);
        input.noticed = noted.noticed;
        if (noted.own_words != nullptr) input.words = words_of(*view, noted.own_words);
        return whether(add_moment(writer.practice, writer.therapist, writer.course, writer.person, input));
      }};
}

struct Told {
  FigureKind figure;
  int wish;
  int other;
  int self;
  Valence other_valence;
  Valence self_valence;
  const char* account;
};

DemoEntry episode(int days_ago, const Told& told) {
  return {
      days_ago, [told](const DemoWriter& writer) -> Result<bool> {
        const auto view = person_of(writer);
        if (!view) return tl::unexpected(view.error());
        NewEpisode input;
        input.figure = figure_of(*view, told.figure);
        input.told_on = writer.today;
        input.account = words_of(*view, told.account);
        input.wish.clusters = {told.wish};
        input.response_of_other.clusters = {told.other};
        input.response_of_self.clusters = {told.self};
        input.other_valence = told.other_valence;
        input.self_valence = told.self_valence;
        return whether(add_episode(writer.practice, writer.therapist, writer.course, writer.person, input));
      }};
}

/// Sections by kind, in their order: working words and plain words.
using Texts = std::array<std::pair<const char*, const char*>, names_of<SectionKind>.size()>;

struct Version {
  Texts texts;
  std::vector<std::size_t> claims;  ///< it rests on, on the page
  const char* link = nullptr;       ///< of the separation with the first claim
  const char* otherwise = nullptr;
  bool shared = false;
};

NewFormulation formulation_of(const Version& version, const Memory& memory, const PersonView& view) {
  NewFormulation input;
  input.after = memory->version;
  for (std::size_t kind = 0; kind < version.texts.size(); ++kind)
    input.sections.push_back({static_cast<SectionKind>(kind), words_of(view, version.texts[kind].first),
                              words_of(view, version.texts[kind].second)});
  for (const std::size_t claim : version.claims) input.claims.push_back({memory->claims.at(claim), true});
  if (version.link != nullptr)
    input.links.push_back({event_of(view, EventKind::separation), memory->claims.front(), words(version.link),
                           words(version.otherwise), true});
  return input;
}

DemoEntry version(int days_ago, const Memory& memory, const Version& version) {
  return {days_ago, [memory, version](const DemoWriter& writer) -> Result<bool> {
            const auto view = person_of(writer);
            if (!view) return tl::unexpected(view.error());
            const auto written = write_formulation(writer.practice, writer.therapist, writer.course,
                                                   writer.person, formulation_of(version, memory, *view));
            if (!written) return tl::unexpected(written.error());
            memory->version = written->number;
            if (!version.shared) return true;
            return whether(share_formulation(writer.practice, writer.therapist, writer.course, writer.person,
                                             written->id));
          }};
}

// The order in which the claims of the whole life are written.
enum : std::size_t { no_room, go_quiet, too_much, will_leave, in_charge };

constexpr Held held[] = {
    {ClaimAbout::other, FigureKind::mother, "I say that I miss somebody", "there is no room for it",
     "Somebody hears it three times and does not change the subject.", 85},
    {ClaimAbout::strategy, std::nullopt, "I am frightened", "I go quiet and look after the others first",
     "I say it aloud before I look after anybody, twice in a month.", 90},
    {ClaimAbout::self, std::nullopt, "something goes wrong", "I have been too much for them",
     "They tell me what was hard for them, and it is not me.", 70},
    {ClaimAbout::other, FigureKind::partner, "we argue", "it ends by a letter",
     "We argue, and the next day we have breakfast.", 75},
    {ClaimAbout::other, std::nullopt, "somebody in charge asks how I am",
     "they want to hear that all is well", "Somebody in charge hears that it is not, and asks on.", 60}};

constexpr auto for_it = EvidenceSide::supports;
constexpr auto against_it = EvidenceSide::contradicts;

constexpr Noted noted[] = {
    {FigureKind::partner, go_quiet, against_it, Noticed::not_noticed, "To be asked to pull myself together.",
     "Sorrel made tea and sat down without a word.", nullptr},
    {FigureKind::partner, will_leave, against_it, Noticed::noticed, "The bags in the hall, the next morning.",
     "A quarrel about money. In the morning there was coffee, and “I am still cross.”",
     "“I kept looking at the hall. There was nothing in the hall.”"},
    {FigureKind::mother, no_room, for_it, Noticed::unsure, "That she would speak of the weather.",
     "She spoke of the weather.", "“I knew it. I felt it all the same.”"},
    {std::nullopt, in_charge, against_it, Noticed::noticed, "A nod, and on to the next point.",
     "The head of department closed the door and asked what would help.",
     "“I had no answer ready. She waited.”"},
    {FigureKind::sibling, too_much, against_it, Noticed::noticed, "That Jory would be annoyed at the call.",
     "Jory said: “I was about to ring you.”", "“So it was not only me.”"},
    {FigureKind::mother, no_room, against_it, Noticed::noticed, "The weather.",
     "She was silent, and then said: “I missed you too, that year.”", "“I had to sit down on the stairs.”"}};

constexpr auto bad = Valence::negative;
constexpr auto good = Valence::positive;
constexpr auto both = Valence::mixed;

constexpr Told told[] = {
    {FigureKind::mother, 6, 5, 2, bad, bad,
     "Rang to say the hospital had called. She asked whether the curtains had come."},
    {FigureKind::partner, 5, 5, 2, bad, bad,
     "Wanted to go for a walk together. Sorrel was on the telephone; went alone."},
    {FigureKind::sibling, 6, 3, 1, bad, both,
     "Told Jory about the fire dreams. Jory began to cry; comforted Jory."},
    {FigureKind::partner, 5, 5, 6, bad, bad, "Waited up. Sorrel came late and went to bed."},
    {FigureKind::mother, 5, 2, 2, bad, bad,
     "Asked to come at Easter. She had made other plans for both of us."},
    {FigureKind::friend_, 6, 8, 8, good, bad,
     "Kim asked how it was. Felt ashamed of having nothing good to say."},
    {FigureKind::partner, 4, 5, 4, bad, bad,
     "Said nothing for a day. Sorrel said nothing either. Broke a cup."},
    {FigureKind::partner, 6, 6, 3, good, good,
     "Said “I am frightened” before leaving the room. Sorrel came along."},
    {FigureKind::sibling, 5, 7, 3, good, good, "Rang Jory first, for once. They talked for an hour."},
    {FigureKind::mother, 6, 5, 7, bad, bad, "Told her about the incubator. She changed the subject."},
    {FigureKind::partner, 5, 8, 3, good, good, "A quarrel, and then: “Tell me again, I did not get it.”"},
    {FigureKind::friend_, 8, 6, 5, good, good, "Asked Kim for help with the move, and was helped."},
    {FigureKind::partner, 6, 6, 5, good, good, "Asked to be held. Was held."},
    {FigureKind::mother, 6, 8, 3, good, both,
     "“I missed you too, that year.” Did not know what to say; stayed on the line."}};

Version first_version() {
  return {
      {{{"Going quiet and looking after others kept a place in the aunt’s house, and later kept the peace.",
         ""},
        {"Grandmother Alma, Mr Brook. Humour. A daughter who is comforted when she cries.", ""},
        {"Worth hangs on being of use. Says yes before the question is finished.", ""},
        {"Describes what others do in detail; own feelings come as tiredness.", ""},
        {"May look after me: ask how I am, make the session easy.", ""}}},
      {no_room, go_quiet},
      nullptr,
      nullptr,
      false};
}

Version second_version() {
  return {
      {{{"Going quiet and looking after others first kept a place in the aunt’s house at four, and kept the "
         "peace at home later. It costs being known.",
         "Going quiet and looking after others first kept you safe when nobody had time. It still works, and "
         "it costs you something: people do not find out how you are."},
        {"Grandmother Alma, Mr Brook, now Kim and Jory. Humour. A daughter who is comforted when she cries.",
         "You know what comfort is: your grandmother hummed, and your daughter gets it from you."},
        {"Worth hangs on being of use. Begins to say “let me think about it”.", ""},
        {"Describes what others do in detail; own feelings come as tiredness, lately as words.",
         "When you are tired, you have begun to ask what else you may be."},
        {"May look after me: ask how I am, make the session easy. Silence is not rest.",
         "You may want to make it easy for me. You do not have to."}}},
      {no_room, go_quiet, will_leave},
      "The half year without the parents may have taught that missing somebody has no room.",
      "It may have been the years of shift work as well, or a family that spoke little of anything.",
      true};
}

Version third_version() {
  return {
      {{{"Going quiet and looking after others first kept a place in the aunt’s house at four, and kept the "
         "peace at home later. It costs being known. It is used less with Sorrel and Jory, as before with "
         "the mother.",
         "Going quiet and looking after others first kept you safe when nobody had time. You use it less "
         "now, "
         "and can still use it when you want to."},
        {"Grandmother Alma, Mr Brook, Kim, Jory, and Sorrel since the quarrel about money. Humour. A "
         "daughter "
         "who is comforted when she cries.",
         "You know what comfort is: your grandmother hummed, and your daughter gets it from you. Sorrel, "
         "Jory "
         "and Kim have stayed when you told them."},
        {"Worth hangs less on being of use. Says “let me think about it”, and is ashamed of it afterwards.",
         "You may take time before you say yes."},
        {"Own feelings come as words, mostly a day later. Wonders what goes on in the mother.",
         "You notice what you feel, often a day later. A day later is fine."},
        {"Looked after me for weeks, and noticed it. Expects that I tire of it when it is no longer easy.",
         "You may expect that I have had enough when it gets hard. Tell me when you notice it."}}},
      {no_room, go_quiet, will_leave, too_much},
      "The half year without the parents may have taught that missing somebody has no room.",
      "It may have been the years of shift work as well, or a family that spoke little of anything.",
      true};
}

}  // namespace

std::vector<DemoEntry> rich_formulation(int begun) {
  const auto memory = std::make_shared<Written>();
  // Parts of the course, in hundredths.
  const auto at = [&](int part) { return std::max(1, begun - begun * part / 100); };
  std::vector<DemoEntry> all = {
      claim(at(8), memory, held[no_room]),
      claim(at(9), memory, held[go_quiet]),
      claim(at(10), memory, held[too_much]),
      from_history(at(12), memory, no_room, EventKind::separation,
                   "Nobody spoke of the parents in that half year."),
      from_history(at(12), memory, go_quiet, EventKind::trauma,
                   "Carried the little one out and did not cry, then or later."),
      version(at(15), memory, first_version()),
      claim(at(25), memory, held[will_leave]),
      claim(at(26), memory, held[in_charge]),
      moment(at(30), memory, noted[0]),
      evidence(at(33), memory, go_quiet, for_it, "Asked how I was before sitting down."),
      moment(at(40), memory, noted[1]),
      review(at(42), memory, will_leave, 55, "There was breakfast."),
      moment(at(45), memory, noted[2]),
      review(at(48), memory, go_quiet, 80, "Noticed it while it happened."),
      version(at(50), memory, second_version()),
      moment(at(58), memory, noted[3]),
      evidence(at(60), memory, in_charge, against_it, "The same person asked again a week later."),
      review(at(62), memory, in_charge, 25, "Twice now."),
      retire(at(64), memory, in_charge),
      moment(at(70), memory, noted[4]),
      review(at(72), memory, too_much, 50, "Jory had been about to ring."),
      from_score(at(76), memory, will_leave, against_it, "Answers about the closest person; read together."),
      review(at(78), memory, will_leave, 40, "Three quarrels, three breakfasts."),
      moment(at(85), memory, noted[5]),
      review(at(88), memory, no_room, 60, "“That year.” She had it ready."),
      version(at(92), memory, third_version())};
  for (std::size_t i = 0; i < std::size(told); ++i)
    all.push_back(episode(at(6 + static_cast<int>(i) * 6), told[i]));
  std::stable_sort(all.begin(), all.end(),
                   [](const DemoEntry& a, const DemoEntry& b) { return a.days_ago > b.days_ago; });
  return all;
}

std::vector<DemoEntry> begun_formulation(int begun) {
  const auto memory = std::make_shared<Written>();
  std::vector<DemoEntry> all = {claim(std::max(1, begun / 2), memory,
                                      {ClaimAbout::other, std::nullopt, "I ask for something",
                                       "they say yes and mean no", "Somebody says no, and stays.", 65})};
  for (std::size_t i = 0; i < 4; ++i)
    all.push_back(episode(std::max(1, begun / 2 - static_cast<int>(i)), told[i + 5]));
  return all;
}

}  // namespace securebase::service
