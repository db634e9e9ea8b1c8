#include "catalog/episode_coding.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/printable.hpp"
#include "catalog/load.hpp"

namespace securebase::catalog {

Result<const EpisodeCoding*> find_episode_coding(const Library& library, const std::string& id) {
  for (const EpisodeCoding& coding : library.episode_codings)
    if (coding.id == id) return &coding;
  std::vector<std::string> known;
  for (const EpisodeCoding& coding : library.episode_codings) known.push_back(coding.id);
  return fail(ErrorKind::not_found, "episodes.unknown",
              fmt::format("no coding '{}'; there are {}", printable(id), fmt::join(known, ", ")));
}

}  // namespace securebase::catalog
