#pragma once
// How relationship episodes are coded: the components of an episode, the clusters they are sorted into under
// labels of ours, and how many standard categories the owner's manual numbers. Plain values, as for
// instruments; a practice's own replace those of the same id.

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "catalog/instrument.hpp"

namespace securebase::catalog {

struct EpisodeCluster {
  int number = 0;  ///< from 1
  std::string label;
  Provenance provenance;
};

struct EpisodeComponent {
  std::string id;  ///< one of episode_components
  std::string name;
  std::string about;
  int standard = 0;  ///< standard categories, numbered from 1
  std::vector<EpisodeCluster> clusters;
  Provenance provenance;  ///< of `standard`
};

/// What every episode has, in this order.
inline constexpr std::array<std::string_view, 3> episode_components = {"wish", "response_of_other",
                                                                       "response_of_self"};

struct EpisodeCoding {
  std::string id;
  std::string name;
  std::string summary;      ///< after whom, and what is ours
  int fewest = 0;           ///< episodes before anything is said about them together
  std::string fewest_note;  ///< why
  std::vector<Source> sources;
  std::vector<EpisodeComponent> components;  ///< episode_components, each once
};

struct Library;

/// Error "episodes.unknown" (not_found) names those there are.
[[nodiscard]] Result<const EpisodeCoding*> find_episode_coding(const Library& library, const std::string& id);

}  // namespace securebase::catalog
