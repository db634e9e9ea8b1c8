#pragma once
// The formulation: how a therapist and a person understand together what they work on. Versions, which are
// never changed; each section has the working words, and the plain words of the page that the person is given
// or not. What stands on the page is chosen line by line: working hypotheses and process notes stay apart.

#include <optional>
#include <string>
#include <vector>

#include "service/claim.hpp"

namespace securebase::service {

/// After Bowlby and attachment-informed formulation (clinical.md 2.6, from memory).
enum class SectionKind {
  protective_strategy,  ///< the problem as a strategy that once protected
  strengths,            ///< and secure figures
  self_worth,           ///< and boundaries
  reflection,           ///< reflective capacity
  with_therapist        ///< the pattern that is expected with this therapist
};
template <>
inline constexpr std::array names_of<SectionKind> = {"protective_strategy"sv, "strengths"sv, "self_worth"sv,
                                                     "reflection"sv, "with_therapist"sv};

struct NewSection {
  SectionKind kind = SectionKind::protective_strategy;
  Private<std::string> words;
  Private<std::string> plain;  ///< of the page; empty: not on it

  static constexpr auto fields(const auto& use) {
    return use(Field{"kind", &NewSection::kind}, Field{"words", &NewSection::words},
               Field{"plain", &NewSection::plain});
  }
};

/// A hypothesis that ties then to now, which the two people wrote.
struct NewLink {
  std::optional<Id<HistoryEvent>> event;
  std::optional<Id<Claim>> claim;
  Private<std::string> words;
  std::optional<Private<std::string>> otherwise;  ///< how else it may be seen
  bool on_page = false;

  static constexpr auto fields(const auto& use) {
    return use(Field{"event", &NewLink::event}, Field{"claim", &NewLink::claim},
               Field{"words", &NewLink::words}, Field{"otherwise", &NewLink::otherwise},
               Field{"on_page", &NewLink::on_page});
  }
};

struct RestingOn {
  Id<Claim> claim;
  bool on_page = false;

  static constexpr auto fields(const auto& use) {
    return use(Field{"claim", &RestingOn::claim}, Field{"on_page", &RestingOn::on_page});
  }
};

struct NewFormulation {
  int after = 0;                     ///< the version it was written from; 0: from none
  std::vector<NewSection> sections;  ///< each kind once at most
  std::vector<NewLink> links;
  std::vector<RestingOn> claims;  ///< each once

  static constexpr auto fields(const auto& use) {
    return use(Field{"after", &NewFormulation::after}, Field{"sections", &NewFormulation::sections},
               Field{"links", &NewFormulation::links}, Field{"claims", &NewFormulation::claims});
  }
};

struct SectionView : NewSection {
  static constexpr auto fields(const auto& use) { return NewSection::fields(use); }
};
struct LinkView : NewLink {
  static constexpr auto fields(const auto& use) { return NewLink::fields(use); }
};

/// A claim as it was when the version was written.
struct HeldClaim {
  Id<Claim> claim;
  ClaimAbout about = ClaimAbout::self;
  std::optional<Id<Figure>> figure;
  Private<std::string> cue;
  Private<std::string> expectation;
  Private<std::string> disconfirmed_by;
  int confidence = 0;
  bool on_page = false;

  static constexpr auto fields(const auto& use) {
    return use(Field{"claim", &HeldClaim::claim}, Field{"about", &HeldClaim::about},
               Field{"figure", &HeldClaim::figure}, Field{"cue", &HeldClaim::cue},
               Field{"expectation", &HeldClaim::expectation},
               Field{"disconfirmed_by", &HeldClaim::disconfirmed_by},
               Field{"confidence", &HeldClaim::confidence}, Field{"on_page", &HeldClaim::on_page});
  }
};

struct FormulationView {
  Id<Formulation> id;
  int number = 1;
  Id<User> written_by;
  Instant written_at;
  std::optional<Instant> shared_at;
  std::optional<Instant> unshared_at;
  std::vector<SectionView> sections;  ///< every kind, in its order
  std::vector<LinkView> links;
  std::vector<HeldClaim> claims;

  static constexpr auto fields(const auto& use) {
    return use(
        Field{"id", &FormulationView::id}, Field{"number", &FormulationView::number},
        Field{"written_by", &FormulationView::written_by}, Field{"written_at", &FormulationView::written_at},
        Field{"shared_at", &FormulationView::shared_at}, Field{"unshared_at", &FormulationView::unshared_at},
        Field{"sections", &FormulationView::sections}, Field{"links", &FormulationView::links},
        Field{"claims", &FormulationView::claims});
  }
};

inline constexpr std::size_t most_links = 40;
inline constexpr std::size_t most_resting = 100;

/// Every version, newest first. Error "member.not_found".
[[nodiscard]] Result<std::vector<FormulationView>> read_formulations(const Practice& practice,
                                                                     const Actor& actor,
                                                                     const Id<Course>& course,
                                                                     const Id<Person>& person);
/// The next version. Errors: "member.not_found", "person.erased" (conflict), "formulation.empty",
/// "formulation.sections" (a kind twice), "formulation.links", "formulation.claims" (too many, one twice or
/// not theirs), "formulation.newer" (conflict: there is one after that it was written from), "words.missing",
/// "words.too_long".
[[nodiscard]] Result<FormulationView> write_formulation(const Practice& practice, const Actor& actor,
                                                        const Id<Course>& course, const Id<Person>& person,
                                                        const NewFormulation& input);
/// The page in plain words was given to the person or shown in the room. One version at a time: the one that
/// was shared before is taken back. Errors: "formulation.not_found", "formulation.no_page" (conflict: nothing
/// stands on it), "formulation.shared" (conflict).
[[nodiscard]] Result<FormulationView> share_formulation(const Practice& practice, const Actor& actor,
                                                        const Id<Course>& course, const Id<Person>& person,
                                                        const Id<Formulation>& formulation);
/// Errors: "formulation.not_found", "formulation.not_shared" (conflict).
[[nodiscard]] Result<FormulationView> unshare_formulation(const Practice& practice, const Actor& actor,
                                                          const Id<Course>& course, const Id<Person>& person,
                                                          const Id<Formulation>& formulation);

// For other use cases of this room

/// Error "formulation.content" (internal): what no version of this program wrote.
[[nodiscard]] Result<FormulationView> view_of_formulation(const Formulation& formulation);

}  // namespace securebase::service
