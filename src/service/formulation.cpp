#include "service/formulation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

#include "service/course.hpp"

namespace securebase::service {
namespace {

Place at(std::string name) {
  return {"", 0, 0, std::move(name)};
}

// How content is kept: "name length\nbytes\n", one after another. A name without a value of its own begins a
// section, a link or a claim.

class Writing {
 public:
  void add(std::string_view name, std::string_view value) {
    bytes_ += fmt::format("{} {}\n{}\n", name, value.size(), value);
  }
  template <class T>
  void add_id(std::string_view name, const std::optional<Id<T>>& id) {
    if (id) add(name, id->text());
  }
  void add_words(std::string_view name, const Private<std::string>& words) { add(name, words.reveal()); }
  void add_flag(std::string_view name, bool set) {
    if (set) add(name, "1");
  }
  [[nodiscard]] Private<std::string> content() const { return Private<std::string>(bytes_); }

 private:
  std::string bytes_;
};

using Pair = std::pair<std::string, std::string>;

std::optional<std::vector<Pair>> pairs_of(std::string_view bytes) {
  std::vector<Pair> pairs;
  while (!bytes.empty()) {
    const auto space = bytes.find(' ');
    const auto line = bytes.find('\n');
    if (space == std::string_view::npos || line == std::string_view::npos || space > line)
      return std::nullopt;
    std::size_t size = 0;
    const char* end = bytes.data() + line;
    if (std::from_chars(bytes.data() + space + 1, end, size).ptr != end) return std::nullopt;
    if (bytes.size() - line - 1 < size + 1) return std::nullopt;
    pairs.emplace_back(bytes.substr(0, space), bytes.substr(line + 1, size));
    bytes.remove_prefix(line + 1 + size + 1);
  }
  return pairs;
}

class Reading {
 public:
  explicit Reading(FormulationView& view) : view_(&view) {
    for (std::size_t kind = 0; kind < names_of<SectionKind>.size(); ++kind) {
      SectionView section;
      section.kind = static_cast<SectionKind>(kind);
      view.sections.push_back(section);
    }
  }

  /// False: no version of this program wrote it.
  bool take(const Pair& pair) {
    const auto& [name, value] = pair;
    if (name == "section") return begin_section(value);
    if (name == "link") return begin_link();
    if (name == "claim") return begin_claim(value);
    if (section_ != nullptr) return take_of(*section_, name, value);
    if (link_ != nullptr) return take_of(*link_, name, value);
    return claim_ != nullptr && take_of(*claim_, name, value);
  }

 private:
  bool begin_section(const std::string& word) {
    const auto kind = parse_word<SectionKind>(word);
    if (!kind) return false;
    section_ = &view_->sections[static_cast<std::size_t>(*kind)];
    return true;
  }
  bool begin_link() {
    section_ = nullptr;
    claim_ = nullptr;
    link_ = &view_->links.emplace_back();
    return true;
  }
  bool begin_claim(const std::string& id) {
    const auto known = Id<Claim>::parse(id);
    if (!known) return false;
    section_ = nullptr;
    link_ = nullptr;
    claim_ = &view_->claims.emplace_back();
    claim_->claim = *known;
    return true;
  }
  static bool take_of(NewSection& section, const std::string& name, const std::string& value) {
    if (name != "words" && name != "plain") return false;
    (name == "words" ? section.words : section.plain) = Private<std::string>(value);
    return true;
  }
  static bool take_of(NewLink& link, const std::string& name, const std::string& value) {
    if (name == "event")
      link.event = Id<HistoryEvent>::parse(value);
    else if (name == "of")
      link.claim = Id<Claim>::parse(value);
    else if (name == "words")
      link.words = Private<std::string>(value);
    else if (name == "otherwise")
      link.otherwise = Private<std::string>(value);
    else if (name == "on_page")
      link.on_page = true;
    else
      return false;
    return true;
  }
  static bool take_of(HeldClaim& claim, const std::string& name, const std::string& value) {
    if (name == "about")
      claim.about = parse_word<ClaimAbout>(value).value_or(ClaimAbout::self);
    else if (name == "figure")
      claim.figure = Id<Figure>::parse(value);
    else if (name == "cue")
      claim.cue = Private<std::string>(value);
    else if (name == "expectation")
      claim.expectation = Private<std::string>(value);
    else if (name == "disconfirmed_by")
      claim.disconfirmed_by = Private<std::string>(value);
    else if (name == "confidence")
      return std::from_chars(value.data(), value.data() + value.size(), claim.confidence).ec == std::errc();
    else if (name == "on_page")
      claim.on_page = true;
    else
      return false;
    return true;
  }

  FormulationView* view_;
  SectionView* section_ = nullptr;
  LinkView* link_ = nullptr;
  HeldClaim* claim_ = nullptr;
};

Private<std::string> content_of(const NewFormulation& input, const std::vector<Claim>& claims) {
  Writing writing;
  for (const NewSection& section : input.sections) {
    writing.add("section", to_text(section.kind));
    writing.add_words("words", section.words);
    writing.add_words("plain", section.plain);
  }
  for (const NewLink& link : input.links) {
    writing.add("link", "");
    writing.add_id("event", link.event);
    writing.add_id("of", link.claim);
    writing.add_words("words", link.words);
    if (link.otherwise) writing.add_words("otherwise", *link.otherwise);
    writing.add_flag("on_page", link.on_page);
  }
  for (const RestingOn& resting : input.claims) {
    const auto claim =
        std::find_if(claims.begin(), claims.end(), [&](const Claim& one) { return one.id == resting.claim; });
    if (claim == claims.end()) continue;
    writing.add("claim", claim->id.text());
    writing.add("about", to_text(claim->about));
    writing.add_id("figure", claim->figure);
    writing.add_words("cue", claim->cue);
    writing.add_words("expectation", claim->expectation);
    writing.add_words("disconfirmed_by", claim->disconfirmed_by);
    writing.add("confidence", std::to_string(claim->confidence));
    writing.add_flag("on_page", resting.on_page);
  }
  return writing.content();
}

bool has_words(const Private<std::string>& words) {
  return letters_in(words.reveal()) > 0;
}

Result<bool> check_sections(const NewFormulation& input) {
  std::set<SectionKind> seen;
  bool any = !input.links.empty() || !input.claims.empty();
  for (const NewSection& section : input.sections) {
    if (!seen.insert(section.kind).second)
      return fail(ErrorKind::bad_data, "formulation.sections", "each section once", at("sections"));
    for (const Private<std::string>* words : {&section.words, &section.plain}) {
      any = any || has_words(*words);
      if (words->reveal().size() > longest_words)
        return fail(ErrorKind::bad_data, "words.too_long", fmt::format("{} bytes at most", longest_words),
                    at("sections." + std::string(to_text(section.kind))));
    }
  }
  if (any) return true;
  return fail(ErrorKind::bad_data, "formulation.empty", "a few words in one section at least",
              at("sections"));
}

Result<bool> event_is_theirs(Transaction& transaction, const Id<Person>& person,
                             const std::optional<Id<HistoryEvent>>& event) {
  if (!event) return true;
  const auto found = find<HistoryEvent>(transaction, where(&HistoryEvent::id, *event));
  if (!found) return tl::unexpected(found.error());
  return *found && (*found)->person == person;
}

Result<bool> check_links(Transaction& transaction, const Id<Person>& person, const NewFormulation& input,
                         const std::set<std::string>& claims) {
  if (input.links.size() > most_links)
    return fail(ErrorKind::bad_data, "formulation.links", fmt::format("{} links at most", most_links),
                at("links"));
  for (const NewLink& link : input.links) {
    if (auto fits = check_words(link.words, "links"); !fits) return fits;
    if (auto fits = check_words(link.otherwise, "links"); !fits) return fits;
    auto theirs = event_is_theirs(transaction, person, link.event);
    if (!theirs) return theirs;
    if (!*theirs || (link.claim && !claims.contains(link.claim->text())))
      return fail(ErrorKind::bad_data, "formulation.links",
                  "a history event and a claim of this person, or none", at("links"));
  }
  return true;
}

Result<bool> check_claims(const NewFormulation& input, const std::set<std::string>& claims) {
  std::set<std::string> seen;
  for (const RestingOn& resting : input.claims)
    if (!claims.contains(resting.claim.text()) || !seen.insert(resting.claim.text()).second ||
        seen.size() > most_resting)
      return fail(ErrorKind::bad_data, "formulation.claims",
                  fmt::format("claims of this person in this course, each once, {} at most", most_resting),
                  at("claims"));
  return true;
}

Result<std::vector<Formulation>> versions(Transaction& transaction, const Id<Course>& course,
                                          const Id<Person>& person) {
  return list<Formulation>(transaction,
                           {{where(&Formulation::course, course), where(&Formulation::person, person)},
                            {by(&Formulation::number, true)},
                            {}});
}

Result<Formulation> next_version(Transaction& transaction, const Practice& practice, const Actor& actor,
                                 const Id<Course>& course, const Id<Person>& person,
                                 const NewFormulation& input) {
  const auto claims = claims_of(transaction, course, person);
  if (!claims) return tl::unexpected(claims.error());
  std::set<std::string> known;
  for (const Claim& claim : *claims) known.insert(claim.id.text());
  for (const auto& fits :
       {check_sections(input), check_links(transaction, person, input, known), check_claims(input, known)})
    if (!fits) return tl::unexpected(fits.error());
  const auto before = versions(transaction, course, person);
  if (!before) return tl::unexpected(before.error());
  const int last = before->empty() ? 0 : before->front().number;
  if (last != input.after)
    return fail(ErrorKind::conflict, "formulation.newer",
                fmt::format("version {} is the newest now: look at it first", last));
  return Formulation{new_id<Formulation>(practice.entropy),
                     person,
                     course,
                     last + 1,
                     content_of(input, *claims),
                     actor.user,
                     practice.clock.now(),
                     {},
                     {}};
}

bool is_shared(const Formulation& formulation) {
  return formulation.shared_at && !formulation.unshared_at;
}

bool has_page(const FormulationView& view) {
  const auto on_page = [](const auto& one) { return one.on_page; };
  return std::any_of(view.sections.begin(), view.sections.end(),
                     [](const SectionView& section) { return has_words(section.plain); }) ||
         std::any_of(view.links.begin(), view.links.end(), on_page) ||
         std::any_of(view.claims.begin(), view.claims.end(), on_page);
}

Result<Formulation> version_of(Transaction& transaction, const Id<Course>& course, const Id<Person>& person,
                               const Id<Formulation>& id) {
  auto kept = get<Formulation>(transaction, id);
  if (!kept || (kept->course == course && kept->person == person)) return kept;
  return fail(ErrorKind::not_found, "formulation.not_found", "there is no such record");
}

/// Those that are shared are taken back.
Result<bool> unshare_all(Transaction& transaction, const Id<Course>& course, const Id<Person>& person,
                         Instant now) {
  const auto taken_back = change<Formulation>(
      transaction, {to(&Formulation::unshared_at, std::optional(now))},
      {where(&Formulation::course, course), where(&Formulation::person, person),
       where(&Formulation::shared_at, Is::present), where(&Formulation::unshared_at, Is::absent)});
  if (!taken_back) return tl::unexpected(taken_back.error());
  return true;
}

using Sharing = std::function<Result<bool>(Transaction&, const Formulation&)>;

Result<FormulationView> change_sharing(const Practice& practice, const Actor& actor, const Id<Course>& course,
                                       const Id<Person>& person, const Id<Formulation>& id,
                                       std::string_view name, const Sharing& use) {
  return carry_out<FormulationView>(practice, actor,
                                    {name, Permission::write_course, course, person, id.text()},
                                    [&](Transaction& transaction) -> Result<FormulationView> {
                                      if (auto may = may_be_written(transaction, course, person); !may)
                                        return tl::unexpected(may.error());
                                      const auto kept = version_of(transaction, course, person, id);
                                      if (!kept) return tl::unexpected(kept.error());
                                      if (auto used = use(transaction, *kept); !used)
                                        return tl::unexpected(used.error());
                                      const auto after = get<Formulation>(transaction, id);
                                      if (!after) return tl::unexpected(after.error());
                                      return view_of_formulation(*after);
                                    });
}

}  // namespace

Result<FormulationView> view_of_formulation(const Formulation& formulation) {
  FormulationView view;
  view.id = formulation.id;
  view.number = formulation.number;
  view.written_by = formulation.written_by;
  view.written_at = formulation.written_at;
  view.shared_at = formulation.shared_at;
  view.unshared_at = formulation.unshared_at;
  Reading reading(view);
  const auto pairs = pairs_of(formulation.content.reveal());
  if (pairs &&
      std::all_of(pairs->begin(), pairs->end(), [&](const Pair& pair) { return reading.take(pair); }))
    return view;
  return fail(ErrorKind::internal, "formulation.content", "sections as this program writes them");
}

Result<std::vector<FormulationView>> read_formulations(const Practice& practice, const Actor& actor,
                                                       const Id<Course>& course, const Id<Person>& person) {
  return look<std::vector<FormulationView>>(
      practice, actor, {"formulation.read", Permission::read_course, course, person, ""},
      [&](Transaction& transaction) -> Result<std::vector<FormulationView>> {
        if (auto member = needs_member(transaction, course, person); !member)
          return tl::unexpected(member.error());
        const auto kept = versions(transaction, course, person);
        if (!kept) return tl::unexpected(kept.error());
        std::vector<FormulationView> views;
        views.reserve(kept->size());
        for (const Formulation& one : *kept) {
          auto view = view_of_formulation(one);
          if (!view) return tl::unexpected(view.error());
          views.push_back(std::move(*view));
        }
        return views;
      });
}

Result<FormulationView> write_formulation(const Practice& practice, const Actor& actor,
                                          const Id<Course>& course, const Id<Person>& person,
                                          const NewFormulation& input) {
  return carry_out<FormulationView>(
      practice, actor, {"formulation.write", Permission::write_course, course, person, ""},
      [&](Transaction& transaction, Trail& trail) -> Result<FormulationView> {
        if (auto may = may_be_written(transaction, course, person); !may) return tl::unexpected(may.error());
        const auto next = next_version(transaction, practice, actor, course, person, input);
        if (!next) return tl::unexpected(next.error());
        trail.action.object = next->id.text();
        if (auto added = insert(transaction, *next); !added) return tl::unexpected(added.error());
        return view_of_formulation(*next);
      });
}

Result<FormulationView> share_formulation(const Practice& practice, const Actor& actor,
                                          const Id<Course>& course, const Id<Person>& person,
                                          const Id<Formulation>& formulation) {
  return change_sharing(
      practice, actor, course, person, formulation, "formulation.share",
      [&](Transaction& transaction, const Formulation& kept) -> Result<bool> {
        if (is_shared(kept))
          return fail(ErrorKind::conflict, "formulation.shared", "a version that is not shared");
        const auto view = view_of_formulation(kept);
        if (!view) return tl::unexpected(view.error());
        if (!has_page(*view))
          return fail(ErrorKind::conflict, "formulation.no_page",
                      "nothing stands on the page yet: write plain words for a section, or choose a claim");
        const Instant now = practice.clock.now();
        if (auto others = unshare_all(transaction, course, person, now); !others) return others;
        const auto shared = change<Formulation>(transaction,
                                                {to(&Formulation::shared_at, std::optional(now)),
                                                 to(&Formulation::unshared_at, std::optional<Instant>())},
                                                {where(&Formulation::id, formulation)});
        if (!shared) return tl::unexpected(shared.error());
        return true;
      });
}

Result<FormulationView> unshare_formulation(const Practice& practice, const Actor& actor,
                                            const Id<Course>& course, const Id<Person>& person,
                                            const Id<Formulation>& formulation) {
  return change_sharing(practice, actor, course, person, formulation, "formulation.unshare",
                        [&](Transaction& transaction, const Formulation& kept) -> Result<bool> {
                          if (!is_shared(kept))
                            return fail(ErrorKind::conflict, "formulation.not_shared",
                                        "a version that is shared");
                          return unshare_all(transaction, course, person, practice.clock.now());
                        });
}

}  // namespace securebase::service
