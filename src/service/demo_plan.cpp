#include "service/demo_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <set>

#include "service/demo_alert.hpp"
#include "service/demo_answers.hpp"
#include "service/demo_map.hpp"

namespace securebase::service {
namespace {

using stats::random_below;
using stats::RandomKey;

constexpr std::size_t individuals = 28;
constexpr std::size_t couples = 8;
constexpr std::size_t families = 4;
constexpr std::size_t with_few_words = 14;     // where a formulation has just begun
constexpr std::size_t with_whole_life = 20;    // of the individuals: where a rich history can be looked at
constexpr std::size_t with_work_on_alert = 9;  // of those that get worse
constexpr std::size_t before_the_end = 3;      // ratings after the dip, so that what followed is seen
constexpr int pause_days = 35;                 // longer than what a chart calls a gap
constexpr std::uint64_t of_names = 1'000'000;

constexpr std::array plants = {"Alder", "Aspen",   "Bramble", "Cedar",  "Clover", "Fern",
                               "Hazel", "Heather", "Ivory",   "Linden", "Maple",  "Myrtle",
                               "Poppy", "Quince",  "Sorrel",  "Tansy"};
constexpr std::array birds = {"Avocet", "Bunting",  "Curlew",  "Dunlin", "Finch",  "Grebe",
                              "Heron",  "Kestrel",  "Lapwing", "Merlin", "Osprey", "Plover",
                              "Siskin", "Starling", "Wagtail", "Wren"};

constexpr std::array safe_contacts = {
    "Mobile only, after 18:00; no voicemail.", "Text messages are read by nobody else; mornings.",
    "Call the work number; never leave a message at home.", "Letters without a sender's name; no calls.",
    "Mail at any time; the phone is shared in the family."};

constexpr std::array<std::pair<EventKind, const char*>, 8> happenings = {
    {{EventKind::move, "Moved to another town and lost sight of most friends. (invented)"},
     {EventKind::separation, "The parents separated; lived with each in turn. (invented)"},
     {EventKind::loss, "A grandparent who was close died after a short illness. (invented)"},
     {EventKind::illness, "A long stay in hospital, with few visits. (invented)"},
     {EventKind::turning_point, "First work after training; liked it. (invented)"},
     {EventKind::turning_point, "Married after four years together. (invented)"},
     {EventKind::other, "The firm closed; without work for a year. (invented)"},
     {EventKind::birth, "The first child was born. (invented)"}}};

constexpr std::array comforts = {
    std::pair(ComfortAnswer::came, "Made tea and stayed until it was over. (invented)"),
    std::pair(ComfortAnswer::mixed, "Sometimes; it depended on the day. (invented)"),
    std::pair(ComfortAnswer::did_not_come, "Said that it was nothing. (invented)")};

constexpr std::array words_of_care = {
    "Talked about it before the session ended: no plan, no means. Safety plan made, sister informed.",
    "Called the same evening. Thoughts come at night and pass; next session brought forward to Thursday.",
    "Seen the same day with the supervisor. Agreed whom to call; crisis line number on the fridge."};

enum class Risk { none, open, acknowledged };

/// What is special about a course; everything else is drawn.
struct Story {
  int sessions = 0;
  int step_days = 7;
  DemoPath path = DemoPath::improving;
  Risk risk = Risk::none;
  bool has_pause = false;
  bool has_ended = false;
  bool misses_an_item = false;
  DemoMap map = DemoMap::none;
  bool has_dip = false;
};

DemoPath path_of(std::size_t i) {
  const std::size_t kind = i % 10;
  return kind < 6 ? DemoPath::improving : kind < 8 ? DemoPath::unchanged : DemoPath::deteriorating;
}

DemoMap map_of(std::size_t i) {
  constexpr std::array begun = {DemoMap::none, DemoMap::new_once, DemoMap::one_occasion,
                                DemoMap::new_measure};
  if (i < begun.size()) return begun.at(i);
  return i == with_whole_life ? DemoMap::rich : DemoMap::none;
}

Story story_of_individual(std::size_t i, const RandomKey& key) {
  Story story;
  story.path = path_of(i);
  story.map = map_of(i);
  if (i < 4) {  // just begun: what little data looks like
    story.sessions = static_cast<int>(i);
    return story;
  }
  story.sessions = 6 + static_cast<int>(random_below(key, 0, 9));
  story.has_pause = i % 5 == 4;
  story.has_ended = i % 7 == 5;
  story.misses_an_item = i == 11;
  story.has_dip = i == with_whole_life;
  if (i == 6 || i == 18) story.risk = Risk::open;
  if (i == 8 || i == 15 || i == 22) story.risk = Risk::acknowledged;
  return story;
}

Story story_of(UnitKind unit, std::size_t i, const RandomKey& key) {
  if (unit == UnitKind::individual) return story_of_individual(i, key);
  Story story;
  story.path = path_of(i * 3);
  story.sessions = 4 + static_cast<int>(random_below(key, 0, 6));
  if (unit == UnitKind::family) story.step_days = 14;
  if (unit == UnitKind::couple && i == 5) story.risk = Risk::open;
  story.has_ended = i == 3;
  story.has_pause = i == 2;
  return story;
}

/// Days ago of each session, oldest first.
std::vector<int> days_of(const Story& story, const RandomKey& key) {
  const bool is_recent = story.risk == Risk::open;
  int day = 1 + static_cast<int>(random_below(key, 1, is_recent ? 2 : 6));
  if (story.has_ended) day += 40 + static_cast<int>(random_below(key, 2, 200));
  std::vector<int> days;
  for (int back = 0; back < story.sessions; ++back) {
    if (story.has_pause && back == story.sessions / 2)
      day += pause_days + static_cast<int>(random_below(key, 3, 20));
    days.push_back(day);
    day += story.step_days;
  }
  std::reverse(days.begin(), days.end());
  return days;
}

/// Every pair of a plant and a bird once, shuffled.
class Names {
 public:
  explicit Names(const RandomKey& key) : order_(plants.size() * birds.size()) {
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    for (std::size_t i = order_.size(); i-- > 1;) std::swap(order_[i], order_[random_below(key, i, i + 1)]);
  }
  std::string next() {
    const std::size_t pair = order_.at(next_++);
    return fmt::format("{} {}", plants.at(pair / birds.size()), birds.at(pair % birds.size()));
  }

 private:
  std::vector<std::size_t> order_;
  std::size_t next_ = 0;
};

/// Numbers that Ofcom keeps for fiction, and a domain that is nobody's (RFC 2606).
std::string number_of(const RandomKey& key, std::uint64_t n) {
  return fmt::format("01632 960{:03}", random_below(key, n, 1000));
}
std::string mail_of(std::string name) {
  std::replace(name.begin(), name.end(), ' ', '.');
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return name + "@example.org";
}

AgeGroup group_of(int age) {
  return age < 12 ? AgeGroup::child : age < 18 ? AgeGroup::adolescent : AgeGroup::adult;
}

std::vector<DemoEvent> history_of(int age, const RandomKey& key) {
  std::vector<DemoEvent> history;
  const auto first = random_below(key, 0, happenings.size());
  for (std::uint64_t n = 0; n < random_below(key, 1, 4); ++n) {
    const auto& [kind, account] = happenings.at((first + 3 * n) % happenings.size());
    const auto years = static_cast<std::uint64_t>(std::max(1, age - 5));
    const int at = 5 + static_cast<int>(random_below(key, 2 + n, years));
    history.push_back({kind, at, at, Dating::about, EventSource::remembered, {}, account});
  }
  return history;
}

DemoPerson person_of(Names& names, MemberRole role, const RandomKey& key) {
  constexpr std::array genders = {"female", "male", "female", "male", "other"};
  DemoPerson person;
  person.name = names.next();
  person.role = role;
  person.age = role == MemberRole::child ? 7 + static_cast<int>(random_below(key, 0, 10))
                                         : 22 + static_cast<int>(random_below(key, 0, 46));
  person.age_group = group_of(person.age);
  person.gender = genders.at(random_below(key, 1, genders.size()));
  person.contact = fmt::format("{}, {}", number_of(key, 2), mail_of(person.name));
  person.safe_contact = safe_contacts.at(random_below(key, 3, safe_contacts.size()));
  person.emergency_contact = fmt::format(
      "{} ({}), {}", names.next(), random_below(key, 4, 2) == 0 ? "sibling" : "friend", number_of(key, 5));
  person.history = history_of(person.age, key.part(0));
  return person;
}

std::vector<MemberRole> roles_of(UnitKind unit, std::size_t i) {
  switch (unit) {
    case UnitKind::individual:
      return {MemberRole::client};
    case UnitKind::couple:
      return {MemberRole::client, MemberRole::partner};
    case UnitKind::family:
      break;
  }
  return i % 2 == 0 ? std::vector{MemberRole::caregiver, MemberRole::child}
                    : std::vector{MemberRole::caregiver, MemberRole::caregiver, MemberRole::child};
}

std::vector<DemoPerson> members_of(Names& names, UnitKind unit, std::size_t i, const RandomKey& key) {
  constexpr std::array close = {FigureKind::partner, FigureKind::mother, FigureKind::father,
                                FigureKind::sibling};
  std::vector<DemoPerson> members;
  for (const MemberRole role : roles_of(unit, i))
    members.push_back(person_of(names, role, key.part(members.size())));
  if (unit == UnitKind::couple)
    for (const std::size_t who : {0U, 1U})
      members[who].figures.push_back({FigureKind::partner, members[1 - who].name, 1 - who, {}});
  if (unit == UnitKind::individual) {
    const auto first = random_below(key, 10, close.size());
    for (const auto kind : {close.at(first), close.at((first + 1) % close.size())})
      members[0].figures.push_back({kind, names.next(), {}, {}});
    if (const auto drawn = random_below(key, 11, 2 * comforts.size()); drawn < comforts.size())
      members[0].comforting.push_back(
          {0, {}, comforts.at(drawn).first, EventSource::remembered, comforts.at(drawn).second});
    if (i == with_whole_life) tell_whole_life(members[0]);
    add_map_figures(map_of(i), members[0]);
  }
  return members;
}

/// One course being written down, session after session.
class Writer {
 public:
  Writer(DemoAnswers& answers, DemoCourse& course, const Story& story, const RandomKey& key)
      : answers_(&answers), course_(&course), story_(story), key_(key), days_(days_of(story, key)) {
    std::vector<double> weeks;
    for (const int day : days_) weeks.push_back((days_.front() - day) / 7.0);
    for (std::size_t who = 0; who < course.members.size(); ++who)
      people_.emplace_back(story.path, weeks, key.part(100 + who));
  }

  Result<bool> write() {
    course_->begun = days_.empty() ? 2 : days_.front();
    if (story_.has_ended) course_->ended = days_.back();
    for (session_ = 0; session_ < days_.size(); ++session_)
      for (std::size_t who = 0; who < course_->members.size(); ++who)
        if (auto done = session_of(who); !done) return done;
    return true;
  }

 private:
  [[nodiscard]] bool is_last() const { return session_ + 1 == days_.size(); }

  Result<bool> session_of(std::size_t who) {
    minute_ = 9 * 60 + static_cast<int>(random_below(key_, 4, 8)) * 60 + static_cast<int>(who) * 2;
    if (course_->unit == UnitKind::individual) return individual(who);
    return course_->unit == UnitKind::couple ? couple(who) : family(who);
  }
  Result<bool> individual(std::size_t who) {
    std::vector<const char*> measures{"phq-9", "check-in", session_ % 2 == 0 ? "gad-7" : "who-5"};
    const bool has_map = story_.map != DemoMap::none;
    if (!has_map && (session_ == 0 || (is_last() && days_.size() >= 8))) measures.push_back("ecr");
    if (!has_map && session_ % 4 == 0) measures.push_back("closeness");
    measures.push_back("bond");
    if (auto added = add(measures, who); !added) return added;
    for (DemoAsked& asked :
         asked_for_map(story_.map, course_->members[who], session_, days_.size(), key_.part(200)))
      add_about(std::move(asked), who);
    return true;
  }
  /// What was asked about one figure, for the map.
  void add_about(DemoAsked asked, std::size_t who) {
    DemoSheet sheet;
    sheet.days_ago = days_[session_];
    sheet.minute = minute_;
    minute_ += 1;
    sheet.respondent = sheet.subject = who;
    sheet.figure = asked.figure;
    sheet.occasion = session_ == 0 ? OccasionKind::intake : OccasionKind::review;
    sheet.mode = answers_->has_wording(asked.instrument) ? Mode::in_room : Mode::from_paper;
    sheet.instrument = std::move(asked.instrument);
    sheet.answers = std::move(asked.answers);
    course_->sheets.push_back(std::move(sheet));
  }
  Result<bool> couple(std::size_t who) {
    std::vector<const char*> measures{"csi-4", session_ % 2 == 0 ? "phq-9" : "who-5"};
    if (is_last() && session_ % 2 != 0) measures.push_back("phq-9");
    if (session_ == 0) measures.push_back("ecr");
    if (session_ % 3 == 0) measures.push_back("closeness");
    return add(measures, who);
  }
  Result<bool> family(std::size_t who) {
    const bool is_child = course_->members[who].role == MemberRole::child;
    if (is_child && course_->members[who].age < 12) return true;
    std::vector<const char*> measures{"check-in"};
    if (!is_child) measures.push_back("who-5");
    if (session_ % 2 == 0) measures.push_back("psc-17");
    return add(measures, who);
  }

  Result<bool> add(const std::vector<const char*>& measures, std::size_t who) {
    for (const char* measure : measures)
      if (auto added = add(measure, who); !added) return added;
    return true;
  }
  Result<bool> add(const std::string& measure, std::size_t who) {
    DemoSheet sheet;
    sheet.days_ago = days_[session_];
    sheet.minute = measure == "bond" ? minute_ + 60 : minute_;
    minute_ += 5;
    sheet.instrument = measure;
    if (measure == "ecr") sheet.order = "online-5pt";
    sheet.respondent = sheet.subject = who;
    if (measure == "psc-17") sheet.subject = course_->members.size() - 1;
    if (measure == "closeness") sheet.figure = 0;
    sheet.occasion = occasion_of(measure);
    sheet.mode = mode_of(measure);
    auto answers = answers_->of(people_[who], session_, measure, sheet.order, risk_answer(measure, who));
    if (!answers) return tl::unexpected(answers.error());
    sheet.answers = std::move(*answers);
    if (story_.has_dip && measure == "bond" && days_.size() > before_the_end) {
      const std::size_t dip = days_.size() - 1 - before_the_end;
      sheet.answers = demo_bond_answers(session_, dip);
      course_->dip_day = days_[dip];
    }
    if (story_.misses_an_item && measure == "phq-9" && session_ == 3) sheet.answers.at(2) = "skipped";
    if (story_.risk == Risk::acknowledged && risk_answer(measure, who) > 0)
      sheet.what_was_done = words_of_care.at(random_below(key_, 5, words_of_care.size()));
    course_->sheets.push_back(std::move(sheet));
    return true;
  }

  [[nodiscard]] OccasionKind occasion_of(const std::string& measure) const {
    if (measure == "bond") return OccasionKind::after_session;
    if (session_ == 0) return OccasionKind::intake;
    if (!is_last() || measure != "ecr") return OccasionKind::before_session;
    return story_.has_ended ? OccasionKind::end : OccasionKind::review;
  }
  [[nodiscard]] Mode mode_of(const std::string& measure) const {
    if (measure == "ecr") return Mode::from_paper;
    const bool on_phone = answers_->has_wording(measure) && random_below(key_, 20 + session_, 3) == 0;
    return on_phone ? Mode::on_phone : Mode::in_room;
  }
  /// Above the lowest answer, to the risk item of the PHQ-9.
  [[nodiscard]] int risk_answer(const std::string& measure, std::size_t who) const {
    if (measure != "phq-9" || who != 0 || story_.risk == Risk::none) return 0;
    const bool is_raised = story_.risk == Risk::open ? is_last() : session_ == 1;
    return is_raised ? 1 + static_cast<int>(random_below(key_, 6, 2)) : 0;
  }

  DemoAnswers* answers_;
  DemoCourse* course_;
  Story story_;
  RandomKey key_;
  std::vector<int> days_;
  std::vector<DemoStates> people_;
  std::size_t session_ = 0;
  int minute_ = 0;
};

}  // namespace

Result<std::vector<DemoCourse>> plan_demo(const catalog::Library& library, std::uint64_t seed) {
  const RandomKey all{seed, 0};
  DemoAnswers answers(library);
  Names names(all.part(of_names));
  std::vector<DemoCourse> courses;
  for (const auto& [unit, count] :
       {std::pair(UnitKind::individual, individuals), std::pair(UnitKind::couple, couples),
        std::pair(UnitKind::family, families)})
    for (std::size_t i = 0; i < count; ++i) {
      const RandomKey key = all.part(courses.size());
      DemoCourse& course = courses.emplace_back();
      course.unit = unit;
      course.members = members_of(names, unit, i, key);
      course.is_colleagues = i % 3 == 1;
      course.is_supervised = i % 4 == 2;
      if (unit == UnitKind::individual && i == with_whole_life) course.writing = DemoWriting::rich;
      course.works_on_alert = unit == UnitKind::individual && i == with_work_on_alert;
      if (unit == UnitKind::individual && i == with_few_words) course.writing = DemoWriting::begun;
      if (auto done = Writer(answers, course, story_of(unit, i, key), key).write(); !done)
        return tl::unexpected(done.error());
    }
  return courses;
}

}  // namespace securebase::service
