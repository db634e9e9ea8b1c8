#pragma once
// Relationship episodes: encounters as they were told, coded by wish, response of other and response of self,
// and what they hold in common once there are enough of them (attachment/episodes.hpp). How they are coded is
// data (catalog::EpisodeCoding "ccrt").

#include <optional>
#include <string>
#include <vector>

#include "service/claim.hpp"

namespace securebase::service {

inline constexpr std::string_view episode_coding = "ccrt";

/// Numbers of one component: clusters under our labels, standard categories as the owner's manual has them.
struct NewCodes {
  std::vector<int> clusters;
  std::vector<int> standard;

  static constexpr auto fields(const auto& use) {
    return use(Field{"clusters", &NewCodes::clusters}, Field{"standard", &NewCodes::standard});
  }
};

struct NewEpisode {
  std::optional<Id<Figure>> figure;
  Date told_on;
  std::optional<Private<std::string>> account;
  NewCodes wish;
  NewCodes response_of_other;
  NewCodes response_of_self;
  std::optional<Valence> other_valence;
  std::optional<Valence> self_valence;

  static constexpr auto fields(const auto& use) {
    return use(Field{"figure", &NewEpisode::figure}, Field{"told_on", &NewEpisode::told_on},
               Field{"account", &NewEpisode::account}, Field{"wish", &NewEpisode::wish},
               Field{"response_of_other", &NewEpisode::response_of_other},
               Field{"response_of_self", &NewEpisode::response_of_self},
               Field{"other_valence", &NewEpisode::other_valence},
               Field{"self_valence", &NewEpisode::self_valence});
  }
};

struct ClusterView {
  int number = 0;
  std::string label;
  bool verified = false;

  static constexpr auto fields(const auto& use) {
    return use(Field{"number", &ClusterView::number}, Field{"label", &ClusterView::label},
               Field{"verified", &ClusterView::verified});
  }
};

struct ComponentView {
  std::string id;
  std::string name;
  std::string about;
  int standard = 0;
  std::vector<ClusterView> clusters;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &ComponentView::id}, Field{"name", &ComponentView::name},
               Field{"about", &ComponentView::about}, Field{"standard", &ComponentView::standard},
               Field{"clusters", &ComponentView::clusters});
  }
};

struct CodesView : NewCodes {
  static constexpr auto fields(const auto& use) { return NewCodes::fields(use); }
};

struct EpisodeView {
  Id<RelationshipEpisode> id;
  std::optional<Id<Figure>> figure;
  Date told_on;
  std::optional<Private<std::string>> account;
  CodesView wish;
  CodesView response_of_other;
  CodesView response_of_self;
  std::optional<Valence> other_valence;
  std::optional<Valence> self_valence;
  Id<User> coded_by;
  Instant noted_at;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &EpisodeView::id}, Field{"figure", &EpisodeView::figure},
               Field{"told_on", &EpisodeView::told_on}, Field{"account", &EpisodeView::account},
               Field{"wish", &EpisodeView::wish}, Field{"response_of_other", &EpisodeView::response_of_other},
               Field{"response_of_self", &EpisodeView::response_of_self},
               Field{"other_valence", &EpisodeView::other_valence},
               Field{"self_valence", &EpisodeView::self_valence}, Field{"coded_by", &EpisodeView::coded_by},
               Field{"noted_at", &EpisodeView::noted_at});
  }
};

struct EpisodeShare {
  int number = 0;
  std::string label;  ///< of a cluster; a standard category has none
  std::int64_t episodes = 0;
  double share = 0;  ///< of all episodes, 0 to 1
  double lower = 0;  ///< of the 95 % interval
  double upper = 0;

  static constexpr auto fields(const auto& use) {
    return use(Field{"number", &EpisodeShare::number}, Field{"label", &EpisodeShare::label},
               Field{"episodes", &EpisodeShare::episodes}, Field{"share", &EpisodeShare::share},
               Field{"lower", &EpisodeShare::lower}, Field{"upper", &EpisodeShare::upper});
  }
};

struct FlexibilityView {
  double evenness = 0;   ///< 0: always the same; 1: all clusters equally often
  double effective = 1;  ///< as many clusters used equally
  std::optional<double> lower;
  std::optional<double> upper;

  static constexpr auto fields(const auto& use) {
    return use(Field{"evenness", &FlexibilityView::evenness}, Field{"effective", &FlexibilityView::effective},
               Field{"lower", &FlexibilityView::lower}, Field{"upper", &FlexibilityView::upper});
  }
};

struct EpisodePart {
  std::string id;
  std::string name;
  std::int64_t coded = 0;              ///< episodes with a cluster
  std::vector<EpisodeShare> clusters;  ///< those that occur, most often first
  std::vector<EpisodeShare> standard;
  std::vector<int> most_often;  ///< one, or several that are equally often there
  std::optional<FlexibilityView> flexibility;

  static constexpr auto fields(const auto& use) {
    return use(Field{"id", &EpisodePart::id}, Field{"name", &EpisodePart::name},
               Field{"coded", &EpisodePart::coded}, Field{"clusters", &EpisodePart::clusters},
               Field{"standard", &EpisodePart::standard}, Field{"most_often", &EpisodePart::most_often},
               Field{"flexibility", &EpisodePart::flexibility});
  }
};

struct PositiveView {
  std::int64_t positive = 0;
  std::int64_t mixed = 0;
  std::int64_t negative = 0;
  double share = 0;
  double lower = 0;
  double upper = 0;

  static constexpr auto fields(const auto& use) {
    return use(Field{"positive", &PositiveView::positive}, Field{"mixed", &PositiveView::mixed},
               Field{"negative", &PositiveView::negative}, Field{"share", &PositiveView::share},
               Field{"lower", &PositiveView::lower}, Field{"upper", &PositiveView::upper});
  }
};

struct EpisodeSummary {
  std::vector<EpisodePart> parts;  ///< wish, response of other, response of self
  std::optional<PositiveView> positive;

  static constexpr auto fields(const auto& use) {
    return use(Field{"parts", &EpisodeSummary::parts}, Field{"positive", &EpisodeSummary::positive});
  }
};

enum class EpisodeIndex { cluster, positive, flexibility };
template <>
inline constexpr std::array names_of<EpisodeIndex> = {"cluster"sv, "positive"sv, "flexibility"sv};

/// Later less earlier.
struct EpisodeDifference {
  EpisodeIndex what = EpisodeIndex::cluster;
  std::string part;   ///< the component's id; empty for the positive share
  std::string label;  ///< of the cluster; otherwise empty
  bool main_negative = false;
  double earlier = 0;
  double later = 0;
  double difference = 0;
  std::optional<double> lower;
  std::optional<double> upper;
  bool beyond_error = false;  ///< the interval does not hold 0

  static constexpr auto fields(const auto& use) {
    return use(
        Field{"what", &EpisodeDifference::what}, Field{"part", &EpisodeDifference::part},
        Field{"label", &EpisodeDifference::label}, Field{"main_negative", &EpisodeDifference::main_negative},
        Field{"earlier", &EpisodeDifference::earlier}, Field{"later", &EpisodeDifference::later},
        Field{"difference", &EpisodeDifference::difference}, Field{"lower", &EpisodeDifference::lower},
        Field{"upper", &EpisodeDifference::upper}, Field{"beyond_error", &EpisodeDifference::beyond_error});
  }
};

struct EpisodeHalves {
  Date earlier_from;
  Date earlier_to;
  Date later_from;
  Date later_to;
  std::int64_t earlier = 0;  ///< episodes
  std::int64_t later = 0;
  std::vector<EpisodeDifference> differences;

  static constexpr auto fields(const auto& use) {
    return use(Field{"earlier_from", &EpisodeHalves::earlier_from},
               Field{"earlier_to", &EpisodeHalves::earlier_to},
               Field{"later_from", &EpisodeHalves::later_from}, Field{"later_to", &EpisodeHalves::later_to},
               Field{"earlier", &EpisodeHalves::earlier}, Field{"later", &EpisodeHalves::later},
               Field{"differences", &EpisodeHalves::differences});
  }
};

struct EpisodeComparison {
  std::optional<EpisodeHalves> halves;  ///< nothing: too few on one side
  std::int64_t fewest = 0;              ///< on each side
  std::vector<FindingView> findings;

  static constexpr auto fields(const auto& use) {
    return use(Field{"halves", &EpisodeComparison::halves}, Field{"fewest", &EpisodeComparison::fewest},
               Field{"findings", &EpisodeComparison::findings});
  }
};

struct EpisodeBook {
  std::string coding;                     ///< how people call it
  std::string about;                      ///< after whom, and what is ours
  std::vector<ComponentView> components;  ///< wish, response of other, response of self
  bool verified = false;                  ///< false: some labels or numbers are from memory
  std::vector<EpisodeView> episodes;      ///< newest first
  std::int64_t fewest = 0;
  std::int64_t missing = 0;                     ///< before anything is said about them together
  std::optional<EpisodeSummary> summary;        ///< nothing: some are missing
  std::optional<EpisodeComparison> comparison;  ///< of the first half with the second
  std::vector<FindingView> findings;

  static constexpr auto fields(const auto& use) {
    return use(Field{"coding", &EpisodeBook::coding}, Field{"about", &EpisodeBook::about},
               Field{"components", &EpisodeBook::components}, Field{"verified", &EpisodeBook::verified},
               Field{"episodes", &EpisodeBook::episodes}, Field{"fewest", &EpisodeBook::fewest},
               Field{"missing", &EpisodeBook::missing}, Field{"summary", &EpisodeBook::summary},
               Field{"comparison", &EpisodeBook::comparison}, Field{"findings", &EpisodeBook::findings});
  }
};

// Of one member in one course. Errors of all: "member.not_found", "episodes.unknown" (the practice's
// definitions lack the coding).

[[nodiscard]] Result<EpisodeBook> read_episodes(const Practice& practice, const Actor& actor,
                                                const Id<Course>& course, const Id<Person>& person);
/// Errors: "person.erased" (conflict), "episode.empty" (neither account nor code), "episode.figure",
/// "episode.codes" (a number that is not there, or one twice), "episode.day" (not in the future),
/// "words.missing", "words.too_long".
[[nodiscard]] Result<EpisodeBook> add_episode(const Practice& practice, const Actor& actor,
                                              const Id<Course>& course, const Id<Person>& person,
                                              const NewEpisode& input);
/// Writes all of it anew. Errors of add_episode, "relationship_episode.not_found".
[[nodiscard]] Result<EpisodeBook> change_episode(const Practice& practice, const Actor& actor,
                                                 const Id<Course>& course, const Id<Person>& person,
                                                 const Id<RelationshipEpisode>& episode,
                                                 const NewEpisode& input);
/// Errors: "relationship_episode.not_found", "episode.in_use" (conflict): evidence names it.
[[nodiscard]] Result<EpisodeBook> remove_episode(const Practice& practice, const Actor& actor,
                                                 const Id<Course>& course, const Id<Person>& person,
                                                 const Id<RelationshipEpisode>& episode);

struct CompareEpisodes {
  std::optional<Date> later_from;  ///< nothing: the second half

  static constexpr auto fields(const auto& use) {
    return use(Field{"later_from", &CompareEpisodes::later_from});
  }
};
/// Error "episodes.too_few" (conflict) says how many are missing.
[[nodiscard]] Result<EpisodeComparison> compare_episodes(const Practice& practice, const Actor& actor,
                                                         const Id<Course>& course, const Id<Person>& person,
                                                         const CompareEpisodes& input);

}  // namespace securebase::service
